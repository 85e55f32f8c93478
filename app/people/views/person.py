"""One person of a facility, as its coordinator keeps them: workplace, phone, name, leave, suspension, end."""

from flask import Response, g, make_response, redirect, render_template, request, url_for

from app.kernel import clock
from app.kernel.errors import DomainError, Invalid
from app.kernel.forms import Form
from app.kernel.login import asker
from app.kernel.transaction import transaction
from app.people import operations, queries
from app.people.forms.roster import LeaveForm, NameForm, PhoneForm, WorkplaceForm
from app.people.operations.roster import NameReason
from app.people.permissions import Actor
from app.people.rules.phones import show_phone
from app.people.views.common import blueprint, problem_words, url_if_there
from app.people.views.roster import choices, state_words


@blueprint.get("/f/<facility>/people/<int:person>/edit")
def edit(facility: str, person: int) -> Response:
    """Show what is kept of one person, and the ways to change it."""
    return _page(facility, person)


def _page(facility: str, person: int, problem: str = "", status: int = 200) -> Response:
    now = clock.now()
    row = queries.get_roster_row(g.facility_id, person, now)
    page = render_template(
        "people/edit.html",
        facility=facility,
        row=row,
        phone=show_phone(row.phone) if row.phone else "",
        leaves=queries.list_leaves(g.facility_id, person, now),
        **choices(),
        state=state_words(row.state),
        holds_role=bool(queries.list_roles(person, now)),
        learning_url=url_if_there("coordinator.person", facility=facility, person=person),
        is_self=person == asker().person_id,
        problem=problem,
        is_saved=request.args.get("saved") == "1",
        today=clock.today().isoformat(),
    )
    return make_response(page, status)


def _change(facility: str, person: int, form: Form, change: str) -> Response:
    """Check the form, make the change, come back to the person; a refusal is shown above the page."""
    if not form.validate_on_submit():
        first = next(error for errors in form.errors.values() for error in errors)
        return _page(facility, person, str(first), 422)
    try:
        with transaction():
            _CHANGES[change](asker(), person, form)
    except DomainError as refusal:
        if refusal.status == 404:  # noqa: PLR2004  a foreign person answers like a missing one
            raise
        return _page(facility, person, problem_words(refusal.code), refusal.status)
    return make_response(redirect(url_for("people.edit", facility=facility, person=person, saved=1), 303))


def _workplace(actor: Actor, person: int, form: WorkplaceForm) -> None:
    operations.change_workplace(actor.person_id, g.facility_id, person, form.workplace(), now=clock.now())


def _phone(actor: Actor, person: int, form: PhoneForm) -> None:
    operations.change_phone(actor.person_id, g.facility_id, person, form.number(), now=clock.now())


def _name(actor: Actor, person: int, form: NameForm) -> None:
    reason = NameReason(form.reason.data or "")
    operations.rename_person(actor.person_id, g.facility_id, person, form.name.data or "", reason)


def _leave(actor: Actor, person: int, form: LeaveForm) -> None:
    first, last = form.days()
    operations.put_on_leave(actor.person_id, g.facility_id, person, first, last, now=clock.now())


_CHANGES = {"workplace": _workplace, "phone": _phone, "name": _name, "leave": _leave}


@blueprint.post("/f/<facility>/people/<int:person>/workplace")
def change_workplace(facility: str, person: int) -> Response:
    """Let the person work elsewhere in the facility."""
    return _change(facility, person, WorkplaceForm(), "workplace")


@blueprint.post("/f/<facility>/people/<int:person>/phone")
def change_phone(facility: str, person: int) -> Response:
    """Keep another phone number."""
    return _change(facility, person, PhoneForm(), "phone")


@blueprint.post("/f/<facility>/people/<int:person>/name")
def rename(facility: str, person: int) -> Response:
    """Write the name anew."""
    return _change(facility, person, NameForm(), "name")


@blueprint.post("/f/<facility>/people/<int:person>/leave")
def add_leave(facility: str, person: int) -> Response:
    """Record a long absence."""
    return _change(facility, person, LeaveForm(), "leave")


@blueprint.post("/f/<facility>/people/<int:person>/leave/<int:leave>/end")
def end_leave(facility: str, person: int, leave: int) -> Response:
    """Let an absence end now."""
    with transaction():
        operations.end_leave(asker().person_id, g.facility_id, person, leave, now=clock.now())
    return make_response(redirect(url_for("people.edit", facility=facility, person=person, saved=1), 303))


@blueprint.post("/f/<facility>/people/<int:person>/access")
def change_access(facility: str, person: int) -> Response:
    """Keep the person out, or let them in again."""
    actor: Actor = asker()
    try:
        with transaction():
            if request.form.get("act") == "resume":
                operations.resume(actor, person, g.facility_id, now=clock.now())
            else:
                operations.suspend(actor, person, g.facility_id, now=clock.now())
    except Invalid as refusal:
        return _page(facility, person, problem_words(refusal.code), refusal.status)
    return make_response(redirect(url_for("people.edit", facility=facility, person=person, saved=1), 303))


@blueprint.route("/f/<facility>/people/<int:person>/end", methods=["GET", "POST"])
def end(facility: str, person: int) -> Response:
    """Ask once more, then let the person leave the facility."""
    if request.method == "GET":
        row = queries.get_roster_row(g.facility_id, person, clock.now())
        return make_response(render_template("people/end.html", facility=facility, row=row))
    try:
        with transaction():
            operations.end_employment(asker().person_id, g.facility_id, person, now=clock.now())
    except Invalid as refusal:
        return _page(facility, person, problem_words(refusal.code), refusal.status)
    return make_response(redirect(url_for("people.roster", facility=facility, ended=1), 303))
