"""Signing in and out: the check of a password outside any write, and the record of a browser's sign-in."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from app.kernel import audit, passwords
from app.kernel.db import db
from app.kernel.errors import Conflict, NotFound
from app.people import queries
from app.people.models import Credential, KnownDevice, Person, SignIn, SignInFailure
from app.people.permissions import Actor
from app.people.rules.limits import WINDOW, Limits, limits_for, wait_for_account, wait_for_network

SEEN_EVERY = timedelta(minutes=1)
_KEEP_FAILURES = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Place:
    """Where someone signs in: keyed fingerprints of the network and of the browser, and what the browser calls itself.

    ``device_hash`` is None for a browser that brought no device cookie.
    """

    network_key: str
    device_hash: str | None
    browser: str
    is_shared: bool


@dataclass(frozen=True, slots=True)
class Login:
    """What was typed, as stored: a phone, or a facility's and a staff code; ``key`` is its keyed fingerprint."""

    key: str
    phone: str | None
    facility_code: str
    staff_code: str


@dataclass(frozen=True, slots=True)
class Check:
    """The outcome of a password check: who (None: not right), how long to wait instead, under which limits."""

    account_key: str
    place_key: str
    person_id: int | None = None
    wait: timedelta = timedelta(0)
    password_hash: str | None = None
    new_hash: str | None = None
    limits: Limits | None = None

    @property
    def is_right(self) -> bool:
        """Say whether the password was right and the account may sign in."""
        return self.person_id is not None


def check_password(login: Login, password: str, place: Place, *, now: datetime) -> Check:
    """Check a password without writing anything; unknown, suspended and wrong look and last alike (AU-04).

    A right password from a known device is never slowed; every other try waits its turn (AU-05).
    """
    account = _find_account(login, now)
    is_known = bool(account and place.device_hash and queries.is_known_device(account.person_id, place.device_hash))
    place_key = place.device_hash if is_known and place.device_hash else place.network_key
    check = Check(login.key, place_key)
    wait = _wait(check, place, is_known=is_known, now=now)
    if wait and not is_known:
        return replace(check, wait=wait)
    kept = account.password_hash if account and not account.is_suspended else None
    if not passwords.verify_password(kept, password) or account is None or kept is None:
        return replace(check, wait=wait)
    new_hash = passwords.hash_password(password) if passwords.is_outdated(kept) else None
    roles = queries.list_roles(account.person_id, now)
    return replace(
        check,
        person_id=account.person_id,
        password_hash=kept,
        new_hash=new_hash,
        limits=limits_for(roles, is_shared=place.is_shared),
    )


def check_own_password(person_id: int, password: str, *, account_key: str, place_key: str, now: datetime) -> Check:
    """Check the password of someone who is signed in already, without writing anything.

    ``place_key`` tells the sign-in: whoever finds a computer left open guesses ever slower there and slows nobody else.
    No try, a right one included, comes in before its time (AU-06).
    """
    check = Check(account_key, place_key)
    failures = queries.failures_of(account_key, place_key, now - WINDOW)
    wait = _left(failures, wait_for_account(failures.count, is_known_device=False), now)
    if wait:
        return replace(check, wait=wait)
    kept = db.session.scalar(select(Credential.password_hash).where(Credential.person_id == person_id))
    if kept is None or not passwords.verify_password(kept, password):
        return check
    return replace(check, person_id=person_id, password_hash=kept)


def check_wait(key: str, place: Place, *, now: datetime) -> Check:
    """Return how long the next try at something else than a password (a slip's code) must wait, from one network."""
    check = Check(key, place.network_key)
    return replace(check, wait=_wait(check, place, is_known=False, now=now))


def _find_account(login: Login, now: datetime) -> queries.Account | None:
    found = None
    if login.facility_code:
        found = queries.find_account_by_staff_code(login.facility_code, login.staff_code, now)
    if found is None and login.phone:
        found = queries.find_account_by_phone(login.phone)
    return found


def _wait(check: Check, place: Place, *, is_known: bool, now: datetime) -> timedelta:
    since = now - WINDOW
    own = queries.failures_of(check.account_key, check.place_key, since)
    longest = _left(own, wait_for_account(own.count, is_known_device=is_known), now)
    if is_known:
        return longest
    network = queries.failures_at(place.network_key, since)
    return max(longest, _left(network, wait_for_network(network.count), now))


def _left(failures: queries.Failures, wait: timedelta, now: datetime) -> timedelta:
    return timedelta(0) if failures.last_at is None else max(timedelta(0), failures.last_at + wait - now)


def note_failure(check: Check, *, now: datetime) -> None:
    """Count a wrong password; what is older than a day is forgotten on the way."""
    db.session.execute(delete(SignInFailure).where(SignInFailure.at < now - _KEEP_FAILURES))
    db.session.add(SignInFailure(account_key=check.account_key, network_key=check.place_key, at=now))
    db.session.flush()


def begin_sign_in(check: Check, place: Place, token_hash: str, *, replaces: str, now: datetime) -> SignIn:
    """Record that a browser is signed in from now on, after a right ``check``; ends the sign-in it had before.

    Raises ``Conflict("sign_in_changed")`` when the account was suspended or its password changed in the meantime, and
    when its roles are not for this kind of device.
    """
    person = _locked_person(check.person_id)
    credential = db.session.get(Credential, person.id)
    if person.suspended_at is not None or credential is None or credential.password_hash != check.password_hash:
        raise Conflict("sign_in_changed")
    if check.new_hash is not None:
        credential.password_hash = check.new_hash
    db.session.execute(
        delete(SignInFailure).where(
            SignInFailure.account_key == check.account_key, SignInFailure.network_key == check.place_key
        )
    )
    return record_sign_in(person.id, place, token_hash, replaces=replaces, now=now)


def record_sign_in(person_id: int, place: Place, token_hash: str, *, replaces: str, now: datetime) -> SignIn:
    """Write the sign-in of a person whose identity is proven, under the limits of the roles held now."""
    held = limits_for(queries.list_roles(person_id, now), is_shared=place.is_shared)
    if held is None:
        raise Conflict("sign_in_changed")
    end_sign_in(replaces, now=now)
    made = SignIn(
        token_hash=token_hash,
        person_id=person_id,
        is_shared=place.is_shared,
        began_at=now,
        seen_at=now,
        ends_at=now + held.overall,
        idle_seconds=None if held.idle is None else int(held.idle.total_seconds()),
        browser=place.browser,
    )
    db.session.add(made)
    if place.device_hash is not None:
        _remember_device(person_id, place.device_hash, now)
    db.session.flush()
    audit.record(person_id, "people.signed_in", "sign_in", made.id, shared=place.is_shared)
    return made


def _locked_person(person_id: int | None) -> Person:
    person = db.session.scalar(select(Person).where(Person.id == person_id).with_for_update())
    if person is None:
        raise NotFound("person")
    return person


def _remember_device(person_id: int, device_hash: str, now: datetime) -> None:
    where = (KnownDevice.person_id == person_id, KnownDevice.device_hash == device_hash)
    known = db.session.scalar(select(KnownDevice).where(*where))
    if known is None:
        db.session.add(KnownDevice(person_id=person_id, device_hash=device_hash, seen_at=now))
    else:
        known.seen_at = now


def end_sign_in(token_hash: str, *, now: datetime) -> None:
    """End the sign-in behind a cookie's token, if one holds."""
    db.session.execute(
        update(SignIn).where(SignIn.token_hash == token_hash, SignIn.ended_at.is_(None)).values(ended_at=now)
    )


def end_device(actor: Actor, sign_in_id: int, *, now: datetime) -> None:
    """End one of the actor's own sign-ins; raises ``NotFound`` for anyone else's or one that is over."""
    found = db.session.scalar(
        select(SignIn)
        .where(SignIn.id == sign_in_id, SignIn.person_id == actor.person_id, SignIn.ended_at.is_(None))
        .with_for_update()
    )
    if found is None:
        raise NotFound("sign_in")
    found.ended_at = now
    audit.record(actor.person_id, "people.device_ended", "sign_in", sign_in_id)
    db.session.flush()


def end_sign_ins(person_id: int, *, now: datetime, but: int | None = None) -> None:
    """End every sign-in of a person, except the one with the id ``but``."""
    others = update(SignIn).where(SignIn.person_id == person_id, SignIn.ended_at.is_(None))
    if but is not None:
        others = others.where(SignIn.id != but)
    db.session.execute(others.values(ended_at=now))


def note_seen(sign_in_id: int, *, now: datetime) -> None:
    """Write that a sign-in was used, at most once a minute however many requests come at once (ruling 2)."""
    db.session.execute(
        update(SignIn).where(SignIn.id == sign_in_id, SignIn.seen_at <= now - SEEN_EVERY).values(seen_at=now)
    )
