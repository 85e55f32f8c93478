"""Writes that a module was passed, with how long the pass speaks for the person."""

from datetime import datetime

from sqlalchemy import select

from app.assignments.events import ModuleCompleted
from app.assignments.models import Completion, CompletionEnd
from app.assignments.rules import RetrainingRules, Validity, civil_day, refresh_due, validity_of
from app.kernel.db import db
from app.kernel.events import bus
from app.people.models import Person
from courses.models import ModuleVersion
from quizzes.events import QuizPassed


def complete(passed: QuizPassed, *, now: datetime) -> Completion:
    """Return the completion of a passed attempt: written now and announced, or the one written before.

    The new cycle's validity follows from the version's months and, inside the renewal window, from the anniversary of
    the cycle before (readiness.md §5.3).
    """
    # One at a time for a person: two passes at once must not write the same cycle.
    db.session.scalars(select(Person.id).where(Person.id == passed.person_id).with_for_update(key_share=True)).one()
    written = db.session.scalar(select(Completion).where(Completion.attempt_id == passed.attempt_id))
    if written is not None:
        return written
    previous = db.session.scalar(
        select(Completion)
        .where(Completion.person_id == passed.person_id, Completion.module_id == passed.module_id)
        .order_by(Completion.cycle.desc())
        .limit(1)
    )
    # After a revocation the full module was learned again: the clock starts anew (readiness.md §5.3).
    has_ended = previous is not None and db.session.get(CompletionEnd, previous.id) is not None
    held = Validity(previous.anchor_on, previous.last_day) if previous and not has_ended else None
    completion = _new_cycle(passed, previous.cycle if previous else 0, held, now=now)
    db.session.add(completion)
    db.session.flush()
    bus.announce(ModuleCompleted(completion.id, completion.person_id, completion.module_id))
    return completion


def end_completion(completion_id: int, *, ended_at: datetime, now: datetime) -> None:
    """Write that a completion no longer counts, because its certificate was revoked; ending twice is fine."""
    if db.session.get(CompletionEnd, completion_id) is None:
        db.session.add(CompletionEnd(completion_id=completion_id, ended_at=ended_at, recorded_at=now))
        db.session.flush()


def _new_cycle(passed: QuizPassed, cycles: int, held: Validity | None, *, now: datetime) -> Completion:
    version = db.session.get_one(ModuleVersion, passed.module_version_id)
    passed_on = civil_day(passed.at)
    validity = validity_of(passed_on, held, RetrainingRules(validity_months=version.validity_months))
    return Completion(
        person_id=passed.person_id,
        module_id=passed.module_id,
        module_version_id=version.id,
        attempt_id=passed.attempt_id,
        cycle=cycles + 1,
        edition=version.edition,
        completed_at=passed.at,
        anchor_on=validity.anchor,
        last_day=validity.last_day,
        refresh_due_on=refresh_due(passed_on, version.refresh_days),
        recorded_at=now,
    )
