"""A fictional city fills every room's tables as real use would."""

import csv
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.kernel import clock
from app.kernel.db import db
from app.kernel.settings import ROOT
from app.kernel.transaction import transaction
from app.people.models import Employment, Facility, Person
from app.people.rules.positions import POSITIONS
from app.readiness import queries as readiness
from app.readiness.models import Snapshot
from app.readiness.operations import load_policy
from app.readiness.rules import DEFAULT_POLICY, Level, dump_policy
from certificates.models import Certificate
from courses.models import ModuleVersion
from courses.operations import load_library
from tests.builders import employ, make_facility, make_person, make_position
from tests.certificates.builders import make_certificate

LONG_AGO = 500


@pytest.fixture
def prepared(app: Flask, context: None) -> Flask:
    for position in POSITIONS:
        make_position(position.code)
    long_ago = clock.now() - clock.timedelta(days=LONG_AGO)
    weights = dump_policy(DEFAULT_POLICY)
    weights["role_weight"] = {position.code: 1 for position in POSITIONS}
    with transaction():
        load_library(ROOT / "courses" / "library", now=long_ago)
        load_policy(
            {
                "label": "test",
                "policy": weights,
                "requirements": [{"position": each.code, "modules": {"m1": 1, "m3": 1}} for each in POSITIONS],
            },
            now=long_ago,
        )
    return app


def seed(app: Flask, *more: str):
    return app.test_cli_runner().invoke(
        args=["city", "seed", "--facilities", "6", "--staff", "120", "--seed", "7", *more]
    )


def test_a_seeded_city_has_people_proof_and_readiness(prepared: Flask, tmp_path: Path):
    done = seed(prepared, "--sign-in", str(tmp_path / "learners.csv"))
    assert done.exit_code == 0, done.output
    assert "6 facilities, 120 people" in done.output
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Facility)) == 6
    assert db.session.scalar(select(func.count()).select_from(Employment)) == 120
    assert db.session.scalar(select(func.count()).select_from(Person)) == 122, "two officials work in no facility"
    assert db.session.scalar(select(func.count()).select_from(Person).where(~Person.is_sample)) == 0
    assert db.session.scalar(select(func.count()).select_from(Certificate)) > 30
    levels = set(db.session.scalars(select(Snapshot.level)))
    assert len(levels) > 1
    assert levels <= {level.value for level in Level}
    with (tmp_path / "learners.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert rows
    assert set(rows[0]) == {"facility", "staff_code"}
    for facility_id in db.session.scalars(select(Facility.id)).all():
        counted = readiness.count_facilities(
            [facility_id], readiness.get_policy_at(clock.now()).policy, as_of=clock.now()
        )
        assert counted[facility_id].score.D > 0


def test_a_city_is_never_made_over_people(prepared: Flask):
    make_person("Người thật")
    refused = seed(prepared)
    assert refused.exit_code == 1
    assert "already holds people" in refused.output
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Facility)) == 0


def test_a_city_too_small_for_its_managers_is_refused_in_words(prepared: Flask):
    refused = prepared.test_cli_runner().invoke(args=["city", "seed", "--facilities", "5", "--staff", "6"])
    assert refused.exit_code == 1
    assert "two people in each" in refused.output


def test_a_sample_certificate_prints_what_a_real_one_prints(prepared: Flask):
    seed(prepared)
    db.session.rollback()
    sample = db.session.scalars(select(Certificate).limit(1)).one()
    somebody = make_person()
    employ(somebody, make_facility())
    real = make_certificate(somebody, db.session.scalars(select(ModuleVersion)).first())
    assert sample.printed.keys() == real.printed.keys()
