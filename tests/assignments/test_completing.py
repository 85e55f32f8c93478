"""Passing a quiz completes the module, once, for as long as the version says; a renewal keeps the anniversary."""

import threading
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select

from app.assignments import operations
from app.assignments.events import ModuleCompleted
from app.assignments.models import Completion
from app.kernel.db import db
from app.kernel.events import bus
from app.kernel.transaction import transaction
from tests.assignments.builders import attempt, fact_of, make_module, make_version, passes


def _local(year, month, day, hour=10):
    return datetime(year, month, day, hour - 7, tzinfo=UTC)


def _completions():
    return list(db.session.scalars(select(Completion).order_by(Completion.cycle)))


def test_a_pass_completes_the_module_for_a_year(cast, morning):
    completion = passes(cast.an, make_module(), at=_local(2026, 6, 15))
    assert (completion.cycle, completion.edition) == (1, 1)
    assert (completion.anchor_on, completion.last_day) == (date(2026, 6, 15), date(2027, 6, 15))
    assert completion.refresh_due_on == date(2026, 12, 12)


def test_a_late_evening_pass_counts_on_the_day_in_vietnam(cast, morning):
    completion = passes(cast.an, make_module(), at=datetime(2026, 12, 31, 17, 0, tzinfo=UTC))
    assert completion.anchor_on == date(2027, 1, 1)


def test_the_version_says_how_long_a_pass_lasts(cast, morning):
    module = make_module(validity_months=6, refresh_days=30)
    completion = passes(cast.an, module, at=_local(2026, 8, 31))
    assert completion.last_day == date(2027, 2, 28)
    assert completion.refresh_due_on == date(2026, 9, 30)


def test_a_renewal_in_the_window_keeps_the_anniversary(cast, morning):
    module = make_module()
    passes(cast.an, module, at=_local(2026, 6, 15))
    renewed = passes(cast.an, module, at=_local(2027, 5, 20))
    assert (renewed.cycle, renewed.last_day) == (2, date(2028, 6, 15))
    after_the_end = passes(cast.an, module, at=_local(2028, 6, 16))
    assert (after_the_end.cycle, after_the_end.last_day) == (3, date(2029, 6, 16))


def test_after_a_revocation_the_clock_starts_anew(cast, morning):
    module = make_module()
    revoked = passes(cast.an, module, at=_local(2026, 6, 15))
    for _ in range(2):
        with transaction():
            operations.end_completion(revoked.id, ended_at=_local(2027, 5, 1), now=_local(2027, 5, 1))
    again = passes(cast.an, module, at=_local(2027, 5, 20))
    assert (again.cycle, again.anchor_on, again.last_day) == (2, date(2027, 5, 20), date(2028, 5, 20))


def test_a_pass_of_a_new_edition_is_a_completion_of_that_edition(cast, morning):
    module = make_module()
    passes(cast.an, module, at=morning)
    make_version(module, number=2)
    assert passes(cast.an, module, at=morning + timedelta(days=1)).edition == 2


def test_the_same_pass_heard_twice_is_one_completion_and_announced_once(cast, morning, monkeypatch):
    heard = []
    monkeypatch.setattr(bus, "_listeners", {ModuleCompleted: (heard.append,)})
    module = make_module()
    fact = fact_of(attempt(cast.an, module, at=morning), module, morning)
    for _ in range(2):
        with transaction():
            operations.complete(fact, now=morning)
    assert len(_completions()) == 1
    assert heard == [ModuleCompleted(_completions()[0].id, cast.an.id, module.id)]


def test_the_bus_carries_a_pass_to_a_completion(cast, morning):
    module = make_module()
    fact = fact_of(attempt(cast.an, module, at=morning), module, morning)
    with transaction():
        bus.announce(fact)
    assert [each.attempt_id for each in _completions()] == [fact.attempt_id]


def test_two_passes_at_the_same_instant_are_two_cycles(app, cast, morning):
    module = make_module()
    facts = [fact_of(attempt(cast.an, module, at=morning), module, morning) for _ in range(2)]
    barrier, failures = threading.Barrier(2), []

    def hear(fact):
        with app.app_context():
            barrier.wait()
            try:
                with transaction():
                    operations.complete(fact, now=morning)
            except Exception as error:  # noqa: BLE001  the test says which
                failures.append(repr(error))
            finally:
                db.session.remove()

    threads = [threading.Thread(target=hear, args=(fact,)) for fact in facts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    db.session.rollback()
    assert [each.cycle for each in _completions()] == [1, 2]
