"""The ticket of a paper that travels: signed by this server, for one person and device, and when work still counts."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes import rules
from quizzes.rules import Lateness, QuizRuleError, Ticket

ISSUED = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
TICKET = Ticket(41, 7, 3, "paper", "device", ISSUED, ISSUED + rules.TICKET_LASTS)
SECOND = timedelta(seconds=1)

tickets = st.builds(
    Ticket,
    attempt_id=st.integers(1, 2**53),
    person_id=st.integers(1, 2**53),
    blueprint_id=st.integers(1, 2**53),
    paper=st.text(),
    device=st.text(),
    issued_at=st.datetimes(timezones=st.just(UTC)),
    expires_at=st.datetimes(timezones=st.just(UTC)),
)


@given(tickets)
def test_a_ticket_is_read_as_it_was_written(ticket: Ticket):
    assert rules.read_ticket(rules.write_ticket(ticket, secret="ours"), secret="ours") == ticket


@given(tickets, st.integers(0), st.characters(codec="utf-8"))
def test_a_ticket_with_one_letter_changed_is_none_of_ours(ticket: Ticket, at: int, letter: str):
    text = rules.write_ticket(ticket, secret="ours")
    at %= len(text)
    changed = text[:at] + letter + text[at + 1 :]
    if changed != text:
        with pytest.raises(QuizRuleError):
            rules.read_ticket(changed, secret="ours")


@pytest.mark.parametrize("text", ["", ".", "x", "e30=.", "é.é", rules.write_ticket(TICKET, secret="theirs")])
def test_what_this_server_did_not_sign_is_refused(text: str):
    with pytest.raises(QuizRuleError):
        rules.read_ticket(text, secret="ours")


@pytest.mark.parametrize(
    ("elapsed", "arrives", "made"),
    [
        (timedelta(0), timedelta(hours=3), timedelta(0)),
        (timedelta(minutes=5), timedelta(hours=3), timedelta(minutes=5)),
        (timedelta(hours=3), timedelta(hours=3), timedelta(hours=3)),
        (timedelta(hours=4), timedelta(hours=3), timedelta(hours=3)),  # nothing is made after it has arrived
        (-SECOND, timedelta(hours=3), timedelta(0)),  # nor before the ticket was there
        (timedelta(days=9), -SECOND, timedelta(0)),  # a server whose clock went back loses nobody's work
    ],
)
def test_when_an_answer_was_made_is_counted_from_the_ticket(elapsed: timedelta, arrives: timedelta, made: timedelta):
    assert rules.made_at(TICKET.issued_at, elapsed, arrived_at=ISSUED + arrives) == ISSUED + made


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (ISSUED, None),
        (TICKET.expires_at - SECOND, None),
        (TICKET.expires_at, None),
        (TICKET.expires_at + timedelta(microseconds=1), Lateness.EXPIRED),
        (TICKET.expires_at + timedelta(days=30), Lateness.EXPIRED),
    ],
)
def test_the_last_instant_of_a_ticket_is_in_time_and_the_next_is_not(made: datetime, why: Lateness | None):
    assert rules.lateness(made, TICKET) is why


@given(st.timedeltas(), st.timedeltas(timedelta(0), timedelta(days=60)))
def test_no_counting_of_a_device_makes_work_older_than_its_ticket_or_newer_than_its_arrival(
    elapsed: timedelta, arrives: timedelta
):
    if abs(elapsed) < timedelta(days=10_000):
        made = rules.made_at(TICKET.issued_at, elapsed, arrived_at=ISSUED + arrives)
        assert ISSUED <= made <= ISSUED + arrives


def test_a_paper_is_known_by_its_questions_and_their_order():
    draw = [{"question": 1, "options": [{"token": "a"}, {"token": "b"}]}, {"question": 2, "options": []}]
    same = [dict(reversed(item.items())) for item in draw]
    assert rules.paper_of_draw(draw) == rules.paper_of_draw(same)
    assert rules.paper_of_draw(draw) != rules.paper_of_draw(draw[::-1])
    swapped = [{**draw[0], "options": draw[0]["options"][::-1]}, draw[1]]
    assert rules.paper_of_draw(draw) != rules.paper_of_draw(swapped)
