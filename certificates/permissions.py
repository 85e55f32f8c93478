"""Who may print which certificate, and which endpoints of this room are open to whom."""

from app.people.models import Role
from app.people.permissions import Actor, Who
from certificates.models import Certificate

ACCESS: dict[str, Who] = {
    "certificates.verify": Who.PUBLIC,
    "certificates.verify_json": Who.PUBLIC,
    "certificates.scanned": Who.PUBLIC,
    "certificates.search": Who.PUBLIC,
    "certificates.pdf": Who.SIGNED_IN,
    "certificates.ask_pdf": Who.SIGNED_IN,
    "certificates.issued": Who.MANAGER,
    "certificates.detail": Who.MANAGER,
    "certificates.end": Who.MANAGER,
}


def can_print(actor: Actor, certificate: Certificate) -> bool:
    """Say whether the certificate is the asker's own, or was issued by a facility the asker manages."""
    managed = actor.facilities_as(Role.COORDINATOR, Role.DIRECTOR)
    return certificate.person_id == actor.person_id or certificate.facility_id in managed
