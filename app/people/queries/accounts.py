"""Reads about accounts: what anyone knows of a person, well-known passwords, the accounts of the sample city."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from sqlalchemy import or_, select

from app.kernel.db import db
from app.kernel.held import held
from app.people.models import Employment, Facility, Person, Role, RoleGrant

_COMMON = Path(__file__).resolve().parents[1] / "common_passwords.txt"


@cache
def common_passwords() -> frozenset[str]:
    """Return the well-known passwords, as ``plain_key`` writes them (scripts/common_passwords.py makes the file)."""
    return frozenset(_COMMON.read_text(encoding="ascii").split())


def list_known_words(person_id: int, now: datetime) -> list[str]:
    """Return what anyone may know of a person and must not be the password: names, phone, codes, places."""
    person = db.session.get(Person, person_id)
    if person is None:
        return []
    rows = db.session.execute(
        select(Facility.name, Facility.code, Employment.staff_code)
        .join(Employment, Employment.facility_id == Facility.id)
        .where(Employment.person_id == person_id, Employment.superseded_at.is_(None))
        .where(or_(Employment.valid_to.is_(None), Employment.valid_to > now))
    ).all()
    return [word for word in (person.name, person.phone, *(cell for row in rows for cell in row)) if word]


def find_phone(person_id: int) -> str | None:
    """Return a person's stored phone number, or None."""
    return db.session.scalar(select(Person.phone).where(Person.id == person_id))


def is_sample_mode() -> bool:
    """Say whether this database holds the fictional city."""
    return held("people.sample_mode", _has_sample_people)


def _has_sample_people() -> bool:
    return db.session.scalar(select(Person.id).where(Person.is_sample).limit(1)) is not None


@dataclass(frozen=True, slots=True)
class SampleAccount:
    """An account of the fictional city that the sign-in page offers; ``role`` None is a learner."""

    key: int
    name: str
    role: Role | None
    facility: str


def list_sample_accounts() -> list[SampleAccount]:
    """Return one sample account per role that anyone holds, learners first; empty outside sample mode."""
    # Invented people only: the one thing about persons that a process may hold.
    return held("people.sample_accounts", _sample_accounts) if is_sample_mode() else []


def _sample_accounts() -> list[SampleAccount]:
    manager = _first_with_role(Role.COORDINATOR)
    found = [_first_learner(manager), *(_first_with_role(role) for role in Role)]
    return [account for account in found if account is not None]


def find_sample_account(person_id: int) -> SampleAccount | None:
    """Return the offered sample account of this person, or None."""
    return next((account for account in list_sample_accounts() if account.key == person_id), None)


def _first_learner(beside: SampleAccount | None) -> SampleAccount | None:
    """Return a learner, from the coordinator's own facility if there is one, so that their pages speak of another."""
    statement = (
        select(Person.id, Person.name, Facility.name)
        .join(Employment, Employment.person_id == Person.id)
        .join(Facility, Facility.id == Employment.facility_id)
        .where(Person.is_sample, Person.suspended_at.is_(None), Employment.superseded_at.is_(None))
        .where(Employment.valid_to.is_(None), Person.id.not_in(select(RoleGrant.person_id)))
        .order_by(Facility.name != (beside.facility if beside else ""), Person.id)
        .limit(1)
    )
    row = db.session.execute(statement).one_or_none()
    return None if row is None else SampleAccount(row[0], row[1], None, row[2])


def _first_with_role(role: Role) -> SampleAccount | None:
    statement = (
        select(Person.id, Person.name, Facility.name)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .outerjoin(Facility, Facility.id == RoleGrant.facility_id)
        .where(Person.is_sample, Person.suspended_at.is_(None), RoleGrant.role == role)
        .where(RoleGrant.superseded_at.is_(None), RoleGrant.valid_to.is_(None))
        .order_by(RoleGrant.facility_id, Person.id)
        .limit(1)
    )
    row = db.session.execute(statement).one_or_none()
    return None if row is None else SampleAccount(row[0], row[1], role, row[2] or "")
