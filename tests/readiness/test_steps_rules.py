"""The price of a missing pair, and the three things to do next."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.readiness import rules
from app.readiness.rules import Assign, Case, Learner, Leave, Level, Point, Requirement, Step, StepKind, Version, World
from tests.readiness.builders import FACILITIES, LONG_AGO, MODULES, PEOPLE, at, cities, make_cert, published
from tests.tempo import quickest
from tests.vectors import load

BUNDLES = load("shortest_path")["module_vs_bundle"]
GATE = load("shortest_path")["gate"]


def _untrained_reception():
    """Case 02a with the administrator untrained too: D = 35, the receptionist alone at the desk."""
    case = published("02a_doctors_but_no_reception")
    certs = tuple(cert for cert in case.world.certs if cert.person != "giang")
    return replace(case, world=replace(case.world, certs=certs))


@pytest.mark.parametrize("pair", BUNDLES["single_gains"])
def test_a_missing_pair_has_its_published_price(pair):
    person, module = pair.split("/")
    assert rules.gain(_untrained_reception(), {person: frozenset({module})}) == Fraction(BUNDLES["single_gains"][pair])


def test_all_modules_of_one_person_are_worth_more_than_their_sum_because_they_fill_the_desk():
    bundle = rules.gain(_untrained_reception(), {"an": frozenset(MODULES)})
    assert bundle == Fraction(BUNDLES["bundle_an"])
    assert bundle - Fraction(BUNDLES["sum_of_singles_an"]) == Fraction(25, 2)


def test_the_gain_worked_by_hand_is_75_w_over_d_plus_25_db_over_the_points():
    case = published("11b_revoked_known_later")
    assert rules.gain(case, {"an": frozenset({"M3"})}) == Fraction(75 * 3, 35) + Fraction(25, 2)


def test_a_facility_without_t_has_nothing_to_gain():
    closed = published("17_closed_facility")
    assert rules.gain(closed, {"an": frozenset(MODULES)}) == 0
    assert rules.next_steps(closed, units={}, minutes={}) == ()


def test_a_certificate_of_today_is_for_the_newest_known_version():
    case = published("13a_new_version_announced")
    older = Version("M2", 1, case.world.versions[0].required_from)
    case = replace(case, world=replace(case.world, versions=(*case.world.versions, older)))
    assert rules.gain(case, {"an": frozenset({"M2"})}) == Fraction(15 * 3, 35)


@given(cities(), st.dictionaries(st.sampled_from(PEOPLE), st.frozensets(st.sampled_from(MODULES), min_size=1)))
def test_the_price_from_the_score_alone_equals_the_full_recomputation(city, additions):
    for facility in FACILITIES:
        case = replace(city.case(), facility=facility)
        assert rules.price(rules.score_of(case), additions, case.policy) == rules.gain(case, additions)


def test_the_desk_that_nobody_can_serve_comes_first():
    steps = rules.next_steps(
        _untrained_reception(), units={"an": "Khoa Khám bệnh", "giang": "Phòng Hành chính"}, minutes={"M3": 25}
    )
    assert steps == (
        Step(
            StepKind.COVER_POINT,
            "desk",
            (Learner("an", ("M1", "M2", "M3")),),
            minutes=65,
            gain=Fraction(445, 14),
            level=Level.A,
        ),
        Step(
            StepKind.LEARN,
            "Phòng Hành chính",
            (Learner("giang", ("M1", "M2")),),
            minutes=40,
            gain=Fraction(30, 7),
            level=Level.D,
        ),
    )


def _gate_world():
    """The published points: each candidate lacks one module of a role of its own, of the published length."""
    start = LONG_AGO
    assigns, reqs, certs, minutes = [], [], [], {}
    for point, (_, ready, candidates) in GATE["points"].items():
        for person, length in candidates.items():
            assigns.append(Assign(person, "F", point, person, start, None))
            reqs.append(Requirement(person, f"of-{person}", 1, None, None))
            minutes[f"of-{person}"] = length
        for number in range(ready):
            assigns.append(Assign(f"{point}{number}", "F", point, "trained", start, None))
            certs.append(make_cert(f"{point}{number}", "known"))
    reqs.append(Requirement("trained", "known", 1, None, None))
    points = tuple(Point(point, "F", start, None, need) for point, (need, _, _) in GATE["points"].items())
    world = World(assigns=tuple(assigns), certs=tuple(certs), reqs=tuple(reqs), points=points)
    policy = replace(rules.DEFAULT_POLICY, role_weight={req.role: 1 for req in reqs})
    return Case("F", at("2026-09-01T02:00"), None, world, policy), minutes


def test_each_uncovered_point_takes_its_cheapest_people():
    case, minutes = _gate_world()
    steps = [step for step in rules.next_steps(case, units={}, minutes=minutes) if step.kind is StepKind.COVER_POINT]
    plan = sorted([step.target, learner.person] for step in steps for learner in step.learners)
    assert plan == GATE["plan"]
    assert sum(step.minutes for step in steps) == GATE["minutes"]


def test_among_equals_the_one_who_has_waited_longest_goes_first():
    case, minutes = _gate_world()
    assigns = tuple(
        replace(assign, start=LONG_AGO - timedelta(days=1)) if assign.person == "dao" else assign
        for assign in case.world.assigns
    )
    case = replace(case, world=replace(case.world, assigns=assigns))
    (clinic,) = [s for s in rules.next_steps(case, units={}, minutes=minutes) if s.target == "clinic"]
    assert [learner.person for learner in clinic.learners] == ["dao"]


def test_nobody_on_leave_is_proposed_not_even_for_a_short_one():
    case = _untrained_reception()
    away = Leave("an", case.as_of, case.as_of + timedelta(days=3))
    steps = rules.next_steps(replace(case, world=replace(case.world, leaves=(away,))), units={}, minutes={})
    assert [(step.kind, step.target) for step in steps] == [(StepKind.LEARN, None)]


def test_a_point_whose_roster_is_too_small_is_not_a_matter_of_training():
    case = published("20_need_above_roster")
    assert rules.next_steps(case, units={}, minutes={}) == ()


def test_somebody_whose_role_requires_nothing_is_never_proposed_for_a_point():
    steps = rules.next_steps(published("24_no_vacuous_readiness"), units={}, minutes={})
    assert {learner.person for step in steps for learner in step.learners} == {"an"}


def test_one_persons_work_for_two_points_is_proposed_once():
    case = _untrained_reception()
    an, desk = case.world.assigns[0], case.world.points[0]
    world = replace(
        case.world,
        assigns=(*case.world.assigns, replace(an, point="gate")),
        points=(*case.world.points, replace(desk, id="gate")),
    )
    steps = rules.next_steps(replace(case, world=world), units={}, minutes={})
    assert [step.target for step in steps if step.kind is StepKind.COVER_POINT] == ["desk"]
    assert steps[0].gain == Fraction(75 * 18, 44) + Fraction(25 * 2, 3)


def test_with_two_roles_at_a_point_the_shorter_way_to_be_ready_there_is_proposed():
    case = _untrained_reception()
    an = case.world.assigns[0]
    world = replace(case.world, assigns=(*case.world.assigns, replace(an, role="admin")))
    step, *_ = rules.next_steps(replace(case, world=world), units={}, minutes={})
    assert step.learners == (Learner("an", ("M1", "M2")),)


def test_when_nothing_is_missing_what_would_expire_is_proposed():
    case = published("13a_new_version_announced")
    units = {"an": "Khoa Khám bệnh", "giang": "Phòng Hành chính"}
    steps = rules.next_steps(case, units=units, minutes={})
    assert [(step.kind, step.target, step.gain) for step in steps] == [
        (StepKind.RENEW, None, Fraction(15 * 8, 35)),
        (StepKind.RENEW, "Khoa Khám bệnh", Fraction(15 * 3, 35)),
        (StepKind.RENEW, "Phòng Hành chính", Fraction(15, 35)),
    ]


def test_at_most_three_steps_are_proposed():
    case = published("15_expiry_next_midnight")
    units = {assign.person: assign.person for assign in case.world.assigns}
    assert len(rules.next_steps(case, units=units, minutes={})) == 3


@given(cities())
def test_every_step_tells_its_exact_gain_and_asks_for_nothing_twice(city):
    case = city.case()
    steps = rules.next_steps(case, units={person: person[0] for person in PEOPLE[:3]}, minutes={"M1": 15})
    now, work = rules.score_of(case), []
    for step in steps:
        additions = {learner.person: frozenset(learner.modules) for learner in step.learners}
        then = rules.score_of(rules.with_certificates(case, additions))
        assert (step.gain, step.level) == (then.T - now.T, then.level)
        assert step.gain > 0 or step.kind is StepKind.COVER_POINT
        work += [(learner.person, module) for learner in step.learners for module in learner.modules]
    assert len(work) == len(set(work))
    assert [*StepKind].index(steps[0].kind) <= [*StepKind].index(steps[-1].kind) if steps else True


def _hospital(staff=1500, modules=5, points=40):
    start, as_of = datetime(2026, 1, 1, tzinfo=UTC), at("2026-09-01T01:00")
    roles = ("reception", "nurse", "doctor", "admin")
    names = [f"M{number}" for number in range(modules)]
    return Case(
        "F",
        as_of,
        None,
        World(
            assigns=tuple(
                Assign(f"p{n}", "F", f"q{n % points}", roles[n % len(roles)], start, None) for n in range(staff)
            ),
            certs=tuple(
                make_cert(f"p{n}", name) for n in range(staff) for m, name in enumerate(names) if (7 * n + 3 * m) % 11
            ),
            reqs=tuple(Requirement(role, name, 1, None, None) for role in roles for name in names),
            points=tuple(Point(f"q{n}", "F", start, None, None) for n in range(points)),
        ),
    )


def test_a_hospital_of_1500_with_7500_pairs_is_scored_in_a_blink():
    case = _hospital()
    assert len(rules.score_of(case).pairs) == 7500
    assert quickest(lambda: rules.score_of(case)) < 0.3


def test_the_next_steps_of_a_hospital_of_1500_take_less_than_half_a_second():
    case = _hospital()
    units = {assign.person: f"unit {int(assign.person[1:]) % 30}" for assign in case.world.assigns}
    assert len(rules.next_steps(case, units=units, minutes={})) == 3
    assert quickest(lambda: rules.next_steps(case, units=units, minutes={})) < 0.5
