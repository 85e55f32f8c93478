"""How a paper travels on a device without network, and how what was answered there comes back."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from app.kernel.db import db
from app.kernel.errors import Conflict, NotFound
from app.people.permissions import Actor
from quizzes import rules
from quizzes.models import Answer, Attempt, AttemptState, AttemptTicket, LateAnswer
from quizzes.operations.attempts import Choice, save_answer, start_attempt, submit_attempt
from quizzes.operations.late import TOO_LATE, Delivered, keep_late, why_late


@dataclass(frozen=True, slots=True)
class Travel:
    """How work came back: by which ticket, from which device, and how long after the ticket's issue it was made."""

    ticket: rules.Ticket
    device: str
    elapsed: timedelta


def issue_ticket(actor: Actor, module_id: int, device: str, *, now: datetime) -> tuple[Attempt, rules.Ticket]:
    """Hand the paper of the person's one open attempt to a device, starting the attempt when the gate lets them.

    The same device gets the same ticket until it expires. Raises what ``start_attempt`` raises,
    ``Conflict("timed_quiz")`` where the server must be there at the start, and ``Conflict("ticket_elsewhere")`` while
    another device has the paper: at most one is undelivered a quiz.
    """
    attempt = start_attempt(actor, module_id, now=now)
    if attempt.deadline_at is not None:
        raise Conflict("timed_quiz")
    held = _ticket_out(attempt.id)
    if held is not None and rules.is_late(held.expires_at, now):
        held.closed_at, held = now, None
        db.session.flush()
    if held is None:
        held = AttemptTicket(
            attempt_id=attempt.id, device_hash=device, issued_at=now, expires_at=now + rules.TICKET_LASTS
        )
        db.session.add(held)
        db.session.flush()
    if held.device_hash != device:
        raise Conflict("ticket_elsewhere", expires_at=held.expires_at)
    return attempt, rules.Ticket(
        attempt_id=attempt.id,
        person_id=attempt.person_id,
        blueprint_id=attempt.blueprint_id,
        paper=rules.paper_of_draw(attempt.draw),
        device=device,
        issued_at=held.issued_at,
        expires_at=held.expires_at,
    )


def _ticket_out(attempt_id: int) -> AttemptTicket | None:
    return db.session.scalar(
        select(AttemptTicket).where(AttemptTicket.attempt_id == attempt_id, AttemptTicket.closed_at.is_(None))
    )


def deliver_answer(actor: Actor, attempt_id: int, choice: Choice, travel: Travel | None, *, now: datetime) -> Delivered:
    """Take a choice that waited on a device: it counts when it was made in time, else it is kept and shown (QZ-09).

    Raises what ``save_answer`` raises, but never for being late; and for its ticket what ``_ask_ticket`` raises.
    """
    attempt = _own(actor, attempt_id)
    made = _made_at(actor, attempt, travel, now=now)
    is_known = db.session.scalar(select(func.count()).where(Answer.op_id == choice.op_id))
    if not is_known and travel is not None and made is not None:
        why = rules.lateness(made, travel.ticket)
        if why is not None:
            return keep_late(attempt, choice, why, made, now=now)
    try:
        saved = save_answer(actor, attempt_id, choice, now=now, made_at=made)
    except Conflict as refusal:
        if refusal.code not in TOO_LATE:
            raise
        return keep_late(attempt, choice, why_late(attempt, made, now=now), made, now=now)
    return Delivered(saved.receipt)


def deliver_hand_in(
    actor: Actor, attempt_id: int, needs: Collection[str], travel: Travel | None, *, now: datetime
) -> Delivered:
    """Hand an attempt in for a device, once all the choices it was made with are here; its ticket is used up then.

    Handing in what has ended already gives the same receipt. Raises ``Conflict("answers_missing")`` while choices are
    still on their way: they may come in any order.
    """
    attempt = _own(actor, attempt_id)
    _made_at(actor, attempt, travel, now=now)
    if attempt.state is AttemptState.OPEN and not _are_here(attempt_id, needs):
        raise Conflict("answers_missing")
    ended = submit_attempt(actor, attempt_id, now=now)
    ticket = _ticket_out(attempt_id)
    if ticket is not None:
        ticket.closed_at = now
        db.session.flush()
    return Delivered(ended.receipt or "")


def _are_here(attempt_id: int, needs: Collection[str]) -> bool:
    wanted = set(needs)
    here = set()
    for table in (Answer, LateAnswer):
        found = select(table.op_id).where(table.attempt_id == attempt_id, table.op_id.in_(wanted))
        here |= set(db.session.scalars(found))
    return here == wanted


def _own(actor: Actor, attempt_id: int) -> Attempt:
    found = db.session.scalar(
        select(Attempt).where(Attempt.id == attempt_id, Attempt.person_id == actor.person_id).with_for_update()
    )
    if found is None:
        raise NotFound("attempt", id=attempt_id)
    return found


def _made_at(actor: Actor, attempt: Attempt, travel: Travel | None, *, now: datetime) -> datetime | None:
    """Return when travelling work was made, after a look at its ticket; None for work without one."""
    if travel is None:
        return None
    _ask_ticket(actor, attempt, travel)
    return rules.made_at(travel.ticket.issued_at, travel.elapsed, arrived_at=now)


def _ask_ticket(actor: Actor, attempt: Attempt, travel: Travel) -> None:
    """Raise ``Conflict("ticket_foreign")`` for a ticket of somebody else, of another paper, device, or unknown here."""
    ticket = travel.ticket
    claims = (ticket.person_id, ticket.attempt_id, ticket.blueprint_id, ticket.paper, ticket.device)
    facts = (
        actor.person_id,
        attempt.id,
        attempt.blueprint_id,
        rules.paper_of_draw(attempt.draw),
        travel.device,
    )
    issued = select(func.count()).where(
        AttemptTicket.attempt_id == attempt.id,
        AttemptTicket.device_hash == ticket.device,
        AttemptTicket.issued_at == ticket.issued_at,
        AttemptTicket.expires_at == ticket.expires_at,
    )
    if claims != facts or not db.session.scalar(issued):
        raise Conflict("ticket_foreign")
