"""What a manager sees of the certificates their facility has issued, and how one ends."""

from urllib.parse import urlencode

from flask import g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.kernel import clock, i18n, qr
from app.kernel.login import asker
from app.kernel.paging import page_number
from app.kernel.transaction import transaction
from certificates import operations, queries, rules
from certificates.forms import EndForm
from certificates.models import Certificate
from certificates.queries import Wanted
from certificates.views.doors import blueprint
from courses import queries as courses


@blueprint.get("/f/<facility>/certificates")
def issued(facility: str) -> str:
    """List the certificates of the facility: searched, filtered, sorted, a page at a time."""
    wanted = _wanted()
    found = queries.list_of_facility(g.facility_id, wanted, page=page_number(request.args.get("page")), now=clock.now())
    return render_template(
        "certificates/issued.html",
        facility=facility,
        wanted=wanted,
        page=found,
        modules=[(row.id, i18n.in_language(row.title)) for row in courses.list_modules()],
        sort_address=lambda key: _address(facility, sort=key),
        page_address=lambda number: _address(facility, page=number),
    )


def _wanted() -> Wanted:
    module = request.args.get("module", "")
    return Wanted(
        search=request.args.get("q", "")[:100],
        module_id=queries.read_number(module),
        state=request.args.get("state", ""),
        sort=request.args.get("sort", queries.NEWEST_FIRST),
    )


def _address(facility: str, **changes: object) -> str:
    """Return the list's address with the present search and filters, but for the changes; page 1 unless given."""
    kept = {key: request.args[key] for key in ("q", "module", "state", "sort") if key in request.args}
    query = {key: value for key, value in {**kept, **changes}.items() if value not in {None, ""}}
    path = url_for("certificates.issued", facility=facility)
    return f"{path}?{urlencode(query)}" if query else path


@blueprint.get("/f/<facility>/certificates/<code>")
def detail(facility: str, code: str) -> str:
    """Show one certificate of the facility, with the form that ends it."""
    return _detail(facility, queries.get_of_facility(g.facility_id, code), EndForm())


@blueprint.post("/f/<facility>/certificates/<code>")
def end(facility: str, code: str) -> Response | tuple[str, int]:
    """Revoke the certificate, or replace it by a corrected one, and show what holds now."""
    certificate = queries.get_of_facility(g.facility_id, code)
    form = EndForm()
    if not form.validate():
        return _detail(facility, certificate, form), 422
    with transaction():
        shown = operations.end(asker(), certificate.id, form.act.data, reason=form.reason.data or "", now=clock.now())
    return redirect(url_for("certificates.detail", facility=facility, code=shown.code), 303)


def _detail(facility: str, certificate: Certificate, form: EndForm) -> str:
    return render_template(
        "certificates/detail.html",
        facility=facility,
        certificate=certificate,
        printed=certificate.printed,
        verdict=queries.verdict_of(certificate, clock.now()),
        shown=rules.show_code(certificate.code),
        title=i18n.in_language({"vi": certificate.printed["title_vi"], "en": certificate.printed["title_en"]}),
        square=qr.svg(queries.address_of(certificate).upper()),
        neighbours=queries.find_neighbours(certificate),
        issued_on=clock.civil_day(certificate.issued_at),
        form=form,
    )
