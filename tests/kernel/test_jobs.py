"""A promised job runs once for each commit, never for a rollback, and a failing one stays visible."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.kernel import audit, clock, jobs
from app.kernel.audit import AuditEntry
from app.kernel.db import db
from app.kernel.jobs import Outbox, enqueue, finish, job, run
from app.kernel.transaction import transaction

LEASE = timedelta(seconds=60)


@job("test.effect")
def _effect(number: int) -> None:
    with finish():
        audit.record(None, "effect", "number", number)


@job("test.broken")
def _broken() -> None:
    audit.record(None, "effect", "number", 0)
    raise ValueError("the printer is on fire")


def effects() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(AuditEntry))


def promise(name: str, **args: object) -> str:
    with transaction():
        return enqueue(name, **args)


def test_a_committed_promise_is_kept_exactly_once(context: None):
    promised = promise("test.effect", number=1)
    assert run(promised, lease=LEASE)
    assert not run(promised, lease=LEASE), "a second delivery finds the work done"
    assert effects() == 1


def test_a_rolled_back_promise_is_never_kept(context: None):
    with pytest.raises(RuntimeError), transaction():
        promised = enqueue("test.effect", number=1)
        raise RuntimeError
    assert not run(promised, lease=LEASE)
    assert effects() == 0


def test_an_unknown_job_cannot_be_promised(context: None):
    with pytest.raises(KeyError, match="no job is called"), transaction():
        enqueue("test.nothing")


def test_while_one_worker_has_a_job_another_leaves_it(context: None):
    promised = promise("test.effect", number=1)
    assert jobs._take(promised, LEASE) is not None
    assert not run(promised, lease=LEASE)
    assert effects() == 0


def test_after_the_lease_another_worker_takes_over_and_the_first_one_can_no_longer_finish(context: None, app: Flask):
    promised = promise("test.effect", number=1)
    first, _, _ = jobs._take(promised, timedelta(seconds=-1))
    assert run(promised, lease=LEASE)
    token = jobs._claim.set(first)
    with pytest.raises(jobs.LeaseLostError):
        _effect(number=1)
    jobs._claim.reset(token)
    assert effects() == 1


def test_a_failing_job_is_tried_again_and_at_last_stays_visible(context: None, app: Flask):
    promised = promise("test.broken")
    at = clock.now()
    for _ in range(jobs.MAX_TRIES):
        at += timedelta(days=1)
        with clock.stopped(at):
            assert not run(promised, lease=LEASE)
    row = db.session.get(Outbox, promised)
    assert row.failed_at == at
    assert "the printer is on fire" in row.error
    assert effects() == 0, "what the failing body wrote is rolled back"
    listing = app.test_cli_runner().invoke(args=["jobs", "list"]).output
    assert "failed" in listing
    assert "printer is on fire" in listing

    assert app.test_cli_runner().invoke(args=["jobs", "retry", promised]).exit_code == 0
    db.session.expire_all()
    assert db.session.get(Outbox, promised).failed_at is None
    assert app.test_cli_runner().invoke(args=["jobs", "retry", "nothing"]).exit_code == 1


def test_the_list_of_jobs_shows_finished_ones_when_asked(context: None, app: Flask):
    run(promise("test.effect", number=1), lease=LEASE)
    assert "0 jobs" in app.test_cli_runner().invoke(args=["jobs", "list"]).output
    assert "done" in app.test_cli_runner().invoke(args=["jobs", "list", "--done"]).output


def test_a_postponed_job_waits_for_its_time(context: None):
    at = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
    with clock.stopped(at), transaction():
        enqueue("test.effect", after=timedelta(minutes=5), number=1)
    with clock.stopped(at + timedelta(minutes=4)):
        assert jobs.due() == []
    with clock.stopped(at + timedelta(minutes=5)):
        assert len(jobs.due()) == 1
        assert jobs.due() == [], "handed over, not due again at once"


def test_a_periodic_job_is_promised_once_a_period(context: None):
    assert jobs.promise_once("test.effect", "2026-11-23")
    assert not jobs.promise_once("test.effect", "2026-11-23")
    assert jobs.promise_once("test.effect", "2026-11-24")
    assert len(jobs.due()) == 2


def test_a_job_that_ends_without_a_transaction_of_its_own_is_marked_done(context: None):
    jobs._bodies["test.nothing-to-do"] = lambda: None
    promised = promise("test.nothing-to-do")
    assert run(promised, lease=LEASE)
    assert db.session.get(Outbox, promised).done_at is not None
    del jobs._bodies["test.nothing-to-do"]
