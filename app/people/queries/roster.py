"""Reads about the people of one facility: the list the coordinator works with, and colleagues for other rooms."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select

from app.kernel import clock
from app.kernel.db import db
from app.kernel.errors import NotFound
from app.kernel.paging import Page
from app.people.models import Credential, Employment, Leave, Person, Position, SignIn, Unit
from app.people.queries.facts import holds
from app.people.queries.slips import holders_of_roles
from app.people.rules.names import given_name, search_key

PAGE_SIZE = 50
# Fewer digits are in everyone's phone number.
_SHORTEST_NUMBER = 3


class RosterState(StrEnum):
    """Where a person of the list stands."""

    SUSPENDED = "suspended"
    ON_LEAVE = "on_leave"
    ACTIVE = "active"
    NOT_ACTIVATED = "not_activated"


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One person of the list; ``phone`` is the stored number, pages mask it; ``seen_at`` is the last request."""

    person_id: int
    name: str
    staff_code: str
    unit_id: int | None
    unit: str
    position_id: int
    position: dict[str, str]
    phone: str | None
    state: RosterState
    seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class Colleague:
    """Someone who works at a facility now."""

    person_id: int
    name: str
    given_name: str
    unit_id: int | None
    unit: str
    position_code: str
    position_id: int
    staff_code: str | None
    phone: str | None


@dataclass(frozen=True, slots=True)
class RosterFilter:
    """What the list is narrowed to; empty words and None mean everything."""

    search: str = ""
    unit_id: int | None = None
    position_id: int | None = None
    state: RosterState | None = None
    sort: str = "name"


def _leave_now(facility_id: int, now: datetime) -> ColumnElement[bool]:
    return (
        select(Leave.id)
        .where(Leave.person_id == Person.id, Leave.facility_id == facility_id, holds(Leave, now))
        .exists()
    )


def _state(facility_id: int, now: datetime) -> ColumnElement[str]:
    return case(
        (Person.suspended_at.is_not(None), RosterState.SUSPENDED.value),
        (_leave_now(facility_id, now), RosterState.ON_LEAVE.value),
        (Credential.person_id.is_not(None), RosterState.ACTIVE.value),
        else_=RosterState.NOT_ACTIVATED.value,
    )


def list_roster(facility_id: int, chosen: RosterFilter, now: datetime, *, page: int | None = 1) -> Page[RosterRow]:
    """Return a page of the people who work at a facility at ``now``; ``page`` None returns them all."""
    state = _state(facility_id, now)
    seen = select(func.max(SignIn.seen_at)).where(SignIn.person_id == Person.id).scalar_subquery()
    statement = _narrowed(
        select(
            Person.id, Person.name, Employment.staff_code, Employment.unit_id, Unit.name, Position.id,
            Position.name_vi, Position.name_en, Person.phone, state, seen,
        ),
        facility_id, chosen, now,
    )  # fmt: skip
    total = db.session.scalar(_narrowed(select(func.count()).select_from(Employment), facility_id, chosen, now)) or 0
    size = PAGE_SIZE if page is not None else max(total, 1)
    number = min(page or 1, max(1, -(-total // size)))
    ordered = statement.order_by(*_order(chosen.sort, state, seen)).limit(size).offset((number - 1) * size)
    return Page([_row(row) for row in db.session.execute(ordered)], number, size, total)


def _narrowed(
    statement: Select[*tuple[Any, ...]], facility_id: int, chosen: RosterFilter, now: datetime
) -> Select[*tuple[Any, ...]]:
    statement = (
        statement.join(Person, Person.id == Employment.person_id)
        .join(Position, Position.id == Employment.position_id)
        .outerjoin(Unit, Unit.id == Employment.unit_id)
        .outerjoin(Credential, Credential.person_id == Person.id)
        .where(Employment.facility_id == facility_id, holds(Employment, now))
    )
    if chosen.unit_id is not None:
        statement = statement.where(Employment.unit_id == chosen.unit_id)
    if chosen.position_id is not None:
        statement = statement.where(Employment.position_id == chosen.position_id)
    if chosen.state is not None:
        statement = statement.where(_state(facility_id, now) == chosen.state.value)
    return statement.where(_matches(chosen.search)) if chosen.search.strip() else statement


def _matches(search: str) -> ColumnElement[bool]:
    """Return the condition that a person is meant: by name without marks, staff code, or the digits of the phone."""
    key = search_key(search)
    found = [
        Person.search_key.contains(key, autoescape=True),
        Employment.staff_code.icontains(search.strip(), autoescape=True),
    ]
    digits = "".join(letter for letter in key if letter.isdigit()).removeprefix("0")
    if len(digits) >= _SHORTEST_NUMBER and not key.strip("0123456789 .+-"):
        found.append(Person.phone.contains(digits, autoescape=True))
    return or_(*found)


def _order(sort: str, state: Any, seen: Any) -> list[Any]:
    columns: dict[str, Any] = {
        "name": Person.sort_key,
        "code": func.coalesce(Employment.staff_code, ""),
        "unit": func.coalesce(Unit.sort_key, ""),
        "position": Position.rank,
        "state": state,
        "seen": func.coalesce(seen, 0),
    }
    column = columns.get(sort.removeprefix("-"), Person.sort_key)
    return [column.desc() if sort.startswith("-") else column, Person.sort_key, Person.id]


def _row(row: Any) -> RosterRow:
    person_id, name, code, unit_id, unit, position_id, name_vi, name_en, phone, state, seen_at = row
    return RosterRow(
        person_id, name, code or "", unit_id, unit or "", position_id, {"vi": name_vi, "en": name_en}, phone,
        RosterState(state), seen_at,
    )  # fmt: skip


def get_roster_row(facility_id: int, person_id: int, now: datetime) -> RosterRow:
    """Return one person of a facility's list; raises ``NotFound`` for anyone who does not work there at ``now``."""
    seen = select(func.max(SignIn.seen_at)).where(SignIn.person_id == Person.id).scalar_subquery()
    statement = _narrowed(
        select(
            Person.id, Person.name, Employment.staff_code, Employment.unit_id, Unit.name, Position.id,
            Position.name_vi, Position.name_en, Person.phone, _state(facility_id, now), seen,
        ),
        facility_id, RosterFilter(), now,
    ).where(Person.id == person_id)  # fmt: skip
    row = db.session.execute(statement).one_or_none()
    if row is None:
        raise NotFound("person")
    return _row(row)


@dataclass(frozen=True, slots=True)
class LeaveRow:
    """An absence that lasts or is to come; ``until`` is the instant it is over, None when open."""

    id: int
    starts_at: datetime
    until: datetime | None


def list_leaves(facility_id: int, person_id: int, now: datetime) -> list[LeaveRow]:
    """Return a person's absences from a facility that are not over at ``now``, the earliest first."""
    rows = db.session.execute(
        select(Leave.id, Leave.valid_from, Leave.valid_to)
        .where(Leave.facility_id == facility_id, Leave.person_id == person_id, Leave.superseded_at.is_(None))
        .where(or_(Leave.valid_to.is_(None), Leave.valid_to > now))
        .order_by(Leave.valid_from)
    )
    return [LeaveRow(leave_id, starts, until) for leave_id, starts, until in rows]


def count_not_activated(facility_id: int, now: datetime) -> list[tuple[int | None, str, int, int]]:
    """Return per unit (id, name) how many of its people have no password yet and how many there are in all.

    People who hold a role are left out of both: their slips are not the coordinator's to make.
    """
    waiting = func.count().filter(Credential.person_id.is_(None))
    statement = (
        _narrowed(select(Employment.unit_id, Unit.name, waiting, func.count()), facility_id, RosterFilter(), now)
        .where(Person.suspended_at.is_(None), Person.id.not_in(holders_of_roles(now)))
        .group_by(Employment.unit_id, Unit.name, Unit.sort_key)
        .order_by(Unit.sort_key)
    )
    return [(unit_id, unit or "", new, everyone) for unit_id, unit, new, everyone in db.session.execute(statement)]


def list_not_activated(facility_id: int, unit_ids: Collection[int | None], now: datetime) -> list[int]:
    """Return the ids of the people of these units (None: of no unit) who have no password yet and hold no role."""
    units = [each for each in unit_ids if each is not None]
    where = [Employment.unit_id.in_(units)] + ([Employment.unit_id.is_(None)] if None in unit_ids else [])
    statement = _narrowed(select(Person.id).select_from(Employment), facility_id, RosterFilter(), now)
    nobody_else = Person.id.not_in(holders_of_roles(now))
    return list(db.session.scalars(statement.where(Credential.person_id.is_(None), nobody_else, or_(*where))))


def get_colleague(facility_id: int, person_id: int) -> Colleague:
    """Return someone who works at the facility now; raises ``NotFound``."""
    found = [_colleague(row) for row in db.session.execute(_colleagues(facility_id).where(Person.id == person_id))]
    if not found:
        raise NotFound("person")
    return found[0]


def list_colleagues(
    facility_id: int,
    *,
    unit_ids: Collection[int] | None = None,
    position_codes: Collection[str] | None = None,
    search: str | None = None,
    sort: str = "name",
    page: int | None = None,
) -> list[Colleague]:
    """Return those who work at the facility now, narrowed to units, positions and a search without marks.

    ``sort``: name, unit, code or position, with ``-`` downwards. ``page`` (from 1) cuts fifties; None returns all.
    """
    statement = _colleagues(facility_id)
    if unit_ids is not None:
        statement = statement.where(Employment.unit_id.in_(unit_ids))
    if position_codes is not None:
        statement = statement.where(Position.code.in_(position_codes))
    if search and search.strip():
        statement = statement.where(_matches(search))
    statement = statement.order_by(*_order(sort, Position.code, 0))
    if page is not None:
        statement = statement.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)
    return [_colleague(row) for row in db.session.execute(statement)]


def _colleagues(facility_id: int) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Person.id, Person.name, Employment.unit_id, Unit.name, Position.code, Position.id, Employment.staff_code,
            Person.phone,
        )
        .join(Employment, Employment.person_id == Person.id)
        .join(Position, Position.id == Employment.position_id)
        .outerjoin(Unit, Unit.id == Employment.unit_id)
        .where(Employment.facility_id == facility_id, holds(Employment, clock.now()))
    )  # fmt: skip


def _colleague(row: Any) -> Colleague:
    person_id, name, unit_id, unit, position_code, position_id, staff_code, phone = row
    return Colleague(
        person_id, name, given_name(name), unit_id, unit or "", position_code, position_id, staff_code, phone
    )
