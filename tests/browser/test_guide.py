"""The guide in a real browser: found while one types, marks or not, and a paper that comes while one waits."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE
from tests.browser.every_page import World


def open_guide(open_page, world: World) -> Page:
    page = open_page(world.site, PHONE)
    page.context.add_cookies([world.cookie("idle")])
    world.speak("idle", "vi")
    page.goto("/guide")
    return page


def titles(page: Page) -> list[str]:
    shown = page.locator("[data-key] .row-title").all()
    return [row.inner_text().replace("\u00a0", " ") for row in shown if row.is_visible()]


def test_situations_are_found_while_one_types(open_page, world: World):
    page = open_guide(open_page, world)
    assert len(titles(page)) == 31
    for typed in ("trống trơn", "TRONG TRON"):
        page.locator("[data-find]").fill(typed)
        assert titles(page) == ["Sổ trống trơn"]
    page.locator("[data-find]").fill("zzzz")
    expect(page.get_by_role("heading", name="Không thấy.")).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="Không thấy.")).to_have_count(1)
    page.locator("[data-find]").fill("")
    assert len(titles(page)) == 31


def test_a_paper_comes_while_one_waits(open_page, world: World):
    page = open_guide(open_page, world)
    page.get_by_role("link", name="Tài liệu in").click()
    page.get_by_role("link", name=re.compile("Tờ để bàn")).first.click()
    with page.expect_download(timeout=60_000) as given:
        page.get_by_role("button", name="Tải bản in").click()
    assert given.value.suggested_filename == "so-tay-sheet-1-vi.pdf"
