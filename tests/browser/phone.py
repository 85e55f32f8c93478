"""A phone of one's own with days without network, the person who holds it, and what can be looked up about both."""

import contextlib
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Error, Page
from sqlalchemy import select

from app.kernel.db import db
from app.people.models import Facility
from courses.models import Module
from quizzes.models import Answer, Attempt
from tests.browser.conftest import FLAGS, PHONE, Site, chromium
from tests.browser.every_page import sign_in
from tests.browser.weak_network import WeakNetwork
from tests.builders import employ, make_facility, make_person
from tests.certificates.builders import assign
from tests.quizzes.builders import right_tokens

LEARN = "/learn/m1"


class Phone:
    """One browser with a folder of its own, so that it can be killed and opened again with all it kept."""

    def __init__(self, chrome: Browser, site: Site, folder: Path) -> None:
        self.kind, self.site, self.folder = chrome.browser_type, site, folder
        self.network = WeakNetwork(site.url)
        self.faults: list[str] = []
        self.open()

    def open(self) -> None:
        self.context: BrowserContext = self.kind.launch_persistent_context(
            str(self.folder), executable_path=chromium(), args=FLAGS, viewport=PHONE, is_mobile=True, has_touch=True,
            base_url=self.network.url, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh",
        )  # fmt: skip
        self.context.set_default_timeout(10_000)
        self.context.on("weberror", lambda error: self.faults.append(str(error.error)))
        self.page: Page = self.context.pages[0]

    def kill(self) -> None:
        """End the browser, and open it again where it was."""
        address = self.page.url
        self.context.close()
        self.open()
        self.page.goto(address)

    def sign_in(self, person_id: int) -> None:
        token = sign_in(self.site, person_id)
        ends = 1_900_000_000  # kept when the browser is closed, as on a device of one's own
        self.context.add_cookies([{"name": "san-sang", "value": token, "url": self.network.url, "expires": ends}])

    def keep(self, address: str) -> None:
        """Open a module and keep it on the phone."""
        self.page.goto(address)
        self.page.locator("[data-say]", has_text="Chiếm").wait_for()
        self.page.get_by_role("button", name="Tải về máy").click()
        self.page.locator("[data-say]", has_text="Đã giữ trên máy này").wait_for()
        self.page.evaluate("navigator.serviceWorker.ready.then(() => caches.keys())")
        self.until("async () => (await navigator.serviceWorker.getRegistration())?.active?.state === 'activated'")

    def take_along(self) -> None:
        """Keep the first module on the phone with its quiz."""
        self.keep(LEARN)
        self.page.get_by_role("button", name="Tải cả bài kiểm tra").click()
        self.page.locator("[data-taking]", has_text="Bài kiểm tra cũng đã có trên máy").wait_for()

    def until(self, predicate: str, arg: object = None) -> None:
        """Wait until what a function promises is true: Playwright's own waiting takes the promise itself for true."""
        for _try in range(100):
            with contextlib.suppress(Error):  # the page has just gone
                if self.page.evaluate(predicate, arg):
                    return
            self.page.wait_for_timeout(100)
        raise AssertionError(f"never true: {predicate}")

    def next(self) -> None:
        """Press the one button at the bottom and wait for the page after it."""
        with self.page.expect_navigation():
            self.page.locator(".dock .btn").click()
        self.page.locator(".dock .btn, #main h1").first.wait_for()

    def come_back(self) -> None:
        """Have network again, and notice it as a phone does."""
        self.network.set("open")
        self.notice()

    def notice(self) -> None:
        """Hear that there is a network, whatever it is worth; a page that is just going needs no telling."""
        with contextlib.suppress(Error):
            self.page.evaluate("dispatchEvent(new Event('online'))")

    def close(self) -> None:
        self.context.close()
        self.network.close()


def make_learner(site: Site, name: str) -> int:
    with site.app.app_context():
        facility = db.session.scalar(select(Facility))
        if facility is None:
            facility = make_facility("BV-XA", "Bệnh viện Ven Sông")
        person = make_person(name)
        employ(person, facility)
        module = db.session.scalars(select(Module).where(Module.key == "m1")).one()
        assign(person, facility, module.id)
        found = person.id
        db.session.remove()
    return found


def read_module(phone: Phone, *, kill_at: int) -> None:
    """Read every lesson from the first card to the last, with a killed tab on the way."""
    phone.page.goto(LEARN)
    phone.page.locator(".rows a").first.click()
    for at in range(200):
        phone.page.locator(".dock .btn").wait_for()
        if "/quiz/" in phone.page.url:
            return
        if at == kill_at:
            phone.kill()
            phone.page.locator(".dock .btn").wait_for()
        phone.next()
    raise AssertionError("the module has no end")


def answer(phone: Phone, right: list[str]) -> None:
    """Choose what is right on a question's page without network."""
    for token in right:
        phone.page.locator(f"[value='{token}']").check(force=True)
    phone.page.locator("[data-state]", has_text="Trên máy này").wait_for()


def answer_all(phone: Phone, rights: list[list[str]], *, kill_at: int = 0) -> None:
    """Answer every question right and look back."""
    for place, right in enumerate(rights, 1):
        phone.page.wait_for_url(f"**/attempts/*/{place}")
        if place == kill_at:
            phone.kill()
        answer(phone, right)
        phone.next()
    phone.page.locator(".row .st", has_text="Trên máy này").first.wait_for()


def paper_of(site: Site, person_id: int) -> list[list[str]]:
    """What is right at each place of the person's newest attempt."""
    with site.app.app_context():
        attempt = db.session.scalars(
            select(Attempt).where(Attempt.person_id == person_id).order_by(Attempt.id.desc())
        ).first()
        rights = [right_tokens(attempt, place) for place in range(1, len(attempt.draw) + 1)]
        db.session.remove()
    return rights


def begin_quiz_away(phone: Phone, site: Site, person_id: int) -> list[list[str]]:
    """Lose the network with the module and its quiz on the phone, and begin; returns what is right at each place."""
    phone.sign_in(person_id)
    phone.take_along()
    rights = paper_of(site, person_id)
    phone.network.set("away")
    phone.page.goto("/quiz/m1")
    phone.next()
    return rights


def hand_in_away(phone: Phone, site: Site, person_id: int) -> list[list[str]]:
    """Answer the whole quiz right and hand it in, without network; returns what is right at each place."""
    rights = begin_quiz_away(phone, site, person_id)
    answer_all(phone, rights)
    phone.next()
    phone.page.get_by_text("Đã nộp trên máy này").wait_for()
    return rights


def answered_rows(site: Site, person_id: int) -> tuple[int, set[str]]:
    """Return how many choices of a person the server has, and the ids under which they came."""
    with site.app.app_context():
        found = db.session.scalars(
            select(Answer.op_id).join(Attempt, Attempt.id == Answer.attempt_id).where(Attempt.person_id == person_id)
        ).all()
        db.session.remove()
    return len(found), set(found)


#: Whether the store speaks a language: the pages without network are in it.
SPEAKS = """(language) => new Promise((resolve) => {
  const asked = indexedDB.open("san-sang");
  asked.onsuccess = () => {
    const mine = asked.result.transaction("keys").objectStore("keys").get("mine");
    mine.onsuccess = () => { asked.result.close(); resolve(mine.result?.language === language); };
  };
})"""
KEPT = """() => new Promise((resolve) => {
  const asked = indexedDB.open("san-sang");
  asked.onsuccess = () => {
    const all = asked.result.transaction("operations").objectStore("operations").getAll();
    all.onsuccess = () => {
      asked.result.close();
      resolve(all.result.map((each) => [each.op_id, each.state, each.receipt]));
    };
  };
})"""


def with_store(work: str) -> str:
    """A function that runs ``work`` with the store's own script as ``store`` and whose it is as ``me``."""
    return f"""async () => {{
      const ours = document.querySelector("script[src*='/js/offline/']").src;
      const store = await import(new URL("store.js", ours));
      const me = await store.mine();
      {work}
    }}"""


def kept_on(phone: Phone) -> list[tuple[str, str, str | None]]:
    """Return what waits or waited on a phone: id, state and receipt."""
    return asked(phone, KEPT)


def text_of(phone: Phone) -> str:
    """Return what a phone's page says."""
    return asked(phone, "document.body.innerText")


def asked(phone: Phone, script: str) -> Any:
    """Return what a script gives on a phone's page; asked again when the page has just gone."""
    for _try in range(5):
        try:
            return phone.page.evaluate(script)
        except Error:
            phone.page.wait_for_load_state("domcontentloaded", timeout=30_000)
    raise AssertionError("the page does not stay")
