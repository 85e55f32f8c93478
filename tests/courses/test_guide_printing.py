"""The guide's papers on the screen: listed, asked for once by anybody, waited for, fetched."""

import html
from datetime import timedelta
from pathlib import Path

import pytest

from app.kernel import clock
from app.kernel.db import db
from app.kernel.jobs import Outbox
from courses import jobs, queries
from tests.builders import Browser
from tests.courses.builders import edit, load, write_library
from tests.courses.guide_builders import write_guide


@pytest.fixture
def guide(context: None, tmp_path: Path) -> Path:
    library = write_guide(write_library(tmp_path))
    load(library)
    db.session.remove()
    return library


@pytest.fixture
def quick(monkeypatch) -> None:
    """Nothing is laid out: what a paper looks like is not what these tests ask."""
    monkeypatch.setattr(jobs.pdf, "render_isolated", lambda *_a, **_n: b"%PDF-1.7 " + b" " * 2000)


PAPER = "/guide/papers/poster-way/vi"


def asked_jobs() -> int:
    return db.session.query(Outbox).filter_by(task="courses.print_guide").count()


def test_asking_enqueues_once_and_the_page_waits_then_gives_the_file(client, cast, guide, quick, run_jobs):
    browser = Browser(client, cast.an)
    assert "Bản in được làm khi Anh/Chị bấm nút." in browser.get(PAPER).text
    for who in (cast.an, cast.en):
        answer = Browser(client, who).post(PAPER)
        assert (answer.status_code, answer.location) == (303, PAPER)
    assert asked_jobs() == 1, "once for everybody"
    waiting = browser.get(PAPER).text
    assert '<meta http-equiv="refresh" content="3">' in waiting
    assert "Đang làm bản in" in waiting
    assert "đang làm" in browser.get("/guide/papers").text
    assert run_jobs() == 1
    given = browser.get(PAPER)
    assert given.mimetype == "application/pdf"
    assert given.headers["Content-Disposition"] == "attachment; filename=so-tay-poster-way-1-vi.pdf"
    given.close()
    browser.post(PAPER)
    assert asked_jobs() == 1, "what is made is not made again"
    assert "A3 · 2 KB" in browser.get("/guide/papers").text


def test_a_new_version_is_printed_anew(client, cast, guide, quick, run_jobs):
    browser = Browser(client, cast.an)
    browser.post(PAPER)
    run_jobs()
    edit(guide / "guide" / "guide.yaml", "Vẫn được khám.", "Vẫn khám nha.")
    load(guide)
    assert browser.get(PAPER).mimetype == "text/html"
    browser.post(PAPER)
    assert asked_jobs() == 2


def test_a_paper_that_does_not_come_may_be_asked_for_again(client, cast, guide, quick, morning):
    browser = Browser(client, cast.an)
    browser.post(PAPER)
    with clock.stopped(morning + queries.ASK_AGAIN + timedelta(seconds=1)):
        assert "Lâu hơn thường lệ" in browser.get(PAPER).text
        browser.post(PAPER)
        browser.post(PAPER)
    assert asked_jobs() == 2


@pytest.mark.parametrize("path", ["/guide/papers/poster-none/vi", "/guide/papers/sheet/fr"])
def test_a_paper_that_there_is_not_is_not_found(client, cast, guide, path: str):
    browser = Browser(client, cast.an)
    assert browser.get(path).status_code == 404
    assert browser.post(path).status_code == 404
    assert asked_jobs() == 0


def test_the_papers_are_listed_in_both_languages_the_readers_first(client, cast, guide):
    page = html.unescape(Browser(client, cast.an).get("/guide/papers").text)
    assert page.index("Tiếng Việt") < page.index("Áp phích: Chưa có mức 2?") < page.index(">English<")
    assert page.count("làm khi bấm tải") == 6
