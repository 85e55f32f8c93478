"""Reads about facilities and what is inside them: units, service points, who stands where."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.kernel.db import db
from app.kernel.errors import NotFound
from app.people.models import (
    Duty,
    Employment,
    Facility,
    FacilityParent,
    Person,
    Position,
    ServicePoint,
    ServicePointTerm,
    Unit,
)
from app.people.queries.facts import holds


@dataclass(frozen=True, slots=True)
class PointRow:
    """A service point of a facility, with its present term (None without one) and who is rostered there by name."""

    id: int
    unit_id: int
    name: str
    shift: str
    opens_at: datetime | None
    closes_at: datetime | None
    need: int | None
    is_open: bool
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit with how many people work in it now, and its service points."""

    id: int
    name: str
    people: int
    points: tuple[PointRow, ...]


def find_facility_id(code: str) -> int | None:
    """Return the id of the facility with this code (exact), or None."""
    return db.session.scalar(select(Facility.id).where(Facility.code == code))


def get_facility(facility_id: int) -> Facility:
    """Return a facility; raises ``NotFound``."""
    found = db.session.get(Facility, facility_id)
    if found is None:
        raise NotFound("facility")
    return found


def list_units(facility_id: int) -> list[Unit]:
    """Return the units of a facility in the order of their names."""
    return list(
        db.session.scalars(select(Unit).where(Unit.facility_id == facility_id).order_by(Unit.sort_key, Unit.id))
    )


def get_unit(facility_id: int, unit_id: int) -> Unit:
    """Return a unit of this facility; raises ``NotFound`` for any other's."""
    found = db.session.scalar(select(Unit).where(Unit.id == unit_id, Unit.facility_id == facility_id))
    if found is None:
        raise NotFound("unit")
    return found


def get_point(facility_id: int, point_id: int) -> ServicePoint:
    """Return a service point of this facility; raises ``NotFound`` for any other's."""
    found = db.session.scalar(
        select(ServicePoint).where(ServicePoint.id == point_id, ServicePoint.facility_id == facility_id)
    )
    if found is None:
        raise NotFound("service_point")
    return found


def list_positions() -> list[Position]:
    """Return the city's positions in their own order."""
    return list(db.session.scalars(select(Position).order_by(Position.rank, Position.id)))


def list_places(facility_id: int, now: datetime) -> list[UnitRow]:
    """Return the units of a facility with their service points and the duty lists that hold at ``now``."""
    rows = db.session.execute(
        select(Employment.unit_id, func.count())
        .where(Employment.facility_id == facility_id, holds(Employment, now))
        .group_by(Employment.unit_id)
    ).all()
    counts = {row[0]: row[1] for row in rows}
    points = list_points(facility_id, now)
    return [
        UnitRow(unit.id, unit.name, counts.get(unit.id, 0), tuple(each for each in points if each.unit_id == unit.id))
        for unit in list_units(facility_id)
    ]


def list_points(facility_id: int, now: datetime) -> list[PointRow]:
    """Return the service points of a facility, with the term that holds at ``now`` or the next to come."""
    rows = db.session.execute(
        select(ServicePoint, ServicePointTerm)
        .outerjoin(
            ServicePointTerm,
            (ServicePointTerm.service_point_id == ServicePoint.id)
            & ServicePointTerm.superseded_at.is_(None)
            & (ServicePointTerm.valid_to.is_(None) | (ServicePointTerm.valid_to > now)),
        )
        .where(ServicePoint.facility_id == facility_id)
        .order_by(ServicePoint.search_key, ServicePoint.id, ServicePointTerm.valid_from)
    ).all()
    people = _people_on_duty(facility_id, now)
    found: dict[int, PointRow] = {}
    for point, term in rows:
        if point.id not in found:
            found[point.id] = PointRow(
                point.id,
                point.unit_id,
                point.name,
                point.shift,
                term.valid_from if term else None,
                term.valid_to if term else None,
                term.need if term else None,
                is_open=term is not None and term.valid_from <= now,
                people=tuple(people.get(point.id, ())),
            )
    return list(found.values())


def _people_on_duty(facility_id: int, now: datetime) -> dict[int, list[str]]:
    rows = db.session.execute(
        select(Duty.service_point_id, Person.name)
        .join(Person, Person.id == Duty.person_id)
        .join(ServicePoint, ServicePoint.id == Duty.service_point_id)
        .where(ServicePoint.facility_id == facility_id, holds(Duty, now))
        .order_by(Person.sort_key, Person.id)
    )
    names: dict[int, list[str]] = {}
    for point_id, name in rows:
        names.setdefault(point_id, []).append(name)
    return names


def list_duty(point_id: int, now: datetime) -> list[int]:
    """Return the ids of the people rostered at a service point at ``now``."""
    return list(db.session.scalars(select(Duty.person_id).where(Duty.service_point_id == point_id, holds(Duty, now))))


def find_parent(facility_id: int, now: datetime) -> str | None:
    """Return the name of the body that a facility answers to at ``now``, or None when none is known."""
    return db.session.scalar(
        select(FacilityParent.parent).where(FacilityParent.facility_id == facility_id, holds(FacilityParent, now))
    )
