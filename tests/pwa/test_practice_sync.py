"""Practice without network arrives once, is judged by its taps, and counts as on-line (SY-02, SY-03)."""

import uuid
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.assignments.models import Completion
from app.kernel import clock
from app.kernel.db import db
from app.pwa.models import Delivery
from courses.models import Module, Scenario, ScenarioRun, ScenarioTap
from courses.rules import Outcome
from tests.builders import Browser
from tests.courses.builders import RIGHT_WAY, edit, load, write_library, write_scenarios
from tests.pwa.builders import SYNC, count, run_sent
from tests.pwa.rescue_files import rescue_file
from tests.pwa.test_rescue import hand_in
from tests.quizzes.builders import take


def send(browser: Browser, operations: list[Any]) -> list[dict[str, Any]]:
    answer = browser.post_json(SYNC, {"operations": operations})
    assert answer.status_code == 200, answer.text
    outcomes: list[dict[str, Any]] = answer.json["outcomes"]
    return outcomes


def the_run() -> ScenarioRun:
    return db.session.scalars(select(ScenarioRun).execution_options(populate_existing=True)).one()


def test_a_run_arrives_whole_and_a_repeat_gives_the_same_receipts(
    client: FlaskClient, cast: SimpleNamespace, practised: int
):
    browser, work = Browser(client, cast.an), run_sent(practised, "later", *RIGHT_WAY)
    first = send(browser, work)
    assert [each["op_id"] for each in first] == [each["op_id"] for each in work]
    assert len({each["receipt"] for each in first}) == 4 and not any(each["late"] for each in first)
    run = the_run()
    assert (run.person_id, run.outcome, run.steps, run.wrong_turns) == (cast.an.id, Outcome.PASSED, 3, 1)
    assert send(browser, work) == first
    assert send(browser, [work[3], work[0], work[3]]) == [first[3], first[0], first[3]]
    assert (count(ScenarioRun.id), count(ScenarioTap.id), count(Delivery.op_id)) == (1, 4, 4)
    confirmed = browser.post_json(SYNC, {"confirm": [each["op_id"] for each in work]}).json["confirmed"]
    assert set(confirmed) == {each["op_id"] for each in work}


def test_several_taps_may_come_as_one_operation(client: FlaskClient, cast: SimpleNamespace, practised: int):
    work = run_sent(practised, *RIGHT_WAY)
    whole = {**work[0], "taps": [tap for each in work for tap in each["taps"]]}
    first = send(Browser(client, cast.an), [whole])
    assert first[0]["receipt"] and the_run().outcome is Outcome.PASSED
    assert send(Browser(client, cast.an), [whole]) == first
    assert (count(ScenarioTap.id), count(Delivery.op_id)) == (3, 1)


def test_a_tap_waits_for_those_before_it(client: FlaskClient, cast: SimpleNamespace, practised: int):
    browser, work = Browser(client, cast.an), run_sent(practised, *RIGHT_WAY)
    assert send(browser, work[1:]) == [{"op_id": each["op_id"], "waits": True} for each in work[1:]]
    assert count(ScenarioRun.id) == count(Delivery.op_id) == 0, "nothing is begun by what waits"
    assert send(browser, work[:1])[0]["receipt"]
    assert all(each["receipt"] for each in send(browser, work[1:]))
    assert the_run().outcome is Outcome.PASSED


def test_a_finished_run_counts_towards_what_the_module_requires(
    client: FlaskClient, cast: SimpleNamespace, tmp_path: Path
):
    folder = write_scenarios(write_library(tmp_path, "m0"), "m0")
    edit(folder / "m0" / "module.yaml", "requires: [quiz]", "requires: [quiz, scenarios]")
    load(folder)
    take(cast.an, db.session.scalars(select(Module)).one(), right=2, now=clock.now())
    work = run_sent(db.session.scalars(select(Scenario.id)).one(), *RIGHT_WAY)
    browser = Browser(client, cast.an)
    send(browser, work[:2])
    assert count(Completion.id) == 0
    send(browser, work)
    send(browser, work)
    assert db.session.scalars(select(Completion.person_id)).all() == [cast.an.id]


def test_a_run_of_an_older_version_is_judged_by_the_version_that_was_played(
    client: FlaskClient, cast: SimpleNamespace, practised: int, tmp_path: Path
):
    edit(tmp_path / "m0" / "scenarios" / "find-the-book.yaml", "vi: Bấm ô nào?", "vi: Ô nào đây?")
    edit(tmp_path / "m0" / "module.yaml", "change: major", "change: minor")
    load(tmp_path)
    assert count(Scenario.id) == 2
    outcomes = send(Browser(client, cast.an), run_sent(practised, *RIGHT_WAY))
    assert all(each["receipt"] for each in outcomes)
    assert (the_run().scenario_id, the_run().outcome) == (practised, Outcome.PASSED)


def with_tap(**more: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda sent: {**sent, "taps": [{**sent["taps"][0], **more}]}


BAD: dict[str, tuple[Callable[[dict[str, Any]], dict[str, Any]], str]] = {
    "a scenario that is not there": (lambda sent: {**sent, "scenario": 10**9}, "scenario"),
    "another one's name": (lambda sent: {**sent, "name": "again"}, "scenario"),
    "another module": (lambda sent: {**sent, "module": "m8"}, "scenario"),
    "no name": (lambda sent: {**sent, "name": None}, "operation_unreadable"),
    "no taps": (lambda sent: {**sent, "taps": []}, "taps_unreadable"),
    "taps that are no list": (lambda sent: {**sent, "taps": "open-it"}, "taps_unreadable"),
    "a run that nobody made up": (lambda sent: {**sent, "run": "079090123456"}, "taps_unreadable"),
    "a typed word": (with_tap(choice="Nguyễn Văn An"), "taps_unreadable"),
    "a choice that is not on the screen": (with_tap(choice="dots"), "tap_unfit"),
    "a screen that is not in hand": (with_tap(screen="home", choice="health"), "tap_unfit"),
}


@pytest.mark.parametrize(("spoil", "code"), BAD.values(), ids=BAD)
def test_a_bad_one_is_named_and_stops_no_other(
    client: FlaskClient, cast: SimpleNamespace, practised: int, spoil: Callable[[dict[str, Any]], Any], code: str
):
    (bad,), good = run_sent(practised, "open-it"), run_sent(practised, *RIGHT_WAY)
    refused, *others = send(Browser(client, cast.an), [spoil(bad), *good])
    assert refused == {"op_id": bad["op_id"], "error": code}
    assert all(each["receipt"] for each in others)
    assert the_run().run_key == good[0]["run"] and count(Delivery.op_id) == 3


def test_taps_after_the_end_or_beside_another_window_s_are_refused(
    client: FlaskClient, cast: SimpleNamespace, practised: int
):
    browser, work = Browser(client, cast.an), run_sent(practised, *RIGHT_WAY)
    send(browser, work)
    other = run_sent(practised, "later", run=work[0]["run"])
    tap = {**work[2]["taps"][0], "op_id": str(uuid.uuid4()), "seq": 4}
    more = {**work[0], "op_id": tap["op_id"], "taps": [tap]}
    assert [each["error"] for each in send(browser, [*other, more])] == ["run_moved", "run_over"]
    assert count(ScenarioTap.id) == 3


def test_taps_that_wait_for_a_refused_one_are_refused_with_it(
    client: FlaskClient, cast: SimpleNamespace, practised: int
):
    browser, work = Browser(client, cast.an), run_sent(practised, "open-it", "dots", "health", "dots")
    assert [each.get("error") for each in send(browser, work)] == [None, "tap_unfit", "tap_unfit", "tap_unfit"]
    assert count(ScenarioTap.id) == count(Delivery.op_id) == 1
    # Of what was refused in an earlier batch the device alone knows, and settles it there.
    assert send(browser, work[2:]) == [{"op_id": each["op_id"], "waits": True} for each in work[2:]]
    outcomes = send(browser, [*work[1:], *run_sent(practised, *RIGHT_WAY)])
    assert [each.get("error") for each in outcomes] == ["tap_unfit"] * 3 + [None] * 3, "another run is not touched"


def test_a_tap_that_fits_is_taken_beside_a_refused_one_of_another_window(
    client: FlaskClient, cast: SimpleNamespace, practised: int
):
    work = run_sent(practised, *RIGHT_WAY)
    beside = run_sent(practised, "open-it", "wallet", run=work[0]["run"])[1]
    outcomes = send(Browser(client, cast.an), [*work[:2], beside, work[2]])
    assert [each.get("error") for each in outcomes] == [None, None, "run_moved", None]
    assert the_run().outcome is Outcome.PASSED


def test_a_file_says_of_a_run_that_lost_a_tap_that_it_does_not_fit(
    client: FlaskClient, cast: SimpleNamespace, practised: int
):
    given = Browser(client, cast.an).post("/offline/key").json
    file = rescue_file(given, run_sent(practised, "open-it", "dots", "health", "dots"))
    said = hand_in(Browser(client, cast.binh), file)
    assert "0 mục đã đến nơi." in said and "1 mục không được nhận: không khớp với dữ liệu đang có." in said
    assert count(ScenarioTap.id) == 1


def test_nobody_goes_on_with_another_one_s_run(client: FlaskClient, cast: SimpleNamespace, practised: int):
    work = run_sent(practised, *RIGHT_WAY)
    send(Browser(client, cast.an), work[:1])
    assert [each["error"] for each in send(Browser(client, cast.binh), work[1:])] == ["scenario_run"] * 2
    assert the_run().person_id == cast.an.id and count(ScenarioTap.id) == 1


def test_a_run_comes_in_a_file_too_and_counts_for_its_owner(client: FlaskClient, cast: SimpleNamespace, practised: int):
    given = Browser(client, cast.an).post("/offline/key").json
    file = rescue_file(given, run_sent(practised, *RIGHT_WAY))
    for words in ("1 mục đã đến nơi.", "1 mục đã đến nơi từ trước."):
        assert words in hand_in(Browser(client, cast.binh), file)
    assert (the_run().person_id, the_run().outcome) == (cast.an.id, Outcome.PASSED)
