"""Signing in: who comes in, for how long, how guessing is slowed, and what is left behind."""

from datetime import timedelta

import pytest

from app.kernel import clock, passwords
from app.kernel.db import db
from app.kernel.transaction import transaction
from app.people import operations
from app.people.models import Credential, Person, Role, SignIn, SignInFailure
from app.people.rules.limits import limits_for
from tests.builders import Browser, grant, make_facility, make_person, save
from tests.people.builders import GOOD, give_password, sign_in, sign_in_page

PHONE = {"User-Agent": "Mozilla/5.0 (Linux; Android 9; SM-A105F) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36"}
DESKTOP = {"User-Agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120.0 Safari/537.36"}


def begun() -> SignIn:
    db.session.rollback()
    return db.session.query(SignIn).filter_by(ended_at=None).order_by(SignIn.id.desc()).first()


def test_a_nurse_signs_in_with_facility_and_staff_code(client, cast):
    give_password(cast.an)
    answer = sign_in(client, "BV-HOASEN", "00001")
    assert answer.status_code == 303
    assert begun().person_id == cast.an.id
    assert client.get("/me/devices").status_code == 200


def test_a_code_may_be_typed_in_small_letters_and_with_spaces(client, cast):
    give_password(cast.an)
    assert sign_in(client, " bv-hoasen ", "00001").status_code == 303


def test_a_phone_number_needs_no_facility(client, cast):
    give_password(make_person("Võ Thị Mười", phone="+84901234567"))
    assert sign_in(client, "", "0901 234 567").status_code == 303


def test_the_same_staff_code_elsewhere_is_someone_else(client, cast):
    give_password(cast.an)
    give_password(cast.en, "another good phrase to keep")
    assert sign_in(client, "BV-SONGXANH", "00001").status_code == 422
    assert sign_in(client, "BV-SONGXANH", "00001", "another good phrase to keep").status_code == 303
    assert begun().person_id == cast.en.id


def test_a_phone_is_taken_for_an_own_device_and_a_desktop_for_a_shared_one(client, cast):
    assert 'id="device-own" name="device" value="own" checked' in client.get("/sign-in", headers=PHONE).text
    assert 'id="device-shared" name="device" value="shared" checked' in client.get("/sign-in", headers=DESKTOP).text


def test_a_shared_device_remembers_the_facility_and_forgets_the_person(client, cast):
    give_password(cast.an)
    answer = sign_in(client, "BV-HOASEN", "00001", device="shared")
    session_cookie = next(each for each in answer.headers.getlist("Set-Cookie") if each.startswith("san-sang="))
    assert "Max-Age" not in session_cookie
    assert "Expires" not in session_cookie
    assert client.get_cookie("san-sang-facility").value == "BV-HOASEN"
    Browser(client)
    assert 'value="BV-HOASEN"' in client.get("/sign-in").text
    assert "00001" not in client.get("/sign-in").text


def test_a_deep_link_survives_signing_in(client, cast):
    give_password(cast.an)
    asked = client.get("/me/devices?x=1")
    assert asked.location == "/sign-in?next=/me/devices?x%3D1"
    assert sign_in(client, "BV-HOASEN", "00001", target="/me/devices?x=1").location == "/me/devices?x=1"


@pytest.mark.parametrize(
    "target",
    ["//evil.vn", "/\\evil.vn", "https:evil.vn", "https://evil.vn", "%2f%2fevil.vn", "/%2f%2fevil.vn", "javascript:x",
     "/\r\nSet-Cookie: x", "/\u2215evil.vn", "//me@evil.vn", "/\tevil.vn", ""],
)  # fmt: skip
def test_next_never_leads_away(client, cast, target):
    give_password(cast.an)
    assert sign_in(client, "BV-HOASEN", "00001", target=target).location == "/"


def test_the_cookie_changes_at_sign_in_and_the_old_one_is_dead(client, cast):
    give_password(cast.an)
    planted = Browser(client).token
    sign_in(client, "BV-HOASEN", "00001")
    assert client.get_cookie("san-sang").value != planted
    client.set_cookie("san-sang", planted)
    assert client.get("/me/devices").status_code == 302


def test_signing_in_again_ends_the_sign_in_the_browser_had(client, cast):
    give_password(cast.an)
    give_password(cast.binh)
    sign_in(client, "BV-HOASEN", "00001")
    first = begun()
    sign_in(client, "BV-HOASEN", "00002")
    assert db.session.get(SignIn, first.id).ended_at is not None
    assert begun().person_id == cast.binh.id


def test_the_cookie_holds_nothing_readable(client, cast):
    give_password(cast.an)
    sign_in(client, "BV-HOASEN", "00001")
    token = client.get_cookie("san-sang").value
    assert len(token) == 43
    assert db.session.query(SignIn).filter_by(token_hash=token).count() == 0, "the database keeps the hash alone"


def test_signing_out_ends_it_on_the_server(client, cast):
    give_password(cast.an)
    sign_in(client, "BV-HOASEN", "00001")
    token = client.get_cookie("san-sang").value
    browser = Browser(client)
    browser.token = token
    client.set_cookie("san-sang", token)
    answer = browser.post("/sign-out")
    assert answer.status_code == 303
    assert "Clear-Site-Data" not in answer.headers, "unsent work stays, sealed (decision 9)"
    assert answer.headers["Cache-Control"] == "no-store"
    client.set_cookie("san-sang", token)
    assert client.get("/me/devices").status_code == 302, "a kept cookie opens nothing"


# ------------------------------------------------------------------ alike for all


def test_unknown_suspended_unactivated_and_wrong_look_alike(client, cast):
    give_password(cast.an)
    give_password(cast.chi)
    with transaction():
        db.session.get(Person, cast.chi.id).suspended_at = clock.now()
    wrong, suspended, never, unknown = [
        sign_in_page(client, "BV-HOASEN", who, "not the right password") for who in ("00001", "00003", "00002", "99999")
    ]
    assert wrong == suspended == never == unknown
    assert wrong[0] == 422


def test_a_suspended_person_does_not_come_in_with_the_right_password(client, cast):
    give_password(cast.an)
    with transaction():
        db.session.get(Person, cast.an.id).suspended_at = clock.now()
    assert sign_in(client, "BV-HOASEN", "00001").status_code == 422


def test_an_unknown_account_costs_the_same_work(client, cast, monkeypatch):
    checked = []
    real = passwords._hasher.verify
    monkeypatch.setattr(
        passwords._hasher.__class__, "verify", lambda _self, kept, typed: checked.append(kept) or real(kept, typed)
    )
    sign_in(client, "BV-HOASEN", "99999")
    assert [passwords._hasher.check_needs_rehash(kept) for kept in checked] == [False]


# ------------------------------------------------------------------ guessing


def test_guessing_is_slowed_and_says_how_long(client, cast, morning):
    give_password(cast.an)
    for _ in range(5):
        assert sign_in(client, "BV-HOASEN", "00001", "wrong").status_code == 422
    slowed = sign_in(client, "BV-HOASEN", "00001")
    assert slowed.status_code == 429
    assert slowed.headers["Retry-After"] == "5"
    with clock.stopped(morning + timedelta(seconds=5)):
        assert sign_in(client, "BV-HOASEN", "00001").status_code == 303


def test_whoever_guesses_from_elsewhere_never_locks_the_owner_out(app, cast, morning):
    give_password(cast.an)
    own = app.test_client()
    assert sign_in(own, "BV-HOASEN", "00001").status_code == 303
    guesser = app.test_client()
    for _ in range(20):
        sign_in(guesser, "BV-HOASEN", "00001", "wrong")
    assert sign_in(guesser, "BV-HOASEN", "00001").status_code == 429
    assert sign_in(own, "BV-HOASEN", "00001").status_code == 303


def test_twenty_wrong_passwords_on_a_known_device_do_not_keep_its_owner_out(app, cast, morning):
    give_password(cast.an)
    own = app.test_client()
    sign_in(own, "BV-HOASEN", "00001")
    for _ in range(40):
        sign_in(own, "BV-HOASEN", "00001", "wrong")
    assert sign_in(own, "BV-HOASEN", "00001", "wrong").status_code == 429
    assert sign_in(own, "BV-HOASEN", "00001").status_code == 303


def test_another_network_is_not_slowed(client, cast, morning):
    give_password(cast.an)
    for _ in range(8):
        sign_in(client, "BV-HOASEN", "00001", "wrong", environ_base={"REMOTE_ADDR": "203.0.113.9"})
    assert sign_in(client, "BV-HOASEN", "00001").status_code == 303


def test_one_network_trying_many_accounts_is_slowed_and_right_ones_are_not_counted(client, cast, morning):
    give_password(cast.an)
    for number in range(61):
        sign_in(client, "BV-HOASEN", f"9{number:04}", "wrong")
    assert sign_in(client, "BV-HOASEN", "90999", "wrong").status_code == 429
    Browser(client)
    for _ in range(3):
        assert sign_in(client, "BV-HOASEN", "00001", environ_base={"REMOTE_ADDR": "203.0.113.7"}).status_code == 303


def test_a_right_password_takes_its_own_failures_back(client, cast, morning):
    give_password(cast.an)
    sign_in(client, "BV-HOASEN", "00001", "wrong")
    sign_in(client, "BV-HOASEN", "00001")
    assert db.session.query(SignInFailure).count() == 0


def test_failures_hold_no_code_and_no_address(client, cast):
    sign_in(client, "BV-HOASEN", "00001", "wrong")
    row = db.session.query(SignInFailure).one()
    assert len(row.account_key) == len(row.network_key) == 64
    assert "00001" not in row.account_key + row.network_key


# ------------------------------------------------------------------ passwords


def test_both_keyboards_typings_of_one_password_are_right(client, cast):
    give_password(cast.an, "m\u1ea5y con m\u00e8o tr\u00e8o c\u00e2y cau")
    assert (
        sign_in(client, "BV-HOASEN", "00001", "ma\u0302\u0301y con me\u0300o tre\u0300o ca\u0302y cau").status_code
        == 303
    )


def test_the_last_letter_counts(client, cast):
    long = "x" * 100 + " và một đoạn dài nữa ở cuối 1"
    give_password(cast.an, long)
    assert sign_in(client, "BV-HOASEN", "00001", long[:-1] + "2").status_code == 422
    assert sign_in(client, "BV-HOASEN", "00001", long).status_code == 303


def test_an_old_hash_is_made_anew_at_sign_in(client, cast):
    weak = passwords._hasher.__class__(time_cost=1, memory_cost=8, parallelism=1).hash(GOOD)
    save(Credential(person_id=cast.an.id, password_hash=weak, changed_at=clock.now()))
    sign_in(client, "BV-HOASEN", "00001")
    db.session.rollback()
    kept = db.session.get(Credential, cast.an.id).password_hash
    assert kept.startswith("$argon2id$v=19$m=32768,t=3,p=1$")
    assert sign_in(client, "BV-HOASEN", "00001").status_code == 303


def test_hashing_inside_the_write_transaction_is_refused(context):
    with transaction(), pytest.raises(RuntimeError, match="before the write transaction"):
        passwords.hash_password(GOOD)


# ------------------------------------------------------------------ limits on the server's clock

LIMITS = [
    (None, "own", timedelta(days=30), None),
    (None, "shared", timedelta(hours=4), timedelta(minutes=10)),
    (Role.COORDINATOR, "own", timedelta(hours=12), timedelta(minutes=30)),
    (Role.DIRECTOR, "own", timedelta(hours=12), timedelta(minutes=30)),
    (Role.COORDINATOR, "shared", timedelta(hours=4), timedelta(minutes=10)),
    (Role.TASKFORCE, "own", timedelta(hours=12), timedelta(minutes=15)),
    (Role.AUTHOR, "own", timedelta(hours=12), timedelta(minutes=15)),
    (Role.TASKFORCE, "shared", timedelta(hours=4), timedelta(minutes=10)),
    (Role.ADMIN, "own", timedelta(hours=12), timedelta(minutes=15)),
]


@pytest.mark.parametrize(("role", "device", "overall", "idle"), LIMITS)
def test_a_sign_in_ends_on_time(client, context, morning, role, device, overall, idle):
    person = make_person("Lý Thị Giờ", phone="+84901234567")
    give_password(person)
    if role:
        grant(person, role, make_facility() if role in {Role.COORDINATOR, Role.DIRECTOR} else None)
    second = timedelta(seconds=1)
    assert sign_in(client, "", "0901234567", device=device).status_code == 303
    if idle:
        with clock.stopped(morning + idle - second):
            assert client.get("/me/devices").status_code == 200
        with clock.stopped(morning + idle - second + idle):
            assert client.get("/me/devices").status_code == 302
    moment = morning
    sign_in(client, "", "0901234567", device=device)
    while moment + (idle or overall) < morning + overall:
        moment += (idle or overall) - second
        with clock.stopped(moment):
            assert client.get("/me/devices").status_code == 200
    with clock.stopped(morning + overall - second):
        assert client.get("/me/devices").status_code == 200
    with clock.stopped(morning + overall + second):
        assert client.get("/me/devices").status_code == 302


def test_an_administrator_does_not_sign_in_on_a_shared_computer(client, context):
    person = make_person("Lý Thị Quản", phone="+84901234567")
    give_password(person)
    grant(person, Role.ADMIN)
    assert sign_in(client, "", "0901234567", device="shared").status_code == 422
    assert sign_in(client, "", "0901234567", device="own").status_code == 303
    assert limits_for({Role.ADMIN}, is_shared=True) is None


def test_last_seen_is_written_once_a_minute_and_never_by_the_page_itself(client, cast, morning):
    browser = Browser(client, cast.an)
    for seconds, expected in ((30, 0), (59, 0), (60, 60), (61, 60), (119, 60), (121, 121)):
        with clock.stopped(morning + timedelta(seconds=seconds)):
            assert browser.get("/me/devices").status_code == 200
        assert begun().seen_at == morning + timedelta(seconds=expected)


def test_within_the_minute_nothing_is_written_at_all(client, cast, morning, statements):
    browser = Browser(client, cast.an)
    with clock.stopped(morning + timedelta(seconds=59)), statements() as seen:
        browser.get("/me/devices")
    assert [each for each in seen if not each.startswith(("SELECT", "WITH"))] == []


def test_two_requests_at_once_write_last_seen_once(client, cast, morning):
    Browser(client, cast.an)
    sign_in_id = begun().id
    for seconds in (60, 61):
        with transaction():
            operations.note_seen(sign_in_id, now=morning + timedelta(seconds=seconds))
    assert begun().seen_at == morning + timedelta(seconds=60)


# ------------------------------------------------------------------ one's own account


def test_a_suspension_in_another_process_is_felt_at_the_next_request(client, cast):
    browser = Browser(client, cast.an)
    assert browser.get("/me/devices").status_code == 200
    with transaction():
        db.session.get(Person, cast.an.id).suspended_at = clock.now()
    db.session.rollback()
    assert browser.get("/me/devices").status_code == 302


def test_devices_lists_own_sign_ins_and_ends_one(app, cast):
    here, there, stranger = (Browser(app.test_client(), who) for who in (cast.an, cast.an, cast.en))
    give_password(cast.an)
    other, right = begun_of(cast.an)[-1].id, {"present": GOOD}
    assert here.get("/me/devices").text.count("row-title") == 2
    assert here.post(f"/me/devices/{begun_of(cast.en)[0].id}/end", right).status_code == 404, "nobody else's"
    assert here.post(f"/me/devices/{other}/end", right).status_code == 303
    assert there.get("/me/devices").status_code == 302
    assert stranger.get("/me/devices").status_code == 200


def test_all_the_others_can_be_ended_at_once(app, cast):
    here, there = (Browser(app.test_client(), cast.an) for _ in range(2))
    give_password(cast.an)
    here.post("/me/devices/end-others", {"present": GOOD})
    assert there.get("/me/devices").status_code == 302
    assert here.get("/me/devices").status_code == 200


def begun_of(person):
    db.session.rollback()
    return db.session.query(SignIn).filter_by(person_id=person.id).order_by(SignIn.id).all()


def test_changing_the_password_ends_every_other_sign_in(app, cast):
    give_password(cast.an)
    here, there = (Browser(app.test_client(), cast.an) for _ in range(2))
    new = "năm con voi đi chợ phiên"
    assert here.post("/me/password", {"present": "wrong", "password": new}).status_code == 422
    assert here.post("/me/password", {"present": GOOD, "password": "short"}).status_code == 422
    assert here.post("/me/password", {"present": GOOD, "password": new}).status_code == 303
    assert there.get("/me/devices").status_code == 302
    assert here.get("/me/devices").status_code == 200
    assert sign_in(app.test_client(), "BV-HOASEN", "00001", new).status_code == 303


def test_the_language_is_remembered(client, cast):
    browser = Browser(client, cast.an)
    assert '<html lang="vi">' in browser.get("/me/devices").text
    answer = browser.post("/me/language", {"language": "en", "next": "/me/devices"})
    assert answer.location == "/me/devices"
    assert '<html lang="en">' in browser.get("/me/devices").text
    assert browser.post("/me/language", {"language": "xx"}).status_code == 422


def test_the_public_page_switches_language_by_its_address(client, cast):
    page = client.get("/sign-in?next=/me&lang=en").text
    assert '<html lang="en">' in page
    assert 'href="/sign-in?next=/me&amp;lang=vi"' in page


def test_sample_accounts_exist_in_the_fictional_city_only(client, cast):
    assert "/sign-in/sample" not in client.get("/sign-in").text
    browser = Browser(client)
    assert browser.post("/sign-in/sample", {"account": str(cast.an.id)}).status_code == 404
    made_up = make_person("Lê Mẫu", is_sample=True)
    grant(made_up, Role.TASKFORCE)
    made_up_id = made_up.id
    assert "Lê Mẫu" in client.get("/sign-in").text
    assert browser.post("/sign-in/sample", {"account": str(cast.an.id)}).status_code == 404
    assert browser.post("/sign-in/sample", {"account": str(made_up_id)}).status_code == 303
    assert begun().person_id == made_up_id


def test_the_sign_in_page_asks_little_of_the_database(client, cast, statements):
    with statements() as seen:
        client.get("/sign-in")
    assert len(seen) <= 3
    browser = Browser(client, cast.an)
    with statements() as seen:
        browser.get("/me/devices")
    assert len(seen) <= 12
