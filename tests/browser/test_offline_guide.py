"""The pocket guide on a phone of one's own without network: found, read, up to date, and gone with the last module."""

import pytest
from playwright.sync_api import Route, expect

from app.kernel.db import db
from courses.queries import get_guide
from tests.browser.conftest import Site
from tests.browser.phone import LEARN, SPEAKS, Phone
from tests.browser.test_guide import titles
from tests.browser.test_offline import with_store
from tests.browser.test_offline_pages import speak

WORDS = {
    "vi": {
        "tab": "Sổ tay", "typed": "giay chuyen chi", "title": "Giấy chuyển chỉ có trong máy",
        "say": "Nói với người bệnh", "lesson": "Học thêm", "papers": "Tài liệu in",
    },
    "en": {
        "tab": "Guide", "typed": "the referral is", "title": "The referral is only on the phone",
        "say": "Say to the patient", "lesson": "Learn more", "papers": "Papers to print",
    },
}  # fmt: skip


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_guide_comes_with_a_module_and_is_read_without_network(
    phone: Phone, empty_site: Site, learner: int, language: str
):
    words, page = WORDS[language], phone.page
    phone.sign_in(learner)
    phone.take_along()
    speak(empty_site, learner, language)
    page.goto("/")
    phone.until(SPEAKS, language)
    phone.network.set("away")
    page.goto(LEARN)
    page.get_by_role("link", name=words["tab"], exact=True).click()
    expect(page.get_by_role("link", name=words["tab"], exact=True)).to_have_attribute("aria-current", "page")
    expect(page.locator("main .state-offline")).to_be_visible()
    assert len(titles(page)) == 31
    assert page.get_by_text(words["papers"]).count() == 0
    page.locator("[data-find]").fill(words["typed"])
    assert titles(page) == [words["title"]]
    page.get_by_role("link", name=words["title"]).click()
    expect(page.locator(".say")).to_contain_text(words["say"])
    expect(page.locator(".say blockquote")).to_have_text(said(empty_site, language))
    assert page.get_by_text(words["papers"]).count() == 0
    page.get_by_role("link", name=words["lesson"]).click()
    page.wait_for_url("**/learn/**")


def said(site: Site, language: str) -> str:
    """Return what to say to whoever has the referral on the phone."""
    with site.app.app_context():
        card = next(each for each in get_guide(language).text["cards"] if each["id"] == "referral")
        db.session.remove()
    return f"“{card['say']}”"


def test_an_error_is_found_and_shown_where_it_stands(phone: Phone, learner: int):
    phone.sign_in(learner)
    phone.take_along()
    phone.network.set("away")
    page = phone.page
    page.goto("/guide?q=BAO+TRI")
    page.get_by_role("link", name="bảo trì").click()
    expect(page.locator("#maintenance:target")).to_be_in_viewport()
    page.get_by_role("link", name="Tất cả tình huống").click()
    page.locator("[data-find]").fill("giay chuyen")
    page.locator("[data-find]").press("Enter")  # asks the server where there is one
    page.wait_for_url("**/guide?q=giay+chuyen")
    expect(page.locator("[data-find]")).to_have_value("giay chuyen")
    assert "Giấy chuyển chỉ có trong máy" in titles(page) and len(titles(page)) < 31


def test_an_older_guide_gives_way_at_the_next_visit_with_network(phone: Phone, learner: int):
    phone.sign_in(learner)
    phone.take_along()
    is_new = with_store("""
      const [index, pages] = [await store.take(me, "guide/"), await store.take(me, "guide/vi")];
      return index.version !== "older" && Boolean(pages["/guide"]);""")
    for address in ("/guide", LEARN):
        phone.page.goto("/me")
        phone.page.evaluate(with_store("""
          await store.put(me, "guide/", { version: "older" });
          await store.put(me, "guide/vi", {});"""))  # fmt: skip
        phone.page.goto(address)
        phone.until(is_new)


def test_the_guide_is_there_once_and_goes_with_the_last_module(phone: Phone, learner: int):
    phone.sign_in(learner)
    assert kept_at(phone, "/guide") == [], "looking at the guide keeps nothing"
    keep(phone, "m1")
    keep(phone, "m2")
    everything = ["guide/", "guide/en", "guide/vi"]
    assert kept_at(phone, "/me") == everything
    drop(phone, "m1")
    assert kept_at(phone, "/me") == everything  # "/guide" would bring it back
    drop(phone, "m2")
    assert kept_at(phone, "/guide") == []


def test_an_answer_that_comes_late_does_not_bring_the_guide_back(phone: Phone, learner: int):
    phone.sign_in(learner)
    keep(phone, "m1")
    late: list[Route] = []
    phone.page.route("**/offline/packs/m1", lambda route: route.continue_() if late else late.append(route))
    drop(phone, "m1")
    assert len(late) == 1, "the page asked before the module was let go"
    late[0].continue_()
    phone.page.wait_for_timeout(500)  # whatever it would bring
    assert kept(phone) == []


def kept(phone: Phone) -> list[str]:
    """Return what the store has of the guide."""
    return phone.page.evaluate(with_store("return me ? store.names(me, 'guide/') : [];"))


def kept_at(phone: Phone, address: str) -> list[str]:
    """Return what the store has of the guide after a visit."""
    phone.page.goto(address)
    phone.page.wait_for_timeout(500)  # whatever the visit would bring
    return kept(phone)


def keep(phone: Phone, module: str) -> None:
    phone.page.goto(f"/learn/{module}")
    phone.page.locator("[data-say]", has_text="kể cả sổ tay").wait_for()
    phone.page.get_by_role("button", name="Tải về máy").click()
    phone.page.locator("[data-say]", has_text="Đã giữ trên máy này").wait_for()


def drop(phone: Phone, module: str) -> None:
    phone.page.goto(f"/learn/{module}")
    phone.page.locator("[data-drop]").click()
    phone.page.locator("[data-say]", has_text="Chiếm").wait_for()
