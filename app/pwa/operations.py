"""What a device brings takes effect, each operation once and by itself: a refused one stops no other (SY-02, SY-03)."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from app.kernel import audit
from app.kernel.db import db
from app.kernel.errors import Conflict, DomainError
from app.people.models import Person
from app.people.permissions import Actor
from app.people.queries import find_absent
from app.pwa import queries, rules
from app.pwa.models import Delivery
from courses.operations import Tap, leave_card, take_taps
from courses.queries import practice
from quizzes import operations as quizzes
from quizzes.operations import Choice, Delivered, Travel
from quizzes.rules import QuizRuleError, read_ticket

#: Why an operation waits on its device and is not refused: for others on their way, or, after a rollback, for the
#: release that knows its form.
WAITS = frozenset({"answers_missing", "operation_newer", "tap_missing"})


@dataclass(frozen=True, slots=True)
class Origin:
    """Where work comes from: the hash of the device's mark, and the secret that signed its tickets."""

    device: str
    secret: str


@dataclass(frozen=True, slots=True)
class CardLeft:
    """A card left by "Tiếp", pressed on a device; ``place`` counts from 1."""

    module: str
    lesson: str
    place: int


@dataclass(frozen=True, slots=True)
class Tapped:
    """Taps of one run on the practice phone; ``scenario_id`` names the version that was played and judges them."""

    module: str
    scenario: str
    scenario_id: int
    run_key: str
    taps: tuple[Tap, ...]


@dataclass(frozen=True, slots=True)
class Chosen:
    """A choice in a quiz; ``elapsed`` is how long after the ticket's issue it was made."""

    attempt_id: int
    choice: Choice
    ticket: str | None
    elapsed: timedelta


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A quiz handed in; ``needs`` are the operations of the choices that were made before."""

    attempt_id: int
    needs: tuple[str, ...]
    ticket: str | None
    elapsed: timedelta


Operation = CardLeft | Tapped | Chosen | HandedIn


@dataclass(frozen=True, slots=True)
class Sent:
    """One operation as it came: its id, and what it says, or why that cannot be read."""

    op_id: str
    operation: Operation | None
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one operation: its receipt, or that it ``waits`` (see ``WAITS``), or the code of a refusal.

    A receipt is valid only once the transaction has ended; ``is_late`` says that the work is kept but does not count.
    """

    op_id: str
    receipt: str = ""
    is_late: bool = False
    waits: bool = False
    refusal: str = ""
    done_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RescueFile:
    """Work that came as a file and proved its owner: who they are, from which device, in the order it was done."""

    person_id: int
    origin: Origin
    sent: tuple[Sent, ...]


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What became of a rescue file, in things as people count them; ``late`` ones have arrived, ``refused`` is by code.

    A thing of which a part is refused is counted there alone.
    """

    owner: Actor
    arrived: int
    known: int
    late: int
    refused: Mapping[str, int]


def deliver(actor: Actor, origin: Origin, sent: Sequence[Sent], *, now: datetime) -> list[Outcome]:
    """Let each of a device's operations take effect once, in the order sent; returns what became of each.

    What came before gives its receipt again; one that was not readable or is refused is named and changes nothing. A
    tap that would wait for one refused here is refused with it; of those refused before its device knows (sync.js).
    """
    # Two batches of one person wait for each other, so that the same operation in both has one effect.
    db.session.execute(select(Person.id).where(Person.id == actor.person_id).with_for_update(key_share=True))
    lost: dict[str, str] = {}
    return [_with_its_run(_one(actor, origin, each, now=now), each.operation, lost) for each in sent]


def hand_over(actor: Actor, file: RescueFile, *, now: datetime) -> HandedOver:
    """Let the work of a rescue file take effect for its owner, once, whoever hands it in and however often.

    Raises ``Conflict("owner_closed")`` when the owner's account is not open: their device could not bring it either.
    """
    owner = find_absent(file.person_id, now)
    if owner is None:
        raise Conflict("owner_closed")
    before = set(queries.list_delivered(owner.person_id, [each.op_id for each in file.sent]))
    outcomes = deliver(owner, file.origin, file.sent, now=now)
    new = {each.op_id for each in outcomes if each.receipt} - before
    if new:
        refused = sum(not each.receipt for each in outcomes)
        counts = {"arrived": len(new), "known": len(before), "refused": refused}
        audit.record(actor.person_id, "work.handed_over", "person", owner.person_id, **counts)
    return _counted(owner, file.sent, outcomes, new)


def _counted(owner: Actor, sent: Sequence[Sent], outcomes: Sequence[Outcome], new: Collection[str]) -> HandedOver:
    things: dict[object, list[Outcome]] = {}
    for each, outcome in zip(sent, outcomes, strict=True):
        things.setdefault(_thing(each), []).append(outcome)
    arrived = known = late = 0
    refused: Counter[str] = Counter()
    for parts in things.values():
        lost = next((each for each in parts if not each.receipt), None)
        if lost:
            refused["answers_missing" if lost.waits else lost.refusal] += 1
        elif any(each.op_id in new for each in parts):
            arrived += 1
            late += any(each.is_late for each in parts)
        else:
            known += 1
    return HandedOver(owner, arrived, known, late, refused)


def _thing(sent: Sent) -> object:
    """Return what people count as one: a card, a question, a run of practice, a quiz; what cannot be read by itself."""
    operation = sent.operation
    if isinstance(operation, Tapped):
        return operation.run_key
    if isinstance(operation, Chosen):
        return operation.attempt_id, operation.choice.place
    if isinstance(operation, HandedIn):
        return operation.attempt_id
    return operation or sent.op_id


def _one(actor: Actor, origin: Origin, sent: Sent, *, now: datetime) -> Outcome:
    if sent.operation is None:
        return _refused(sent.op_id, sent.refusal)
    try:
        with db.session.begin_nested():
            return _known(actor, sent.op_id) or _done(actor, origin, sent.op_id, sent.operation, now=now)
    except DomainError as refusal:
        return _refused(sent.op_id, refusal.code)


def _with_its_run(outcome: Outcome, operation: Operation | None, lost: dict[str, str]) -> Outcome:
    """Return what becomes of a tap after those of its run; ``lost`` says why a run has lost one, by the run's key."""
    if not isinstance(operation, Tapped):
        return outcome
    if outcome.waits and operation.run_key in lost:
        return Outcome(outcome.op_id, refusal=lost[operation.run_key])
    if outcome.refusal:
        lost.setdefault(operation.run_key, outcome.refusal)
    return outcome


def _refused(op_id: str, code: str) -> Outcome:
    return Outcome(op_id, waits=True) if code in WAITS else Outcome(op_id, refusal=code)


def _known(actor: Actor, op_id: str) -> Outcome | None:
    held = db.session.get(Delivery, op_id)
    if held is None:
        return None
    if held.person_id != actor.person_id:
        raise Conflict("operation_used", op_id=op_id)
    return Outcome(op_id, held.receipt, held.is_late, done_at=held.done_at)


def _done(actor: Actor, origin: Origin, op_id: str, operation: Operation, *, now: datetime) -> Outcome:
    if isinstance(operation, CardLeft):
        leave_card(actor.person_id, operation.module, operation.lesson, operation.place, now=now)
        made = Delivered(rules.receipt("card", op_id, actor.person_id))
    elif isinstance(operation, Tapped):
        _tap(actor, operation, now=now)
        made = Delivered(rules.receipt("taps", op_id, actor.person_id))
    else:
        made = _quiz(actor, origin, operation, now=now)
    db.session.add(
        Delivery(op_id=op_id, person_id=actor.person_id, receipt=made.receipt, is_late=made.is_late, done_at=now)
    )
    db.session.flush()
    return Outcome(op_id, made.receipt, made.is_late, done_at=now)


def _tap(actor: Actor, tapped: Tapped, *, now: datetime) -> None:
    scenario_id = practice.get_scenario_id(tapped.module, tapped.scenario, tapped.scenario_id)
    take_taps(actor, scenario_id, tapped.run_key, tapped.taps, now=now)


def _quiz(actor: Actor, origin: Origin, operation: Chosen | HandedIn, *, now: datetime) -> Delivered:
    travel = _travel(origin, operation)
    if isinstance(operation, Chosen):
        return quizzes.deliver_answer(actor, operation.attempt_id, operation.choice, travel, now=now)
    return quizzes.deliver_hand_in(actor, operation.attempt_id, operation.needs, travel, now=now)


def _travel(origin: Origin, operation: Chosen | HandedIn) -> Travel | None:
    if operation.ticket is None:
        return None
    try:
        ticket = read_ticket(operation.ticket, secret=origin.secret)
    except QuizRuleError as error:
        raise Conflict("ticket_foreign") from error
    return Travel(ticket, origin.device, operation.elapsed)
