"""What people have done about modules, gathered from completions, attempts and reading progress."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, func, select

from app.assignments.models import Completion
from app.assignments.rules import Learning, Pass, Try
from app.kernel.db import db, fetch
from courses.models import LessonProgress
from quizzes.models import Attempt, Quiz, TalkClearance

PersonModule = tuple[int, int]


@dataclass(slots=True)
class Reading:
    """How far one person has read one module."""

    seen_at: datetime | None = None
    finished: int = 0


@dataclass(slots=True)
class _Gathered:
    passes: list[Pass] = field(default_factory=list)
    tries: list[Try] = field(default_factory=list)
    cleared_at: datetime | None = None


_PASSES = select(
    Completion.person_id,
    Completion.module_id,
    Completion.id,
    Completion.completed_at,
    Completion.last_day,
    Completion.edition,
).order_by(Completion.cycle)
_TRIES = (
    select(
        Attempt.person_id,
        Quiz.module_id,
        Attempt.started_at,
        Attempt.ended_at,
        Attempt.passed,
        Attempt.score,
        Attempt.max_score,
    )
    .join(Quiz, Quiz.id == Attempt.quiz_id)
    .order_by(Attempt.id)
)
_CLEARED = (
    select(TalkClearance.person_id, TalkClearance.quiz_id, func.max(TalkClearance.cleared_at).label("at"))
    .group_by(TalkClearance.person_id, TalkClearance.quiz_id)
    .subquery()
)
_OWN_PASSES = _PASSES.where(Completion.person_id == bindparam("person_id"))
_OWN_TRIES = _TRIES.add_columns(
    select(func.max(TalkClearance.cleared_at))
    .where(TalkClearance.person_id == Attempt.person_id, TalkClearance.quiz_id == Attempt.quiz_id)
    .scalar_subquery()
).where(Attempt.person_id == bindparam("person_id"))
# What learning_of_person fetches, to be asked ahead.
OF_LEARNING = (_OWN_PASSES, _OWN_TRIES)


def learning_of(people: Select[int]) -> dict[PersonModule, Learning]:
    """Return what the people whose ids ``people`` selects have done, by (person, module), in three statements."""
    return _gather(_passes(people), _tries(people), _readings(people))


def learning_of_person(person_id: int, readings: dict[PersonModule, Reading]) -> dict[PersonModule, Learning]:
    """Return the same of one person whose ``readings`` are known already, in two statements."""
    passes = _as_passes(fetch(_OWN_PASSES, person_id=person_id))
    return _gather(passes, _as_tries(fetch(_OWN_TRIES, person_id=person_id)), readings)


def _gather(
    passes: Iterable[tuple[PersonModule, Pass]],
    tries: Iterable[tuple[PersonModule, Try, datetime | None]],
    read: dict[PersonModule, Reading],
) -> dict[PersonModule, Learning]:
    gathered: dict[PersonModule, _Gathered] = {}
    for pair, each in passes:
        gathered.setdefault(pair, _Gathered()).passes.append(each)
    for pair, tried, cleared_at in tries:
        own = gathered.setdefault(pair, _Gathered())
        own.tries.append(tried)
        own.cleared_at = cleared_at
    nothing_read = Reading()
    found: dict[PersonModule, Learning] = {}
    for pair in gathered.keys() | read.keys():
        own, reading = gathered.get(pair, _Gathered()), read.get(pair, nothing_read)
        found[pair] = Learning(tuple(own.passes), tuple(own.tries), reading.seen_at, reading.finished, own.cleared_at)
    return found


def passes_of(people: Select[int]) -> dict[PersonModule, Learning]:
    """Return only the completions of these people, by (person, module), in one statement."""
    passes: dict[PersonModule, list[Pass]] = {}
    for pair, each in _passes(people):
        passes.setdefault(pair, []).append(each)
    return {pair: Learning(passes=tuple(rows)) for pair, rows in passes.items()}


def _passes(people: Select[int]) -> Iterable[tuple[PersonModule, Pass]]:
    return _as_passes(db.session.execute(_PASSES.where(Completion.person_id.in_(people))))


def _as_passes(rows: Iterable[Any]) -> Iterable[tuple[PersonModule, Pass]]:
    return (
        ((person_id, module_id), Pass(completion_id, completed_at, last_day, edition))
        for person_id, module_id, completion_id, completed_at, last_day, edition in rows
    )


def _tries(people: Select[int]) -> Iterable[tuple[PersonModule, Try, datetime | None]]:
    is_theirs = (_CLEARED.c.person_id == Attempt.person_id) & (_CLEARED.c.quiz_id == Attempt.quiz_id)
    statement = _TRIES.add_columns(_CLEARED.c.at).outerjoin(_CLEARED, is_theirs)
    return _as_tries(db.session.execute(statement.where(Attempt.person_id.in_(people))))


def _as_tries(rows: Iterable[Any]) -> Iterable[tuple[PersonModule, Try, datetime | None]]:
    return (
        ((person_id, module_id), Try(started, ended, passed, score, max_score), cleared_at)
        for person_id, module_id, started, ended, passed, score, max_score, cleared_at in rows
    )


def _readings(people: Select[int]) -> dict[PersonModule, Reading]:
    rows = db.session.execute(
        select(
            LessonProgress.person_id,
            LessonProgress.module_id,
            func.max(LessonProgress.seen_at),
            func.count(LessonProgress.finished_at),
        )
        .where(LessonProgress.person_id.in_(people))
        .group_by(LessonProgress.person_id, LessonProgress.module_id)
    )
    return {(person_id, module_id): Reading(seen_at, finished) for person_id, module_id, seen_at, finished in rows}
