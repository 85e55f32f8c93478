"""Writes that a module was passed, once everything it requires was, and how long the pass speaks for the person."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.assignments.events import ModuleCompleted
from app.assignments.models import Completion, CompletionEnd
from app.assignments.queries.practice import practice_left
from app.assignments.rules import RetrainingRules, Validity, civil_day, refresh_due, validity_of
from app.kernel.db import db
from app.kernel.events import bus
from app.people.models import Person
from courses.events import ScenarioPassed
from courses.models import ModuleVersion
from quizzes.events import QuizPassed
from quizzes.models import Attempt, Blueprint


@dataclass(frozen=True, slots=True)
class _Pass:
    """What completes a cycle: the quiz passed in it, and when the last required thing passed."""

    person_id: int
    module_id: int
    attempt_id: int
    at: datetime


def complete(passed: QuizPassed, *, now: datetime) -> Completion | None:
    """Return the completion of a passed attempt: written now and announced, or the one written before.

    None while the module asks for practice scenarios that the person has not passed in this cycle (ruling 25). The new
    cycle's validity follows from the version's months and, inside the renewal window, from the anniversary of the cycle
    before (readiness.md §5.3).
    """
    _take_turns(passed.person_id)
    written = db.session.scalar(select(Completion).where(Completion.attempt_id == passed.attempt_id))
    if written is not None:
        return written
    previous = _newest_cycle(passed.person_id, passed.module_id)
    version = db.session.get_one(ModuleVersion, passed.module_version_id)
    if _is_practice_missing(passed.person_id, version, previous):
        return None
    whole = _Pass(passed.person_id, passed.module_id, passed.attempt_id, passed.at)
    return _write(whole, version, previous, now=now)


def complete_by_practice(passed: ScenarioPassed, *, now: datetime) -> Completion | None:
    """Return the completion that a passed scenario brings about as the last thing required, None when it does not."""
    version = db.session.get_one(ModuleVersion, passed.module_version_id)
    if passed.scenario_key not in _required(version):
        return None
    _take_turns(passed.person_id)
    previous = _newest_cycle(passed.person_id, passed.module_id)
    attempt = _unused_attempt(passed.person_id, version, previous)
    if attempt is None or _is_practice_missing(passed.person_id, version, previous):
        return None
    attempt_id, version_id = attempt
    whole = _Pass(passed.person_id, passed.module_id, attempt_id, passed.at)
    return _write(whole, db.session.get_one(ModuleVersion, version_id), previous, now=now)


def end_completion(completion_id: int, *, ended_at: datetime, now: datetime) -> None:
    """Write that a completion no longer counts, because its certificate was revoked; ending twice is fine."""
    if db.session.get(CompletionEnd, completion_id) is None:
        db.session.add(CompletionEnd(completion_id=completion_id, ended_at=ended_at, recorded_at=now))
        db.session.flush()


def _take_turns(person_id: int) -> None:
    # One at a time for a person: two passes at once must not write the same cycle.
    db.session.scalars(select(Person.id).where(Person.id == person_id).with_for_update(key_share=True)).one()


def _newest_cycle(person_id: int, module_id: int) -> Completion | None:
    return db.session.scalar(
        select(Completion)
        .where(Completion.person_id == person_id, Completion.module_id == module_id)
        .order_by(Completion.cycle.desc())
        .limit(1)
    )


def _required(version: ModuleVersion) -> frozenset[str]:
    """Return the scenarios that the newest version of the same edition asks for: what was dropped is not waited for."""
    required = db.session.scalars(
        select(ModuleVersion.required_scenarios)
        .where(ModuleVersion.module_id == version.module_id, ModuleVersion.edition == version.edition)
        .order_by(ModuleVersion.number.desc())
        .limit(1)
    ).one()
    return frozenset(required)


def _is_practice_missing(person_id: int, version: ModuleVersion, previous: Completion | None) -> bool:
    since = previous.completed_at if previous else None
    return practice_left(person_id, version.module_id, version.edition, _required(version), since=since) > 0


def _unused_attempt(person_id: int, version: ModuleVersion, previous: Completion | None) -> tuple[int, int] | None:
    """Return the newest passed attempt of this edition since the cycle before, with its version's id."""
    passed = (
        select(Attempt.id, ModuleVersion.id)
        .join(Blueprint, Blueprint.id == Attempt.blueprint_id)
        .join(ModuleVersion, ModuleVersion.id == Blueprint.module_version_id)
        .where(
            Attempt.person_id == person_id,
            Attempt.passed.is_(True),
            ModuleVersion.module_id == version.module_id,
            ModuleVersion.edition == version.edition,
        )
        .order_by(Attempt.id.desc())
        .limit(1)
    )
    if previous is not None:
        passed = passed.where(Attempt.ended_at > previous.completed_at)
    row = db.session.execute(passed).one_or_none()
    return None if row is None else (row[0], row[1])


def _write(whole: _Pass, version: ModuleVersion, previous: Completion | None, *, now: datetime) -> Completion:
    # After a revocation the full module was learned again: the clock starts anew (readiness.md §5.3).
    has_ended = previous is not None and db.session.get(CompletionEnd, previous.id) is not None
    held = Validity(previous.anchor_on, previous.last_day) if previous and not has_ended else None
    passed_on = civil_day(whole.at)
    validity = validity_of(passed_on, held, RetrainingRules(validity_months=version.validity_months))
    completion = Completion(
        person_id=whole.person_id,
        module_id=whole.module_id,
        module_version_id=version.id,
        attempt_id=whole.attempt_id,
        cycle=previous.cycle + 1 if previous else 1,
        edition=version.edition,
        completed_at=whole.at,
        anchor_on=validity.anchor,
        last_day=validity.last_day,
        refresh_due_on=refresh_due(passed_on, version.refresh_days),
        recorded_at=now,
    )
    db.session.add(completion)
    db.session.flush()
    bus.announce(ModuleCompleted(completion.id, completion.person_id, completion.module_id))
    return completion
