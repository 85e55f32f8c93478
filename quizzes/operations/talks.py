"""What people say about a quiz: that they know it already, a wrong question, how sure they feel, that they talked."""

from datetime import datetime

from sqlalchemy import select

from app.kernel import audit
from app.kernel.db import db
from app.kernel.errors import Conflict, Invalid, NotFound
from app.people.models import Person
from app.people.permissions import Actor
from quizzes import queries, rules
from quizzes.models import (
    Attempt,
    AttemptState,
    Confidence,
    PriorLearning,
    PriorReason,
    QuestionReport,
    TalkClearance,
)
from quizzes.queries import inbox


def report_question(
    actor: Actor, attempt_id: int, place: int, words: str, *, facility_id: int | None, now: datetime
) -> QuestionReport:
    """Report the question at a place of the person's ended attempt as wrong, with the version it was frozen in.

    Saying it twice changes nothing. Raises ``NotFound``, ``Conflict("attempt_open")`` and ``Invalid("unknown_place")``.
    """
    attempt = _ended(actor, attempt_id)
    if not 1 <= place <= len(attempt.draw):
        raise Invalid("unknown_place", place=place)
    version_id = attempt.draw[place - 1]["version"]
    known = db.session.scalar(
        select(QuestionReport).where(
            QuestionReport.attempt_id == attempt_id, QuestionReport.question_version_id == version_id
        )
    )
    if known is not None:
        return known
    report = QuestionReport(
        attempt_id=attempt_id,
        question_version_id=version_id,
        person_id=actor.person_id,
        facility_id=facility_id,
        words=words,
        made_at=now,
    )
    db.session.add(report)
    db.session.flush()
    return report


def claim_prior_learning(actor: Actor, quiz_id: int, reason: PriorReason, *, now: datetime) -> PriorLearning:
    """Keep why the person goes straight to a quiz; saying it again before the next attempt changes nothing.

    Raises ``Conflict("lessons_first")`` after a failed attempt of this cycle.
    """
    # Two taps at once queue here, so that one is written.
    db.session.execute(select(Person.id).where(Person.id == actor.person_id).with_for_update(key_share=True))
    attempts = queries.list_attempts(actor.person_id, quiz_id)
    if not rules.may_test_out(len(queries.failures_of(attempts))):
        raise Conflict("lessons_first")
    said = db.session.scalar(
        select(PriorLearning)
        .where(PriorLearning.person_id == actor.person_id, PriorLearning.quiz_id == quiz_id)
        .order_by(PriorLearning.id.desc())
        .limit(1)
    )
    if said is None or any(each.started_at >= said.said_at for each in attempts):
        said = PriorLearning(person_id=actor.person_id, quiz_id=quiz_id, reason=reason, said_at=now)
        db.session.add(said)
        db.session.flush()
    return said


def say_confidence(actor: Actor, attempt_id: int, confidence: Confidence) -> None:
    """Keep how sure the person feels to help patients; only the first word of an attempt counts."""
    attempt = _ended(actor, attempt_id)
    if attempt.confidence is None:
        attempt.confidence = confidence
        db.session.flush()


def _ended(actor: Actor, attempt_id: int) -> Attempt:
    # Locked, so that the same word said twice at once is written once.
    attempt = db.session.scalar(
        select(Attempt).where(Attempt.id == attempt_id, Attempt.person_id == actor.person_id).with_for_update()
    )
    if attempt is None:
        raise NotFound("attempt", id=attempt_id)
    if attempt.state is AttemptState.OPEN:
        raise Conflict("attempt_open", id=attempt_id)
    return attempt


def answer_report(actor: Actor, facility_id: int, report_id: int, answer: str, *, now: datetime) -> QuestionReport:
    """Close a report of the facility's people with an answer; raises ``NotFound`` and ``Conflict("report_closed")``."""
    report = inbox.get_report(facility_id, report_id, is_for_update=True)
    if report.closed_at is not None:
        raise Conflict("report_closed", id=report_id)
    report.closed_at, report.closed_by, report.answer = now, actor.person_id, answer
    audit.record(actor.person_id, "report.closed", "question_report", report_id, facility_id=facility_id)
    db.session.flush()
    return report


def clear_talk(actor: Actor, facility_id: int, person_id: int, quiz_id: int, *, now: datetime) -> TalkClearance | None:
    """Write that the coordinator has talked with a person of the facility, so that the next try opens (ruling 22).

    None when no talk is waited for any more (pressed twice). Raises ``NotFound`` for people who do not work there.
    """
    if not inbox.works_at(person_id, facility_id, now=now):
        raise NotFound("person", id=person_id)
    attempts = queries.list_attempts(person_id, quiz_id)
    if queries.gate_of(attempts, now=now).kind is not rules.GateKind.NEEDS_TALK:
        return None
    clearance = TalkClearance(person_id=person_id, quiz_id=quiz_id, cleared_by=actor.person_id, cleared_at=now)
    db.session.add(clearance)
    audit.record(actor.person_id, "talk.cleared", "person", person_id, facility_id=facility_id, quiz_id=quiz_id)
    db.session.flush()
    return clearance
