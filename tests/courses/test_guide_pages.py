"""The guide on the screen: found without marks, one situation a page, the error table, and what it was true of."""

import html
import re
from pathlib import Path

import pytest

from app.kernel.db import db
from tests.builders import Browser
from tests.courses.builders import counted, load, write_library
from tests.courses.guide_builders import write_guide


@pytest.fixture(autouse=True)
def guide(context: None, tmp_path: Path, morning) -> None:
    load(write_guide(write_library(tmp_path)))
    db.session.remove()


def read(answer) -> str:
    assert answer.status_code == 200, answer.status_code
    return html.unescape(re.sub(r"\s+", " ", answer.get_data(as_text=True)))


def test_the_guide_is_the_middle_tab_and_lists_situations_by_theme(client, cast):
    page = read(Browser(client, cast.an).get("/guide"))
    tabs = re.search(r'<nav class="tabs".*?</nav>', page).group()
    assert re.findall(r"</svg>([^<]+)</a>", tabs) == ["Hôm nay", "Sổ tay", "Của tôi"]
    assert 'aria-current="page"' in re.search(r'<a href="/guide"[^>]*>', tabs).group()
    order = [page.index(words) for words in ("Mã và máy", "Quên passcode", "Xem sổ", "Sổ trống", "Lỗi hay gặp")]
    assert order == sorted(order)
    assert "Sổ tay, bản 1 · 23/11/2026" in page


@pytest.mark.parametrize("asked", ["so trong", "SỔ TRỐNG", "trong tron", "khong mat"])
def test_a_situation_is_found_without_marks_and_without_javascript(client, cast, asked: str):
    page = read(Browser(client, cast.an).get("/guide", query_string={"q": asked}))
    assert "/guide/cards/second" in page
    assert "/guide/cards/first" not in page
    assert f'value="{asked}"' in page


def test_an_error_is_found_where_it_stands(client, cast):
    assert 'href="/guide/errors#slow"' in read(Browser(client, cast.an).get("/guide?q=bao+tri"))


def test_nothing_found_says_so_and_shows_a_way_on(client, cast):
    page = read(Browser(client, cast.an).get("/guide?q=máy+bay"))
    empty = re.search(r"<div class=\"rows section\" data-empty.*?</div></div>", page).group()
    assert "hidden" not in empty.split(">")[0]
    assert "Không thấy." in empty
    assert 'href="/guide"' in empty
    assert "<script>alert" not in Browser(client, cast.an).get("/guide?q=<script>alert").text


def test_a_situation_shows_the_sentence_the_steps_the_day_and_its_lesson(client, cast):
    page = read(Browser(client, cast.an).get("/guide/cards/first"))
    for words in (
        "“Tôi quên passcode.”", "“Dạ, quên thì đặt lại được ạ.”", "Mở một tiện ích.", "Không hỏi mã.",
        "Đúng tại ngày 11/03/2026", "2 nguồn", "Một nguồn (11/03/2026)", "Học thêm: Bài open",
        'href="/learn/m9/m9-open?card=1"', "data-copy=",
    ):  # fmt: skip
        assert words in page, words


def test_a_rule_of_our_own_is_called_that_and_a_lesson_not_there_is_not_linked(client, cast):
    page = read(Browser(client, cast.an).get("/guide/cards/second"))
    assert "Quy tắc ứng xử của Sẵn Sàng" in page
    assert "Học thêm" not in page


def test_the_error_table_says_what_why_and_what_to_answer(client, cast):
    page = read(Browser(client, cast.an).get("/guide/errors"))
    assert 'id="slow"' in page
    for words in ("Hệ thống bảo trì", "Quá tải.", "Dùng căn cước.", "Có thể vì sao"):
        assert words in page


def test_the_guide_speaks_english_whole(client, cast):
    browser = Browser(client, cast.an)
    browser.post("/me/language", data={"language": "en"})
    page = read(browser.get("/guide/cards/first"))
    for words in ("I forgot my passcode.", "It can be set again.", "Learn more: Lesson open", "What to do"):
        assert words in page


def test_an_unknown_situation_is_not_found_and_nobody_reads_without_signing_in(client, cast):
    assert Browser(client, cast.an).get("/guide/cards/third").status_code == 404
    client.delete_cookie("san-sang", domain="localhost")
    assert client.get("/guide").status_code == 302


@pytest.mark.parametrize("path", ["/guide", "/guide/cards/first", "/guide/errors", "/guide/papers"])
def test_a_page_of_the_guide_writes_nothing_and_costs_few_statements(app, client, cast, path: str):
    browser = Browser(client, cast.an)
    browser.get(path)
    with counted(app) as seen:
        browser.get(path)
    assert len(seen) <= 8, seen
    assert all(each.lstrip().upper().startswith(("SELECT", "WITH")) for each in seen), seen
