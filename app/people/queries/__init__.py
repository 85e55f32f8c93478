"""Reads about people and places."""

from app.people.queries.accounts import (
    common_passwords,
    find_sample_account,
    is_sample_mode,
    list_known_words,
    list_sample_accounts,
)
from app.people.queries.places import find_facility_id, get_facility, list_positions, list_units
from app.people.queries.sign_in import (
    Account,
    Failures,
    failures_at,
    failures_of,
    find_account_by_phone,
    find_account_by_staff_code,
    find_actor,
    is_known_device,
    list_devices,
    list_roles,
)
from app.people.queries.slips import find_slip, holders_of_roles, list_slip_people

__all__ = [
    "Account",
    "Failures",
    "common_passwords",
    "failures_at",
    "failures_of",
    "find_account_by_phone",
    "find_account_by_staff_code",
    "find_actor",
    "find_facility_id",
    "find_sample_account",
    "find_slip",
    "get_facility",
    "holders_of_roles",
    "is_known_device",
    "is_sample_mode",
    "list_devices",
    "list_known_words",
    "list_positions",
    "list_roles",
    "list_sample_accounts",
    "list_slip_people",
    "list_units",
]
