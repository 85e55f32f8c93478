"""What a learner finds on the home page: everything asked of them, the late first, and where they stand with it."""

from datetime import date, timedelta

from app.assignments import queries
from app.assignments.rules import BoardState, State
from app.kernel.db import db
from app.kernel.transaction import statement_counter
from quizzes.rules import GateKind
from tests.assignments.builders import ask, attempt, change, make_module, open_assignments, passes, read
from tests.builders import employ

DUE = date(2026, 11, 30)


def test_a_new_task_knows_its_module_its_due_day_and_its_first_lesson(cast, morning):
    module = make_module("Mở Sổ cùng người bệnh")
    ask(cast.binh, cast.here, cast.an, module=module, due_on=DUE, now=morning)
    (task,) = queries.list_tasks(cast.an.id, morning)
    assert (task.module_key, task.title["vi"], task.minutes) == (module.key, "Mở Sổ cùng người bệnh", 12)
    assert (task.state, task.board_state) == (State.ASSIGNED, BoardState.NOT_STARTED)
    assert (task.due_on, task.days_left, task.is_overdue) == (DUE, 7, False)
    assert (task.lessons_finished, task.lesson_count, task.minutes_left) == (0, 3, 12)
    assert task.lesson is not None
    assert (task.lesson.place, task.lesson.card) == (1, 0)


def test_reading_moves_the_lesson_in_hand(cast, morning):
    module = make_module()
    ask(cast.binh, cast.here, cast.an, module=module, due_on=DUE, now=morning)
    read(cast.an, module, place=1, at=morning, finished=True)
    read(cast.an, module, place=2, at=morning)
    (task,) = queries.list_tasks(cast.an.id, morning + timedelta(hours=1))
    assert (task.state, task.lessons_finished, task.minutes_left) == (State.IN_PROGRESS, 1, 8)
    assert task.lesson is not None
    assert (task.lesson.key, task.lesson.card, task.lesson.card_count) == (f"{module.key}-l2", 2, 5)


def test_tasks_come_late_first_then_by_due_day_and_done_last(cast, morning):
    late, soon, later, done = (make_module(f"Học phần {number}") for number in range(4))
    for module, days in ((later, 30), (soon, 3), (done, 1), (late, 0)):
        ask(cast.binh, cast.here, cast.an, module=module, due_on=date(2026, 11, 23) + timedelta(days), now=morning)
    passes(cast.an, done, at=morning)
    tasks = queries.list_tasks(cast.an.id, morning + timedelta(days=2))
    assert [task.module_id for task in tasks] == [late.id, soon.id, later.id, done.id]
    assert [task.overdue_days for task in tasks] == [2, 0, 0, 0]
    assert tasks[-1].is_done
    assert tasks[-1].last_day == date(2027, 11, 23)


def test_a_failed_learner_sees_until_when_to_wait(cast, morning):
    module = make_module()
    ask(cast.binh, cast.here, cast.an, module=module, due_on=DUE, now=morning)
    attempt(cast.an, module, at=morning + timedelta(hours=1), score=7, passed=False)
    attempt(cast.an, module, at=morning + timedelta(hours=2), score=5, passed=False)
    (task,) = queries.list_tasks(cast.an.id, morning + timedelta(hours=3))
    assert (task.board_state, task.gate.kind) == (BoardState.NOT_PASSED, GateKind.WAIT_UNTIL)
    assert task.gate.until == morning + timedelta(hours=26)
    (task,) = queries.list_tasks(cast.an.id, morning + timedelta(hours=26))
    assert (task.board_state, task.gate.kind) == (BoardState.LEARNING, GateKind.OPEN)


def test_a_revoked_certificate_makes_it_a_task_again(cast, morning):
    module = make_module()
    ask(cast.binh, cast.here, cast.an, module=module, due_on=DUE, now=morning)
    completion = passes(cast.an, module, at=morning)
    (task,) = queries.list_tasks(cast.an.id, morning + timedelta(days=1), revoked={completion.id})
    assert (task.state, task.board_state, task.has_lapsed) == (State.REVOKED, BoardState.NOT_STARTED, True)


def test_one_module_asked_by_two_facilities_is_one_task_with_the_earlier_day(cast, morning):
    module = make_module()
    employ(cast.an, cast.there, cast.other_ward)
    ask(cast.binh, cast.here, cast.an, module=module, due_on=DUE, now=morning)
    ask(cast.binh, cast.there, cast.an, module=module, due_on=DUE - timedelta(days=3), now=morning)
    (task,) = queries.list_tasks(cast.an.id, morning)
    assert (task.due_on, task.facility_id) == (DUE - timedelta(days=3), cast.there.id)


def test_a_place_one_has_left_and_a_cancelled_assignment_ask_nothing(cast, morning):
    ask(cast.binh, cast.here, cast.an, module=make_module(), due_on=DUE, now=morning)
    change(open_assignments(cast.here)[0], cancelled_at=morning)
    leaver = employ(cast.an, cast.there, cast.other_ward)
    ask(cast.binh, cast.there, cast.an, module=make_module(), due_on=DUE, now=morning)
    change(leaver, valid_to=morning)
    assert queries.list_tasks(cast.an.id, morning) == []


def test_thirty_tasks_take_as_many_statements_as_one(cast, morning):
    seen = statement_counter(db.engine)
    counts = []
    for more in (1, 29):
        for _ in range(more):
            ask(cast.binh, cast.here, cast.an, module=make_module(), due_on=DUE, now=morning)
        seen.clear()
        queries.list_tasks(cast.an.id, morning)
        counts.append(len(seen))
    assert counts == [6, 6]  # with the modules and lessons, which a process holds for a minute in life
