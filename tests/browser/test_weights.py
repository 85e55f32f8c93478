"""What a page weighs over the wire: with nothing kept, then with what the browser and the app's worker keep."""

import sys
from dataclasses import dataclass

from playwright.sync_api import Browser, Page

from tests.browser.conftest import PHONE
from tests.browser.every_page import PAGES, World
from tests.browser.weak_network import WeakNetwork

#: Kilobytes (1,024 bytes) of a first visit; the home and the verification page are promised.
BUDGETS = {
    "sign-in": 60,
    "home new": 60,
    "home late": 60,
    "card": 80,
    "practice with help": 120,
    "question": 80,
    "verify valid": 30,
    "verify unknown": 30,
    "guide": 100,
    "guide card": 100,
}
#: Of every second visit, with all that the worker asks for behind the page.
AFTERWARDS = 10


@dataclass
class Weight:
    """Kilobytes of a first visit, of what the worker fetched behind it for days without network, of a second visit."""

    first: float = 0
    behind: float = 0
    second: float = 0


def test_pages_are_light_enough_for_a_phone_on_a_weak_network(chrome: Browser, world: World, capsys):
    lines, heavy = [f"{'page':20} {'first visit':>12} {'the worker':>12} {'second visit':>12}"], []
    for name, budget in BUDGETS.items():
        weight = weigh(chrome, world, name)
        lines.append(f"{name:20} {weight.first:9.1f} KB {weight.behind:9.1f} KB {weight.second:9.1f} KB")
        if weight.first > budget:
            heavy.append(f"{name}: {weight.first:.1f} KB, {budget} KB allowed")
        if weight.second > AFTERWARDS:
            heavy.append(f"{name}: {weight.second:.1f} KB the second time, {AFTERWARDS} KB allowed")
    with capsys.disabled():
        sys.stdout.write("\n" + "\n".join(lines) + "\n")
    assert heavy == []


def weigh(chrome: Browser, world: World, name: str) -> Weight:
    """Return what two visits of a page bring, on a browser that has nothing yet, counted where the network ends."""
    visit = next(each for each in PAGES if each.name == name)
    network = WeakNetwork(world.site.url, is_readable=False)
    context = chrome.new_context(viewport=PHONE, base_url=network.url, is_mobile=True, device_scale_factor=2)
    if visit.who:
        context.add_cookies([{**world.cookie(visit.who), "url": network.url}])
    page, weight = context.new_page(), Weight()
    of_page = watch(page)
    page.goto(visit.address(world, "vi"))
    settle(page, network)
    weight.first = of_page[0] / 1024
    weight.behind = network.carried / 1024 - weight.first
    page.goto("about:blank")
    before = network.carried
    page.goto(visit.address(world, "vi"))
    settle(page, network)
    weight.second = (network.carried - before) / 1024
    context.close()
    network.close()
    return weight


def settle(page: Page, network: WeakNetwork) -> None:
    """Wait until nothing has come for a second: the app's own worker fetches after the page is there."""
    seen = -1
    while network.carried != seen:
        seen = network.carried
        page.wait_for_timeout(1000)


def watch(page: Page) -> list[int]:
    """Return a list of one number that grows by the bytes of each answer to the page itself, headers and all."""
    total, session = [0], page.context.new_cdp_session(page)

    def _on_end(event: dict[str, float]) -> None:
        total[0] += int(event["encodedDataLength"])

    session.send("Network.enable")
    session.on("Network.loadingFinished", _on_end)
    return total
