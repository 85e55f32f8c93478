"""Days without network on a phone of one's own: a whole module, a whole quiz, a killed tab, and nothing lost."""

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page
from sqlalchemy import select, update

from app.kernel import clock
from app.kernel.db import db
from app.kernel.transaction import transaction
from app.people.models import Facility, SignIn
from certificates.models import Certificate
from courses.models import LessonProgress, Module
from quizzes.models import Answer, Attempt
from tests.browser.conftest import FLAGS, PHONE, Site, chromium
from tests.browser.every_page import LONG_NAME, sign_in
from tests.browser.weak_network import WeakNetwork
from tests.builders import employ, make_person
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

    def take_along(self) -> None:
        """Open a module, keep it on the phone with its quiz."""
        self.page.goto(LEARN)
        self.page.locator("[data-say]", has_text="Chiếm").wait_for()
        self.page.get_by_role("button", name="Tải về máy").click()
        self.page.locator("[data-say]", has_text="Đã giữ trên máy này").wait_for()
        self.page.get_by_role("button", name="Tải cả bài kiểm tra").click()
        self.page.locator("[data-taking]", has_text="Bài kiểm tra cũng đã có trên máy").wait_for()
        self.page.evaluate("navigator.serviceWorker.ready.then(() => caches.keys())")
        self.until("async () => (await navigator.serviceWorker.getRegistration())?.active?.state === 'activated'")

    def until(self, predicate: str) -> None:
        """Wait until what a function promises is true: Playwright's own waiting takes the promise itself for true."""
        for _try in range(100):
            with contextlib.suppress(Error):  # the page has just gone
                if self.page.evaluate(predicate):
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


@pytest.fixture
def phone(chrome: Browser, empty_site: Site, tmp_path: Path) -> Iterator[Phone]:
    held = Phone(chrome, empty_site, tmp_path)
    yield held
    held.close()
    assert held.faults == []


@pytest.fixture
def learner(empty_site: Site) -> int:
    """A nurse who is to learn the first module."""
    return make_learner(empty_site, LONG_NAME)


def make_learner(site: Site, name: str) -> int:
    with site.app.app_context():
        facility = db.session.scalar(select(Facility))
        if facility is None:
            from tests.builders import make_facility

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


def answer_all(phone: Phone, rights: list[list[str]], *, kill_at: int = 0) -> None:
    """Answer every question right and look back."""
    for place, right in enumerate(rights, 1):
        phone.page.wait_for_url(f"**/attempts/*/{place}")
        if place == kill_at:
            phone.kill()
        for token in right:
            phone.page.locator(f"[value='{token}']").check(force=True)
        phone.page.locator("[data-state]", has_text="Trên máy này").wait_for()
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


def test_a_whole_module_with_its_quiz_in_airplane_mode(phone: Phone, empty_site: Site, learner: int):
    phone.sign_in(learner)
    phone.take_along()
    rights = paper_of(empty_site, learner)
    phone.network.set("away")
    read_module(phone, kill_at=7)
    phone.next()
    answer_all(phone, rights, kill_at=4)
    assert phone.page.locator(".row .st", has_text="Trên máy này").count() == len(rights)
    assert "Đã gửi" not in phone.page.locator("body").inner_text()
    phone.next()
    phone.page.get_by_text("Đã nộp trên máy này").wait_for()
    phone.come_back()
    phone.page.get_by_role("heading", name=re.compile("^Đạt")).wait_for()
    with empty_site.app.app_context():
        attempt = db.session.scalars(select(Attempt).where(Attempt.person_id == learner)).one()
        assert (attempt.passed, attempt.score) == (True, len(rights))
        answers = db.session.scalars(select(Answer).where(Answer.attempt_id == attempt.id)).all()
        taps = [place for place, right in enumerate(rights, 1) for _token in right]
        assert sorted(each.place for each in answers) == taps, "each tap once"
        assert all(each.made_at is not None for each in answers)
        assert db.session.scalars(select(Certificate).where(Certificate.person_id == learner)).one()
        lessons = db.session.scalars(select(LessonProgress).where(LessonProgress.person_id == learner)).all()
        assert len(lessons) == 5 and all(each.finished_at for each in lessons)
        db.session.remove()


def answered_rows(site: Site, person_id: int) -> tuple[int, set[str]]:
    """Return how many choices of a person the server has, and the ids under which they came."""
    with site.app.app_context():
        found = db.session.scalars(
            select(Answer.op_id).join(Attempt, Attempt.id == Answer.attempt_id).where(Attempt.person_id == person_id)
        ).all()
        db.session.remove()
    return len(found), set(found)


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


def kept_on(phone: Phone) -> list[tuple[str, str, str | None]]:
    """Return what waits or waited on a phone: id, state and receipt; asked again when the page has just gone."""
    for _try in range(5):
        try:
            return phone.page.evaluate(KEPT)
        except Error:
            phone.page.wait_for_load_state("domcontentloaded", timeout=30_000)
    raise AssertionError("the page does not stay")


def test_no_receipt_no_sent_on_a_network_that_lies_and_loses(phone: Phone, empty_site: Site, learner: int):
    phone.sign_in(learner)
    phone.take_along()
    rights = paper_of(empty_site, learner)
    phone.network.set("away")
    phone.page.goto("/quiz/m1")
    phone.next()
    answer_all(phone, rights)
    # A café's page answers 200 to everything: nothing is sent, and nothing is said to be.
    phone.network.set("portal")
    phone.notice()
    phone.page.wait_for_timeout(1500)
    assert answered_rows(empty_site, learner)[0] == 0
    assert {state for _op, state, _receipt in kept_on(phone)} == {"waiting"}
    assert "Đã gửi" not in phone.page.locator("body").inner_text()
    # Then one that is slow and cuts three connections of ten, also half way through an answer.
    phone.network.set("lossy", delay=0.2, loss=0.3)
    for _try in range(12):
        phone.notice()
        phone.page.wait_for_timeout(1500)
        count, there = answered_rows(empty_site, learner)
        kept = kept_on(phone)
        sent = {op_id for op_id, state, receipt in kept if state != "waiting" and receipt}
        assert sent <= there, "a receipt without a row"
        assert count == len(there) and there <= {op_id for op_id, *_rest in kept}, "each choice once"
        if len(sent) == len(kept):
            break
    phone.network.set("open")
    phone.page = phone.context.new_page()  # the old one may be loading itself again at any moment
    phone.page.goto("/")
    phone.until(f"async () => (await ({KEPT})()).every((each) => each[1] === 'confirmed')")
    assert answered_rows(empty_site, learner)[0] == sum(map(len, rights))
    phone.page.goto("/me")
    phone.page.locator("#work .st").first.wait_for()
    assert set(phone.page.locator("#work .st").all_inner_texts()) == {"Đã xác nhận"}
    assert phone.page.locator("#work .row-meta", has_text=re.compile(r"^Đã gửi \d\d:\d\d$")).count() > 1


def test_the_next_person_on_the_phone_sees_nothing_of_the_first_one_s_work(
    phone: Phone, empty_site: Site, learner: int
):
    phone.sign_in(learner)
    phone.take_along()
    rights = paper_of(empty_site, learner)
    phone.network.set("away")
    phone.page.goto("/quiz/m1")
    phone.next()
    answer_all(phone, rights)
    # Signed out elsewhere meanwhile: with network again the sign-in page comes, and the key dies with it.
    with empty_site.app.app_context():
        with transaction() as session:
            session.execute(update(SignIn).where(SignIn.person_id == learner).values(ended_at=clock.now()))
        db.session.remove()
    phone.network.set("open")
    phone.page.goto("/")
    phone.page.wait_for_url("**/sign-in**")
    phone.page.get_by_text("Trên máy này còn 1 bài chưa gửi của người khác.").wait_for()
    phone.sign_in(make_learner(empty_site, "Lê Thị Người Sau"))
    phone.page.goto(LEARN)
    phone.page.get_by_text("còn 1 bài chưa gửi của người khác").wait_for()
    phone.page.locator("[data-say]", has_text="Chiếm").wait_for()
    kept = kept_on(phone)
    assert len(kept) == sum(map(len, rights)) and {state for _op, state, _receipt in kept} == {"waiting"}
    phone.network.set("away")
    phone.page.goto("/attempts/1/1")
    phone.page.get_by_text("Trang này chưa có trên máy").wait_for()
    assert answered_rows(empty_site, learner)[0] == 0, "nobody sends another's work"
    phone.network.set("open")
    phone.sign_in(learner)
    phone.page.goto("/")
    phone.page.get_by_text("Đã gửi").wait_for()
    assert answered_rows(empty_site, learner)[0] == sum(map(len, rights))


def save_file(phone: Phone, folder: Path) -> Path:
    """Press the button on the page without network, and keep what it saves."""
    phone.page.goto("/me")
    button = phone.page.get_by_role("button", name="Tải bài làm về máy")
    with phone.page.expect_download() as saving:
        button.click()
    phone.page.get_by_text("không mục nào bị tính hai lần").wait_for()
    name = saving.value.suggested_filename
    assert re.fullmatch(r"san-sang-bai-lam-\d{4}-\d\d-\d\d\.sansang", name)
    saving.value.save_as(folder / name)
    return folder / name


def test_a_file_carries_the_work_where_no_network_comes(
    phone: Phone, chrome: Browser, empty_site: Site, learner: int, tmp_path: Path
):
    phone.sign_in(learner)
    phone.take_along()
    rights = paper_of(empty_site, learner)
    phone.network.set("away")
    phone.page.goto("/quiz/m1")
    phone.next()
    answer_all(phone, rights)
    phone.next()
    phone.page.get_by_text("Đã nộp trên máy này").wait_for()
    file = save_file(phone, tmp_path)
    assert file.stat().st_size <= 1_000_000
    carrier = chrome.new_context(base_url=empty_site.url)
    token = sign_in(empty_site, make_learner(empty_site, "Lê Thị Người Mang Giúp"))
    carrier.add_cookies([{"name": "san-sang", "value": token, "url": empty_site.url}])
    page = carrier.new_page()
    work = {op_id for op_id, *_rest in kept_on(phone)}
    for words in (f"{len(work)} mục đã đến nơi.", f"{len(work)} mục đã đến nơi từ trước."):
        page.goto("/me")
        page.get_by_role("link", name="Nộp tệp bài làm").click()
        page.locator("input[type=file]").set_input_files(file)
        page.get_by_role("button", name="Nộp tệp").click()
        page.get_by_text(words).wait_for()
        assert LONG_NAME not in page.locator("main").inner_text()
        assert answered_rows(empty_site, learner)[0] == sum(map(len, rights)), "each answer once"
    carrier.close()
    with empty_site.app.app_context():
        assert db.session.scalars(select(Certificate).where(Certificate.person_id == learner)).one()
        db.session.remove()
    assert {state for _op, state, _receipt in kept_on(phone)} == {"waiting"}, "the device knows of nothing"
    phone.network.set("open")
    phone.page = phone.context.new_page()
    phone.page.goto("/me")
    phone.until(f"async () => (await ({KEPT})()).every((each) => each[1] === 'confirmed')")
    phone.page.reload()
    phone.page.locator("#work .st").first.wait_for()
    assert set(phone.page.locator("#work .st").all_inner_texts()) == {"Đã xác nhận"}
    assert phone.page.get_by_role("button", name="Tải bài làm về máy").count() == 0
    assert answered_rows(empty_site, learner)[0] == sum(map(len, rights))


def with_store(work: str) -> str:
    """A function that runs ``work`` with the store's own script as ``store`` and whose it is as ``me``."""
    return f"""async () => {{
      const ours = document.querySelector("script[src*='/js/offline/']").src;
      const store = await import(new URL("store.js", ours));
      const me = await store.mine();
      {work}
    }}"""


def test_a_file_takes_the_oldest_that_fit_and_says_so(phone: Phone, empty_site: Site, learner: int, tmp_path: Path):
    phone.sign_in(learner)
    phone.take_along()
    phone.network.set("away")
    phone.page.goto("/me")
    phone.page.evaluate(with_store("""
      for (let place = 1; place <= 12; place += 1) {
        const padding = "x".repeat(place < 3 ? 9 : 100_000);
        await store.add(me, { kind: "card", module: "m1", lesson: "no", place, padding });
      }"""))  # fmt: skip
    phone.page.reload()
    with phone.page.expect_download() as saving:
        phone.page.get_by_role("button", name="Tải bài làm về máy").click()
    saving.value.save_as(tmp_path / "file")
    assert 900_000 < (tmp_path / "file").stat().st_size <= 1_000_000
    phone.page.get_by_text("có 9 mục cũ nhất trong 12 mục").wait_for()


def test_a_store_of_an_earlier_release_gets_what_a_file_needs_at_the_next_visit(
    phone: Phone, empty_site: Site, learner: int
):
    phone.sign_in(learner)
    phone.take_along()
    phone.page.evaluate(with_store("await store.note(me, { envelope: undefined, server_key: undefined });"))
    phone.page.goto("/")
    phone.until(with_store("return Boolean(me.envelope && me.server_key);"))
    assert phone.page.evaluate(with_store("return Boolean(await store.take(me, 'pack/m1/'));")), "its key is the same"


def test_signing_out_takes_the_key_away_and_leaves_the_work_sealed(phone: Phone, empty_site: Site, learner: int):
    phone.sign_in(learner)
    phone.take_along()
    phone.page.goto("/")
    with phone.page.expect_navigation():
        phone.page.get_by_role("button", name="Thoát").click()
    phone.page.wait_for_url("**/sign-in**")
    keys, things = phone.page.evaluate("""() => new Promise((resolve) => {
      const asked = indexedDB.open("san-sang");
      asked.onsuccess = () => {
        const both = asked.result.transaction(["keys", "things"]);
        const keys = both.objectStore("keys").getAll(), things = both.objectStore("things").getAll();
        both.oncomplete = () => resolve([keys.result.length, things.result.map((each) => Object.keys(each).sort())]);
      };
    })""")
    assert keys == 0
    assert things and all(each == ["data", "iv", "name", "owner"] for each in things)


def test_a_new_release_of_the_app_waits_until_nobody_is_in_the_quiz(phone: Phone, empty_site: Site, learner: int):
    phone.sign_in(learner)
    phone.take_along()
    phone.page.goto("/quiz/m1")
    phone.next()
    phone.page.wait_for_url("**/attempts/*/1**")
    # The next release comes while a question is open: another worker, with another name.
    phone.network.rewrite = lambda data: re.sub(rb'"release": "[0-9a-f]{10}"', b'"release": "0123456789"', data)
    states = """async () => {
      const found = await navigator.serviceWorker.getRegistration();
      await found.update();
      for (let tries = 0; tries < 50 && !found.waiting; tries += 1) await new Promise((done) => setTimeout(done, 100));
      return [Boolean(found.waiting), (await caches.keys()).length];
    }"""
    assert phone.page.evaluate(states) == [True, 2]
    phone.next()
    phone.page.wait_for_url("**/attempts/*/2**")
    assert phone.page.evaluate("async () => Boolean((await navigator.serviceWorker.getRegistration()).waiting)")
    phone.page.goto("/")
    phone.until("async () => !(await navigator.serviceWorker.getRegistration()).waiting")
    assert "shell-0123456789" in phone.page.evaluate("() => caches.keys()")
