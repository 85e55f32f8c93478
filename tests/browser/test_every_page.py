"""What a browser proves on every page: readable and reachable by everybody, on a small phone, in both languages."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.conftest import PHONE, Watch
from tests.browser.every_page import PAGES, Visit, World

NARROW = 320
EVERY_RULE = {"resultTypes": ["violations"]}
CONTRAST = {"runOnly": ["color-contrast"], "resultTypes": ["violations"]}
#: The facts of one page that need no tool: each is empty, or says what is wrong where.
FACTS = """() => {
  const found = [];
  const say = (what, element) => found.push(`${what}: ${element.outerHTML.slice(0, 160)}`);
  const isShown = (box, style) => box.width > 1 && box.height > 1 && box.bottom > 0 && style.visibility !== 'hidden';
  const controls = 'a[href], button, input:not([type=hidden]), select, textarea, summary';
  for (const each of document.querySelectorAll(controls)) {
    if (!each.checkVisibility()) continue;
    const label = each.matches('[type=radio], [type=checkbox]') && (each.closest('label') || each.labels[0]);
    const target = label || each, style = getComputedStyle(target), box = target.getBoundingClientRect();
    if (!isShown(box, style)) continue;
    // A link inside a sentence is as high as its line: WCAG 2.5.8 leaves it out.
    const isInSentence = style.display === 'inline' && each.matches('a')
      && [...each.parentNode.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!isInSentence && (box.width < 24 || box.height < 24)) say(`target of ${box.width}×${box.height}`, each);
    if (each.matches('.btn') && box.height < 47.9) say(`button of ${box.height}`, each);
  }
  const headings = document.querySelectorAll('h1').length;
  if (headings !== 1) found.push(`${headings} headings of the first level`);
  return found;
}"""
WIDER = """(width) => document.documentElement.scrollWidth <= width ? [] :
  [...document.querySelectorAll('body *')].filter((each) => each.getBoundingClientRect().right > width + 0.5)
    .slice(-3).map((each) => `${width}: ${each.outerHTML.slice(0, 160)}`)"""


class Eye:
    """A phone that opens pages of one world as whoever may see them, and keeps what must not happen meanwhile."""

    def __init__(self, chrome: Browser, world: World) -> None:
        self.chrome, self.world = chrome, world
        self.contexts: dict[str, tuple[BrowserContext, Watch]] = {}

    def open(self, visit: Visit, language: str) -> tuple[Page, list[str]]:
        """Open a page; returns it with what went wrong on the way."""
        context, watch = self._context(visit.who)
        watch.faults.clear()
        page = context.new_page()
        statuses: list[int] = []
        page.on("response", lambda answer: statuses.append(answer.status) if _is_page(answer) else None)
        page.goto(visit.address(self.world, language))
        if visit.act:
            with page.expect_navigation():
                visit.act(page, self.world)
        wrong = [] if statuses[-1] == visit.status else [f"answered {statuses[-1]}, not {visit.status}"]
        # The browser notes a refused page in its console; that refusal is what the visit is for.
        expected = f"status of {visit.status}"
        return page, wrong + [fault for fault in watch.faults if visit.status < 400 or expected not in fault]

    def _context(self, who: str) -> tuple[BrowserContext, Watch]:
        if who not in self.contexts:
            context = self.chrome.new_context(
                viewport=PHONE, base_url=self.world.site.url, has_touch=True, is_mobile=True, locale="vi-VN",
                timezone_id="Asia/Ho_Chi_Minh", reduced_motion="reduce", color_scheme="light",
            )  # fmt: skip
            context.set_default_timeout(10_000)
            if who:
                context.add_cookies([self.world.cookie(who)])
            self.contexts[who] = context, Watch(context, self.world.site.url)
        return self.contexts[who]

    def close(self) -> None:
        for context, _watch in self.contexts.values():
            context.close()


def _is_page(answer: Any) -> bool:
    return answer.request.is_navigation_request()


@pytest.fixture(scope="module")
def eye(chrome: Browser, world: World) -> Iterator[Eye]:
    opened = Eye(chrome, world)
    yield opened
    opened.close()


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("visit", PAGES, ids=lambda visit: visit.name.replace(" ", "-"))
def test_everybody_can_use_this_page(eye: Eye, visit: Visit, language: str):
    page, wrong = eye.open(visit, language)
    wrong += page.evaluate(FACTS) + page.evaluate(WIDER, PHONE["width"])
    wrong += wrong_words(page, language, is_refused=visit.is_refused)
    page.evaluate(AXE_SCRIPT)
    wrong += violations(page, "light", EVERY_RULE)
    page.emulate_media(color_scheme="dark")
    wrong += violations(page, "dark", CONTRAST)
    page.set_viewport_size({"width": NARROW, "height": 568})
    wrong += page.evaluate(WIDER, NARROW)
    page.close()
    assert wrong == []


def violations(page: Page, light: str, options: dict[str, Any]) -> list[str]:
    """Return what axe objects to, a line for each place; the page holds axe already."""
    found = page.evaluate("async (options) => (await axe.run(document, options)).violations", options)
    return [f"{light}, {each['id']}: {node['target']} {node['html'][:160]}" for each in found for node in each["nodes"]]


def wrong_words(page: Page, language: str, *, is_refused: bool) -> list[str]:
    """Return what is wrong about the page's language and its title, which begins with the place or with the error."""
    wrong = []
    if page.locator("html").get_attribute("lang") != language:
        wrong.append("the language of the page")
    title = page.title()
    place, _dash, product = title.rpartition(" – ")
    if product != "Sẵn Sàng" or not place or place != place.strip():
        wrong.append(f"the title {title!r}")
    error = {"vi": "Lỗi:", "en": "Error:"}[language]
    if place.startswith(error) != is_refused:
        wrong.append(f"the title {title!r} of a {'refused' if is_refused else 'plain'} page")
    return wrong


FOCUSED = """() => {
  const each = document.activeElement;
  if (!each || each === document.body) return null;
  const target = each.matches('[type=radio], [type=checkbox]') && each.labels[0] || each;
  const boxes = [target, each, target.firstElementChild].filter(Boolean).map((one) => getComputedStyle(one));
  const isRinged = boxes.some((style) => style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2
    || style.boxShadow !== 'none' && each.matches('input'));
  const box = target.getBoundingClientRect();
  const [x, y] = [box.left + Math.min(box.width / 2, 40), box.top + box.height / 2];
  const top = document.elementFromPoint(x, y);
  const isOnTop = top && (target.contains(top) || top.contains(target) || each.contains(top));
  return { html: each.outerHTML.slice(0, 120), isRinged, isOnTop: Boolean(isOnTop),
    isInside: box.top >= -1 && box.bottom <= innerHeight + 1 || box.height > innerHeight };
}"""
WALKED = [
    "sign-in",
    "home new",
    "card",
    "check",
    "practice with help",
    "question",
    "review with gaps",
    "passed",
    "board",
    "people",
    "assign who",
]


@pytest.mark.parametrize("name", WALKED)
def test_the_focus_is_seen_wherever_the_tab_key_leads(eye: Eye, name: str):
    page, _wrong = eye.open(next(visit for visit in PAGES if visit.name == name), "vi")
    wrong, stops = [], 0
    for _press in range(60):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if focused is None:
            break
        stops += 1
        wrong += [f"{flaw}: {focused['html']}" for flaw in ("isRinged", "isOnTop", "isInside") if not focused[flaw]]
    page.close()
    assert wrong == []
    assert stops > 3
