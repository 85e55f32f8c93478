"""Who knows a module goes straight to its quiz, with a reason on record; after a fail the lessons come first."""

import html
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.kernel import clock
from app.kernel.db import db
from app.kernel.errors import Conflict
from app.kernel.transaction import transaction
from quizzes import operations
from quizzes.models import PriorLearning, PriorReason, Quiz
from tests.assignments.builders import ask
from tests.builders import Browser
from tests.quizzes.builders import as_actor, publish_module, start, take

OFFER = "Tôi biết rồi, kiểm tra luôn"


@pytest.fixture
def module(cast, morning):
    return publish_module(key="m1")


@pytest.fixture
def quiz_id(module) -> int:
    return db.session.scalars(select(Quiz.id)).one()


def read(page) -> str:
    assert page.status_code == 200, page.status_code
    return re.sub(r"\s+", " ", html.unescape(page.text)).replace("\u00a0", " ")


def said() -> list[PriorLearning]:
    db.session.rollback()
    return list(db.session.scalars(select(PriorLearning).order_by(PriorLearning.id)))


def claim(person, quiz_id, reason=PriorReason.DAILY_WORK, *, now=None):
    with transaction():
        return operations.claim_prior_learning(as_actor(person), quiz_id, reason, now=now or clock.now())


def test_one_tap_says_why_and_leads_to_the_quiz(client, cast, module):
    browser = Browser(client, cast.an)
    assert f'href="/quiz/m1/test-out">{OFFER}' in read(browser.get("/learn/m1"))
    page = read(browser.get("/quiz/m1/test-out"))
    assert "Anh/Chị biết nội dung này từ đâu?" in page
    assert re.findall(r'name="reason" value="(\w+)"', page) == ["trained_elsewhere", "daily_work", "other"]
    answer = browser.post("/quiz/m1/test-out", {"reason": "trained_elsewhere"})
    assert (answer.status_code, answer.location) == (303, "/quiz/m1")
    (row,) = said()
    assert (row.person_id, row.reason, row.said_at) == (cast.an.id, PriorReason.TRAINED_ELSEWHERE, clock.now())


def test_a_reason_that_is_none_of_the_three_is_refused(client, cast, module):
    assert Browser(client, cast.an).post("/quiz/m1/test-out", {"reason": "because"}).status_code == 422
    assert said() == []


def test_looking_at_the_question_writes_nothing(client, cast, module):
    Browser(client, cast.an).get("/quiz/m1/test-out")
    assert said() == []


def test_saying_it_twice_before_the_quiz_is_one_statement_and_the_next_cycle_is_another(cast, module, quiz_id, morning):
    first = claim(cast.an, quiz_id, now=morning - timedelta(days=400))
    assert claim(cast.an, quiz_id, PriorReason.OTHER, now=morning - timedelta(days=399)).id == first.id
    take(cast.an, module, right=10, now=morning - timedelta(days=398))
    claim(cast.an, quiz_id, PriorReason.OTHER, now=morning)
    assert [row.reason for row in said()] == [PriorReason.DAILY_WORK, PriorReason.OTHER]


def test_two_taps_at_once_write_one_statement(app: Flask, cast, module, quiz_id):
    person = as_actor(cast.an)
    db.session.remove()
    gate = threading.Barrier(2)

    def tap(_number: int) -> None:
        with app.app_context():
            gate.wait()
            with transaction():
                operations.claim_prior_learning(person, quiz_id, PriorReason.OTHER, now=clock.now())
            db.session.remove()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(tap, range(2)))
    assert len(said()) == 1


def test_after_a_fail_it_is_offered_nowhere_and_the_lessons_come_first(client, cast, module, quiz_id):
    claim(cast.an, quiz_id)
    take(cast.an, module, right=3)
    browser = Browser(client, cast.an)
    assert OFFER not in read(browser.get("/learn/m1"))
    asked = browser.get("/quiz/m1/test-out")
    assert (asked.status_code, asked.location) == (302, "/learn/m1")
    assert browser.post("/quiz/m1/test-out", {"reason": "other"}).status_code == 409
    with pytest.raises(Conflict, match="lessons_first"):
        claim(cast.an, quiz_id)
    assert len(said()) == 1


def test_an_open_attempt_is_no_fail(cast, module, quiz_id):
    start(cast.an, module)
    claim(cast.an, quiz_id)
    assert len(said()) == 1


def test_anothers_fail_takes_nothing_from_me(client, cast, module):
    take(cast.en, module, right=0)
    assert OFFER in read(Browser(client, cast.an).get("/learn/m1"))


def test_whoever_holds_the_certificate_is_not_offered_it(client, cast, module):
    take(cast.an, module, right=10)
    assert OFFER not in read(Browser(client, cast.an).get("/learn/m1"))


def test_the_coordinator_reads_the_reason_on_the_persons_page(client, cast, module, quiz_id, morning):
    ask(cast.binh, cast.here, cast.an, module=module, due_on=clock.today() + timedelta(days=7), now=morning)
    claim(cast.an, quiz_id)
    page = read(Browser(client, cast.binh).get(f"/f/BV-HOASEN/people/{cast.an.id}"))
    assert "Vào thẳng bài kiểm tra" in page
    assert "Tôi làm việc này hằng ngày · 23/11/2026" in page


def test_it_is_asked_in_english_too(client, cast, module):
    page = read(Browser(client, cast.an).get("/quiz/m1/test-out?lang=en"))
    for words in ("How do you know this already?", "I was trained in this elsewhere", "I do this every day"):
        assert words in page
