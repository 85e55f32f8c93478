"""Reads that find one certificate, and what is said of it today."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from urllib.parse import urlsplit

from flask import current_app
from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import joinedload

from app.assignments.models import Completion
from app.kernel.clock import civil_day
from app.kernel.db import db, fetch
from app.kernel.errors import NotFound
from app.kernel.settings import Settings
from certificates import rules
from certificates.models import Certificate, CertificatePrint, CertificateRevocation
from certificates.rules import Verdict

# After this long without a file, asking for a print again is another promise: the first may have failed for good.
ASK_AGAIN = timedelta(minutes=10)


class Outcome(StrEnum):
    """What the verification page may answer."""

    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"
    REPLACED = "replaced"
    UNKNOWN = "unknown"
    MISTYPED = "mistyped"


@dataclass(frozen=True, slots=True)
class LookUp:
    """The answer to a typed code; ``since`` is the day of revocation, replacement or the last valid day."""

    outcome: Outcome
    certificate: Certificate | None = None
    since: date | None = None
    issued_on: date | None = None


def _with_revocation() -> Select[Certificate]:
    return select(Certificate).options(joinedload(Certificate.revocation))


def get(certificate_id: int) -> Certificate:
    """Return a certificate; raises ``NotFound``."""
    return _found(db.session.scalar(_with_revocation().where(Certificate.id == certificate_id)))


def find_by_code(code: str) -> Certificate | None:
    """Return the certificate with this code, however it was typed, or None; a serial finds nothing."""
    stored = rules.read_code(code)
    if stored is None:
        return None
    return db.session.scalar(_with_revocation().where(Certificate.code == stored))


def get_by_code(code: str) -> Certificate:
    """Return the certificate with this code; raises ``NotFound``."""
    return _found(find_by_code(code))


def get_of_facility(facility_id: int, code: str) -> Certificate:
    """Return the certificate with this code if this facility issued it; raises ``NotFound``."""
    statement = _with_revocation().where(
        Certificate.code == rules.read_code(code), Certificate.facility_id == facility_id
    )
    return _found(db.session.scalar(statement))


def _found(certificate: Certificate | None) -> Certificate:
    if certificate is None:
        raise NotFound("certificate")
    return certificate


def find_by_completion(completion_id: int) -> Certificate | None:
    """Return the certificate of a completion, the newest one after reissues, or None."""
    statement = _with_revocation().where(Certificate.completion_id == completion_id)
    return db.session.scalar(statement.order_by(Certificate.id.desc()).limit(1))


def find_by_attempt(attempt_id: int) -> Certificate | None:
    """Return the certificate that passing this attempt brought, the newest one after reissues, or None."""
    statement = _with_revocation().join(Completion, Completion.id == Certificate.completion_id)
    statement = statement.where(Completion.attempt_id == attempt_id)
    return db.session.scalar(statement.order_by(Certificate.id.desc()).limit(1))


def list_of_person(person_id: int) -> list[Certificate]:
    """Return all certificates of a person with their revocations, the newest first."""
    statement = _with_revocation().where(Certificate.person_id == person_id)
    return list(db.session.scalars(statement.order_by(Certificate.issued_at.desc(), Certificate.id.desc())))


HELD = (
    select(
        Certificate.module_id,
        Certificate.completion_id,
        Certificate.code,
        Certificate.last_day,
        Certificate.printed["title_vi"].as_string(),
        Certificate.printed["title_en"].as_string(),
        CertificateRevocation.effective_at,
        CertificateRevocation.replaced_by_id,
    )
    .outerjoin(CertificateRevocation, CertificateRevocation.certificate_id == Certificate.id)
    .where(Certificate.person_id == bindparam("person_id"))
    .order_by(Certificate.issued_at.desc(), Certificate.id.desc())
)


class HeldCertificate(NamedTuple):
    """A certificate as its holder's own pages name it: the printed title by language, and what holds of it today."""

    module_id: int
    completion_id: int
    code: str
    last_day: date
    title: Mapping[str, str]
    state: rules.State

    @property
    def shown_code(self) -> str:
        """Return the code as people read it."""
        return rules.show_code(self.code)

    @property
    def is_valid(self) -> bool:
        """Say whether it speaks for its holder today."""
        return self.state is rules.State.VALID

    @property
    def is_revoked(self) -> bool:
        """Say whether it fell, with nothing in its place."""
        return self.state is rules.State.REVOKED


def list_held(person_id: int, now: datetime) -> list[HeldCertificate]:
    """Return all certificates of a person as they stand at ``now``, the newest first."""
    rows = fetch(HELD, person_id=person_id)
    return [
        HeldCertificate(
            module_id,
            completion_id,
            code,
            last_day,
            {"vi": title_vi, "en": title_en},
            _verdict(last_day, ended_at, replaced_by, now).state,
        )
        for module_id, completion_id, code, last_day, title_vi, title_en, ended_at, replaced_by in rows
    ]


def get_completion(completion_id: int) -> Completion:
    """Return a completion; raises ``NotFound``."""
    found = db.session.get(Completion, completion_id)
    if found is None:
        raise NotFound("completion")
    return found


def find_print(certificate_id: int) -> CertificatePrint | None:
    """Return the print of a certificate, made or still in the making, or None when nobody has asked."""
    return db.session.get(CertificatePrint, certificate_id)


class PrintState(StrEnum):
    """Where the PDF of a certificate stands."""

    NONE = "none"
    MAKING = "making"
    LATE = "late"
    MADE = "made"
    ENDED = "ended"


def print_state(certificate: Certificate, now: datetime) -> tuple[PrintState, str | None]:
    """Return where the PDF stands, and the key of its file once it is made; nothing is given out after revocation."""
    if certificate.revocation is not None:
        return PrintState.ENDED, None
    asked = find_print(certificate.id)
    if asked is None:
        return PrintState.NONE, None
    if asked.file_key is not None:
        return PrintState.MADE, asked.file_key
    return (PrintState.LATE if now - asked.asked_at >= ASK_AGAIN else PrintState.MAKING), None


def find_neighbours(certificate: Certificate) -> tuple[str | None, str | None]:
    """Return the codes of the certificate that this one replaces and of the one that replaces it."""
    revocation = certificate.revocation
    ids = (certificate.replaces_id, revocation.replaced_by_id if revocation else None)
    rows = db.session.execute(select(Certificate.id, Certificate.code).where(Certificate.id.in_(ids))).all()
    codes = {row.id: row.code for row in rows}
    return codes.get(ids[0]), codes.get(ids[1])


def address_of(certificate: Certificate) -> str:
    """Return the public address at which anyone verifies a certificate; in capitals it goes into the QR code."""
    settings: Settings = current_app.extensions["settings"]
    return f"{settings.public_url}/x/{certificate.code}"


def site() -> str:
    """Return the host, and port if any, of the only site to be trusted."""
    settings: Settings = current_app.extensions["settings"]
    return urlsplit(settings.public_url).netloc


def verdict_of(certificate: Certificate, now: datetime) -> Verdict:
    """Return what holds of a certificate on the civil day of ``now``."""
    revocation = certificate.revocation
    if revocation is None:
        return _verdict(certificate.last_day, None, None, now)
    return _verdict(certificate.last_day, revocation.effective_at, revocation.replaced_by_id, now)


def _verdict(last_day: date, ended_at: datetime | None, replaced_by: int | None, now: datetime) -> Verdict:
    ended = civil_day(ended_at) if ended_at else None
    replaced = ended if replaced_by else None
    return rules.verdict_on(civil_day(now), last_day=last_day, revoked_on=ended, replaced_on=replaced)


def look_up(typed: str, now: datetime) -> LookUp:
    """Return the public answer to a typed code.

    One statement, whether the code exists or not; none when its check characters already tell that it was mistyped.
    """
    if rules.read_code(typed) is None:
        return LookUp(Outcome.MISTYPED)
    certificate = find_by_code(typed)
    if certificate is None:
        return LookUp(Outcome.UNKNOWN)
    verdict = verdict_of(certificate, now)
    return LookUp(Outcome(verdict.state.value), certificate, verdict.since, civil_day(certificate.issued_at))
