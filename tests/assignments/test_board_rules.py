"""The coordinator's board: four states that add up, and the marks that lie across them."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.assignments.rules import BoardFacts, BoardRow, BoardState, Learning, Pass, State, board_row, done_since

DUE = date(2026, 11, 30)
DONE = [State.CERTIFIED, State.RETRAINED, State.DUE_SOON, State.WINDOW_OPEN, State.DELTA_DUE]
ENDED = [State.GRACE, State.EXPIRED, State.LAPSED, State.OUTDATED, State.REVOKED]


@pytest.mark.parametrize("state", DONE)
def test_who_holds_a_valid_certificate_is_done_even_long_after_the_due_day(state):
    facts = BoardFacts(state, due_on=DUE, has_begun=True, waits_after_fail=True)
    assert board_row(facts, date(2027, 3, 1)) == BoardRow(BoardState.DONE, is_overdue=False, has_lapsed=False)


@pytest.mark.parametrize("state", ENDED)
def test_whose_certificate_has_ended_is_not_done_and_begins_again(state):
    row = board_row(BoardFacts(state), DUE)
    assert row == BoardRow(BoardState.NOT_STARTED, is_overdue=False, has_lapsed=True)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (BoardFacts(State.ASSIGNED), BoardState.NOT_STARTED),
        (BoardFacts(State.IN_PROGRESS), BoardState.LEARNING),
        (BoardFacts(State.EXPIRED, has_begun=True), BoardState.LEARNING),
        (BoardFacts(State.IN_PROGRESS, waits_after_fail=True), BoardState.NOT_PASSED),
        (BoardFacts(State.LAPSED, has_begun=True, waits_after_fail=True), BoardState.NOT_PASSED),
    ],
)
def test_who_is_not_done_stands_where_the_present_cycle_has_brought_them(facts, expected):
    row = board_row(facts, DUE)
    assert row is not None
    assert row.state is expected


def test_a_completion_is_activity_but_nothing_begun_anew():
    earned = datetime(2026, 3, 1, 8, tzinfo=UTC)
    held = Learning(passes=(Pass(1, earned, date(2027, 3, 1), 1),))
    assert held.last_activity == earned
    assert not held.began_after(None)


@pytest.mark.parametrize(
    ("renewed_on", "since"),
    [(date(2027, 3, 1), date(2026, 3, 1)), (date(2027, 3, 2), date(2027, 3, 2))],
    ids=["on the last valid day", "a day late"],
)
def test_who_renews_in_time_has_been_done_since_the_first_pass(renewed_on, since):
    def held(number, on):
        at = datetime(on.year, on.month, on.day, 8, tzinfo=UTC)
        return Pass(number, at, date(on.year + 1, on.month, on.day), 1)

    assert done_since(Learning(passes=(held(1, date(2026, 3, 1)), held(2, renewed_on)))) == since


def test_a_due_day_counts_until_its_end():
    on_the_day = board_row(BoardFacts(State.ASSIGNED, due_on=DUE), DUE)
    day_after = board_row(BoardFacts(State.ASSIGNED, due_on=DUE), date(2026, 12, 1))
    assert (on_the_day.is_overdue, day_after.is_overdue) == (False, True)


def test_who_is_no_longer_asked_is_not_on_the_board():
    assert board_row(BoardFacts(State.NOT_REQUIRED), DUE) is None


@given(st.builds(BoardFacts, st.sampled_from(State), st.none() | st.dates(), st.booleans(), st.booleans()), st.dates())
def test_everyone_asked_is_in_one_state_and_nobody_is_both_done_and_late_or_lapsed(facts, today):
    row = board_row(facts, today)
    assert (row is None) == (facts.state is State.NOT_REQUIRED)
    assert row is None or row.state is not BoardState.DONE or not (row.is_overdue or row.has_lapsed)
