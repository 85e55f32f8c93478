"""What changes an account: its password, its language, whether it is suspended, what its owner may do."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from app.kernel import audit, passwords
from app.kernel.db import db
from app.kernel.errors import Conflict, Invalid, NotFound
from app.people import queries
from app.people.models import Credential, Person, Role, RoleGrant, TextSize
from app.people.operations.sign_in import end_sign_ins
from app.people.permissions import Actor
from app.people.rules.passwords import password_problem


def prepare_password(about: Sequence[str], password: str) -> str:
    """Return the hash of a good new password; call it before the transaction, it takes its time.

    ``about`` is what anyone knows of the person (``queries.list_known_words``). Raises ``Invalid`` with a
    ``PasswordProblem`` as its code (AU-01, AU-03).
    """
    problem = password_problem(password, common=queries.common_passwords(), about=about)
    if problem is not None:
        raise Invalid(problem)
    return passwords.hash_password(password)


def set_password(person_id: int, password_hash: str, *, now: datetime) -> None:
    """Keep the hash of a person's new password."""
    credential = db.session.get(Credential, person_id, with_for_update=True)
    if credential is None:
        db.session.add(Credential(person_id=person_id, password_hash=password_hash, changed_at=now))
    else:
        credential.password_hash, credential.changed_at = password_hash, now
    db.session.flush()


def change_password(actor: Actor, old_hash: str, new_hash: str, *, now: datetime) -> None:
    """Change the actor's own password and end every other sign-in (SE-07).

    Raises ``Conflict("sign_in_changed")`` when it was changed in the meantime.
    """
    credential = db.session.get(Credential, actor.person_id, with_for_update=True)
    if credential is None or credential.password_hash != old_hash:
        raise Conflict("sign_in_changed")
    set_password(actor.person_id, new_hash, now=now)
    end_sign_ins(actor.person_id, now=now, but=actor.sign_in_id)
    audit.record(actor.person_id, "people.password_changed", "person", actor.person_id)


def set_language(actor: Actor, language: str) -> None:
    """Remember the language an actor reads."""
    person = _person(actor.person_id)
    person.language = language
    db.session.flush()


def set_text_size(actor: Actor, size: TextSize) -> None:
    """Remember how large an actor likes to read."""
    _person(actor.person_id).text_size = size
    db.session.flush()


def suspend(actor: Actor, person_id: int, facility_id: int, *, now: datetime) -> None:
    """Keep a person out everywhere and end their sign-ins at once (SE-07); suspending twice changes nothing.

    Raises ``NotFound`` for anyone who does not work at the facility, and ``Invalid`` for oneself, for people who work
    elsewhere too and for those who hold a role: a coordinator decides about neither.
    """
    _may_decide_access(actor, person_id, facility_id, now)
    person = _person(person_id)
    if person.suspended_at is None:
        person.suspended_at = now
        end_sign_ins(person_id, now=now)
        audit.record(actor.person_id, "people.suspended", "person", person_id, facility_id=facility_id)
        db.session.flush()


def resume(actor: Actor, person_id: int, facility_id: int, *, now: datetime) -> None:
    """Let a suspended person in again; raises as ``suspend`` does."""
    _may_decide_access(actor, person_id, facility_id, now)
    person = _person(person_id)
    if person.suspended_at is not None:
        person.suspended_at = None
        audit.record(actor.person_id, "people.resumed", "person", person_id, facility_id=facility_id)
        db.session.flush()


def _may_decide_access(actor: Actor, person_id: int, facility_id: int, now: datetime) -> None:
    places = {place.facility_id for place in queries.list_workplaces(person_id, now)}
    if facility_id not in places:
        raise NotFound("person")
    if person_id == actor.person_id:
        raise Invalid("not_yourself")
    if places != {facility_id}:
        raise Invalid("works_elsewhere")
    if queries.list_roles(person_id, now):
        raise Invalid("holds_a_role")


def grant_role(
    actor_id: int | None, person_id: int, role: Role, facility_id: int | None, *, now: datetime
) -> RoleGrant:
    """Give a person a role, for one facility or (None) for the whole city; an equal grant that holds is returned.

    Their sign-ins end, so that the limits and the cookie are those of the new role (SE-01). ``actor_id`` None is the
    system: a command run by whoever holds the server.
    """
    if (facility_id is None) is (role in {Role.COORDINATOR, Role.DIRECTOR}):
        raise Invalid("role_scope", role=role)
    _person(person_id)
    held = _find_grant(person_id, role, facility_id)
    if held is not None:
        return held
    made = RoleGrant(
        person_id=person_id,
        role=role,
        facility_id=facility_id,
        granted_by=actor_id,
        valid_from=now,
        recorded_at=now,
    )
    db.session.add(made)
    end_sign_ins(person_id, now=now)
    db.session.flush()
    audit.record(actor_id, "people.role_granted", "person", person_id, facility_id=facility_id, role=role)
    return made


def end_role(actor_id: int | None, person_id: int, role: Role, facility_id: int | None, *, now: datetime) -> None:
    """Take a role away at once; raises ``NotFound`` when it is not held."""
    held = _find_grant(person_id, role, facility_id)
    if held is None:
        raise NotFound("role_grant")
    held.superseded_at = now
    db.session.add(
        RoleGrant(
            person_id=person_id,
            role=role,
            facility_id=facility_id,
            granted_by=held.granted_by,
            valid_from=held.valid_from,
            valid_to=now,
            recorded_at=now,
        )
    )
    end_sign_ins(person_id, now=now)
    db.session.flush()
    audit.record(actor_id, "people.role_ended", "person", person_id, facility_id=facility_id, role=role)


def _find_grant(person_id: int, role: Role, facility_id: int | None) -> RoleGrant | None:
    same_place = RoleGrant.facility_id.is_(None) if facility_id is None else RoleGrant.facility_id == facility_id
    return db.session.scalar(
        select(RoleGrant)
        .where(
            RoleGrant.person_id == person_id,
            RoleGrant.role == role,
            same_place,
            RoleGrant.superseded_at.is_(None),
            RoleGrant.valid_to.is_(None),
        )
        .with_for_update()
    )


def _person(person_id: int) -> Person:
    person = db.session.get(Person, person_id, with_for_update=True)
    if person is None:
        raise NotFound("person")
    return person
