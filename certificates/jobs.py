"""What the worker does for certificates: the PDF, a picture of what is printed in the row."""

from datetime import UTC, date
from pathlib import Path

from flask import current_app

from app.kernel import clock, i18n, pdf, qr, storage
from app.kernel.db import db
from app.kernel.jobs import finish, job
from certificates import operations, queries, rules
from certificates.models import Certificate

ASSETS = Path(__file__).resolve().parent / "assets"
CITY = "Thành phố Hồ Chí Minh"
# One page takes half a second and 90 MB; whatever needs more than this is not a certificate (SR-03).
SECONDS = 20
MEMORY = 384 * 1024 * 1024


@job("certificates.render")
def render(certificate_id: int) -> None:
    """Make the PDF that somebody asked for and keep it; leaves quietly when it is there."""
    asked = queries.find_print(certificate_id)
    if asked is None or asked.file_key is not None:
        return
    certificate = queries.get(certificate_id)
    db.session.rollback()  # the read ends here: laying out takes its time
    key = storage.put(paper(certificate))
    is_kept = False
    try:
        with finish():
            is_kept = operations.keep_print(certificate_id, key, now=clock.now())
    finally:
        if not is_kept:
            storage.remove(key)


def paper(certificate: Certificate) -> bytes:
    """Return the PDF of a certificate, from its printed values alone; raises ``Unavailable("pdf_failed")``."""
    assets = {file.name: file for file in (*ASSETS.glob("*.*"), *ASSETS.glob("fonts/*.ttf"))}
    square = str(qr.svg(queries.address_of(certificate).upper())).encode()
    return pdf.render_isolated(_page(certificate), {**assets, "qr.svg": square}, seconds=SECONDS, memory=MEMORY)


def _page(certificate: Certificate) -> str:
    printed = certificate.printed
    days = {name: i18n.day(date.fromisoformat(printed[name])) for name in ("learned_from", "learned_to", "last_day")}
    # Straight from the environment: the paper has no reader, so no viewer, menu or language is asked for.
    return current_app.jinja_env.get_template("certificates/paper.html").render(
        printed=printed,
        code=rules.show_code(certificate.code),
        address=queries.address_of(certificate),
        site=f"{queries.site()}/x",
        place_and_day=f"{CITY}, {rules.written_day(date.fromisoformat(printed['issued_on']))}",
        issued_at=certificate.issued_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        **days,
    )
