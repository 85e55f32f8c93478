"""One row of a roster on its way to a plan, and the desk at which its problems are put to the user."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from app.people.rules.headings import Meaning
from app.people.rules.plan import LEAVE_EMPTY, SKIP_ROW, Choice, ExistingPerson, Note, Problem, Values
from app.people.rules.reading import RosterRow

SKIP = Choice(SKIP_ROW, SKIP_ROW)
EMPTY = Choice(LEAVE_EMPTY, LEAVE_EMPTY)


@dataclass(slots=True)
class Draft:
    """A row while it is thought about.

    ``is_open``: who it is waits for an answer. ``waits``: what one of its words means, or lacks, does.
    """

    row: RosterRow
    name: str
    code: str | None
    phone: str | None
    words: dict[Meaning, str]
    unit: str | None = None
    position: str | None = None
    point: str | None = None
    start: date | None = None
    person: ExistingPerson | None = None
    returns: bool = False
    makes_code: bool = False
    is_open: bool = False
    waits: bool = False
    is_skipped: bool = False
    twin: "Draft | None" = None
    problems: list[Problem] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    @property
    def number(self) -> int:
        """The row's number in Excel."""
        return self.row.number

    @property
    def is_new(self) -> bool:
        """Whether this will be someone the facility does not have."""
        return not (self.is_open or self.is_skipped or self.person)

    @property
    def is_settled(self) -> bool:
        """Whether nothing more is to be found out about who this is."""
        return self.is_open or self.is_skipped or self.person is not None

    def note(self, code: str, column: Meaning, /, **values: str | int) -> None:
        """Add something to know that needs no decision."""
        self.notes.append(Note(code, column, values))


class Desk:
    """Puts problems to the user and finds their answers among the choices made so far.

    A choice is kept under the problem's own key (``"12:phone_wrong:phone"``) or, for all rows at once, under
    ``"all:phone_wrong:phone"``. What is not among the allowed answers counts as no answer.
    """

    def __init__(self, choices: Mapping[str, str]) -> None:
        self._choices = choices

    def ask(
        self,
        draft: Draft,
        code: str,
        column: Meaning,
        choices: Sequence[Choice],
        *,
        values: Values,
        default: str | None = None,
    ) -> str | None:
        """Put a problem of a row and return the answer in force; without one the row is open, ``skip_row`` skips it."""
        key = f"{draft.number}:{code}:{column}"
        allowed = {choice.value for choice in choices}
        answers = (self._choices.get(key), self._choices.get(bulk_key(code, column)))
        chosen = next((answer for answer in answers if answer in allowed), None)
        draft.problems.append(Problem(key, code, column, values, tuple(choices), default, chosen))
        answer = chosen or default
        draft.is_open = draft.is_open or answer is None
        draft.is_skipped = draft.is_skipped or answer == SKIP_ROW
        return answer

    def answer_for_all(self, problem: Problem) -> str | None:
        """Return what the user chose for all rows with this problem, if they did."""
        answer = self._choices.get(bulk_key(problem.code, problem.column))
        return answer if answer in {choice.value for choice in problem.choices} else None


def bulk_key(code: str, column: Meaning) -> str:
    """Return the key of a choice for all rows with one problem in one column."""
    return f"all:{code}:{column}"
