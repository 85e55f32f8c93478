"""What people have done about modules, gathered from completions, attempts and reading progress."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from app.assignments.models import Completion
from app.assignments.rules import Learning, Pass, Try
from app.kernel.db import db
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


def learning_of(
    people: Select[int], readings: dict[PersonModule, Reading] | None = None
) -> dict[PersonModule, Learning]:
    """Return what the people whose ids ``people`` selects have done, by (person, module), in three statements.

    Give ``readings`` when they are known already: two statements then.
    """
    gathered: dict[PersonModule, _Gathered] = {}
    for pair, each in _passes(people):
        gathered.setdefault(pair, _Gathered()).passes.append(each)
    for pair, tried, cleared_at in _tries(people):
        own = gathered.setdefault(pair, _Gathered())
        own.tries.append(tried)
        own.cleared_at = cleared_at
    read = _readings(people) if readings is None else readings
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
    rows = db.session.execute(
        select(
            Completion.person_id,
            Completion.module_id,
            Completion.id,
            Completion.completed_at,
            Completion.last_day,
            Completion.edition,
        )
        .where(Completion.person_id.in_(people))
        .order_by(Completion.cycle)
    )
    return (
        ((person_id, module_id), Pass(completion_id, completed_at, last_day, edition))
        for person_id, module_id, completion_id, completed_at, last_day, edition in rows
    )


def _tries(people: Select[int]) -> Iterable[tuple[PersonModule, Try, datetime | None]]:
    cleared = (
        select(
            TalkClearance.person_id,
            TalkClearance.quiz_id,
            func.max(TalkClearance.cleared_at).label("at"),
        )
        .group_by(TalkClearance.person_id, TalkClearance.quiz_id)
        .subquery()
    )
    rows: Any = db.session.execute(
        select(
            Attempt.person_id,
            Quiz.module_id,
            Attempt.started_at,
            Attempt.ended_at,
            Attempt.passed,
            Attempt.score,
            Attempt.max_score,
            cleared.c.at,
        )
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .outerjoin(cleared, (cleared.c.person_id == Attempt.person_id) & (cleared.c.quiz_id == Attempt.quiz_id))
        .where(Attempt.person_id.in_(people))
        .order_by(Attempt.id)
    )
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
