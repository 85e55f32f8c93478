"""A manager's list of what their facility has issued, and how a certificate ends there."""

from datetime import timedelta

import pytest

from app.kernel import clock
from app.kernel.db import db
from app.kernel.transaction import statement_counter
from certificates import queries, rules
from certificates.queries import Wanted
from certificates.rules import State
from tests.builders import Browser, employ, make_person
from tests.certificates.builders import make_certificate, make_version

LIST = "/f/BV-HOASEN/certificates"


@pytest.fixture
def shelf(cast, morning):
    """Three valid certificates, an expired and a revoked one here; one elsewhere."""
    version, other = make_version(), make_version({"vi": "Bảo vệ dữ liệu", "en": "Protecting data"})
    named = {}
    for days, name in enumerate(["Trần Văn An", "Nguyễn Thị Ánh", "Đỗ Quốc Bảo"]):
        person = make_person(name)
        employ(person, cast.here, cast.ward)
        named[name] = make_certificate(person, version, completed_at=morning - timedelta(days=days))
    named["old"] = make_certificate(cast.an, version, completed_at=morning - timedelta(days=500))
    named["other"] = make_certificate(cast.an, other, completed_at=morning - timedelta(days=9))
    named["there"] = make_certificate(cast.en, version)
    return named


def names(cast, **wanted) -> list[str]:
    page = queries.list_of_facility(cast.here.id, Wanted(**wanted), now=clock.now())
    return [row.certificate.printed["name"] for row in page.rows]


def test_the_newest_come_first_and_only_those_of_the_facility(cast, shelf):
    page = queries.list_of_facility(cast.here.id, Wanted(), now=clock.now())
    days = [row.certificate.issued_at for row in page.rows]
    assert days == sorted(days, reverse=True)
    assert page.total == 5
    assert shelf["there"].id not in {row.certificate.id for row in page.rows}


def test_names_are_sorted_by_given_name_both_ways(cast, shelf):
    wanted = {"sort": "name", "module_id": shelf["Trần Văn An"].module_id, "state": "valid"}
    assert names(cast, **wanted) == ["Trần Văn An", "Nguyễn Thị Ánh", "Đỗ Quốc Bảo"]
    assert names(cast, **{**wanted, "sort": "-name"}) == ["Đỗ Quốc Bảo", "Nguyễn Thị Ánh", "Trần Văn An"]
    assert len(names(cast, sort="; drop table")) == 5


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("thi anh", 3),
        ("Đỗ", 1),
        ("do quoc", 1),
        ("100%", 0),
        ("_", 0),
        ("0003", 1),
        ("3/GCN-BV-HOASEN", 1),
        ("9" * 30, 0),
    ],
)
def test_the_search_forgives_marks_and_knows_numbers(cast, shelf, search, found):
    assert len(names(cast, search=search)) == found


def test_the_search_knows_a_code(cast, shelf):
    assert names(cast, search=rules.show_code(shelf["Đỗ Quốc Bảo"].code).lower()) == ["Đỗ Quốc Bảo"]


def test_states_add_up(client, cast, shelf):
    Browser(client, cast.binh).post(f"{LIST}/{shelf['Trần Văn An'].code}", {"act": "revoke", "reason": "Cấp nhầm"})
    counted = {state: len(names(cast, state=state)) for state in ("valid", "expired", "revoked", "")}
    assert counted == {"valid": 3, "expired": 1, "revoked": 1, "": 5}
    assert names(cast, state="nonsense") == []


def test_pages_follow_each_other(client, cast, monkeypatch, shelf):
    monkeypatch.setattr("certificates.queries.lists.SIZE", 2)
    browser = Browser(client, cast.binh)
    first = browser.get(f"{LIST}?sort=name&q=a").text
    assert "1–2 trong 5" in first
    assert "q=a&amp;sort=name&amp;page=2" in first
    assert "5–5 trong 5" in browser.get(f"{LIST}?sort=name&q=a&page=3").text


def test_the_list_shows_words_for_nobody_and_nothing_found(client, cast):
    browser = Browser(client, cast.chi)
    assert "Chưa cấp giấy chứng nhận nào" in browser.get(LIST).text.replace("\u00a0", " ")
    assert "Không có giấy chứng nhận nào" in browser.get(f"{LIST}?q=zz").text.replace("\u00a0", " ")


def test_both_pages_stay_within_their_budget_in_both_languages(app, client, cast, shelf):
    with app.app_context():
        seen = statement_counter(db.engine)
    browser = Browser(client, cast.binh)
    for path in (LIST, f"{LIST}/{shelf['old'].code}"):
        for language in ("vi", "en"):
            seen.clear()
            assert browser.get(f"{path}?lang={language}").status_code == 200
            assert len(seen) <= 12, seen


def test_only_managers_of_the_facility_open_them(client, cast, shelf):
    for path in (LIST, f"{LIST}/{shelf['old'].code}"):
        for person, status in [(cast.binh, 200), (cast.chi, 200), (cast.an, 403), (cast.en, 404), (cast.dung, 404)]:
            assert Browser(client, person).get(path).status_code == status, (path, person.name)
    foreign = f"{LIST}/{shelf['there'].code}"
    assert Browser(client, cast.binh).get(foreign).status_code == 404
    assert Browser(client, cast.binh).post(foreign, {"act": "revoke", "reason": "x"}).status_code == 404
    assert queries.get(shelf["there"].id).revocation is None


def test_a_manager_revokes_with_a_reason_and_anyone_sees_it_at_once(client, cast, shelf):
    issued = shelf["Trần Văn An"]
    path = f"{LIST}/{issued.code}"
    browser = Browser(client, cast.chi)
    for missing in (
        {},
        {"act": "revoke"},
        {"reason": "x"},
        {"act": "delete", "reason": "x"},
        {"act": "void", "reason": " "},
    ):
        refused = browser.post(path, missing)
        assert refused.status_code == 422, missing
        assert "Xin xem lại" in refused.text.replace("\u00a0", " ")
    assert client.get(f"/x/{issued.code}.json").json["status"] == "valid"
    answer = browser.post(path, {"act": "revoke", "reason": "Cấp nhầm người"})
    assert (answer.status_code, answer.location) == (303, path)
    assert client.get(f"/x/{issued.code}.json").json["status"] == "revoked"
    shown = browser.get(path).text
    assert "Cấp nhầm người" in shown
    assert "Lưu thay đổi" not in shown.replace("\u00a0", " ")
    assert browser.post(path, {"act": "revoke", "reason": "again"}).status_code == 409
    db.session.expire_all()
    assert queries.get(issued.id).revocation.revoked_by == cast.chi.id


def test_a_correction_leads_to_the_new_certificate_and_both_know_each_other(client, cast, shelf):
    old = shelf["Đỗ Quốc Bảo"]
    browser = Browser(client, cast.binh)
    answer = browser.post(f"{LIST}/{old.code}", {"act": "reissue", "reason": "Sai tên đệm"})
    new = answer.location.rsplit("/", 1)[-1]
    assert new != old.code
    assert old.code in browser.get(answer.location).text
    assert new in browser.get(f"{LIST}/{old.code}").text
    assert client.get(f"/x/{old.code}.json").json["status"] == "replaced"
    assert new not in client.get(f"/x/{old.code}").text, "whoever holds the old paper does not learn the new code"


def test_what_was_issued_by_mistake_is_void(client, cast, shelf):
    issued = shelf["other"]
    Browser(client, cast.binh).post(f"{LIST}/{issued.code}", {"act": "void", "reason": "Nhầm người"})
    db.session.expire_all()
    kept = queries.get(issued.id)
    assert kept.revocation.is_void
    assert queries.verdict_of(kept, clock.now()).state is State.REVOKED
    assert "coi như chưa từng cấp" in Browser(client, cast.binh).get(f"{LIST}/{issued.code}").text
