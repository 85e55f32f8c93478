"""Asking people to learn: once, only one's own people, with a way back, and also those who come later."""

import threading
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from app.assignments import operations, queries
from app.assignments.models import Assignment, AssignmentRule
from app.assignments.rules import Audience, Order, Overlap
from app.kernel.audit import AuditEntry
from app.kernel.db import db
from app.kernel.errors import Conflict, Forbidden, Invalid
from app.kernel.events import bus
from app.kernel.transaction import statement_counter, transaction
from app.people.events import RosterChanged
from tests.assignments.builders import (
    actor_of,
    ask,
    batches,
    give,
    make_crowd,
    make_module,
    make_staff,
    named,
    open_assignments,
    passes,
    read,
)
from tests.builders import employ, make_person, make_unit
from tests.tempo import seconds_of

DUE = date(2026, 11, 30)


def test_pressing_twice_assigns_once(cast, morning):
    module = make_module()
    order = Order(named(cast.an), (module.id,), DUE)
    first = give(cast.binh, cast.here, order, now=morning, token="one press")
    again = give(cast.binh, cast.here, order, now=morning, token="one press")
    assert first.id == again.id
    assert [each.person_id for each in open_assignments(cast.here)] == [cast.an.id]


def test_two_orders_for_the_same_person_and_module_leave_one_assignment(cast, morning):
    module = make_module()
    ask(cast.binh, cast.here, cast.an, module=module, due_on=DUE, now=morning)
    second = ask(cast.binh, cast.here, cast.an, module=module, due_on=DUE, now=morning)
    assert len(open_assignments(cast.here)) == 1
    assert (second.counts["new"], second.counts["overlapping"]) == (0, 1)


def test_twenty_presses_at_the_same_instant_assign_once(app, cast, morning):
    module, here, binh = make_module(), cast.here.id, actor_of(cast.binh)
    staff = make_staff(cast.here, cast.ward, 5)
    order = Order(named(*staff), (module.id,), DUE)
    barrier, failures = threading.Barrier(20), []

    def press(number):
        with app.app_context():
            barrier.wait()
            try:
                with transaction():
                    operations.assign(binh, here, order, token=f"press {number % 2}", now=morning)
            except Exception as error:  # noqa: BLE001  the test says which
                failures.append(repr(error))
            finally:
                db.session.remove()

    threads = [threading.Thread(target=press, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    db.session.rollback()
    assert len(open_assignments(cast.here)) == 5
    assert len(batches()) == 2


def test_nobody_of_another_facility_is_reached_even_when_named(cast, morning):
    module = make_module()
    with pytest.raises(Invalid, match="nobody"):
        ask(cast.binh, cast.here, cast.en, module=module, due_on=DUE, now=morning)
    other = make_unit(cast.there, "Khoa Khám")
    with pytest.raises(Invalid, match="nobody"):
        give(cast.binh, cast.here, Order(Audience(unit_ids=frozenset({other.id})), (module.id,), DUE), now=morning)
    assert db.session.scalar(select(func.count()).select_from(Assignment)) == 0


def test_who_holds_a_valid_certificate_is_skipped_and_who_lost_it_is_asked_again(cast, morning):
    module = make_module()
    fresh, lapsed = make_staff(cast.here, cast.ward, 2)
    passes(fresh, module, at=morning - timedelta(days=30))
    passes(lapsed, module, at=morning - timedelta(days=390))
    batch = ask(cast.binh, cast.here, fresh, lapsed, module=module, due_on=DUE, now=morning)
    assert [each.person_id for each in open_assignments(cast.here)] == [lapsed.id]
    assert (batch.counts["new"], batch.counts["done"]) == (1, 1)


def test_a_revoked_completion_does_not_excuse(cast, morning):
    module = make_module()
    completion = passes(cast.an, module, at=morning - timedelta(days=30))
    order = Order(named(cast.an), (module.id,), DUE)
    batch = give(cast.binh, cast.here, order, now=morning, revoked={completion.id})
    assert batch.counts["new"] == 1


@pytest.mark.parametrize(
    ("overlap", "second", "expected"),
    [
        (Overlap.EARLIER, DUE + timedelta(days=9), DUE),
        (Overlap.EARLIER, DUE - timedelta(days=2), DUE - timedelta(days=2)),
        (Overlap.CHANGE, DUE + timedelta(days=9), DUE + timedelta(days=9)),
    ],
)
def test_who_is_asked_already_keeps_the_earlier_due_day_or_gets_the_new_one(cast, morning, overlap, second, expected):
    module = make_module()
    ask(cast.binh, cast.here, cast.an, module=module, due_on=DUE, now=morning)
    batch = give(cast.binh, cast.here, Order(named(cast.an), (module.id,), second, overlap), now=morning)
    db.session.expire_all()
    assert [each.due_on for each in open_assignments(cast.here)] == [expected]
    assert batch.counts["moved"] == (expected != DUE)


def test_a_due_day_in_the_past_nobody_and_no_module_are_refused(cast, morning):
    module = make_module()
    for order, code in (
        (Order(named(cast.an), (module.id,), date(2026, 11, 22)), "due_in_the_past"),
        (Order(Audience(), (module.id,), DUE), "nobody"),
        (Order(named(cast.an), (), DUE), "no_module"),
        (Order(named(cast.an), (module.id + 999,), DUE), "no_module"),
        (Order(named(cast.an), (module.id,), DUE, days_to_learn=14), "rule_needs_a_group"),
    ):
        with pytest.raises(Invalid, match=code):
            give(cast.binh, cast.here, order, now=morning)
    assert batches() == []


def test_today_is_a_possible_due_day(cast, morning):
    ask(cast.binh, cast.here, cast.an, module=make_module(), due_on=date(2026, 11, 23), now=morning)
    assert len(open_assignments(cast.here)) == 1


def test_an_order_is_in_the_audit_with_its_numbers(cast, morning):
    batch = ask(cast.binh, cast.here, cast.an, module=make_module(), due_on=DUE, now=morning)
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "assignments.assign")).one()
    assert (entry.actor_id, entry.subject_id, entry.facility_id) == (cast.binh.id, batch.id, cast.here.id)
    assert entry.details["new"] == 1


def test_an_undo_takes_back_what_nobody_has_started(cast, morning):
    module = make_module()
    started, waiting = make_staff(cast.here, cast.ward, 2)
    batch = ask(cast.binh, cast.here, started, waiting, module=module, due_on=DUE, now=morning)
    read(started, module, at=morning + timedelta(minutes=3))
    with transaction():
        cancelled = operations.undo(actor_of(cast.binh), batch, now=morning + timedelta(minutes=9))
    assert cancelled == 1
    assert [each.person_id for each in open_assignments(cast.here)] == [started.id]


def test_an_undo_gives_moved_due_days_back_and_ends_the_rule(cast, morning):
    module = make_module()
    ask(cast.binh, cast.here, cast.an, module=module, due_on=DUE, now=morning)
    order = Order(Audience(is_everyone=True), (module.id,), DUE + timedelta(days=5), Overlap.CHANGE, days_to_learn=14)
    batch = give(cast.binh, cast.here, order, now=morning)
    with transaction():
        operations.undo(actor_of(cast.binh), batch, now=morning)
    db.session.expire_all()
    assert [(each.person_id, each.due_on) for each in open_assignments(cast.here)] == [(cast.an.id, DUE)]
    assert queries.list_rules(cast.here.id) == []


def test_an_undo_is_for_the_maker_within_ten_minutes_and_works_once(cast, morning):
    batch = ask(cast.binh, cast.here, cast.an, module=make_module(), due_on=DUE, now=morning)
    with pytest.raises(Forbidden), transaction():
        operations.undo(actor_of(cast.chi), batch, now=morning)
    with pytest.raises(Conflict, match="too_late"), transaction():
        operations.undo(actor_of(cast.binh), batch, now=morning + timedelta(minutes=10, seconds=1))
    with transaction():
        assert operations.undo(actor_of(cast.binh), batch, now=morning + timedelta(minutes=10)) == 1
    with transaction():
        assert operations.undo(actor_of(cast.binh), batch, now=morning + timedelta(minutes=11)) == 0


def _rule(cast, module, morning, **audience):
    wanted = Audience(**audience) if audience else Audience(unit_ids=frozenset({cast.ward.id}))
    give(cast.binh, cast.here, Order(wanted, (module.id,), DUE, days_to_learn=14), now=morning - timedelta(days=1))


def _newcomer(cast, morning, unit=None, **more):
    person = make_person("Đặng Thị Mới")
    employ(person, cast.here, unit or cast.ward, recorded_at=morning, **{"valid_from": morning, **more})
    with transaction():
        bus.announce(RosterChanged(cast.here.id))
    return person


def test_a_standing_rule_catches_who_comes_later_and_only_their_unit(cast, morning):
    module = make_module()
    _rule(cast, module, morning)
    new = _newcomer(cast, morning)
    elsewhere = _newcomer(cast, morning, make_unit(cast.here, "Khoa Dược"))
    caught = {each.person_id: each.due_on for each in open_assignments(cast.here)}
    assert caught[new.id] == date(2026, 12, 7)
    assert elsewhere.id not in caught


def test_the_days_to_learn_of_a_newcomer_begin_on_the_first_day_of_work(cast, morning):
    _rule(cast, module := make_module(), morning)
    new = _newcomer(cast, morning, valid_from=morning + timedelta(days=10))
    assert {each.due_on for each in open_assignments(cast.here) if each.person_id == new.id} == {date(2026, 12, 17)}
    assert module.id == open_assignments(cast.here)[-1].module_id


def test_a_standing_rule_leaves_alone_who_was_there_and_who_was_taken_out_by_hand(cast, morning):
    module = make_module()
    _rule(cast, module, morning)
    new = _newcomer(cast, morning)
    own = next(each for each in open_assignments(cast.here) if each.person_id == new.id)
    with transaction():
        operations.cancel(actor_of(cast.binh), db.session.merge(own), now=morning)
        bus.announce(RosterChanged(cast.here.id))
    assert new.id not in {each.person_id for each in open_assignments(cast.here)}


def test_an_ended_rule_catches_nobody(cast, morning):
    _rule(cast, make_module(), morning)
    with transaction():
        operations.end_rule(actor_of(cast.binh), queries.list_rules(cast.here.id)[0], now=morning)
    new = _newcomer(cast, morning)
    assert new.id not in {each.person_id for each in open_assignments(cast.here)}
    assert db.session.scalars(select(AssignmentRule)).one().ended_at == morning


def test_an_order_for_1500_people_and_three_modules_takes_few_statements(app, cast, morning):
    modules = [make_module() for _ in range(3)]
    make_crowd(cast.here, cast.ward, 1500)
    seen = statement_counter(db.engine)
    order = Order(Audience(is_everyone=True), tuple(each.id for each in modules), DUE)
    batches = []
    spent = seconds_of(lambda: batches.append(give(cast.binh, cast.here, order, now=morning)))
    assert batches[0].counts["new"] == 3 * 1503
    assert len(seen) <= 13
    assert spent < 2
