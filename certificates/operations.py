"""What happens to certificates: issued with a pass, revoked, reissued after a correction, printed."""

from datetime import datetime

from sqlalchemy import select, update

from app.assignments import operations as assignments
from app.assignments.models import Completion
from app.kernel import audit
from app.kernel.clock import civil_day
from app.kernel.db import db, insert_or
from app.kernel.errors import Conflict, Invalid, NotFound
from app.kernel.events import bus
from app.kernel.jobs import enqueue
from app.kernel.tokens import random_bytes
from app.people.permissions import Actor
from certificates import queries, rules
from certificates.events import CertificateIssued, CertificateRevoked
from certificates.models import (
    Certificate,
    CertificateEndorsement,
    CertificatePrint,
    CertificateRevocation,
    SerialCounter,
)

LONGEST_REASON = 500


def issue(completion: Completion, *, now: datetime) -> Certificate | None:
    """Return the certificate of a completion, issuing it if there is none; however often it is asked, there is one.

    None for a person who never worked anywhere: no facility could issue it. Announces ``CertificateIssued``.
    """
    place = queries.find_place(completion.person_id, completion.module_id, now=now)
    if place is None:
        return None
    # The lock on the facility's counter makes parallel passes wait here, so that the look below sees the others' row.
    _lock_counter(place.facility_id, civil_day(now).year)
    held = queries.find_by_completion(completion.id)
    return held or _write(completion, place, now=now)


def reissue(actor: Actor | None, certificate_id: int, *, reason: str, now: datetime) -> Certificate:
    """Revoke a certificate and return the one that replaces it, with today's name, position and titles (CE-08).

    Same completion, facility and last day; new code and serial; endorsements go along. Raises as ``revoke`` does.
    """
    old = _revocable(certificate_id)
    completion = queries.get_completion(old.completion_id)
    place = queries.find_place(old.person_id, old.module_id, now=now, facility_id=old.facility_id)
    if place is None or place.facility_id != old.facility_id:
        raise Conflict("certificate_without_place")
    _lock_counter(place.facility_id, civil_day(now).year)
    new = _write(completion, place, replaces_id=old.id, now=now)
    editions = select(CertificateEndorsement.edition).where(CertificateEndorsement.certificate_id == old.id)
    for edition in db.session.scalars(editions).all():
        db.session.add(CertificateEndorsement(certificate_id=new.id, edition=edition, recorded_at=now))
    ending = CertificateRevocation(
        effective_at=now, is_void=False, reason=reason, replaced_by_id=new.id, recorded_at=now
    )
    _end(actor, old, ending)
    return new


def _lock_counter(facility_id: int, year: int) -> None:
    fresh = insert_or(SerialCounter).values(facility_id=facility_id, year=year, last=0)
    db.session.execute(fresh.on_conflict_do_nothing())
    db.session.execute(
        select(SerialCounter.last)
        .where(SerialCounter.facility_id == facility_id, SerialCounter.year == year)
        .with_for_update()
    )


def _next_number(facility_id: int, year: int) -> int:
    counted = (
        update(SerialCounter)
        .where(SerialCounter.facility_id == facility_id, SerialCounter.year == year)
        .values(last=SerialCounter.last + 1)
        .returning(SerialCounter.last)
    )
    return db.session.execute(counted, execution_options={"synchronize_session": False}).scalar_one()


def _write(
    completion: Completion, place: queries.Place, *, replaces_id: int | None = None, now: datetime
) -> Certificate:
    year = civil_day(now).year
    number = _next_number(place.facility_id, year)
    certificate = Certificate(
        completion_id=completion.id,
        replaces_id=replaces_id,
        code=rules.make_code(random_bytes(rules.RANDOM_BYTES)),
        person_id=completion.person_id,
        module_id=completion.module_id,
        facility_id=place.facility_id,
        edition=completion.edition,
        serial_year=year,
        serial_number=number,
        issued_at=now,
        last_day=completion.last_day,
        refresh_due_on=completion.refresh_due_on,
        printed={**queries.get_facts(completion, place, now=now), "serial": rules.serial(number, place.code)},
        recorded_at=now,
        revocation=None,
    )
    db.session.add(certificate)
    db.session.flush()
    _record(None, "issue", certificate, module_id=completion.module_id, completion_id=completion.id)
    bus.announce(CertificateIssued(certificate.id, certificate.person_id, certificate.module_id))
    return certificate


def end(actor: Actor, certificate_id: int, act: str, *, reason: str, now: datetime) -> Certificate:
    """End a certificate as a manager chose, ``revoke``, ``void`` or ``reissue``, and return the one to look at next."""
    if act == "reissue":
        return reissue(actor, certificate_id, reason=reason, now=now)
    return revoke(actor, certificate_id, reason=reason, is_void=act == "void", now=now)


def revoke(
    actor: Actor | None,
    certificate_id: int,
    *,
    reason: str,
    is_void: bool = False,
    effective_at: datetime | None = None,
    now: datetime,
) -> Certificate:
    """End a certificate and return it; actor None is the system's own command.

    It ends at ``effective_at`` (now, or earlier), and with ``is_void`` it counts as never issued. Announces
    ``CertificateRevoked``. Raises ``NotFound``; ``Conflict("certificate_revoked")`` when it has ended already;
    ``Invalid`` for a missing or too long reason and for a day before the issue or to come.
    """
    certificate = _revocable(certificate_id)
    ending = CertificateRevocation(
        effective_at=effective_at or now, is_void=is_void, reason=reason, replaced_by_id=None, recorded_at=now
    )
    _end(actor, certificate, ending)
    return certificate


def _revocable(certificate_id: int) -> Certificate:
    statement = select(Certificate).where(Certificate.id == certificate_id).with_for_update()
    certificate = db.session.scalar(statement.execution_options(populate_existing=True))
    if certificate is None:
        raise NotFound("certificate")
    ended = select(CertificateRevocation.id).where(CertificateRevocation.certificate_id == certificate_id)
    if db.session.scalar(ended) is not None:
        raise Conflict("certificate_revoked")
    return certificate


def _end(actor: Actor | None, certificate: Certificate, ending: CertificateRevocation) -> None:
    ending.reason = ending.reason.strip()
    if not ending.reason:
        raise Invalid("reason_missing")
    if len(ending.reason) > LONGEST_REASON:
        raise Invalid("reason_too_long", allowed=LONGEST_REASON)
    if not certificate.issued_at <= ending.effective_at <= ending.recorded_at:
        raise Invalid("revocation_day")
    ending.revoked_by = actor.person_id if actor else None
    certificate.revocation = ending
    db.session.flush()
    if ending.replaced_by_id is None:
        assignments.end_completion(certificate.completion_id, ended_at=ending.effective_at, now=ending.recorded_at)
    _record(
        actor,
        "revoke",
        certificate,
        effective_at=ending.effective_at.isoformat(),
        is_void=ending.is_void,
        replaced_by=ending.replaced_by_id,
    )
    bus.announce(CertificateRevoked(certificate.id, certificate.person_id, certificate.module_id))


def _record(actor: Actor | None, act: str, certificate: Certificate, **details: object) -> None:
    audit.record(
        actor.person_id if actor else None,
        f"certificates.{act}",
        "certificate",
        certificate.id,
        facility_id=certificate.facility_id,
        **details,
    )


def ask_print(certificate_id: int, *, now: datetime) -> None:
    """Have the PDF made, once: asking again while it is in the making or made changes nothing.

    Raises ``Conflict("certificate_revoked")``: no paper is given out for what no longer holds.
    """
    _revocable(certificate_id)
    fresh = insert_or(CertificatePrint).values(certificate_id=certificate_id, asked_at=now)
    kept = db.session.execute(fresh.on_conflict_do_nothing().returning(CertificatePrint.certificate_id))
    if kept.scalar_one_or_none() is None:
        asked = _locked_print(certificate_id)
        if asked.file_key is not None or now - asked.asked_at < queries.ASK_AGAIN:
            return
        asked.asked_at = now
        db.session.flush()
    enqueue("certificates.render", certificate_id=certificate_id)


def keep_print(certificate_id: int, file_key: str, *, now: datetime) -> bool:
    """Keep the key of a PDF that was made; False when another worker was faster and its file is kept."""
    asked = _locked_print(certificate_id)
    if asked.file_key is not None:
        return False
    asked.file_key, asked.made_at = file_key, now
    db.session.flush()
    return True


def _locked_print(certificate_id: int) -> CertificatePrint:
    return db.session.scalars(
        select(CertificatePrint)
        .where(CertificatePrint.certificate_id == certificate_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
