"""Starting: one open attempt however many ask, the gate of ruling 22, a frozen draw, unseen questions first."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.kernel import clock
from app.kernel.db import db
from app.kernel.errors import Conflict, NotFound
from app.kernel.transaction import transaction
from quizzes import operations, rules
from quizzes.models import Attempt, AttemptState
from tests.quizzes.builders import (
    as_actor,
    publish_module,
    publish_version,
    raw_question,
    start,
    submit,
    take,
    tiny_content,
)


def test_a_start_draws_the_length_of_the_blueprint_from_the_pool(cast, morning):
    attempt = start(cast.an, publish_module(count=30, length=10))
    assert len(attempt.draw) == 10
    assert len({item["question"] for item in attempt.draw}) == 10
    assert attempt.state is AttemptState.OPEN
    assert attempt.deadline_at is None


def test_a_second_draw_takes_unseen_questions_first(cast, morning):
    module = publish_module(count=30, length=10)
    first = take(cast.an, module, right=0)
    second = start(cast.an, module)
    assert not {item["question"] for item in first.draw} & {item["question"] for item in second.draw}


def test_option_tokens_are_new_in_every_attempt(cast, morning):
    module = publish_module(count=10, length=10)
    mine, hers = start(cast.an, module), start(cast.en, module)
    tokens = [{option["token"] for item in each.draw for option in item["options"]} for each in (mine, hers)]
    assert not tokens[0] & tokens[1]


def test_a_timed_quiz_has_its_deadline_in_a_column(cast, morning):
    attempt = start(cast.an, publish_module(minutes=15), now=morning)
    assert attempt.deadline_at == morning + timedelta(minutes=15)


def test_starting_again_gives_the_open_attempt(cast, morning):
    module = publish_module()
    assert start(cast.an, module).id == start(cast.an, module).id


def test_an_unknown_module_and_one_without_questions_cannot_be_started(cast, morning):
    with pytest.raises(NotFound), transaction():
        operations.start_attempt(as_actor(cast.an), 999_999, now=morning)
    with pytest.raises(Conflict, match="no_quiz"):
        start(cast.an, publish_module(questions=[]))


def test_after_the_second_fail_the_next_try_waits_a_day(cast, morning):
    module = publish_module()
    take(cast.an, module, right=0, now=morning)
    take(cast.an, module, right=7, now=morning + timedelta(hours=1))
    with pytest.raises(Conflict, match="wait") as refusal:
        start(cast.an, module, now=morning + timedelta(hours=24, minutes=59))
    assert refusal.value.values["until"] == morning + timedelta(hours=25)
    assert start(cast.an, module, now=morning + timedelta(hours=25)).state is AttemptState.OPEN


def fail_four_times(person, module, morning):
    for day in range(4):
        take(person, module, right=0, now=morning + timedelta(days=2 * day))
    return morning + timedelta(days=9)


def test_after_the_fourth_fail_the_coordinator_talks_first(cast, morning):
    module = publish_module()
    later = fail_four_times(cast.an, module, morning)
    with pytest.raises(Conflict, match="talk_first"):
        start(cast.an, module, now=later)
    quiz_id = db.session.scalars(select(Attempt.quiz_id)).first()
    with transaction():
        assert operations.clear_talk(as_actor(cast.binh), cast.here.id, cast.an.id, quiz_id, now=later) is not None
    with transaction():
        assert operations.clear_talk(as_actor(cast.binh), cast.here.id, cast.an.id, quiz_id, now=later) is None
    take(cast.an, module, right=0, now=later)
    with pytest.raises(Conflict, match="talk_first"):
        start(cast.an, module, now=later + timedelta(days=30))


def test_only_a_coordinator_of_the_persons_own_facility_clears_the_talk(cast, morning):
    module = publish_module()
    later = fail_four_times(cast.an, module, morning)
    quiz_id = db.session.scalars(select(Attempt.quiz_id)).first()
    with pytest.raises(NotFound), transaction():
        operations.clear_talk(as_actor(cast.en), cast.there.id, cast.an.id, quiz_id, now=later)


def test_a_pass_begins_the_counting_anew(cast, morning):
    module = publish_module()
    take(cast.an, module, right=0, now=morning)
    take(cast.an, module, right=10, now=morning)
    take(cast.an, module, right=0, now=morning)
    assert start(cast.an, module, now=morning).state is AttemptState.OPEN


def test_an_overdue_attempt_is_ended_when_its_person_starts_again(cast, morning):
    module = publish_module(minutes=15)
    old = start(cast.an, module, now=morning)
    in_grace = morning + timedelta(minutes=15) + rules.GRACE
    assert start(cast.an, module, now=in_grace).id == old.id
    new = start(cast.an, module, now=in_grace + timedelta(microseconds=1))
    assert new.id != old.id
    assert db.session.get_one(Attempt, old.id).state is AttemptState.EXPIRED


def together(app, count, act):
    """Run ``act(number)`` in ``count`` threads that begin at the same moment; return results and errors."""
    barrier, results = threading.Barrier(count), []

    def _one(number):
        with app.app_context():
            barrier.wait()
            try:
                results.append(act(number))
            except Exception as error:  # noqa: BLE001  the test looks at what came
                results.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=_one, args=(number,)) for number in range(count)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    db.session.rollback()  # what was read before is a picture of before
    return results


def test_fifty_starts_at_once_land_in_one_attempt(app, cast):
    module = publish_module()
    person, module_id = as_actor(cast.an), module.id

    def _start(_number):
        with transaction():
            return operations.start_attempt(person, module_id, now=clock.now()).id

    results = together(app, 50, _start)
    assert len(results) == 50
    assert len(set(results)) == 1, results
    assert db.session.scalar(select(func.count()).select_from(Attempt)) == 1


def test_the_number_of_tries_holds_under_parallel_starts_and_submissions(app, cast):
    module = publish_module()
    person, module_id = as_actor(cast.an), module.id

    def _start_and_submit(_number):
        done = 0
        for _ in range(3):
            try:
                with transaction():
                    attempt_id = operations.start_attempt(person, module_id, now=clock.now()).id
                with transaction():
                    operations.submit_attempt(person, attempt_id, now=clock.now())
                done += 1
            except Conflict:
                pass
        return done

    results = together(app, 20, _start_and_submit)
    assert all(isinstance(each, int) for each in results), results
    assert db.session.scalar(select(func.count()).select_from(Attempt)) == 2


def test_a_new_version_during_an_attempt_changes_nothing_for_it(cast, morning):
    module = publish_module(count=10, length=10)
    attempt = start(cast.an, module)
    before = [dict(item) for item in attempt.draw]
    changed = [
        raw_question(f"q{at:02d}", right=(3,), options=4, text={"vi": "Khác", "en": "Other"}) for at in range(10)
    ]
    publish_version(module, tiny_content(changed, length=10, pass_mark=8))
    db.session.expire_all()
    again = start(cast.an, module)
    assert again.id == attempt.id
    assert again.draw == before
    ended = submit(cast.an, again)
    assert operations.is_graded_alike(ended)


def test_words_that_did_not_change_keep_their_question_version(cast, morning):
    questions = [raw_question(f"q{at}") for at in range(3)]
    module = publish_module(questions=questions, length=3, pass_mark=2)
    first = {item["version"] for item in start(cast.an, module).draw}
    questions[0] = raw_question("q0", right=(1,))
    publish_version(module, tiny_content(questions, length=3, pass_mark=2))
    second = {item["version"] for item in start(cast.en, module).draw}
    assert len(first & second) == 2
