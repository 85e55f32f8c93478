"""Practising: each tap counts once, in its order, judged by the server; and the pages say how it stands."""

import html
import re
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import select

from app.kernel import clock
from app.kernel.db import Base, db
from app.kernel.errors import Conflict, Invalid, NotFound
from app.kernel.events import bus
from app.kernel.transaction import transaction
from courses.events import ScenarioPassed
from courses.models import Scenario, ScenarioRun, ScenarioTap
from courses.operations import Kept, Tap, take_taps
from courses.queries import practice
from courses.rules import MoveKind, Outcome
from tests.builders import Browser
from tests.courses.builders import RIGHT_WAY, counted, edit, load, taps_of, write_library, write_scenarios
from tests.quizzes.builders import as_actor

PLAY, TAPS = "/practice/m9/find-the-book", "/practice/m9/find-the-book/taps"
NUMBER = "079090123456"


@pytest.fixture
def library(context: None, tmp_path: Path) -> Path:
    folder = write_scenarios(write_library(tmp_path), "m9", "find-the-book", "again")
    load(folder)
    db.session.remove()
    return folder


@pytest.fixture
def passed():
    """Every passed scenario that is announced."""
    events: list[ScenarioPassed] = []
    before = dict(bus._listeners)
    bus.wire({ScenarioPassed: [events.append]})
    yield events
    bus._listeners = before


def scenario_id(key: str = "find-the-book") -> int:
    return db.session.scalars(select(Scenario.id).where(Scenario.key == key).order_by(Scenario.id.desc())).first()


def play(person, *taps: Tap, run: str = "", key: str = "find-the-book") -> Kept:
    with transaction():
        return take_taps(as_actor(person), scenario_id(key), run or str(uuid.uuid4()), taps, now=clock.now())


def run_of(kept: Kept) -> ScenarioRun:
    return db.session.get_one(ScenarioRun, kept.run_id, populate_existing=True)


# What is kept


def test_the_right_way_passes_and_is_announced_once(cast, library, passed, morning):
    run, taps = str(uuid.uuid4()), taps_of(*RIGHT_WAY)
    kept = play(cast.an, *taps, run=run)
    row = run_of(kept)
    assert (kept.outcome, kept.seq) == (Outcome.PASSED, 3)
    assert (row.steps, row.steps_all, row.wrong_turns, row.forbidden) == (3, 3, 0, None)
    assert (row.started_at, row.ended_at) == (morning, morning)
    assert play(cast.an, *taps, run=run) == kept
    assert [(each.person_id, each.scenario_key, each.run_id) for each in passed] == [
        (cast.an.id, "find-the-book", row.id)
    ]


def test_taps_come_in_batches_and_each_counts_once(cast, library):
    run, taps = str(uuid.uuid4()), taps_of("wallet", *RIGHT_WAY[1:], first=2)
    begun = taps_of("open-it")
    assert play(cast.an, *begun, run=run).outcome is None
    assert play(cast.an, *begun, taps[0], run=run).seq == 2
    assert play(cast.an, taps[0], *taps[1:], run=run).outcome is Outcome.PASSED
    assert db.session.query(ScenarioTap).count() == 4
    verdicts = [each.verdict for each in practice.list_taps(db.session.query(ScenarioRun).one().id)]
    assert verdicts == [MoveKind.RIGHT, MoveKind.WRONG, MoveKind.RIGHT, MoveKind.RIGHT]


def test_a_forbidden_act_fails_the_run_with_its_name(cast, library, passed):
    row = run_of(play(cast.an, *taps_of("open-it", "take")))
    assert (row.outcome, row.forbidden, row.steps, row.steps_all) == (Outcome.FAILED, "home/take", 1, 3)
    assert passed == []


def test_too_many_wrong_taps_do_not_pass(cast, library, passed):
    row = run_of(play(cast.an, *taps_of("later", "later", "later", *RIGHT_WAY)))
    assert (row.outcome, row.steps, row.wrong_turns) == (Outcome.FAILED, 3, 3)
    assert passed == []


def test_an_ended_run_takes_nothing_more_and_stays_as_it_is(cast, library):
    run = str(uuid.uuid4())
    row = run_of(play(cast.an, *taps_of(*RIGHT_WAY), run=run))
    before = {column.name: getattr(row, column.name) for column in ScenarioRun.__table__.columns}
    with pytest.raises(Conflict) as refusal:
        play(cast.an, Tap(str(uuid.uuid4()), 4, "done", "dots"), run=run)
    assert refusal.value.code == "run_over"
    row = run_of(Kept(row.id, run, 3, None))
    assert {column.name: getattr(row, column.name) for column in ScenarioRun.__table__.columns} == before


def test_beginning_anew_leaves_the_open_run(cast, library):
    first = play(cast.an, *taps_of("open-it"))
    second = play(cast.an, *taps_of("open-it"))
    assert (run_of(first).outcome, run_of(second).outcome) == (Outcome.LEFT, None)
    assert run_of(first).steps is None
    other = play(cast.an, *taps_of("open-it"), key="again")
    assert run_of(second).outcome is None, "another scenario's run is not touched"
    assert other.run_id != second.run_id


@pytest.mark.parametrize(
    ("tap", "code"),
    [
        (Tap(str(uuid.uuid4()), 3, "home", "health"), "tap_missing"),
        (Tap(str(uuid.uuid4()), 1, "greeting", "later"), "run_moved"),
    ],
)
def test_a_gap_and_another_window_are_told_apart(cast, library, tap: Tap, code: str):
    run = str(uuid.uuid4())
    play(cast.an, *taps_of("open-it"), run=run)
    with pytest.raises(Conflict) as refusal:
        play(cast.an, tap, run=run)
    assert (refusal.value.code, refusal.value.values["seq"]) == (code, 1)


@pytest.mark.parametrize(("screen", "choice"), [("home", "nothing"), ("greeting", "open-it"), ("home", "back")])
def test_a_tap_that_cannot_be_there_is_refused_and_the_batch_with_it(cast, library, screen: str, choice: str):
    taps = taps_of("open-it")
    with pytest.raises(Invalid):
        play(cast.an, *taps, Tap(str(uuid.uuid4()), 2, screen, choice))
    assert db.session.query(ScenarioTap).count() == db.session.query(ScenarioRun).count() == 0


def test_an_operation_belongs_to_one_tap(cast, library):
    taps = taps_of("open-it")
    play(cast.an, *taps)
    with pytest.raises(Conflict, match="operation_used"):
        play(cast.an, *taps)


def test_somebody_elses_run_is_not_there(cast, library):
    run = str(uuid.uuid4())
    play(cast.an, *taps_of("open-it"), run=run)
    with pytest.raises(NotFound):
        play(cast.en, *taps_of("health", first=2), run=run)
    with pytest.raises(Invalid, match="other_scenario"):
        play(cast.an, *taps_of("health", first=2), run=run, key="again")
    with pytest.raises(NotFound), transaction():
        take_taps(as_actor(cast.an), 987_654, str(uuid.uuid4()), taps_of("open-it"), now=clock.now())


def test_the_same_batch_from_two_windows_at_once_is_one_run(app, cast, library, passed):
    run, taps, person = str(uuid.uuid4()), taps_of(*RIGHT_WAY), as_actor(cast.an)
    which = scenario_id()
    db.session.remove()
    together = threading.Barrier(2)

    def send() -> Kept:
        with app.app_context():
            together.wait()
            with transaction():
                kept = take_taps(person, which, run, taps, now=clock.now())
            db.session.remove()
            return kept

    with ThreadPoolExecutor(2) as pool:
        one, two = [each.result() for each in [pool.submit(send) for _window in range(2)]]
    assert one == two
    assert db.session.query(ScenarioTap).count() == 3
    assert len(passed) == 1


def test_a_run_goes_on_on_the_version_it_began_with(cast, library):
    run, old = str(uuid.uuid4()), scenario_id()
    play(cast.an, *taps_of("open-it"), run=run)
    edit(library / "m9" / "scenarios" / "find-the-book.yaml", "vi: Bấm ô nào?", "vi: Ô nào đây?")
    edit(library / "m9" / "module.yaml", "change: major", "change: minor")
    load(library)
    with transaction():
        kept = take_taps(as_actor(cast.an), old, run, taps_of(*RIGHT_WAY[1:], first=2), now=clock.now())
    assert kept.outcome is Outcome.PASSED
    version = practice.get_scenario("m9", "find-the-book").id
    assert version != old
    module_version = db.session.get_one(Scenario, version).module_version_id
    assert practice.list_practised(cast.an.id, module_version)[0].is_passed, "a small change keeps what was passed"


# What is read


def test_the_best_run_is_shown_and_a_later_worse_one_takes_nothing_away(cast, library):
    version = db.session.get_one(Scenario, scenario_id()).module_version_id
    assert [(each.best, each.is_open) for each in practice.list_practised(cast.an.id, version)] == [(None, False)] * 2
    play(cast.an, *taps_of("open-it", "take"))
    play(cast.an, *taps_of("open-it", "wallet", "health", "dots"))
    play(cast.an, *taps_of(*RIGHT_WAY))
    play(cast.an, *taps_of("code"))
    play(cast.an, *taps_of("open-it"))
    first, second = practice.list_practised(cast.an.id, version)
    assert (first.best.outcome, first.best.wrong_turns, first.is_passed, first.is_open) == (
        Outcome.PASSED,
        0,
        True,
        True,
    )
    assert (second.best, second.is_passed) == (None, False)
    assert practice.list_practised(cast.en.id, version)[0].best is None


def test_where_people_go_wrong_first_can_be_counted(cast, library):
    version = db.session.get_one(Scenario, scenario_id()).module_version_id
    play(cast.an, *taps_of(*RIGHT_WAY))
    play(cast.an, *taps_of("later", "open-it", "news", "back", "health", "dots"))
    play(cast.en, *taps_of("open-it", "wallet"))
    found = {each.screen: (each.right, each.runs) for each in practice.list_first_taps(version)}
    assert found == {"greeting": (2, 3), "home": (1, 3), "news": (0, 1), "passcode": (2, 2)}


# The pages


def text_of(answer) -> str:
    assert answer.status_code == 200, answer.status_code
    return html.unescape(re.sub(r"\s+", " ", answer.get_data(as_text=True)))


def shown(answer) -> str:
    """The page as its reader sees it: what waits for the script is left out."""
    assert answer.status_code == 200, answer.status_code
    body = re.sub(r'<template.*?</template>| data-[\w-]+="[^"]*"', "", answer.get_data(as_text=True), flags=re.DOTALL)
    return html.unescape(re.sub(r"\s+", " ", body))


def press(browser: Browser, page, choice: str):
    """Press a button as a browser without JavaScript does, with the form's own fields; returns the page after it."""
    body = page.get_data(as_text=True)
    fields = dict(re.findall(r'<input type="hidden" name="(run|scenario|op_id|seq|screen)" value="([^"]*)"', body))
    assert f'value="{choice}"' in body.split("<template")[0]
    answer = browser.post(re.search(r'action="([^"]+)" id="play"', body).group(1), {**fields, "choice": choice})
    assert answer.status_code == 303
    return browser.get(answer.headers["Location"].split("#")[0])


def test_a_scenario_is_played_without_javascript(client, cast, library, passed):
    browser = Browser(client, cast.an)
    page = browser.get(PLAY)
    assert "Bước 1/3" in shown(page)
    page = press(browser, page, "later")
    assert "Chưa đúng.</b> Bác cần hôm nay." in shown(page)
    page = press(browser, page, "open-it")
    assert "Bước 2/3" in shown(page) and "“Bấm ô nào?”" in shown(page) and "Chưa đúng." not in shown(page)
    page = press(browser, page, "news")
    assert 'id="back">' in shown(page) and "Đây là tin." in shown(page)
    page = press(browser, page, "back")
    assert 'id="back" hidden>' in shown(page) and "Bước 2/3" in shown(page)
    page = press(browser, press(browser, page, "health"), "dots")
    said = text_of(page)
    assert "Đã xong 3/3 bước, 2 lần thử lại." in said and "Đạt" in said and "“Dạ sổ đây ạ.”" in said
    assert "Tình huống tiếp theo" in said and "/practice/m9/again" in said
    assert len(passed) == 1


def test_help_comes_in_words_and_then_by_a_ring(client, cast, library):
    browser = Browser(client, cast.an)
    page = press(browser, browser.get(PLAY), "open-it")
    page = press(browser, page, "wallet")
    assert "Gợi ý" not in shown(page)
    page = press(browser, page, "wallet")
    assert "Gợi ý: Tìm ô Sức khỏe." in shown(page) and "sim-tile ring" not in shown(page)
    page = press(browser, page, "wallet")
    assert "sim-tile ring" in shown(page) and "(chỗ này đây)" in shown(page)


def test_a_forbidden_act_is_explained_and_one_can_start_again(client, cast, library):
    browser = Browser(client, cast.an)
    page = press(browser, press(browser, browser.get(PLAY), "open-it"), "take")
    said = text_of(page)
    assert "Đã xong 1/3 bước, 0 lần thử lại." in said and "Cầm máy thay." in said and "Chưa đạt" in said
    assert f'href="{PLAY}?again=1"' in said
    assert "Bước 1/3" in shown(browser.get(f"{PLAY}?again=1"))


def test_looking_writes_nothing_and_an_old_page_sent_again_shows_how_it_stands(client, cast, library):
    browser = Browser(client, cast.an)
    old = browser.get(PLAY)
    for address in (PLAY, f"{PLAY}?again=1", "/learn/m9"):
        browser.get(address)
    assert db.session.query(ScenarioRun).count() == 0
    press(browser, old, "open-it")
    assert "Bước 2/3" in shown(press(browser, old, "open-it")), "the same form twice is one tap"
    assert "Bước 2/3" in shown(press(browser, old, "later")), "another choice on an old page changes nothing"
    assert db.session.query(ScenarioTap).count() == 1


def test_an_open_run_and_somebody_elses_have_no_ending(client, cast, library):
    browser = Browser(client, cast.an)
    kept = play(cast.an, *taps_of("open-it"))
    assert browser.get(f"/practised/{kept.run_id}").headers["Location"] == PLAY
    ended = play(cast.en, *taps_of("code"))
    assert browser.get(f"/practised/{ended.run_id}").status_code == 404


def test_the_module_page_says_how_each_scenario_stands(client, cast, library):
    browser = Browser(client, cast.an)
    assert text_of(browser.get("/learn/m9")).count("Chưa thử") == 2
    play(cast.an, *taps_of("code"))
    assert "Chưa đạt 0/3" in text_of(browser.get("/learn/m9"))
    play(cast.an, *taps_of(*RIGHT_WAY))
    play(cast.an, *taps_of("open-it"), key="again")
    page = text_of(browser.get("/learn/m9"))
    assert "Đạt 3/3" in page and "Đang làm" in page


def test_both_languages_are_complete(client, cast, library):
    page = text_of(Browser(client, cast.an).get(f"{PLAY}?lang=en"))
    for words in (
        "PRACTICE – not the VNeID app",
        "Sample patient",
        "I want to see the book.",
        "Step 1/3",
        "Hint: {words}",
    ):
        assert words in page
    assert not re.search("Người bệnh|Bác |Thử lại", page)


def test_the_mark_and_the_invented_patient_stand_on_every_screen(client, cast, library):
    body = Browser(client, cast.an).get(PLAY).get_data(as_text=True)
    screens = re.findall(r"<template.*?</template>", body, re.DOTALL)
    assert len(screens) == 6
    for each in screens:
        assert "MÔ PHỎNG – không phải ứng dụng VNeID" in each
        if 'data-kind="phone"' in each:
            assert "Người bệnh mẫu" in each
    assert not re.search(r"<(textarea|select)|<input(?! type=\"hidden\")|contenteditable", body)


# By script


def sent(*taps: Tap, run: str = "", which: int = 0) -> dict:
    return {
        "run": run or str(uuid.uuid4()),
        "scenario": which or scenario_id(),
        "taps": [{"op_id": each.op_id, "seq": each.seq, "screen": each.screen, "choice": each.choice} for each in taps],
    }


def test_a_script_sends_taps_and_hears_which_are_kept(client, cast, library):
    browser, taps = Browser(client, cast.an), taps_of(*RIGHT_WAY)
    body = sent(*taps)
    answer = browser.post_json(TAPS, body)
    assert answer.json["kept"] == [each.op_id for each in taps]
    assert (answer.json["seq"], answer.json["outcome"]) == (3, "passed")
    assert browser.get(answer.json["url"]).status_code == 200
    again = browser.post_json(TAPS, body).json
    assert {**again, "saved_at": ""} == {**answer.json, "saved_at": ""}


def test_a_clients_own_score_is_not_read(client, cast, library):
    body = {**sent(*taps_of("code")), "outcome": "passed", "steps": 3, "score": 100}
    assert Browser(client, cast.an).post_json(TAPS, body).json["outcome"] == "failed"


def test_a_conflict_says_how_far_the_server_is(client, cast, library):
    browser, run = Browser(client, cast.an), str(uuid.uuid4())
    browser.post_json(TAPS, sent(*taps_of("open-it"), run=run))
    answer = browser.post_json(TAPS, sent(*taps_of("dots", first=3), run=run))
    assert (answer.status_code, answer.json) == (409, {"error": "tap_missing", "seq": 1})


UNREADABLE = {
    "nothing": None,
    "a list": [],
    "no taps": {"taps": []},
    "taps in words": {"taps": "open-it"},
    "a tap in words": {"taps": ["open-it"]},
    "too many taps": {"taps": [{}] * 501},
    "a run that a person wrote": {"run": NUMBER},
    "an operation that a person wrote": {"op_id": NUMBER},
    "a screen with a blank": {"screen": f"home {NUMBER}"},
    "a choice too long": {"choice": "a" * 65},
    "a number in words": {"seq": "1"},
    "a scenario that is true": {"scenario": True},
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_meant_is_refused(client, cast, library, name: str):
    body, wrong = sent(*taps_of("open-it")), UNREADABLE[name]
    if isinstance(wrong, dict):
        for key, value in wrong.items():
            (body if key in body else body["taps"][0])[key] = value
    else:
        body = wrong
    assert Browser(client, cast.an).post_json(TAPS, body).status_code == 422


def test_another_scenarios_taps_have_no_place_here(client, cast, library):
    browser = Browser(client, cast.an)
    assert browser.post_json(TAPS, sent(*taps_of("open-it"), which=scenario_id("again"))).status_code == 404
    assert browser.get("/practice/m9/nothing").status_code == 404
    assert browser.post(PLAY, {"choice": "open-it"}).status_code == 422


def test_a_persons_number_sent_in_any_place_is_kept_nowhere(client, cast, library):
    browser, body = Browser(client, cast.an), sent(*taps_of("open-it"))
    for place in ("run", "note"):
        browser.post_json(TAPS, {**body, place: NUMBER})
    for place in ("op_id", "screen", "choice", "typed"):
        browser.post_json(TAPS, {**body, "taps": [{**body["taps"][0], place: NUMBER}]})
    browser.post(PLAY, dict.fromkeys(("run", "op_id", "screen", "choice", "seq", "scenario", "x"), NUMBER))
    for table in Base.metadata.sorted_tables:
        assert NUMBER not in str(db.session.execute(select(table)).all()), table.name


def test_a_tap_costs_few_statements(app, client, cast, library):
    browser, run = Browser(client, cast.an), str(uuid.uuid4())
    browser.post_json(TAPS, sent(*taps_of("open-it"), run=run))
    body = sent(*taps_of("wallet", first=2), run=run)
    with counted(app) as seen:
        assert browser.post_json(TAPS, body).status_code == 200
    assert len(seen) <= 9
