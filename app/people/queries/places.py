"""Reads about facilities and what is inside them."""

from sqlalchemy import select

from app.kernel.db import db
from app.kernel.errors import NotFound
from app.people.models import Facility, Position, Unit


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


def list_positions() -> list[Position]:
    """Return the city's positions in their own order."""
    return list(db.session.scalars(select(Position).order_by(Position.rank, Position.id)))
