"""Reads about roster imports: which there were, and everything of a facility that a file is compared with."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from app.kernel.db import db
from app.kernel.errors import NotFound
from app.people.models import (
    Duty,
    Employment,
    ImportState,
    Invitation,
    Person,
    RosterImport,
    RosterMapping,
    ServicePoint,
)
from app.people.queries.places import list_positions, list_units
from app.people.queries.slips import holders_of_roles
from app.people.rules.plan import ExistingPerson, Facts, Known

SHOWN_IMPORTS = 20
# How many values one IN may carry; both databases refuse more than about 32,000.
CHUNK = 10_000


@dataclass(frozen=True, slots=True)
class Held:
    """The employment of someone at the facility: the one that lasts, or the last one of those who left."""

    id: int
    unit_id: int | None
    position_id: int
    staff_code: str | None
    valid_from: datetime
    valid_to: datetime | None
    import_id: int | None


@dataclass(frozen=True, slots=True)
class Standing:
    """A facility as a file meets it; two that are equal lead to the same plan.

    ``held``: person id → employment. ``accounts``: phone → person id of someone elsewhere. ``invited``: phone → whether
    the facility's last invitation was declined. ``protected``: whose work no file ends.
    """

    facts: Facts
    held: Mapping[int, Held]
    accounts: Mapping[str, int]
    invited: Mapping[str, bool]
    protected: frozenset[int]
    position_ids: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class ImportRow:
    """One line of the list of imports; ``maker`` is empty for one made by a command."""

    id: int
    file_name: str
    state: ImportState
    counts: Mapping[str, int]
    made_at: datetime
    maker: str


def get_import(facility_id: int, import_id: int) -> RosterImport:
    """Return an import of this facility; raises ``NotFound`` for any other's."""
    found = db.session.scalar(
        select(RosterImport).where(RosterImport.id == import_id, RosterImport.facility_id == facility_id)
    )
    if found is None:
        raise NotFound("roster_import")
    return found


def find_import(import_id: int) -> RosterImport | None:
    """Return an import whoever's it is, for the worker, or None."""
    return db.session.get(RosterImport, import_id)


def list_imports(facility_id: int) -> list[ImportRow]:
    """Return the facility's last imports, the newest first."""
    rows = db.session.execute(
        select(
            RosterImport.id, RosterImport.file_name, RosterImport.state, RosterImport.counts, RosterImport.made_at,
            Person.name,
        )
        .outerjoin(Person, Person.id == RosterImport.made_by)
        .where(RosterImport.facility_id == facility_id)
        .order_by(RosterImport.id.desc())
        .limit(SHOWN_IMPORTS)
    )  # fmt: skip
    return [ImportRow(*row[:-1], row[-1] or "") for row in rows]


def list_stale_imports(unfinished_before: datetime, finished_before: datetime) -> list[int]:
    """Return the ids of imports whose files nobody needs any more."""
    done = (ImportState.DONE, ImportState.UNDONE)
    return list(
        db.session.scalars(
            select(RosterImport.id).where(
                RosterImport.file_key != "",
                or_(
                    RosterImport.made_at < finished_before,
                    RosterImport.state.not_in(done) & (RosterImport.made_at < unfinished_before),
                ),
            )
        )
    )


def has_later_import(made: RosterImport) -> bool:
    """Say whether another file has been applied in the same facility since."""
    later = (
        select(RosterImport.id)
        .where(RosterImport.facility_id == made.facility_id, RosterImport.state == ImportState.DONE)
        .where(RosterImport.applied_at > made.applied_at, RosterImport.id != made.id)
        .limit(1)
    )
    return db.session.scalar(later) is not None


def read_standing(facility_id: int, phones: Collection[str], actor_id: int | None, now: datetime) -> Standing:
    """Return what a file with these phones is compared with; ``actor_id`` is the importer, None a command."""
    held, people = _people(facility_id, now)
    positions = list_positions()
    here = {person.phone for person in people}
    accounts = dict(_accounts(sorted(set(phones) - here)))
    remembered: dict[str, dict[str, str]] = {"unit": {}, "position": {}, "point": {}}
    codes = {position.id: position.code for position in positions}
    for kind, word, key in _remembered(facility_id, codes):
        remembered[kind][word] = key
    duties = _duties(facility_id, now)
    facts = Facts(
        people=tuple(_existing(person, held[person.id], codes, duties, now) for person in people),
        units=tuple(Known(str(unit.id), unit.name) for unit in list_units(facility_id)),
        positions=tuple(Known(position.code, position.name_vi) for position in positions),
        points=tuple(_points(facility_id)),
        remembered_units=remembered["unit"],
        remembered_positions=remembered["position"],
        remembered_points=remembered["point"],
        elsewhere=frozenset(accounts),
    )
    protected = frozenset(db.session.scalars(holders_of_roles(now))) | ({actor_id} if actor_id else set())
    position_ids = {position.code: position.id for position in positions}
    return Standing(facts, held, accounts, _invited(facility_id), protected, position_ids)


@dataclass(frozen=True, slots=True)
class _Row:
    id: int
    name: str
    phone: str | None


def _lasts(now: datetime) -> ColumnElement[bool]:
    """Employment that is not over at ``now``, though it may begin later only."""
    return Employment.superseded_at.is_(None) & (Employment.valid_to.is_(None) | (Employment.valid_to > now))


def _people(facility_id: int, now: datetime) -> tuple[dict[int, Held], list[_Row]]:
    """Return who works here or has left, each with one employment; not those who left and now work elsewhere.

    Of those the importer may learn nothing (ruling 17): their phone leads to an invitation like anybody's.
    """
    rows = db.session.execute(
        select(
            Person.id, Person.name, Person.phone, Employment.id, Employment.unit_id, Employment.position_id,
            Employment.staff_code, Employment.valid_from, Employment.valid_to, Employment.import_id,
        )
        .join(Person, Person.id == Employment.person_id)
        .where(Employment.facility_id == facility_id, Employment.superseded_at.is_(None))
        # The last in this order wins: what is over before what lasts.
        .order_by(Person.id, Employment.valid_to.is_(None), Employment.valid_to, Employment.id)
    )  # fmt: skip
    held: dict[int, Held] = {}
    people: dict[int, _Row] = {}
    for person_id, name, phone, *employment in rows:
        held[person_id], people[person_id] = Held(*employment), _Row(person_id, name, phone)
    left = {key for key, each in held.items() if each.valid_to is not None and each.valid_to <= now}
    for person_id in _working_elsewhere(facility_id, left, now):
        del held[person_id], people[person_id]
    return held, list(people.values())


def _working_elsewhere(facility_id: int, person_ids: Collection[int], now: datetime) -> set[int]:
    found: set[int] = set()
    for part in chunks(sorted(person_ids)):
        found.update(
            db.session.scalars(
                select(Employment.person_id).where(
                    Employment.person_id.in_(part), Employment.facility_id != facility_id, _lasts(now)
                )
            )
        )
    return found


def _existing(
    person: _Row, held: Held, codes: Mapping[int, str], duties: Mapping[int, frozenset[str]], now: datetime
) -> ExistingPerson:
    return ExistingPerson(
        person.id,
        person.name,
        held.staff_code,
        person.phone,
        str(held.unit_id) if held.unit_id is not None else None,
        codes[held.position_id],
        duties.get(person.id, frozenset()),
        is_active=held.valid_to is None or held.valid_to > now,
    )


def _accounts(phones: Sequence[str]) -> Iterator[tuple[str, int]]:
    for part in chunks(phones):
        rows = db.session.execute(select(Person.phone, Person.id).where(Person.phone.in_(part)).order_by(Person.id))
        yield from ((phone, person_id) for phone, person_id in rows if phone)


def _duties(facility_id: int, now: datetime) -> dict[int, frozenset[str]]:
    rows = db.session.execute(
        select(Duty.person_id, Duty.service_point_id)
        .join(ServicePoint, ServicePoint.id == Duty.service_point_id)
        .where(ServicePoint.facility_id == facility_id, Duty.superseded_at.is_(None))
        .where(or_(Duty.valid_to.is_(None), Duty.valid_to > now))
    )
    found: dict[int, set[str]] = {}
    for person_id, point_id in rows:
        found.setdefault(person_id, set()).add(str(point_id))
    return {person_id: frozenset(points) for person_id, points in found.items()}


def _points(facility_id: int) -> Iterator[Known]:
    points = db.session.scalars(
        select(ServicePoint).where(ServicePoint.facility_id == facility_id).order_by(ServicePoint.id)
    )
    for point in points:
        yield Known(str(point.id), f"{point.name} {point.shift}".strip(), str(point.unit_id))


def _remembered(facility_id: int, codes: Mapping[int, str]) -> Iterator[tuple[str, str, str]]:
    """Yield (kind, word, key) of what the words of this facility's files were said to mean."""
    rows = db.session.execute(
        select(
            RosterMapping.kind, RosterMapping.word_key, RosterMapping.unit_id, RosterMapping.position_id,
            RosterMapping.service_point_id,
        )
        .where(RosterMapping.facility_id == facility_id)
        .order_by(RosterMapping.id)
    )  # fmt: skip
    for kind, word, unit_id, position_id, point_id in rows:
        keys: dict[str, Any] = {"unit": unit_id, "position": codes.get(position_id or 0), "point": point_id}
        if keys.get(kind) is not None:
            yield kind, word, str(keys[kind])


def _invited(facility_id: int) -> dict[str, bool]:
    rows = db.session.execute(
        select(Person.phone, Invitation.declined_at)
        .join(Person, Person.id == Invitation.person_id)
        .where(Invitation.facility_id == facility_id, Invitation.accepted_at.is_(None))
        .order_by(Invitation.id)
    )
    return {phone: declined_at is not None for phone, declined_at in rows if phone}


def chunks(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Yield the values in parts that one IN may carry."""
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]
