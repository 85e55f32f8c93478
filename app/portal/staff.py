"""The learner's own pages: what to learn today, and what is mine."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import Blueprint, render_template, request, url_for

from app.kernel import clock
from app.kernel.i18n import in_language
from app.kernel.login import asker
from app.portal import context
from courses import queries as courses
from courses import rules as course_rules
from courses.models import LessonProgress
from courses.queries import LessonRow, ModuleRow

blueprint = Blueprint("staff", __name__, template_folder="templates")

SHOWN_AFTERWARDS = 5


@dataclass(frozen=True, slots=True)
class OpenTask:
    """What a person is asked to learn now. ``has_failed``: waiting after a failed quiz, or asked to talk first."""

    module: ModuleRow
    due_on: date | None
    overdue_days: int = 0
    has_failed: bool = False


@dataclass(frozen=True, slots=True)
class TaskView:
    """One task as the start page shows it.

    ``state`` is the word of the pill (overdue, failed, learning, none); ``place`` is the lesson in hand, from 1, and
    None when only the quiz is left. ``minutes_left`` is of that lesson, ``module_minutes_left`` of all.
    """

    title: str
    state: str
    has_begun: bool
    url: str
    lesson: str
    place: int | None
    lesson_count: int
    finished: int
    minutes_left: int
    module_minutes_left: int
    due_on: date | None
    days_left: int
    overdue_days: int


@blueprint.get("/")
def home() -> str:
    """Show what to learn today: one card with the next step, then what follows."""
    now = clock.now()
    tasks = task_views(list_open_tasks(asker().person_id, now), asker().person_id, clock.civil_day(now))
    wants_all = request.args.get("all") == "1"
    return render_template(
        "portal/home.html",
        first=tasks[0] if tasks else None,
        later=tasks[1:] if wants_all else tasks[1 : SHOWN_AFTERWARDS + 1],
        later_count=len(tasks[1:]),
        later_minutes=sum(task.module_minutes_left for task in tasks[1:]),
        proofs=context.list_proofs(),
        boards=context.boards(),
        modules=() if tasks else courses.list_modules(),
    )


@blueprint.get("/me")
def mine() -> str:
    """Show the person's name, workplaces and certificates, and the ways to language, devices and password."""
    return render_template("portal/mine.html", proofs=context.list_proofs(), boards=context.boards())


def list_open_tasks(person_id: int, now: datetime) -> list[OpenTask]:
    """Return what the person is asked to learn, overdue first."""
    return []


def task_views(tasks: Sequence[OpenTask], person_id: int, today: date) -> list[TaskView]:
    """Return the tasks as the start page shows them, in the same order; two statements however many."""
    if not tasks:
        return []
    progress = courses.progress_of(person_id, [task.module.id for task in tasks])
    lessons: dict[int, list[LessonRow]] = {}
    for lesson in courses.list_lessons_of([task.module.version_id for task in tasks]):
        lessons.setdefault(lesson.module_version_id, []).append(lesson)
    return [_view(task, lessons.get(task.module.version_id, []), progress[task.module.id], today) for task in tasks]


def _view(
    task: OpenTask, lessons: Sequence[LessonRow], progress: Mapping[str, LessonProgress], today: date
) -> TaskView:
    rows = [(lesson, progress.get(lesson.key)) for lesson in lessons]
    left = [
        (lesson, held, course_rules.minutes_left(lesson.minutes, held.furthest if held else 0, lesson.card_count))
        for lesson, held in rows
        if held is None or held.finished_at is None
    ]
    # The lesson last touched, else the first one not finished: people go back to where they were.
    in_hand = max(left, key=lambda row: (row[1].seen_at.timestamp() if row[1] else 0, -row[0].place), default=None)
    lesson, _held, minutes = in_hand or (None, None, 0)
    module = task.module
    return TaskView(
        title=in_language(module.title),
        state=_state(task, has_begun=bool(progress)),
        has_begun=bool(progress),
        url=url_for("courses.lesson", module=module.key, lesson=lesson.key) if lesson else _quiz(module),
        lesson=in_language(lesson.title) if lesson else "",
        place=lesson.place if lesson else None,
        lesson_count=len(lessons),
        finished=len(lessons) - len(left),
        minutes_left=minutes,
        module_minutes_left=sum(each for _, _, each in left),
        due_on=task.due_on,
        days_left=(task.due_on - today).days if task.due_on else 0,
        overdue_days=task.overdue_days,
    )


def _quiz(module: ModuleRow) -> str:
    return url_for("quizzes.start", module=module.key)


def _state(task: OpenTask, *, has_begun: bool) -> str:
    if task.overdue_days > 0:
        return "overdue"
    if task.has_failed:
        return "failed"
    return "learning" if has_begun else "none"
