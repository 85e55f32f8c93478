"""The assign wizard (S7): who, what, when, a last look, and ten minutes in which it can be taken back."""

from dataclasses import replace

from flask import g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.assignments import operations, queries
from app.assignments.models import AssignmentBatch
from app.assignments.operations import UNDO_WITHIN
from app.kernel import clock
from app.kernel.i18n import _, in_language
from app.kernel.login import asker
from app.kernel.tokens import new_token
from app.kernel.transaction import transaction
from app.portal.coordinator.doors import blueprint, revoked_at
from app.portal.coordinator.steps import PAGES, Desk, find_problems, first_step
from app.portal.coordinator.wizard import STEPS, Draft, read_draft


@blueprint.get("/f/<facility>/assign")
def assign(facility: str) -> str:
    """Show the step of the wizard that comes next; a step with something missing says so."""
    return _show(facility, read_draft(request.args))


@blueprint.post("/f/<facility>/assign")
def order(facility: str) -> Response | tuple[str, int]:
    """Carry the order out, once however often it is sent, and show what came of it."""
    draft, now = replace(read_draft(request.form), step="check"), clock.now()
    desk = Desk(g.facility_id, now)
    if find_problems(draft, desk):
        return _show(facility, draft), 422
    wanted, token = desk.order(draft), request.form.get("token", "")[:60] or new_token()
    revoked = revoked_at(g.facility_id, now)
    with transaction():
        batch = operations.assign(asker(), g.facility_id, wanted, token=token, now=now, revoked=revoked)
    return redirect(url_for("coordinator.assigned", facility=facility, batch=batch.id), 303)


def _show(facility: str, draft: Draft) -> str:
    desk = Desk(g.facility_id, clock.now())
    problems = find_problems(draft, desk)
    shown = first_step(draft, problems)
    # What a later page will ask is no mistake yet.
    asked_for = STEPS.index(draft.step) > STEPS.index(shown)
    page = {
        "facility": facility,
        "draft": draft,
        "step": shown,
        "problems": problems.get(shown, []) if asked_for else [],
        "reached": sum(draft.audience.includes(member) for member in desk.members),
        "labels": [_("Who"), _("What"), _("When"), _("Check")],
        "now_step": STEPS.index(shown) + 1,
    }
    more = PAGES[shown](draft, desk)
    return render_template(f"portal/assign_{shown}.html", **page, **more)


@blueprint.get("/f/<facility>/assign/<int:batch>")
def assigned(facility: str, batch: int) -> str:
    """Show what an order has done, and the way back while there is one."""
    made = queries.get_batch(g.facility_id, batch)
    subjects = queries.list_subjects()
    return render_template(
        "portal/assigned.html",
        facility=facility,
        batch=made,
        titles=[in_language(subjects[each].title) for each in made.module_ids if each in subjects],
        undo_until=made.made_at + UNDO_WITHIN if _can_undo(made) else None,
    )


def _can_undo(batch: AssignmentBatch) -> bool:
    is_mine = batch.made_by == asker().person_id
    return is_mine and batch.undone_at is None and clock.now() <= batch.made_at + UNDO_WITHIN


@blueprint.post("/f/<facility>/assign/<int:batch>/undo")
def undo(facility: str, batch: int) -> Response:
    """Take an order back, as far as nobody has started."""
    with transaction():
        operations.undo(asker(), queries.get_batch(g.facility_id, batch), now=clock.now())
    return redirect(url_for("coordinator.assigned", facility=facility, batch=batch), 303)


@blueprint.post("/f/<facility>/rules/<int:rule>/end")
def end_rule(facility: str, rule: int) -> Response:
    """End a standing rule."""
    with transaction():
        operations.end_rule(asker(), queries.get_rule(g.facility_id, rule), now=clock.now())
    return redirect(url_for("coordinator.assign", facility=facility), 303)
