"""Every text of a module that somebody reads, with its file and line, card by card and question by question."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from courses.rules.library import ModuleFiles
from courses.rules.reading import LANGUAGES, Document, Problem, Step
from courses.rules.shapes import Card, Kind, LessonText, ModuleText, Pair, Question


@dataclass(frozen=True, slots=True)
class Text:
    """One text in one language, and where it stands."""

    file: str
    line: int
    language: str
    kind: Kind
    words: str

    def problem(self, sentence: str) -> Problem:
        """Return a fault of this text."""
        return Problem(self.file, self.line, sentence)


# What is translated as one: a card, a question, a title. Language → its texts in the order in which they are read.
Unit = Mapping[str, tuple[Text, ...]]


def units_of(files: ModuleFiles, module: ModuleText) -> Iterator[Unit]:
    """Return the parts of a module: frame, lessons card by card, pool question by question, scenarios text by text."""
    yield from _frame(files, module)
    fronts = {written.file: written.front for written in files.lessons.values()}
    for pair in module.lessons:
        yield {language: _title(lesson, fronts[lesson.file], language) for language, lesson in pair.items()}
        for cards in zip(*(pair[language].cards for language in LANGUAGES), strict=False):
            yield {
                language: tuple(_of_card(pair[language].file, language, card))
                for language, card in zip(LANGUAGES, cards, strict=True)
            }
    for question in module.questions:
        file = f"{files.folder}/questions.yaml"
        yield {language: tuple(_of_question(file, files.questions, question, language)) for language in LANGUAGES}
    for name, document in files.scenarios.items():
        for path, words in _pairs(document.data):
            yield _of_scenario(f"{files.folder}/scenarios/{name}.yaml", document, path, words)


def every_text(units: Iterable[Unit]) -> Iterator[Text]:
    """Return the texts of all parts, one language after the other."""
    for unit in units:
        for texts in unit.values():
            yield from texts


def _frame(files: ModuleFiles, module: ModuleText) -> Iterator[Unit]:
    parts: list[tuple[Kind, Pair, tuple[Step, ...]]] = [
        (Kind.TITLE, module.title, ("title",)),
        (Kind.SUMMARY, module.summary, ("summary",)),
    ]
    parts += [
        (Kind.OBJECTIVE, words, ("objectives", place, "text")) for place, (_, words) in enumerate(module.objectives)
    ]
    for kind, words, path in parts:
        yield {
            language: tuple(
                _texts(module.release.file, files.module, language, [(kind, words[language], (*path, language))])
            )
            for language in LANGUAGES
        }


def _title(lesson: LessonText, front: Document, language: str) -> tuple[Text, ...]:
    return tuple(_texts(lesson.file, front, language, [(Kind.TITLE, lesson.title, ("title",))]))


def _of_card(file: str, language: str, card: Card) -> Iterator[Text]:
    for passage in card.passages:
        yield Text(file, passage.line, language, passage.kind, passage.text)


def _of_question(file: str, document: Document, question: Question, language: str) -> Iterator[Text]:
    place = question.place
    parts: list[tuple[Kind, str, tuple[Step, ...]]] = [
        (Kind.QUESTION, question.text[language], (place, "text", language))
    ]
    for at, option in enumerate(question.options):
        parts.append((Kind.OPTION, option.text[language], (place, "options", at, "text", language)))
        parts.append((Kind.REASON, option.reason[language], (place, "options", at, "reason", language)))
    yield from _texts(file, document, language, parts)


# In a scenario the patient speaks, and so does whoever answers; what a thing on the phone is called is read aloud too.
_SPOKEN = {"patient", "text", "say"}


def _of_scenario(file: str, document: Document, path: tuple[Step, ...], words: Pair) -> Unit:
    kind = Kind.SAY if path[-1] in _SPOKEN else Kind.BODY
    return {
        language: tuple(_texts(file, document, language, [(kind, words[language], (*path, language))]))
        for language in LANGUAGES
    }


def _pairs(part: object, path: tuple[Step, ...] = ()) -> Iterator[tuple[tuple[Step, ...], Pair]]:
    """Return every text of parsed YAML that stands in both languages, with the way to it."""
    if isinstance(part, list):
        for place, each in enumerate(part):
            yield from _pairs(each, (*path, place))
    elif isinstance(part, dict):
        if part.keys() == set(LANGUAGES):
            yield path, part
        else:
            for key, each in part.items():
                yield from _pairs(each, (*path, key))


def _texts(
    file: str, document: Document, language: str, parts: Iterable[tuple[Kind, str, tuple[Step, ...]]]
) -> Iterator[Text]:
    """Return the parts of a YAML file that say something; a missing translation has been noted by the loader."""
    for kind, words, path in parts:
        if words:
            yield Text(file, document.line(*path), language, kind, words)
