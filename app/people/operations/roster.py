"""What changes who works where: people join, move, are away, leave; each a dated fact with its record time."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.kernel import audit, clock
from app.kernel.db import db
from app.kernel.errors import Conflict, Invalid, NotFound
from app.kernel.events import bus
from app.people import queries
from app.people.events import EmploymentEnded, PersonEmployed, RosterChanged
from app.people.models import Duty, Employment, Invitation, Leave, Person, Role, ServicePoint
from app.people.operations.accounts import end_role
from app.people.operations.facts import change_fact, end_fact
from app.people.operations.sign_in import end_sign_ins
from app.people.permissions import Actor
from app.people.queries.facts import holds
from app.people.rules.names import clean_name, search_key, sort_key


class NameReason(StrEnum):
    """Why a person's name is written anew."""

    SPELLING = "spelling"
    LEGAL = "legal"


@dataclass(frozen=True, slots=True)
class Workplace:
    """Where and as what someone works at a facility; empty codes are None."""

    unit_id: int | None
    position_id: int
    staff_code: str | None


def make_person(name: str, phone: str | None, *, now: datetime, is_sample: bool = False) -> Person:
    """Make an account for a person (``phone`` as stored, ``+84…``); raises ``Conflict("phone_taken")``."""
    clean = clean_name(name)
    if not clean:
        raise Invalid("name_missing")
    person = Person(
        name=clean,
        search_key=search_key(clean),
        sort_key=sort_key(clean),
        phone=phone,
        is_sample=is_sample,
        created_at=now,
    )
    db.session.add(person)
    _flush("phone_taken")
    return person


def employ(actor_id: int | None, person_id: int, facility_id: int, place: Workplace, *, now: datetime) -> Employment:
    """Give a person a workplace from ``now`` on; raises ``Conflict`` ``staff_code_taken`` or ``already_employed``."""
    queries.get_facility(facility_id)
    if place.unit_id is not None:
        queries.get_unit(facility_id, place.unit_id)
    if _find_employment(facility_id, person_id, now) is not None:
        raise Conflict("already_employed")
    made = Employment(
        person_id=person_id,
        facility_id=facility_id,
        unit_id=place.unit_id,
        position_id=place.position_id,
        staff_code=place.staff_code,
        valid_from=now,
        recorded_at=now,
    )
    db.session.add(made)
    _flush("staff_code_taken")
    audit.record(actor_id, "people.employed", "person", person_id, facility_id=facility_id)
    bus.announce(PersonEmployed(person_id=person_id, facility_id=facility_id, employment_id=made.id))
    bus.announce(RosterChanged(facility_id=facility_id))
    return made


def add_person(
    actor_id: int, facility_id: int, name: str, phone: str | None, place: Workplace, *, now: datetime
) -> int | None:
    """Add one person to a facility and return their id; None: the phone is known elsewhere, an invitation was made.

    Who that is stays unsaid; the person answers at sign-in (ruling 17). Raises ``Conflict``.
    """
    known = db.session.scalar(select(Person).where(Person.phone == phone)) if phone else None
    if known is None:
        person_id = make_person(name, phone, now=now).id
        employ(actor_id, person_id, facility_id, place, now=now)
        return person_id
    if _find_employment(facility_id, known.id, now) is not None:
        raise Conflict("already_employed")
    invite(actor_id, known.id, facility_id, place, now=now)
    return None


def invite(actor_id: int, person_id: int, facility_id: int, place: Workplace, *, now: datetime) -> None:
    """Ask a person known elsewhere to work here too; an open invitation of this facility is not made twice."""
    open_one = select(Invitation.id).where(
        Invitation.person_id == person_id,
        Invitation.facility_id == facility_id,
        Invitation.accepted_at.is_(None),
        Invitation.declined_at.is_(None),
    )
    if db.session.scalar(open_one) is not None:
        return
    db.session.add(
        Invitation(
            person_id=person_id,
            facility_id=facility_id,
            unit_id=place.unit_id,
            position_id=place.position_id,
            staff_code=place.staff_code,
            made_at=now,
        )
    )
    db.session.flush()
    audit.record(actor_id, "people.invited", "facility", facility_id, facility_id=facility_id)


def change_workplace(actor_id: int, facility_id: int, person_id: int, place: Workplace, *, now: datetime) -> None:
    """Let a person work in another unit, position or under another code from ``now`` on; no change writes nothing."""
    held = _employment(facility_id, person_id, now)
    if place.unit_id is not None:
        queries.get_unit(facility_id, place.unit_id)
    if (held.unit_id, held.position_id, held.staff_code) == (place.unit_id, place.position_id, place.staff_code):
        return
    try:
        change_fact(
            held, now=now, unit_id=place.unit_id, position_id=place.position_id, staff_code=place.staff_code,
            import_id=None,
        )  # fmt: skip
    except IntegrityError as error:
        raise Conflict("staff_code_taken") from error
    audit.record(actor_id, "people.workplace_changed", "person", person_id, facility_id=facility_id)
    bus.announce(RosterChanged(facility_id=facility_id))


def rename_person(actor_id: int, facility_id: int, person_id: int, name: str, reason: NameReason) -> None:
    """Write a person's name anew, for a reason that the audit keeps; certificates keep the name they were issued to."""
    _employment(facility_id, person_id, clock.now())
    person = db.session.get_one(Person, person_id, with_for_update=True)
    clean = clean_name(name)
    if not clean:
        raise Invalid("name_missing")
    if clean != person.name:
        person.name, person.search_key, person.sort_key = clean, search_key(clean), sort_key(clean)
        db.session.flush()
        audit.record(actor_id, "people.renamed", "person", person_id, facility_id=facility_id, reason=reason)


def change_phone(actor_id: int, facility_id: int, person_id: int, phone: str | None, *, now: datetime) -> None:
    """Keep another phone of a person; raises ``Conflict("phone_taken")``."""
    _employment(facility_id, person_id, now)
    person = db.session.get_one(Person, person_id, with_for_update=True)
    if person.phone != phone:
        person.phone = phone
        _flush("phone_taken")
        audit.record(actor_id, "people.phone_changed", "person", person_id, facility_id=facility_id)


def change_own_phone(actor: Actor, phone: str) -> None:
    """Keep another phone of the actor's own; raises ``Conflict("phone_not_yours")`` for one that is somebody's.

    Whose it is stays unsaid: a learner may not find out who has an account (ruling 17).
    """
    person = db.session.get_one(Person, actor.person_id, with_for_update=True)
    if person.phone != phone:
        person.phone = phone
        _flush("phone_not_yours")
        audit.record(actor.person_id, "people.own_phone_changed", "person", actor.person_id)


def put_on_leave(
    actor_id: int, facility_id: int, person_id: int, first: date, last: date | None, *, now: datetime
) -> Leave:
    """Record an absence from ``first`` to ``last`` (inclusive; None: open); raises ``Invalid``, ``Conflict``."""
    _employment(facility_id, person_id, now)
    if last is not None and last < first:
        raise Invalid("leave_backwards")
    starts, ends = clock.day_begins(first), clock.day_ends(last) if last else None
    others = select(Leave).where(
        Leave.person_id == person_id, Leave.facility_id == facility_id, Leave.superseded_at.is_(None)
    )
    for other in db.session.scalars(others):
        if (ends is None or other.valid_from < ends) and (other.valid_to is None or other.valid_to > starts):
            raise Conflict("leave_overlaps")
    made = Leave(person_id=person_id, facility_id=facility_id, valid_from=starts, valid_to=ends, recorded_at=now)
    db.session.add(made)
    db.session.flush()
    audit.record(actor_id, "people.leave_recorded", "person", person_id, facility_id=facility_id)
    bus.announce(RosterChanged(facility_id=facility_id))
    return made


def end_leave(actor_id: int, facility_id: int, person_id: int, leave_id: int, *, now: datetime) -> None:
    """Let an absence end now, or never happen if it has not begun; raises ``NotFound``."""
    leave = db.session.scalar(
        select(Leave)
        .where(Leave.id == leave_id, Leave.person_id == person_id, Leave.facility_id == facility_id)
        .where(Leave.superseded_at.is_(None))
        .with_for_update()
    )
    if leave is None:
        raise NotFound("leave")
    end_fact(leave, now, now=now)
    audit.record(actor_id, "people.leave_ended", "person", leave.person_id, facility_id=facility_id)
    bus.announce(RosterChanged(facility_id=facility_id))


def end_employment(actor_id: int, facility_id: int, person_id: int, *, now: datetime) -> None:
    """Let a person leave the facility now: employment, duties and roles there end, and every sign-in (SE-07).

    Raises ``Invalid("not_yourself")``.
    """
    if actor_id == person_id:
        raise Invalid("not_yourself")
    end_fact(_employment(facility_id, person_id, now), now, now=now)
    duties = (
        select(Duty)
        .join(ServicePoint, ServicePoint.id == Duty.service_point_id)
        .where(ServicePoint.facility_id == facility_id, Duty.person_id == person_id, Duty.superseded_at.is_(None))
        .where(Duty.valid_to.is_(None))
    )
    for duty in db.session.scalars(duties):
        end_fact(duty, now, now=now)
    for role, place in queries.list_grants(person_id, now):
        if place == facility_id:
            end_role(actor_id, person_id, Role(role), place, now=now)
    end_sign_ins(person_id, now=now)
    audit.record(actor_id, "people.employment_ended", "person", person_id, facility_id=facility_id)
    bus.announce(EmploymentEnded(person_id=person_id, facility_id=facility_id))
    bus.announce(RosterChanged(facility_id=facility_id))


def note_export(actor_id: int, facility_id: int, chosen: queries.RosterFilter, *, rows: int, kind: str) -> None:
    """Write who took the list away, how many people, and by which filter (EX-04); what was searched stays unsaid."""
    audit.record(
        actor_id,
        "people.exported",
        "facility",
        facility_id,
        facility_id=facility_id,
        rows=rows,
        kind=kind,
        unit=chosen.unit_id,
        position=chosen.position_id,
        state=chosen.state,
        searched=bool(chosen.search),
    )


def _find_employment(facility_id: int, person_id: int, now: datetime) -> Employment | None:
    return db.session.scalar(
        select(Employment)
        .where(Employment.facility_id == facility_id, Employment.person_id == person_id, holds(Employment, now))
        .with_for_update()
    )


def _employment(facility_id: int, person_id: int, now: datetime) -> Employment:
    found = _find_employment(facility_id, person_id, now)
    if found is None:
        raise NotFound("person")
    return found


def _flush(code: str) -> None:
    """Flush; what the database refuses as a second one is ``Conflict(code)``."""
    try:
        db.session.flush()
    except IntegrityError as error:
        raise Conflict(code) from error
