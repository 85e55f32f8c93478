"""Every published case of the readiness score, and what a score tells beside its number."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest

from app.readiness import rules
from app.readiness.rules import Level, Reason, Requirement, Version, World
from tests.readiness.builders import at, make_cert, published
from tests.vectors import load


@pytest.mark.parametrize("case", load("score_cases"), ids=lambda case: case["name"])
def test_a_published_case_gives_exactly_its_published_result(case):
    assert rules.evaluate_case(case) == {key: case[key] for key in ("expected", "shown", "label")}


def test_a_score_names_every_pair_behind_it():
    score = rules.score_of(published("11b_revoked_known_later"))
    (lost,) = [pair for pair in score.pairs if not pair.valid]
    assert (lost.person, lost.module, lost.weight) == ("an", "M3", 3)
    assert (lost.outlives, lost.fresh, lost.neutral) == (False, False, False)
    assert lost.since == at("2025-12-31T17:00")
    assert sum(pair.weight for pair in score.pairs) == score.D == 35


def test_a_pair_in_its_first_thirty_days_is_neutral_and_still_explained():
    score = rules.score_of(published("10a_role_change_in_grace"))
    (new,) = [pair for pair in score.pairs if pair.neutral]
    assert (new.person, new.module) == ("giang", "M4")
    assert score.missing == ()


def test_grace_runs_once_from_the_first_exposure_in_any_facility():
    case = published("21_new_facility_all_in_grace")
    before = replace(
        case.world.assigns[0], facility="G", point=None, start=at("2026-07-01T00:00"), end=at("2026-07-02T00:00")
    )
    score = rules.score_of(replace(case, world=replace(case.world, assigns=(*case.world.assigns, before))))
    assert {pair.person for pair in score.pairs if not pair.neutral} == {"an"}
    assert score.D == 9


def test_an_exposure_counts_only_while_role_and_requirement_were_both_in_force():
    case = published("21_new_facility_all_in_grace")
    former = replace(case.world.assigns[0], start=at("2026-01-01T00:00"), end=at("2026-02-01T00:00"))
    reqs = tuple(replace(req, start=at("2026-03-01T00:00")) for req in case.world.reqs)
    score = rules.score_of(replace(case, world=replace(case.world, assigns=(*case.world.assigns, former), reqs=reqs)))
    assert all(pair.neutral for pair in score.pairs)


def test_open_ended_leave_takes_a_person_out_of_scope_at_once():
    case = published("07_short_leave_does_not_hide")
    (leave,) = case.world.leaves
    score = rules.score_of(replace(case, world=replace(case.world, leaves=(replace(leave, end=None),))))
    assert score.people == 5


def test_of_two_requirements_for_the_same_module_the_heavier_counts_once():
    case = published("01_all_ready")
    twice = Requirement("admin", "M1", 2, None, None)
    assert rules.score_of(replace(case, world=replace(case.world, reqs=(*case.world.reqs, twice)))).D == 36


def test_a_person_with_two_assignments_in_a_facility_counts_in_both_and_is_one_person():
    case = published("01_all_ready")
    an = case.world.assigns[0]
    world = replace(case.world, assigns=(*case.world.assigns, replace(an, point="clinic", role="nurse")))
    score = rules.score_of(replace(case, world=world))
    assert (score.D, score.people) == (41, 6)
    assert [(point.rostered, point.need, point.ready) for point in score.points] == [(1, 1, 1), (5, 3, 5)]


def test_two_roles_at_one_point_are_still_one_person_who_is_ready_in_one_of_them():
    case = published("10b_role_change_after_grace")
    both = tuple(replace(case.world.assigns[0], role=role) for role in ("admin", "it"))
    score = rules.score_of(replace(case, world=replace(case.world, assigns=both, points=case.world.points[:1])))
    assert (score.people, score.points[0].rostered, score.points[0].ready) == (1, 1, 1)


def test_nothing_is_required_where_everybody_is_new_and_no_point_is_open():
    case = published("21_new_facility_all_in_grace")
    result = rules.result_of(rules.score_of(replace(case, world=replace(case.world, points=()))))
    assert result["expected"] == {"level": "N", "score": None, "reason": "nothing required", "people": 6}


def test_a_facility_without_points_is_scored_by_the_other_three_components():
    case = published("14_expiry_last_day")
    score = rules.score_of(replace(case, world=replace(case.world, points=())))
    assert (score.B, score.T, score.level) == (None, Fraction(200, 3), Level.D)


def test_a_legal_cap_of_another_facility_or_another_time_changes_nothing():
    case = published("22_legal_cap")
    (cap,) = case.world.caps
    others = (replace(cap, facility="G"), replace(cap, end=at("2026-08-25T00:00")))
    assert rules.score_of(replace(case, world=replace(case.world, caps=others))).level is Level.A


def test_a_cap_never_lifts_a_level():
    case = published("22_legal_cap")
    (cap,) = case.world.caps
    assert rules.score_of(replace(case, world=replace(case.world, certs=(), caps=(cap,)))).level is Level.E


def test_a_facility_reopens_at_the_end_of_its_closure():
    case = published("17_closed_facility")
    (closure,) = case.world.closed
    assert rules.score_of(case).reason is Reason.CLOSED
    reopened = replace(closure, end=case.as_of)
    assert rules.score_of(replace(case, world=replace(case.world, closed=(reopened,)))).level is Level.A


@pytest.mark.parametrize(
    ("thresholds", "level"),
    [
        ((40, 70, 85, 90), Level.A),
        ((40, 70, 90, 95), Level.B),
        ((40, 90, 92, 95), Level.C),
        ((90, 91, 92, 95), Level.D),
        ((91, 92, 93, 95), Level.E),
    ],
)
def test_who_reaches_a_threshold_exactly_has_reached_it(thresholds, level):
    case = published("16_knowledge_due")
    names = ("t_started", "t_near", "t_ready", "t_sustained")
    policy = replace(case.policy, **dict(zip(names, map(Fraction, thresholds), strict=True)))
    score = rules.score_of(replace(case, policy=policy))
    assert (score.T, score.level) == (90, level)


@pytest.mark.parametrize(("u_sustained", "level"), [("9/10", Level.B), ("24/35", Level.B), ("23/35", Level.A)])
def test_level_a_asks_for_certificates_that_last(u_sustained, level):
    case = published("13a_new_version_announced")
    eased = replace(case.policy, u_sustained=Fraction(u_sustained), t_sustained=Fraction(94))
    assert rules.score_of(replace(case, policy=eased)).level is level


@pytest.mark.parametrize(("days", "people"), [(29, 6), (30, 5)])
def test_leave_takes_a_person_out_of_scope_from_thirty_days_on(days, people):
    case = published("07_short_leave_does_not_hide")
    (leave,) = case.world.leaves
    longer = replace(leave, end=leave.start + timedelta(days=days))
    assert rules.score_of(replace(case, world=replace(case.world, leaves=(longer,)))).people == people


@pytest.mark.parametrize(("share", "need"), [("1/2", 2), ("1/3", 2), ("1/4", 1), ("1/1", 4)])
def test_the_need_of_a_point_is_a_share_of_its_roster_rounded_up(share, need):
    case = published("01_all_ready")
    policy = replace(case.policy, need_share=Fraction(share))
    assert [point.need for point in rules.score_of(replace(case, policy=policy)).points] == [1, need]


def _held(cert, *, as_of, known_at=None, versions=()):
    """Whether the one certificate counts in C, U and K for the one person of a world that asks for nothing else."""
    start = at("2020-01-01T00:00")
    world = World(
        assigns=(rules.Assign("an", "F", None, "admin", start, None),),
        certs=(cert,),
        reqs=(Requirement("admin", "M1", 1, None, None),),
        versions=versions,
    )
    (pair,) = rules.score(world, "F", as_of, known_at=known_at, policy=rules.DEFAULT_POLICY).pairs
    return pair.valid, pair.outlives, pair.fresh


ISSUED = at("2026-06-01T02:00")
NOON = at("2026-09-01T05:00")


def test_a_certificate_counts_from_the_instant_of_its_issue():
    cert = make_cert("an", "M1")
    assert _held(cert, as_of=ISSUED) == (True, True, True)
    assert _held(cert, as_of=ISSUED - timedelta(seconds=1)) == (False, False, False)


def test_a_certificate_without_record_time_was_known_when_it_was_issued():
    cert = make_cert("an", "M1")
    assert _held(cert, as_of=NOON, known_at=ISSUED)[0]
    assert not _held(cert, as_of=NOON, known_at=ISSUED - timedelta(seconds=1))[0]


def test_a_certificate_recorded_late_is_not_in_what_was_reported_before():
    cert = make_cert("an", "M1", recorded=NOON)
    assert _held(cert, as_of=NOON, known_at=NOON)[0]
    assert not _held(cert, as_of=NOON, known_at=NOON - timedelta(seconds=1))[0]


def test_a_revocation_counts_from_its_instant_and_ends_the_look_ahead():
    cert = make_cert("an", "M1", revoked=NOON)
    assert _held(cert, as_of=NOON - timedelta(seconds=1)) == (True, False, True)
    assert _held(cert, as_of=NOON) == (False, False, False)


def test_a_revocation_without_record_time_was_known_when_it_took_effect():
    cert = make_cert("an", "M1", revoked=NOON)
    later = NOON + timedelta(days=1)
    assert _held(cert, as_of=later, known_at=NOON) == (False, False, False)
    assert _held(cert, as_of=later, known_at=NOON - timedelta(seconds=1))[0]


def test_a_second_certificate_does_not_bring_back_what_the_first_one_lacks_elsewhere():
    case = published("01_all_ready")
    late = make_cert("an", "M1", refresh_due=date(2026, 7, 1), last_day=date(2026, 9, 15))
    score = rules.score_of(replace(case, world=replace(case.world, certs=(late, *case.world.certs, late))))
    assert (score.C, score.U, score.K) == (1, 1, 1)


@pytest.mark.parametrize(
    ("versions", "expected"),
    [
        ([(2, date(2026, 9, 2))], (True, False, True)),
        ([(2, date(2026, 9, 1))], (False, False, False)),
        ([(2, date(2026, 9, 1)), (1, date(2026, 9, 1))], (False, False, False)),
        ([(1, date(2026, 9, 1)), (2, date(2026, 10, 2))], (True, True, True)),
        ([(2, date(2026, 10, 1))], (True, False, True)),
    ],
)
def test_the_newest_version_required_on_the_day_decides(versions, expected):
    asked = tuple(Version("M1", version, day) for version, day in versions)
    assert _held(make_cert("an", "M1"), as_of=NOON, versions=asked) == expected
