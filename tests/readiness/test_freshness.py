"""A fact marks the facilities it touches, the worker takes their snapshots anew, and no mark is ever lost."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app import wiring
from app.kernel import clock
from app.kernel.db import db
from app.kernel.events import bus
from app.kernel.transaction import transaction
from app.people.events import RosterChanged
from app.readiness import jobs, listeners, operations, queries
from app.readiness.models import Snapshot, StaleFacility
from certificates.events import CertificateRevoked
from courses.events import ModuleVersionPublished
from tests.builders import employ
from tests.readiness.facts import certify, make_module, set_policy


@pytest.fixture
def module(cast):
    module = make_module("m1")
    set_policy({"nurse": {"m1": 1}, "admin": {"m1": 1}, "leader": {"m1": 1}})
    jobs.refresh()
    assert marked() == set()
    return module


def marked() -> set[int]:
    db.session.rollback()
    return set(db.session.scalars(select(StaleFacility.facility_id)))


def announce(fact) -> None:
    with transaction():
        bus.announce(fact)


def newest(facility) -> Snapshot:
    db.session.rollback()
    return db.session.scalars(
        select(Snapshot)
        .where(Snapshot.facility_id == facility.id, Snapshot.is_newest)
        .execution_options(populate_existing=True)
    ).one()


def test_a_certificate_marks_every_facility_of_its_holder_and_one_run_moves_the_snapshot(cast, module):
    employ(cast.an, cast.there, cast.other_ward)
    jobs.nightly()
    before = newest(cast.here)
    certify(cast.an, module, cast.here, announce=True)
    assert marked() == {cast.here.id, cast.there.id}
    assert newest(cast.here).num_c == before.num_c == 0
    jobs.refresh()
    assert marked() == set()
    assert newest(cast.here).num_c == newest(cast.there).num_c == 2, "a nurse weighs two"


def test_a_revocation_a_roster_and_a_new_version_mark(cast, module):
    announce(CertificateRevoked(1, cast.an.id, module.id))
    assert marked() == {cast.here.id}
    jobs.refresh()
    announce(RosterChanged(cast.there.id))
    assert marked() == {cast.there.id}
    jobs.refresh()
    assert listeners.on_version in wiring.LISTENERS[ModuleVersionPublished]
    with transaction():
        listeners.on_version(ModuleVersionPublished(module.id, 1))
    assert marked() == {cast.here.id, cast.there.id}


def test_a_mark_made_while_counting_survives(cast, module, monkeypatch):
    announce(RosterChanged(cast.here.id))
    count = queries.count_facilities

    def _meanwhile(*args, **more):
        counted = count(*args, **more)
        certify(cast.an, module, cast.here, announce=True)
        return counted

    monkeypatch.setattr(queries, "count_facilities", _meanwhile)
    jobs.refresh()
    monkeypatch.undo()
    assert newest(cast.here).num_c == 0, "counted before the pass"
    assert marked() == {cast.here.id}, "so the pass's own mark stays"
    jobs.refresh()
    assert newest(cast.here).num_c == 2
    assert marked() == set()


def test_an_older_count_never_overwrites_a_newer_one(cast, module, monkeypatch):
    announce(RosterChanged(cast.here.id))
    count = queries.count_facilities

    def _overtaken(*args, **more):
        counted = count(*args, **more)
        monkeypatch.undo()
        certify(cast.an, module, cast.here, announce=True)
        jobs.refresh()
        return counted

    monkeypatch.setattr(queries, "count_facilities", _overtaken)
    jobs.refresh()
    assert newest(cast.here).num_c == 2, "the slower run leaves the newer number alone"
    jobs.refresh()
    assert newest(cast.here).num_c == 2
    assert marked() == set()


def test_the_nightly_run_does_not_overwrite_what_a_pass_has_moved_meanwhile(cast, module, monkeypatch):
    count = queries.count_facilities

    def _overtaken(*args, **more):
        counted = count(*args, **more)
        monkeypatch.undo()
        certify(cast.an, module, cast.here, announce=True)
        jobs.refresh()
        return counted

    monkeypatch.setattr(queries, "count_facilities", _overtaken)
    jobs.nightly()
    assert newest(cast.here).num_c == 2
    assert marked() == set()


def test_each_day_keeps_its_own_snapshot_and_one_is_the_newest(cast, module):
    now = clock.now()
    for days in (1, 2):
        with clock.stopped(now + timedelta(days=days)):
            jobs.nightly()
    db.session.rollback()
    assert db.session.scalar(select(func.count()).where(Snapshot.facility_id == cast.here.id)) == 3
    assert newest(cast.here).taken_on == clock.civil_day(now + timedelta(days=2))


def test_without_a_policy_the_worker_leaves_the_marks_and_does_nothing(cast):
    announce(RosterChanged(cast.here.id))
    jobs.refresh()
    jobs.nightly()
    assert marked() == {cast.here.id}
    assert db.session.scalar(select(func.count()).select_from(Snapshot)) == 0


def test_no_more_than_a_batch_is_counted_at_once(cast, module):
    with transaction():
        operations.mark_every_facility(now=clock.now())
    assert len(queries.list_stale(1)) == 1
    assert len(queries.list_stale(10)) == 2
