"""Days without network on a phone of one's own: a whole module, a whole quiz, a killed tab, and nothing lost."""

import re
import time
from pathlib import Path

from playwright.sync_api import Browser, expect
from sqlalchemy import select, update

from app.kernel import clock
from app.kernel.db import db
from app.kernel.transaction import transaction
from app.people.models import SignIn
from certificates.models import Certificate
from courses.models import LessonProgress
from courses.queries import get_module
from quizzes.models import Answer, Attempt, AttemptState
from quizzes.queries import get_contents
from tests.browser.conftest import Site
from tests.browser.every_page import LONG_NAME, sign_in
from tests.browser.phone import (
    KEPT,
    LEARN,
    SPEAKS,
    Phone,
    answer,
    answer_all,
    answered_rows,
    begin_quiz_away,
    hand_in_away,
    kept_on,
    make_learner,
    paper_of,
    read_module,
    text_of,
    with_store,
)


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


def test_no_receipt_no_sent_on_a_network_that_lies_and_loses(phone: Phone, empty_site: Site, learner: int):
    rights = begin_quiz_away(phone, empty_site, learner)
    answer_all(phone, rights)
    # A café's page answers 200 to everything: nothing is sent, and nothing is said to be.
    phone.network.set("portal")
    phone.notice()
    phone.page.wait_for_timeout(1500)
    assert answered_rows(empty_site, learner)[0] == 0
    assert {state for _op, state, _receipt in kept_on(phone)} == {"waiting"}
    assert "Đã gửi" not in phone.page.locator("body").inner_text()
    # Then one that is two seconds late and loses three exchanges of ten, also half way through a reply.
    phone.network.set("lossy", delay=2, loss=0.3)
    for _round in range(5):
        phone.notice()
        phone.page.wait_for_timeout(5000)
        says_sent = "Đã gửi" in text_of(phone)
        count, there = answered_rows(empty_site, learner)
        kept = kept_on(phone)
        sent = {op_id for op_id, state, receipt in kept if state != "waiting" and receipt}
        assert sent <= there, "a receipt without a row"
        assert sent or not says_sent, "sent without a receipt"
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


def test_a_quiz_handed_in_waits_for_no_answer_that_was_refused(phone: Phone, empty_site: Site, learner: int):
    rights = hand_in_away(phone, empty_site, learner)
    # On its way one answer becomes something that its question never offered.
    token = rights[0][-1].encode()
    phone.network.ask = lambda data: data.replace(token, b"x" * len(token))
    phone.come_back()
    phone.page.get_by_role("heading", name=re.compile("^(Đạt|Chưa đạt)")).wait_for()
    with empty_site.app.app_context():
        attempt = db.session.scalars(select(Attempt).where(Attempt.person_id == learner)).one()
        assert (attempt.state, attempt.score) == (AttemptState.SUBMITTED, len(rights) - 1)
        db.session.remove()
    phone.page.goto("/")
    expect(phone.page.locator("#unsent")).to_contain_text("Có bài đã làm trên máy này không được tính.")
    phone.page.goto("/me")
    expect(phone.page.locator("#work .st", has_text="Không được nhận")).to_have_count(1)
    states = [state for _op, state, _receipt in kept_on(phone)]
    assert states.count("refused") == 1 and "waiting" not in states


def test_a_reply_that_is_cut_half_way_is_no_receipt(phone: Phone, empty_site: Site, learner: int):
    right = begin_quiz_away(phone, empty_site, learner)[0]
    answer(phone, right)
    # The server has every choice, the phone no receipt: nothing is said to be sent.
    phone.network.set("deaf")
    phone.notice()
    until = time.monotonic() + 10
    while answered_rows(empty_site, learner)[0] < len(right) and time.monotonic() < until:
        phone.page.wait_for_timeout(100)
    phone.page.wait_for_timeout(500)
    assert {(state, receipt) for _op, state, receipt in kept_on(phone)} == {("waiting", None)}
    assert "Đã gửi" not in text_of(phone)
    phone.network.set("open")
    phone.page.goto("/me")
    phone.page.locator("#work .st", has_text="Đã xác nhận").wait_for()
    count, there = answered_rows(empty_site, learner)
    assert count == len(right) and there == {op_id for op_id, *_rest in kept_on(phone)}, "each choice once"


def test_the_next_person_on_the_phone_sees_nothing_of_the_first_one_s_work(
    phone: Phone, empty_site: Site, learner: int
):
    rights = begin_quiz_away(phone, empty_site, learner)
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
    rights = hand_in_away(phone, empty_site, learner)
    file = save_file(phone, tmp_path)
    assert file.stat().st_size <= 1_000_000
    carrier = chrome.new_context(base_url=empty_site.url)
    token = sign_in(empty_site, make_learner(empty_site, "Lê Thị Người Mang Giúp"))
    carrier.add_cookies([{"name": "san-sang", "value": token, "url": empty_site.url}])
    page = carrier.new_page()
    things = len(rights) + 1  # each question, and the quiz handed in
    for words in (f"{things} mục đã đến nơi.", f"{things} mục đã đến nơi từ trước."):
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


def paper_texts(person_id: int, language: str) -> list[str]:
    """Return the questions of a person's one attempt, in their order."""
    (attempt,) = db.session.scalars(select(Attempt).where(Attempt.person_id == person_id))
    contents = get_contents([item["version"] for item in attempt.draw])
    return [contents[item["version"]]["text"][language] for item in attempt.draw]


def test_a_module_kept_in_one_language_is_read_without_network_in_the_other(
    phone: Phone, empty_site: Site, learner: int
):
    phone.sign_in(learner)
    phone.take_along()
    phone.page.goto("/me")
    with phone.page.expect_navigation():
        phone.page.get_by_role("button", name="English").click()
    phone.until(SPEAKS, "en")
    phone.network.set("away")
    with empty_site.app.app_context():
        title = get_module("m1").title["en"]
        question = paper_texts(learner, "en")[0]
        db.session.remove()
    phone.page.goto("/")
    phone.page.get_by_role("link", name=title).click()
    phone.page.get_by_role("heading", name=title).wait_for()
    phone.page.locator(".rows a").first.click()
    phone.page.get_by_text("Lesson 1/").wait_for()
    assert "nguồn" not in phone.page.locator("main").inner_text()
    phone.page.goto("/quiz/m1")
    phone.next()
    phone.page.get_by_role("heading", name=question).wait_for()


def test_a_quiz_begun_with_network_goes_on_without_it_where_it_was(phone: Phone, empty_site: Site, learner: int):
    phone.sign_in(learner)
    phone.take_along()
    phone.page.goto("/quiz/m1")
    phone.next()
    for token in paper_of(empty_site, learner)[0]:
        phone.page.locator(f"[value='{token}']").check(force=True)
    phone.page.locator("#state", has_text="Đã lưu").wait_for()
    with phone.page.expect_response("**/offline/tickets/m1?held=*") as asked:
        phone.next()
    assert "text" not in asked.value.json()["questions"][0], "what is here does not travel again"
    phone.page.wait_for_timeout(2000)  # sealed and kept, which nothing on the page tells
    phone.network.set("away")
    phone.page.goto(re.sub("/2([?#].*)?$", "/review", phone.page.url))  # not the attempt, which may be the second
    phone.page.locator(".row", has_text="Câu 1").get_by_text("Đã chọn").wait_for()
    phone.page.locator(".row", has_text="Câu 2").click()
    phone.page.locator("h1.question", has_text=re.compile(r"\w")).wait_for()


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


#: Looks for a new release; whether one waits, and how many are kept.
UPDATED = """async () => {
  const found = await navigator.serviceWorker.getRegistration();
  await found.update();
  for (let tries = 0; tries < 50 && !found.waiting; tries += 1) await new Promise((done) => setTimeout(done, 100));
  return [Boolean(found.waiting), (await caches.keys()).length];
}"""


def test_a_new_release_of_the_app_waits_until_nobody_is_in_the_quiz(phone: Phone, empty_site: Site, learner: int):
    phone.sign_in(learner)
    phone.take_along()
    phone.page.goto("/quiz/m1")
    phone.next()
    phone.page.wait_for_url("**/attempts/*/1**")
    # The next release comes while a question is open: another worker, with another name.
    phone.network.rewrite = lambda data: re.sub(rb'"release": "[0-9a-f]{10}"', b'"release": "0123456789"', data)
    assert phone.page.evaluate(UPDATED) == [True, 2]
    phone.next()
    phone.page.wait_for_url("**/attempts/*/2**")
    assert phone.page.evaluate("async () => Boolean((await navigator.serviceWorker.getRegistration()).waiting)")
    phone.page.goto("/")
    # Playwright holds the old worker awake, so that it may never end by being idle; when the app is closed it does.
    phone.kill()
    phone.until("async () => !(await navigator.serviceWorker.getRegistration()).waiting")
    assert "shell-0123456789" in phone.page.evaluate("() => caches.keys()")


TAKEN_OVER = """async () => {
  const { active, waiting } = await navigator.serviceWorker.getRegistration();
  return !waiting && active.state === "activated" && navigator.serviceWorker.controller === active;
}"""


def deploy(phone: Phone) -> None:
    """Let the site answer as its next release: other addresses, another script, and no file of the old one any more."""
    source = phone.page.locator("script[src*='/static/r/']").first.get_attribute("src") or ""
    old = re.search("/static/r/([^/]+)/", source)[1].encode()
    new = old.translate(bytes.maketrans(b"0123456789", b"9876543210"))[::-1]
    assert new != old
    names = re.compile(rb"/static/r/(" + old + b"|" + new + b")/")
    gone = b"0" * len(old)
    phone.network.ask = lambda data: names.sub(
        lambda found: b"/static/r/%s/" % (old if found[1] == new else gone), data, count=1
    )

    def _next(data: bytes) -> bytes:
        data = re.sub(rb'"release": "[0-9a-f]{10}"', b'"release": "0123456789"', data).replace(old, new)
        return data.replace("${title} – Sẵn Sàng".encode(), "${title} – SẴN SÀNG".encode())

    phone.network.rewrite = _next


def test_work_of_the_old_release_is_found_by_the_changed_scripts_of_the_next(
    phone: Phone, empty_site: Site, learner: int
):
    phone.sign_in(learner)
    phone.take_along()
    rights = paper_of(empty_site, learner)
    phone.page.goto("/quiz/m1")
    phone.next()
    phone.page.wait_for_url("**/attempts/*/1**")
    deploy(phone)
    assert phone.page.evaluate(UPDATED) == [True, 2]
    # In the quiz the old scripts stay, from what the phone keeps: the server has none of them any more.
    phone.network.set("away")
    phone.page.goto(re.sub("[?#].*", "", phone.page.url))
    answer(phone, rights[0])
    assert phone.page.title().endswith("– Sẵn Sàng")
    phone.network.set("open")
    phone.page.goto("/")
    phone.page.goto("/me")
    phone.page.locator("#work .st").first.wait_for()
    phone.kill()
    phone.until(TAKEN_OVER)
    phone.network.set("away")
    phone.page.goto(LEARN)
    phone.page.locator(".rows .row").first.wait_for()
    assert phone.page.title().endswith("– SẴN SÀNG")
    phone.network.set("open")
    phone.page.goto("/me")
    phone.page.locator("#work .st", has_text="Đã xác nhận").wait_for()
    assert answered_rows(empty_site, learner)[0] == len(rights[0])
