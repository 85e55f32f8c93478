"""What holds for the score of every facility in every world: readiness §2.4 and §4.4 on the pure path."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.assignments.rules import VIETNAM
from app.readiness import rules
from app.readiness.rules import Level, Score, World
from tests.readiness.builders import FACILITIES, PEOPLE, ROLES, RandomCity, cities

UNSCORED = {Level.N, Level.X}


def _shape(score):
    """A score without the order in which its facts were told."""
    return replace(score, points=tuple(sorted(score.points, key=repr)), posts=tuple(sorted(score.posts, key=_post_key)))


def _post_key(post):
    return post.person, post.role, str(post.point), sorted(map(repr, post.pairs))


def _with_pairs_sorted(score):
    posts = tuple(replace(post, pairs=tuple(sorted(post.pairs, key=repr))) for post in score.posts)
    return _shape(replace(score, posts=posts))


@given(cities())
def test_v_a_further_certificate_never_lowers_t_or_the_level(city):
    case = city.case()
    more = replace(case, world=replace(case.world, certs=(*case.world.certs, city.cert(revocable=False))))
    before, after = rules.score_of(case), rules.score_of(more)
    assert (after.T is None) == (before.T is None)
    assert (after.T or 0) >= (before.T or 0)
    assert after.level <= before.level


@given(cities(), st.integers(0, 400))
def test_v_a_later_last_day_never_lowers_t_or_the_level(city, days):
    case = city.case()
    longer = tuple(
        replace(cert, last_day=cert.last_day + timedelta(days=days)) if city.maybe(0.5) else cert
        for cert in case.world.certs
    )
    before, after = rules.score_of(case), rules.score_of(replace(case, world=replace(case.world, certs=longer)))
    assert (after.T or 0) >= (before.T or 0)
    assert after.level <= before.level


@given(cities())
def test_denominators_and_needs_do_not_depend_on_certificates(city):
    case = city.case()
    some, none = rules.score_of(case), rules.score_of(replace(case, world=replace(case.world, certs=())))
    assert (some.D, some.people) == (none.D, none.people)
    assert [(point.id, point.need) for point in some.points] == [(point.id, point.need) for point in none.points]


@given(cities())
def test_i_a_facility_scored_from_the_facts_that_touch_it_equals_the_score_from_the_whole_city(city):
    """§4.4 (i), incremental = full, on the pure path: whoever collects only the facility's facts gets its score."""
    case = city.case()
    world = case.world
    people = {assign.person for assign in world.assigns if assign.facility == case.facility}
    own = World(
        assigns=tuple(assign for assign in world.assigns if assign.person in people),
        certs=tuple(cert for cert in world.certs if cert.person in people),
        leaves=tuple(leave for leave in world.leaves if leave.person in people),
        reqs=world.reqs,
        versions=world.versions,
        points=tuple(point for point in world.points if point.facility == case.facility),
        closed=tuple(closure for closure in world.closed if closure.facility == case.facility),
        caps=tuple(cap for cap in world.caps if cap.facility == case.facility),
    )
    assert rules.score_of(replace(case, world=own)) == rules.score_of(case)


def _midnight(day):
    return datetime.combine(day, time.min, VIETNAM).astimezone(UTC)


def _turning_points(case):
    """Every instant at which time alone can change the score: the dates of the facts and the look-ahead to them."""
    world, policy = case.world, case.policy
    horizon, grace = timedelta(days=policy.horizon_days), timedelta(days=policy.grace_new_days)
    intervals = (*world.assigns, *world.leaves, *world.reqs, *world.points, *world.closed, *world.caps)
    starts = {fact.start for fact in intervals if fact.start is not None}
    ends = {fact.end for fact in intervals if fact.end is not None}
    ended = {cert.revoked for cert in world.certs if cert.revoked is not None}
    ended |= {_midnight(cert.last_day + timedelta(days=1)) for cert in world.certs}
    ended |= {_midnight(version.required_from) for version in world.versions}
    refreshed = {_midnight(cert.refresh_due) for cert in world.certs}
    issued = {cert.issued for cert in world.certs}
    asked = {start + grace for start in starts}
    return starts | ends | ended | {end - horizon for end in ended} | refreshed | issued | asked


@given(cities(), st.integers(0, 40 * 24))
def test_ii_time_moves_a_score_only_at_the_dates_of_its_facts(city, hours):
    """§4.4 (ii), advance(a); advance(b) = advance(a+b), on the pure path: nothing happens between two dates.

    So it makes no difference by how many steps, or how late, a calendar reaches an instant.
    """
    case = city.case()
    later = case.as_of + timedelta(hours=hours)
    turns = [turn for turn in _turning_points(case) if case.as_of < turn <= later]
    before_the_first = min(turns) - timedelta(seconds=1) if turns else later
    assert rules.score_of(replace(case, as_of=before_the_first)) == rules.score_of(case)


@given(cities())
def test_iii_the_order_in_which_facts_are_told_is_irrelevant(city):
    case = city.case()

    def shuffled(facts):
        return tuple(city.random.sample(facts, len(facts)))

    world = World(**{name: shuffled(getattr(case.world, name)) for name in World.__dataclass_fields__})
    assert _with_pairs_sorted(rules.score_of(replace(case, world=world))) == _with_pairs_sorted(rules.score_of(case))


@given(cities())
def test_iv_what_is_recorded_later_never_changes_what_was_reported(city):
    case = replace(city.case(), known_at=city.as_of)
    later = [city.as_of + timedelta(seconds=1), city.as_of + timedelta(days=30)]
    news = tuple(replace(city.cert(), recorded=city.pick(later)) for _ in range(3))
    revoked = tuple(
        replace(cert, revoked=city.near(city.as_of, 60), void=city.maybe(0.5), revoke_recorded=city.pick(later))
        if cert.revoked is None
        else cert
        for cert in case.world.certs
    )
    told = replace(case, world=replace(case.world, certs=revoked + news))
    assert rules.score_of(told) == rules.score_of(case)


@given(cities())
def test_vi_the_components_lie_in_order(city):
    score = rules.score_of(city.case())
    assert (score.T is None) == (score.level in UNSCORED)
    assert 0 <= (score.T or 0) <= 100
    assert 0 <= (score.B or 0) <= 1
    assert 0 <= (score.U or 0) <= (score.C or 0) <= 1
    assert 0 <= (score.K or 0) <= (score.C or 0)


@given(cities(), st.sampled_from(PEOPLE), st.sampled_from(ROLES))
def test_vii_moving_a_person_changes_the_sum_of_d_only_through_the_role(city, person, role):
    case = city.case()
    case = replace(case, world=replace(case.world, closed=()))
    moved = tuple(
        replace(assign, facility="G", point=None, role=role) if assign.person == person else assign
        for assign in case.world.assigns
    )
    stayed = tuple(
        replace(assign, point=None, role=role) if assign.person == person else assign for assign in case.world.assigns
    )

    def sum_of_d(assigns):
        world = replace(case.world, assigns=assigns)
        return sum(rules.score_of(replace(case, world=world, facility=facility)).D for facility in FACILITIES)

    assert sum_of_d(moved) == sum_of_d(stayed)


@given(st.fractions(0, 100))
def test_viii_a_shown_number_never_reaches_a_threshold_that_the_exact_one_misses(t):
    shown = Fraction(Score(Level.C, T=t).shown)
    assert shown <= t < shown + Fraction(1, 10)


@given(cities())
def test_a_level_never_promises_more_than_the_exact_numbers(city):
    case = city.case()
    score, policy = rules.score_of(case), case.policy
    lowest = {Level.A: policy.t_sustained, Level.B: policy.t_ready, Level.C: policy.t_near, Level.D: policy.t_started}
    assert lowest.get(score.level, 0) <= (score.T or 0)
    assert score.gate or score.level >= Level.C
    assert score.level is not Level.A or policy.u_sustained <= score.U


@given(cities(), st.sampled_from([Level.A, Level.B, Level.C, Level.D, Level.E]))
def test_a_legal_cap_moves_the_level_and_never_the_number(city, level):
    case = city.case()
    free = replace(case, world=replace(case.world, caps=()))
    capped = replace(case, world=replace(case.world, caps=(rules.Cap("F", level, case.as_of, None),)))
    before, after = rules.score_of(free), rules.score_of(capped)
    assert after.T == before.T
    assert after.level == (before.level if before.level in UNSCORED else max(before.level, level))


@pytest.mark.parametrize("level", Level)
def test_the_random_cities_reach_every_level(level):
    assert any(rules.score_of(RandomCity(seed).case()).level is level for seed in range(400))


def test_the_example_of_truncation_in_the_published_text():
    assert Score(Level.B, T=Fraction(664, 7)).shown == "94.8"
    assert Score(Level.C, T=Fraction(8499999, 100000)).shown == "84.9"
