"""Activation slips: choose whose, then a page to print or a file, shown once."""

from io import BytesIO

from flask import Response, g, make_response, render_template, request, send_file

from app.kernel import clock, i18n, sheets
from app.kernel.i18n import _
from app.kernel.login import asker
from app.kernel.transaction import transaction
from app.people import operations, queries
from app.people.operations.slips import Slip
from app.people.permissions import Actor
from app.people.views.common import blueprint, public_address, read_ids


@blueprint.route("/f/<facility>/people/slips", methods=["GET", "POST"])
def slips(facility: str) -> Response:
    """Choose units whose people have no password yet; then their slips, which no page shows a second time."""
    now = clock.now()
    people = _chosen() if request.method == "POST" else []
    if not people:
        units = queries.count_not_activated(g.facility_id, now)
        nobody = request.method == "POST"
        page = render_template("people/slips.html", facility=facility, units=units, nobody=nobody)
        return make_response(page, 422 if nobody else 200)
    actor: Actor = asker()
    with transaction():
        made = operations.make_slips(actor.person_id, g.facility_id, people, now=now)
    return _file(facility, made) if request.form.get("kind") == "xlsx" else _paper(facility, made)


def _chosen() -> list[int]:
    """Return the people asked for: one by one, or everyone of these units who has no password yet."""
    one_by_one, words = read_ids(request.form.getlist("person")), request.form.getlist("unit")
    units: list[int | None] = [*read_ids(words), *([None] if "" in words else [])]
    return one_by_one or (queries.list_not_activated(g.facility_id, units, clock.now()) if units else [])


def _paper(facility: str, made: list[Slip]) -> Response:
    units: dict[str, list[Slip]] = {}
    for slip in made:
        units.setdefault(slip.unit, []).append(slip)
    page = render_template(
        "people/slips_paper.html",
        facility=queries.get_facility(g.facility_id),
        code=facility,
        units=units,
        count=len(made),
        address=public_address(),
    )
    return make_response(page)


def _file(facility: str, made: list[Slip]) -> Response:
    columns = [
        sheets.Column(_("Unit"), 28), sheets.Column(_("Full name"), 28), sheets.Column(_("Facility code"), 14),
        sheets.Column(_("Staff code"), 12), sheets.Column(_("Code on the slip"), 24), sheets.Column(_("Address"), 32),
        sheets.Column(_("Valid until"), 18),
    ]  # fmt: skip
    rows = [
        [slip.unit, slip.name, facility, slip.staff_code, slip.code, public_address(), i18n.moment(slip.expires_at)]
        for slip in made
    ]
    target = BytesIO()
    sheets.write_xlsx(target, [sheets.Sheet(_("Activation slips"), columns, rows)])
    target.seek(0)
    return send_file(target, as_attachment=True, download_name=f"phieu-kich-hoat-{facility}.xlsx")
