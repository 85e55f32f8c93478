"""Reads about invitations that wait for a person's answer."""

from dataclasses import dataclass

from sqlalchemy import bindparam, select

from app.kernel.db import fetch
from app.people.models import Facility, Invitation, Position, Unit


@dataclass(frozen=True, slots=True)
class InvitationRow:
    """A facility that wishes to employ the person: where, and as what."""

    id: int
    facility: str
    unit: str
    position: dict[str, str]


INVITATIONS = (
    select(Invitation.id, Facility.name, Unit.name, Position.name_vi, Position.name_en)
    .join(Facility, Facility.id == Invitation.facility_id)
    .join(Position, Position.id == Invitation.position_id)
    .outerjoin(Unit, Unit.id == Invitation.unit_id)
    .where(
        Invitation.person_id == bindparam("person_id"),
        Invitation.accepted_at.is_(None),
        Invitation.declined_at.is_(None),
    )
    .order_by(Invitation.id)
)


def list_invitations(person_id: int) -> list[InvitationRow]:
    """Return the invitations that a person has not answered, the oldest first."""
    rows = fetch(INVITATIONS, person_id=person_id)
    return [
        InvitationRow(invitation_id, facility, unit or "", {"vi": name_vi, "en": name_en})
        for invitation_id, facility, unit, name_vi, name_en in rows
    ]
