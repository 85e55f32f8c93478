"""The practice phone in a real browser: by touch, by keys alone, without the network; and nothing takes a number."""

import re

import pytest
from playwright.sync_api import Page, Request, expect

from app.kernel.db import Base, db
from app.kernel.settings import ROOT
from courses.models import ScenarioRun, ScenarioTap
from courses.operations import read_library
from tests.browser.conftest import DESK, PHONE, Site
from tests.browser.every_page import World
from tests.browser.test_keys import reach
from tests.browser.test_weights import watch

LEVEL, PASSCODE, ELDER = "m2/check-the-level", "m2/forgotten-passcode", "m4/hands-over-the-phone"
EVERY = sorted(f"{file.parts[-3]}/{file.stem}" for file in (ROOT / "courses" / "library").glob("*/scenarios/*.yaml"))
MARK = "MÔ PHỎNG – không phải ứng dụng VNeID"
NUMBER = "079090123456"
LIGHT = 120 * 1024


def right_way(name: str) -> list[str]:
    """Return the choices that lead a scenario to its end without a wrong tap."""
    module, key = name.split("/")
    (read,) = read_library(ROOT / "courses" / "library", [module]).modules
    content = next(each["content"] for each in read.scenarios if each["key"] == key)
    screens = {each["id"]: each for each in content["screens"]}
    here, way = screens[content["start"]], []
    while here["kind"] != "end":
        taps = [each for part in ("elements", "answers", "acts") for each in here.get(part, ()) if each["move"]]
        right = next(each for each in taps if each["move"]["kind"] == "right")
        way.append(right["id"])
        here = screens[right["move"]["to"]]
    return way


@pytest.fixture
def open_practice(sample_site: Site, world: World, open_page):
    """Open a scenario from its beginning as the reader of the sample city."""

    def _open(name: str, size: dict[str, int] = PHONE, **more: object) -> Page:
        page = open_page(sample_site, size, **more)
        world.speak("reader", "vi")
        page.context.add_cookies([world.cookie("reader")])
        page.goto(f"/practice/{name}?again=1")
        return page

    return _open


def tap(page: Page, choice: str) -> None:
    page.locator(f"#play button[value='{choice}']").tap()


def newest_run(site: Site) -> tuple[str, int, int, list[str]]:
    with site.app.app_context():
        run = db.session.query(ScenarioRun).order_by(ScenarioRun.id.desc()).first()
        taps = db.session.query(ScenarioTap).filter_by(run_id=run.id).order_by(ScenarioTap.seq).all()
        found = (str(run.outcome), run.steps, run.wrong_turns, [each.choice for each in taps])
        db.session.remove()
    return found


@pytest.mark.parametrize("name", EVERY)
def test_a_scenario_is_finished_by_touch(sample_site: Site, open_practice, name: str):
    page, way = open_practice(name), right_way(name)
    for place, choice in enumerate(way, 1):
        expect(page.locator("#step")).to_have_text(f"Bước {place}/{len(way)}")
        expect(page.locator("#screen .sim-mark")).to_have_text(MARK)
        tap(page, choice)
    page.wait_for_url("**/practised/*")
    expect(page.locator("h1")).to_have_text(f"Đã xong {len(way)}/{len(way)} bước, 0 lần thử lại.")
    expect(page.locator(".say blockquote")).to_be_visible()
    expect(page.locator(".sim-mark")).to_have_text(MARK)
    assert newest_run(sample_site) == ("passed", len(way), 0, way)


@pytest.mark.parametrize("name", EVERY)
def test_a_scenario_is_finished_by_keys_alone(sample_site: Site, open_practice, name: str):
    page, way = open_practice(name, DESK), right_way(name)
    for place, choice in enumerate(way, 1):
        reach(page, f"#play button[value='{choice}']")
        page.keyboard.press("Enter")
        if place < len(way):
            expect(page.locator("#step")).to_have_text(f"Bước {place + 1}/{len(way)}")
            expect(page.locator("#scene")).to_be_focused()
    page.wait_for_url("**/practised/*")
    assert newest_run(sample_site)[:3] == ("passed", len(way), 0)


def test_a_scenario_is_finished_without_javascript(sample_site: Site, open_practice):
    page = open_practice(ELDER, java_script_enabled=False)
    way = right_way(ELDER)
    for choice in way:
        page.locator(f"#play button[value='{choice}']").tap()
        page.wait_for_load_state()
    expect(page.locator("h1")).to_have_text(f"Đã xong {len(way)}/{len(way)} bước, 0 lần thử lại.")


def test_wrong_taps_bring_words_then_a_hint_then_a_ring(open_practice):
    page = open_practice(LEVEL)
    tap(page, "look-together")
    said = page.locator("#said")
    tap(page, "wallet")
    expect(said).to_contain_text("Chưa đúng.")
    expect(said).not_to_contain_text("Gợi ý")
    tap(page, "services")
    expect(said).to_contain_text("Gợi ý: Mức tài khoản là chuyện của chính bác")
    expect(page.locator(".ring")).to_have_count(0)
    tap(page, "health")
    tap(page, "back")
    expect(page.locator(".ring")).to_have_attribute("value", "me")
    expect(page.locator(".ring")).to_contain_text("chỗ này đây")
    expect(page.locator("#back")).to_be_hidden()
    page.reload()
    page.goto(page.url.split("?")[0])
    expect(page.locator(".ring")).to_have_attribute("value", "me")
    expect(page.locator("#step")).to_have_text("Bước 2/6")


def test_a_forbidden_act_ends_the_run_with_its_reason(sample_site: Site, open_practice):
    page = open_practice(ELDER)
    tap(page, "sit-beside")
    tap(page, "larger")
    tap(page, "reach-over")
    page.wait_for_url("**/practised/*")
    expect(page.locator(".practised")).to_contain_text("Bấm thay người bệnh.")
    assert newest_run(sample_site)[:3] == ("failed", 2, 0)
    page.get_by_role("link", name="Làm lại từ đầu").tap()
    expect(page.locator("#step")).to_have_text("Bước 1/8")


def test_with_the_network_gone_the_run_goes_on_and_is_sent_afterwards(sample_site: Site, open_practice):
    page, way = open_practice(LEVEL), right_way(LEVEL)
    watched = page.locator("#state")
    tap(page, way[0])
    expect(watched).to_contain_text("Đã lưu")
    page.route("**/taps", lambda route: route.fulfill(status=200, body="<p>Wi-Fi</p>"))
    for choice in way[1:]:
        tap(page, choice)
    expect(page.locator(".outcome-line")).to_have_text("Đạt")
    expect(page.locator(".outcome-count")).to_have_text("Đã xong 6/6 bước, 0 lần thử lại.")
    expect(watched).to_contain_text("Chưa gửi được")
    expect(page.locator("#screen .sim-mark")).to_have_text(MARK)
    page.unroute("**/taps")
    page.wait_for_url("**/practised/*")
    assert newest_run(sample_site) == ("passed", 6, 0, way)


def test_taps_not_sent_are_walked_again_after_a_reload(sample_site: Site, open_practice):
    page, way = open_practice(LEVEL), right_way(LEVEL)
    tap(page, way[0])
    expect(page.locator("#state")).to_contain_text("Đã lưu")
    page.goto(page.url.split("?")[0])
    page.route("**/taps", lambda route: route.fulfill(status=200, body="<p>Wi-Fi</p>"))
    tap(page, way[1])
    expect(page.locator("#state")).to_contain_text("Chưa gửi được")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.locator("#step")).to_have_text("Bước 3/6")
    page.unroute("**/taps")
    for choice in way[2:]:
        tap(page, choice)
    page.wait_for_url("**/practised/*")
    assert newest_run(sample_site)[3] == way


def test_a_persons_number_typed_anywhere_is_neither_sent_nor_kept(sample_site: Site, open_practice):
    """CT-06."""
    page, sent = open_practice(PASSCODE), []
    page.on("request", lambda request: sent.append(said(request)))
    for choice in right_way(PASSCODE):
        type_everywhere(page)
        tap(page, choice)
    page.wait_for_url("**/practised/*")
    type_everywhere(page)
    assert sent and not [each for each in sent if NUMBER in each or re.search(r"079.?090", each)]
    with sample_site.app.app_context():
        for table in Base.metadata.sorted_tables:
            assert NUMBER not in str(db.session.execute(table.select()).all()), table.name
        db.session.remove()
    assert NUMBER not in page.content()


def said(request: Request) -> str:
    return f"{request.url} {request.headers} {request.post_data or ''}"


def type_everywhere(page: Page) -> None:
    """Type the number with the focus on each place that can have it; no place takes a letter."""
    assert page.locator("input:not([type=hidden]), textarea, select, [contenteditable]").count() == 0
    for place in page.locator("#play button:visible, a:visible, summary:visible").all():
        place.focus()
        page.keyboard.type(NUMBER)
    assert NUMBER not in page.locator("body").inner_text()


def test_the_mark_stands_on_each_frame_where_it_can_be_seen(open_practice):
    for name in (LEVEL, PASSCODE, ELDER):
        page = open_practice(name)
        for choice in right_way(name):
            frames = page.locator("#screen .sim")
            assert frames.count() == 1
            box, mark = frames.bounding_box(), page.locator("#screen .sim .sim-mark").bounding_box()
            assert box and mark and mark["height"] > 10
            assert box["x"] <= mark["x"] and mark["x"] + mark["width"] <= box["x"] + box["width"]
            tap(page, choice)
            page.wait_for_timeout(50)
        page.wait_for_url("**/practised/*")


def test_without_motion_a_field_is_filled_at_once(open_practice):
    page = open_practice(PASSCODE, reduced_motion="reduce")
    for choice in right_way(PASSCODE)[:4]:
        tap(page, choice)
    tap(page, "otp")
    assert page.locator("#screen .sim-talk").count() == 1
    tap(page, "birthday")
    assert page.locator(".shake").evaluate("element => getComputedStyle(element).animationName") == "none"


@pytest.mark.parametrize("name", [LEVEL, PASSCODE, ELDER])
def test_a_scenario_weighs_little(sample_site: Site, world: World, open_page, name: str):
    page = open_page(sample_site, PHONE)
    page.context.add_cookies([world.cookie("reader")])
    weight = watch(page)
    page.goto(f"/practice/{name}?again=1", wait_until="networkidle")
    assert weight[0] <= LIGHT, f"{weight[0]} bytes"
