"""What one person has to learn, for their own home page."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, or_, select

from app.assignments.models import Assignment
from app.assignments.queries.learning import OF_LEARNING, Reading, learning_of_person
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
from app.kernel.db import UtcDateTime, fetch
from app.people.models import Employment
from courses.models import LessonProgress
from courses.queries import LessonRow, known_lessons
from quizzes.rules import Gate


class LessonStep(NamedTuple):
    """One lesson of the module's newest version; ``place`` counts from 1, ``card`` from 0."""

    key: str
    place: int
    minutes: int
    card: int
    card_count: int


class Task(NamedTuple):
    """One module that is asked of a person; texts map language to words, days are civil days in the city.

    ``days_left`` counts from today to the due day and is negative when it is over; ``lesson`` is the one in hand (None
    when all are finished); ``last_day`` is the newest completion's. ``practice_left`` counts the
    scenarios still to be passed once the quiz of this cycle is passed, 0 before.
    """

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
    lessons_finished: int
    lesson_count: int
    minutes_left: int
    lesson: LessonStep | None
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
    ways = _list_ways(person_id, [subjects[each.module_id] for each in asked])
    readings = {(person_id, module_id): Reading(way.seen_at, way.finished) for module_id, way in ways.items()}
    learned = learning_of_person(person_id, readings)
    tasks = []
    for each in asked:
        subject, way = subjects[each.module_id], ways[each.module_id]
        learning = learned.get((person_id, each.module_id), NOTHING_LEARNED)
        situation = situation_of(
            learning, Asked(each.assigned_at, each.due_on, subject.majors), now, revoked=revoked, rules=RULES
        )
        task = _task(each, subject, way, learning, situation, civil_day(now))
        if task is not None:
            left = _practice_left(person_id, subject, learning)
            tasks.append(task._replace(practice_left=left) if left else task)
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


_OWN_PLACES = select(
    LessonProgress.module_id,
    LessonProgress.lesson_key,
    LessonProgress.card,
    LessonProgress.seen_at,
    LessonProgress.finished_at,
).where(LessonProgress.person_id == bindparam("person_id"))
# What list_tasks fetches, to be asked ahead with the same person and instant.
OF_TASKS = (_ASKED, _OWN_PLACES, *OF_LEARNING)


class _Way(NamedTuple):
    """How far a person has come through the lessons of a module; ``lesson`` is the one in hand."""

    lesson_count: int
    finished: int
    minutes_left: int
    seen_at: datetime | None
    lesson: LessonStep | None


def _list_ways(person_id: int, subjects: Sequence[Subject]) -> dict[int, _Way]:
    """Return the way through each of these modules that the person has gone, by module."""
    places: dict[int, dict[str, Any]] = {subject.id: {} for subject in subjects}
    for place in fetch(_OWN_PLACES, person_id=person_id):
        places.setdefault(place.module_id, {})[place.lesson_key] = place
    lessons = known_lessons([subject.version_id for subject in subjects])
    return {subject.id: _way(lessons[subject.version_id], places[subject.id]) for subject in subjects}


def _way(lessons: Sequence[LessonRow], places: Mapping[str, Any]) -> _Way:
    mine = [places[lesson.key] for lesson in lessons if lesson.key in places]
    finished = {place.lesson_key for place in mine if place.finished_at is not None}
    left = [lesson for lesson in lessons if lesson.key not in finished]
    seen = [place.seen_at for place in mine if place.seen_at is not None]
    return _Way(
        lesson_count=len(lessons),
        finished=len(finished),
        minutes_left=sum(lesson.minutes for lesson in left),
        seen_at=max(seen, default=None),
        lesson=_step(left[0], places) if left else None,
    )


def _step(lesson: LessonRow, places: Mapping[str, Any]) -> LessonStep:
    place = places.get(lesson.key)
    return LessonStep(lesson.key, lesson.place, lesson.minutes, place.card if place else 0, lesson.card_count)


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
    way: _Way,
    learning: Learning,
    situation: Situation,
    today: date,
) -> Task | None:
    row, last = situation.row, learning.last_pass
    if row is None:
        return None
    return Task(
        facility_id=asked.facility_id,
        module_id=subject.id,
        module_key=subject.key,
        module_code=subject.code,
        title=subject.title,
        minutes=subject.minutes,
        state=situation.state,
        board_state=row.state,
        due_on=asked.due_on,
        days_left=(asked.due_on - today).days,
        is_overdue=row.is_overdue,
        has_lapsed=row.has_lapsed,
        last_day=last.last_day if last else None,
        lessons_finished=way.finished,
        lesson_count=way.lesson_count,
        minutes_left=way.minutes_left,
        lesson=way.lesson,
        gate=situation.gate,
    )
