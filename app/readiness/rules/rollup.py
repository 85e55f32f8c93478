"""Several facilities together, one institutional pillar, and the two statistics that belong to rankings and samples."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from math import sqrt

from app.readiness.rules.facts import Level

_READY = frozenset({Level.A, Level.B})
_OUTSIDE = frozenset({Level.N, Level.X})


@dataclass(frozen=True, slots=True)
class FacilityRow:
    """What a roll-up must know of one facility; ``visits`` per any period, the same for all."""

    level: Level
    num_c: int
    den: int
    visits: int


@dataclass(frozen=True, slots=True)
class Rollup:
    """The published numbers of a district or the city; None where there is nothing to divide by.

    ``share_ready`` is the management target, ``visit_weighted_ready`` the chance that a visit today is to a ready
    place, ``pooled_coverage`` the workload. ``mean_of_ratios`` misleads alone and is only published beside them.
    """

    in_scope: int
    ready: int
    share_ready: Fraction | None
    visit_weighted_ready: Fraction | None
    pooled_coverage: Fraction | None
    mean_of_ratios: Fraction | None


def rollup(rows: Iterable[FacilityRow]) -> Rollup:
    """Return the numbers over the facilities in scope: those that are neither N nor X."""
    scope = [row for row in rows if row.level not in _OUTSIDE]
    ready = [row for row in scope if row.level in _READY]
    ratios = [Fraction(row.num_c, row.den) for row in scope if row.den]
    return Rollup(
        in_scope=len(scope),
        ready=len(ready),
        share_ready=_share(len(ready), len(scope)),
        visit_weighted_ready=_share(sum(row.visits for row in ready), sum(row.visits for row in scope)),
        pooled_coverage=_share(sum(row.num_c for row in scope), sum(row.den for row in scope)),
        mean_of_ratios=sum(ratios, Fraction(0)) / len(ratios) if ratios else None,
    )


def _share(part: int, whole: int) -> Fraction | None:
    return Fraction(part, whole) if whole else None


class Evidence(StrEnum):
    """How well a tracer of an institutional pillar is proven."""

    VERIFIED = "verified"
    DECLARED_WITH_EVIDENCE = "declared_with_evidence"
    DECLARED = "declared"


_WORTH = {
    Evidence.VERIFIED: Fraction(1),
    Evidence.DECLARED_WITH_EVIDENCE: Fraction(1, 2),
    Evidence.DECLARED: Fraction(0),
}


@dataclass(frozen=True, slots=True)
class Tracer:
    """One yes-or-no item of a pillar; its evidence counts through ``last_day``, None: without end."""

    evidence: Evidence
    last_day: date | None


def tracer_value(tracer: Tracer, day: date) -> Fraction:
    """Return 1 verified, 1/2 declared with evidence, 0 only declared or expired by the civil ``day``."""
    has_expired = tracer.last_day is not None and tracer.last_day < day
    return Fraction(0) if has_expired else _WORTH[tracer.evidence]


def pillar_value(tracers: Sequence[Tracer], day: date) -> Fraction | None:
    """Return the mean of the tracers on the civil ``day``; None for a pillar without tracers."""
    if not tracers:
        return None
    return sum((tracer_value(tracer, day) for tracer in tracers), Fraction(0)) / len(tracers)


def wilson(k: int, n: int, *, z: float = 1.959963984540054) -> tuple[float, float]:
    """Return the Wilson interval (95 % by default) of ``k`` successes in ``n`` > 0 trials.

    For samples only, such as helped patients: a facility's staff is a census, so it is never part of T or a level.
    """
    share, extra = k / n, z * z / n
    middle = share + extra / 2
    reach = z * sqrt(share * (1 - share) / n + extra / (4 * n))
    return max(0.0, (middle - reach) / (1 + extra)), min(1.0, (middle + reach) / (1 + extra))


def shrunk_mean(k: int, n: int, *, a: float, b: float) -> float:
    """Return the empirical-Bayes mean of ``k`` in ``n`` under a Beta(a, b) prior: for rankings inside a size band."""
    return (k + a) / (n + a + b)
