"""The pages of teaching material: a module with its lessons, the player that shows one card a screen, the guide."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.kernel import clock
from app.kernel.login import asker
from app.kernel.transaction import transaction
from courses import operations, queries, rules
from courses.queries.practice import list_practised
from courses.views import guide, papers, practice
from courses.views.cards import card_page
from courses.views.doors import blueprint

__all__ = ["blueprint", "guide", "papers", "practice"]


@blueprint.get("/learn/<module>")
def module(module: str) -> str:
    """Show a module: its lessons and scenarios with their states, and the quiz."""
    found = queries.get_module(module)
    lessons = queries.list_lessons(found.version_id)
    progress = queries.progress_of(asker().person_id, [found.id])[found.id]
    return render_template(
        "courses/module.html",
        module=found,
        lessons=lessons,
        progress=progress,
        practised=list_practised(asker().person_id, found.version_id),
        about=queries.get_about(found.version_id),
    )


@blueprint.get("/learn/<module>/<lesson>")
def lesson(module: str, lesson: str) -> str:
    """Show one card: the one asked for, or the one in hand. Nothing is written by looking."""
    view = queries.get_lesson(asker().person_id, module, lesson)
    card = card_page(view, request.args.get("card"), request.args.get("choice"))
    until = rules.last_card(request.args.get("until"), view.lesson.card_count)
    return render_template("courses/lesson.html", view=view, card=card, until=until)


@blueprint.post("/learn/<module>/<lesson>")
def move(module: str, lesson: str) -> Response:
    """Write the position and go to the next card, the next lesson, or the quiz."""
    place = rules.shown_card(request.form.get("card"), None, count=999)
    until = rules.last_card(request.form.get("until"), count=999)
    person_id = asker().person_id
    with transaction():
        view = operations.leave_card(person_id, module, lesson, place, now=clock.now(), is_short=until is not None)
    if until is not None and place >= until:
        return redirect(url_for("courses.enough", module=module, lesson=lesson), 303)
    if place < view.lesson.card_count:
        return redirect(url_for("courses.lesson", module=module, lesson=lesson, card=place + 1, until=until), 303)
    following = queries.find_next_lesson(view.lesson)
    if following is None:
        return redirect(url_for("quizzes.start", module=module), 303)
    return redirect(url_for("courses.lesson", module=module, lesson=following, card=1), 303)


@blueprint.post("/learn/<module>/<lesson>/check")
def check(module: str, lesson: str) -> Response:
    """Answer a quick check at once. It is counted nowhere, so nothing is written."""
    sent = {name: request.form.get(name) or None for name in ("card", "choice", "until")}
    target = url_for("courses.lesson", module=module, lesson=lesson, **sent)  # type: ignore[arg-type]  # words, or none
    return redirect(f"{target}#verdict", 303)


@blueprint.get("/learn/<module>/<lesson>/enough")
def enough(module: str, lesson: str) -> str:
    """Close a short sitting: it is enough for now, and this is where one stopped."""
    return render_template("courses/enough.html", view=queries.get_lesson(asker().person_id, module, lesson))
