"""Which modules a person holds at an instant: valid, still valid after the horizon, and not yet due for a refresher."""

from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.assignments.rules import civil_day
from app.readiness.rules.facts import Cert, Version, World


@dataclass(frozen=True, slots=True)
class Holding:
    """What all certificates of one person for one module say together."""

    valid: bool
    outlives: bool
    fresh: bool


NOTHING_HELD = Holding(valid=False, outlives=False, fresh=False)


@dataclass(frozen=True, slots=True)
class _Instant:
    """An instant with what does not depend on the certificate: its civil day and the versions required on it."""

    at: datetime
    day: date
    required: dict[str, int]


def holdings_at(
    world: World, people: Container[str], as_of: datetime, *, known_at: datetime | None, horizon_days: int
) -> dict[tuple[str, str], Holding]:
    """Return the holding of each (person, module) for which some certificate counts at ``as_of``.

    U asks whether a certificate that counts now also outlives the horizon "if nobody does anything", so only the
    certificates issued by ``as_of`` are looked at: re-reading a past day never borrows a later renewal.
    """
    now = _instant(as_of, world.versions)
    then = _instant(as_of + timedelta(days=horizon_days), world.versions)
    held: dict[tuple[str, str], Holding] = {}
    for cert in world.certs:
        if cert.person not in people or not _is_known(cert, known_at):
            continue
        speaks_until = _known_revocation(cert, known_at)
        if not _counts(cert, speaks_until, now):
            continue
        pair = cert.person, cert.module
        before = held.get(pair, NOTHING_HELD)
        held[pair] = Holding(
            valid=True,
            outlives=before.outlives or _counts(cert, speaks_until, then),
            fresh=before.fresh or now.day < cert.refresh_due,
        )
    return held


def _instant(at: datetime, versions: Iterable[Version]) -> _Instant:
    day = civil_day(at)
    required: dict[str, int] = {}
    for version in versions:
        if version.required_from <= day:
            required[version.module] = max(version.version, required.get(version.module, version.version))
    return _Instant(at, day, required)


def _is_known(cert: Cert, known_at: datetime | None) -> bool:
    return known_at is None or (cert.recorded or cert.issued) <= known_at


def _known_revocation(cert: Cert, known_at: datetime | None) -> datetime | None:
    """Return the first instant at which the certificate no longer speaks, as known at ``known_at``."""
    if cert.revoked is None or (known_at is not None and known_at < (cert.revoke_recorded or cert.revoked)):
        return None
    return cert.issued if cert.void else cert.revoked


def _counts(cert: Cert, speaks_until: datetime | None, instant: _Instant) -> bool:
    return (
        cert.issued <= instant.at
        and instant.day <= cert.last_day
        and (speaks_until is None or instant.at < speaks_until)
        and instant.required.get(cert.module, cert.version) <= cert.version
    )
