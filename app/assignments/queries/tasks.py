"""What one person has to learn, for their own home page."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import bindparam, or_, select

from app.assignments.models import Assignment, Completion
from app.assignments.queries.learning import Reading, learning_of_person
from app.assignments.queries.practice import practice_left
from app.assignments.queries.subjects import Subject, known_subjects
from app.assignments.rules import (
    NOTHING_LEARNED,
    RULES,
    Asked,
    BoardState,
    Learning,
    Situation,
    State,
    civil_day,
    situation_of,
)
from app.kernel.db import UtcDateTime, db, fetch
from app.people.models import Employment
from courses.models import LessonProgress
from courses.queries import known_lessons
from quizzes.rules import Gate


@dataclass(frozen=True, slots=True)
class LessonStep:
    """One lesson of the module's newest version; ``place`` counts from 1, ``card`` from 0."""

    key: str
    place: int
    title: dict[str, str]
    minutes: int
    card: int
    card_count: int
    is_finished: bool


@dataclass(frozen=True, slots=True)
class Task:
    """One module that is asked of a person; texts map language to words, days are civil days in the city.

    ``days_left`` counts from today to the due day and is negative when it is over; ``lesson`` is the one in hand (None
    when all are finished); ``last_day`` is the newest completion's. ``best_score`` is (score, of how many).
    ``practice_left`` counts the scenarios still to be passed once the quiz of this cycle is passed, 0 before.
    """

    assignment_id: int
    facility_id: int
    module_id: int
    module_key: str
    module_code: str
    title: dict[str, str]
    minutes: int
    state: State
    board_state: BoardState
    due_on: date
    days_left: int
    is_overdue: bool
    has_lapsed: bool
    last_day: date | None
    completion_id: int | None
    lessons_finished: int
    lesson_count: int
    minutes_left: int
    lesson: LessonStep | None
    best_score: tuple[int, int] | None
    gate: Gate
    practice_left: int = 0

    @property
    def overdue_days(self) -> int:
        """Return by how many days the task is late, 0 when it is not."""
        return -self.days_left if self.is_overdue else 0

    @property
    def is_done(self) -> bool:
        """Say whether nothing has to be learned today."""
        return self.board_state is BoardState.DONE


def list_completion_ids(person_id: int) -> list[int]:
    """Return the ids of a person's completions, to ask a higher floor which of them were revoked."""
    return list(db.session.scalars(select(Completion.id).where(Completion.person_id == person_id)))


def list_tasks(person_id: int, now: datetime, *, revoked: Collection[int] = ()) -> list[Task]:
    """Return what is asked of a person at their present workplaces: overdue first, then by due day, done last.

    A module asked by two facilities is one task with the earlier due day. ``revoked`` holds ids of completions whose
    certificate was revoked. Four statements, however many tasks; two more when what a process holds is old, and one
    for each module of which only practice is left.
    """
    asked = _list_asked(person_id, now)
    if not asked:
        return []
    subjects = known_subjects([each.module_id for each in asked])
    steps = _list_steps(person_id, [subjects[each.module_id] for each in asked])
    readings = {(person_id, module_id): _reading(rows) for module_id, rows in steps.items()}
    learned = learning_of_person(person_id, readings)
    tasks = []
    for each in asked:
        subject = subjects[each.module_id]
        learning = learned.get((person_id, each.module_id), NOTHING_LEARNED)
        situation = situation_of(
            learning, Asked(each.assigned_at, each.due_on, subject.majors), now, revoked=revoked, rules=RULES
        )
        lessons = [step.lesson for step in steps.get(each.module_id, [])]
        task = _task(each, subject, lessons, learning, situation, civil_day(now))
        if task is not None:
            left = _practice_left(person_id, subject, learning)
            tasks.append(replace(task, practice_left=left) if left else task)
    return sorted(tasks, key=lambda task: (task.is_done, task.due_on, task.module_code))


class _Asked(NamedTuple):
    id: int
    facility_id: int
    module_id: int
    assigned_at: datetime
    due_on: date


_NOW = bindparam("now", type_=UtcDateTime())
_ASKED = (
    select(Assignment.id, Assignment.facility_id, Assignment.module_id, Assignment.assigned_at, Assignment.due_on)
    .join(
        Employment,
        (Employment.person_id == Assignment.person_id) & (Employment.facility_id == Assignment.facility_id),
    )
    .where(
        Assignment.person_id == bindparam("person_id"),
        Assignment.cancelled_at.is_(None),
        Employment.superseded_at.is_(None),
        Employment.valid_from <= _NOW,
        or_(Employment.valid_to.is_(None), Employment.valid_to > _NOW),
    )
    .order_by(Assignment.due_on, Assignment.id)
)


def _list_asked(person_id: int, now: datetime) -> list[_Asked]:
    rows = [_Asked(*row) for row in fetch(_ASKED, person_id=person_id, now=now)]
    return list({each.module_id: each for each in reversed(rows)}.values())


@dataclass(frozen=True, slots=True)
class _Step:
    lesson: LessonStep
    seen_at: datetime | None


_OWN_PLACES = select(
    LessonProgress.module_id,
    LessonProgress.lesson_key,
    LessonProgress.card,
    LessonProgress.seen_at,
    LessonProgress.finished_at,
).where(LessonProgress.person_id == bindparam("person_id"))


def _list_steps(person_id: int, subjects: Sequence[Subject]) -> dict[int, list[_Step]]:
    """Return the lessons of these modules with the person's own place in them, by module."""
    places = {(row.module_id, row.lesson_key): row for row in fetch(_OWN_PLACES, person_id=person_id)}
    lessons = known_lessons([subject.version_id for subject in subjects])
    steps: dict[int, list[_Step]] = {}
    for subject in subjects:
        own = steps[subject.id] = []
        for lesson in lessons[subject.version_id]:
            place = places.get((subject.id, lesson.key))
            step = LessonStep(
                lesson.key,
                lesson.place,
                lesson.title,
                lesson.minutes,
                place.card if place else 0,
                lesson.card_count,
                is_finished=place is not None and place.finished_at is not None,
            )
            own.append(_Step(step, place.seen_at if place else None))
    return steps


def _reading(steps: Iterable[_Step]) -> Reading:
    seen = [step.seen_at for step in steps if step.seen_at]
    return Reading(max(seen, default=None), sum(step.lesson.is_finished for step in steps))


def _practice_left(person_id: int, subject: Subject, learning: Learning) -> int:
    """Return how many scenarios are all that is left of the present cycle; 0 while its quiz is not passed."""
    since = learning.last_pass.completed_at if learning.last_pass else None
    has_passed = any(
        each.passed and each.ended_at and (since is None or each.ended_at > since) for each in learning.tries
    )
    if not subject.required or not has_passed:
        return 0
    return practice_left(person_id, subject.id, subject.edition, subject.required, since=since)


def _task(
    asked: _Asked,
    subject: Subject,
    lessons: list[LessonStep],
    learning: Learning,
    situation: Situation,
    today: date,
) -> Task | None:
    if situation.row is None:
        return None
    last = learning.last_pass
    left = [lesson for lesson in lessons if not lesson.is_finished]
    graded = [(each.score, each.max_score) for each in learning.tries if each.score is not None and each.max_score]
    return Task(
        assignment_id=asked.id,
        facility_id=asked.facility_id,
        module_id=subject.id,
        module_key=subject.key,
        module_code=subject.code,
        title=subject.title,
        minutes=subject.minutes,
        state=situation.state,
        board_state=situation.row.state,
        due_on=asked.due_on,
        days_left=(asked.due_on - today).days,
        is_overdue=situation.row.is_overdue,
        has_lapsed=situation.row.has_lapsed,
        last_day=last.last_day if last else None,
        completion_id=last.completion_id if last else None,
        lessons_finished=len(lessons) - len(left),
        lesson_count=len(lessons),
        minutes_left=sum(lesson.minutes for lesson in left),
        lesson=left[0] if left else None,
        best_score=max(graded, key=lambda pair: pair[0] / pair[1], default=None),
        gate=situation.gate,
    )
