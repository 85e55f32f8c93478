"""What a person's state makes of their row on the coordinator's board, and how fast the rest must follow."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from app.assignments.rules.retraining import State

# The share of people who should be done by the due day (experience.md S8).
TARGET = Fraction(95, 100)


class BoardState(StrEnum):
    """The four states of the coordinator's board; every assigned person is in exactly one of them."""

    NOT_STARTED = "not_started"
    LEARNING = "learning"
    NOT_PASSED = "not_passed"
    DONE = "done"


_DONE = frozenset({State.CERTIFIED, State.RETRAINED, State.DUE_SOON, State.WINDOW_OPEN, State.DELTA_DUE})
_NO_LONGER_VALID = frozenset({State.GRACE, State.EXPIRED, State.LAPSED, State.OUTDATED, State.REVOKED})


class BoardFacts(NamedTuple):
    """What the board must know of one assignment.

    ``has_begun`` and ``waits_after_fail`` speak of the present cycle only: learning since the last certificate, and
    a failed attempt after which the next one may not start yet (waiting, or a talk with the coordinator).
    """

    state: State
    due_on: date | None = None
    has_begun: bool = False
    waits_after_fail: bool = False


class BoardRow(NamedTuple):
    """One row of the board: its state, and the two marks that lie across the states."""

    state: BoardState
    is_overdue: bool
    has_lapsed: bool


def board_row(facts: BoardFacts, today: date) -> BoardRow | None:
    """Return the row on the civil day ``today``; None when nothing is asked of the person any more.

    A due day counts until its end, so overdue begins on the day after it. Someone whose certificate has ended is not
    done and stands where the new cycle has brought them.
    """
    if facts.state is State.NOT_REQUIRED:
        return None
    state = _board_state(facts)
    is_overdue = state is not BoardState.DONE and facts.due_on is not None and facts.due_on < today
    return BoardRow(state, is_overdue=is_overdue, has_lapsed=facts.state in _NO_LONGER_VALID)


def _board_state(facts: BoardFacts) -> BoardState:
    if facts.state in _DONE:
        return BoardState.DONE
    if facts.waits_after_fail:
        return BoardState.NOT_PASSED
    if facts.has_begun or facts.state is State.IN_PROGRESS:
        return BoardState.LEARNING
    return BoardState.NOT_STARTED


def together(rows: Sequence[BoardRow]) -> BoardRow:
    """Return the one row of a person of whom several modules are asked; ``rows`` is not empty.

    A person is done when every module is, and not passed when any one waits; whoever is done with some and not with
    others is learning. So the four states add up to the people, whichever modules are looked at.
    """
    states = {row.state for row in rows}
    if states == {BoardState.DONE}:
        state = BoardState.DONE
    elif BoardState.NOT_PASSED in states:
        state = BoardState.NOT_PASSED
    else:
        state = BoardState.NOT_STARTED if states == {BoardState.NOT_STARTED} else BoardState.LEARNING
    return BoardRow(
        state, is_overdue=any(row.is_overdue for row in rows), has_lapsed=any(row.has_lapsed for row in rows)
    )


@dataclass(frozen=True, slots=True)
class Pace:
    """How many people must still be done for the target, until when, and how many that is a day.

    ``a_day`` is None when the due day is over; ``target`` and ``missing`` count people.
    """

    target: int
    missing: int
    due_on: date | None
    a_day: int | None


def pace(done: int, total: int, due_on: date | None, today: date) -> Pace:
    """Return what the target takes from the civil day ``today`` through ``due_on``, both days counted."""
    target = -(-TARGET.numerator * total // TARGET.denominator)
    missing = max(0, target - done)
    days = 0 if due_on is None else (due_on - today).days + 1
    return Pace(target, missing, due_on, -(-missing // days) if days > 0 else None)


def cumulative(done_since: Sequence[date], today: date, days: int = 14) -> tuple[int, ...]:
    """Return, for each of the last ``days`` days up to today, how many of those done now were done by its end."""
    return tuple(sum(since <= today - timedelta(days=back) for since in done_since) for back in range(days - 1, -1, -1))
