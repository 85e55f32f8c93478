"""Two minutes between two patients: one tap to a card, a calm end, and nothing written by looking."""

import html
import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.kernel import clock
from app.kernel.clock import civil_day
from app.kernel.db import db
from app.kernel.transaction import transaction
from courses.models import LessonProgress, Module
from courses.operations import leave_card
from tests.assignments.builders import ask
from tests.builders import Browser
from tests.courses.builders import counted, load, write_library


@pytest.fixture
def library(cast, tmp_path, morning):
    """Two modules of two lessons, each of three minutes and five cards with checks at the third and the fifth."""
    load(write_library(tmp_path, "m8", "m9"))
    db.session.remove()


def read(page) -> str:
    assert page.status_code == 200, page.status_code
    return re.sub(r"\s+", " ", html.unescape(page.text)).replace("\u00a0", " ")


def go(browser: Browser) -> str:
    answer = browser.get("/two-minutes")
    assert answer.status_code == 302, answer.status_code
    return answer.location


def leave(person, module: str, lesson: str, place: int, at) -> None:
    with clock.stopped(at), transaction():
        leave_card(person.id, module, lesson, place, now=at)
    db.session.remove()


def held(person, lesson: str) -> LessonProgress:
    db.session.remove()
    return db.session.scalars(
        select(LessonProgress).where(LessonProgress.person_id == person.id, LessonProgress.lesson_key == lesson)
    ).one()


def test_one_tap_from_home_begins_the_shortest_lesson_of_what_is_asked(client, cast, library, morning):
    m9 = db.session.scalars(select(Module).where(Module.key == "m9")).one()
    ask(cast.binh, cast.here, cast.an, module=m9, due_on=civil_day(morning) + timedelta(days=3), now=morning)
    browser = Browser(client, cast.an)
    assert 'href="/two-minutes"' in read(browser.get("/"))
    assert go(browser) == "/learn/m9/m9-open?card=1&until=3"


def test_without_anything_asked_it_begins_the_curriculum(client, cast, library):
    assert go(Browser(client, cast.an)) == "/learn/m8/m8-open?card=1&until=3"


def test_it_ends_the_lesson_in_hand(client, cast, library, morning):
    leave(cast.an, "m9", "m9-hands", 2, morning)
    assert go(Browser(client, cast.an)) == "/learn/m9/m9-hands?card=3&until=5"


def test_a_check_comes_back_the_next_day_and_then_later_and_later(client, cast, library, morning):
    leave(cast.an, "m8", "m8-open", 5, morning)
    browser, met = Browser(client, cast.an), []
    for days in range(1, 10):
        with clock.stopped(morning + timedelta(days=days)):
            address = go(browser)
            if "m8-open" in address:
                met.append((days, re.search(r"until=(\d)", address).group(1)))
                browser.post("/learn/m8/m8-open", {"card": met[-1][1], "until": met[-1][1]})
    assert met == [(1, "3"), (2, "5"), (4, "3"), (8, "5")]


def test_looking_back_keeps_the_place_and_the_end_of_a_lesson(client, cast, library, morning):
    leave(cast.an, "m8", "m8-open", 5, morning)
    with clock.stopped(morning + timedelta(days=1)):
        answer = Browser(client, cast.an).post("/learn/m8/m8-open", {"card": "3", "until": "3"})
    assert answer.location == "/learn/m8/m8-open/enough"
    row = held(cast.an, "m8-open")
    assert (row.card, row.furthest, row.finished_at) == (0, 5, morning)
    assert row.seen_at == morning + timedelta(days=1)


def test_card_by_card_to_the_calm_end_that_says_where_one_stopped(client, cast, library):
    browser = Browser(client, cast.an)
    address = go(browser)
    for place in (1, 2, 3):
        page = read(browser.get(address))
        assert f"Thẻ {place}/5" in page
        assert 'name="until" value="3"' in page
        assert ("Đủ rồi</button>" in page) == (place == 3)
        address = browser.post("/learn/m8/m8-open", {"card": str(place), "until": "3"}).location
    assert address == "/learn/m8/m8-open/enough"
    page = read(browser.get(address))
    for words in ("Đủ rồi, hẹn lần sau", "Chỗ đang học đã được lưu", "Dừng ở đây", "đã học 3/5 thẻ", "Bài 1/2"):
        assert words in page, words
    assert 'href="/learn/m8/m8-open"' in page
    assert held(cast.an, "m8-open").card == 3


def test_after_the_last_card_the_end_says_that_the_lesson_is_read(client, cast, library, morning):
    leave(cast.an, "m9", "m9-hands", 4, morning)
    browser = Browser(client, cast.an)
    assert go(browser) == "/learn/m9/m9-hands?card=5&until=5"
    end = browser.post("/learn/m9/m9-hands", {"card": "5", "until": "5"}).location
    page = read(browser.get(end))
    assert "đã học hết các thẻ" in page
    assert 'href="/two-minutes"' in page
    assert held(cast.an, "m9-hands").finished_at is not None


def test_a_check_answered_without_script_stays_in_the_sitting(client, cast, library):
    browser = Browser(client, cast.an)
    answer = browser.post("/learn/m8/m8-open/check", {"card": "3", "choice": "2", "until": "3"})
    assert answer.location == "/learn/m8/m8-open?card=3&choice=2&until=3#verdict"
    assert "Đủ rồi</button>" in read(browser.get(answer.location))


def test_with_everything_read_and_fresh_it_says_so(client, cast, library, morning):
    for module in ("m8", "m9"):
        for lesson in ("open", "hands"):
            leave(cast.an, module, f"{module}-{lesson}", 5, morning)
    page = read(Browser(client, cast.an).get("/two-minutes"))
    assert "Anh/Chị đã học hết và còn nhớ" in page


def test_asking_writes_nothing_and_stays_in_its_budget(app: Flask, client, cast, library):
    browser = Browser(client, cast.an)
    with counted(app) as seen:
        browser.get("/two-minutes")
    assert len(seen) <= 12, seen
    assert not any(each.startswith(("INSERT", "UPDATE", "DELETE")) for each in seen)


def test_the_end_of_a_lesson_that_is_not_there_is_not_found(client, cast, library):
    assert Browser(client, cast.an).get("/learn/m8/m9-open/enough").status_code == 404


def test_it_speaks_english_too(client, cast, library, morning):
    leave(cast.an, "m8", "m8-open", 2, morning)
    page = read(Browser(client, cast.an).get("/learn/m8/m8-open/enough?lang=en"))
    assert "That is enough, see you next time" in page
    assert "2 of 5 cards read" in page
