"""What a question of the pool must have: words in both languages, the right options, and a reason for each."""

from collections.abc import Collection

from courses.rules.reading import LANGUAGES, Document, Problem, Reader
from courses.rules.shapes import Question, QuestionOption

FEWEST_RIGHT_OF_SEVERAL = 2
KINDS = {"one": (3, 4), "several": (4, 5), "truefalse": (2, 2)}
TRUE_FALSE = [{"vi": "Đúng", "en": "True"}, {"vi": "Sai", "en": "False"}]


def read_questions(
    file: str,
    document: Document,
    known: tuple[str, Collection[str], Collection[str], Collection[str]],
    problems: list[Problem],
) -> tuple[Question, ...]:
    """Return the pool; ``known`` are the module's id, its objectives, source keys and cards."""
    reader = Reader(file, document, problems)
    seen: set[str] = set()
    pool = []
    for place, _ in enumerate(reader.items()):
        question = _question(reader, place, known)
        if question is None:
            continue
        if question.id in seen:
            reader.fault(f"the question id {question.id} stands twice", place, "id")
        seen.add(question.id)
        pool.append(question)
    return tuple(pool)


def _question(
    reader: Reader, place: int, known: tuple[str, Collection[str], Collection[str], Collection[str]]
) -> Question | None:
    keys = ("id", "objective", "difficulty", "kind", "sources", "card", "text", "options")
    if not reader.keys(keys, place):
        return None
    module, objectives, sources, cards = known
    name = reader.identifier(place, "id")
    if name and not name.startswith(f"{module}-"):
        reader.fault(f"the question id {name} must begin with {module}-", place, "id")
    objective = reader.text(place, "objective")
    if objective and objective not in objectives:
        reader.fault(f"the objective {objective} is not one of the module", place, "objective")
    card = reader.text(place, "card")
    if card and card not in cards:
        reader.fault(f"there is no card {card}", place, "card")
    used = reader.names(place, "sources")
    for key in used:
        if key not in sources:
            reader.fault(f"the source {key} is not in sources.yaml", place, "sources")
    kind = reader.choice(KINDS, place, "kind")
    options = tuple(_option(reader, place, at) for at, _ in enumerate(reader.items(place, "options")))
    _check_options(reader, place, kind, options)
    return Question(
        place=place,
        id=name,
        objective=objective,
        difficulty=reader.whole(1, 3, place, "difficulty"),
        kind=kind,
        sources=used,
        card=card,
        text=reader.both(place, "text"),
        options=options,
    )


def _option(reader: Reader, place: int, at: int) -> QuestionOption:
    path = (place, "options", at)
    if not reader.keys(("right", "text", "reason"), *path):
        return QuestionOption(right=False, text=dict.fromkeys(LANGUAGES, ""), reason=dict.fromkeys(LANGUAGES, ""))
    right = reader.at(*path, "right")
    if not isinstance(right, bool):
        reader.fault("right must be true or false", *path, "right")
    return QuestionOption(right is True, text=reader.both(*path, "text"), reason=reader.both(*path, "reason"))


def _check_options(reader: Reader, place: int, kind: str, options: tuple[QuestionOption, ...]) -> None:
    if not options or kind not in KINDS:
        return
    path = (place, "options")
    low, high = KINDS[kind]
    if not low <= len(options) <= high:
        allowed = f"{low}" if low == high else f"{low} or {high}"
        reader.fault(f"a question of kind {kind} has {allowed} options, not {len(options)}", *path)
    right = sum(option.right for option in options)
    if kind == "several":
        if not FEWEST_RIGHT_OF_SEVERAL <= right < len(options):
            reader.fault(
                f"a question of kind several has at least two right options and a wrong one, not {right}", *path
            )
    elif right != 1:
        reader.fault(f"a question of kind {kind} has exactly one right option, not {right}", *path)
    if kind == "truefalse" and [option.text for option in options] != TRUE_FALSE:
        reader.fault('the options of a truefalse question are "Đúng"/"True" and "Sai"/"False"', *path)
    for language in LANGUAGES:
        texts = [option.text[language] for option in options if option.text[language]]
        if len(set(texts)) < len(texts):
            reader.fault(f"two options say the same in {language}", *path)
