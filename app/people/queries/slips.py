"""Reads about activation slips: whom one may be made for, and whose a typed code is."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, or_, select

from app.kernel.db import db
from app.people.models import ActivationSlip, Employment, Facility, Person, RoleGrant, Unit


@dataclass(frozen=True, slots=True)
class SlipPerson:
    """Someone for whom a slip may be made."""

    person_id: int
    name: str
    staff_code: str | None
    unit: str


@dataclass(frozen=True, slots=True)
class OpenSlip:
    """A slip that still works, and who it is for."""

    slip_id: int
    person_id: int
    name: str
    facility: str
    facility_code: str
    staff_code: str


def list_slip_people(
    facility_id: int, person_ids: Collection[int], now: datetime, *, with_managers: bool
) -> list[SlipPerson]:
    """Return those of ``person_ids`` who work at the facility at ``now`` and may get a slip, by unit and name."""
    statement = (
        select(Person.id, Person.name, Employment.staff_code, Unit.name)
        .join(Employment, Employment.person_id == Person.id)
        .outerjoin(Unit, Unit.id == Employment.unit_id)
        .where(
            Employment.facility_id == facility_id,
            Employment.superseded_at.is_(None),
            Employment.valid_from <= now,
            or_(Employment.valid_to.is_(None), Employment.valid_to > now),
            Person.id.in_(person_ids),
            Person.suspended_at.is_(None),
        )
        .order_by(Unit.sort_key.is_not(None), Unit.sort_key, Person.sort_key, Person.id)
    )
    if not with_managers:
        statement = statement.where(Person.id.not_in(holders_of_roles(now)))
    rows = db.session.execute(statement).all()
    return [SlipPerson(person_id, name, code, unit or "") for person_id, name, code, unit in rows]


def holders_of_roles(now: datetime) -> Select[int]:
    """Return the subquery of the ids of people who hold a role at ``now``."""
    return select(RoleGrant.person_id).where(
        RoleGrant.superseded_at.is_(None), or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to > now)
    )


def find_slip(code_hash: str, now: datetime) -> OpenSlip | None:
    """Return the slip of a code that still works at ``now``, or None: unknown, used, replaced, expired, suspended."""
    row = db.session.execute(
        select(ActivationSlip.id, Person.id, Person.name, Facility.name, Facility.code, Employment.staff_code)
        .join(Person, Person.id == ActivationSlip.person_id)
        .outerjoin(Facility, Facility.id == ActivationSlip.facility_id)
        .outerjoin(
            Employment,
            (Employment.person_id == Person.id)
            & (Employment.facility_id == ActivationSlip.facility_id)
            & Employment.superseded_at.is_(None)
            & Employment.valid_to.is_(None),
        )
        .where(
            ActivationSlip.code_hash == code_hash,
            ActivationSlip.used_at.is_(None),
            ActivationSlip.replaced_at.is_(None),
            ActivationSlip.expires_at > now,
            Person.suspended_at.is_(None),
        )
    ).one_or_none()
    if row is None:
        return None
    slip_id, person_id, name, facility, facility_code, staff_code = row
    return OpenSlip(slip_id, person_id, name, facility or "", facility_code or "", staff_code or "")
