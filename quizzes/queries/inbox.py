"""What a coordinator is asked about: reported questions, talks before the next try, answers that came too late."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from app.kernel.db import db
from app.kernel.errors import NotFound
from app.people.models import Employment, Person
from courses.models import ModuleVersion
from quizzes import rules
from quizzes.models import Attempt, Blueprint, LateAnswer, QuestionReport, TalkClearance
from quizzes.queries import failures_of


@dataclass(frozen=True, slots=True)
class TalkRow:
    """A person with whom the coordinator is asked to talk before the next try, and about which module."""

    person_id: int
    name: str
    quiz_id: int
    title: dict[str, str]
    fails: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class LateRow:
    """Answers of one attempt that came too late to count: why, how many, and when the last was made and arrived."""

    attempt_id: int
    title: dict[str, str]
    why: rules.Lateness
    count: int
    made_at: datetime | None
    arrived_at: datetime


def list_reports(facility_id: int, *, is_open: bool) -> Sequence[QuestionReport]:
    """Return the open (oldest first) or the latest hundred closed reports of a facility's people."""
    mine = select(QuestionReport).where(QuestionReport.facility_id == facility_id)
    mine = mine.options(
        joinedload(QuestionReport.question_version),
        joinedload(QuestionReport.attempt)
        .joinedload(Attempt.blueprint)
        .joinedload(Blueprint.module_version)
        .joinedload(ModuleVersion.module),
    )
    if is_open:
        return db.session.scalars(mine.where(QuestionReport.closed_at.is_(None)).order_by(QuestionReport.id)).all()
    closed = mine.where(QuestionReport.closed_at.is_not(None)).order_by(QuestionReport.closed_at.desc())
    return db.session.scalars(closed.limit(100)).all()


def get_report(facility_id: int, report_id: int, *, is_for_update: bool = False) -> QuestionReport:
    """Return a report of a facility's people; NotFound for another facility's."""
    mine = select(QuestionReport).where(QuestionReport.id == report_id, QuestionReport.facility_id == facility_id)
    found = db.session.scalar(mine.with_for_update() if is_for_update else mine)
    if found is None:
        raise NotFound("question_report", id=report_id)
    return found


def list_reported(attempt_id: int) -> dict[int, QuestionReport]:
    """Return what was reported from an attempt, by question version id."""
    rows = db.session.scalars(select(QuestionReport).where(QuestionReport.attempt_id == attempt_id))
    return {each.question_version_id: each for each in rows}


def list_talks(facility_id: int, *, now: datetime) -> list[TalkRow]:
    """Return the people of a facility whose next try waits for a talk, longest waiting first."""
    stuck = _often_failed(facility_id, now)
    if not stuck:
        return []
    attempts: dict[tuple[int, int], list[Attempt]] = {}
    people = {person_id for person_id, _quiz in stuck}
    for each in db.session.scalars(select(Attempt).where(Attempt.person_id.in_(people)).order_by(Attempt.id)):
        attempts.setdefault((each.person_id, each.quiz_id), []).append(each)
    cleared = _clearances(people)
    rows = []
    for pair, (name, title) in stuck.items():
        failures = failures_of(attempts[pair])
        gate = rules.next_attempt(failures, now=now, cleared_at=cleared.get(pair))
        if gate.kind is rules.GateKind.NEEDS_TALK:
            rows.append(TalkRow(pair[0], name, pair[1], title, len(failures), failures[-1]))
    return sorted(rows, key=lambda row: row.last_at)


def list_late(person_id: int) -> list[LateRow]:
    """Return what of a person's answers came too late to count, by attempt, the newest arrival first (QZ-09)."""
    rows = db.session.execute(
        select(
            LateAnswer.attempt_id,
            ModuleVersion.title,
            LateAnswer.why,
            func.count(),
            func.max(LateAnswer.made_at),
            func.max(LateAnswer.arrived_at),
        )
        .join(Attempt, Attempt.id == LateAnswer.attempt_id)
        .join(Blueprint, Blueprint.id == Attempt.blueprint_id)
        .join(ModuleVersion, ModuleVersion.id == Blueprint.module_version_id)
        .where(Attempt.person_id == person_id)
        .group_by(LateAnswer.attempt_id, ModuleVersion.id, LateAnswer.why)
        .order_by(func.max(LateAnswer.arrived_at).desc())
    )
    return [LateRow(*row) for row in rows]


def _often_failed(facility_id: int, now: datetime) -> dict[tuple[int, int], tuple[str, dict[str, str]]]:
    # A first sieve in SQL; whether the talk is still open is said by the rule.
    rows = db.session.execute(
        select(Attempt.person_id, Attempt.quiz_id, Person.name, func.max(Blueprint.module_version_id))
        .join(Person, Person.id == Attempt.person_id)
        .join(Blueprint, Blueprint.id == Attempt.blueprint_id)
        .where(Attempt.passed.is_(False), Attempt.person_id.in_(_employed(facility_id, now)))
        .group_by(Attempt.person_id, Attempt.quiz_id, Person.name)
        .having(func.count() >= rules.TALKS_AFTER_FAILURES)
    ).all()
    found = select(ModuleVersion.id, ModuleVersion.title).where(ModuleVersion.id.in_({row[3] for row in rows}))
    titles = dict(db.session.execute(found).all()) if rows else {}
    return {(person_id, quiz_id): (name, titles[version]) for person_id, quiz_id, name, version in rows}


def _employed(facility_id: int, now: datetime) -> Any:
    return select(Employment.person_id).where(
        Employment.facility_id == facility_id,
        Employment.superseded_at.is_(None),
        Employment.valid_from <= now,
        or_(Employment.valid_to.is_(None), Employment.valid_to > now),
    )


def works_at(person_id: int, facility_id: int, *, now: datetime) -> bool:
    """Say whether a person works at a facility now."""
    return db.session.scalar(_employed(facility_id, now).where(Employment.person_id == person_id).limit(1)) is not None


def _clearances(people: set[int]) -> dict[tuple[int, int], datetime]:
    rows = db.session.execute(
        select(TalkClearance.person_id, TalkClearance.quiz_id, func.max(TalkClearance.cleared_at))
        .where(TalkClearance.person_id.in_(people))
        .group_by(TalkClearance.person_id, TalkClearance.quiz_id)
    )
    return {(person_id, quiz_id): at for person_id, quiz_id, at in rows}
