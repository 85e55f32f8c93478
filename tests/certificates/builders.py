"""Ways to have a pass and its certificate without walking through the other rooms."""

import itertools
from datetime import date, datetime, timedelta
from typing import Any

from app.assignments.models import Assignment, AssignmentBatch, Completion
from app.kernel import clock
from app.kernel.db import db
from app.kernel.transaction import transaction
from app.people.models import Facility, Person
from certificates import operations, queries
from certificates.models import Certificate
from courses.models import Change, Course, LessonProgress, Module, ModuleVersion
from quizzes.models import Attempt, AttemptState, Blueprint, Quiz
from tests.builders import save

_numbers = itertools.count(1)
TITLE = {"vi": "Hiểu đúng về Sổ sức khỏe điện tử", "en": "Understanding the electronic health book"}


def make_version(title: dict[str, str] | None = None, *, code: str = "", **more: Any) -> ModuleVersion:
    """A published module version with a quiz of ten."""
    number = next(_numbers)
    course = save(Course(key=f"course-{number}", title={"vi": "Sổ sức khỏe", "en": "Health book"}))
    module = save(Module(course_id=course.id, key=f"m{number}", code=code or f"M{number}", rank=number))
    values = {"edition": 1, "minutes": 20, "validity_months": 12, "refresh_days": 180, "required_from": None, **more}
    version = save(
        ModuleVersion(
            module_id=module.id,
            number=1,
            change=Change.MAJOR,
            content_hash=f"hash-{number}",
            title=title or TITLE,
            published_at=clock.now() - timedelta(days=100),
            content={},
            **values,
        )
    )
    quiz = save(Quiz(module_id=module.id))
    save(Blueprint(quiz_id=quiz.id, module_version_id=version.id, length=10, pass_mark=8, time_limit_minutes=None))
    return version


def make_attempt(person: Person, version: ModuleVersion, *, score: int = 9) -> Attempt:
    """A submitted attempt of ten questions that began a quarter of an hour ago."""
    blueprint = db.session.query(Blueprint).filter_by(module_version_id=version.id).one()
    now = clock.now()
    return save(
        Attempt(
            person_id=person.id,
            quiz_id=blueprint.quiz_id,
            blueprint_id=blueprint.id,
            state=AttemptState.SUBMITTED,
            seed="seed",
            draw=[],
            started_at=now - timedelta(minutes=15),
            ended_at=now,
            score=score,
            max_score=10,
            passed=score >= 8,
        )
    )


def make_completion(person: Person, version: ModuleVersion, *, last_day: date | None = None, **more: Any) -> Completion:
    """A pass of the version now, with its attempt; nothing is announced."""
    now: datetime = more.pop("completed_at", clock.now())
    attempt = make_attempt(person, version)
    today = clock.civil_day(now)
    values = {"cycle": next(_numbers), "edition": version.edition, **more}
    return save(
        Completion(
            person_id=person.id,
            module_id=version.module_id,
            module_version_id=version.id,
            attempt_id=attempt.id,
            completed_at=now,
            anchor_on=today,
            last_day=last_day or today.replace(year=today.year + 1),
            refresh_due_on=today + timedelta(days=version.refresh_days),
            recorded_at=now,
            **values,
        )
    )


def make_certificate(person: Person, version: ModuleVersion | None = None, **more: Any) -> Certificate:
    """A certificate of a pass now; ``more`` goes to the completion."""
    completion = make_completion(person, version or make_version(), **more)
    with transaction():
        issued = operations.issue(completion, now=more.get("completed_at", clock.now()))
    assert issued is not None
    # Taken out of the session, so that it stays as it was issued whatever transactions follow.
    kept = queries.get(issued.id)
    db.session.expunge(kept)
    return kept


def assign(person: Person, facility: Facility, module_id: int) -> Assignment:
    """An open assignment of a module."""
    now = clock.now()
    batch = save(
        AssignmentBatch(
            token=f"token-{next(_numbers)}",
            facility_id=facility.id,
            made_at=now,
            module_ids=[module_id],
            due_on=clock.civil_day(now),
        )
    )
    return save(
        Assignment(
            person_id=person.id,
            facility_id=facility.id,
            module_id=module_id,
            batch_id=batch.id,
            assigned_at=now,
            due_on=clock.civil_day(now),
        )
    )


def begin_lesson(person: Person, module_id: int, at: datetime) -> LessonProgress:
    """A lesson that was begun at an instant."""
    return save(
        LessonProgress(
            person_id=person.id,
            module_id=module_id,
            lesson_key=f"lesson-{next(_numbers)}",
            content_hash="hash",
            card=1,
            furthest=1,
            began_at=at,
            seen_at=at,
        )
    )
