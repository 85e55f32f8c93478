"""Saving and ending: every acknowledged choice is there once, the end is one, grading is pure."""

import uuid
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.kernel import clock
from app.kernel.db import db
from app.kernel.errors import Conflict, Invalid, NotFound
from app.kernel.events import bus
from app.kernel.transaction import transaction
from quizzes import operations, queries
from quizzes.events import QuizFailed, QuizPassed
from quizzes.jobs import sweep
from quizzes.models import Answer, Attempt, AttemptState
from tests.builders import Browser, make_person
from tests.quizzes.builders import (
    as_actor,
    publish_module,
    raw_question,
    right_tokens,
    save_answer,
    start,
    submit,
    take,
    tokens_of,
)
from tests.quizzes.test_start import together


@pytest.fixture
def attempt(cast, morning):
    return start(cast.an, publish_module(count=12, length=10), now=morning)


def count_answers() -> int:
    return db.session.scalar(select(func.count()).select_from(Answer))


def test_a_saved_choice_has_a_receipt_and_stands(cast, attempt):
    token = right_tokens(attempt, 1)
    receipt = save_answer(cast.an, attempt, 1, token, op_id="op-number-1")
    assert (receipt.op_id, receipt.place, receipt.chosen) == ("op-number-1", 1, tuple(token))
    assert len(receipt.receipt) == 20
    assert queries.list_standing(attempt.id)[1].chosen == token


def test_the_same_operation_again_gives_the_same_receipt_and_one_row(cast, attempt):
    token = right_tokens(attempt, 1)
    first = save_answer(cast.an, attempt, 1, token, op_id="op-number-1")
    again = save_answer(cast.an, attempt, 1, token, op_id="op-number-1", now=clock.now() + timedelta(hours=1))
    assert again == first
    assert count_answers() == 1


def test_the_same_operation_at_the_same_moment_gives_one_row_and_one_receipt(app, cast):
    attempt = start(cast.an, publish_module())
    token, place = right_tokens(attempt, 1), 1
    person, attempt_id = as_actor(cast.an), attempt.id
    choice = operations.Choice(place=place, chosen=tuple(token), op_id="op-number-1", client_seq=1)

    def _save(_number):
        with transaction():
            return operations.save_answer(person, attempt_id, choice, now=clock.now()).receipt

    assert len(set(together(app, 12, _save))) == 1
    assert count_answers() == 1


def test_an_operation_of_another_attempt_or_with_other_content_is_refused(cast, attempt):
    token = right_tokens(attempt, 1)
    save_answer(cast.an, attempt, 1, token, op_id="op-number-1")
    hers = start(cast.en, publish_module())
    with pytest.raises(Conflict, match="operation_used"):
        save_answer(cast.en, hers, 1, right_tokens(hers, 1), op_id="op-number-1")
    with pytest.raises(Conflict, match="operation_used"):
        save_answer(cast.an, attempt, 1, [], op_id="op-number-1")


def test_another_person_is_told_that_there_is_no_such_attempt(cast, attempt):
    with pytest.raises(NotFound):
        save_answer(cast.en, attempt, 1, right_tokens(attempt, 1))
    with pytest.raises(NotFound):
        submit(cast.en, attempt)


def test_unknown_places_and_tokens_are_refused(cast, attempt):
    other = right_tokens(start(cast.en, publish_module()), 1)
    one = next(place for place in range(1, 11) if attempt.draw[place - 1]["kind"] == "one")
    both = [token for token, _ in tokens_of(attempt, one)][:2]
    for place, chosen in ((0, []), (11, []), (1, other), (1, ["nonsense"]), (one, both), (one, both[:1] * 2)):
        with pytest.raises(Invalid):
            save_answer(cast.an, attempt, place, chosen)
    assert count_answers() == 0


def test_after_the_end_a_choice_is_refused_with_the_final_state(cast, attempt):
    token = right_tokens(attempt, 1)
    save_answer(cast.an, attempt, 1, token, op_id="op-number-1")
    ended = submit(cast.an, attempt)
    with pytest.raises(Conflict, match="attempt_over") as refusal:
        save_answer(cast.an, attempt, 2, right_tokens(attempt, 2))
    assert refusal.value.values == {"state": "submitted", "receipt": ended.receipt}
    # A repeat of what was acknowledged before the end is still acknowledged.
    assert save_answer(cast.an, attempt, 1, token, op_id="op-number-1").op_id == "op-number-1"


def test_the_deadline_is_the_servers_and_its_own_instant_is_in_time(cast, morning):
    attempt = start(cast.an, publish_module(minutes=15), now=morning)
    end = morning + timedelta(minutes=15)
    save_answer(cast.an, attempt, 1, right_tokens(attempt, 1), now=end)
    with pytest.raises(Conflict, match="time_is_up"):
        save_answer(cast.an, attempt, 2, right_tokens(attempt, 2), now=end + timedelta(microseconds=1))
    ended = submit(cast.an, attempt, now=end + timedelta(seconds=1))
    assert (ended.state, ended.score) == (AttemptState.EXPIRED, 1)


@pytest.mark.parametrize(("right", "passed", "fact"), [(8, True, QuizPassed), (7, False, QuizFailed)])
def test_the_end_freezes_the_grade_and_announces_it(cast, morning, monkeypatch, right, passed, fact):
    heard = []
    monkeypatch.setattr(bus, "_listeners", {**bus._listeners, fact: (heard.append,)})
    ended = take(cast.an, publish_module(), right=right)
    assert (ended.score, ended.max_score, ended.passed, ended.state) == (right, 10, passed, AttemptState.SUBMITTED)
    assert [mark["outcome"] for mark in ended.marks] == ["right"] * right + ["wrong"] * (10 - right)
    assert heard == [
        fact(
            attempt_id=ended.id, person_id=cast.an.id, module_id=ended.blueprint.module_version.module_id,
            module_version_id=ended.blueprint.module_version_id, score=right, max_score=10, at=morning,
        )
    ]  # fmt: skip


def test_handing_in_twice_gives_one_result_and_the_same_receipt(cast, attempt):
    first = submit(cast.an, attempt)
    kept = (first.receipt, first.score, first.ended_at)
    again = submit(cast.an, attempt, now=clock.now() + timedelta(hours=1))
    assert (again.receipt, again.score, again.ended_at) == kept
    assert first.receipt[4] == "-"


def test_submissions_racing_with_saves_give_one_result_from_what_was_acknowledged(app, cast, monkeypatch):
    attempt, heard = start(cast.an, publish_module()), []
    monkeypatch.setattr(bus, "_listeners", {QuizPassed: (heard.append,), QuizFailed: (heard.append,)})
    person, attempt_id = as_actor(cast.an), attempt.id
    choices = {
        place: operations.Choice(
            place=place, chosen=tuple(right_tokens(attempt, place)), op_id=str(uuid.uuid4()), client_seq=place
        )
        for place in range(1, 11)
    }

    def _act(number):
        with transaction():
            if number < 10:
                return operations.save_answer(person, attempt_id, choices[number + 1], now=clock.now()).place
            return operations.submit_attempt(person, attempt_id, now=clock.now()).receipt

    results = together(app, 14, _act)
    receipts = {each for each in results if isinstance(each, str)}
    saved = {each for each in results if isinstance(each, int)}
    refused = [each for each in results if isinstance(each, Exception)]
    assert len(receipts) == 1
    assert all(isinstance(each, Conflict) and each.code == "attempt_over" for each in refused), refused
    ended = db.session.get_one(Attempt, attempt_id)
    assert {mark["place"] for mark in ended.marks if mark["outcome"] == "right"} == saved
    assert len(heard) == 1


def test_the_sweeper_ends_overdue_attempts_once_with_what_was_saved(cast, morning):
    attempt = start(cast.an, publish_module(minutes=15), now=morning - timedelta(minutes=18))
    save_answer(cast.an, attempt, 1, right_tokens(attempt, 1), now=morning - timedelta(minutes=10))
    running = start(cast.en, publish_module(minutes=15), now=morning)
    sweep()
    first = db.session.get_one(Attempt, attempt.id)
    kept = (first.state, first.score, first.receipt, first.ended_at)
    assert kept[:2] == (AttemptState.EXPIRED, 1)
    sweep()
    db.session.expire_all()
    again = db.session.get_one(Attempt, attempt.id)
    assert (again.state, again.score, again.receipt, again.ended_at) == kept
    assert db.session.get_one(Attempt, running.id).state is AttemptState.OPEN
    assert not queries.list_overdue_ids(morning)


def test_a_sweeper_killed_between_two_attempts_leaves_none_behind(cast, morning, monkeypatch):
    module = publish_module(minutes=15)
    for person in (cast.an, cast.en):
        start(person, module, now=morning - timedelta(hours=1))
    kept = operations.end_overdue
    calls = iter([kept])

    def _killed(*words, **more):
        return next(calls)(*words, **more)

    monkeypatch.setattr(operations, "end_overdue", _killed)
    with pytest.raises(StopIteration):
        sweep()
    assert len(queries.list_overdue_ids(morning)) == 1
    monkeypatch.setattr(operations, "end_overdue", kept)
    sweep()
    assert not queries.list_overdue_ids(morning)


def test_grading_everything_again_finds_no_difference_and_sees_a_planted_one(app, cast, morning):
    module = publish_module()
    ended = [take(cast.an, module, right=right, now=morning) for right in (3, 9)]
    runner = app.test_cli_runner()
    assert "2 attempts graded again, difference = 0" in runner.invoke(args=["quizzes", "regrade", "--check"]).output
    with transaction():
        db.session.get_one(Attempt, ended[0].id).score = 4
    result = runner.invoke(args=["quizzes", "regrade", "--check"])
    assert result.exit_code == 1
    assert f"attempt {ended[0].id} differs" in result.output


PAYLOADS = ("{{7*7}}", "{% raw %}", "=1+1", "${7*7}", "<b>&amp;</b>", "<script>alert(1)</script>", "a\u202eb")


def test_authored_text_is_never_evaluated(client, cast, morning):
    questions = [
        raw_question(f"q{at}", text={"vi": f"V{payload}V", "en": payload}, options=4)
        for at, payload in enumerate(PAYLOADS)
    ]
    publish_module(questions=questions, length=len(PAYLOADS), pass_mark=1, key="payloads")
    browser = Browser(client, cast.an)
    browser.post("/quiz/payloads")
    attempt_id = db.session.scalars(select(Attempt.id)).one()
    pages = "".join(browser.get(f"/attempts/{attempt_id}/{place}").text for place in range(1, len(PAYLOADS) + 1))
    for payload in PAYLOADS:
        escaped = payload.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        assert f"V{escaped}V" in pages
    assert "V49V" not in pages


@settings(max_examples=15, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_operations_permuted_repeated_and_dropped_end_as_the_model_says(context, data):
    """QZ-05: the last ``client_seq`` of each place wins, whatever arrives how often and in which order."""
    person = make_person()
    attempt = start(person, publish_module(count=3, length=3, pass_mark=2))
    made = data.draw(
        st.lists(st.tuples(st.integers(1, 3), st.integers(0, 2), st.booleans()), min_size=1, max_size=8),
        label="choices",
    )
    sent = [
        operations.Choice(
            place=place, chosen=(tokens_of(attempt, place)[at % len(tokens_of(attempt, place))][0],),
            op_id=f"{attempt.id}-operation-{seq}", flagged=flagged, client_seq=seq,
        )
        for seq, (place, at, flagged) in enumerate(made, 1)
    ]  # fmt: skip
    arriving = data.draw(st.lists(st.sampled_from(sent), max_size=20), label="arriving")
    for choice in arriving:
        with transaction():
            operations.save_answer(as_actor(person), attempt.id, choice, now=clock.now())
    model = {}
    for choice in sorted(set(arriving), key=lambda one: one.client_seq):
        model[choice.place] = (list(choice.chosen), choice.flagged)
    standing = queries.list_standing(attempt.id)
    assert {place: (each.chosen, each.flagged) for place, each in standing.items()} == model
    assert len(db.session.scalars(select(Answer.op_id).where(Answer.attempt_id == attempt.id)).all()) == len(
        set(arriving)
    )


def test_the_database_itself_refuses_a_second_answer_of_the_same_operation(cast, attempt):
    save_answer(cast.an, attempt, 1, right_tokens(attempt, 1), op_id="op-number-1")
    again = Answer(
        attempt_id=attempt.id,
        op_id="op-number-1",
        place=2,
        chosen=[],
        client_seq=9,
        recorded_at=clock.now(),
        receipt="x",
    )
    with pytest.raises(IntegrityError), transaction():
        db.session.add(again)
        db.session.flush()
