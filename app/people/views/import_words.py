"""How the codes of a roster import read in the reader's language, for pages, files and commands."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.kernel.i18n import _, in_language
from app.people import queries
from app.people.rules import messages
from app.people.rules.headings import Meaning
from app.people.rules.plan import MissingChoice, Outcome, Values
from app.people.rules.preview import Asked


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer to choose: what the form sends, and its words."""

    value: str
    words: str


class Words:
    """Says the codes of one import; ``names`` are the units, positions and points by choice value."""

    def __init__(self, names: Mapping[str, str]) -> None:
        positions = {
            f"position:{each.code}": in_language({"vi": each.name_vi, "en": each.name_en})
            for each in queries.list_positions()
        }
        self._names = {**names, **positions}

    def question(self, asked: Asked) -> str:
        """Return the reason why something is asked."""
        return say(messages.PROBLEMS[asked["code"]], asked["values"])

    def answers(self, asked: Asked) -> list[Answer]:
        """Return the answers to choose from."""
        return [self._answer(choice) for choice in asked["choices"]]

    def _answer(self, choice: str | tuple[str, str, Values]) -> Answer:
        if isinstance(choice, str):
            return Answer(choice, self._names.get(choice) or say(messages.MISSING_CHOICES[MissingChoice(choice)], {}))
        value, code, values = choice
        return Answer(value, say(messages.CHOICES[code], values))

    def position(self, code: str) -> str:
        """Return the name of a position, nothing without one."""
        return self._names.get(f"position:{code}", "")

    def change(self, column: str, before: str, after: str) -> tuple[str, str, str]:
        """Return what a change is of, and both values in words."""
        if column == Meaning.POSITION:
            before, after = self.position(before), self.position(after)
        return meaning(Meaning(column)), before, after


def say(sentence: str, values: Values) -> str:
    """Translate a sentence of ``rules.messages`` and put the values in."""
    words: str = _(sentence)
    return words % values if values else words


def note(code: str, values: Values) -> str:
    """Return what is told about a row without asking."""
    return say(messages.NOTES[code], values)


def table_note(code: str) -> str:
    """Return what is told about a file that was read."""
    return say(messages.TABLE_NOTES[code], {})


def refusal(code: str, values: Values) -> str:
    """Return why a file cannot be read."""
    return say(messages.FILE_REFUSALS.get(code, messages.FILE_REFUSALS["file_unreadable"]), values)


def column_fault(code: str) -> str:
    """Return what must be mended in the columns first."""
    return say(messages.COLUMN_FAULTS[code], {})


def meaning(column: Meaning) -> str:
    """Return what a column means."""
    return say(messages.MEANINGS[column], {})


def outcome(code: str) -> str:
    """Return what became of a row, or of someone whom the file did not have."""
    if code in {each.value for each in MissingChoice}:
        return say(messages.MISSING_CHOICES[MissingChoice(code)], {})
    return say(messages.OUTCOMES[Outcome(code)], {})
