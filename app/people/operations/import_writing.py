"""Writes what a plan says to the list of a facility: all of it or nothing, in few statements however many people."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from app.kernel import audit, clock
from app.kernel.db import db, insert_or
from app.kernel.errors import Conflict
from app.kernel.events import bus
from app.people.events import EmploymentEnded, PersonEmployed, RosterChanged
from app.people.models import (
    Duty,
    Employment,
    Facility,
    Invitation,
    Person,
    RosterImport,
    RosterMapping,
    ServicePoint,
    SignIn,
    Unit,
)
from app.people.queries.import_plan import Planned
from app.people.queries.imports import Held, chunks, read_standing
from app.people.rules.headings import Meaning
from app.people.rules.names import search_key, sort_key, text_sort_key
from app.people.rules.plan import MissingChoice, Outcome, PlannedRow

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A plan with everything worked out that needs no lock: search and sort keys, made staff codes.

    ``people``: the values of new persons, in the order of ``new``. ``codes``: row number → staff code made for it.
    """

    planned: Planned
    new: tuple[PlannedRow, ...]
    people: tuple[Values, ...]
    codes: Mapping[int, str]


@dataclass(slots=True)
class Receipt:
    """What an import wrote, by ids, so that it can be taken back; names and phones as (person, before, after)."""

    new: list[int] = field(default_factory=list)
    employments_made: list[int] = field(default_factory=list)
    employments_ended: list[int] = field(default_factory=list)
    duties_made: list[int] = field(default_factory=list)
    duties_ended: list[int] = field(default_factory=list)
    names: list[tuple[int, str, str]] = field(default_factory=list)
    phones: list[tuple[int, str | None, str]] = field(default_factory=list)


def prepare(planned: Planned) -> Prepared:
    """Work out what takes time, before any lock is taken."""
    new = tuple(row for row in planned.plan.rows if row.action is Outcome.NEW)
    people = tuple(
        {"name": row.name, "search_key": search_key(row.name), "sort_key": sort_key(row.name), "phone": row.phone}
        for row in new
    )
    return Prepared(planned, new, people, dict(_made_codes(planned, new)))


def _made_codes(planned: Planned, new: Sequence[PlannedRow]) -> Iterator[tuple[int, str]]:
    """Yield a free staff code for each row that asks for one: T0001, then T0002."""
    taken = {(held.staff_code or "").casefold() for held in planned.standing.held.values()}
    taken |= {(row.code or "").casefold() for row in planned.plan.rows}
    number = 0
    for row in new:
        if row.makes_code:
            number += 1
            while f"t{number:04d}" in taken:
                number += 1
            yield row.number, f"T{number:04d}"


def write_import(made: RosterImport, prepared: Prepared, *, now: datetime) -> Receipt:
    """Write a prepared plan and return what was written.

    One file at a time in a facility. Raises ``Conflict("roster_changed")`` when the list is no longer the one that the
    plan was made for: then it is to be planned anew.
    """
    db.session.scalars(select(Facility.id).where(Facility.id == made.facility_id).with_for_update(key_share=True)).one()
    planned = prepared.planned
    if read_standing(made.facility_id, planned.phones, made.made_by, now) != planned.standing:
        raise Conflict("roster_changed")
    writer = _Writer(made, prepared, now)
    try:
        writer.write()
    except IntegrityError as error:
        raise Conflict("roster_changed") from error
    return writer.receipt


class _Writer:
    """Carries the ids from one table to the next."""

    def __init__(self, made: RosterImport, prepared: Prepared, now: datetime) -> None:
        self.receipt = Receipt()
        self._import, self._prepared, self._now = made, prepared, now
        self._plan, self._standing = prepared.planned.plan, prepared.planned.standing
        self._facility_id = made.facility_id
        self._units: dict[str, int] = {}

    def write(self) -> None:
        changed = [row for row in self._plan.rows if row.action is Outcome.UPDATE]
        left = self._prepared.planned.leaving
        self._create_units()
        self._change_people(changed)
        self.receipt.new = self._insert(Person, [{**each, "created_at": self._now} for each in self._prepared.people])
        came = self._employ(changed)
        self._change_employments(changed, left)
        self._change_duties(changed, left)
        self._end_sign_ins(left)
        self._invite()
        self._remember()
        self._record(left)
        self._announce(came, left)

    def _insert(self, table: Any, rows: Sequence[Values]) -> list[int]:
        if not rows:
            return []
        return list(db.session.scalars(insert(table).returning(table.id, sort_by_parameter_order=True), rows))

    def _create_units(self) -> None:
        rows = [
            {
                "facility_id": self._facility_id,
                "name": unit.name,
                "search_key": search_key(unit.name),
                "sort_key": text_sort_key(unit.name),
                "created_at": self._now,
            }
            for unit in self._plan.new_units
        ]
        made = self._insert(Unit, rows)
        self._units = {unit.key: unit_id for unit, unit_id in zip(self._plan.new_units, made, strict=True)}

    def _unit_id(self, key: str | None) -> int | None:
        return None if key is None else self._units.get(key) or int(key)

    def _change_people(self, changed: Sequence[PlannedRow]) -> None:
        """Write other names and phones; first every changing phone is let go, so that two may swap theirs."""
        receipt, rows = self.receipt, []
        for row in changed:
            for change in row.changes:
                if change.column is Meaning.NAME:
                    receipt.names.append((_id(row), change.before or "", change.after))
                    keys = {"search_key": search_key(row.name), "sort_key": sort_key(row.name)}
                    rows.append({"id": _id(row), "name": row.name, **keys})
                elif change.column is Meaning.PHONE:
                    receipt.phones.append((_id(row), change.before, change.after))
        self._update(Person, [person_id for person_id, *_ in receipt.phones], phone=None)
        # One list a shape: rows with different columns cannot travel in one statement.
        for each in (rows, [{"id": person_id, "phone": after} for person_id, _, after in receipt.phones]):
            if each:
                db.session.execute(update(Person), each)

    def _update(self, table: Any, ids: Sequence[int], **values: object) -> None:
        for part in chunks(ids):
            db.session.execute(
                update(table).where(table.id.in_(part)).values(**values).execution_options(synchronize_session=False)
            )

    def _employ(self, changed: Sequence[PlannedRow]) -> list[tuple[int, int]]:
        """Give new people and those who return a workplace; return (person id, employment id) of each."""
        rows = [
            self._employment(
                person_id,
                self._unit_id(row.unit),
                self._position_id(row),
                row.code or self._prepared.codes.get(row.number),
                valid_from=clock.day_begins(row.start) if row.start else self._now,
            )
            for row, person_id in zip(self._prepared.new, self.receipt.new, strict=True)
        ]
        for row in changed:
            if row.returns:
                held = self._held(row)
                unit_id = self._unit_id(row.unit) if row.unit else held.unit_id
                position_id = self._position_id(row) if row.position else held.position_id
                code = row.code or self._free_code(held)
                rows.append(self._employment(_id(row), unit_id, position_id, code, valid_from=self._now))
        ids = self._insert(Employment, rows)
        self.receipt.employments_made += ids
        return [(row["person_id"], employment_id) for row, employment_id in zip(rows, ids, strict=True)]

    def _free_code(self, held: Held) -> str | None:
        """Return the code someone had before they left, unless somebody else has it now."""
        return None if held.staff_code in self._codes_in_use else held.staff_code

    @cached_property
    def _codes_in_use(self) -> set[str | None]:
        lasting = (each for each in self._standing.held.values() if each.valid_to is None)
        return {each.staff_code for each in lasting} | {row.code for row in self._plan.rows}

    def _employment(
        self, person_id: int, unit_id: int | None, position_id: int, code: str | None, *, valid_from: datetime
    ) -> Values:
        return {
            "person_id": person_id,
            "facility_id": self._facility_id,
            "unit_id": unit_id,
            "position_id": position_id,
            "staff_code": code,
            "valid_from": valid_from,
            "valid_to": None,
            "recorded_at": self._now,
            "import_id": self._import.id,
        }

    def _position_id(self, row: PlannedRow) -> int:
        return self._standing.position_ids[row.position or ""]

    def _held(self, row: PlannedRow) -> Held:
        return self._standing.held[_id(row)]

    def _change_employments(self, changed: Sequence[PlannedRow], left: Sequence[int]) -> None:
        """Let employments be different from now on, or end: the old row is superseded, what was true stays true."""
        now, rows, ended = self._now, [], []
        for row in changed:
            values = self._other_place(row)
            if values and not row.returns:
                held = self._held(row)
                ended.append(held.id)
                rows += [self._copy(_id(row), held, valid_to=now)] if held.valid_from < now else []
                began = max(now, held.valid_from)
                rows.append(self._copy(_id(row), held, valid_from=began, **values))
        for person_id in left:
            held = self._standing.held[person_id]
            ended.append(held.id)
            rows += [self._copy(person_id, held, valid_to=now)] if held.valid_from < now else []
        self._update(Employment, ended, superseded_at=now)
        self.receipt.employments_made += self._insert(Employment, rows)
        self.receipt.employments_ended = ended

    def _other_place(self, row: PlannedRow) -> Values:
        values: Values = {}
        for change in row.changes:
            if change.column is Meaning.UNIT:
                values["unit_id"] = self._unit_id(change.after)
            elif change.column is Meaning.POSITION:
                values["position_id"] = self._position_id(row)
            elif change.column is Meaning.CODE:
                values["staff_code"] = change.after
        return values

    def _copy(self, person_id: int, held: Held, **values: object) -> Values:
        return {
            "person_id": person_id,
            "facility_id": self._facility_id,
            "unit_id": held.unit_id,
            "position_id": held.position_id,
            "staff_code": held.staff_code,
            "valid_from": held.valid_from,
            "valid_to": held.valid_to,
            "recorded_at": self._now,
            "import_id": held.import_id,
            **values,
        }

    def _change_duties(self, changed: Sequence[PlannedRow], left: Sequence[int]) -> None:
        """Let people stand at the points of their rows, and those who left stand nowhere here."""
        new = [(person_id, row.point) for row, person_id in zip(self._prepared.new, self.receipt.new, strict=True)]
        new += [(_id(row), row.point) for row in changed if any(each.column is Meaning.POINT for each in row.changes)]
        rows: list[Values] = [
            {"person_id": person_id, "service_point_id": int(point), "valid_from": self._now, "recorded_at": self._now}
            for person_id, point in new
            if point
        ]
        self.receipt.duties_made = self._insert(Duty, rows)
        ended = [duty for part in chunks(left) for duty in self._open_duties(part)]
        self._update(Duty, [duty.id for duty in ended], superseded_at=self._now)
        copies = [
            {
                "person_id": duty.person_id,
                "service_point_id": duty.service_point_id,
                "valid_from": duty.valid_from,
                "valid_to": self._now,
                "recorded_at": self._now,
            }
            for duty in ended
            if duty.valid_from < self._now
        ]
        self.receipt.duties_made += self._insert(Duty, copies)
        self.receipt.duties_ended = [duty.id for duty in ended]

    def _open_duties(self, person_ids: Sequence[int]) -> Sequence[Duty]:
        return db.session.scalars(
            select(Duty)
            .join(ServicePoint, ServicePoint.id == Duty.service_point_id)
            .where(ServicePoint.facility_id == self._facility_id, Duty.person_id.in_(person_ids))
            .where(Duty.superseded_at.is_(None), Duty.valid_to.is_(None))
        ).all()

    def _end_sign_ins(self, left: Sequence[int]) -> None:
        for part in chunks(left):
            db.session.execute(
                update(SignIn)
                .where(SignIn.person_id.in_(part), SignIn.ended_at.is_(None))
                .values(ended_at=self._now)
                .execution_options(synchronize_session=False)
            )

    def _invite(self) -> None:
        rows = [
            {
                "person_id": self._standing.accounts[row.phone or ""],
                "facility_id": self._facility_id,
                "unit_id": self._unit_id(row.unit),
                "position_id": self._position_id(row),
                "staff_code": row.code,
                "import_id": self._import.id,
                "made_at": self._now,
            }
            for row in self._plan.rows
            if row.action is Outcome.INVITE
        ]
        self._insert(Invitation, rows)

    def _remember(self) -> None:
        """Remember what the words of the file were said to mean; a later word wins over an earlier."""
        positions = self._standing.position_ids
        for learned in self._plan.learned:
            meant: dict[str, int | None] = {"unit_id": None, "position_id": None, "service_point_id": None}
            if learned.kind is Meaning.POSITION:
                meant["position_id"] = positions[learned.key]
            else:
                meant["unit_id" if learned.kind is Meaning.UNIT else "service_point_id"] = int(learned.key)
            key = {"facility_id": self._facility_id, "kind": learned.kind.value, "word_key": learned.word}
            statement = insert_or(RosterMapping).values(**key, **meant)
            db.session.execute(statement.on_conflict_do_update(index_elements=list(key), set_=meant))

    def _record(self, left: Sequence[int]) -> None:
        planned, receipt = self._prepared.planned, self.receipt
        audit.record(
            self._import.made_by,
            "people.roster_imported",
            "roster_import",
            self._import.id,
            facility_id=self._facility_id,
            counts=planned.counts,
            renamed=[person_id for person_id, *_ in receipt.names],
            phones=[person_id for person_id, *_ in receipt.phones],
            left=list(left),
            moved=[each.person_id for each in self._plan.missing if each.choice is MissingChoice.MOVED],
        )
        db.session.flush()

    def _announce(self, came: Sequence[tuple[int, int]], left: Sequence[int]) -> None:
        for person_id, employment_id in came:
            bus.announce(PersonEmployed(person_id, self._facility_id, employment_id))
        for person_id in left:
            bus.announce(EmploymentEnded(person_id, self._facility_id))
        receipt = self.receipt
        if receipt.employments_made or receipt.employments_ended or receipt.duties_made:
            bus.announce(RosterChanged(self._facility_id))


def _id(row: PlannedRow) -> int:
    assert row.person_id is not None  # noqa: S101  an UPDATE always has one
    return row.person_id
