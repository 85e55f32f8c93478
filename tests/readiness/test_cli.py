"""The readiness commands: a policy loads once, anyone explains and recomputes a number, snapshots are checked."""

import json
from datetime import timedelta

import pytest
from flask import Flask, has_app_context
from sqlalchemy import func, select, update

from app.kernel import clock
from app.kernel.audit import AuditEntry
from app.kernel.db import db
from app.kernel.transaction import transaction
from app.people.models import Facility
from app.people.rules.positions import POSITIONS
from app.readiness import jobs, operations, queries
from app.readiness.models import LegalCap, ReadinessPolicy, Requirement, Snapshot, StaleFacility
from app.readiness.rules import DEFAULT_POLICY, dump_policy
from tests.builders import make_facility, make_position
from tests.readiness.facts import make_module
from tests.readiness.random_city import NOW, make_city
from tests.vectors import load

CASES = load("score_cases")
RESULT = ("expected", "shown", "label")
DOCUMENT = {"label": "Bản 1", "required_from": "2024-11-07", "policy": dump_policy(DEFAULT_POLICY), "requirements": []}


def flask(app: Flask, *words: str, stdin: str | None = None, status: int = 0):
    """Run a readiness command and return what it printed; its exit status must be the expected one."""
    done = app.test_cli_runner().invoke(args=["readiness", *words], input=stdin)
    if has_app_context():
        db.session.rollback()
    assert done.exit_code == status, done.output
    return done


def load_default_policy(**changes):
    with transaction():
        return operations.load_policy(DOCUMENT | changes, now=NOW - timedelta(days=400))


@pytest.fixture
def positions(context: None) -> None:
    for position in POSITIONS:
        make_position(position.code)


def test_every_published_case_is_recalculated_in_the_same_order(app: Flask):
    done = flask(app, "evaluate", "-", stdin=json.dumps(CASES))
    assert len(CASES) == 33
    assert json.loads(done.stdout) == [{key: case[key] for key in RESULT} for case in CASES]


def test_one_case_of_a_file_gives_one_object(app: Flask, tmp_path):
    file = tmp_path / "case.json"
    file.write_text(json.dumps(CASES[0]), encoding="utf-8")
    assert json.loads(flask(app, "evaluate", str(file)).stdout) == {key: CASES[0][key] for key in RESULT}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("{", "This is not JSON"), ("3", "case: must be an object"), ('[{"facility": "F"}]', "case[0].as_of: is missing")],
)
def test_bad_input_ends_with_a_sentence(app: Flask, text: str, sentence: str):
    assert sentence in flask(app, "evaluate", "-", stdin=text, status=1).stderr
    assert sentence in flask(app, "evaluate", "-", stdin="[" * 100_000 if text == "{" else text, status=1).stderr


@pytest.mark.parametrize("seed", range(3))
def test_what_is_explained_is_recomputed_equally(app: Flask, context: None, seed: int):
    make_city(seed, 12)
    load_default_policy()
    for code in db.session.scalars(select(Facility.code)).all():
        for more in ((), ("--known-at", (NOW - timedelta(days=20)).isoformat())):
            explained = json.loads(flask(app, "explain", code, "--as-of", NOW.isoformat(), "--json", *more).stdout)
            again = json.loads(flask(app, "evaluate", "-", stdin=json.dumps(explained)).stdout)
            assert again == {key: explained[key] for key in RESULT}
            assert explained["policy"] == dump_policy(DEFAULT_POLICY)
            assert explained["facility"] == code


def test_an_explanation_is_the_number_of_the_snapshot(app: Flask, context: None):
    make_city(5, 12)
    load_default_policy()
    with clock.stopped(NOW):
        jobs.nightly()
    for snapshot, code in db.session.execute(select(Snapshot, Facility.code).join(Facility)).all():
        explained = json.loads(flask(app, "explain", code, "--as-of", NOW.isoformat(), "--json").stdout)
        assert explained["expected"]["level"] == snapshot.level
        total = explained["expected"]["score"]
        assert (total if total is None else total.removesuffix("/1")) == snapshot.total


def test_an_explanation_for_people_names_nobody(app: Flask, context: None):
    make_city(5, 12)
    load_default_policy()
    said = flask(app, "explain", "F1", "--as-of", "2026-09-01T08:00").stdout
    assert said.startswith("F1 as of 2026-09-01T08:00+07:00, policy Bản 1")
    assert "weight 1/2" in said


def test_a_question_that_cannot_be_answered_ends_with_a_sentence(app: Flask, context: None):
    make_city(5, 1)
    assert "no policy at that instant" in flask(app, "explain", "F0", status=1).stderr
    load_default_policy()
    assert "No facility has the code" in flask(app, "explain", "NOWHERE", status=1).stderr
    assert "is no instant" in flask(app, "explain", "F0", "--as-of", "yesterday", status=1).stderr


def test_the_shipped_policy_requires_what_the_audience_matrix_says_of_modules_that_exist(app: Flask, positions: None):
    for key in ("m1", "m2", "m3"):
        make_module(key)
    said = flask(app, "policy").stdout
    assert "a new policy is in force" in said
    assert "not in the library yet: m4, m5, m6, m7, m8, m9" in said
    row = queries.get_policy_at(clock.now())
    assert row.label == "Sẵn Sàng 1.0"
    assert row.policy.role_weight.keys() == {position.code for position in POSITIONS}
    assert row.policy.u_sustained == DEFAULT_POLICY.u_sustained
    counts = dict(
        db.session.execute(select(func.count(), Requirement.position_id).group_by(Requirement.position_id)).all()
    )
    assert sum(count for count in counts) and db.session.scalar(select(func.count()).select_from(Requirement)) == 21


def test_loading_a_policy_twice_changes_nothing(app: Flask, positions: None):
    make_module("m1")
    flask(app, "policy")
    before = [db.session.scalar(select(func.count()).select_from(table)) for table in (ReadinessPolicy, Requirement)]
    assert "nothing changed" in flask(app, "policy").stdout
    assert before == [
        db.session.scalar(select(func.count()).select_from(table)) for table in (ReadinessPolicy, Requirement)
    ]
    assert db.session.scalar(select(func.count()).where(AuditEntry.action == "readiness.policy_loaded")) == 1


def test_the_first_requirements_hold_since_the_launch_and_later_ones_from_their_loading(app: Flask, positions: None):
    make_module("m1")
    flask(app, "policy")
    make_module("m7")
    assert "now required: admin – m7" in flask(app, "policy").stdout
    since = dict(
        db.session.execute(
            select(Requirement.module_id, func.min(Requirement.valid_from)).group_by(Requirement.module_id)
        ).all()
    )
    first, later = (since[key] for key in sorted(since))
    assert clock.civil_day(first).isoformat() == "2024-11-07"
    assert clock.now() - later < timedelta(minutes=5)


def test_a_changed_policy_closes_what_was_and_keeps_it_readable(app: Flask, positions: None, tmp_path):
    make_module("m1"), make_module("m2")
    long_ago, lately = NOW - timedelta(days=400), NOW - timedelta(days=10)
    requirements = [{"position": "nurse", "modules": {"m1": 1, "m2": 1}}]
    changed = [{"position": "nurse", "modules": {"m1": 2}}]
    with transaction():
        operations.load_policy(DOCUMENT | {"requirements": requirements}, now=long_ago)
    with transaction():
        report = operations.load_policy(DOCUMENT | {"label": "Bản 2", "requirements": changed}, now=lately)
    assert (report.required, report.dropped) == ((("nurse", "m1"),), (("nurse", "m2"),))
    assert queries.get_policy_at(lately - timedelta(days=1)).label == "Bản 1"
    assert queries.get_policy_at(lately).label == "Bản 2"
    rows = db.session.scalars(select(Requirement).order_by(Requirement.id)).all()
    assert sum(row.superseded_at is not None for row in rows) == 2
    assert sum(row.valid_to == lately for row in rows) == 2
    assert [row.weight for row in rows if row.valid_to is None and row.superseded_at is None] == [2]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("label: [", "line"),
        ("label: x\npolicy: {}\nrequirements: []", "policy file.policy.w_cov: is missing"),
        ("- 3", "policy file: must be an object"),
    ],
)
def test_a_policy_that_cannot_be_meant_is_refused_with_its_place(app: Flask, context: None, tmp_path, text, sentence):
    file = tmp_path / "policy.yaml"
    file.write_text(text, encoding="utf-8")
    assert sentence in flask(app, "policy", str(file), status=1).stderr
    assert db.session.scalar(select(func.count()).select_from(ReadinessPolicy)) == 0


def test_positions_that_the_city_does_not_have_are_named(app: Flask, context: None):
    assert "no position called admin" in flask(app, "policy", status=1).stderr


def test_refresh_takes_what_the_worker_would_take(app: Flask, context: None):
    ids = make_city(2, 5)
    load_default_policy()
    assert "All snapshots are fresh." in flask(app, "refresh").stdout
    assert set(db.session.scalars(select(Snapshot.facility_id))) >= set(ids)
    assert db.session.scalar(select(func.count()).select_from(StaleFacility)) == 0
    flask(app, "refresh", "--all")
    everywhere = db.session.scalar(select(func.count()).select_from(Facility))
    assert db.session.scalar(select(func.count()).select_from(Snapshot)) == everywhere


def test_refresh_without_a_policy_ends(app: Flask, context: None):
    make_facility()
    with transaction():
        operations.mark_every_facility(now=NOW)
    assert "still marked" in flask(app, "refresh").stdout


def test_the_self_check_finds_a_wrong_number_and_spares_one_that_waits(app: Flask, context: None):
    make_city(4, 8)
    load_default_policy()
    flask(app, "refresh", "--all")
    assert "0 wrong" in flask(app, "check").stdout
    assert "3 snapshots checked" in flask(app, "check", "--sample", "3").stdout
    facility_id = db.session.scalar(select(Snapshot.facility_id).limit(1))
    with transaction() as session:
        session.execute(update(Snapshot).where(Snapshot.facility_id == facility_id).values(den=Snapshot.den + 1))
    assert "1 wrong" in flask(app, "check", status=1).stdout
    with transaction():
        operations.mark_stale([facility_id], now=NOW)
    assert "0 wrong, 1 waiting" in flask(app, "check").stdout


def test_a_legal_cap_holds_the_level_until_it_is_ended(app: Flask, context: None):
    facility = make_facility("BV-1")
    flask(app, "cap", "BV-1", "C", "--document", "12/QĐ-XPHC")
    assert "A cap needs" in flask(app, "cap", "BV-1", "C", "--document", "x", "--until", "2020-01-31", status=1).stderr
    cap = db.session.scalars(select(LegalCap)).one()
    assert (cap.facility_id, cap.level, cap.valid_to) == (facility.id, "C", None)
    assert "1 caps ended" in flask(app, "cap-end", "BV-1").stdout
    assert "0 caps ended" in flask(app, "cap-end", "BV-1").stdout
    rows = db.session.scalars(select(LegalCap).where(LegalCap.superseded_at.is_(None))).all()
    assert [row.valid_to is None for row in rows] == [False]
    assert db.session.scalar(select(func.count()).where(AuditEntry.facility_id == facility.id)) == 2
