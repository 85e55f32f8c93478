"""The printed certificate: asked for by POST, fetched by GET, made by the worker (ruling 10)."""

from flask import make_response, redirect, render_template, send_file, url_for
from werkzeug.wrappers import Response

from app.kernel import clock, storage
from app.kernel.errors import NotFound
from app.kernel.login import asker
from app.kernel.transaction import transaction
from certificates import operations, permissions, queries, rules
from certificates.models import Certificate
from certificates.queries import PrintState
from certificates.views.doors import blueprint


@blueprint.get("/certificates/<code>/pdf")
def pdf(code: str) -> Response:
    """Send the PDF, or show a page that waits for it and loads itself again."""
    certificate = _printable(code)
    state, file_key = queries.print_state(certificate, clock.now())
    shown = rules.show_code(certificate.code)
    if file_key is None:
        page = render_template("certificates/print.html", certificate=certificate, state=state.value, shown=shown)
        return make_response(page, 409 if state is PrintState.ENDED else 200)
    name = f"giay-chung-nhan-{shown}.pdf"
    file = send_file(storage.path_of(file_key), mimetype="application/pdf", as_attachment=True, download_name=name)
    file.headers["Cache-Control"] = "no-store"  # the shared machine keeps no copy; send_file would say a year
    return file


@blueprint.post("/certificates/<code>/pdf")
def ask_pdf(code: str) -> Response:
    """Have the PDF made, once, and go where it will be."""
    certificate = _printable(code)
    with transaction():
        operations.ask_print(certificate.id, now=clock.now())
    return redirect(url_for("certificates.pdf", code=certificate.code), 303)


def _printable(code: str) -> Certificate:
    certificate = queries.get_by_code(code)
    if not permissions.can_print(asker(), certificate):
        raise NotFound("certificate")  # a foreign certificate answers exactly like a missing one
    return certificate
