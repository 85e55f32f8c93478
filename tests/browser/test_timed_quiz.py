"""A timed quiz in a real browser: counted down, warned of once, handed in by itself, right without a script."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, Route, expect

from app.kernel import clock
from app.kernel.db import db
from app.kernel.transaction import transaction
from app.people.models import Facility
from courses.models import Module
from quizzes.models import Attempt, AttemptState
from tests.browser.conftest import PHONE
from tests.browser.every_page import World, sign_in
from tests.builders import employ, make_person
from tests.quizzes import builders as quiz


class Sitting:
    """Somebody's attempt at M1 whose deadline a test puts where it wants."""

    def __init__(self, world: World) -> None:
        self.site = world.site
        with self.site.app.app_context():
            facility = db.session.get_one(Facility, world.ids["facility"])
            person = make_person("Trần Thị Có Giờ", is_sample=True)
            employ(person, facility)
            self.person_id, module = person.id, db.session.query(Module).filter_by(key="m1").one()
            self.id = quiz.start(person, module).id
            db.session.remove()
        self.token = sign_in(self.site, self.person_id)
        self.path = f"/attempts/{self.id}"

    def ends_in(self, seconds: float) -> None:
        with self.site.app.app_context():
            with transaction() as session:
                session.get_one(Attempt, self.id).deadline_at = clock.now() + timedelta(seconds=seconds)
            db.session.remove()

    def state(self) -> AttemptState:
        with self.site.app.app_context():
            found = db.session.get_one(Attempt, self.id).state
            db.session.remove()
        return found

    def choices(self) -> int:
        with self.site.app.app_context():
            attempt = db.session.get_one(Attempt, self.id)
            found = sum(mark["outcome"] != "unanswered" for mark in attempt.marks or [])
            db.session.remove()
        return found


@pytest.fixture
def sitting(world: World) -> Sitting:
    return Sitting(world)


@pytest.fixture
def page(open_page: Callable[..., Page], sitting: Sitting) -> Page:
    return _signed_in(open_page(sitting.site, PHONE), sitting)


def _signed_in(page: Page, sitting: Sitting) -> Page:
    page.context.add_cookies([{"name": "san-sang", "value": sitting.token, "url": sitting.site.url}])
    return page


def test_the_time_left_is_counted_and_warned_of_once(page: Page, sitting: Sitting):
    sitting.ends_in(6 * 60 + 1)
    page.goto(f"{sitting.path}/1")
    expect(page.locator("#left")).to_contain_text("Còn 7 phút. Làm bài đến")
    expect(page.locator("#left")).to_contain_text("Còn 6 phút.")
    assert page.locator("#left-said").text_content() == ""
    sitting.ends_in(4 * 60 + 30)
    page.goto(f"{sitting.path}/2")
    expect(page.locator("#left-said")).to_have_text("Còn 5 phút.")
    page.goto(f"{sitting.path}/3")
    expect(page.locator("#left")).to_contain_text("Còn 5 phút.")
    assert page.locator("#left-said").text_content() == "", "once an attempt, not once a page"
    sitting.ends_in(62)
    page.goto(f"{sitting.path}/review")
    expect(page.locator("#left-said")).to_have_text("Còn chưa đầy 1 phút.")


def test_at_the_deadline_the_page_hands_in_what_was_chosen(page: Page, sitting: Sitting):
    sitting.ends_in(3)
    page.goto(f"{sitting.path}/1")
    page.locator(".opt label").first.click()
    page.wait_for_url("**/result", timeout=10_000)
    assert (sitting.state(), sitting.choices()) == (AttemptState.EXPIRED, 1)
    expect(page.locator("main")).to_contain_text("Hết giờ. Các câu đã lưu được nộp.")


def test_a_choice_made_in_time_counts_when_the_network_comes_back_in_the_grace(page: Page, sitting: Sitting):
    sitting.ends_in(4)
    page.goto(f"{sitting.path}/1")
    # The address alone, not the whole network: a browser notes every request that fails, and that is a fault here.
    held: list[Route] = []

    def _hold(route: Route) -> None:
        held.append(route)

    page.route("**/answers", _hold)
    page.locator(".opt label").first.click()
    expect(page.locator("#left")).to_contain_text("Hết giờ. Đang nộp bài.", timeout=10_000)
    assert page.locator(".opt input").first.is_disabled()
    assert sitting.state() is AttemptState.OPEN, "it waits for what is on its way"
    held[0].continue_()
    page.wait_for_url("**/result", timeout=10_000)
    assert (sitting.state(), sitting.choices()) == (AttemptState.EXPIRED, 1)


def test_without_a_script_the_page_is_right_and_the_server_ends_the_attempt(
    open_page: Callable[..., Page], sitting: Sitting
):
    page = _signed_in(open_page(sitting.site, PHONE, java_script_enabled=False), sitting)
    sitting.ends_in(15 * 60)
    page.goto(f"{sitting.path}/1")
    assert page.locator("#left").inner_text().strip().startswith("Làm bài đến")
    page.locator(".opt label").first.click()
    page.locator(".dock button").click()
    sitting.ends_in(-1)
    page.goto(f"{sitting.path}/2")
    page.get_by_role("button", name="Xem kết quả").click()
    assert page.url.endswith("/result")
    assert (sitting.state(), sitting.choices()) == (AttemptState.EXPIRED, 1)


def test_a_device_that_slept_asks_the_server_again(page: Page, sitting: Sitting):
    sitting.ends_in(30 * 60)
    page.goto(f"{sitting.path}/1")
    expect(page.locator("#left")).to_contain_text("Còn 30 phút.")
    sitting.ends_in(10 * 60)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator("#left")).to_contain_text("Còn 10 phút.")


def test_a_path_ticks_its_modules_and_one_taken_out_unticks_the_path(open_page: Callable[..., Page], world: World):
    page = open_page(world.site, PHONE)
    page.context.add_cookies([world.cookie("coordinator")])
    world.speak("coordinator", "vi")
    page.goto(f"/f/{world.facility}/assign?position={world.ids['it']}&step=what")
    modules, path = page.locator("[name=module]:checked"), page.locator("[name=path]").first
    path.check(force=True)
    expect(modules).to_have_count(5)
    modules.first.uncheck(force=True)
    expect(path).not_to_be_checked()
    expect(modules).to_have_count(4)
