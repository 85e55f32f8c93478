"""Reads of readiness: the facts of one facility as a world, the same counted in SQL, policies and snapshots."""

from app.readiness.queries.checking import Difference, find_difference, list_newest_ids
from app.readiness.queries.counting import Counted, count_facilities
from app.readiness.queries.policies import PolicyRow, find_policy, find_policy_at, get_policy, get_policy_at
from app.readiness.queries.snapshots import (
    BEHIND,
    FEW,
    NEAR,
    OUT_OF_SCOPE,
    READY,
    CityFilter,
    CityRow,
    CitySort,
    CitySummary,
    city_page,
    city_rows,
    city_summary,
    figures_of,
    list_areas,
    list_history,
    list_stale,
    list_taken,
)
from app.readiness.queries.worlds import Roll, case_of, load_roll, pseudonymous

__all__ = [
    "BEHIND",
    "FEW",
    "NEAR",
    "OUT_OF_SCOPE",
    "READY",
    "CityFilter",
    "CityRow",
    "CitySort",
    "CitySummary",
    "Counted",
    "Difference",
    "PolicyRow",
    "Roll",
    "case_of",
    "city_page",
    "city_rows",
    "city_summary",
    "count_facilities",
    "figures_of",
    "find_difference",
    "find_policy",
    "find_policy_at",
    "get_policy",
    "get_policy_at",
    "list_areas",
    "list_history",
    "list_newest_ids",
    "list_stale",
    "list_taken",
    "load_roll",
    "pseudonymous",
]
