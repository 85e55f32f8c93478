"""Months, civil days, anniversaries and derived states, against the published vectors and as properties."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.assignments import rules
from app.assignments.rules import MajorVersion, RetrainingRules, Standing, State, Validity
from tests.vectors import load

RULES = RetrainingRules()
DAYS = st.dates(date(2000, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize("case", load("calendar")["add_months"], ids=lambda c: f"{c['date']}{c['months']:+d}")
def test_months_are_clamped_from_the_anchor(case):
    assert rules.add_months(date.fromisoformat(case["date"]), case["months"]).isoformat() == case["expected"]


@pytest.mark.parametrize("case", load("calendar")["civil_day"], ids=lambda c: c["instant"])
def test_the_civil_day_is_the_day_in_vietnam(case):
    assert rules.civil_day(datetime.fromisoformat(case["instant"])).isoformat() == case["expected"]


@pytest.mark.parametrize("case", load("renewal")["cases"], ids=lambda c: c["passed"])
def test_a_renewal_keeps_the_anniversary_only_inside_the_window(case):
    previous = Validity(date.fromisoformat(case["prev_anchor"]), date.fromisoformat(case["prev_last_day"]))
    passed_on = rules.civil_day(datetime.fromisoformat(case["passed"]))
    renewed = rules.validity_of(passed_on, previous, RetrainingRules(**load("renewal")["rules"]))
    assert [renewed.anchor.isoformat(), renewed.last_day.isoformat()] == [case["new_anchor"], case["new_last_day"]]


def test_the_first_pass_is_valid_through_the_same_day_of_the_next_year():
    validity = rules.validity_of(date(2026, 6, 15), None, RULES)
    assert validity == Validity(date(2026, 6, 15), date(2027, 6, 15))


def test_a_renewal_never_shortens_what_the_person_already_holds():
    two_years = Validity(date(2026, 6, 15), date(2028, 6, 15))
    assert rules.validity_of(date(2026, 7, 1), two_years, RULES) == two_years


@given(passed=DAYS, later=st.lists(st.integers(0, 900), max_size=6))
def test_renewals_never_lose_a_day_and_never_drift_from_the_anchor(passed, later):
    held = rules.validity_of(passed, None, RULES)
    for days in later:
        passed += timedelta(days=days)
        renewed = rules.validity_of(passed, held, RULES)
        assert renewed.last_day >= held.last_day
        assert renewed.last_day >= passed
        assert renewed.last_day in {rules.add_months(renewed.anchor, 12 * years) for years in range(1, 20)}
        held = renewed


def test_knowledge_is_due_for_a_refresher_180_days_after_the_certificate():
    assert rules.refresh_due(date(2026, 6, 1), 180) == date(2026, 11, 28)


def _instant(text):
    """Instants of the vectors without an offset are told in Vietnam's wall time."""
    instant = datetime.fromisoformat(text)
    return instant if instant.tzinfo else instant.replace(tzinfo=rules.VIETNAM)


def _standing_of(case):
    states = load("states")["states"]
    return Standing(
        required_from=_instant(states["assigned"]),
        started=_instant(states["started"]),
        last_day=date.fromisoformat(case["last_day"]) if case["last_day"] else None,
        revoked=_instant(case["revoked"]) if case["revoked"] else None,
        times_certified=case["times_certified"],
    )


@pytest.mark.parametrize("case", load("states")["states"]["cases"], ids=lambda c: f"{c['t']} {c['expected']}")
def test_the_state_follows_from_the_dates(case):
    its_rules = RetrainingRules(**load("states")["states"]["rules"])
    assert rules.state_at(_standing_of(case), _instant(case["t"]), its_rules) == case["expected"]


@pytest.mark.parametrize("case", load("states")["states_version"], ids=lambda c: f"{c['t']} v{c['version']}")
def test_a_new_major_version_makes_the_holder_delta_due_and_later_outdated(case):
    version, published, required_from = case["newer"]
    standing = Standing(
        required_from=datetime(2026, 1, 1, tzinfo=UTC),
        last_day=date.fromisoformat(case["last_day"]),
        version=case["version"],
        times_certified=1,
        majors=(MajorVersion(version, date.fromisoformat(published), date.fromisoformat(required_from)),),
    )
    assert rules.state_at(standing, _instant(case["t"]), RULES) == case["expected"]


HELD = Standing(
    required_from=datetime(2026, 1, 1, tzinfo=UTC),
    last_day=date(2027, 6, 15),
    times_certified=1,
    majors=(MajorVersion(1, date(2026, 1, 1), date(2026, 2, 1)),),
)


def _on(day):
    return datetime(day.year, day.month, day.day, 9, tzinfo=rules.VIETNAM)


def test_a_retired_requirement_asks_nothing_from_the_instant_of_its_end():
    end = datetime(2026, 8, 1, tzinfo=rules.VIETNAM)
    retired = Standing(required_from=HELD.required_from, required_until=end)
    assert rules.state_at(retired, end - timedelta(seconds=1), RULES) is State.ASSIGNED
    assert rules.state_at(retired, end, RULES) is State.NOT_REQUIRED


def test_a_revocation_counts_from_its_instant():
    revoked = Standing(required_from=HELD.required_from, last_day=HELD.last_day, revoked=_on(date(2026, 7, 20)))
    assert rules.state_at(revoked, _on(date(2026, 7, 19)), RULES) is State.CERTIFIED
    assert rules.state_at(revoked, _on(date(2026, 7, 20)), RULES) is State.REVOKED


def test_a_grace_of_five_days_lies_between_the_last_day_and_expiry():
    with_grace = RetrainingRules(grace_days=5)
    states = [rules.state_at(HELD, _on(date(2027, 6, day)), with_grace) for day in (15, 16, 20, 21)]
    assert states == [State.WINDOW_OPEN, State.GRACE, State.GRACE, State.EXPIRED]


def test_learning_that_begins_later_is_not_yet_in_progress():
    begins = _on(date(2026, 3, 10))
    standing = Standing(required_from=HELD.required_from, started=begins)
    assert rules.state_at(standing, begins - timedelta(seconds=1), RULES) is State.ASSIGNED
    assert rules.state_at(standing, begins, RULES) is State.IN_PROGRESS


@given(last_day=DAYS, offsets=st.lists(st.integers(-400, 400), min_size=2).map(sorted))
def test_time_alone_only_moves_a_certificate_forward(last_day, offsets):
    standing = Standing(required_from=datetime(1990, 1, 1, tzinfo=UTC), last_day=last_day, times_certified=1)
    order = [State.CERTIFIED, State.DUE_SOON, State.WINDOW_OPEN, State.EXPIRED, State.LAPSED]
    reached = [order.index(rules.state_at(standing, _on(last_day + timedelta(days=o)), RULES)) for o in offsets]
    assert all(earlier <= later for earlier, later in pairwise(reached))
