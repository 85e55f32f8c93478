"""When an answer of a timed quiz is in time (QZ-08, QZ-09), as pure rules: each edge to the microsecond."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes import rules
from quizzes.rules import GRACE, Lateness, Tick

DEADLINE = datetime(2026, 11, 23, 1, 15, tzinfo=UTC)
TICK = Tick(41, DEADLINE - timedelta(minutes=15))
MICRO = timedelta(microseconds=1)
NOW, SECRET = timedelta(0), "a secret"
instants = st.integers(-400_000_000, 400_000_000).map(lambda micros: DEADLINE + timedelta(microseconds=micros))


@pytest.mark.parametrize(
    ("made", "arrived", "why"),
    [
        (-MICRO, -MICRO, None),
        (NOW, NOW, None),
        (MICRO, MICRO, Lateness.TIME_UP),
        (-MICRO, GRACE, None),
        (NOW, GRACE, None),
        (MICRO, GRACE, Lateness.TIME_UP),
        (-MICRO, GRACE + MICRO, Lateness.GRACE_OVER),
        (NOW, GRACE + MICRO, Lateness.GRACE_OVER),
        (MICRO, GRACE + MICRO, Lateness.TIME_UP),
        (-GRACE, timedelta(days=9), Lateness.GRACE_OVER),
    ],
)
def test_both_edges_the_deadline_and_the_grace_are_in_time(made, arrived, why):
    assert rules.lateness_in_time(DEADLINE, DEADLINE + made, arrived=DEADLINE + arrived) is why
    assert rules.lateness_in_time(None, DEADLINE + made, arrived=DEADLINE + arrived) is None


@pytest.mark.parametrize(("after", "over"), [(NOW, False), (GRACE, False), (GRACE + MICRO, True)])
def test_an_attempt_is_over_when_nothing_can_count_any_more(after, over):
    assert rules.is_over(DEADLINE, DEADLINE + after) is over
    assert not rules.is_over(None, DEADLINE + after)


@given(made=instants, arrived=instants)
def test_what_counts_was_made_before_the_deadline_and_came_within_the_grace(made, arrived):
    counts = rules.lateness_in_time(DEADLINE, made, arrived=arrived) is None
    assert counts == (made <= DEADLINE and arrived <= DEADLINE + GRACE)


@given(elapsed=st.integers(0, 10**9), arrived=instants)
def test_no_count_of_a_device_makes_an_answer_come_before_its_tick_or_after_its_arrival(elapsed, arrived):
    made = rules.made_at(TICK.issued_at, timedelta(milliseconds=elapsed), arrived_at=arrived)
    assert TICK.issued_at <= made <= max(arrived, TICK.issued_at)


def test_a_tick_comes_back_as_it_was_written():
    assert rules.read_tick(rules.write_tick(TICK, secret=SECRET), secret=SECRET) == TICK


def test_a_tick_that_this_server_did_not_write_is_none():
    text = rules.write_tick(TICK, secret=SECRET)
    forged = (text.replace("41", "42", 1), text.replace("T01:00", "T01:14"), text[:-1], "", "///", f"{text}é")
    assert [rules.read_tick(each, secret=SECRET) for each in forged] == [None] * len(forged)
    assert rules.read_tick(text, secret="another") is None
