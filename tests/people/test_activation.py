"""First access: slips that work once, for their person only."""

import re
from datetime import timedelta

import pytest

from app.kernel import clock
from app.kernel.audit import AuditEntry
from app.kernel.db import db
from app.kernel.transaction import transaction
from app.people import operations, queries
from app.people.models import ActivationSlip, Credential, Person, SignIn
from app.people.rules.passwords import PasswordProblem, password_problem
from tests.builders import Browser
from tests.people.builders import GOOD, give_password, sign_in


def slip_for(cast, person, now=None):
    with transaction():
        return operations.make_slips(cast.binh.id, cast.here.id, [person.id], now=now or clock.now())[0]


def use(browser, code, password=GOOD, device="own"):
    return browser.post("/activate", {"code": code, "password": password, "device": device})


def test_a_code_leads_to_a_password_and_in(client, cast):
    code = slip_for(cast, cast.an).code
    browser = Browser(client)
    asked = browser.post("/activate", {"code": code.lower().replace("-", " ")})
    assert asked.status_code == 200
    assert "Bệnh viện Hoa Sen" in asked.text
    assert use(browser, code).status_code == 303
    db.session.rollback()
    assert db.session.query(SignIn).filter_by(person_id=cast.an.id, ended_at=None).count() == 1
    assert client.get("/me/devices").status_code == 200
    assert sign_in(client, "BV-HOASEN", "00001").status_code == 303


def test_a_code_works_once(app, cast):
    code = slip_for(cast, cast.an).code
    assert use(Browser(app.test_client()), code).status_code == 303
    assert use(Browser(app.test_client()), code, "mười hai con chim sẻ nâu").status_code == 422


def test_a_code_dies_after_fourteen_days(client, cast, morning):
    code = slip_for(cast, cast.an).code
    with clock.stopped(morning + timedelta(days=14) - timedelta(seconds=1)):
        assert Browser(client).post("/activate", {"code": code}).status_code == 200
    with clock.stopped(morning + timedelta(days=14)):
        assert use(Browser(client), code).status_code == 422


def test_a_newer_slip_kills_the_older(client, cast):
    old, new = slip_for(cast, cast.an).code, slip_for(cast, cast.an).code
    assert use(Browser(client), old).status_code == 422
    assert use(Browser(client), new).status_code == 303


def test_wrong_codes_look_alike_and_are_slowed(client, cast, morning):
    used = slip_for(cast, cast.an).code
    use(Browser(client), used)
    browser = Browser(client)
    answers = [browser.post("/activate", {"code": code}) for code in (used, "0000-0000-0000-0000", "x")]
    assert {answer.status_code for answer in answers} == {422}
    bodies = {re.sub(r'value="[^"]*"', "", answer.text) for answer in answers}
    assert len(bodies) == 1
    for _ in range(4):
        browser.post("/activate", {"code": "x"})
    slowed = browser.post("/activate", {"code": "x"})
    assert (slowed.status_code, slowed.headers["Retry-After"]) == (429, "5")


def test_a_suspended_person_is_not_activated(client, cast):
    code = slip_for(cast, cast.an).code
    with transaction():
        db.session.get(Person, cast.an.id).suspended_at = clock.now()
    assert use(Browser(client), code).status_code == 422


def test_a_weak_password_keeps_the_code_alive(client, cast):
    code = slip_for(cast, cast.an).code
    browser = Browser(client)
    refused = use(browser, code, "Ánh Tuyết An 2026")
    assert refused.status_code == 422
    assert "Mật khẩu này ghép từ tên" in refused.text
    assert use(browser, code).status_code == 303


def test_a_new_slip_lets_a_person_choose_again_and_ends_their_sign_ins(app, cast):
    give_password(cast.an, "mật mã cũ đã quên mất rồi")
    other = Browser(app.test_client(), cast.an)
    code = slip_for(cast, cast.an).code
    assert other.get("/me/devices").status_code == 200, "nothing changes before the code is used"
    use(Browser(app.test_client()), code)
    assert other.get("/me/devices").status_code == 302
    assert sign_in(app.test_client(), "BV-HOASEN", "00001").status_code == 303


# ------------------------------------------------------------------ making slips


def test_the_coordinator_prints_slips_of_a_unit_once(client, cast):
    browser = Browser(client, cast.binh)
    assert f'value="{cast.ward.id}"' in browser.get("/f/BV-HOASEN/people/slips").text
    paper = browser.post("/f/BV-HOASEN/people/slips", {"unit": cast.ward.id, "kind": "paper"})
    assert paper.status_code == 200
    codes = re.findall(r'slip-code code">([0-9A-Z-]{19})<', paper.text)
    assert len(codes) == 1, "Bình is a coordinator: hers is not to be made here"
    assert "BV-HOASEN" in paper.text
    assert "00001" in paper.text
    assert paper.headers["Cache-Control"] == "no-store"
    db.session.rollback()
    kept = db.session.query(ActivationSlip).one()
    assert codes[0] not in kept.code_hash
    entry = db.session.query(AuditEntry).filter_by(action="people.slips_made").one()
    assert (entry.actor_id, entry.details["people"]) == (cast.binh.id, [cast.an.id])
    assert codes[0] not in str(entry.details)


def test_slips_come_as_a_file_too(client, cast):
    answer = Browser(client, cast.binh).post("/f/BV-HOASEN/people/slips", {"unit": cast.ward.id, "kind": "xlsx"})
    assert answer.mimetype == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert len(answer.data) > 1000


def test_whoever_has_a_password_is_left_out_unless_asked_for(client, cast):
    give_password(cast.an)
    browser = Browser(client, cast.binh)
    assert browser.post("/f/BV-HOASEN/people/slips", {"unit": cast.ward.id}).status_code == 422
    assert "slip-code" in browser.post("/f/BV-HOASEN/people/slips", {"person": cast.an.id}).text
    db.session.rollback()
    assert db.session.get(Credential, cast.an.id) is not None, "the present password holds until the code is used"


def test_no_slip_for_a_director_nor_for_a_stranger(client, cast):
    browser = Browser(client, cast.binh)
    for person in (cast.chi, cast.en, cast.dung):
        assert "slip-code" not in browser.post("/f/BV-HOASEN/people/slips", {"person": person.id}).text
    db.session.rollback()
    assert db.session.query(ActivationSlip).count() == 0


# ------------------------------------------------------------------ which passwords are refused

ABOUT = ["Nguyễn Thị Ánh Tuyết", "+84901234567", "Bệnh viện Hoa Sen", "BV-HOASEN", "NV00123"]


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("mười bốn ký tự", PasswordProblem.TOO_SHORT),
        ("x" * 257, PasswordProblem.TOO_LONG),
        ("123456789012345", PasswordProblem.COMMON),
        ("543210987654321", PasswordProblem.COMMON),
        ("qwertyuiopasdfg", PasswordProblem.COMMON),
        ("aaaaaaaaaaaaaaaa", PasswordProblem.COMMON),
        ("abcabcabcabcabc", PasswordProblem.COMMON),
        ("benhvien123benhvien123", PasswordProblem.COMMON),
        ("Bệnh viện 123 456 789", PasswordProblem.COMMON),
        ("matkhau12345678", PasswordProblem.COMMON),
        ("Mật khẩu 2026!!!!", PasswordProblem.COMMON),
        ("passwordpassword1", PasswordProblem.COMMON),
        ("!!!!!!!!!!!!!!!!!", PasswordProblem.COMMON),
        ("nguyenthianhtuyet", PasswordProblem.ABOUT_YOU),
        ("Ánh Tuyết Hoa Sen 1", PasswordProblem.ABOUT_YOU),
        ("0901234567090123", PasswordProblem.ABOUT_YOU),
        ("benhvienhoasen2026", PasswordProblem.ABOUT_YOU),
        ("NV00123 BV-HOASEN", PasswordProblem.ABOUT_YOU),
        ("bốn con ngựa ăn cỏ non", None),
        ("chợ nổi trôi qua mùa nước", None),
        ("839201748392617", None),
        ("🐘🐅🐇🐎🐖🐑🐐🐪🦒🦓🦍🐒🐕🐈🐁", None),
        ("correct staple battery horse", None),
        ("Tuyết rơi trên đỉnh Phan Xi Păng", None),
    ],
)
def test_what_makes_a_bad_password(password, problem):
    assert password_problem(password, common=queries.common_passwords(), about=ABOUT) is problem


def test_the_list_of_common_passwords_is_long():
    assert len(queries.common_passwords()) >= 3000
