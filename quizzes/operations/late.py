"""What becomes of an answer that comes too late to count: kept, with a receipt, shown to the coordinator (QZ-09)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from app.kernel.db import db, insert_or
from app.kernel.errors import Conflict
from app.people.permissions import Actor
from quizzes import queries, rules
from quizzes.models import Attempt, AttemptState, LateAnswer
from quizzes.operations.attempts import Choice, Receipt, check_choice, save_answer

TOO_LATE = frozenset({"attempt_over", "time_is_up"})


@dataclass(frozen=True, slots=True)
class Ago:
    """How long after a tick of the server's clock a choice was made, as the device counted."""

    tick: rules.Tick
    elapsed: timedelta


@dataclass(frozen=True, slots=True)
class Delivered:
    """What became of a choice that a device brought: its receipt, and whether it came too late to count."""

    receipt: str
    is_late: bool = False


def take_answer(actor: Actor, attempt_id: int, choice: Choice, ago: Ago | None, *, now: datetime) -> Receipt:
    """Write a choice; in a timed quiz one that comes too late is kept, and never scored silently.

    Without ``ago`` it was made when it arrived. Raises what ``save_answer`` raises, but never ``time_is_up``, and
    ``attempt_over`` only when it was handed in before its time, and another window goes on choosing (QZ-06).
    """
    made = _made_at(attempt_id, ago, now=now)
    try:
        return save_answer(actor, attempt_id, choice, now=now, made_at=made)
    except Conflict as refusal:
        # Not locked for writing: two late choices hold the attempt shared, and would wait for each other.
        attempt = queries.get_attempt(actor.person_id, attempt_id)
        if refusal.code not in TOO_LATE or attempt.state is AttemptState.SUBMITTED:
            raise
    kept = keep_late(attempt, choice, why_late(attempt, made, now=now), made, now=now)
    seq = choice.client_seq or 0
    return Receipt(
        choice.op_id, kept.receipt, choice.place, choice.chosen, choice.flagged, seq, now, newest_seq=seq, is_late=True
    )


def _made_at(attempt_id: int, ago: Ago | None, *, now: datetime) -> datetime | None:
    """Return when a choice was made, None when no tick of this very attempt tells."""
    if ago is None or ago.tick.attempt_id != attempt_id:
        return None
    return rules.made_at(ago.tick.issued_at, ago.elapsed, arrived_at=now)


def why_late(attempt: Attempt, made: datetime | None, *, now: datetime) -> rules.Lateness:
    """Return why a choice that was refused came too late: by the attempt's time, else because it was handed in."""
    in_time = rules.lateness_in_time(attempt.deadline_at, now if made is None else made, arrived=now)
    return in_time or rules.Lateness.OVER


def keep_late(
    attempt: Attempt, choice: Choice, why: rules.Lateness, made: datetime | None, *, now: datetime
) -> Delivered:
    """Keep a choice that does not count; its receipt is as good as any: it is on disk, and somebody will see it.

    The same operation again gives the same receipt; raises ``Conflict("operation_used")`` when it is another choice's.
    """
    check_choice(attempt, choice)
    seq = choice.client_seq or 0
    operation = rules.AnswerOperation(choice.op_id, seq, choice.place, frozenset(choice.chosen))
    receipt = rules.answer_receipt(attempt.id, operation, flagged=choice.flagged)
    fresh = insert_or(LateAnswer).values(
        attempt_id=attempt.id,
        op_id=choice.op_id,
        place=choice.place,
        chosen=list(choice.chosen),
        client_seq=seq,
        why=why,
        made_at=made,
        arrived_at=now,
        receipt=receipt,
    )
    if db.session.scalar(fresh.on_conflict_do_nothing().returning(LateAnswer.id)) is None:
        known = db.session.scalar(select(LateAnswer.receipt).where(LateAnswer.op_id == choice.op_id))
        if known != receipt:
            raise Conflict("operation_used", op_id=choice.op_id)
    return Delivered(receipt, is_late=True)
