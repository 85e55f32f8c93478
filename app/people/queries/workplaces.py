"""Reads about where a person works now."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, or_, select

from app.kernel.db import UtcDateTime, fetch
from app.people.models import Employment, Facility, Position, Unit


@dataclass(frozen=True, slots=True)
class Workplace:
    """One present workplace of a person; ``unit`` is empty when none is known."""

    facility_id: int
    facility_code: str
    facility_name: str
    unit_id: int | None
    unit: str
    position_id: int
    position_code: str
    position: dict[str, str]
    staff_code: str | None


_NOW = bindparam("now", type_=UtcDateTime())
WORKPLACES = (
    select(
        Facility.id,
        Facility.code,
        Facility.name,
        Employment.unit_id,
        Unit.name,
        Position.id,
        Position.code,
        Position.name_vi,
        Position.name_en,
        Employment.staff_code,
    )
    .join(Facility, Facility.id == Employment.facility_id)
    .join(Position, Position.id == Employment.position_id)
    .outerjoin(Unit, Unit.id == Employment.unit_id)
    .where(
        Employment.person_id == bindparam("person_id"),
        Employment.superseded_at.is_(None),
        Employment.valid_from <= _NOW,
        or_(Employment.valid_to.is_(None), Employment.valid_to > _NOW),
    )
    .order_by(Employment.valid_from, Employment.id)
)


def list_workplaces(person_id: int, now: datetime) -> list[Workplace]:
    """Return the person's workplaces at ``now``, the oldest first: that is the home facility."""
    rows = fetch(WORKPLACES, person_id=person_id, now=now)
    return [
        Workplace(
            facility_id=facility_id,
            facility_code=code,
            facility_name=name,
            unit_id=unit_id,
            unit=unit or "",
            position_id=position_id,
            position_code=position_code,
            position={"vi": name_vi, "en": name_en},
            staff_code=staff_code,
        )
        for facility_id, code, name, unit_id, unit, position_id, position_code, name_vi, name_en, staff_code in rows
    ]
