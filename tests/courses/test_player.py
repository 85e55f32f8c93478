"""Reading: one card a screen, without JavaScript too, and the same place on every device."""

import html
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from app.kernel import clock
from app.kernel.db import db
from app.kernel.errors import NotFound
from app.kernel.events import bus
from app.kernel.transaction import transaction
from app.people.models import Person
from courses import rules
from courses.events import LessonFinished
from courses.models import Lesson, LessonProgress
from courses.operations import leave_card
from tests.builders import Browser
from tests.courses.builders import counted, edit, load, write_library

FIRST, SECOND = "/learn/m9/m9-open", "/learn/m9/m9-hands"


@pytest.fixture
def library(context: None, tmp_path: Path) -> Path:
    folder = write_library(tmp_path)
    load(folder)
    db.session.remove()
    return folder


@pytest.fixture
def finished(app: Flask):
    """Every finished lesson that is announced."""
    events: list[LessonFinished] = []
    before = dict(bus._listeners)
    bus.wire({LessonFinished: [events.append]})
    yield events
    bus._listeners = before


def _read(page) -> str:
    assert page.status_code == 200, page.status_code
    return html.unescape(re.sub(r"\s+", " ", page.get_data(as_text=True)))


def _place(page) -> str:
    return re.search(r"Thẻ (\d/\d)", _read(page)).group(1)


def _held(person: Person, lesson: str = "m9-open") -> LessonProgress | None:
    db.session.remove()
    return db.session.scalar(
        select(LessonProgress).where(LessonProgress.person_id == person.id, LessonProgress.lesson_key == lesson)
    )


def _press_next(browser: Browser, page) -> str:
    """Press "Tiếp" as a browser without JavaScript does: the form in the dock, with its own fields."""
    dock = page.get_data(as_text=True).split('class="dock"')[1]
    card = re.search(r'name="card" value="(\d+)"', dock).group(1)
    answer = browser.post(re.search(r'action="([^"]+)"', dock).group(1), {"card": card})
    assert answer.status_code == 303
    return answer.headers["Location"]


def test_a_card_shows_everything_its_author_wrote(client, cast, library):
    page = _read(Browser(client, cast.an).get(FIRST))
    assert "<h1>Cuốn sổ trong VNeID</h1>" in page
    assert "Sổ là <strong>một tiện ích</strong> trong VNeID." in page
    assert "<li>Xem được đợt khám.</li>" in page
    assert "Người bệnh tự mở." in page
    assert "Nhân viên không cầm máy." in page
    assert "Nói với người bệnh" in page
    assert "“Dạ, bác mở VNeID giúp em ạ.”" in page
    assert re.search(r'<div class="pic" role="img" aria-label="Cuốn sổ mở ra"><svg', page)
    assert "Đúng tại ngày 11/03/2026" in page
    assert "VNeID 2.2.6" in page
    assert "Một nguồn (11/03/2026)" in page
    assert "Thẻ 1/5" in page
    assert "Thoát, đã lưu" in page
    assert "Tôi biết rồi, kiểm tra luôn" in page
    assert "/quiz/m9" in page


def test_the_other_language_is_complete(client, cast, library):
    page = _read(Browser(client, cast.an).get(f"{FIRST}?lang=en"))
    for words in ("The book in VNeID", "a service", "The patient opens it.", "Could you open VNeID for me?",
                  "The book opens", "True on 11/03/2026", "Card 1/5"):  # fmt: skip
        assert words in page
    assert "Cuốn sổ" not in page


def test_a_sentence_for_a_colleague_is_told_from_one_for_a_patient(client, cast, library: Path):
    for language, words in (("vi", "Chị ơi, để bác tự bấm nha."), ("en", "Let him press it himself.")):
        file = library / "m9" / "lessons" / f"01-open.{language}.md"
        file.write_text(re.sub(r"^:say .*", f":tell {words}", file.read_text(), flags=re.MULTILINE))
    edit(library / "m9" / "module.yaml", "change: major", "change: minor")
    load(library)
    browser = Browser(client, cast.an)
    page = _read(browser.get(FIRST))
    assert "Nói với đồng nghiệp" in page
    assert "“Chị ơi, để bác tự bấm nha.”" in page
    assert "Nói với người bệnh" not in page
    page = _read(browser.get(f"{FIRST}?lang=en"))
    assert "Say to a colleague" in page
    assert "“Let him press it himself.”" in page


def test_a_whole_module_is_read_without_javascript(client, cast, library, finished):
    browser = Browser(client, cast.an)
    address, seen = FIRST, []
    while address.startswith("/learn/"):
        page = browser.get(address)
        seen.append((address.split("?")[0], _place(page)))
        address = _press_next(browser, page)
    places = [f"{place}/5" for place in range(1, 6)]
    assert seen == [(FIRST, place) for place in places] + [(SECOND, place) for place in places]
    assert address == "/quiz/m9"
    assert [event.lesson_key for event in finished] == ["m9-open", "m9-hands"]
    assert _held(cast.an).finished_at is not None


def test_looking_writes_nothing(client, cast, library):
    browser = Browser(client, cast.an)
    for address in (FIRST, f"{FIRST}?card=5", f"{FIRST}?card=3&choice=2", "/learn/m9"):
        assert browser.get(address).status_code == 200
    assert _held(cast.an) is None


def test_the_place_is_kept_across_devices_and_the_slower_one_takes_nothing_away(app, cast, library):
    phone, desk = (Browser(app.test_client(), cast.an) for _ in range(2))
    for card in (1, 2, 3):
        phone.post(FIRST, {"card": card})
    assert _place(desk.get(FIRST)) == "4/5"
    desk.post(FIRST, {"card": 1})
    held = _held(cast.an)
    assert (held.card, held.furthest) == (1, 3), "the card in hand follows the last move, what was read stays read"
    assert _place(phone.get(FIRST)) == "2/5"


def test_a_lesson_is_finished_once(client, cast, library, finished, morning):
    browser = Browser(client, cast.an)
    for card in (1, 2, 3, 4, 5, 5):
        browser.post(FIRST, {"card": card})
    assert [(each.person_id, each.lesson_key) for each in finished] == [(cast.an.id, "m9-open")]
    assert _held(cast.an).finished_at == morning
    assert _place(browser.get(FIRST)) == "1/5", "who opens it again reads it again"
    browser.post(FIRST, {"card": 1})
    assert _held(cast.an).finished_at == morning
    assert _held(cast.an).furthest == 5


def test_two_devices_at_once_make_one_row_and_one_announcement(app: Flask, cast, library, finished):
    person_id = cast.an.id
    db.session.remove()
    together = threading.Barrier(2)

    def _leave() -> None:
        with app.app_context():
            together.wait()
            with transaction():
                leave_card(person_id, "m9", "m9-open", 5, now=clock.now())
            db.session.remove()

    with ThreadPoolExecutor(2) as devices:
        for done in [devices.submit(_leave) for _ in range(2)]:
            done.result()
    assert len(finished) == 1
    assert len(db.session.scalars(select(LessonProgress)).all()) == 1


@pytest.mark.parametrize(("asked", "shown"), [("0", "1/5"), ("2", "2/5"), ("99", "5/5"), ("x", "1/5"), ("-3", "1/5")])
def test_an_odd_card_number_shows_a_card(client, cast, library, asked: str, shown: str):
    assert _place(Browser(client, cast.an).get(f"{FIRST}?card={asked}")) == shown


def test_back_is_at_the_top_only(client, cast, library):
    page = _read(Browser(client, cast.an).get(f"{FIRST}?card=3"))
    top, below = page.split("</header>", 1)
    assert f"{FIRST}?card=2" in top
    assert "Quay lại" in top
    assert "Quay lại" not in below


def test_a_quick_check_is_answered_at_once_with_its_reason_and_never_counted(client, cast, library):
    browser = Browser(client, cast.an)
    asked = _read(browser.get(f"{FIRST}?card=3"))
    assert "Ai mở sổ?" in asked
    assert "Đúng: người bệnh tự mở." not in asked
    answer = browser.post(f"{FIRST}/check", {"card": 3, "choice": 1})
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith("?card=3&choice=1#verdict")
    wrong = _read(browser.get(answer.headers["Location"].split("#")[0]))
    assert "Chưa đúng. Máy là của người bệnh." in wrong
    assert "Đúng: người bệnh tự mở." in wrong, "the right one says why"
    right = _read(browser.get(f"{FIRST}?card=3&choice=2"))
    assert "Chưa đúng" not in right.replace("Xem đúng chưa", "")
    assert "Đúng: người bệnh tự mở." in right
    assert _held(cast.an) is None


def test_a_module_shows_its_lessons_with_their_states(client, cast, library):
    browser = Browser(client, cast.an)
    for card in (1, 2, 3, 4, 5):
        browser.post(FIRST, {"card": card})
    browser.post(SECOND, {"card": 1})
    page = _read(browser.get("/learn/m9"))
    first, second = re.findall(r'<a class="row" href="/learn/[^"]+">.*?</a>', page)
    assert "Đã xong" in first
    assert "đã học 1/5 thẻ" in second
    assert "Đang học" in second
    assert "2 câu, đúng từ 2 câu là đạt" in page
    assert "Một câu ngắn." in page


def test_reading_what_is_not_assigned_is_allowed_for_everybody(app, cast, library):
    for person in (cast.an, cast.chi, cast.dung, cast.en):
        browser = Browser(app.test_client(), person)
        assert browser.get(FIRST).status_code == 200
        assert browser.post(FIRST, {"card": 1}).status_code == 303


def test_a_position_is_ones_own(app, cast, library):
    an, en = (Browser(app.test_client(), person) for person in (cast.an, cast.en))
    an.post(FIRST, {"card": 3})
    assert _place(en.get(FIRST)) == "1/5"


def test_what_does_not_exist_is_not_found(client, cast, library):
    browser = Browser(client, cast.an)
    for address in ("/learn/m0", "/learn/m9/m9-none", "/learn/m0/m9-open"):
        assert browser.get(address).status_code == 404
    assert browser.post("/learn/m9/m9-none", {"card": 1}).status_code == 404


def test_who_is_not_signed_in_is_asked_to_sign_in(client, library):
    answer = client.get(FIRST)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/sign-in?next=")
    assert client.post(FIRST).status_code in {400, 401}


def test_a_lesson_that_became_shorter_still_opens(client, cast, library):
    browser = Browser(client, cast.an)
    for file in ("01-open.vi.md", "01-open.en.md"):
        text = (library / "m9" / "lessons" / file).read_text()
        check = text[text.index("## Kiểm tra nhanh {#check-1}" if "vi" in file else "## Quick check {#check-1}") :]
        more = check.split("\n\n")[0].replace("check-1", "check-9")
        (library / "m9" / "lessons" / file).write_text(text + "\n" + more + "\n")
    edit(library / "m9" / "module.yaml", "change: major", "change: minor")
    load(library)
    for card in (1, 2, 3, 4, 5):
        browser.post(FIRST, {"card": card})
    assert _place(browser.get(FIRST)) == "6/6"
    for file in ("01-open.vi.md", "01-open.en.md"):
        path = library / "m9" / "lessons" / file
        path.write_text(path.read_text().rsplit("\n## ", 1)[0])
    load(library)
    assert _place(browser.get(FIRST)) == "5/5"


def test_hostile_text_in_the_database_is_cleaned_again_when_shown(client, cast, library, context):
    with transaction():
        lesson = db.session.scalars(select(Lesson).where(Lesson.key == "m9-open")).one()
        content = lesson.content
        content["cards"][0]["html"]["vi"] = "<p onclick=x>Chào</p><script>alert(1)</script>"
        content["cards"][0]["picture"]["svg"] = "<svg viewBox='0 0 360 220'><image href='//x'/></svg><img src=x>"
        content["cards"][0]["say"]["vi"] = "<b>x</b>"
        flag_modified(lesson, "content")
    page = Browser(client, cast.an).get(FIRST).get_data(as_text=True)
    assert "<p>Chào</p>" in page
    assert "alert(1)" not in page
    assert "<image" not in page
    assert "<img" not in page
    assert "<b>x</b>" not in page


def test_a_card_takes_at_most_eight_statements(app, client, cast, library):
    browser = Browser(client, cast.an)
    browser.post(FIRST, {"card": 1})
    for address in (FIRST, f"{FIRST}?card=3&choice=1", "/learn/m9"):
        with counted(app) as seen:
            browser.get(address)
        assert len(seen) <= (8 if address != "/learn/m9" else 12), seen
    with counted(app) as seen:
        browser.post(FIRST, {"card": 2})
    assert len(seen) <= 10, seen


def test_leaving_a_card_of_an_unknown_lesson_is_refused(cast, library):
    with pytest.raises(NotFound), transaction():
        leave_card(cast.an.id, "m9", "m9-none", 1, now=clock.now())


@given(st.lists(st.integers(-2, 12), max_size=30), st.integers(1, 8))
def test_what_was_read_never_goes_back_and_the_card_stays_inside(moves: list[int], count: int):
    position = None
    for place in moves:
        after = rules.after_card(position, place, count)
        assert 0 <= after.card < count
        assert (position.furthest if position else 0) <= after.furthest <= count
        position = after


@pytest.mark.parametrize(
    ("minutes", "left_behind", "count", "left"), [(4, 0, 8, 4), (4, 1, 8, 4), (4, 7, 8, 1), (4, 8, 8, 0), (3, 9, 5, 0)]
)
def test_the_minutes_left_shrink_with_the_cards(minutes: int, left_behind: int, count: int, left: int):
    assert rules.minutes_left(minutes, left_behind, count) == left
