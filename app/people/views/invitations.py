"""What a person answers to a facility that wishes to employ them too."""

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from app.kernel import clock
from app.kernel.login import asker
from app.kernel.transaction import transaction
from app.people.operations.invitations import answer_invitation as answer
from app.people.views.common import blueprint


@blueprint.post("/invitations/<int:invitation>")
def answer_invitation(invitation: int) -> Response:
    """Confirm or decline an invitation of one's own."""
    accepts = request.form.get("answer") == "accept"
    with transaction():
        answer(asker().person_id, invitation, accepts=accepts, now=clock.now())
    return redirect(url_for("staff.home"), 303)
