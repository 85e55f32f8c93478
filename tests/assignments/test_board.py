"""The board: four states that add up to the people, marks across them, units, the pace; equal to a plain oracle."""

import contextlib
import random
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.assignments import operations, queries
from app.assignments.rules import Audience, BoardRow, BoardState, Order, Overlap, Pace, cumulative, pace, together
from app.kernel.db import db
from app.kernel.transaction import statement_counter, transaction
from app.people.models import Employment
from tests.assignments.builders import (
    actor_of,
    ask,
    attempt,
    change,
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
from tests.tempo import quickest

DUE = date(2026, 11, 30)
TODAY = date(2026, 11, 23)
ROWS = st.builds(BoardRow, st.sampled_from(BoardState), st.booleans(), st.booleans())


def _row(state, *, late=False, lapsed=False):
    return BoardRow(state, is_overdue=late, has_lapsed=lapsed)


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ([BoardState.DONE, BoardState.DONE], BoardState.DONE),
        ([BoardState.NOT_STARTED, BoardState.NOT_STARTED], BoardState.NOT_STARTED),
        ([BoardState.DONE, BoardState.NOT_STARTED], BoardState.LEARNING),
        ([BoardState.LEARNING, BoardState.NOT_STARTED], BoardState.LEARNING),
        ([BoardState.DONE, BoardState.NOT_PASSED, BoardState.LEARNING], BoardState.NOT_PASSED),
    ],
)
def test_a_person_with_several_modules_is_in_one_state(states, expected):
    assert together([_row(state) for state in states]).state is expected


@given(st.lists(ROWS, min_size=1))
def test_a_person_is_late_as_soon_as_one_module_is(rows):
    one = together(rows)
    assert (one.is_overdue, one.has_lapsed) == (any(r.is_overdue for r in rows), any(r.has_lapsed for r in rows))


def test_the_pace_counts_today_and_the_due_day():
    assert pace(42, 60, date(2026, 11, 30), date(2026, 11, 22)) == Pace(57, 15, date(2026, 11, 30), 2)
    assert pace(57, 60, DUE, TODAY).missing == 0
    assert pace(0, 10, TODAY, TODAY).a_day == 10
    assert pace(0, 10, TODAY - timedelta(days=1), TODAY).a_day is None
    assert pace(0, 0, None, TODAY) == Pace(0, 0, None, None)


@given(st.integers(0, 3000), st.integers(0, 3000), st.integers(0, 60))
def test_keeping_the_pace_reaches_the_target_and_the_target_is_at_least_95_percent(done, total, days):
    asked = pace(done, total, TODAY + timedelta(days), TODAY)
    assert 100 * asked.target >= 95 * total > 100 * (asked.target - 1) or total == asked.target == 0
    assert done + asked.missing >= asked.target
    assert asked.a_day is not None
    assert asked.a_day * (days + 1) >= asked.missing


@given(st.lists(st.dates(date(2026, 10, 1), TODAY)))
def test_the_line_of_fourteen_days_only_rises_and_ends_at_today(days):
    line = cumulative(days, TODAY)
    assert len(line) == 14
    assert list(line) == sorted(line)
    assert line[-1] == len(days)


def _world(cast, morning, seed):
    """A ward of random histories; returns the expected state of each person × module in plain Python."""
    rng = random.Random(seed)
    modules = [make_module() for _ in range(2)]
    units = [cast.ward, make_unit(cast.here, "Khoa Dược"), None]
    expected, revoked = {}, set()
    for person in make_staff(cast.here, None, 24):
        unit = rng.choice(units)
        row = next(iter(db.session.scalars(_employment(person))))
        change(row, unit_id=unit.id if unit else None)
        for module in modules:
            if rng.random() < 0.2:
                continue
            due = TODAY + timedelta(days=rng.choice([0, 5, 30]))
            ask(cast.binh, cast.here, person, module=module, due_on=due, now=morning)
            late = rng.random() < 0.3
            if late:
                own = next(
                    a for a in open_assignments(cast.here) if (a.person_id, a.module_id) == (person.id, module.id)
                )
                change(own, due_on=TODAY - timedelta(days=1))
            story = rng.choice(["nothing", "reads", "waits", "fails once", "done", "old", "revoked", "talk", "again"])
            _tell(story, person, module, morning, revoked)
            state, lapsed = {
                "nothing": ("not_started", False),
                "reads": ("learning", False),
                "waits": ("not_passed", False),
                "fails once": ("learning", False),
                "done": ("done", False),
                "old": ("not_started", True),
                "revoked": ("not_started", True),
                "talk": ("not_passed", False),
                "again": ("learning", True),
            }[story]
            expected[person.id, module.id] = (state, late and state != "done", lapsed)
    return expected, revoked, modules


def _employment(person):
    return select(Employment).where(Employment.person_id == person.id)


def _tell(story, person, module, now, revoked):
    hours = timedelta(hours=1)
    if story == "reads":
        read(person, module, at=now - hours)
    fails = {"waits": 2, "fails once": 1, "talk": 4}.get(story, 0)
    for number in range(fails):
        attempt(person, module, at=now - hours * (5 - number), score=4, passed=False)
    if story in {"old", "again"}:
        passes(person, module, at=now - timedelta(days=400))
    if story == "again":
        read(person, module, at=now - hours)
    if story in {"done", "revoked"}:
        completion = passes(person, module, at=now - timedelta(days=3))
        if story == "revoked":
            revoked.add(completion.id)


@pytest.mark.parametrize("seed", range(3))
def test_the_board_equals_what_plain_python_says_and_adds_up(cast, morning, seed):
    expected, revoked, modules = _world(cast, morning, seed)
    for module in modules:
        board = queries.board(cast.here.id, morning, module_id=module.id, revoked=revoked)
        seen = {person.colleague.person_id: person.row for person in board.people}
        wanted = {who: row for (who, what), row in expected.items() if what == module.id}
        assert {who: (row.state.value, row.is_overdue, row.has_lapsed) for who, row in seen.items()} == wanted
    board = queries.board(cast.here.id, morning, revoked=revoked)
    assert {person.colleague.person_id for person in board.people} == {who for who, _ in expected}
    for tally in (board.tally, *(unit.tally for unit in board.units)):
        assert tally.done + tally.learning + tally.not_passed + tally.not_started == tally.total
    assert sum(unit.tally.total for unit in board.units) == board.tally.total
    assert [unit.line[-1] for unit in board.units] == [unit.tally.done for unit in board.units]


def test_people_who_left_and_people_of_other_facilities_are_not_on_the_board(cast, morning):
    module = make_module()
    ask(cast.binh, cast.here, cast.an, module=module, due_on=DUE, now=morning)
    ask(cast.binh, cast.there, cast.en, module=module, due_on=DUE, now=morning)
    leaver = make_person("Lý Thị Đi")
    work = employ(leaver, cast.here, cast.ward)
    ask(cast.binh, cast.here, leaver, module=module, due_on=DUE, now=morning)
    change(work, valid_to=morning)
    board = queries.board(cast.here.id, morning)
    assert [person.colleague.person_id for person in board.people] == [cast.an.id]


def test_who_renewed_in_time_has_done_what_is_asked_again(cast, morning):
    module = make_module()
    passes(cast.an, module, at=morning - timedelta(days=360))
    passes(cast.an, module, at=morning - timedelta(days=5))
    batch = ask(cast.binh, cast.here, cast.an, module=module, due_on=DUE, now=morning)
    assert batch.counts["done"] == 1
    board = queries.board(cast.here.id, morning)
    assert board.people == ()


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_what_the_preview_says_is_what_assigning_does(cast, morning, data):
    world = _preview_world(cast, morning)
    draw = data.draw
    audience = Audience(
        is_everyone=draw(st.booleans()),
        unit_ids=frozenset(draw(st.sets(st.sampled_from(world["units"]), max_size=2))),
        position_ids=frozenset(draw(st.sets(st.sampled_from(world["positions"]), max_size=2))),
        person_ids=frozenset(draw(st.sets(st.sampled_from(world["people"]), max_size=3))),
    )
    modules = tuple(draw(st.sets(st.sampled_from(world["modules"]), min_size=1)))
    due = DUE + timedelta(days=draw(st.integers(-5, 5)))
    order = Order(audience, modules, due, draw(st.sampled_from(Overlap)))
    planned = queries.preview(cast.here.id, order, morning)
    before = {(a.person_id, a.module_id): a.due_on for a in open_assignments(cast.here)}
    if not planned.people:
        return
    with contextlib.suppress(_TakenBackError), transaction():
        batch = operations.assign(actor_of(cast.binh), cast.here.id, order, token="t", now=morning)
        assert batch.counts == planned.counts
        db.session.expire_all()
        after = {(a.person_id, a.module_id): a.due_on for a in open_assignments(cast.here)}
        assert after.keys() - before.keys() == set(planned.new)
        assert sum(after[pair] != day for pair, day in before.items()) == len(planned.moves)
        raise _TakenBackError


class _TakenBackError(Exception):
    pass


_made: dict[int, dict] = {}


def _preview_world(cast, morning):
    if cast.here.id not in _made or _made[cast.here.id]["cast"] is not cast:
        modules = [make_module() for _ in range(2)]
        other = make_unit(cast.here, "Khoa Dược")
        people = make_staff(cast.here, cast.ward, 4) + make_staff(cast.here, other, 4, position="doctor")
        for person in people[::3]:
            ask(cast.binh, cast.here, person, module=modules[0], due_on=DUE, now=morning)
        for person in people[::2]:
            passes(person, modules[1], at=morning - timedelta(days=10))
        passes(people[3], modules[0], at=morning - timedelta(days=500))
        positions = {m.position_id for m in queries.list_members(cast.here.id, morning)}
        _made.clear()
        _made[cast.here.id] = {
            "cast": cast,
            "modules": [m.id for m in modules],
            "units": [cast.ward.id, other.id],
            "people": [p.id for p in people] + [cast.en.id],
            "positions": sorted(positions),
        }
    return _made[cast.here.id]


def test_a_board_of_1500_people_and_three_modules_is_quick(cast, morning):
    modules = [make_module() for _ in range(3)]
    make_crowd(cast.here, cast.ward, 1500)
    give(cast.binh, cast.here, Order(Audience(is_everyone=True), tuple(m.id for m in modules), DUE), now=morning)
    seen = statement_counter(db.engine)
    board = queries.board(cast.here.id, morning)
    assert (len(board.units), board.tally.total, len(seen)) == (2, 1503, 5)
    assert quickest(lambda: queries.board(cast.here.id, morning)) < 0.5


def test_who_and_what_is_named_twice_is_counted_once(cast, morning):
    module = make_module()
    order = Order(named(cast.an, cast.an), (module.id, module.id), DUE)
    assert queries.preview(cast.here.id, order, morning).counts["new"] == 1
