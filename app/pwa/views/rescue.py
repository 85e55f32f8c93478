"""The page where a rescue file is handed in: work of a device without network, carried here by anybody (SY-08)."""

from flask import Response, make_response, render_template

from app.kernel import clock
from app.kernel.errors import Conflict, Invalid
from app.kernel.i18n import _
from app.kernel.login import asker
from app.kernel.transaction import transaction
from app.pwa import operations
from app.pwa.forms import RescueForm, rescue_from
from app.pwa.operations import HandedOver
from app.pwa.permissions import may_name
from app.pwa.views.blueprint import blueprint, secret


@blueprint.route("/hand-in-file", methods=["GET", "POST"])
def hand_in_file() -> Response:
    """Hand in a file of work, one's own or a colleague's, and read what became of it."""
    form = RescueForm()
    handed = _hand_over(form) if form.validate_on_submit() else None
    page = render_template(
        "pwa/hand_in_file.html",
        form=form,
        handed=handed,
        owner=handed.owner.name if handed and may_name(asker(), handed.owner) else "",
        why=_why,
    )
    return make_response(page, 422 if form.is_submitted() and handed is None else 200)


def _hand_over(form: RescueForm) -> HandedOver | None:
    """Let the file's work take effect; None when the file is refused, and in the form why."""
    try:
        file = rescue_from(form.file.data.read(), secret())
        with transaction():
            return operations.hand_over(asker(), file, now=clock.now())
    except (Invalid, Conflict) as refusal:
        form.file.errors = [_problem(refusal.code)]
        return None


def _problem(code: str) -> str:
    """Say why a whole file is refused."""
    sentences = {
        "file_forged": _("This file was not made on the device of the person it names. Nothing was taken from it."),
        "file_without_work": _("There is no work in this file."),
        "owner_closed": _("The account of the person who did this work is closed. Nothing was taken from the file."),
    }
    unreadable = _("The file cannot be opened: it is damaged, or it is no file of work for this address.")
    return sentences.get(code) or unreadable


def _why(code: str) -> str:
    """Say why a part of a file is refused."""
    sentences = {
        "operation_used": _("has arrived under another account"),
        "ticket_foreign": _("belongs to a paper of another device"),
        "answers_missing": _("waits for answers that are not in this file"),
    }
    return sentences.get(code) or _("does not fit what is on record")
