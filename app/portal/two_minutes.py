"""Two minutes between two patients: the best next card, one tap from the start page."""

from datetime import datetime

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from app.assignments import queries as assignments
from app.kernel import clock
from app.kernel.login import asker
from app.portal import context, staff
from courses import queries as courses
from courses.rules import LessonLeft, choose_sitting, places_of


@staff.blueprint.get("/two-minutes")
def two_minutes() -> Response | str:
    """Lead to the card that two minutes are best spent on; nothing is written by asking."""
    person_id, now = asker().person_id, clock.now()
    sitting = choose_sitting(list_lessons_left(person_id, now), now)
    if sitting is None:
        return render_template("portal/all_fresh.html")
    lesson = sitting.lesson
    view = courses.get_lesson(person_id, lesson.module_key, lesson.lesson_key)
    checks = [place for place, card in enumerate(view.content["cards"], 1) if card["check"]]
    first, last = places_of(sitting, checks)
    target = url_for("courses.lesson", module=lesson.module_key, lesson=lesson.lesson_key, card=first, until=last)
    return redirect(target)


def list_lessons_left(person_id: int, now: datetime) -> list[LessonLeft]:
    """Return every lesson as the person left it: of what is asked first, in the order of the start page."""
    revoked = {proof.completion_id for proof in context.list_proofs() if proof.is_revoked}
    asked = [task.module_id for task in assignments.list_tasks(person_id, now, revoked=revoked) if not task.is_done]
    modules = {module.id: module for module in courses.list_modules()}
    order = list(dict.fromkeys([*(each for each in asked if each in modules), *modules]))
    lessons = courses.known_lessons([module.version_id for module in modules.values()])
    progress = courses.progress_of(person_id, order)
    found = []
    for module_id in order:
        module = modules[module_id]
        for lesson in lessons[module.version_id]:
            held = progress[module_id].get(lesson.key)
            found.append(
                LessonLeft(
                    module_key=module.key,
                    lesson_key=lesson.key,
                    minutes=lesson.minutes,
                    card=held.card if held else 0,
                    card_count=lesson.card_count,
                    seen_at=held.seen_at if held else None,
                    finished_at=held.finished_at if held else None,
                    is_asked=module_id in asked,
                )
            )
    return found
