"""The learner's doors: start, answer, look back, hand in, and what they say afterwards."""

import uuid

from flask import current_app, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.kernel import clock
from app.kernel.errors import Conflict, NotFound
from app.kernel.i18n import clocktime
from app.kernel.login import asker
from app.kernel.transaction import transaction
from app.people.queries.workplaces import list_workplaces
from quizzes import forms, operations, queries
from quizzes.models import AttemptState
from quizzes.queries import Sheet
from quizzes.views import pages
from quizzes.views.blueprint import blueprint


@blueprint.route("/quiz/<module>", methods=["GET", "POST"])
def start(module: str) -> Response | str | tuple[str, int]:
    """Show what the quiz asks for; POST starts it, or goes on with the open attempt."""
    actor, status = asker(), 200
    if request.method == "POST":
        module_id = queries.get_quiz(module).module_id
        try:
            with transaction():
                attempt = operations.start_attempt(actor, module_id, now=clock.now())
            return redirect(_question_url(attempt.id, pages.first_open_place(attempt)), 303)
        except Conflict as refusal:  # the page itself says when and why
            status = refusal.status
    page = pages.start_page(actor.person_id, module, now=clock.now())
    return render_template("quizzes/start.html", page=page), status


@blueprint.get("/quiz/<module>/test-out")
def ask_why(module: str) -> Response | str:
    """Ask why somebody goes straight to the quiz; after a fail the lessons come first."""
    quiz = queries.get_quiz(module)
    if not queries.may_test_out(asker().person_id, quiz.module_id):
        return redirect(url_for("courses.module", module=module))
    return render_template("quizzes/test_out.html", quiz=quiz, reasons=forms.REASONS)


@blueprint.post("/quiz/<module>/test-out")
def test_out(module: str) -> Response:
    """Keep the reason and lead to the quiz."""
    quiz, reason = queries.get_quiz(module), forms.reason_from(request.form)
    if quiz.blueprint is not None:
        with transaction():
            operations.claim_prior_learning(asker(), quiz.blueprint.quiz_id, reason, now=clock.now())
    return redirect(url_for("quizzes.start", module=module), 303)


@blueprint.get("/attempts/<int:attempt>/<int:place>")
def question(attempt: int, place: int) -> Response | str:
    """Show one question."""
    own = queries.get_sheet(asker().person_id, attempt)
    elsewhere = _not_here(own, place)
    if elsewhere is not None:
        return elsewhere
    page = pages.question_page(own, place)
    return render_template("quizzes/question.html", page=page, op_id=str(uuid.uuid4()), left=_time_left(own))


@blueprint.post("/attempts/<int:attempt>/<int:place>")
def answer(attempt: int, place: int) -> Response | str:
    """Save the page's form, if it says anything new, and move on: the way without script."""
    own = queries.get_sheet(asker().person_id, attempt)
    elsewhere = _not_here(own, place)
    if elsewhere is None or own.state is not AttemptState.SUBMITTED:
        _take(own, place)
    if elsewhere is not None:
        return elsewhere
    if "mark" in request.form:
        return redirect(_question_url(attempt, place), 303)
    if place == len(own.draw) or request.form.get("go") == "review":
        return redirect(url_for("quizzes.review", attempt=attempt), 303)
    return redirect(_question_url(attempt, place + 1), 303)


def _take(own: Sheet, place: int) -> None:
    """Save what the form says, unless that stands already; what comes after the time is kept as late."""
    held = queries.list_standing(own.id).get(place)
    choice = forms.choice_from_form(request.form, place, was_flagged=held.flagged if held else False)
    if (choice.chosen, choice.flagged) != ((tuple(held.chosen), held.flagged) if held else ((), False)):
        with transaction():
            operations.take_answer(asker(), own.id, choice, None, now=clock.now())


def _time_left(own: Sheet) -> pages.TimeLeft | None:
    return pages.time_left(own, now=clock.now(), secret=_secret())


def _secret() -> str:
    found: str = current_app.extensions["settings"].secret_key
    return found


def _question_url(attempt_id: int, place: int) -> str:
    # The heading takes the focus, so that the next question is what is read next (WCAG 2.4.3).
    return url_for("quizzes.question", attempt=attempt_id, place=place, _anchor="question")


def _not_here(attempt: Sheet, place: int = 1) -> Response | str | None:
    """Return where an attempt that cannot be answered now leads; None when it can."""
    if attempt.state is not AttemptState.OPEN:
        return redirect(url_for("staff.result", attempt=attempt.id), 303)
    if not 1 <= place <= len(attempt.draw):
        raise NotFound("question", place=place)
    if not pages.is_answerable(attempt, now=clock.now()):
        return render_template("quizzes/time_up.html", attempt=attempt)
    return None


@blueprint.post("/attempts/<int:attempt>/answers")
def save(attempt: int) -> Response | tuple[Response, int]:
    """Save one choice sent by script and answer with its receipt, a late one's too; a refusal says how things stand."""
    sent = request.get_json(silent=True)
    choice, ago = forms.choice_from_json(sent), forms.ago_from_json(sent, secret=_secret())
    try:
        with transaction():
            receipt = operations.take_answer(asker(), attempt, choice, ago, now=clock.now())
    except Conflict as refusal:
        return jsonify(error=refusal.code, **{key: str(value) for key, value in refusal.values.items()}), 409
    # Made only now: what is not committed has no receipt.
    return jsonify(
        op_id=receipt.op_id,
        receipt=receipt.receipt,
        place=receipt.place,
        chosen=receipt.chosen,
        flagged=receipt.flagged,
        seq=receipt.client_seq,
        newest_seq=receipt.newest_seq,
        saved_at=clocktime(receipt.recorded_at),
        late=receipt.is_late,
    )


@blueprint.get("/attempts/<int:attempt>/review")
def review(attempt: int) -> Response | str:
    """Show what is chosen and what is not, before handing in."""
    own = queries.get_sheet(asker().person_id, attempt)
    elsewhere = _not_here(own)
    if elsewhere is not None:
        return elsewhere
    rows = pages.review_rows(own, queries.list_standing(attempt))
    missing = [row for row in rows if not row.is_answered]
    asks = bool(missing) and "gaps" in request.args
    page = {"rows": rows, "missing": missing, "asks": asks, "left": _time_left(own)}
    return render_template("quizzes/review.html", attempt=own, **page)


@blueprint.post("/attempts/<int:attempt>/submit")
def submit(attempt: int) -> Response:
    """Hand the attempt in; with gaps only after the page has asked."""
    actor, now = asker(), clock.now()
    own = queries.get_sheet(actor.person_id, attempt)
    if "sure" not in request.form and pages.is_answerable(own, now=now):
        rows = pages.review_rows(own, queries.list_standing(attempt))
        if not all(row.is_answered for row in rows):
            return redirect(url_for("quizzes.review", attempt=attempt, gaps=1), 303)
    with transaction():
        operations.submit_attempt(actor, attempt, now=now)
    return redirect(url_for("staff.result", attempt=attempt), 303)


@blueprint.post("/attempts/<int:attempt>/<int:place>/report")
def report(attempt: int, place: int) -> Response:
    """Report the question at a place of an ended attempt as wrong."""
    actor, now = asker(), clock.now()
    workplaces = list_workplaces(actor.person_id, now)
    home = workplaces[0].facility_id if workplaces else None
    words = forms.words_from(request.form, "words")
    with transaction():
        operations.report_question(actor, attempt, place, words, facility_id=home, now=now)
    return redirect(url_for("staff.result", attempt=attempt, _anchor=f"question-{place}"), 303)


@blueprint.post("/attempts/<int:attempt>/confidence")
def confide(attempt: int) -> Response:
    """Keep how sure the person feels after the quiz."""
    confidence = forms.confidence_from(request.form)
    with transaction():
        operations.say_confidence(asker(), attempt, confidence)
    return redirect(url_for("staff.result", attempt=attempt, _anchor="confidence"), 303)
