"""How likely chance alone is to spread right answers as unevenly as they are."""

import math
from collections.abc import Sequence


def spread_chance(groups: Sequence[Sequence[int]]) -> float:
    """Return the probability of a spread at least as uneven, by Pearson's chi-square test of equal shares.

    ``groups``: for each number of options how often each place is the right one, places that never are included. The
    statistics of the groups are added, and so are their degrees of freedom. 1 when there is nothing to compare.
    """
    statistic, freedom = 0.0, 0
    for counts in groups:
        expected = sum(counts) / len(counts)
        if expected:
            statistic += sum((count - expected) ** 2 / expected for count in counts)
            freedom += len(counts) - 1
    return chi_square_tail(statistic, freedom)


def chi_square_tail(statistic: float, freedom: int) -> float:
    """Return P(χ² ≥ statistic) for whole degrees of freedom, 1 for none.

    From one and two degrees upwards in steps of two: Q(k + 2) = Q(k) + (x/2)^(k/2) e^(−x/2) / Γ(k/2 + 1)
    (Abramowitz and Stegun, Handbook of Mathematical Functions, 26.4.4–26.4.5 and 26.4.8).
    """
    if freedom < 1:
        return 1.0
    half = statistic / 2
    reached, tail = (1, math.erfc(math.sqrt(half))) if freedom % 2 else (2, math.exp(-half))
    while reached < freedom:
        tail += half ** (reached / 2) * math.exp(-half) / math.gamma(reached / 2 + 1)
        reached += 2
    return min(tail, 1.0)
