"""What an import would do and what it must ask first: the shape of the answer, ready for a page or a command."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from app.people.rules.headings import Meaning

SKIP_ROW = "skip_row"
LEAVE_EMPTY = "leave_empty"
# Where this many rows have the same small fault in one column, it is asked once for all of them.
GROUP_FROM = 10

Values = Mapping[str, str | int]


class Outcome(StrEnum):
    """What a row leads to. LOOK: someone should look first. INVITE: the person must agree (ruling 17)."""

    NEW = "new"
    UPDATE = "update"
    SAME = "same"
    LOOK = "look"
    SKIP = "skip"
    INVITE = "invite"


class MissingChoice(StrEnum):
    """What becomes of someone who is not in the file; nobody is ever deleted."""

    KEEP = "keep"
    LEFT = "left"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class ExistingPerson:
    """Someone of the facility as the list holds them; ``is_active`` False: they have left."""

    person_id: int
    name: str
    staff_code: str | None = None
    phone: str | None = None
    unit: str | None = None
    position: str | None = None
    points: frozenset[str] = frozenset()
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class Known:
    """A unit, position or service point that exists: its key, its name, and for a point the unit's key."""

    key: str
    name: str
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What the import is compared with.

    ``remembered_…``: what a word of this facility's files was said to mean (``term_key`` of the word -> key).
    ``elsewhere``: those phones of the file that belong to someone of another facility, and nothing about whom.
    """

    people: tuple[ExistingPerson, ...] = ()
    units: tuple[Known, ...] = ()
    positions: tuple[Known, ...] = ()
    points: tuple[Known, ...] = ()
    remembered_units: Mapping[str, str] = field(default_factory=dict)
    remembered_positions: Mapping[str, str] = field(default_factory=dict)
    remembered_points: Mapping[str, str] = field(default_factory=dict)
    elsewhere: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to a problem: what the form sends, and the code and values of its words."""

    value: str
    code: str
    values: Values = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something about one row that someone should decide.

    ``key`` names it among the user's choices; ``chosen`` is their answer, else ``default`` holds, else the row waits.
    """

    key: str
    code: str
    column: Meaning
    values: Values
    choices: tuple[Choice, ...]
    default: str | None
    chosen: str | None

    @property
    def is_open(self) -> bool:
        """Whether nothing can be done before it is answered."""
        return self.chosen is None and self.default is None


@dataclass(frozen=True, slots=True)
class Question(Problem):
    """Something asked once for many rows: an unknown unit, an old font, which number is the day."""

    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """Something to know about a row that needs no decision."""

    code: str
    column: Meaning
    values: Values


@dataclass(frozen=True, slots=True)
class Change:
    """A value of a person that the import would change; units, positions and points by key."""

    column: Meaning
    before: str | None
    after: str


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """A row of the file: how it is shown (``outcome``), and what will be done with it (``action``, None: undecided).

    The values are those that would be stored; None leaves what is there. ``makes_code``: a staff code must be made.
    """

    number: int
    outcome: Outcome
    action: Outcome | None
    person_id: int | None
    returns: bool
    name: str
    code: str | None
    makes_code: bool
    phone: str | None
    unit: str | None
    position: str | None
    point: str | None
    start: date | None
    changes: tuple[Change, ...]
    problems: tuple[Problem, ...]
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class IgnoredRow:
    """A row that is no person: a unit's heading, a sum, a signature."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class MissingPerson:
    """Someone of the facility whom the file does not have; ``key`` names the choice."""

    key: str
    person_id: int
    choice: MissingChoice


@dataclass(frozen=True, slots=True)
class NewUnit:
    """A unit to be created; ``key`` is what the rows call it."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Learned:
    """What a word was said to mean, to be remembered: kind (unit, position, point), ``term_key``, key."""

    kind: Meaning
    word: str
    key: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything an import would do; nothing is written before it is applied as a whole."""

    rows: tuple[PlannedRow, ...]
    questions: tuple[Question, ...]
    missing: tuple[MissingPerson, ...]
    ignored: tuple[IgnoredRow, ...]
    new_units: tuple[NewUnit, ...]
    learned: tuple[Learned, ...]

    @property
    def counts(self) -> dict[Outcome, int]:
        """How many rows have each outcome; they add up to the rows of the file that are people."""
        counted = Counter(row.outcome for row in self.rows)
        return {outcome: counted[outcome] for outcome in Outcome}

    @property
    def undecided(self) -> int:
        """How many problems and questions wait for an answer that has no default."""
        problems = sum(problem.is_open for row in self.rows for problem in row.problems)
        return problems + sum(question.is_open for question in self.questions)

    @property
    def can_be_applied(self) -> bool:
        """Whether every row knows what it will do."""
        return not self.undecided and all(row.action for row in self.rows)
