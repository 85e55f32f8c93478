"""The coordinator's inbox: questions reported as wrong, and people with whom to talk before their next try."""

from flask import g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.kernel import clock
from app.kernel.login import asker
from app.kernel.transaction import transaction
from quizzes import forms, operations
from quizzes.queries import inbox
from quizzes.views.blueprint import blueprint


@blueprint.get("/f/<facility>/reports")
def reports(facility: str) -> str:
    """Show open reports, people who wait for a talk, and what was closed lately."""
    return render_template(
        "quizzes/reports.html",
        facility=facility,
        waiting=inbox.list_reports(g.facility_id, is_open=True),
        closed=inbox.list_reports(g.facility_id, is_open=False),
        talks=inbox.list_talks(g.facility_id, now=clock.now()),
    )


@blueprint.post("/f/<facility>/reports/<int:report>")
def answer_report(facility: str, report: int) -> Response:
    """Close a report with an answer."""
    words = forms.words_from(request.form, "answer")
    with transaction():
        operations.answer_report(asker(), g.facility_id, report, words, now=clock.now())
    return redirect(url_for("quizzes.reports", facility=facility), 303)


@blueprint.post("/f/<facility>/talks/<int:person>/<int:quiz>")
def clear_talk(facility: str, person: int, quiz: int) -> Response:
    """Write that a talk took place, so that the person may try again."""
    with transaction():
        operations.clear_talk(asker(), g.facility_id, person, quiz, now=clock.now())
    return redirect(url_for("quizzes.reports", facility=facility), 303)
