"""How a lesson is written: front matter, cards, and the lines that begin with a colon."""

import re
from dataclasses import dataclass, field, replace

from courses.rules.reading import Document, Problem, Reader, count_words
from courses.rules.shapes import Card, Kind, LessonText, Option, Passage

MOST_WORDS = 60
FEWEST_CARDS, MOST_CARDS = 5, 8
MOST_BETWEEN_CHECKS = 3
FEWEST_OPTIONS, MOST_OPTIONS = 2, 4
COUNTED = {Kind.BODY, Kind.DO, Kind.SAY, Kind.TELL}

_HEADING = re.compile(r"## +(?P<text>\S.*?) +\{#(?P<id>[a-z0-9]+(?:-[a-z0-9]+)*)\}\s*\Z")
_OPTION = re.compile(r"- \[(?P<mark>[ xX])\] +(?P<rest>.*)\Z")
_DO = re.compile(r"- (?P<sign>[+-]) +(?P<text>\S.*)\Z")
_BULLET = re.compile(r"\s*(?:[-*+]|\d+[.)]) +")
_FORBIDDEN = (
    (re.compile(r"<[a-zA-Z/!?]"), "HTML is not allowed in a lesson"),
    (re.compile(r"\]\(|\]:|<https?:"), "links and images are not allowed in a lesson"),
    (re.compile(r"`|~~~"), "code is not allowed in a lesson"),
    (re.compile(r"^\s{0,3}(#|>|\||-{3,}|\*{3,})"), "only paragraphs, bold, emphasis and bullets are allowed in a card"),
)


def split_front_matter(text: str) -> tuple[str, str, int] | None:
    """Return the front matter, the body and the body's first line (from 1); None without front matter."""
    lines = text.splitlines()
    if not lines or lines[0].strip() != "---":
        return None
    for place, line in enumerate(lines[1:], 1):
        if line.strip() == "---":
            return "\n".join(lines[1:place]), "\n".join(lines[place + 1 :]), place + 2
    return None


def read_lesson(file: str, front: Document, body: str, first_line: int, problems: list[Problem]) -> LessonText:
    """Return one lesson in one language; ``first_line`` is where ``body`` begins in its file."""
    reader = Reader(file, front, problems)
    reader.keys(("id", "title", "minutes", "valid_on", "app_version", "objectives"))
    version = reader.at("app_version")
    if version is not None and not isinstance(version, str):
        reader.fault("app_version must be a text in quotes, or null", "app_version")
        version = None
    valid_on = reader.day("valid_on")
    if valid_on is None and isinstance(reader.at(), dict):
        reader.fault("valid_on must say on which day the lesson was true", "valid_on")
    lesson = LessonText(
        file=file,
        id=reader.identifier("id"),
        title=reader.text("title"),
        minutes=reader.whole(1, 5, "minutes"),
        valid_on=valid_on,
        app_version=version,
        objectives=reader.names("objectives"),
        cards=_CardReader(file, problems).read(body, first_line),
    )
    _check_course(lesson, problems)
    return lesson


def _check_course(lesson: LessonText, problems: list[Problem]) -> None:
    """Check what holds for the cards together: how many, ids, and where the quick checks stand."""
    if not FEWEST_CARDS <= len(lesson.cards) <= MOST_CARDS:
        sentence = f"the lesson has {len(lesson.cards)} cards; {FEWEST_CARDS} to {MOST_CARDS} are allowed"
        problems.append(Problem(lesson.file, 1, sentence))
    seen: set[str] = set()
    since_check = 0
    for card in lesson.cards:
        if card.id in seen:
            problems.append(Problem(lesson.file, card.line, f"the card id {card.id} stands twice"))
        seen.add(card.id)
        since_check = 0 if card.question is not None else since_check + 1
        if since_check == MOST_BETWEEN_CHECKS + 1:
            problems.append(Problem(lesson.file, card.line, "a quick check is due: about every third card is one"))
    if lesson.cards and lesson.cards[-1].question is None:
        problems.append(Problem(lesson.file, lesson.cards[-1].line, "a lesson ends with a quick check"))


@dataclass(slots=True)
class _Draft:
    """A card while its lines are being read."""

    line: int
    id: str
    heading: str
    sources: tuple[str, ...] = ()
    picture: str | None = None
    alt: str = ""
    body: list[str] = field(default_factory=list)
    dos: list[tuple[bool, str]] = field(default_factory=list)
    say: str | None = None
    tell: str | None = None
    question: str | None = None
    options: list[Option] = field(default_factory=list)
    passages: list[Passage] = field(default_factory=list)

    def note(self, line: int, kind: Kind, text: str) -> None:
        """Remember a text that is read, unless it says nothing."""
        if text:
            self.passages.append(Passage(line, kind, text))

    def go_on(self, line: int, text: str) -> None:
        """Remember a line of the body: a bullet, a new paragraph, or more of the paragraph that stands right above."""
        words, above = text.strip(), self.passages[-1]
        is_bullet = _BULLET.match(text) is not None
        if words and not is_bullet and above.kind is Kind.BODY and line == above.line + above.text.count("\n") + 1:
            self.passages[-1] = replace(above, text=f"{above.text}\n{words}")
        else:
            self.note(line, Kind.BODY, _BULLET.sub("", text, count=1).strip() if is_bullet else words)


class _CardReader:
    """Reads the cards of one lesson file line by line."""

    def __init__(self, file: str, problems: list[Problem]) -> None:
        self.file, self.problems = file, problems
        self.drafts: list[_Draft] = []

    def fault(self, line: int, sentence: str) -> None:
        self.problems.append(Problem(self.file, line, sentence))

    def read(self, body: str, first_line: int) -> tuple[Card, ...]:
        for number, text in enumerate(body.splitlines(), first_line):
            if text.startswith("##"):
                self._open(number, text)
            elif not self.drafts:
                if text.strip():
                    self.fault(number, "text before the first card; a card begins with ## Heading {#id}")
            elif text.startswith(":"):
                self._special(self.drafts[-1], number, text)
            else:
                self._plain(self.drafts[-1], number, text)
        return tuple(self._close(draft) for draft in self.drafts)

    def _open(self, number: int, text: str) -> None:
        match = _HEADING.match(text)
        if match is None:
            self.fault(number, "a card begins with ## Heading {#lower-case-id}")
        heading, name = (match["text"], match["id"]) if match else (text.strip("# "), f"line-{number}")
        self.drafts.append(_Draft(number, name, heading, passages=[Passage(number, Kind.HEADING, heading)]))

    def _special(self, draft: _Draft, number: int, text: str) -> None:
        word, _, rest = text[1:].partition(" ")
        rest = rest.strip()
        if word not in {"sources", "picture", "say", "tell", "check"}:
            self.fault(number, f":{word} is not known; there are :sources, :picture, :say, :tell and :check")
        elif not rest:
            self.fault(number, f":{word} says nothing")
        elif word == "sources":
            self._once(number, word, draft.sources)
            draft.sources = tuple(rest.split())
        elif word == "picture":
            self._once(number, word, draft.picture)
            file, _, alt = (part.strip() for part in rest.partition("|"))
            draft.picture, draft.alt = file, alt
            draft.note(number, Kind.PICTURE, alt)
            if not alt:
                self.fault(number, "the picture has no text: write :picture FILE | what it shows")
        elif word in {"say", "tell"}:
            self._sentence(draft, number, word, rest)
        else:
            self._once(number, word, draft.question)
            draft.question = rest
            draft.note(number, Kind.QUESTION, rest)

    def _sentence(self, draft: _Draft, number: int, word: str, sentence: str) -> None:
        if draft.say is not None or draft.tell is not None:
            self.fault(number, "a card has at most one sentence, :say or :tell")
        draft.note(number, Kind(word), sentence)
        if word == "say":
            draft.say = sentence
        else:
            draft.tell = sentence

    def _once(self, number: int, word: str, present: object) -> None:
        if present:
            self.fault(number, f"a card has at most one :{word}")

    def _plain(self, draft: _Draft, number: int, text: str) -> None:
        option, do = _OPTION.match(text), _DO.match(text)
        if option is not None:
            self._option(draft, number, option)
        elif do is not None:
            draft.dos.append((do["sign"] == "+", do["text"].strip()))
            draft.note(number, Kind.DO, do["text"].strip())
        elif text.strip() and draft.question is not None:
            self.fault(number, "a quick check holds its question and its options only")
        elif text.strip() and draft.dos:
            self.fault(number, "text after the do and don't list would be shown before it")
        else:
            draft.body.append(text)
            draft.go_on(number, text)
        for pattern, sentence in _FORBIDDEN:
            if pattern.search(text):
                self.fault(number, sentence)
                break

    def _option(self, draft: _Draft, number: int, match: re.Match[str]) -> None:
        if draft.question is None:
            self.fault(number, "an option without a :check question before it")
        text, _, reason = (part.strip() for part in match["rest"].partition("|"))
        if not text or not reason:
            self.fault(number, "an option needs its text and its reason: - [x] text | reason")
        draft.options.append(Option(number, match["mark"] != " ", text, reason))
        draft.note(number, Kind.OPTION, text)
        draft.note(number, Kind.REASON, reason)

    def _close(self, draft: _Draft) -> Card:
        if not draft.sources:
            self.fault(draft.line, "the card has no :sources")
        if draft.question is None:
            self._check_teaching(draft)
        else:
            self._check_options(draft)
        return Card(
            line=draft.line,
            id=draft.id,
            heading=draft.heading,
            sources=draft.sources,
            picture=draft.picture,
            alt=draft.alt,
            body="\n".join(draft.body).strip(),
            dos=tuple(draft.dos),
            say=draft.say,
            tell=draft.tell,
            question=draft.question,
            options=tuple(draft.options),
            passages=tuple(draft.passages),
        )

    def _check_teaching(self, draft: _Draft) -> None:
        count = sum(count_words(passage.text) for passage in draft.passages if passage.kind in COUNTED)
        if count == 0:
            self.fault(draft.line, "the card is empty")
        if count > MOST_WORDS:
            self.fault(draft.line, f"the card has {count} words; {MOST_WORDS} are allowed")

    def _check_options(self, draft: _Draft) -> None:
        if draft.say is not None or draft.tell is not None or draft.dos:
            self.fault(draft.line, "a quick check holds its question and its options only")
        if not FEWEST_OPTIONS <= len(draft.options) <= MOST_OPTIONS:
            sentence = f"a quick check has {FEWEST_OPTIONS} to {MOST_OPTIONS} options, not {len(draft.options)}"
            self.fault(draft.line, sentence)
        right = sum(option.right for option in draft.options)
        if draft.options and right != 1:
            self.fault(draft.line, f"a quick check has exactly one right option, not {right}")
