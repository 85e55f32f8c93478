"""The practice phone's doors: a screen, a tap by form or by script, and how a run ended."""

from flask import jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.kernel import clock
from app.kernel.errors import Conflict
from app.kernel.i18n import clocktime
from app.kernel.login import asker
from app.kernel.transaction import transaction
from courses import forms, operations
from courses.queries import practice as queries
from courses.views.doors import blueprint
from courses.views.screens import ended_page, play_page


@blueprint.get("/practice/<module>/<scenario>")
def practice(module: str, scenario: str) -> str:
    """Show where the open run stands, or the first screen; ``again`` shows the first screen and writes nothing."""
    view = queries.get_scenario(module, scenario)
    run = None if "again" in request.args else queries.find_open_run(asker().person_id, view.id)
    return render_template("courses/practice.html", page=play_page(view, run))


@blueprint.post("/practice/<module>/<scenario>")
def tap(module: str, scenario: str) -> Response:
    """Take in one tap and go where it leads: the way without script."""
    batch = forms.batch_from_form(request.form)
    scenario_id = queries.get_scenario_id(module, scenario, batch.scenario_id)
    here = url_for("courses.practice", module=module, scenario=scenario, _anchor="scene")
    try:
        with transaction():
            kept = operations.take_taps(asker(), scenario_id, batch.run_key, batch.taps, now=clock.now())
    except Conflict:  # an old page was sent once more: the screen shows how things stand
        return redirect(here, 303)
    return redirect(url_for("courses.practised", run=kept.run_id) if kept.outcome else here, 303)


@blueprint.post("/practice/<module>/<scenario>/taps")
def taps(module: str, scenario: str) -> Response | tuple[Response, int]:
    """Take in taps sent by script, however late, and say which are kept and how the run stands."""
    batch = forms.batch_from_json(request.get_json(silent=True))
    scenario_id = queries.get_scenario_id(module, scenario, batch.scenario_id)
    now = clock.now()
    try:
        with transaction():
            kept = operations.take_taps(asker(), scenario_id, batch.run_key, batch.taps, now=now)
    except Conflict as refusal:
        return jsonify(error=refusal.code, **refusal.values), 409
    # Made only now: what is not committed is not kept.
    return jsonify(
        run=kept.run_key,
        kept=[each.op_id for each in batch.taps],
        seq=kept.seq,
        outcome=kept.outcome,
        url=url_for("courses.practised", run=kept.run_id) if kept.outcome else None,
        saved_at=clocktime(now),
    )


@blueprint.get("/practised/<int:run>")
def practised(run: int) -> Response | str:
    """Show how a run ended; one that is open, or was begun anew, leads back to its scenario."""
    own = queries.get_run(asker().person_id, run)
    view = queries.get_played(own.scenario_id)
    page = ended_page(own, view)
    if page is None:
        return redirect(url_for("courses.practice", module=view.module_key, scenario=view.key))
    return render_template("courses/practised.html", page=page)
