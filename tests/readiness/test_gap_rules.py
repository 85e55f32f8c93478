"""What each component brings adds up to T, and what is said to be missing is just enough for the next level."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given

from app.readiness.rules import (
    DEFAULT_POLICY,
    Gap,
    Level,
    PointScore,
    Score,
    gap_of,
    parts_of,
    score_of,
    uncapped_level,
)
from tests.readiness.builders import cities

TENTH = Fraction(1, 10)
THRESHOLDS = {
    Level.A: DEFAULT_POLICY.t_sustained,
    Level.B: DEFAULT_POLICY.t_ready,
    Level.C: DEFAULT_POLICY.t_near,
    Level.D: DEFAULT_POLICY.t_started,
}


def made(total, *, u=Fraction(1), gate=True, level=Level.C):
    """A score with this total; ``gate`` leaves its one service point covered or not."""
    point = PointScore("q", 2, 2 if gate else 1, 4)
    return Score(level, T=Fraction(total), C=Fraction(1), B=point.b, U=u, K=Fraction(1), D=10, points=(point,))


@given(cities())
def test_the_parts_add_up_to_t(city):
    score = score_of(city.case())
    parts = parts_of(score, DEFAULT_POLICY)
    assert [part.letter for part in parts] == list("CBUK")
    assert sum(part.earned for part in parts) == (score.T or 0)
    if score.T is not None and score.reason is None:
        assert sum(part.most for part in parts) == 100


@given(cities())
def test_the_points_missing_are_enough_and_not_a_tenth_too_many(city):
    score = score_of(city.case())
    gap = gap_of(score, DEFAULT_POLICY)
    if gap is None:
        assert score.reason is not None or uncapped_level(score, DEFAULT_POLICY) is Level.A
        return
    assert score.T + gap.points >= THRESHOLDS[gap.level]
    assert gap.points == 0 or score.T + gap.points - TENTH < THRESHOLDS[gap.level]
    assert gap.level < uncapped_level(score, DEFAULT_POLICY), "the next better letter"


@pytest.mark.parametrize(
    ("score", "gap"),
    [
        (made("20"), Gap(Level.D, Fraction(20))),
        (made("40"), Gap(Level.C, Fraction(30))),
        (made("8107/100"), Gap(Level.B, Fraction(4))),
        (made("81", gate=False), Gap(Level.B, Fraction(4), uncovered=1)),
        (made("97", gate=False), Gap(Level.B, Fraction(0), uncovered=1)),
        (made("85"), Gap(Level.A, Fraction(10))),
        (made("96", u=Fraction(1, 2)), Gap(Level.A, Fraction(0), durability=Fraction(9, 10))),
        (made("96", u=None), Gap(Level.A, Fraction(0), durability=Fraction(9, 10))),
        (made("95"), None),
        (Score(Level.N), None),
    ],
)
def test_what_is_missing_to_the_next_level(score, gap):
    assert gap_of(score, DEFAULT_POLICY) == gap


def test_a_cap_changes_neither_the_computed_level_nor_what_is_missing():
    capped = replace(made("88"), level=Level.D)
    assert uncapped_level(capped, DEFAULT_POLICY) is Level.B
    assert gap_of(capped, DEFAULT_POLICY) == gap_of(made("88"), DEFAULT_POLICY)
