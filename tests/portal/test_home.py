"""The learner's start page: the next step in one tap, whatever there is to do."""

import html
import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.kernel import clock
from app.kernel.clock import civil_day
from app.kernel.db import db
from app.people.models import Role
from certificates.models import Certificate, CertificateRevocation
from courses.models import Module
from tests.assignments.builders import ask, attempt, make_module, passes, read
from tests.builders import Browser, employ, grant, make_person, save
from tests.courses.builders import counted, load, write_library

LONG = (
    "Hướng dẫn người bệnh lớn tuổi đổi điện thoại, kích hoạt lại tài khoản định danh mức độ hai rồi mở sổ trên máy mới"
).ljust(120, "ẵ")


def _read(page) -> str:
    assert page.status_code == 200, page.status_code
    text = html.unescape(page.get_data(as_text=True)).replace("\u00a0", " ")
    return re.sub(r"\s+", " ", text)


def _leaf(page: str) -> str:
    return re.search(r'<section class="leaf.*?</section>', page).group()


def _rows(page: str) -> list[str]:
    later = re.search(r'<section class="section" id="later">.*?</section>', page)
    return re.findall(r'<a class="row".*?</a>', later.group()) if later else []


@pytest.fixture
def today(morning):
    return civil_day(morning)


def _ask(cast, module, days: int, today, morning) -> None:
    """Assign a module with a due day ``days`` from today; one that is over was assigned in time."""
    early = min(0, days) - 30
    ask(cast.binh, cast.here, cast.an, module=module, due_on=today + timedelta(days=days),
        now=morning + timedelta(days=early))  # fmt: skip


def test_without_a_sign_in_the_start_page_leads_to_it(client, context):
    answer = client.get("/")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/sign-in")


def test_it_greets_and_says_where_one_works(client, cast):
    page = _read(Browser(client, cast.an).get("/"))
    assert "Chào Anh/Chị An" in page
    assert "Bệnh viện Hoa Sen · Khoa Khám bệnh" in page


def test_with_nothing_to_do_it_says_so_and_offers_reading(client, cast):
    make_module("Hiểu đúng về sổ")
    db.session.remove()
    page = _read(Browser(client, cast.an).get("/"))
    assert "Hôm nay không có việc cần học" in page
    assert "Hiểu đúng về sổ" in page
    assert "leaf-hero" not in page


def test_one_task_stands_on_the_leaf_with_its_lesson_and_its_day(client, cast, morning, today):
    module = make_module("Mở sổ cùng người bệnh", lessons=5)
    key = module.key
    _ask(cast, module, 8, today, morning)
    leaf = _leaf(_read(Browser(client, cast.an).get("/")))
    assert "Mở sổ cùng người bệnh" in leaf
    assert "Bài 1/5 · còn 4 phút" in leaf
    assert "Hạn hết ngày 01/12 (còn 8 ngày)" in leaf
    assert "Bắt đầu học" in leaf
    assert f'href="/learn/{key}/{key}-l1"' in leaf


def test_it_goes_on_with_the_lesson_in_hand(client, cast, morning, today):
    module = make_module(lessons=5)
    key = module.key
    _ask(cast, module, 8, today, morning)
    read(cast.an, module, place=1, at=morning, finished=True)
    leaf = _leaf(_read(Browser(client, cast.an).get("/")))
    assert "Bài 2/5" in leaf
    assert "Học tiếp" in leaf
    assert leaf.count('class="on"') == 1
    assert f"/learn/{key}/{key}-l2" in leaf


def test_after_the_last_lesson_only_the_quiz_is_left(client, cast, morning, today):
    module = make_module(lessons=2)
    key = module.key
    _ask(cast, module, 8, today, morning)
    for place in (1, 2):
        read(cast.an, module, place=place, at=morning, finished=True)
    leaf = _leaf(_read(Browser(client, cast.an).get("/")))
    assert "Chỉ còn bài kiểm tra" in leaf
    assert "Làm bài kiểm tra" in leaf
    assert f'href="/quiz/{key}"' in leaf


@pytest.mark.parametrize(
    ("days", "words"),
    [(0, "Hạn hết hôm nay, 23/11"), (1, "(còn 1 ngày)"), (-1, "Quá hạn 1 ngày – vẫn học được"),
     (-2, "Quá hạn 2 ngày – vẫn học được")],
)  # fmt: skip
def test_the_day_is_said_in_words(client, cast, morning, today, days: int, words: str):
    _ask(cast, make_module(), days, today, morning)
    assert words in _leaf(_read(Browser(client, cast.an).get("/")))


def test_what_is_overdue_comes_first(client, cast, morning, today):
    soon, late = make_module("Sắp tới"), make_module("Đã trễ")
    _ask(cast, soon, 3, today, morning)
    _ask(cast, late, -2, today, morning)
    page = _read(Browser(client, cast.an).get("/"))
    assert "Đã trễ" in _leaf(page)
    assert "Sắp tới" in _rows(page)[0]


def test_who_must_wait_for_the_quiz_reads_when_and_learns_something_else_first(client, cast, morning, today):
    failed, other = make_module("Chưa đạt rồi", lessons=1), make_module("Bài khác")
    key = failed.key
    _ask(cast, failed, 2, today, morning)
    _ask(cast, other, 9, today, morning)
    read(cast.an, failed, place=1, at=morning - timedelta(hours=5), finished=True)
    for hours in (4, 3):
        attempt(cast.an, failed, at=morning - timedelta(hours=hours), score=5, passed=False)
    page = _read(Browser(client, cast.an).get("/"))
    assert "Bài khác" in _leaf(page)
    assert "Làm lại được từ" in _rows(page)[0]
    assert f'href="/learn/{key}"' in _rows(page)[0]


def test_who_only_waits_is_led_back_to_the_lessons(client, cast, morning, today):
    module = make_module(lessons=1)
    _ask(cast, module, 2, today, morning)
    read(cast.an, module, place=1, at=morning - timedelta(hours=5), finished=True)
    for hours in (90, 60, 30, 3):
        attempt(cast.an, module, at=morning - timedelta(hours=hours), score=5, passed=False)
    leaf = _leaf(_read(Browser(client, cast.an).get("/")))
    assert "Gặp người điều phối trước khi làm lại" in leaf
    assert "Đọc lại bài học" in leaf


def test_thirty_tasks_show_five_and_a_way_to_all(app: Flask, client, cast, morning, today):
    for number in range(30):
        _ask(cast, make_module(f"Học phần số {number}"), number + 1, today, morning)
    browser = Browser(client, cast.an)
    browser.get("/")
    with counted(app) as seen:
        page = _read(browser.get("/"))
    assert len(seen) <= 12, seen
    assert len(_rows(page)) == 5
    assert "29 học phần" in page
    assert "/?all=1#later" in page
    every = _read(browser.get("/?all=1"))
    assert len(_rows(every)) == 29
    assert "Xem tất cả" not in every


def test_a_title_of_120_characters_is_shown_whole(client, cast, morning, today):
    for days in (1, 2):
        _ask(cast, make_module(LONG), days, today, morning)
    page = _read(Browser(client, cast.an).get("/"))
    assert LONG in _leaf(page)
    assert LONG in _rows(page)[0]


def test_what_is_done_is_asked_no_more(client, cast, morning, today):
    module = make_module("Đã xong rồi")
    _ask(cast, module, 8, today, morning)
    passes(cast.an, module, at=morning - timedelta(days=1))
    assert "Hôm nay không có việc cần học" in _read(Browser(client, cast.an).get("/"))


def test_the_page_is_complete_in_english(client, cast, morning, today):
    _ask(cast, make_module("Mở sổ", lessons=5), 8, today, morning)
    page = _read(Browser(client, cast.an).get("/?lang=en"))
    assert "Hello An" in page
    assert "Lesson 1/5 · 4 minutes left" in page
    assert "Due by 01/12 (8 days left)" in page
    assert 'lang="en"' in page


def test_another_persons_tasks_are_not_mine(client, cast, morning, today):
    _ask(cast, make_module("Chỉ của An"), 8, today, morning)
    assert "Bài 1/3" not in _read(Browser(client, cast.en).get("/"))


def test_somebody_without_a_workplace_is_greeted_too(client, context):
    page = _read(Browser(client, make_person("Đỗ Văn Không")).get("/"))
    assert "Chào Anh/Chị Không" in page
    mine = _read(Browser(client, make_person("Đỗ Văn Không")).get("/me"))
    assert "Chưa có nơi công tác" in mine


def test_my_page_has_my_name_my_places_and_the_ways_to_my_account(client, cast):
    employ(cast.an, cast.there, cast.other_ward, "doctor")
    db.session.remove()
    page = _read(Browser(client, cast.an).get("/me"))
    assert "Nguyễn Thị Ánh Tuyết An" in page
    assert "Bệnh viện Hoa Sen" in page
    assert "Bệnh viện Nhi Sông Xanh" in page
    assert "Chưa có chứng nhận nào" in page
    for address in ("/me/devices", "/me/password", "/me/language", "/sign-out"):
        assert address in page


def test_the_language_is_switched_from_my_page(client, cast):
    browser = Browser(client, cast.an)
    assert browser.post("/me/language", {"language": "en"}).status_code == 303
    assert "Workplaces" in _read(browser.get("/me"))


@pytest.mark.parametrize(("size", "shown"), [("large", 'class="text-large"'), ("largest", 'class="text-largest"')])
def test_the_text_size_goes_with_the_person_to_every_page(app: Flask, client, cast, size: str, shown: str):
    browser = Browser(client, cast.an)
    assert 'class="text-' not in _read(browser.get("/me"))
    assert browser.post("/me/text-size", {"size": size, "next": "/me"}).location == "/me"
    for page in ("/me", "/", "/x"):
        assert f'<html lang="vi" {shown}>' in _read(browser.get(page)), page
    elsewhere = Browser(app.test_client(), cast.an)
    assert f'<html lang="vi" {shown}>' in _read(elsewhere.get("/"))
    assert 'class="text-' not in _read(Browser(app.test_client(), cast.en).get("/"))
    browser.post("/me/text-size", {"size": "normal"})
    assert 'class="text-' not in _read(browser.get("/"))


def test_a_text_size_that_is_none_is_refused(client, cast):
    assert Browser(client, cast.an).post("/me/text-size", {"size": "huge"}).status_code == 422


def test_a_manager_finds_the_boards_and_a_learner_does_not(app: Flask, cast):
    """The links follow the access rules: what would refuse is not offered."""
    pages = {
        person: _read(Browser(app.test_client(), getattr(cast, person)).get("/"))
        for person in ("an", "binh", "chi", "dung")
    }
    assert 'class="boards' not in pages["an"]
    endpoints = set(app.view_functions)
    expected = {
        "binh": [("coordinator.board", "/f/BV-HOASEN/board"), ("people.roster", "/f/BV-HOASEN/people")],
        "chi": [("director.readiness", "/f/BV-HOASEN/readiness"), ("coordinator.board", "/f/BV-HOASEN/board")],
        "dung": [("taskforce.city", "/city")],
    }
    for person, links in expected.items():
        for endpoint, address in links:
            assert (f'href="{address}"' in pages[person]) == (endpoint in endpoints), (person, endpoint)
            assert f'href="{address}"' not in pages["an"]


def test_every_link_of_the_start_page_opens(app: Flask, cast, tmp_path, morning, today):
    grant(cast.binh, Role.DIRECTOR, cast.there)
    load(write_library(tmp_path))
    _ask(cast, db.session.scalars(select(Module)).one(), 2, today, morning)
    for person in (cast.an, cast.binh, cast.chi, cast.dung):
        browser = Browser(app.test_client(), person)
        for address in set(re.findall(r'<a [^>]*href="(/[^"#]*)"', _read(browser.get("/")))):
            assert browser.get(address).status_code in {200, 302, 303}, (person.name, address)


def _certify(cast, module, passed) -> Certificate:
    """A pass at this instant, and the certificate that it brought."""
    completion = passes(cast.an, module, at=passed)
    return db.session.scalars(select(Certificate).where(Certificate.completion_id == completion.id)).one()


def test_a_valid_certificate_is_on_a_strip_and_on_my_page(client, cast, morning):
    _certify(cast, make_module("Sổ sức khỏe"), morning - timedelta(days=200))
    browser = Browser(client, cast.an)
    assert "Chứng nhận <b>Sổ sức khỏe</b> còn hạn đến 07/05/2027" in _read(browser.get("/"))
    assert "Certificate <b>Sổ sức khỏe (en)</b> valid until 07/05/2027" in _read(browser.get("/?lang=en"))
    assert "Còn hạn đến 07/05/2027" in _read(browser.get("/me"))


def test_several_certificates_make_one_line(client, cast, morning):
    for days in (200, 335):
        _certify(cast, make_module(), morning - timedelta(days=days))
    assert "2 chứng nhận còn hạn, sớm nhất đến 23/12/2026" in _read(Browser(client, cast.an).get("/"))


def test_a_certificate_counts_on_its_last_day_and_not_on_the_next(client, cast, morning):
    module = make_module("Sổ sức khỏe")
    _certify(cast, module, datetime(2025, 11, 23, 3, 0, tzinfo=UTC))
    browser = Browser(client, cast.an)
    assert "còn hạn đến 23/11/2026" in _read(browser.get("/"))
    with clock.stopped(morning + timedelta(days=1)):
        assert "còn hạn đến" not in _read(browser.get("/"))
        assert "Hết hạn từ sau ngày 23/11/2026" in _read(browser.get("/me"))


def test_a_module_page_says_what_is_proved(client, cast, tmp_path, morning):
    load(write_library(tmp_path))
    _certify(cast, db.session.scalars(select(Module)).one(), morning - timedelta(days=200))
    assert "Chứng nhận còn hạn đến 07/05/2027" in _read(Browser(client, cast.an).get("/learn/m9"))


def test_a_revoked_certificate_proves_nothing_and_its_module_is_asked_again(client, cast, morning, today):
    module = make_module("Học lại")
    _ask(cast, module, 8, today, morning)
    yesterday = morning - timedelta(days=1)
    certificate = _certify(cast, module, morning - timedelta(days=20))
    save(CertificateRevocation(certificate_id=certificate.id, effective_at=yesterday, is_void=False, reason="x",
                               recorded_at=yesterday))  # fmt: skip
    browser = Browser(client, cast.an)
    page = _read(browser.get("/"))
    assert "Học lại" in _leaf(page)
    assert "còn hạn đến" not in page
    assert "Đã thu hồi" in _read(browser.get("/me"))
