"""Units, service points and who stands there."""

from flask import Response, g, make_response, redirect, render_template, request, url_for

from app.kernel import clock
from app.kernel.errors import DomainError
from app.kernel.login import asker
from app.kernel.transaction import transaction
from app.people import operations, queries
from app.people.forms.roster import PointForm, TermForm, UnitForm
from app.people.views.common import blueprint, problem_words, read_ids
from app.people.views.roster import can_edit, choices


@blueprint.get("/f/<facility>/places")
def places(facility: str) -> Response:
    """Show the units with their service points."""
    return _page(facility)


def _page(facility: str, problem: str = "", status: int = 200) -> Response:
    page = render_template(
        "people/places.html",
        facility=facility,
        units=queries.list_places(g.facility_id, clock.now()),
        can_edit=can_edit(),
        problem=problem,
        is_saved=request.args.get("saved") == "1",
    )
    return make_response(page, status)


def _saved(facility: str) -> Response:
    return make_response(redirect(url_for("people.places", facility=facility, saved=1), 303))


@blueprint.post("/f/<facility>/places/units")
def add_unit(facility: str) -> Response:
    """Add a unit."""
    return _save_unit(facility, None)


@blueprint.post("/f/<facility>/places/units/<int:unit>")
def rename_unit(facility: str, unit: int) -> Response:
    """Give a unit another name."""
    return _save_unit(facility, unit)


def _save_unit(facility: str, unit: int | None) -> Response:
    form = UnitForm()
    if not form.validate_on_submit():
        return _page(facility, str(form.name.errors[0]), 422)
    actor_id, name = asker().person_id, form.name.data or ""
    try:
        with transaction():
            if unit is None:
                operations.add_unit(actor_id, g.facility_id, name, now=clock.now())
            else:
                operations.rename_unit(actor_id, g.facility_id, unit, name)
    except DomainError as refusal:
        return _refused(facility, refusal)
    return _saved(facility)


def _refused(facility: str, refusal: DomainError) -> Response:
    if refusal.status == 404:  # noqa: PLR2004  a foreign place answers like a missing one
        raise refusal
    return _page(facility, problem_words(refusal.code), refusal.status)


@blueprint.route("/f/<facility>/places/points/new", methods=["GET", "POST"])
def add_point(facility: str) -> Response:
    """Add a service point with its first term."""
    form, term, problem = PointForm(), TermForm(), ""
    if form.is_submitted() and form.validate() & term.validate():
        try:
            with transaction():
                point = operations.add_point(
                    asker().person_id, g.facility_id, int(form.unit.data or 0), form.name.data or "",
                    form.shift.data or "", now=clock.now(),
                )  # fmt: skip
                _set_term(point.id, term)
            return make_response(redirect(url_for("people.point", facility=facility, point=point.id), 303))
        except DomainError as refusal:
            problem = problem_words(refusal.code)
    page = render_template(
        "people/point_new.html", facility=facility, form=form, term=term, problem=problem,
        unit_options=choices()["unit_options"], today=clock.today().isoformat(),
        unit=request.args.get("unit", ""),
    )  # fmt: skip
    return make_response(page, 422 if form.is_submitted() else 200)


def _set_term(point_id: int, form: TermForm) -> None:
    point = queries.get_point(g.facility_id, point_id)
    need = int(form.need.data) if form.need.data else None
    operations.set_term(
        asker().person_id, point, form.opens.data or clock.today(), form.closes.data, need, now=clock.now()
    )


@blueprint.get("/f/<facility>/places/points/<int:point>")
def point(facility: str, point: int) -> Response:
    """Show one service point: when it is open, how many it needs, who stands there."""
    return _point_page(facility, point)


def _point_page(facility: str, point_id: int, problem: str = "", status: int = 200) -> Response:
    now = clock.now()
    point = queries.get_point(g.facility_id, point_id)
    page = render_template(
        "people/point.html",
        facility=facility,
        point=next(each for each in queries.list_points(g.facility_id, now) if each.id == point_id),
        unit=queries.get_unit(g.facility_id, point.unit_id).name,
        people=queries.list_colleagues(g.facility_id, unit_ids=[point.unit_id]),
        others=[each for each in queries.list_colleagues(g.facility_id) if each.unit_id != point.unit_id],
        on_duty=set(queries.list_duty(point_id, now)),
        can_edit=can_edit(),
        problem=problem,
        is_saved=request.args.get("saved") == "1",
        civil_day=clock.civil_day,
        today=clock.today().isoformat(),
    )
    return make_response(page, status)


@blueprint.post("/f/<facility>/places/points/<int:point>/term")
def change_term(facility: str, point: int) -> Response:
    """Change when a service point is open and how many it needs."""
    form = TermForm()
    queries.get_point(g.facility_id, point)
    if not form.validate_on_submit():
        return _point_page(facility, point, str(next(iter(form.errors.values()))[0]), 422)
    try:
        with transaction():
            _set_term(point, form)
    except DomainError as refusal:
        return _point_page(facility, point, problem_words(refusal.code), refusal.status)
    return make_response(redirect(url_for("people.point", facility=facility, point=point, saved=1), 303))


@blueprint.post("/f/<facility>/places/points/<int:point>/duty")
def change_duty(facility: str, point: int) -> Response:
    """Say who stands at a service point."""
    chosen = read_ids(request.form.getlist("person"))
    try:
        with transaction():
            operations.set_duty(asker().person_id, queries.get_point(g.facility_id, point), chosen, now=clock.now())
    except DomainError as refusal:
        if refusal.status == 404:  # noqa: PLR2004  a foreign point answers like a missing one
            raise
        return _point_page(facility, point, problem_words(refusal.code), refusal.status)
    return make_response(redirect(url_for("people.point", facility=facility, point=point, saved=1), 303))
