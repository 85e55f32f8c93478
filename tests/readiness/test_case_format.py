"""The published JSON format: read, written, evaluated by anyone, and refused in one sentence."""

import json
from contextlib import suppress
from copy import deepcopy
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.readiness import rules
from app.readiness.rules import CaseError
from tests.readiness.builders import cities
from tests.vectors import load

CASES = load("score_cases")
RESULT = ("expected", "shown", "label")
DELETED = object()


def _case(name="13a_new_version_announced"):
    return deepcopy(next(case for case in CASES if case["name"] == name))


def _changed(case, path, value):
    """The case with the value at ``path`` (keys and indices) replaced, or deleted."""
    *way, last = path
    spot = case
    for step in way:
        spot = spot[step]
    if value is DELETED:
        del spot[last]
    else:
        spot[last] = value
    return case


def test_the_policy_of_the_published_vectors_is_the_default():
    assert rules.dump_policy(rules.DEFAULT_POLICY) == load("meta")["policy"]
    assert rules.parse_policy(load("meta")["policy"]) == rules.DEFAULT_POLICY


def test_an_array_of_cases_is_evaluated_in_the_same_order():
    assert rules.evaluate(CASES) == [{key: case[key] for key in RESULT} for case in CASES]


def test_a_single_case_is_evaluated_alone():
    case = _case()
    assert rules.evaluate(case) == {key: case[key] for key in RESULT}


def test_what_a_case_claims_about_its_result_is_ignored():
    case = _case() | {"expected": "nonsense", "shown": "100.0", "label": None}
    assert rules.evaluate_case(case) == {key: _case()[key] for key in RESULT}


def test_name_note_and_known_at_may_be_left_out():
    case = _case()
    bare = {key: case[key] for key in ("as_of", "facility", "world")}
    assert rules.evaluate_case(bare) == rules.evaluate_case(case)


def test_a_case_with_a_policy_is_evaluated_by_it():
    policy = load("meta")["policy"] | {"t_ready": "95/1", "u_sustained": "1/2"}
    assert rules.evaluate_case(_case() | {"policy": policy})["expected"]["level"] == "C"
    assert rules.evaluate_case(_case() | {"policy": None}) == rules.evaluate_case(_case())


@pytest.mark.parametrize("case", [c for c in CASES if c["as_of"].endswith("+07:00")], ids=lambda case: case["name"])
def test_a_case_is_written_as_it_was_read_with_its_policy(case):
    written = rules.dump_case(rules.parse_case(case))
    assert written == {key: case[key] for key in case if key not in RESULT} | {"policy": load("meta")["policy"]}


@given(cities())
def test_any_case_written_and_read_again_is_the_same_case(city):
    case = city.case()
    case = replace(case, policy=replace(case.policy, u_sustained=Fraction(4, 5)), name="n", note="ghi chú")
    again = rules.parse_case(json.loads(json.dumps(rules.dump_case(case))))
    assert again == case
    assert rules.score_of(again) == rules.score_of(case)


def _named(part):
    """An id that is the same in every process: an object's address is not."""
    return "deleted" if part is DELETED else str(part)[:60]


MALFORMED = [
    (["as_of"], DELETED, "case.as_of: is missing"),
    (["facility"], "", 'case.facility: must be a text that is not empty, not ""'),
    (["name"], 3, "case.name: must be a text, not 3"),
    (
        ["as_of"],
        "2026-09-01T08:00:00",
        'case.as_of: must be an instant with its offset such as "2026-06-01T09:00:00+07:00", not "2026-09-01T08:00:00"',
    ),
    (["as_of"], "9999-12-31T00:00:00+00:00", "case.as_of: must lie between the years 1900 and 2999"),
    (
        ["known_at"],
        "today",
        'case.known_at: must be an instant with its offset such as "2026-06-01T09:00:00+07:00", not "today"',
    ),
    (["world"], [], "case.world: must be an object"),
    (["world", "caps"], DELETED, "case.world.caps: is missing"),
    (["world", "certs"], {}, "case.world.certs: must be an array"),
    (["world", "certs", 2], 5, "case.world.certs[2]: must be an object"),
    (
        ["world", "certs", 2, "issued"],
        None,
        'case.world.certs[2].issued: must be an instant with its offset such as "2026-06-01T09:00:00+07:00", not null',
    ),
    (
        ["world", "certs", 0, "last_day"],
        "1 June",
        'case.world.certs[0].last_day: must be a day such as "2026-06-01", not "1 June"',
    ),
    (["world", "certs", 0, "void"], 0, "case.world.certs[0].void: must be true or false, not 0"),
    (
        ["world", "certs", 0, "version"],
        True,
        "case.world.certs[0].version: must be a whole number from 1 to 1000000000, not true",
    ),
    (
        ["world", "points", 0, "need"],
        0,
        "case.world.points[0].need: must be a whole number from 1 to 1000000000, not 0",
    ),
    (
        ["world", "reqs", 1, "weight"],
        1.5,
        "case.world.reqs[1].weight: must be a whole number from 1 to 1000000000, not 1.5",
    ),
    (["world", "reqs", 1, "role"], "cook", "case.world.reqs[1].role: the policy has no weight for this role"),
    (["world", "closed"], [["F"]], "case.world.closed[0]: must have 3 values, not 1"),
    (
        ["world", "caps"],
        [["F", "N", "2026-06-01T09:00:00+07:00", None]],
        "case.world.caps[0][1]: must be one of the levels A to E",
    ),
    (["world", "assigns", 0, "point"], "x" * 70, None),
    (
        ["world", "assigns", 0, "point"],
        ["x" * 70],
        f'case.world.assigns[0].point: must be a text that is not empty, not ["{"x" * 58}…',
    ),
]


@pytest.mark.parametrize(("path", "value", "sentence"), MALFORMED, ids=_named)
def test_a_malformed_case_is_refused_with_a_sentence_that_names_the_place(path, value, sentence):
    case = _changed(_case(), path, value)
    if sentence is None:
        assert rules.evaluate_case(case)
        return
    with pytest.raises(CaseError) as refusal:
        rules.evaluate(case)
    assert str(refusal.value) == sentence


def test_in_an_array_the_sentence_names_the_case_too():
    cases = [_case(), _changed(_case(), ["world", "certs", 2, "issued"], DELETED)]
    with pytest.raises(CaseError, match=r"^case\[1\]\.world\.certs\[2\]\.issued: is missing$") as refusal:
        rules.evaluate(cases)
    assert (refusal.value.path, refusal.value.problem) == ("case[1].world.certs[2].issued", "is missing")


@pytest.mark.parametrize("document", [None, 3, "case", True])
def test_what_is_no_case_at_all_is_refused(document):
    with pytest.raises(CaseError, match=r"^case: must be an object$"):
        rules.evaluate(document)


POLICIES = [
    ("w_cov", "0.5", 'policy.w_cov: must be a fraction such as "3/20", not "0.5"'),
    ("w_cov", "1/0", 'policy.w_cov: must be a fraction such as "3/20", not "1/0"'),
    ("w_cov", "0/1", "policy.w_cov: must be above 0"),
    ("w_cov", "2/3", "policy: w_cov, w_pts, w_cur and w_kno must add up to 1"),
    ("t_near", "90/1", "policy: t_started, t_near, t_ready and t_sustained must rise and end at most at 100"),
    ("t_sustained", "101", "policy: t_started, t_near, t_ready and t_sustained must rise and end at most at 100"),
    ("horizon_days", 400, "policy.horizon_days: must be a whole number from 0 to 180, not 400"),
    ("need_share", "3/2", "policy.need_share: must be above 0 and at most 1"),
    ("u_sustained", "0", "policy.u_sustained: must be above 0 and at most 1"),
    ("role_weight", {"it": 0}, "policy.role_weight.it: must be a whole number from 1 to 1000000000, not 0"),
    ("role_weight", ["it"], "policy.role_weight: must be an object"),
]


def test_a_requirement_for_a_position_without_a_weight_is_refused():
    document = {"policy": load("meta")["policy"], "requirements": [{"position": "pilot", "modules": {"m1": 1}}]}
    with pytest.raises(CaseError, match=r"requirements\[0\]\.position: .*no weight for this role"):
        rules.parse_policy_document({"label": "x", **document})


@pytest.mark.parametrize(("key", "value", "sentence"), POLICIES, ids=lambda part: str(part)[:40])
def test_a_policy_that_could_not_be_meant_is_refused(key, value, sentence):
    with pytest.raises(CaseError) as refusal:
        rules.parse_policy(load("meta")["policy"] | {key: value})
    assert str(refusal.value) == sentence


def _places(value, path=()):
    yield path
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield from _places(child, (*path, key))


PLACES = [place for place in _places(_case() | {"policy": load("meta")["policy"]}) if place]
ODD = st.one_of(
    st.just(DELETED),
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=12),
    st.sampled_from(["0001-01-01T00:00:00+07:00", "9999-12-31T23:59:59-07:00", "9999-12-31", "1/3", "it", "F"]),
    st.lists(st.integers(), max_size=3),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)


@given(st.sampled_from(PLACES), ODD)
def test_whatever_stands_anywhere_a_case_is_evaluated_or_refused_and_never_crashes(place, odd):
    case = _changed(_case() | {"policy": deepcopy(load("meta")["policy"])}, place, odd)
    with suppress(CaseError):
        assert set(rules.evaluate_case(case)) == set(RESULT)
