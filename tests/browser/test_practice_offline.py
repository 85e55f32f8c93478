"""The practice phone in airplane mode: played to its end by touch, with a killed tab on the way, and counted once."""

from typing import Any

from playwright.sync_api import expect
from sqlalchemy import select

from app.kernel.db import db
from courses.models import ScenarioRun, ScenarioTap
from tests.browser.conftest import Site
from tests.browser.phone import KEPT, Phone, answer, asked, kept_on, paper_of, with_store
from tests.browser.test_practice import ELDER, LEVEL, MARK, right_way, tap
from tests.browser.test_room import FILLED

TITLE = "Xem tài khoản đang ở mức mấy"
TYPED = "input:not([type=hidden]), textarea, select, [contenteditable]"


def runs_of(site: Site, person_id: int) -> list[tuple[str, list[str]]]:
    """Return how each of a person's runs ended, with its taps."""
    with site.app.app_context():
        runs = db.session.scalars(select(ScenarioRun).where(ScenarioRun.person_id == person_id)).all()
        taps = select(ScenarioTap.choice).order_by(ScenarioTap.seq)
        found = [(str(run.outcome), list(db.session.scalars(taps.where(ScenarioTap.run_id == run.id)))) for run in runs]
        db.session.remove()
    return found


def wait_for_taps(phone: Phone, count: int) -> None:
    """Wait until so many taps are kept, which the page says, too."""
    phone.until(f"async () => (await ({KEPT})()).length === {count}")
    phone.page.locator("#state", has_text="Trên máy này").wait_for()


def keep(phone: Phone, person_id: int, module: str) -> None:
    phone.sign_in(person_id)
    phone.keep(f"/learn/{module}")
    phone.network.set("away")
    phone.page.goto(f"/learn/{module}")


def begin_away(phone: Phone, person_id: int, taps: int) -> list[str]:
    """Begin the elder's scenario in airplane mode with so many right taps; return the whole right way."""
    keep(phone, person_id, "m4")
    phone.page.goto(f"/practice/{ELDER}")
    way = right_way(ELDER)
    for place, choice in enumerate(way[:taps], 1):
        tap(phone.page, choice)
        wait_for_taps(phone, place)
    return way


def states_on(phone: Phone) -> list[str]:
    """Return the states of what was done on the phone, the oldest first."""
    states: list[str] = asked(phone, with_store("return (await store.operations(me)).map((each) => each.state);"))
    return states


def row(phone: Phone, title: str) -> Any:
    return phone.page.locator(".row", has_text=title)


def test_a_scenario_is_played_in_airplane_mode_and_counts_once(phone: Phone, empty_site: Site, learner: int):
    keep(phone, learner, "m2")
    expect(row(phone, TITLE)).to_contain_text("phút")
    row(phone, TITLE).tap()
    way = right_way(LEVEL)
    for place, choice in enumerate(way, 1):
        if place == 4:
            phone.kill()
        expect(phone.page.locator("#step")).to_have_text(f"Bước {place}/{len(way)}")
        expect(phone.page.locator("#screen .sim-mark")).to_have_text(MARK)
        assert phone.page.locator(TYPED).count() == 0, "nothing takes typing (CT-06)"
        tap(phone.page, choice)
        wait_for_taps(phone, place)
    expect(phone.page.locator(".outcome-line")).to_have_text("Đạt")
    expect(phone.page.locator(".outcome-count")).to_have_text(f"Đã xong {len(way)}/{len(way)} bước, 0 lần thử lại.")
    expect(phone.page.get_by_role("link", name="Làm lại từ đầu")).to_have_count(1)
    expect(phone.page.locator("#screen .sim-mark")).to_have_text(MARK)
    assert runs_of(empty_site, learner) == []
    phone.page.goto("/learn/m2")
    expect(row(phone, TITLE)).to_contain_text("Trên máy này")
    phone.come_back()
    expect(row(phone, TITLE)).to_contain_text(f"Đạt {len(way)}/{len(way)}")
    assert runs_of(empty_site, learner) == [("passed", way)]
    phone.page.goto("/me")
    expect(phone.page.locator("#work .row")).to_have_count(1)
    expect(phone.page.locator("#work .row")).to_contain_text(f"Thực hành: {TITLE}")
    phone.page.locator("#work .st", has_text="Đã xác nhận").wait_for()
    assert {state for _op, state, _receipt in kept_on(phone)} == {"confirmed"}
    assert runs_of(empty_site, learner) == [("passed", way)], "exactly once"


def test_a_run_begun_in_airplane_mode_goes_on_at_the_server_and_another_is_begun_anew(
    phone: Phone, empty_site: Site, learner: int
):
    way = begin_away(phone, learner, 2)
    phone.page.goto("/learn/m4")
    expect(phone.page.locator(".row", has_text="Đang làm")).to_have_count(1)
    phone.page.goto(f"/practice/{ELDER}?again=1")
    expect(phone.page.locator("#step")).to_have_text(f"Bước 1/{len(way)}")
    phone.page.goto(f"/practice/{ELDER}")
    expect(phone.page.locator("#step")).to_have_text(f"Bước 3/{len(way)}")
    phone.come_back()
    phone.page.locator("#play [name=csrf_token]").wait_for(state="attached")
    expect(phone.page.locator("#step")).to_have_text(f"Bước 3/{len(way)}")
    for choice in way[2:]:
        tap(phone.page, choice)
    phone.page.wait_for_url("**/practised/*")
    assert runs_of(empty_site, learner) == [("passed", way)]
    # The server has gone on with that run, so the phone does not: it begins another.
    phone.network.set("away")
    phone.page.goto(f"/practice/{ELDER}")
    expect(phone.page.locator("#step")).to_have_text(f"Bước 1/{len(way)}")


def test_a_tap_that_finds_no_room_is_said_and_kept_with_the_next(phone: Phone, empty_site: Site, learner: int):
    keep(phone, learner, "m4")
    phone.page.goto(f"/practice/{ELDER}")
    way = right_way(ELDER)
    phone.page.evaluate(FILLED)
    tap(phone.page, way[0])
    phone.page.locator("#state", has_text="Chưa giữ được").wait_for()
    phone.page.get_by_text("Máy này hiện không giữ được bài làm.").wait_for()
    assert kept_on(phone) == []
    phone.page.evaluate("giveBack()")
    tap(phone.page, way[1])
    wait_for_taps(phone, 2)
    phone.page.reload()
    expect(phone.page.locator("#step")).to_have_text(f"Bước 3/{len(way)}")


def test_what_is_not_sent_is_counted_as_people_count_it(phone: Phone, empty_site: Site, learner: int):
    phone.sign_in(learner)
    phone.take_along()
    phone.keep("/learn/m4")
    rights = paper_of(empty_site, learner)
    phone.network.set("away")
    phone.page.goto(f"/practice/{ELDER}")
    for place, choice in enumerate(right_way(ELDER)[:3], 1):
        tap(phone.page, choice)
        wait_for_taps(phone, place)
    phone.network.ask = lambda data: data.replace(b"/offline/sync", b"/offline/lost")
    phone.network.set("open")
    phone.page.goto("/")
    expect(phone.page.locator("#unsent")).to_contain_text("Chưa gửi 1 mục.")
    phone.network.set("away")
    phone.page.goto("/quiz/m1")
    phone.next()
    answer(phone, rights[0])
    phone.page.locator("[data-flag]").tap()
    phone.until(f"async () => (await ({KEPT})()).length === {3 + len(rights[0]) + 1}")
    phone.network.set("open")
    phone.page.goto("/me")
    expect(phone.page.locator("#unsent")).to_contain_text("Chưa gửi 2 mục.")
    expect(phone.page.locator("#work .row")).to_have_count(2)
    with phone.page.expect_download():
        phone.page.get_by_role("button", name="Tải bài làm về máy").tap()
    expect(phone.page.locator("[data-rescue] [role=status]")).to_contain_text("có 2 mục.")
    with phone.page.expect_navigation():
        phone.page.get_by_role("button", name="English").tap()
    expect(phone.page.locator("#unsent")).to_contain_text("2 things are not sent yet.")
    phone.network.ask = lambda data: data
    phone.page.goto("/")
    expect(phone.page.locator("#unsent")).to_contain_text("Sent")
    assert {state for _op, state, _receipt in kept_on(phone)} == {"confirmed"}


#: One tap more on the newest run that the phone keeps.
ONE_MORE = with_store("""
  const { body } = (await store.operations(me)).findLast((each) => each.body.run);
  const [tap] = body.taps, op_id = crypto.randomUUID();
  await store.add(me, { ...body, taps: [{ ...tap, op_id, seq: tap.seq + 1 }] }, op_id);""")


def test_taps_after_a_refused_one_wait_no_longer_and_their_owner_is_told(phone: Phone, empty_site: Site, learner: int):
    way = begin_away(phone, learner, 4)
    second = b'"choice":"%s"' % way[1].encode()
    phone.network.ask = lambda data: data.replace(second, b'"choice":"%s"' % (b"x" * len(way[1])))
    phone.come_back()
    phone.page.locator("#play [name=csrf_token]").wait_for(state="attached")
    assert states_on(phone) == ["confirmed", "refused", "refused", "refused"]
    assert runs_of(empty_site, learner) == [("None", way[:1])]
    phone.network.set("away")
    phone.page.goto("/learn/m4")
    refused = phone.page.locator(".row", has_text="Không được nhận")
    expect(refused).to_contain_text("Không tính 3/4 lần bấm: lần thực hành này không khớp với máy chủ.")
    refused.tap()
    expect(phone.page.locator("#step")).to_have_text(f"Bước 1/{len(way)}")
    phone.network.set("open")
    phone.page.goto("/")
    expect(phone.page.locator("#unsent")).to_contain_text("Có bài đã làm trên máy này không được tính.")
    # One that was tapped in a window left open comes alone, in a later batch.
    phone.page.evaluate(ONE_MORE)
    phone.page.locator("#unsent a", has_text="Xem bài nào").tap()
    expect(phone.page.locator("#work .row")).to_contain_text("Không tính 4/5 lần bấm")
    assert states_on(phone)[1:] == ["refused"] * 4
    phone.page.goto("/")
    phone.page.wait_for_timeout(1000)
    expect(phone.page.locator("#unsent")).to_have_count(0)
