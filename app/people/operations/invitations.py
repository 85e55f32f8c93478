"""What a person answers to a facility that wishes to employ them too (ruling 17)."""

from datetime import datetime

from sqlalchemy import select

from app.kernel import audit
from app.kernel.db import db
from app.kernel.errors import NotFound
from app.people.models import Employment, Invitation
from app.people.operations.roster import Workplace, employ
from app.people.queries.workplaces import list_workplaces


def answer_invitation(person_id: int, invitation_id: int, *, accepts: bool, now: datetime) -> None:
    """Confirm or decline an invitation of one's own; answering again changes nothing.

    Who confirms works there from now on; a staff code that somebody else has meanwhile is left out. Raises
    ``NotFound`` for anybody else's invitation.
    """
    invitation = db.session.scalar(
        select(Invitation).where(Invitation.id == invitation_id, Invitation.person_id == person_id).with_for_update()
    )
    if invitation is None:
        raise NotFound("invitation")
    if invitation.accepted_at or invitation.declined_at:
        return
    if not accepts:
        invitation.declined_at = now
        db.session.flush()
        audit.record(
            person_id, "people.invitation_declined", "invitation", invitation.id, facility_id=invitation.facility_id
        )
        return
    invitation.accepted_at = now
    db.session.flush()
    audit.record(
        person_id, "people.invitation_accepted", "invitation", invitation.id, facility_id=invitation.facility_id
    )
    here = {place.facility_id for place in list_workplaces(person_id, now)}
    if invitation.facility_id not in here:
        place = Workplace(invitation.unit_id, invitation.position_id, _free_code(invitation))
        made = employ(person_id, person_id, invitation.facility_id, place, now=now)
        made.import_id = invitation.import_id
        db.session.flush()


def _free_code(invitation: Invitation) -> str | None:
    taken = select(Employment.id).where(
        Employment.facility_id == invitation.facility_id,
        Employment.staff_code == invitation.staff_code,
        Employment.superseded_at.is_(None),
        Employment.valid_to.is_(None),
    )
    return None if db.session.scalar(taken) is not None else invitation.staff_code
