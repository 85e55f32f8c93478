"""However somebody reads: small screens, larger text, wider spacing, aloud, without script; nothing is cut off."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from app.kernel import clock
from app.kernel.db import db
from app.kernel.transaction import transaction
from app.people.models import Person, TextSize
from tests.assignments.builders import ask, make_module, passes
from tests.browser.conftest import PHONE, Site
from tests.browser.every_page import LEARNER, LESSON, LONG_NAME, LONG_UNIT, Visit, World, sign_in
from tests.browser.test_every_page import WIDER, Eye
from tests.builders import employ, make_facility, make_person, make_unit

#: WCAG 1.4.12: a reader's own style sheet, as wide as the criterion asks.
SPACING = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }
    p { margin-bottom: 2em !important }`);
  document.adoptedStyleSheets = [sheet];
}"""
DOUBLE = "() => { document.documentElement.style.fontSize = '200%'; }"
PLAIN = """() => { document.adoptedStyleSheets = []; document.documentElement.style.fontSize = ''; }"""
#: Boxes that hide a part of the text in them; what only a screen reader gets, and pictures, are meant to be hidden.
CUT = """() => [...document.querySelectorAll('body *')].filter((each) => {
  if (!each.checkVisibility() || each.closest('.vh, svg') || !each.textContent.trim()) return false;
  const style = getComputedStyle(each);
  const isShut = (how) => how === 'hidden' || how === 'clip';
  return isShut(style.overflowY) && each.scrollHeight > each.clientHeight + 1
    || isShut(style.overflowX) && each.scrollWidth > each.clientWidth + 1 || style.textOverflow === 'ellipsis';
}).map((each) => `cut: ${each.outerHTML.slice(0, 160)}`)"""
#: Words that lie over other words: two texts of one column whose boxes meet.
OVERLAID = """() => {
  const boxes = [...document.querySelectorAll('h1, h2, p, dt, dd, .row-title, .row-meta, .btn, .st')]
    .filter((each) => each.checkVisibility() && each.closest('main') && !each.closest('.vh') && each.textContent.trim())
    .map((each) => [each, each.getBoundingClientRect()]);
  const found = [];
  for (const [one, a] of boxes) for (const [two, b] of boxes) {
    if (one === two || one.contains(two) || two.contains(one) || one.closest('.dock') || two.closest('.dock')) continue;
    const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    if (wide > 2 && high > 4) found.push(`overlaid: ${one.outerHTML.slice(0, 90)} | ${two.outerHTML.slice(0, 90)}`);
  }
  return found.slice(0, 4);
}"""
SMALL, ZOOMED = {"width": 320, "height": 568}, {"width": 640, "height": 400}


@pytest.fixture(scope="module")
def eye(chrome: Browser, world: World) -> Iterator[Eye]:
    opened = Eye(chrome, world)
    yield opened
    opened.close()


def like_to_read(world: World, who: str, size: TextSize) -> None:
    with world.site.app.app_context():
        with transaction() as session:
            session.get_one(Person, world.people[who]).text_size = size
        db.session.remove()


def flaws(page: Page, how: str) -> list[str]:
    width = page.viewport_size["width"]
    return [f"{how}: {each}" for each in page.evaluate(WIDER, width) + page.evaluate(CUT) + page.evaluate(OVERLAID)]


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("visit", LEARNER, ids=lambda visit: visit.name.replace(" ", "-"))
def test_nothing_is_cut_off_however_large_or_wide_the_text(eye: Eye, world: World, visit: Visit, language: str):
    like_to_read(world, visit.who, TextSize.LARGEST)
    page, _wrong = eye.open(visit, language)
    assert page.locator("html.text-largest").count() == 1
    page.set_viewport_size(SMALL)
    wrong = flaws(page, "largest at 320")
    page.evaluate(SPACING)
    wrong += flaws(page, "largest and spaced at 320")
    page.evaluate(PLAIN)
    # A desk's window at 200 %: half its width and height; and a phone whose owner doubles the text alone.
    page.set_viewport_size(ZOOMED)
    wrong += flaws(page, "a desk at 200 %")
    page.set_viewport_size(PHONE)
    page.evaluate(DOUBLE)
    wrong += flaws(page, "text at 200 % on a phone")
    page.close()
    like_to_read(world, visit.who, TextSize.NORMAL)
    assert wrong == []


def test_the_text_size_is_chosen_under_mine_and_holds_on_every_page(chrome: Browser, world: World):
    context = chrome.new_context(viewport=PHONE, base_url=world.site.url, java_script_enabled=False)
    context.add_cookies([world.cookie("late")])
    page = context.new_page()
    page.goto("/me")
    sizes = []
    for size in ("largest", "large", "normal"):
        page.locator(f"button[name=size][value={size}]").click()
        expect(page.locator("button[name=size][aria-current=true]")).to_have_attribute("value", size)
        page.goto(f"/learn/m1/{LESSON}?card=1")
        sizes.append(page.locator("h1").bounding_box()["height"])
        page.goto("/me")
    context.close()
    assert sizes[0] > sizes[2]


#: Pages whose scripts bring a button to light.
WAITING = ["card", "my certificate", "password", "my phone", "passed"]


@pytest.mark.parametrize("name", WAITING)
def test_without_script_no_button_shows_that_would_do_nothing(chrome: Browser, world: World, name: str):
    visit = next(each for each in LEARNER if each.name == name)
    context = chrome.new_context(viewport=PHONE, base_url=world.site.url, java_script_enabled=False)
    context.add_cookies([world.cookie(visit.who)])
    page = context.new_page()
    page.goto(visit.address(world, "vi"))
    waiting = page.locator("[hidden]")
    assert waiting.count() > 0
    assert [each.text_content() for each in waiting.all() if each.is_visible()] == []
    context.close()


#: The browser's speech as a device with these voices would have it, and what it was asked to say.
SPEECH = """(voices) => {
  window.spoken = [];
  class Part { constructor(text) { this.text = text; } }
  const speech = { getVoices: () => voices, addEventListener() {}, cancel() { window.spoken.push('cancel'); },
    speak(part) { window.spoken.push(`${part.voice.name}: ${part.text}`); } };
  Object.defineProperty(window, 'speechSynthesis', { value: speech });
  Object.defineProperty(window, 'SpeechSynthesisUtterance', { value: Part });
}"""
VIETNAMESE = {"name": "An", "lang": "vi-VN", "localService": True, "default": False}
ENGLISH = {"name": "Ann", "lang": "en-GB", "localService": True, "default": True}
AFAR = {"name": "Cloud", "lang": "vi-VN", "localService": False, "default": False}


def card_with_voices(chrome: Browser, world: World, voices: list[dict[str, object]], language: str = "vi") -> Page:
    world.speak("new", language)
    context = chrome.new_context(viewport=PHONE, base_url=world.site.url)
    context.add_cookies([world.cookie("new")])
    page = context.new_page()
    page.add_init_script(f"({SPEECH})({voices!r})".replace("True", "true").replace("False", "false"))
    page.goto(f"/learn/m1/{LESSON}?card=1")
    return page


@pytest.mark.parametrize(
    ("voices", "language", "name"),
    [([ENGLISH, VIETNAMESE], "vi", "An"), ([VIETNAMESE, ENGLISH], "en", "Ann"), ([ENGLISH], "vi", ""),
     ([AFAR], "vi", ""), ([], "vi", "")],
)  # fmt: skip
def test_a_card_is_read_aloud_where_this_device_has_a_voice_for_it(
    chrome: Browser, world: World, voices: list[dict[str, object]], language: str, name: str
):
    page = card_with_voices(chrome, world, voices, language)
    button = page.locator("[data-read]")
    assert button.is_visible() == bool(name)
    if name:
        heading = page.locator("h1").inner_text()
        button.click()
        spoken = [words for words in page.evaluate("window.spoken") if words != "cancel"]
        assert spoken[0].replace("\u00a0", " ") == f"{name}: {heading}".replace("\u00a0", " ")
        assert len(spoken) == len(set(spoken)) > 1
        expect(button).to_have_text({"vi": "Dừng đọc", "en": "Stop reading"}[language])
        button.click()
        assert page.evaluate("window.spoken").pop() == "cancel"
        expect(button).to_have_text({"vi": "Nghe đọc thẻ này", "en": "Read this card aloud"}[language])
    page.context.close()


SHARE = "window.shared = []; navigator.share = async (what) => { window.shared.push(what.url); };"


@pytest.mark.parametrize("name", ["my certificate", "passed"])
def test_a_certificate_is_handed_to_the_phones_own_share_sheet(chrome: Browser, world: World, name: str):
    visit = next(each for each in LEARNER if each.name == name)
    context = chrome.new_context(viewport=PHONE, base_url=world.site.url)
    context.add_cookies([world.cookie(visit.who)])
    page = context.new_page()
    page.add_init_script(SHARE)
    page.goto(visit.address(world, "vi"))
    page.get_by_role("button", name="Gửi liên kết").click()
    page.wait_for_function("window.shared.length")
    assert page.evaluate("window.shared") == [f"{world.site.url}/x/{world.ids['valid']}"]
    context.close()


def test_without_a_share_sheet_the_link_is_copied(chrome: Browser, world: World):
    may = ["clipboard-read", "clipboard-write"]
    context = chrome.new_context(viewport=PHONE, base_url=world.site.url, permissions=may)
    context.add_cookies([world.cookie("holder")])
    world.speak("holder", "vi")
    page = context.new_page()
    page.add_init_script("Object.defineProperty(Navigator.prototype, 'share', { value: undefined });")
    page.goto(f"/me/certificates/{world.ids['valid']}")
    page.get_by_role("button", name="Sao chép liên kết").click()
    expect(page.get_by_role("button", name="Đã chép")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == f"{world.site.url}/x/{world.ids['valid']}"
    context.close()


LONG_TITLE = (
    "Hướng dẫn người bệnh lớn tuổi đổi điện thoại, kích hoạt lại tài khoản định danh mức độ hai rồi mở sổ trên máy mới"
).ljust(120, "ẵ")


@pytest.fixture(scope="module")
def crowded(empty_site: Site) -> str:
    """Somebody with a long name at a place with a long name, thirty tasks and a certificate, each title 120 letters."""
    with empty_site.app.app_context():
        facility = make_facility(name="Bệnh viện Chuyên khoa Phục hồi chức năng và Điều trị bệnh nghề nghiệp cơ sở hai")
        person = make_person(LONG_NAME)
        employ(person, facility, make_unit(facility, LONG_UNIT), "nurse")
        now = clock.now()
        for number in range(30):
            module = make_module(LONG_TITLE)
            if number == 0:
                passes(person, module, at=now)
            day = clock.civil_day(now) + timedelta(days=number - 2)
            ask(person, facility, person, module=module, due_on=day, now=now - timedelta(days=9))
        person_id = person.id
        db.session.remove()
    return sign_in(empty_site, person_id)


@pytest.mark.parametrize("path", ["/", "/?all=1", "/me", "/me/data", "/two-minutes"])
def test_thirty_tasks_and_the_longest_names_fit_a_small_screen(
    chrome: Browser, empty_site: Site, crowded: str, path: str
):
    context = chrome.new_context(viewport=SMALL, base_url=empty_site.url, is_mobile=True, locale="vi-VN")
    context.add_cookies([{"name": "san-sang", "value": crowded, "url": empty_site.url}])
    page, wrong = context.new_page(), []
    for language in ("vi", "en"):
        page.goto(f"{path}{'&' if '?' in path else '?'}lang={language}")
        wrong += flaws(page, language)
        page.evaluate(SPACING)
        wrong += flaws(page, f"{language}, spaced")
    if path == "/?all=1":
        assert page.locator("#later .row").count() == 28
    context.close()
    assert wrong == []
