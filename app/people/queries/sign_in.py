"""Reads about signing in: who stands behind a cookie, which account is meant, how often was the password wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, CompoundSelect, bindparam, func, or_, select, union_all
from sqlalchemy import null as sql_null

from app.kernel import clock
from app.kernel.db import UtcDateTime, db, fetch, fetch_together
from app.people.models import Credential, Employment, Facility, KnownDevice, Person, Role, RoleGrant, SignIn
from app.people.models import SignInFailure as Failure
from app.people.permissions import Actor


@dataclass(frozen=True, slots=True)
class Account:
    """An account that signs in: its person, what the password is checked against, and its roles now."""

    person_id: int
    password_hash: str | None
    is_suspended: bool


@dataclass(frozen=True, slots=True)
class Failures:
    """Wrong passwords in a time: how many, and when the last one was typed (None: none)."""

    count: int
    last_at: datetime | None


# These two run with every request; built once, as building costs more than running (docs/decisions/0007).
_NOW = bindparam("now", type_=UtcDateTime())
_SIGN_IN = (
    select(
        SignIn.id,
        SignIn.is_shared,
        SignIn.seen_at,
        SignIn.idle_seconds,
        Person.id,
        Person.name,
        Person.language,
        Person.text_size,
    )
    .join(Person, Person.id == SignIn.person_id)
    .where(
        SignIn.token_hash == bindparam("token_hash"),
        SignIn.ended_at.is_(None),
        SignIn.ends_at > _NOW,
        Person.suspended_at.is_(None),
    )
)


def _grants_and_places_of(person_id: ColumnElement[int]) -> CompoundSelect[Any]:
    return union_all(
        select(RoleGrant.role, RoleGrant.facility_id).where(
            RoleGrant.person_id == person_id,
            RoleGrant.superseded_at.is_(None),
            RoleGrant.valid_from <= _NOW,
            or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to > _NOW),
        ),
        select(sql_null(), Employment.facility_id).where(
            Employment.person_id == person_id,
            Employment.superseded_at.is_(None),
            Employment.valid_from <= _NOW,
            or_(Employment.valid_to.is_(None), Employment.valid_to > _NOW),
        ),
    )


_GRANTS_AND_PLACES = _grants_and_places_of(bindparam("person_id", type_=BigInteger()))
_GRANTS_AND_PLACES_BEHIND = _grants_and_places_of(
    select(SignIn.person_id).where(SignIn.token_hash == bindparam("token_hash")).scalar_subquery()
)


def find_actor(token_hash: str) -> Actor | None:
    """Return who stands behind a cookie's token now, or None when the sign-in is unknown, over, idle or suspended.

    One exchange: the sign-in with its person, and the grants and workplaces.
    """
    now = clock.now()
    found, kept = fetch_together(_SIGN_IN, _GRANTS_AND_PLACES_BEHIND, token_hash=token_hash, now=now)
    row = found.one_or_none()
    if row is None:
        return None
    sign_in_id, is_shared, seen_at, idle_seconds, person_id, name, language, text_size = row
    if idle_seconds is not None and (now - seen_at).total_seconds() >= idle_seconds:
        return None
    grants, places = _sorted(kept)
    return Actor(
        person_id=person_id,
        sign_in_id=sign_in_id,
        name=name,
        language=language,
        is_shared=is_shared,
        grants=grants,
        facility_ids=places,
        seen_at=seen_at,
        text_size=text_size,
    )


def find_absent(person_id: int, now: datetime) -> Actor | None:
    """Return a person as the one whose work it is that somebody else hands in; None for nobody and who is suspended."""
    person = db.session.get(Person, person_id)
    if person is None or person.suspended_at is not None:
        return None
    grants, places = _grants_and_places(person_id, now)
    return Actor(
        person_id=person_id,
        sign_in_id=0,
        name=person.name,
        language=person.language,
        is_shared=False,
        grants=grants,
        facility_ids=places,
    )


def list_roles(person_id: int, now: datetime) -> frozenset[Role]:
    """Return the roles a person holds at ``now``, wherever."""
    return frozenset(role for role, _ in _grants_and_places(person_id, now)[0])


def list_grants(person_id: int, now: datetime) -> frozenset[tuple[Role, int | None]]:
    """Return the roles a person holds at ``now``, each with its facility (None: the whole city)."""
    return _grants_and_places(person_id, now)[0]


def _grants_and_places(person_id: int, now: datetime) -> tuple[frozenset[tuple[Role, int | None]], frozenset[int]]:
    return _sorted(fetch(_GRANTS_AND_PLACES, person_id=person_id, now=now))


def _sorted(rows: Sequence[Any]) -> tuple[frozenset[tuple[Role, int | None]], frozenset[int]]:
    return (
        frozenset((Role(role), place) for role, place in rows if role is not None),
        frozenset(place for role, place in rows if role is None),
    )


def find_account_by_phone(phone: str) -> Account | None:
    """Return the account of a stored phone number (``+84…``), suspended ones too, or None."""
    return _account(select(Person.id).where(Person.phone == phone))


def find_account_by_staff_code(facility_code: str, staff_code: str, now: datetime) -> Account | None:
    """Return the account that works at a facility under a staff code at ``now``, or None.

    Both codes are found as typed, in capitals and in small letters, so that the index serves.
    """
    return _account(
        select(Employment.person_id)
        .join(Facility, Facility.id == Employment.facility_id)
        .where(
            Facility.code.in_({facility_code, facility_code.upper(), facility_code.lower()}),
            Employment.staff_code.in_({staff_code, staff_code.upper(), staff_code.lower()}),
            Employment.superseded_at.is_(None),
            Employment.valid_from <= now,
            or_(Employment.valid_to.is_(None), Employment.valid_to > now),
        )
        .order_by(Employment.id)
        .limit(1)
    )


def _account(person: Any) -> Account | None:
    row = db.session.execute(
        select(Person.id, Credential.password_hash, Person.suspended_at)
        .outerjoin(Credential, Credential.person_id == Person.id)
        .where(Person.id.in_(person))
    ).one_or_none()
    return None if row is None else Account(row[0], row[1], is_suspended=row[2] is not None)


def is_known_device(person_id: int, device_hash: str) -> bool:
    """Say whether this person has signed in with this browser before."""
    found = select(KnownDevice.id).where(KnownDevice.person_id == person_id, KnownDevice.device_hash == device_hash)
    return db.session.scalar(found) is not None


def failures_of(account_key: str, place_key: str, since: datetime) -> Failures:
    """Return the wrong passwords for an account typed at one place (a network or a known device)."""
    return _failures(Failure.account_key == account_key, Failure.network_key == place_key, Failure.at > since)


def failures_at(place_key: str, since: datetime) -> Failures:
    """Return the wrong passwords typed at one place, for whatever account."""
    return _failures(Failure.network_key == place_key, Failure.at > since)


def _failures(*where: Any) -> Failures:
    count, last = db.session.execute(select(func.count(), func.max(Failure.at)).where(*where)).one()
    return Failures(count, last)


@dataclass(frozen=True, slots=True)
class Device:
    """A sign-in that still holds, as its owner sees it."""

    sign_in_id: int
    browser: str
    is_shared: bool
    began_at: datetime
    seen_at: datetime


def list_devices(person_id: int, now: datetime) -> list[Device]:
    """Return a person's sign-ins that still hold at ``now``, the latest seen first."""
    rows = db.session.execute(
        select(SignIn.id, SignIn.browser, SignIn.is_shared, SignIn.began_at, SignIn.seen_at, SignIn.idle_seconds)
        .where(SignIn.person_id == person_id, SignIn.ended_at.is_(None), SignIn.ends_at > now)
        .order_by(SignIn.seen_at.desc(), SignIn.id.desc())
    ).all()
    return [
        Device(sign_in_id, browser, is_shared, began_at, seen_at)
        for sign_in_id, browser, is_shared, began_at, seen_at, idle in rows
        if idle is None or now - seen_at < timedelta(seconds=idle)
    ]
