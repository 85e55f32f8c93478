"""Activation slips: one-time codes on paper by which people choose their first, or next, password (ruling 16)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update

from app.kernel import audit
from app.kernel.db import db
from app.kernel.errors import Conflict
from app.kernel.tokens import hash_token, new_slip_code, read_slip_code
from app.people import queries
from app.people.models import ActivationSlip, Person
from app.people.operations.accounts import set_password
from app.people.operations.sign_in import end_sign_ins

SLIP_HOLDS = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Slip:
    """A new slip; its code is known here and on paper only."""

    person_id: int
    name: str
    staff_code: str
    unit: str
    code: str
    expires_at: datetime


def make_slips(
    actor_id: int | None, facility_id: int, person_ids: Collection[int], *, now: datetime, with_managers: bool = False
) -> list[Slip]:
    """Make a slip for each of these people who works at the facility now, in the order of units and names.

    Older slips of theirs die. People who hold a role are left out unless ``with_managers``: whoever prints a
    director's slip could sign in as the director, so those are made by the city's command. Nobody's present password
    changes until a slip is used. ``actor_id`` None is a command.
    """
    people = queries.list_slip_people(facility_id, person_ids, now, with_managers=with_managers)
    ids = [each.person_id for each in people]
    db.session.execute(
        update(ActivationSlip)
        .where(
            ActivationSlip.person_id.in_(ids), ActivationSlip.used_at.is_(None), ActivationSlip.replaced_at.is_(None)
        )
        .values(replaced_at=now)
    )
    expires_at = now + SLIP_HOLDS
    slips = [
        Slip(each.person_id, each.name, each.staff_code or "", each.unit, new_slip_code(), expires_at)
        for each in people
    ]
    db.session.add_all(
        ActivationSlip(
            person_id=slip.person_id,
            facility_id=facility_id,
            code_hash=hash_slip_code(slip.code),
            made_by=actor_id,
            made_at=now,
            expires_at=expires_at,
        )
        for slip in slips
    )
    db.session.flush()
    audit.record(actor_id, "people.slips_made", "facility", facility_id, facility_id=facility_id, people=ids)
    return slips


def make_slip(actor_id: int | None, person_id: int, *, now: datetime) -> Slip:
    """Make a slip for someone outside any facility's list, such as a member of the task force; for commands only."""
    person = db.session.get_one(Person, person_id)
    code = new_slip_code()
    db.session.execute(
        update(ActivationSlip)
        .where(
            ActivationSlip.person_id == person_id,
            ActivationSlip.used_at.is_(None),
            ActivationSlip.replaced_at.is_(None),
        )
        .values(replaced_at=now)
    )
    slip = Slip(person_id, person.name, "", "", code, now + SLIP_HOLDS)
    db.session.add(
        ActivationSlip(
            person_id=person_id,
            code_hash=hash_slip_code(code),
            made_by=actor_id,
            made_at=now,
            expires_at=slip.expires_at,
        )
    )
    db.session.flush()
    audit.record(actor_id, "people.slips_made", "person", person_id, people=[person_id])
    return slip


def hash_slip_code(typed: str) -> str:
    """Return the hash under which a code is kept, however it was typed."""
    return hash_token(read_slip_code(typed))


def use_slip(slip_id: int, password_hash: str, *, now: datetime) -> int:
    """Let a slip's person have the password they chose, and return their id; the slip is dead from now on.

    Every sign-in of theirs ends. Raises ``Conflict("slip_dead")`` when it was used, replaced or has expired meanwhile.
    """
    slip = db.session.scalar(select(ActivationSlip).where(ActivationSlip.id == slip_id).with_for_update())
    if slip is None or slip.used_at is not None or slip.replaced_at is not None or slip.expires_at <= now:
        raise Conflict("slip_dead")
    person = db.session.get_one(Person, slip.person_id, with_for_update=True)
    if person.suspended_at is not None:
        raise Conflict("slip_dead")
    slip.used_at = now
    set_password(slip.person_id, password_hash, now=now)
    end_sign_ins(slip.person_id, now=now)
    audit.record(slip.person_id, "people.activated", "person", slip.person_id, facility_id=slip.facility_id)
    return slip.person_id
