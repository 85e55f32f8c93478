"""With keys only: signing in, a card, a quick check, a whole quiz handed in (WCAG 2.1.1, 2.1.2)."""

import re

from playwright.sync_api import Page, expect

from app.kernel.db import db
from app.people.models import Employment
from tests.browser.conftest import DESK, Site
from tests.browser.every_page import LESSON, World

PASSWORD = "bốn từ không liên quan gì"


def test_a_learner_needs_no_mouse_from_signing_in_to_handing_in(sample_site: Site, world: World, open_page):
    page = open_page(sample_site, DESK)
    choose_password(page, str(world.ids["key_slip"]))
    leave(page)
    sign_in(page, world.facility, staff_code(sample_site, world.people["keys"]))
    read_a_card(page, int(world.ids["check"]))
    take_the_quiz(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text(re.compile(r"(Đạt|Chưa đạt) – \d+/10"))


def staff_code(site: Site, person_id: int) -> str:
    with site.app.app_context():
        code = db.session.query(Employment.staff_code).filter_by(person_id=person_id).scalar()
        db.session.remove()
    return str(code)


def reach(page: Page, selector: str) -> None:
    """Press Tab until the focus is on what the selector names; gives up when the page has been walked through."""
    for _stop in range(120):
        page.keyboard.press("Tab")
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"no key leads to {selector}")


def press_into(page: Page, key: str, address: str | re.Pattern[str]) -> None:
    page.keyboard.press(key)
    page.wait_for_url(address)
    page.wait_for_load_state()


def choose_password(page: Page, code: str) -> None:
    page.goto("/activate")
    reach(page, "[name=code]")
    page.keyboard.type(code)
    page.keyboard.press("Enter")
    expect(page.locator("[name=password]")).to_be_visible()
    reach(page, "[name=password]")
    page.keyboard.type(PASSWORD)
    press_into(page, "Enter", re.compile(r"/$"))


def leave(page: Page) -> None:
    reach(page, "form[action='/sign-out'] button")
    press_into(page, "Enter", re.compile(r"/sign-in"))


def sign_in(page: Page, facility: str, code: str) -> None:
    reach(page, "[name=facility]")
    page.keyboard.press("Control+a")
    page.keyboard.type(facility)
    page.keyboard.press("Tab")
    page.keyboard.type(code)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    press_into(page, "Enter", re.compile(r"/$"))


def read_a_card(page: Page, check: int) -> None:
    """Go from the first card to the one with a quick check by pressing "Tiếp", and answer with an arrow key."""
    page.goto(f"/learn/m1/{LESSON}?card=1")
    for place in range(1, check):
        reach(page, ".dock button")
        press_into(page, "Enter", re.compile(rf"card={place + 1}\b"))
    reach(page, "[name=choice]")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#verdict")).to_have_count(0)
    reach(page, "#check button")
    page.keyboard.press("Enter")
    expect(page.locator("#verdict")).to_be_focused()


def take_the_quiz(page: Page) -> None:
    page.goto("/quiz/m1")
    reach(page, ".dock button")
    press_into(page, "Enter", re.compile(r"/attempts/\d+/1"))
    for place in range(1, 11):
        reach(page, "[name=choice]")
        page.keyboard.press("Space")
        expect(page.locator("#state")).to_contain_text("Đã lưu")
        reach(page, ".dock button")
        press_into(page, "Enter", re.compile(rf"/attempts/\d+/{place + 1}\b") if place < 10 else re.compile(r"/review"))
    reach(page, ".dock button")
    press_into(page, "Enter", re.compile(r"/result"))
