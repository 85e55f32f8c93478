"""The learner's own pages: what to learn today, and what is mine."""

from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter

from flask import Blueprint, render_template, request
from markupsafe import Markup

from app.assignments import queries as assignments
from app.assignments.queries import Task
from app.assignments.rules import BoardState
from app.kernel.db import fetch_ahead
from app.kernel.held import held
from app.kernel.i18n import in_language, language
from app.kernel.login import asker
from app.kernel.pages import content_url, piece
from app.people.queries.invitations import INVITATIONS, list_invitations
from app.people.queries.workplaces import WORKPLACES
from app.portal import context
from certificates import queries as certificates
from courses import queries as courses
from courses.rules import minutes_left
from quizzes.rules import GateKind

blueprint = Blueprint("staff", __name__, template_folder="templates")

SHOWN_AFTERWARDS = 5
SHOWN_AT_HOME = (*assignments.OF_TASKS, certificates.HELD, INVITATIONS, WORKPLACES)


@dataclass(frozen=True, slots=True)
class TaskView:
    """One task as the start page shows it, in the reader's language.

    ``state`` is the word of the pill: overdue, failed, void, learning, none. ``place`` is the lesson in hand, from 1,
    and None when only the quiz is left; ``minutes_left`` is of that lesson, ``module_minutes_left`` of all. With all
    lessons read, ``waits_until`` says from when the quiz may be taken again and ``needs_talk`` that the coordinator is
    to be asked first (ruling 22). ``practice_left`` counts the scenarios that are all that is left (ruling 25).
    """

    title: str
    state: str
    has_begun: bool
    url: str
    place: int | None
    lesson_count: int
    finished: int
    minutes_left: int
    module_minutes_left: int
    due_on: date
    days_left: int
    overdue_days: int
    waits_until: datetime | None
    needs_talk: bool
    practice_left: int

    @property
    def is_waiting(self) -> bool:
        """Say whether there is nothing to do here now but to read again."""
        return self.waits_until is not None or self.needs_talk


@blueprint.get("/")
def home() -> str:
    """Show what to learn today: one card with the next step, then what follows."""
    person_id, now = asker().person_id, context.now()
    fetch_ahead(*SHOWN_AT_HOME, person_id=person_id, now=now)
    tasks = list_task_views(person_id, now)
    following = tasks[1:]
    wants_all = request.args.get("all") == "1"
    return render_template(
        "portal/home.html",
        viewer=context.find_viewer(),
        first=tasks[0] if tasks else None,
        later=following if wants_all else following[:SHOWN_AFTERWARDS],
        later_count=len(following),
        later_minutes=sum(task.module_minutes_left for task in following),
        valid=sorted((proof for proof in context.list_proofs() if proof.is_valid), key=attrgetter("last_day")),
        boards=context.boards(),
        invitations=list_invitations(person_id),
        open_to_read="" if tasks else held(("portal.open_to_read", language()), _open_to_read),
    )


def _open_to_read() -> Markup:
    """Return the list of all modules, drawn for every reader of the language."""
    return piece("portal/_open_to_read.html", modules=courses.known_modules())


@blueprint.get("/me")
def mine() -> str:
    """Show the person's name, workplaces and certificates, and the ways to language, devices and password."""
    return render_template("portal/mine.html", proofs=context.list_proofs())


def list_task_views(person_id: int, now: datetime) -> list[TaskView]:
    """Return what the person has to learn: overdue first, then by due day; what can only be waited for comes last."""
    revoked = {proof.completion_id for proof in context.list_proofs() if proof.is_revoked}
    tasks = assignments.list_tasks(person_id, now, revoked=revoked)
    return sorted((_view(task) for task in tasks if not task.is_done), key=lambda task: task.is_waiting)


def _view(task: Task) -> TaskView:
    lesson, gate = task.lesson, task.gate
    is_shut = lesson is None and gate.kind is not GateKind.OPEN
    # Of the lesson in hand only the cards still ahead; of the lessons after it, all minutes.
    ahead = minutes_left(lesson.minutes, lesson.card, lesson.card_count) if lesson else 0
    return TaskView(
        title=in_language(task.title),
        state=_state(task),
        has_begun=_has_begun(task),
        url=_url(task, is_shut=is_shut),
        place=lesson.place if lesson else None,
        lesson_count=task.lesson_count,
        finished=task.lessons_finished,
        minutes_left=ahead,
        module_minutes_left=task.minutes_left - (lesson.minutes if lesson else 0) + ahead,
        due_on=task.due_on,
        days_left=task.days_left,
        overdue_days=task.overdue_days,
        waits_until=gate.until if is_shut else None,
        needs_talk=is_shut and gate.kind is GateKind.NEEDS_TALK,
        practice_left=task.practice_left,
    )


def _has_begun(task: Task) -> bool:
    return task.lessons_finished > 0 or task.board_state in {BoardState.LEARNING, BoardState.NOT_PASSED}


def _url(task: Task, *, is_shut: bool) -> str:
    if task.practice_left:
        return content_url("courses.module", module=task.module_key, _anchor="practice")
    if task.lesson is not None:
        return content_url("courses.lesson", module=task.module_key, lesson=task.lesson.key)
    return content_url("courses.module" if is_shut else "quizzes.start", module=task.module_key)


def _state(task: Task) -> str:
    words = {
        "overdue": task.is_overdue,
        "failed": task.board_state is BoardState.NOT_PASSED,
        "void": task.has_lapsed,
        "learning": _has_begun(task),
    }
    return next((word for word, holds in words.items() if holds), "none")
