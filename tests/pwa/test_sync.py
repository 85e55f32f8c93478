"""What devices bring takes effect once, whatever the order, the repeats and the bad ones among it (SY-02, SY-03)."""

import uuid
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from app.kernel.db import db
from app.kernel.http import STATIC
from app.pwa.forms import FORM
from app.pwa.models import Delivery
from certificates.models import Certificate
from courses.models import LessonProgress
from quizzes.models import Answer, Attempt, LateAnswer
from tests.builders import Browser, employ, make_person
from tests.certificates.builders import assign
from tests.pwa.builders import SYNC, Phone, count, tap_sent
from tests.pwa.old_queues import QUEUES, queue
from tests.quizzes.builders import right_tokens


def test_a_module_read_and_a_quiz_answered_without_network_arrive_whole(
    client: FlaskClient, cast: SimpleNamespace, module: SimpleNamespace
):
    assign(cast.an, cast.here, module.id)
    phone = Phone(client, cast.an, module)
    outcomes = phone.send(phone.whole_quiz())
    assert all(len(each["receipt"]) >= 7 and not each["late"] for each in outcomes), outcomes
    ended = db.session.get_one(Attempt, phone.paper["attempt"])
    assert (ended.score, ended.passed) == (3, True)
    assert count(Answer.id) == 3 and count(Certificate.id) == 1
    assert db.session.scalar(select(LessonProgress.furthest)) == 3


def test_a_paper_holds_questions_and_never_what_is_right(
    client: FlaskClient, cast: SimpleNamespace, module: SimpleNamespace
):
    text = repr(Phone(client, cast.an, module).paper)
    assert "REASON-" not in text and "'right'" not in text and "Question q" in text


def test_a_paper_that_is_held_comes_again_without_its_questions(
    client: FlaskClient, cast: SimpleNamespace, module: SimpleNamespace
):
    phone = Phone(client, cast.an, module)
    first = phone.answer(1)
    phone.send([first])
    address, attempt = f"/offline/tickets/{module.key}", phone.paper["attempt"]
    held = phone.browser.post(f"{address}?held={attempt}").json
    assert held["questions"][0] == {"place": 1, "chosen": first["chosen"], "flagged": False}
    other = phone.browser.post(f"{address}?held={attempt + 1}").json  # what is held there is another quiz
    assert other["questions"][0] == {**phone.paper["questions"][0], "chosen": first["chosen"]}


def test_a_repeat_gives_the_same_receipt_and_nothing_twice(
    client: FlaskClient, cast: SimpleNamespace, module: SimpleNamespace
):
    phone = Phone(client, cast.an, module)
    work = phone.whole_quiz()
    first = phone.send(work)
    assert phone.send(work) == first
    assert phone.send([work[2], work[2]])[0] == first[2]
    assert count(Delivery.op_id) == len(work) and count(Answer.id) == 3


def test_of_two_hundred_with_one_bad_the_others_are_stored_and_the_bad_one_is_named(
    client: FlaskClient, cast: SimpleNamespace, module: SimpleNamespace
):
    phone = Phone(client, cast.an, module)
    work = [phone.card(1 + at % 3) for at in range(200)]
    work[77] = {**phone.answer(1), "chosen": ["0" * 30]}
    outcomes = phone.send(work)
    assert [each["op_id"] for each in outcomes if "error" in each] == [work[77]["op_id"]]
    assert outcomes[77]["error"] == "unknown_option"
    assert count(Delivery.op_id) == 199


BAD = {
    "no object": 7,
    "no id": {"kind": "card"},
    "unknown kind": {"op_id": "12345678-a", "kind": "format-disk"},
    "a form that is no number": {
        "op_id": "12345678-j",
        "v": "2",
        "kind": "card",
        "module": "m7",
        "lesson": "l1",
        "place": 1,
    },
    "a place below one": {"op_id": "12345678-b", "kind": "card", "module": "m7", "lesson": "l1", "place": 0},
    "a strange lesson": {"op_id": "12345678-c", "kind": "card", "module": "m7", "lesson": "../l1", "place": 1},
    "a lesson that is gone": {"op_id": "12345678-d", "kind": "card", "module": "m7", "lesson": "gone", "place": 1},
    "needs that are no list": {"op_id": "12345678-e", "kind": "hand_in", "attempt": 1, "needs": 7},
    "somebody else's attempt": {"op_id": "12345678-f", "kind": "hand_in", "attempt": 10**9, "needs": []},
    "a ticket that is no text": {"op_id": "12345678-g", "kind": "hand_in", "attempt": 1, "needs": [], "ticket": 7},
    "a forged ticket": {"op_id": "12345678-h", "kind": "hand_in", "attempt": 1, "needs": [], "ticket": "e30=.00"},
    "a time before the ticket": {"op_id": "12345678-i", "kind": "hand_in", "attempt": 1, "needs": [], "elapsed": -1},
}


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
def test_a_bad_one_stops_no_other(client: FlaskClient, cast: SimpleNamespace, module: SimpleNamespace, bad: Any):
    phone = Phone(client, cast.an, module)
    good, refused, also_good = phone.send([phone.card(), bad, phone.card()])
    assert good["receipt"] and also_good["receipt"]
    assert refused["error"] and "receipt" not in refused
    assert count(Delivery.op_id) == 2


@pytest.mark.parametrize("sent", [None, [], {"operations": 7}, {"confirm": 7}, {"operations": [{}] * 201}])
def test_what_is_no_batch_is_refused_whole(client: FlaskClient, cast: SimpleNamespace, sent: Any):
    assert Browser(client, cast.an).post_json(SYNC, sent).status_code == 422


def test_an_operation_of_one_person_is_not_another_s(
    client: FlaskClient, cast: SimpleNamespace, module: SimpleNamespace
):
    phone = Phone(client, cast.an, module)
    card = phone.card()
    phone.send([card])
    other = Phone(client, cast.binh, module)
    assert other.send([card])[0]["error"] == "operation_used"
    assert other.browser.post_json(SYNC, {"confirm": [card["op_id"]]}).json["confirmed"] == []


def test_confirmed_is_what_is_found_on_record_when_asked_again(
    client: FlaskClient, cast: SimpleNamespace, module: SimpleNamespace
):
    phone = Phone(client, cast.an, module)
    card, lost = phone.card(), str(uuid.uuid4())
    phone.send([card])
    answer = phone.browser.post_json(SYNC, {"confirm": [card["op_id"], lost, 7, "../"]})
    assert answer.json == {"outcomes": [], "confirmed": [card["op_id"]]}


def test_work_that_comes_too_late_is_kept_and_says_so(
    client: FlaskClient, cast: SimpleNamespace, module: SimpleNamespace
):
    phone = Phone(client, cast.an, module)
    answers = [phone.answer(1), phone.answer(2)]
    phone.send([answers[0], phone.hand_in(answers[:1])])
    late = phone.send([answers[1]])[0]
    assert late["late"] and late["receipt"]
    assert db.session.scalar(select(LateAnswer.op_id)) == answers[1]["op_id"]
    assert phone.send([answers[1]])[0] == late


@pytest.mark.parametrize("path", QUEUES, ids=lambda path: path.stem)
def test_work_of_every_form_that_has_existed_is_still_taken(
    client: FlaskClient, cast: SimpleNamespace, module: SimpleNamespace, practised: int, path: Path
):
    phone = Phone(client, cast.an, module)
    attempt = db.session.get_one(Attempt, phone.paper["attempt"])
    right = [sorted(right_tokens(attempt, place)) for place in (1, 2)]
    ids = {"attempt": attempt.id, "ticket": phone.paper["ticket"], "version": practised}
    names = {"module": module.key, "lesson": "l1", "practice": "m0", "scenario": "find-the-book"}
    work = queue(path, **ids, **names, right=right, taps=[tap_sent("open-it")])
    assert all(each["receipt"] and not each["late"] for each in phone.send(work))
    ended = db.session.get_one(Attempt, phone.paper["attempt"], populate_existing=True)
    assert (ended.score, count(Answer.id), count(Delivery.op_id)) == (2, 2, len(work))


def test_every_form_has_its_example_and_page_and_server_speak_of_the_same():
    assert [path.stem for path in QUEUES] == [f"form-{form}" for form in range(1, FORM + 1)]
    assert f"const FORM = {FORM};" in (STATIC / "js/offline/forms.js").read_text()


def test_work_of_a_later_release_waits_until_that_release_is_back(
    client: FlaskClient, cast: SimpleNamespace, module: SimpleNamespace
):
    phone = Phone(client, cast.an, module)
    card = phone.card(v=FORM + 1)
    assert phone.send([card]) == [{"op_id": card["op_id"], "waits": True}]
    assert count(Delivery.op_id) == 0


def test_the_device_is_told_whose_sign_in_it_has(client: FlaskClient, cast: SimpleNamespace):
    mine = Browser(client, cast.an)
    said = mine.get("/offline/hello").json
    assert said["owner"] == mine.post("/offline/key").json["owner"]
    assert client.post(SYNC, json={}, headers={"X-CSRFToken": said["token"]}).status_code == 200
    assert Browser(client).get("/offline/hello", headers={"Accept": "application/json"}).status_code == 401


@settings(
    deadline=None, max_examples=15, phases=(Phase.explicit, Phase.generate), suppress_health_check=list(HealthCheck)
)
@given(data=st.data())
def test_any_order_any_split_and_any_repeat_end_in_the_same_state(
    client: FlaskClient, cast: SimpleNamespace, module: SimpleNamespace, data: st.DataObject
):
    person = make_person("Người Đi Xa")
    person_id = person.id
    employ(person, cast.here, cast.ward)
    phone = Phone(client, person, module)
    work = phone.whole_quiz()
    order = data.draw(st.permutations(work + data.draw(st.lists(st.sampled_from(work), max_size=6))))
    receipts: dict[str, set[str]] = {each["op_id"]: set() for each in work}
    at = 0
    while at < len(order):
        size = data.draw(st.integers(1, 5))
        for outcome in phone.send(order[at : at + size]):
            receipts[outcome["op_id"]] |= {outcome["receipt"]} if "receipt" in outcome else set()
        at += size
    waiting = [each for each in work if not receipts[each["op_id"]]]  # a device sends again what has no receipt
    for outcome in phone.send(waiting):
        receipts[outcome["op_id"]] |= {outcome["receipt"]}
    assert all(len(found) == 1 for found in receipts.values())
    attempt = db.session.get_one(Attempt, phone.paper["attempt"], populate_existing=True)
    assert (attempt.score, attempt.passed) == (3, True)
    answers = select(func.count(Answer.id)).where(Answer.attempt_id == attempt.id)
    assert db.session.scalar(answers) == 3
    furthest = select(LessonProgress.furthest).where(LessonProgress.person_id == person_id)
    assert db.session.scalar(furthest) == 3
