"""A rescue file: sealed for the server, handed in by anybody, effective once, credited to its owner alone (SY-08)."""

import json
import uuid
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.kernel import clock, seals
from app.kernel.audit import AuditEntry
from app.kernel.db import db
from app.kernel.tokens import hash_token
from app.kernel.transaction import transaction
from app.people.models import Person, Role
from app.pwa import rules
from app.pwa.models import Delivery
from certificates.models import Certificate
from courses.models import LessonProgress
from quizzes.models import Answer, Attempt, LateAnswer
from tests.builders import Browser, grant
from tests.certificates.builders import assign
from tests.databases import SECRET
from tests.pwa.builders import Phone, count
from tests.pwa.rescue_files import base64_of, letter, rescue_file, seal_row, sealed_row

PAGE = "/hand-in-file"
DAMAGED = "Không mở được tệp"
FORGED = "không được tạo trên máy của người"


class Device(Phone):
    """A phone that saves its work to a file."""

    def __init__(self, client: FlaskClient, person: Any, module: SimpleNamespace) -> None:
        super().__init__(client, person, module)
        self.given = self.browser.post("/offline/key").json

    def save(self, operations: list[Any], **more: Any) -> bytes:
        return rescue_file(self.given, operations, **more)


def hand_in(browser: Browser, file: bytes, status: int = 200) -> str:
    # Written out here, because the test client would leave open what it keeps a large form in.
    head = b'--cut\r\nContent-Disposition: form-data; name="file"; filename="san-sang-bai-lam.sansang"\r\n\r\n'
    answer = browser.client.post(
        PAGE,
        data=head + file + b"\r\n--cut--\r\n",
        content_type="multipart/form-data; boundary=cut",
        headers={"X-CSRFToken": browser.csrf_token},
    )
    assert answer.status_code == status, answer.text
    return " ".join(answer.text.replace("\u00a0", " ").split())


@pytest.fixture
def device(client: FlaskClient, cast: SimpleNamespace, module: SimpleNamespace) -> Device:
    assign(cast.an, cast.here, module.id)
    return Device(client, cast.an, module)


def test_a_file_handed_in_by_somebody_else_is_credited_to_its_owner(
    client: FlaskClient, cast: SimpleNamespace, device: Device
):
    work = device.whole_quiz()
    said = hand_in(Browser(client, cast.en, is_shared=True), device.save(work))
    assert f"{len(work)} mục đã đến nơi" in said
    attempt = db.session.get_one(Attempt, device.paper["attempt"])
    assert (attempt.person_id, attempt.score, attempt.passed) == (cast.an.id, 3, True)
    assert set(db.session.scalars(select(Delivery.person_id))) == {cast.an.id}
    assert db.session.scalars(select(Certificate.person_id)).all() == [cast.an.id]
    assert db.session.scalars(select(LessonProgress.person_id)).all() == [cast.an.id]


def test_the_page_counts_things_as_people_do_and_not_their_operations(
    client: FlaskClient, cast: SimpleNamespace, device: Device
):
    first, again, gone = device.answer(1, chosen=[]), device.answer(1, seq=2), {**device.card(9), "lesson": "gone"}
    work = [device.card(1), device.card(1), device.card(2), first, again, device.hand_in([first, again]), gone, gone]
    said = hand_in(Browser(client, cast.binh), device.save(work))
    assert "4 mục đã đến nơi." in said and "1 mục không được nhận" in said
    assert count(Delivery.op_id) == 6


def test_the_audit_says_who_handed_in_for_whom_and_how_much(client: FlaskClient, cast: SimpleNamespace, device: Device):
    bad = {**device.card(), "lesson": "gone"}
    hand_in(Browser(client, cast.binh), device.save([device.card(), bad]))
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "work.handed_over")).one()
    assert (entry.actor_id, entry.subject, entry.subject_id) == (cast.binh.id, "person", cast.an.id)
    assert entry.details == {"arrived": 1, "known": 0, "refused": 1}


def test_a_file_handed_in_twice_changes_nothing(client: FlaskClient, cast: SimpleNamespace, device: Device):
    work = device.whole_quiz()
    file = device.save(work)
    other = Browser(client, cast.binh)
    hand_in(other, file)
    entries = count(AuditEntry.id)
    said = hand_in(other, file)
    assert f"{len(work)} mục đã đến nơi từ trước" in said and "0 mục đã đến nơi" in said
    assert count(Delivery.op_id) == len(work) and count(Answer.id) == 3 and count(Certificate.id) == 1
    assert count(AuditEntry.id) == entries


def test_the_device_that_comes_back_gets_the_same_receipts(client: FlaskClient, cast: SimpleNamespace, device: Device):
    work = device.whole_quiz()
    hand_in(Browser(client, cast.en), device.save(work))
    receipts = {each.op_id: each.receipt for each in db.session.scalars(select(Delivery))}
    client.set_cookie("san-sang", device.browser.token, domain="localhost")
    assert {each["op_id"]: each["receipt"] for each in device.send(work)} == receipts
    assert count(Answer.id) == 3 and count(Delivery.op_id) == len(work)
    asked = device.browser.post_json("/offline/sync", {"confirm": [each["op_id"] for each in work]})
    assert sorted(asked.json["confirmed"]) == sorted(receipts)


def test_what_the_device_sent_before_had_arrived(client: FlaskClient, cast: SimpleNamespace, device: Device):
    work = device.whole_quiz()
    device.send(work[:4])
    said = hand_in(Browser(client, cast.en), device.save(work))
    assert "3 mục đã đến nơi" in said and "4 mục đã đến nơi từ trước" in said


def test_work_that_comes_too_late_is_kept_marked_and_said(client: FlaskClient, cast: SimpleNamespace, device: Device):
    late = device.answer(2, elapsed=8 * 24 * 3600 * 1000)
    with clock.stopped(clock.now() + timedelta(days=9)):
        said = hand_in(Browser(client, cast.en), device.save([device.answer(1), late]))
    assert "2 mục đã đến nơi" in said and "1 mục đến muộn" in said
    assert db.session.scalars(select(LateAnswer.op_id)).all() == [late["op_id"]]
    assert db.session.scalars(select(Answer.place)).all() == [1]


def test_a_bad_one_is_named_and_stops_no_other(client: FlaskClient, cast: SimpleNamespace, device: Device):
    answer = device.answer(1)
    work = [device.card(), {"op_id": "12345678-a"}, {**device.answer(2), "ticket": "e30=.00"}, device.hand_in([answer])]
    said = hand_in(Browser(client, cast.en), device.save(work))
    assert "1 mục đã đến nơi" in said
    for why in ("không khớp với dữ liệu", "thuộc bài của một máy khác", "chờ những câu trả lời không có trong tệp"):
        assert f"1 mục không được nhận: {why}" in said
    assert count(Delivery.op_id) == 1


def test_a_body_that_is_no_object_is_one_bad_operation(client: FlaskClient, cast: SimpleNamespace, device: Device):
    place = f"{device.given['owner']}\n12345678-a".encode()
    row = {"op_id": "12345678-a", "iv": base64_of(b"0" * 12)}
    row["data"] = base64_of(seal_row(device.given["key"], b"0" * 12, b"[7]", place))
    said = hand_in(Browser(client, cast.en), device.save([], rows=[row]))
    assert "1 mục không được nhận" in said


@pytest.mark.parametrize(
    ("who", "is_named"), [("an", True), ("binh", True), ("chi", True), ("en", False), ("dung", False)]
)
def test_the_owner_is_named_to_themself_and_their_managers_alone(
    client: FlaskClient, cast: SimpleNamespace, device: Device, who: str, is_named: bool
):
    file = device.save([device.card()])
    asker = getattr(cast, who)
    said = hand_in(Browser(client, asker), file)
    assert ("Đã nộp cho Nguyễn Thị Ánh Tuyết An" in said) is is_named
    assert ("Đã nộp cho chủ nhân của bài" in said) is not is_named
    if not is_named:
        assert cast.an.name not in said


def test_a_manager_of_another_facility_reads_no_name(client: FlaskClient, cast: SimpleNamespace, device: Device):
    grant(cast.en, Role.COORDINATOR, cast.there)
    assert cast.an.name not in hand_in(Browser(client, cast.en), device.save([device.card()]))


def test_a_colleague_without_a_role_reads_no_name(client: FlaskClient, cast: SimpleNamespace, module: SimpleNamespace):
    file = Device(client, cast.chi, module).save([{"kind": "card", "op_id": "12345678-a"}])
    assert cast.chi.name not in hand_in(Browser(client, cast.an), file)


def test_whoever_is_suspended_is_credited_with_nothing(client: FlaskClient, cast: SimpleNamespace, device: Device):
    with transaction() as session:
        session.get_one(Person, cast.an.id).suspended_at = clock.now()
    assert "đã đóng" in hand_in(Browser(client, cast.binh), device.save([device.card()]), 422)
    assert count(Delivery.op_id) == 0


def changed(file: bytes, at: int) -> bytes:
    return file[:at] + bytes([file[at] ^ 1]) + file[at + 1 :]


@pytest.mark.parametrize("at", [0, 17, 40, 83, 90, 200, -1])
def test_a_file_with_one_changed_bit_is_refused_whole(
    client: FlaskClient, cast: SimpleNamespace, device: Device, at: int
):
    file = device.save([device.card()])
    assert DAMAGED in hand_in(Browser(client, cast.en), changed(file, at % len(file)), 422)
    assert count(Delivery.op_id) == 0


@pytest.mark.parametrize("length", [1, 17, 50, 82, 90, 100, 120])
def test_a_file_cut_short_is_refused(client: FlaskClient, cast: SimpleNamespace, device: Device, length: int):
    assert DAMAGED in hand_in(Browser(client, cast.en), device.save([device.card()])[:length], 422)


CONTENTS = {
    "no JSON": b"\xff\xfe",
    "no object": b"[]",
    "nothing": b"{}",
    "brackets": b"[" * 100_000,
    "an envelope that is no text": b'{"envelope": 7, "rows": []}',
    "rows that are none": b'{"envelope": "", "rows": 7}',
    "a long number": b'{"envelope": ' + b"9" * 5000 + b"}",
    "too many rows": b'{"envelope": "", "rows": [' + b"0," * 1000 + b"0]}",
}


@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS)
def test_a_letter_with_something_else_in_it_is_refused(
    client: FlaskClient, cast: SimpleNamespace, device: Device, content: bytes
):
    assert DAMAGED in hand_in(Browser(client, cast.en), letter(device.given["server_key"], content), 422)


ROWS: dict[str, Any] = {
    "no object": 7,
    "no id": {"iv": "", "data": ""},
    "a strange id": {"op_id": "../../../../", "iv": "", "data": ""},
    "no iv": {"op_id": "12345678-a", "data": ""},
    "an iv that is no base64": {"op_id": "12345678-a", "iv": "%%%", "data": ""},
    "an iv of letters from elsewhere": {"op_id": "12345678-a", "iv": "ớ", "data": ""},
}


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_a_row_that_cannot_be_read_refuses_the_file(
    client: FlaskClient, cast: SimpleNamespace, device: Device, row: Any
):
    file = device.save([], rows=[sealed_row(device.given, device.card()), row])
    assert DAMAGED in hand_in(Browser(client, cast.en), file, 422)
    assert count(Delivery.op_id) == 0


def test_a_body_that_is_no_json_refuses_the_file(client: FlaskClient, cast: SimpleNamespace, device: Device):
    place = f"{device.given['owner']}\n12345678-a".encode()
    row = {"op_id": "12345678-a", "iv": base64_of(b"0" * 12)}
    row["data"] = base64_of(seal_row(device.given["key"], b"0" * 12, b"{", place))
    assert DAMAGED in hand_in(Browser(client, cast.en), device.save([], rows=[row]), 422)


def forgeries(device: Device, other: dict[str, Any]) -> dict[str, bytes]:
    """Files by somebody with a device of their own, the server's public key, and everything of An but her key."""
    mine, card = device.given, device.card()
    person, of_device, signature = mine["envelope"].split(".")
    row = sealed_row(mine, card)

    def envelope(text: str, given: dict[str, Any] = mine) -> bytes:
        return rescue_file({**given, "envelope": text}, [card])

    return {
        "work sealed with another's key": rescue_file({**mine, "key": other["key"]}, [card]),
        "all one's own but the envelope": envelope(mine["envelope"], other),
        "an envelope with another person": envelope(f"{int(person) + 1}.{of_device}.{signature}"),
        "an envelope with another device": envelope(f"{person}.{hash_token('x')}.{signature}"),
        "an envelope without a signature": envelope(f"{person}.{of_device}.{'0' * 64}"),
        "an envelope of words": envelope("An"),
        "another's envelope on one's work": envelope(other["envelope"]),
        "a row under another id": device.save([], rows=[{**row, "op_id": str(uuid.uuid4())}]),
        "one forged among good ones": device.save([], rows=[row, {**row, "op_id": "12345678-a"}]),
        "a row with an iv cut short": device.save([], rows=[{**row, "iv": "AAAA"}]),
    }


def test_a_forged_file_opens_for_nobody(client: FlaskClient, cast: SimpleNamespace, device: Device):
    other = Device(client, cast.en, device.module)
    asker = Browser(client, cast.en)
    for name, file in forgeries(device, other.given).items():
        assert FORGED in hand_in(asker, file, 422), name
    assert count(Delivery.op_id) == 0


def test_a_file_for_another_server_is_refused(client: FlaskClient, cast: SimpleNamespace, device: Device):
    elsewhere = base64_of(seals.public_key("another secret", rules.RESCUE))
    file = rescue_file({**device.given, "server_key": elsewhere}, [device.card()])
    assert DAMAGED in hand_in(Browser(client, cast.en), file, 422)


def test_a_file_without_work_and_no_file_at_all_are_told_apart(
    client: FlaskClient, cast: SimpleNamespace, device: Device
):
    asker = Browser(client, cast.en)
    assert "Không có bài làm nào trong tệp" in hand_in(asker, device.save([]), 422)
    assert "Tệp trống" in hand_in(asker, b"", 422)
    assert asker.post(PAGE).status_code == 422


def test_a_file_of_a_megabyte_is_taken_and_no_more(client: FlaskClient, cast: SimpleNamespace, device: Device):
    asker = Browser(client, cast.en)
    work = device.save([device.card()], padding="x" * 999_000)
    assert len(work) <= rules.RESCUE_MOST
    assert "1 mục đã đến nơi" in hand_in(asker, work)
    assert "lớn hơn 1 MB" in hand_in(asker, device.save([device.card()], padding="x" * 1_000_000), 422)


def test_work_of_one_owner_is_not_taken_for_another_s(client: FlaskClient, cast: SimpleNamespace, device: Device):
    card = device.card()
    device.send([card])
    other = Device(client, cast.en, device.module)
    assert "1 mục không được nhận: đã đến nơi dưới tài khoản khác" in hand_in(other.browser, other.save([card]))


def test_the_refusals_speak_english_too(client: FlaskClient, cast: SimpleNamespace, device: Device):
    with transaction() as session:
        session.get_one(Person, cast.en.id).language = "en"
    asker = Browser(client, cast.en)
    assert "The file cannot be opened" in hand_in(asker, b"words", 422)
    assert "1 thing has arrived." in hand_in(asker, device.save([device.card()]))


def test_the_server_s_key_is_made_of_its_secret_and_is_a_point_for_browsers():
    key = seals.public_key(SECRET, rules.RESCUE)
    assert key == seals.public_key(SECRET, rules.RESCUE) and len(key) == 65 and key[0] == 4
    others = {seals.public_key(secret, purpose) for secret in ("a", "b") for purpose in ("one", "two")}
    assert len(others) == 4 and key not in others


def test_a_device_gets_the_key_for_files_with_its_own(client: FlaskClient, cast: SimpleNamespace, device: Device):
    assert base64_of(seals.public_key(SECRET, rules.RESCUE)) == device.given["server_key"]
    person_id, of_device = rules.read_envelope(SECRET, device.given["envelope"])
    assert person_id == cast.an.id
    assert rules.store_key(SECRET, person_id, of_device) == device.given["key"]


@pytest.mark.parametrize("text", ["", "1", "1..", "x.y.z", "1.a.b", "ớ", "-1." + "0" * 64 + "." + "0" * 64])
def test_an_envelope_of_another_shape_is_foreign(text: str):
    with pytest.raises(rules.ForeignEnvelope):
        rules.read_envelope(SECRET, text)


def test_an_envelope_is_signed_by_this_server_for_a_person_and_a_device():
    mine = rules.write_envelope("a", 1, hash_token("d"))
    assert rules.read_envelope("a", mine) == (1, hash_token("d"))
    with pytest.raises(rules.ForeignEnvelope):
        rules.read_envelope("b", mine)
    with pytest.raises(rules.ForeignEnvelope):
        rules.read_envelope("a", mine.replace("1.", "2.", 1))


def test_nothing_of_the_owner_stands_open_in_a_file(cast: SimpleNamespace, device: Device):
    card = device.card()
    file = device.save([card])
    for word in (card["op_id"], device.given["envelope"], device.module.key, json.dumps(cast.an.name)[1:-1]):
        assert word.encode() not in file
