"""The four numbers of the city, an institutional pillar, and the two statistics, against the published vectors."""

from datetime import date
from fractions import Fraction

import pytest

from app.readiness import rules
from app.readiness.rules import Evidence, FacilityRow, Level, Rollup, Tracer
from tests.vectors import load


def _rows():
    return [FacilityRow(Level(row["level"]), row["num_c"], row["den"], row["visits"]) for row in load("rollup")["rows"]]


def test_the_published_roll_up():
    found, expected = rules.rollup(_rows()), load("rollup")["expected"]
    assert found == Rollup(
        in_scope=expected["in_scope"],
        ready=1,
        share_ready=Fraction(expected["share_ready"]),
        visit_weighted_ready=Fraction(expected["visit_weighted_ready"]),
        pooled_coverage=Fraction(expected["pooled_coverage"]),
        mean_of_ratios=Fraction(expected["mean_of_ratios"]),
    )


def test_facilities_without_requirement_or_closed_are_outside_every_number():
    outside = [FacilityRow(level, 5, 5, 500) for level in (Level.N, Level.X)]
    assert rules.rollup([*_rows(), *outside]) == rules.rollup(_rows())


def test_a_roll_up_of_nothing_has_no_shares():
    assert rules.rollup([]) == Rollup(0, 0, None, None, None, None)


@pytest.mark.parametrize("nth", [0, 1])
def test_the_published_pillar_before_and_after_a_proof_expires(nth):
    pillar = load("pillar")
    tracers = [
        Tracer(Evidence(evidence), date.fromisoformat(last_day) if last_day else None)
        for _, evidence, last_day in pillar["items"]
    ]
    day = date.fromisoformat(pillar["as_of"][nth])
    assert rules.pillar_value(tracers, day) == Fraction(pillar["expected"][nth])


def test_a_pillar_without_tracers_has_no_value():
    assert rules.pillar_value([], date(2026, 9, 1)) is None


@pytest.mark.parametrize("case", load("statistics")["wilson"], ids=lambda case: f"{case['k']}/{case['n']}")
def test_the_published_wilson_intervals(case):
    assert rules.wilson(case["k"], case["n"]) == pytest.approx((case["lo"], case["hi"]), abs=1e-9)


@pytest.mark.parametrize("case", load("statistics")["eb_shrink"], ids=lambda case: f"{case['k']}/{case['n']}")
def test_the_published_shrunk_means(case):
    assert rules.shrunk_mean(case["k"], case["n"], a=case["a"], b=case["b"]) == pytest.approx(case["mean"])
