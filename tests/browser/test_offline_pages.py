"""The pages without network are as readable and reachable as those with it: on a small phone, in both languages."""

import re

import pytest
from axe_playwright_python.base import AXE_SCRIPT

from app.kernel.db import db
from app.kernel.transaction import transaction
from app.people.models import Person
from tests.browser.conftest import PHONE, Site
from tests.browser.every_page import LESSON
from tests.browser.phone import LEARN, SPEAKS, Phone, paper_of
from tests.browser.test_every_page import CONTRAST, EVERY_RULE, FACTS, NARROW, WIDER, violations, wrong_words
from tests.browser.test_practice import PASSCODE, right_way, tap
from tests.browser.test_room import FILLED


class Reader:
    """Somebody who goes from page to page on a phone, and notes what is wrong on each."""

    def __init__(self, phone: Phone, language: str) -> None:
        self.phone, self.language, self.wrong = phone, language, list[str]()

    def visit(self, address: str, shown: str) -> None:
        """Open a page, and look at it as soon as what it is about is there."""
        self.phone.page.goto(address)
        self.look(shown)

    def press(self, shown: str) -> None:
        """Press the one button at the bottom, and look at the page after it."""
        with self.phone.page.expect_navigation():
            self.phone.page.locator(".dock .btn").dispatch_event("click")  # the size of the page has just changed
        self.look(shown)

    def look(self, shown: str) -> None:
        """Look at the page in both lights, and at its narrowest."""
        page = self.phone.page
        page.locator(shown).first.wait_for()
        found = page.evaluate(FACTS) + page.evaluate(WIDER, PHONE["width"])
        found += wrong_words(page, self.language, is_refused=False)
        page.evaluate(AXE_SCRIPT)
        found += violations(page, "light", EVERY_RULE)
        page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        found += violations(page, "dark", CONTRAST)
        page.set_viewport_size({"width": NARROW, "height": 568})
        found += page.evaluate(WIDER, NARROW)
        page.emulate_media(color_scheme="light")
        page.set_viewport_size(PHONE)
        self.wrong += [f"{page.url}: {each}" for each in found]


def speak(site: Site, person_id: int, language: str) -> None:
    with site.app.app_context():
        with transaction() as session:
            session.get_one(Person, person_id).language = language
        db.session.remove()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_everybody_can_use_the_pages_without_network(phone: Phone, empty_site: Site, learner: int, language: str):
    phone.sign_in(learner)
    phone.keep("/learn/m2")
    phone.take_along()
    right = paper_of(empty_site, learner)[0]
    speak(empty_site, learner, language)
    reader = Reader(phone, language)
    reader.visit(LEARN, "[data-drop]:visible")
    phone.until(SPEAKS, language)
    phone.network.set("away")
    reader.visit("/", ".rows .row")
    reader.visit(LEARN, ".rows .row")
    for card in range(1, 9):
        reader.visit(f"{LEARN}/{LESSON}?card={card}", "article.lesson")
    reader.visit("/guide", "[data-find]")
    reader.visit("/guide?q=zzzz", "[data-empty]:visible")
    reader.visit("/guide/cards/referral", ".say")
    reader.visit("/guide/errors", ".fault")
    reader.visit("/learn/m3", ".empty")
    reader.visit("/quiz/m2", ".empty")
    practise(reader)
    walk_through_the_quiz(reader, right)
    phone.network.set("open")
    reader.visit("/me", "#work .st-done")
    assert reader.wrong == []


def practise(reader: Reader) -> None:
    """Practise to the end, and look at each screen; then find the run on the module's page."""
    page = reader.phone.page
    reader.visit("/learn/m2", "#practice")
    reader.visit(f"/practice/{PASSCODE}", "#screen .sim")
    for choice in right_way(PASSCODE):
        tap(page, choice)
        reader.look("#state .st")
    reader.look(".outcome-line")
    reader.visit("/learn/m2", ".row .st")


def walk_through_the_quiz(reader: Reader, right: list[str]) -> None:
    """Begin, choose and mark in the first question, look back on the gaps, and hand in all the same."""
    page = reader.phone.page
    reader.visit("/quiz/m1", "main .notice")
    reader.press("h1.question")
    for token in right:
        page.locator(f"[value='{token}']").check(force=True)
    page.locator("[data-flag]").click()
    reader.look("[data-state] .st")
    page.evaluate(FILLED)
    page.locator("[data-flag]").click()
    reader.look("[data-state] .st-failed")
    reader.visit(re.sub(r"\d+$", "review", page.url), ".rows .row")
    reader.press(".empty")
