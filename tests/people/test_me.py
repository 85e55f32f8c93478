"""One's own phone and devices: changed with the password only, seen in the audit, telling nothing of others."""

import html
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.kernel import clock
from app.kernel.audit import AuditEntry
from app.kernel.db import db
from app.kernel.transaction import transaction
from app.people.models import Person, SignIn
from tests.builders import Browser
from tests.people.builders import GOOD, give_password, sign_in

NEW = {"phone": "0912 345 678", "present": GOOD}


@pytest.fixture
def an(client, cast):
    give_password(cast.an)
    return Browser(client, cast.an)


def read(page) -> str:
    return re.sub(r"\s+", " ", html.unescape(page.text)).replace("\u00a0", " ")


def phone_of(person) -> str | None:
    db.session.rollback()
    return db.session.scalar(select(Person.phone).where(Person.id == person.id))


def own_phone_changes() -> int:
    db.session.rollback()
    return len(db.session.scalars(select(AuditEntry).where(AuditEntry.action == "people.own_phone_changed")).all())


def test_the_phone_is_changed_with_the_password_and_signs_in_from_then_on(app, client, cast, an):
    answer = an.post("/me/phone", NEW)
    assert (answer.status_code, answer.location) == (303, "/me/phone?changed=1")
    page = read(an.get(answer.location))
    assert "Đã đổi số điện thoại" in page
    assert 'value="0912 345 678"' in page
    assert phone_of(cast.an) == "+84912345678"
    assert own_phone_changes() == 1
    assert sign_in(app.test_client(), "", "0912345678").status_code == 303


def test_the_audit_says_that_and_not_to_what(an):
    an.post("/me/phone", NEW)
    db.session.rollback()
    (entry,) = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "people.own_phone_changed"))
    assert entry.details == {}


@pytest.mark.parametrize(
    ("sent", "words", "field"),
    [
        ({"present": "sai rồi nhé bạn ơi"}, "Mật khẩu hiện tại chưa đúng", "present"),
        ({"present": ""}, "Mật khẩu của Anh/Chị", "present"),
        ({"phone": "12345"}, "0901 234 567", "phone"),
        ({"phone": ""}, "Số điện thoại", "phone"),
    ],
)
def test_a_refusal_stands_beside_its_field_and_on_top(cast, an, sent, words, field):
    answer = an.post("/me/phone", {**NEW, **sent})
    assert answer.status_code == 422
    page = read(answer)
    assert "<title>Lỗi: Số điện thoại" in page
    assert f'href="#{field}"' in page
    assert f'id="{field}-error"' in page
    assert words in page
    assert phone_of(cast.an) is None
    assert own_phone_changes() == 0


def test_a_number_of_somebody_else_is_refused_without_saying_whose(cast, an):
    with transaction() as session:
        session.get_one(Person, cast.en.id).phone = "+84912345678"
    page = read(an.post("/me/phone", NEW))
    assert "Không dùng được số này" in page
    assert "tài khoản khác" not in page
    assert phone_of(cast.an) is None


def test_sending_the_present_number_changes_nothing(an):
    an.post("/me/phone", NEW)
    an.post("/me/phone", NEW)
    assert own_phone_changes() == 1


@pytest.mark.parametrize("password", ["", "sai rồi nhé bạn ơi"])
def test_no_device_ends_without_the_password(app, cast, an, password):
    there = Browser(app.test_client(), cast.an)
    db.session.rollback()
    other = db.session.scalars(
        select(SignIn.id).where(SignIn.person_id == cast.an.id).order_by(SignIn.id.desc())
    ).first()
    for address in (f"/me/devices/{other}/end", "/me/devices/end-others"):
        answer = an.post(address, {"present": password})
        assert answer.status_code == 422
        assert "<title>Lỗi: Thiết bị của tôi" in read(answer)
        assert 'href="#present"' in read(answer)
    assert there.get("/me").status_code == 200


@pytest.mark.parametrize(
    ("address", "sent"),
    [
        ("/me/phone", {"phone": "0912 345 678"}),
        ("/me/devices/end-others", {}),
        ("/me/password", {"password": "năm con voi đi chợ phiên"}),
    ],
)
def test_a_computer_left_open_is_no_place_to_guess_a_password(morning, app, cast, an, address, sent):
    elsewhere = Browser(app.test_client(), cast.an)
    for number in range(5):
        assert an.post(address, {**sent, "present": f"sai rồi nhé bạn ơi {number}"}).status_code == 422
    slowed = an.post(address, {**sent, "present": GOOD})
    assert (slowed.status_code, slowed.headers["Retry-After"]) == (429, "5")
    assert "Chờ 5 giây" in read(slowed)
    assert 'href="#present"' in read(slowed)
    with clock.stopped(morning + timedelta(seconds=5)):
        assert an.post(address, {**sent, "present": "sai rồi nhé bạn ơi"}).status_code == 422
        assert an.post(address, {**sent, "present": GOOD}).headers["Retry-After"] == "10"
        assert elsewhere.post(address, {**sent, "present": GOOD}).status_code == 303


def test_the_three_doors_to_ones_own_account_count_together(morning, an):
    for address in ("/me/phone", "/me/devices/end-others", "/me/password") * 2:
        answer = an.post(address, {**NEW, "password": GOOD, "present": "sai rồi nhé bạn ơi"})
    assert answer.status_code == 429


def test_with_one_device_only_no_password_is_asked(an):
    assert 'name="present"' not in an.get("/me/devices").text
