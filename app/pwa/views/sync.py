"""The door through which a device takes a quiz along, and the one through which its work comes back."""

from typing import Any

from flask import Response, jsonify, request

from app.kernel import clock
from app.kernel.forms import form_token
from app.kernel.i18n import clocktime, moment
from app.kernel.login import asker
from app.kernel.tokens import hash_token
from app.kernel.transaction import transaction
from app.pwa import forms, operations, queries, rules
from app.pwa.operations import Origin, Outcome
from app.pwa.views.blueprint import blueprint, device_mark, keeper, marked, secret
from quizzes import operations as quizzes
from quizzes import queries as asked
from quizzes.models import Attempt
from quizzes.rules import Ticket, write_ticket


@blueprint.get("/offline/hello")
def hello() -> Response:
    """Tell a device whose sign-in it has, with a fresh token: nobody's work goes under another name (SY-07)."""
    owner = rules.owner_tag(secret(), asker().person_id)
    return jsonify(owner=owner, token=form_token())


@blueprint.post("/offline/tickets/<module>")
def ticket(module: str) -> Response:
    """Hand the quiz of a module to this device: its questions in their order and a signed ticket, never an answer."""
    actor = keeper()
    module_id = asked.get_quiz(module).module_id
    mark, is_new = device_mark()
    with transaction():
        attempt, issued = quizzes.issue_ticket(actor, module_id, hash_token(mark), now=clock.now())
    is_held = request.args.get("held", type=int) == attempt.id
    return marked(jsonify(_paper(attempt, issued, module, is_held=is_held)), mark, is_new=is_new)


def _paper(attempt: Attempt, issued: Ticket, module: str, *, is_held: bool) -> dict[str, Any]:
    """Return the quiz as a device keeps it: its ticket, what is chosen, and its questions unless they are there."""
    contents = {} if is_held else asked.get_contents([item["version"] for item in attempt.draw])
    standing = asked.list_standing(attempt.id)
    questions = [
        {
            "place": place,
            **({} if is_held else _question(item, contents[item["version"]])),
            "chosen": standing[place].chosen if place in standing else [],
            "flagged": place in standing and standing[place].flagged,
        }
        for place, item in enumerate(attempt.draw, 1)
    ]
    return {
        "module": module,
        "attempt": attempt.id,
        "ticket": write_ticket(issued, secret=secret()),
        "expires_at": issued.expires_at.isoformat(),
        "expires": moment(issued.expires_at),
        "elapsed": int((clock.now() - issued.issued_at).total_seconds() * 1000),
        "seq": max((each.client_seq for each in standing.values()), default=0),
        "questions": questions,
    }


def _question(item: dict[str, Any], content: dict[str, Any]) -> dict[str, Any]:
    """Return what one question asks, its texts by language, its options in the order drawn."""
    options = [{"token": each["token"], "text": content["options"][each["index"]]["text"]} for each in item["options"]]
    return {"kind": item["kind"], "text": content["text"], "options": options}


@blueprint.post("/offline/sync")
def sync() -> Response:
    """Take what a device brings, and say of each operation what became of it; the answers come after the commit."""
    actor, mark = asker(), device_mark()[0]
    batch = forms.batch_from(request.get_json(silent=True))
    origin = Origin(hash_token(mark), secret())
    outcomes: list[Outcome] = []
    if batch.operations:
        with transaction():
            outcomes = operations.deliver(actor, origin, batch.operations, now=clock.now())
    # Asked anew, of what is on disk: this is what "confirmed" means.
    confirmed = queries.list_delivered(actor.person_id, batch.confirm)
    return jsonify(outcomes=[_said(each) for each in outcomes], confirmed=confirmed)


def _said(outcome: Outcome) -> dict[str, Any]:
    if outcome.receipt:
        at = clocktime(outcome.done_at) if outcome.done_at else ""
        return {"op_id": outcome.op_id, "receipt": outcome.receipt, "late": outcome.is_late, "at": at}
    return {"op_id": outcome.op_id, **({"waits": True} if outcome.waits else {"error": outcome.refusal})}
