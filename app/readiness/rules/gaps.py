"""What each component brings to T, and what is missing to the next level."""

from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from app.readiness.rules.facts import Level, Policy
from app.readiness.rules.scoring import Score, level_of


@dataclass(frozen=True, slots=True)
class Part:
    """A component C, B, U or K: its value in [0, 1] (None without a denominator), the points it earns and could earn.

    The weights of the components that exist are renormalised, so that their ``most`` add up to 100.
    """

    letter: str
    value: Fraction | None
    earned: Fraction
    most: Fraction


@dataclass(frozen=True, slots=True)
class Gap:
    """What is missing to ``level``: points of T in tenths rounded up, uncovered service points, and U's threshold.

    ``durability`` is the share that U must reach, None where U is no obstacle.
    """

    level: Level
    points: Fraction
    uncovered: int = 0
    durability: Fraction | None = None


def parts_of(score: Score, policy: Policy) -> tuple[Part, ...]:
    """Return the components in the order of the formula; their ``earned`` add up to T."""
    weighed = (
        ("C", score.C, policy.w_cov),
        ("B", score.B, policy.w_pts),
        ("U", score.U, policy.w_cur),
        ("K", score.K, policy.w_kno),
    )
    present = sum(weight for _, value, weight in weighed if value is not None)
    return tuple(
        Part(letter, None, Fraction(0), Fraction(0))
        if value is None
        else Part(letter, value, 100 * weight * value / present, 100 * weight / present)
        for letter, value, weight in weighed
    )


def uncapped_level(score: Score, policy: Policy) -> Level:
    """Return the level without any legal cap; for a score without T the level itself."""
    return score.level if score.T is None else level_of(score.T, score.U, policy, gate=score.gate)


def gap_of(score: Score, policy: Policy) -> Gap | None:
    """Return what is missing to the next level, caps left aside; None at level A and where nobody is in scope."""
    if score.T is None or score.reason is not None:
        return None
    level = uncapped_level(score, policy)
    if level is Level.E:
        return Gap(Level.D, _tenths_up(policy.t_started - score.T))
    if level is Level.D:
        return Gap(Level.C, _tenths_up(policy.t_near - score.T))
    if level is Level.C:
        uncovered = sum(1 for point in score.points if point.ready < point.need)
        return Gap(Level.B, _tenths_up(policy.t_ready - score.T), uncovered)
    if level is Level.B:
        is_short = score.U is None or policy.u_sustained > score.U
        return Gap(
            Level.A, _tenths_up(policy.t_sustained - score.T), durability=policy.u_sustained if is_short else None
        )
    return None


def _tenths_up(points: Fraction) -> Fraction:
    # Up, as T is shown cut: 85 less a shown 81,0 is 4,0 also where T is 81,07.
    return Fraction(max(0, ceil(points * 10)), 10)
