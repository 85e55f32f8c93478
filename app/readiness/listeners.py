"""What moves readiness: a certificate, a revocation, a change of roster, a new module version."""

from app.kernel import clock
from app.people.events import RosterChanged
from app.readiness import operations
from certificates.events import CertificateIssued, CertificateRevoked
from courses.events import ModuleVersionPublished


def on_certificate(fact: CertificateIssued | CertificateRevoked) -> None:
    """Mark every facility where the person works."""
    operations.mark_stale(operations.facilities_of(fact.person_id), now=clock.now())


def on_roster(fact: RosterChanged) -> None:
    """Mark the facility."""
    operations.mark_stale([fact.facility_id], now=clock.now())


def on_version(_fact: ModuleVersionPublished) -> None:
    """Mark every facility: an edition may become required."""
    operations.mark_every_facility(now=clock.now())
