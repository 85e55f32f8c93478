"""The people of a facility: the list, its export, one person added."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

from flask import Response, g, make_response, redirect, render_template, request, send_file, url_for

from app.kernel import clock, i18n, sheets
from app.kernel.errors import Conflict, Invalid
from app.kernel.i18n import _, in_language
from app.kernel.login import asker
from app.kernel.paging import page_number
from app.kernel.transaction import transaction
from app.people import operations, queries
from app.people.forms.roster import AddPersonForm
from app.people.models import Role
from app.people.permissions import Actor
from app.people.queries.roster import RosterFilter, RosterRow, RosterState
from app.people.rules.phones import mask_phone, show_phone
from app.people.views.common import blueprint, problem_words, read_ids, url_if_there


@blueprint.get("/f/<facility>/people")
def roster(facility: str) -> str:
    """Show who works at the facility, narrowed and ordered as asked."""
    chosen, now = chosen_filter(), clock.now()
    page = queries.list_roster(g.facility_id, chosen, now, page=page_number(request.args.get("page")))
    return render_template(
        "people/roster.html",
        facility=facility,
        page=page,
        chosen=chosen,
        is_narrowed=chosen != RosterFilter(sort=chosen.sort),
        **choices(),
        state_options=[(state.value, state_words(state)[1]) for state in RosterState],
        state_words=state_words,
        mask_phone=mask_phone,
        in_language=in_language,
        can_edit=can_edit(),
        import_url=url_if_there("people.start_import", facility=facility),
        export_url=_address("people.export", facility)(),
        by=lambda key: _address("people.roster", facility)(sort=key),
        to_page=lambda number: _address("people.roster", facility)(page=number),
    )


def can_edit() -> bool:
    """Say whether the asker may change this facility's people: its coordinator."""
    actor: Actor = asker()
    return actor.has(Role.COORDINATOR, g.facility_id)


def chosen_filter() -> RosterFilter:
    """Read what the list is narrowed to from the address; anything odd means everything."""
    args = request.args
    state = args.get("state", "")
    return RosterFilter(
        search=args.get("q", "")[:80],
        unit_id=_id(args.get("unit", "")),
        position_id=_id(args.get("position", "")),
        state=RosterState(state) if state in {each.value for each in RosterState} else None,
        sort=args.get("sort", "name")[:20],
    )


def _id(text: str) -> int | None:
    return next(iter(read_ids([text])), None)


def choices() -> dict[str, list[tuple[int, str]]]:
    """Return what selects offer: the facility's units and the city's positions, as pairs of id and name."""
    return {
        "unit_options": [(unit.id, unit.name) for unit in queries.list_units(g.facility_id)],
        "position_options": [
            (position.id, in_language({"vi": position.name_vi, "en": position.name_en}))
            for position in queries.list_positions()
        ],
    }


def _address(endpoint: str, facility: str) -> Callable[..., str]:
    """Return the function that gives an address with the present filter, and other values if given."""
    kept = {name: value for name, value in request.args.items() if name in {"q", "unit", "position", "state", "sort"}}

    def _url(**changed: Any) -> str:
        return url_for(endpoint, facility=facility, **{**kept, **changed})

    return _url


def state_words(state: RosterState) -> tuple[str, str]:
    """Return the pill and the word of a state."""
    words = {
        RosterState.NOT_ACTIVATED: ("none", _("Not activated")),
        RosterState.ACTIVE: ("done", _("Activated")),
        RosterState.ON_LEAVE: ("failed", _("Away")),
        RosterState.SUSPENDED: ("void", _("Suspended")),
    }
    return words[state]


@blueprint.post("/f/<facility>/people/export")
def export(facility: str) -> Response:
    """Give the list, as narrowed, as a file; the audit keeps who, how many and by which filter (EX-04)."""
    actor: Actor = asker()
    kind = "csv" if request.form.get("kind") == "csv" else "xlsx"
    chosen = chosen_filter()
    rows = queries.list_roster(g.facility_id, chosen, clock.now(), page=None).rows
    with transaction():
        operations.note_export(actor.person_id, g.facility_id, chosen, rows=len(rows), kind=kind)
    target = BytesIO()
    cells = [_cells(row) for row in rows]
    if kind == "csv":
        sheets.write_csv(target, [column.title for column in _columns()], cells, separator=";")
    else:
        sheets.write_xlsx(target, [sheets.Sheet(_("People"), _columns(), cells)])
    target.seek(0)
    day = clock.today().isoformat()
    return send_file(target, as_attachment=True, download_name=f"nhan-su-{facility}-{day}.{kind}")


def _columns() -> list[sheets.Column]:
    return [
        sheets.Column(_("Full name"), 28), sheets.Column(_("Staff code"), 12), sheets.Column(_("Unit"), 28),
        sheets.Column(_("Position"), 28), sheets.Column(_("Phone number"), 16), sheets.Column(_("State"), 16),
        sheets.Column(_("Last seen"), 18),
    ]  # fmt: skip


def _cells(row: RosterRow) -> list[sheets.Value]:
    phone = show_phone(row.phone) if row.phone else ""
    seen = i18n.moment(row.seen_at) if row.seen_at else ""
    return [row.name, row.staff_code, row.unit, in_language(row.position), phone, state_words(row.state)[1], seen]


@blueprint.route("/f/<facility>/people/new", methods=["GET", "POST"])
def add(facility: str) -> Response:
    """Add one person."""
    form, problem = AddPersonForm(), ("", "")
    if form.validate_on_submit():
        problem = _add(form)
        if not problem[0]:
            said: dict[str, Any] = {"invited": 1} if problem[1] else {"added": 1}
            return make_response(redirect(url_for("people.roster", facility=facility, **said), 303))
    page = render_template(
        "people/add.html",
        facility=facility,
        form=form,
        problem=problem,
        **choices(),
    )
    return make_response(page, 422 if form.is_submitted() else 200)


def _add(form: AddPersonForm) -> tuple[str, str]:
    """Add the person; returns the field and the sentence of a refusal, ("", "invited") when known elsewhere."""
    actor: Actor = asker()
    try:
        with transaction():
            made = operations.add_person(
                actor.person_id, g.facility_id, form.name.data or "", form.number(), form.workplace(), now=clock.now()
            )
    except (Conflict, Invalid) as refusal:
        field = {"staff_code_taken": "staff_code", "name_missing": "name"}.get(refusal.code, "phone")
        return field, problem_words(refusal.code)
    return "", "" if made else "invited"
