"""When an answer was made and whether that is in time: deadlines, ticks of the server's clock, tickets for devices."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from quizzes.rules.papers import QuizRuleError

GRACE = timedelta(seconds=120)
TICKET_LASTS = timedelta(days=7)


def is_late(deadline: datetime | None, now: datetime) -> bool:
    """Tell whether ``now`` is after the deadline; the deadline's own instant is still in time."""
    return deadline is not None and now > deadline


def is_over(deadline: datetime | None, now: datetime) -> bool:
    """Tell whether nothing can count any more: the deadline has passed, and the grace for what is on its way."""
    return deadline is not None and now > deadline + GRACE


class Lateness(StrEnum):
    """Why an answer came too late to count.

    Made after the ticket expired; arrived after the attempt had been handed in; made after the time of a timed quiz had
    run out; made in time, but arrived after the grace.
    """

    EXPIRED = "expired"
    OVER = "over"
    TIME_UP = "time_up"
    GRACE_OVER = "grace_over"


def lateness_in_time(deadline: datetime | None, made: datetime, *, arrived: datetime) -> Lateness | None:
    """Return why an answer in a timed quiz cannot count (QZ-09): both edges, the deadline and the grace, are in time.

    ``made`` is the server's reckoning (``made_at``), never a clock of the device; an answer that does not say how long
    ago it was made was made when it arrived.
    """
    if is_late(deadline, made):
        return Lateness.TIME_UP
    return Lateness.GRACE_OVER if is_over(deadline, arrived) else None


@dataclass(frozen=True, slots=True)
class Tick:
    """The server's own clock as a page of a timed quiz carries it: when the page of this attempt was made."""

    attempt_id: int
    issued_at: datetime


def write_tick(tick: Tick, *, secret: str) -> str:
    """Return a tick as a page carries it: attempt, instant, the server's signature."""
    body = f"{tick.attempt_id}/{tick.issued_at.isoformat()}"
    return f"{body}/{_signature('tick', body, secret)}"


def read_tick(text: str, *, secret: str) -> Tick | None:
    """Return the tick in ``text``, None for any that this server did not write."""
    body, _slash, signature = text.rpartition("/")
    if not text.isascii() or not hmac.compare_digest(signature, _signature("tick", body, secret)):
        return None
    attempt_id, _slash, issued_at = body.partition("/")
    return Tick(int(attempt_id), datetime.fromisoformat(issued_at))


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a device was given: one paper of one person, to be answered without network until it expires.

    ``paper`` is the fingerprint of the drawn questions in their order, ``device`` the hash of the browser's mark.
    """

    attempt_id: int
    person_id: int
    blueprint_id: int
    paper: str
    device: str
    issued_at: datetime
    expires_at: datetime


def paper_of_draw(draw: Sequence[Mapping[str, object]]) -> str:
    """Return the fingerprint of a draw as it is kept: questions, versions, options and their order."""
    return hashlib.sha256(json.dumps(draw, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def write_ticket(ticket: Ticket, *, secret: str) -> str:
    """Return a ticket as a device carries it: its claims in base64, a dot, and the server's signature."""
    claims = {name: getattr(ticket, name) for name in _CLAIMS}
    claims |= {name: getattr(ticket, name).isoformat() for name in _INSTANTS}
    body = base64.urlsafe_b64encode(json.dumps(claims, sort_keys=True).encode()).decode()
    return f"{body}.{_signature('ticket', body, secret)}"


def read_ticket(text: str, *, secret: str) -> Ticket:
    """Return the ticket in ``text``; raises QuizRuleError for any that this server did not write."""
    body, _dot, signature = text.rpartition(".")
    if not text.isascii() or not hmac.compare_digest(signature, _signature("ticket", body, secret)):
        raise QuizRuleError("the ticket is not one of ours")
    claims = json.loads(base64.urlsafe_b64decode(body))
    for name in _INSTANTS:
        claims[name] = datetime.fromisoformat(claims[name])
    return Ticket(**claims)


_CLAIMS = ("attempt_id", "person_id", "blueprint_id", "paper", "device")
_INSTANTS = ("issued_at", "expires_at")


def _signature(kind: str, body: str, secret: str) -> str:
    return hmac.digest(secret.encode(), f"{kind}/{body}".encode(), "sha256").hex()


def made_at(issued_at: datetime, elapsed: timedelta, *, arrived_at: datetime) -> datetime:
    """Return when an answer was made: ``elapsed`` after the server issued its ticket or tick, as the device counted.

    The device's idea of the date is never asked. What it counted cannot lie before the issue or after the arrival.
    """
    return min(max(issued_at + elapsed, issued_at), max(arrived_at, issued_at))


def lateness(made: datetime, ticket: Ticket) -> Lateness | None:
    """Return why an answer made at ``made`` cannot count by its ticket; the instant of expiry itself is in time."""
    return Lateness.EXPIRED if is_late(ticket.expires_at, made) else None
