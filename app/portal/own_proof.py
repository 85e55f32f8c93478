"""One certificate in its holder's own hands: to show, to send, to print."""

from flask import render_template

from app.kernel import clock, qr
from app.kernel.errors import NotFound
from app.kernel.i18n import language
from app.kernel.login import asker
from app.portal import staff
from certificates import queries as certificates
from certificates.rules import show_code


@staff.blueprint.get("/me/certificates/<code>")
def certificate(code: str) -> str:
    """Show one of the reader's own certificates; another's answers like a missing one."""
    found = certificates.get_by_code(code)
    if found.person_id != asker().person_id:
        raise NotFound("certificate")
    address = certificates.address_of(found)
    return render_template(
        "portal/certificate.html",
        certificate=found,
        title=found.printed[f"title_{language()}"],
        shown=show_code(found.code),
        verdict=certificates.verdict_of(found, clock.now()),
        address=address,
        square=qr.svg(address.upper()),
    )
