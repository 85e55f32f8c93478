"""A device that keeps nothing, or has no room left: said before anything begins, and never "kept" for what is not."""

import re

import pytest
from sqlalchemy import func, select

from app.kernel.db import db
from quizzes.models import Attempt
from tests.browser.conftest import Site
from tests.browser.phone import LEARN, Phone, answered_rows, begin_quiz_away, kept_on, paper_of

FULL, PRIVATE = "Máy không đủ chỗ trống", "Trình duyệt này không giữ được gì"
CANNOT = "Máy này hiện không giữ được bài làm."
#: A private window as browsers make it: the store does not open, or opens and takes nothing.
CLOSED = "indexedDB.open = () => { throw new DOMException('no', 'InvalidStateError'); };"
DEAF = "IDBObjectStore.prototype.put = () => { throw new DOMException('no', 'UnknownError'); };"


#: What a write meets when the store has filled up. The browser looks at its own quota twice a minute, so that only the
#: first test can use it.
FILLED = """() => {
  const { put } = IDBObjectStore.prototype;
  IDBObjectStore.prototype.put = () => { throw new DOMException("no room", "QuotaExceededError"); };
  window.giveBack = () => { IDBObjectStore.prototype.put = put; };
}"""


def attempts_of(site: Site, person_id: int) -> int:
    with site.app.app_context():
        found = db.session.scalar(select(func.count(Attempt.id)).where(Attempt.person_id == person_id))
        db.session.remove()
    return found


@pytest.mark.parametrize("script", [CLOSED, DEAF], ids=["closed", "deaf"])
def test_a_private_window_is_told_so_before_anything_begins_and_answers_with_network(
    phone: Phone, empty_site: Site, learner: int, script: str
):
    phone.sign_in(learner)
    phone.context.add_init_script(script)
    phone.page.goto(LEARN)
    phone.page.locator("[data-say]", has_text=PRIVATE).wait_for()
    assert not phone.page.get_by_role("button", name="Tải về máy").is_visible()
    assert not phone.page.locator("[data-quiz]").is_visible()
    assert attempts_of(empty_site, learner) == 0
    phone.page.goto("/quiz/m1")
    phone.page.get_by_text("không giữ được câu trả lời khi mất mạng").wait_for()
    phone.next()
    answer_one(phone, paper_of(empty_site, learner)[0])
    phone.page.locator("#state", has_text="Đã lưu").wait_for()
    assert answered_rows(empty_site, learner)[0] > 0
    phone.network.set("away")
    phone.page.locator("[name=mark]").click()
    phone.page.locator("#state", has_text="1 câu chưa gửi").wait_for()
    phone.page.locator(".dock .btn").click()
    phone.page.locator("#state", has_text="chờ ở trang này").wait_for()
    assert "trên máy này" not in phone.page.locator("main").inner_text()


def answer_one(phone: Phone, right: list[str]) -> None:
    for token in right:
        phone.page.locator(f"[value='{token}']").check(force=True)


def test_no_room_is_said_before_the_module_or_its_quiz_is_taken_along(phone: Phone, empty_site: Site, learner: int):
    phone.sign_in(learner)
    session, origin = phone.context.new_cdp_session(phone.page), phone.network.url
    session.send("Storage.overrideQuotaForOrigin", {"origin": origin, "quotaSize": 10_000})
    phone.page.goto(LEARN)
    phone.page.locator("[data-say]", has_text=FULL).wait_for()
    assert not phone.page.get_by_role("button", name="Tải về máy").is_visible()
    session.send("Storage.overrideQuotaForOrigin", {"origin": origin})
    phone.page.reload()
    phone.page.get_by_role("button", name="Tải về máy").click()
    phone.page.locator("[data-say]", has_text="Đã giữ trên máy này").wait_for()
    button = phone.page.get_by_role("button", name="Tải cả bài kiểm tra")
    button.wait_for()
    phone.page.evaluate(FILLED)
    button.click()  # the room went since the page was shown
    phone.page.locator("[data-taking]", has_text=FULL).wait_for()
    assert not button.is_visible()
    assert attempts_of(empty_site, learner) == 0, "no ticket was asked for"


def test_a_store_that_fills_up_in_the_quiz_never_says_kept_and_stays(phone: Phone, empty_site: Site, learner: int):
    rights = begin_quiz_away(phone, empty_site, learner)
    here = re.compile("/attempts/[0-9]+/1$")
    phone.page.wait_for_url(here)
    phone.page.evaluate(FILLED)
    answer_one(phone, rights[0])
    phone.page.locator("[data-state]", has_text="Chưa giữ được").wait_for()
    phone.page.get_by_text(CANNOT).wait_for()
    phone.page.locator(".dock .btn").click()
    phone.page.locator(".dock .btn:enabled").wait_for()
    assert here.search(phone.page.url), "a choice that is not kept is not left behind"
    said = phone.page.locator("main").inner_text()
    assert "Trên máy này" not in said and "được giữ trên máy" not in said
    assert kept_on(phone) == []
    phone.page.evaluate("giveBack()")
    phone.next()  # there is room again: the choice is kept with the same press
    phone.page.wait_for_url(re.compile("/attempts/[0-9]+/2$"))
    assert [state for _op, state, _receipt in kept_on(phone)] == ["waiting"]
    # With no room from the start a page says so before the first choice, and promises nothing.
    phone.context.add_init_script(f"({FILLED})()")
    phone.page.goto("/quiz/m1")
    phone.page.get_by_text(CANNOT).wait_for()
    assert "được giữ trên máy" not in phone.page.locator("main").inner_text()
