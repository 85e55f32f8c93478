"""A paper that travels is the one open attempt; what is answered with it counts once, in time, for its owner alone."""

import uuid
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select

from app.kernel import clock
from app.kernel.db import db
from app.kernel.errors import Conflict, NotFound
from app.kernel.transaction import transaction
from courses.models import Module
from quizzes import operations, rules
from quizzes.models import Answer, Attempt, AttemptState, AttemptTicket, LateAnswer
from quizzes.operations import Choice, Delivered, Travel
from tests.quizzes import builders
from tests.quizzes.builders import as_actor, publish_module, right_tokens

DEVICE = "device-of-an"
HOUR = timedelta(hours=1)


@pytest.fixture
def module(cast: SimpleNamespace, morning) -> Module:
    return publish_module(count=9, length=3, pass_mark=2)


def issue(person, module: Module, *, device: str = DEVICE, now=None) -> tuple[Attempt, rules.Ticket]:
    with transaction():
        return operations.issue_ticket(as_actor(person), module.id, device, now=now or clock.now())


def answer(person, attempt, place: int, chosen: list[str], travel: Travel | None, **more) -> Delivered:
    values = {"op_id": str(uuid.uuid4()), "seq": 1, "now": clock.now() + HOUR, **more}
    choice = Choice(place, tuple(chosen), values["op_id"], client_seq=values["seq"])
    with transaction():
        return operations.deliver_answer(as_actor(person), attempt.id, choice, travel, now=values["now"])


def hand_in(person, attempt, needs: list[str], travel: Travel | None = None, *, now=None) -> Delivered:
    with transaction():
        return operations.deliver_hand_in(as_actor(person), attempt.id, needs, travel, now=now or clock.now() + HOUR)


def late_ones() -> list[LateAnswer]:
    return list(db.session.scalars(select(LateAnswer)))


def test_the_ticket_is_the_one_open_attempt_whoever_starts_first(cast: SimpleNamespace, module: Module):
    attempt, ticket = issue(cast.an, module)
    assert builders.start(cast.an, module).id == attempt.id == ticket.attempt_id
    assert issue(cast.an, module)[1] == ticket, "the same device gets the same ticket"
    assert db.session.scalar(select(func.count(Attempt.id))) == 1
    assert ticket.expires_at - ticket.issued_at <= timedelta(days=7)


def test_one_paper_is_on_one_device_at_a_time_until_it_expires(cast: SimpleNamespace, module: Module):
    _attempt, first = issue(cast.an, module)
    with pytest.raises(Conflict, match="ticket_elsewhere"):
        issue(cast.an, module, device="another")
    after = first.expires_at + timedelta(seconds=1)
    _attempt, second = issue(cast.an, module, device="another", now=after)
    assert second.expires_at > after and second.attempt_id == first.attempt_id
    out = select(func.count(AttemptTicket.id)).where(AttemptTicket.closed_at.is_(None))
    assert db.session.scalar(out) == 1


def test_a_timed_quiz_has_no_ticket(cast: SimpleNamespace, morning):
    with pytest.raises(Conflict, match="timed_quiz"):
        issue(cast.an, publish_module(minutes=15))
    assert db.session.scalar(select(func.count(Attempt.id))) == 0, "asking for one starts nothing"


def test_answers_made_in_time_and_delivered_later_count_and_say_so(cast: SimpleNamespace, module: Module):
    attempt, ticket = issue(cast.an, module)
    made = Travel(ticket, DEVICE, timedelta(days=6, hours=23))
    arrives = ticket.expires_at + timedelta(days=3)
    ids = [str(uuid.uuid4()) for _ in range(3)]
    for place, op_id in enumerate(ids, 1):
        answer(cast.an, attempt, place, right_tokens(attempt, place), made, op_id=op_id, now=arrives)
    hand_in(cast.an, attempt, ids, made, now=arrives)
    ended = db.session.get_one(Attempt, attempt.id, populate_existing=True)
    assert (ended.score, ended.passed, ended.state) == (3, True, AttemptState.SUBMITTED)
    assert {row.made_at for row in db.session.scalars(select(Answer))} == {ticket.issued_at + made.elapsed}
    assert late_ones() == []


def test_answers_made_after_the_ticket_expired_are_kept_and_never_scored(cast: SimpleNamespace, module: Module):
    attempt, ticket = issue(cast.an, module)
    late = Travel(ticket, DEVICE, rules.TICKET_LASTS + timedelta(seconds=1))
    done = answer(cast.an, attempt, 1, right_tokens(attempt, 1), late, now=ticket.expires_at + HOUR)
    assert done.is_late and len(done.receipt) == 20
    hand_in(cast.an, attempt, [late_ones()[0].op_id], late, now=ticket.expires_at + HOUR)
    ended = db.session.get_one(Attempt, attempt.id, populate_existing=True)
    assert ended.score == 0
    assert [(row.place, row.why) for row in late_ones()] == [(1, rules.Lateness.EXPIRED)]


def test_answers_that_find_the_attempt_ended_are_kept_and_change_no_score(cast: SimpleNamespace, module: Module):
    attempt, ticket = issue(cast.an, module)
    builders.submit(cast.an, attempt)
    before = db.session.get_one(Attempt, attempt.id, populate_existing=True).score
    travel, op_id = Travel(ticket, DEVICE, timedelta(minutes=5)), str(uuid.uuid4())
    first = answer(cast.an, attempt, 1, right_tokens(attempt, 1), travel, op_id=op_id)
    assert answer(cast.an, attempt, 1, right_tokens(attempt, 1), travel, op_id=op_id) == first
    assert [(row.why, row.place) for row in late_ones()] == [(rules.Lateness.OVER, 1)]
    assert db.session.get_one(Attempt, attempt.id, populate_existing=True).score == before
    assert operations.is_graded_alike(db.session.get_one(Attempt, attempt.id))


def test_handing_in_waits_for_answers_on_their_way_and_happens_once(cast: SimpleNamespace, module: Module):
    attempt, ticket = issue(cast.an, module)
    travel, op_id = Travel(ticket, DEVICE, timedelta(minutes=5)), str(uuid.uuid4())
    with pytest.raises(Conflict, match="answers_missing"):
        hand_in(cast.an, attempt, [op_id], travel)
    answer(cast.an, attempt, 1, right_tokens(attempt, 1), travel, op_id=op_id)
    receipt = hand_in(cast.an, attempt, [op_id], travel)
    assert hand_in(cast.an, attempt, [op_id], travel) == receipt
    assert db.session.scalar(select(AttemptTicket.closed_at)) is not None, "a ticket is used once"


def test_work_of_one_never_comes_in_under_another(cast: SimpleNamespace, module: Module):
    attempt, ticket = issue(cast.an, module)
    others, _theirs = issue(cast.binh, module, device="binh's")
    token = right_tokens(attempt, 1)
    with pytest.raises(NotFound):
        answer(cast.binh, attempt, 1, token, Travel(ticket, DEVICE, HOUR))
    with pytest.raises(Conflict, match="ticket_foreign"):
        answer(cast.binh, others, 1, right_tokens(others, 1), Travel(ticket, DEVICE, HOUR))
    assert db.session.scalar(select(func.count(Answer.id))) == 0


@pytest.mark.parametrize(
    "forged",
    [
        {"device": "other"},
        {"paper": "other"},
        {"blueprint_id": 99},
        {"attempt_id": 99},
        {"person_id": 99},
        {"issued_at": clock.datetime(2026, 1, 1, tzinfo=clock.UTC)},
        {"expires_at": clock.datetime(2030, 1, 1, tzinfo=clock.UTC)},
    ],
    ids=lambda forged: next(iter(forged)),
)
def test_a_ticket_that_differs_in_anything_from_the_one_issued_is_refused(
    cast: SimpleNamespace, module: Module, forged: dict
):
    attempt, ticket = issue(cast.an, module)
    travel = Travel(replace(ticket, **forged), DEVICE, HOUR)
    with pytest.raises(Conflict, match="ticket_foreign"):
        answer(cast.an, attempt, 1, right_tokens(attempt, 1), travel)
    with pytest.raises(Conflict, match="ticket_foreign"):
        hand_in(cast.an, attempt, [], travel)


def test_a_late_choice_that_the_paper_does_not_offer_is_refused_like_any_other(cast: SimpleNamespace, module: Module):
    attempt, ticket = issue(cast.an, module)
    builders.submit(cast.an, attempt)
    with pytest.raises(Exception, match="unknown_option"):
        answer(cast.an, attempt, 1, ["0" * 30], Travel(ticket, DEVICE, HOUR))
    with pytest.raises(Conflict, match="operation_used"):
        op_id = str(uuid.uuid4())
        other, _ = issue(cast.binh, module, device="b")
        answer(cast.binh, other, 1, right_tokens(other, 1), None, op_id=op_id)
        answer(cast.an, attempt, 1, right_tokens(attempt, 1), None, op_id=op_id)
