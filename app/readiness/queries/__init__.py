"""Reads of readiness: the facts of one facility as a world, the same counted in SQL, policies and snapshots."""

from app.readiness.queries.counting import Counted, count_facilities
from app.readiness.queries.policies import PolicyRow, find_policy, get_policy_at
from app.readiness.queries.snapshots import (
    CityFilter,
    CityRow,
    CitySort,
    CitySummary,
    city_page,
    city_summary,
    find_snapshot,
    list_areas,
    list_stale,
    list_trend,
)
from app.readiness.queries.worlds import Roll, case_of, load_roll, pseudonymous

__all__ = [
    "CityFilter",
    "CityRow",
    "CitySort",
    "CitySummary",
    "Counted",
    "PolicyRow",
    "Roll",
    "case_of",
    "city_page",
    "city_summary",
    "count_facilities",
    "find_policy",
    "find_snapshot",
    "get_policy_at",
    "list_areas",
    "list_stale",
    "list_trend",
    "load_roll",
    "pseudonymous",
]
