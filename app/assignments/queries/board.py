"""How a facility's people stand with what is asked of them: one row a person, one a unit, one sentence for all."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from sqlalchemy import select

from app.assignments.models import Assignment
from app.assignments.queries.learning import learning_of
from app.assignments.queries.orders import employed_at, people_of
from app.assignments.queries.subjects import Subject, list_subjects
from app.assignments.rules import (
    NOTHING_LEARNED,
    RULES,
    Asked,
    BoardRow,
    BoardState,
    Learning,
    Pace,
    Situation,
    civil_day,
    cumulative,
    done_since,
    pace,
    situation_of,
    together,
)
from app.kernel.db import db
from app.people.models import Employment, Person, Position, Unit


@dataclass(frozen=True, slots=True)
class Colleague:
    """A person at one workplace, as managers of that facility may see them; ``unit`` is empty when none is known."""

    person_id: int
    name: str
    sort_key: str
    search_key: str
    unit_id: int | None
    unit: str
    unit_sort_key: str
    position: dict[str, str]
    staff_code: str | None


@dataclass(frozen=True, slots=True)
class Pair:
    """One person and one module that is asked of them."""

    colleague: Colleague
    subject: Subject
    assignment_id: int
    assigned_at: datetime
    due_on: date
    learning: Learning
    situation: Situation
    row: BoardRow


@dataclass(frozen=True, slots=True)
class BoardPerson:
    """One person with all modules looked at; ``due_on`` is the earliest day by which something is still open."""

    colleague: Colleague
    pairs: tuple[Pair, ...]
    row: BoardRow
    due_on: date | None
    overdue_days: int
    last_activity: datetime | None
    done_since: date | None


@dataclass(frozen=True, slots=True)
class Tally:
    """How many people are in each state, and how many carry the marks that lie across the states."""

    total: int
    done: int
    learning: int
    not_passed: int
    not_started: int
    overdue: int
    lapsed: int


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit; ``line`` counts those done by the end of each of the last fourteen days."""

    unit_id: int | None
    unit: str
    sort_key: str
    tally: Tally
    line: tuple[int, ...]
    last_activity: datetime | None


@dataclass(frozen=True)
class Board:
    """A facility's people with what is asked of them, as of one instant."""

    people: tuple[BoardPerson, ...]
    at: datetime

    @cached_property
    def tally(self) -> Tally:
        """Return the states of everyone."""
        return tally(self.people)

    @cached_property
    def units(self) -> list[UnitRow]:
        """Return one row a unit that has people, in the order of their names."""
        today = civil_day(self.at)
        by_unit: dict[int | None, list[BoardPerson]] = {}
        for person in self.people:
            by_unit.setdefault(person.colleague.unit_id, []).append(person)
        rows = (_unit_row(people, today) for people in by_unit.values())
        return sorted(rows, key=lambda row: (row.unit_id is None, row.sort_key, row.unit_id or 0))

    @cached_property
    def pace(self) -> Pace:
        """Return what the target takes from today: until the last due day of what is not done."""
        left = (pair for person in self.people for pair in person.pairs if pair.row.state is not BoardState.DONE)
        due = max((pair.due_on for pair in left), default=None)
        return pace(self.tally.done, self.tally.total, due, civil_day(self.at))


def tally(people: Iterable[BoardPerson]) -> Tally:
    """Return how many people are in each state; the four add up to the total."""
    rows = [person.row for person in people]
    counts = dict.fromkeys(BoardState, 0)
    for row in rows:
        counts[row.state] += 1
    return Tally(
        total=len(rows),
        done=counts[BoardState.DONE],
        learning=counts[BoardState.LEARNING],
        not_passed=counts[BoardState.NOT_PASSED],
        not_started=counts[BoardState.NOT_STARTED],
        overdue=sum(row.is_overdue for row in rows),
        lapsed=sum(row.has_lapsed for row in rows),
    )


def _unit_row(people: Sequence[BoardPerson], today: date) -> UnitRow:
    first = people[0].colleague
    return UnitRow(
        first.unit_id,
        first.unit,
        first.unit_sort_key,
        tally(people),
        cumulative([person.done_since for person in people if person.done_since], today),
        max((person.last_activity for person in people if person.last_activity), default=None),
    )


def board(
    facility_id: int,
    now: datetime,
    *,
    module_id: int | None = None,
    revoked: Collection[int] = (),
    subjects: Mapping[int, Subject] | None = None,
) -> Board:
    """Return the board of a facility for one module, or for everything that is asked (None).

    Only people who work there now; ``revoked`` holds ids of completions whose certificate was revoked. Five
    statements, four when the ``subjects`` are known already.
    """
    pairs = list_pairs(facility_id, now, module_id=module_id, revoked=revoked, subjects=subjects)
    by_person: dict[int, list[Pair]] = {}
    for pair in pairs:
        by_person.setdefault(pair.colleague.person_id, []).append(pair)
    today = civil_day(now)
    people = (_board_person(tuple(own), today) for own in by_person.values())
    ordered = sorted(people, key=lambda person: (person.colleague.sort_key, person.colleague.person_id))
    return Board(tuple(ordered), now)


def _board_person(pairs: tuple[Pair, ...], today: date) -> BoardPerson:
    row = together([pair.row for pair in pairs])
    due_on = min((pair.due_on for pair in pairs if pair.row.state is not BoardState.DONE), default=None)
    since = [done_since(pair.learning) for pair in pairs] if row.state is BoardState.DONE else []
    return BoardPerson(
        pairs[0].colleague,
        pairs,
        row,
        due_on,
        (today - due_on).days if row.is_overdue and due_on else 0,
        max((at for pair in pairs if (at := pair.learning.last_activity)), default=None),
        max((day for day in since if day), default=None),
    )


def list_pairs(
    facility_id: int,
    now: datetime,
    *,
    module_id: int | None = None,
    person_id: int | None = None,
    revoked: Collection[int] = (),
    subjects: Mapping[int, Subject] | None = None,
) -> list[Pair]:
    """Return each person × module that is asked in a facility, of everyone or of one person.

    Five statements, four when the ``subjects`` are known already.
    """
    subjects = list_subjects() if subjects is None else subjects
    people = people_of(facility_id, now)
    if person_id is not None:
        people = people.where(Employment.person_id == person_id)
    learned = learning_of(people)
    pairs: list[Pair] = []
    for colleague, assignment_id, own_module_id, assigned_at, due_on in _list_asked(
        facility_id, now, module_id=module_id, person_id=person_id
    ):
        subject = subjects[own_module_id]
        learning = learned.get((colleague.person_id, own_module_id), NOTHING_LEARNED)
        asked = Asked(assigned_at, due_on, subject.majors)
        situation = situation_of(learning, asked, now, revoked=revoked, rules=RULES)
        if situation.row is not None:
            pairs.append(
                Pair(colleague, subject, assignment_id, assigned_at, due_on, learning, situation, situation.row)
            )
    return pairs


def _list_asked(
    facility_id: int, now: datetime, *, module_id: int | None, person_id: int | None
) -> Iterable[tuple[Colleague, int, int, datetime, date]]:
    statement = (
        select(
            Assignment.id,
            Assignment.module_id,
            Assignment.assigned_at,
            Assignment.due_on,
            Person.id,
            Person.name,
            Person.sort_key,
            Person.search_key,
            Unit.id,
            Unit.name,
            Unit.sort_key,
            Position.name_vi,
            Position.name_en,
            Employment.staff_code,
        )
        .join(Person, Person.id == Assignment.person_id)
        .join(Employment, (Employment.person_id == Person.id) & employed_at(facility_id, now))
        .join(Position, Position.id == Employment.position_id)
        .outerjoin(Unit, Unit.id == Employment.unit_id)
        .where(Assignment.facility_id == facility_id, Assignment.cancelled_at.is_(None))
        .order_by(Assignment.id)
    )
    if module_id is not None:
        statement = statement.where(Assignment.module_id == module_id)
    if person_id is not None:
        statement = statement.where(Assignment.person_id == person_id)
    return _each_once(db.session.execute(statement))


def _each_once(rows: Iterable[Any]) -> Iterator[tuple[Colleague, int, int, datetime, date]]:
    """Yield each assignment once, also of someone with two workplaces here, and each colleague as one object."""
    colleagues: dict[int, Colleague] = {}
    seen: set[int] = set()
    for assignment_id, module_id, assigned_at, due_on, person_id, *rest in rows:
        if assignment_id in seen:
            continue
        seen.add(assignment_id)
        if person_id not in colleagues:
            name, sort_key, search_key, unit_id, unit, unit_sort_key, name_vi, name_en, staff_code = rest
            colleagues[person_id] = Colleague(
                person_id,
                name,
                sort_key,
                search_key,
                unit_id,
                unit or "",
                unit_sort_key or "",
                {"vi": name_vi, "en": name_en},
                staff_code,
            )
        yield colleagues[person_id], assignment_id, module_id, assigned_at, due_on
