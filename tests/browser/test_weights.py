"""What a page weighs over the wire: measured by the browser with nothing kept, then with what it keeps."""

import sys
from dataclasses import dataclass

from playwright.sync_api import Browser, Page

from tests.browser.conftest import PHONE
from tests.browser.every_page import PAGES, World

#: Kilobytes (1,024 bytes) of a first visit; the home and the verification page are promised.
BUDGETS = {
    "sign-in": 60,
    "home new": 60,
    "home late": 60,
    "card": 80,
    "question": 80,
    "verify valid": 30,
    "verify unknown": 30,
    "guide": 100,
    "guide card": 100,
}
#: Of a second visit: a page of the guide is opened while the patient waits.
AFTERWARDS = {"guide": 30, "guide card": 30}


@dataclass
class Weight:
    """Bytes that came over the network for one page, headers and all, and in how many answers."""

    bytes: int = 0
    answers: int = 0


def test_pages_are_light_enough_for_a_phone_on_a_weak_network(chrome: Browser, world: World, capsys):
    lines, heavy = [f"{'page':16} {'first visit':>14} {'second visit':>14}"], []
    for name, budget in BUDGETS.items():
        first, second = weigh(chrome, world, name)
        lines.append(
            f"{name:16} {first.bytes / 1024:8.1f} KB/{first.answers:2} {second.bytes / 1024:8.1f} KB/{second.answers:2}"
        )
        if first.bytes > budget * 1024:
            heavy.append(f"{name}: {first.bytes} bytes, {budget} KB allowed")
        if second.bytes > AFTERWARDS.get(name, budget) * 1024:
            heavy.append(f"{name}: {second.bytes} bytes the second time, {AFTERWARDS[name]} KB allowed")
        assert second.bytes < first.bytes, f"{name} keeps nothing"
    with capsys.disabled():
        sys.stdout.write("\n" + "\n".join(lines) + "\n")
    assert heavy == []


def weigh(chrome: Browser, world: World, name: str) -> tuple[Weight, Weight]:
    """Return what the first and the second visit of a page bring, on a browser that has nothing yet."""
    visit = next(each for each in PAGES if each.name == name)
    context = chrome.new_context(viewport=PHONE, base_url=world.site.url, is_mobile=True, device_scale_factor=2)
    if visit.who:
        context.add_cookies([world.cookie(visit.who)])
    page = context.new_page()
    found = []
    for _visit in range(2):
        weight, stop = watch(page)
        page.goto(visit.address(world, "vi"))
        settle(page, weight)
        stop()
        found.append(weight)
        page.goto("about:blank")
    context.close()
    return found[0], found[1]


def settle(page: Page, weight: Weight) -> None:
    """Wait until nothing has come for a second: the app's own worker fetches after the page is there."""
    seen = -1
    while weight.answers != seen:
        seen = weight.answers
        page.wait_for_timeout(1000)


def watch(page: Page):
    """Return the weight that grows with every answer of the page, and what ends the counting."""
    weight, session = Weight(), page.context.new_cdp_session(page)
    kept: set[str] = set()

    def _on_end(event: dict[str, object]) -> None:
        if event["requestId"] not in kept:
            weight.bytes += int(event["encodedDataLength"])  # type: ignore[call-overload]
            weight.answers += 1

    session.send("Network.enable")
    session.on("Network.requestServedFromCache", lambda event: kept.add(event["requestId"]))
    session.on("Network.loadingFinished", _on_end)
    return weight, session.detach
