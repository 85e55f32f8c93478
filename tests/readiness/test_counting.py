"""The number counted in SQL is the number of the published rules, to the last fraction, in any world."""

import os

import pytest

from app.readiness import queries
from app.readiness.rules import DEFAULT_POLICY, dump_case, evaluate_case, result_of, score_of
from tests.readiness.random_city import NOW, make_city

CITIES = int(os.environ.get("RANDOM_CITIES", "20"))
FACILITIES = 25


@pytest.mark.parametrize("seed", range(CITIES))
def test_sql_counts_what_the_rules_count(context: None, seed: int):
    ids = make_city(seed, FACILITIES)
    for known_at in (None, NOW):
        counted = queries.count_facilities(ids, DEFAULT_POLICY, as_of=NOW, known_at=known_at)
        everywhere = queries.count_facilities(None, DEFAULT_POLICY, as_of=NOW, known_at=known_at)
        for facility_id in ids:
            case = queries.case_of(facility_id, DEFAULT_POLICY, as_of=NOW, known_at=known_at)
            pure = result_of(score_of(case))
            pure["expected"].pop("missing", None)
            for way in (counted, everywhere):
                by_sql = result_of(way[facility_id].score)
                by_sql["expected"].pop("missing", None)
                assert by_sql == pure, f"facility {facility_id} known at {known_at}"


def test_anyone_can_recompute_a_published_number(context: None):
    for facility_id in make_city(3, FACILITIES):
        case = queries.case_of(facility_id, DEFAULT_POLICY, as_of=NOW)
        public = queries.pseudonymous(case, "BV-1")
        assert evaluate_case(dump_case(public))["shown"] == score_of(case).shown
        assert {assign.person for assign in public.world.assigns}.isdisjoint(
            {assign.person for assign in case.world.assigns}
        )
