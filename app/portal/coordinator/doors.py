"""What the coordinator's pages share: their blueprint, the time a page speaks of, which certificates have fallen."""

import re
from datetime import date, datetime

from flask import Blueprint
from sqlalchemy import select

from app.assignments.queries import people_of
from app.assignments.rules import BoardState
from app.kernel import clock
from app.kernel.db import db
from app.kernel.i18n import _, clocktime, day
from app.people.models import Role
from app.people.permissions import Actor
from certificates.models import Certificate, CertificateRevocation

SHAPES = {
    BoardState.NOT_STARTED: "none",
    BoardState.LEARNING: "learning",
    BoardState.NOT_PASSED: "failed",
    BoardState.DONE: "done",
}

blueprint = Blueprint("coordinator", __name__, template_folder="../templates")


def revoked_at(facility_id: int, now: datetime) -> set[int]:
    """Return the ids of completions, of people of a facility, whose certificate was revoked and not replaced."""
    return set(
        db.session.scalars(
            select(Certificate.completion_id)
            .join(CertificateRevocation, CertificateRevocation.certificate_id == Certificate.id)
            .where(
                Certificate.person_id.in_(people_of(facility_id, now)),
                CertificateRevocation.effective_at <= now,
                CertificateRevocation.replaced_by_id.is_(None),
            )
        )
    )


def read_id(text: str) -> int | None:
    """Read an id from an address or a form; anything odd is None."""
    return int(text) if re.fullmatch(r"[0-9]{1,12}", text) else None


def may_change(actor: Actor, facility_id: int) -> bool:
    """Say whether the reader may assign and change here, or only reads: the director sees, the coordinator does."""
    return actor.has(Role.COORDINATOR, facility_id)


def when(instant: datetime | None, today: date) -> str:
    """Write when somebody was last active: today with the time, else the day; in words when never."""
    if instant is None:
        return str(_("Not opened yet"))
    on = clock.civil_day(instant)
    return str(_("Today %(time)s", time=clocktime(instant))) if on == today else day(on)
