"""The list of a facility's people: what it shows, how it is changed, and what the history keeps."""

from datetime import date, timedelta
from io import BytesIO

import pytest

from app.kernel import clock, sheets
from app.kernel.audit import AuditEntry
from app.kernel.db import db
from app.kernel.errors import Conflict, Invalid
from app.kernel.events import bus
from app.kernel.transaction import transaction
from app.people import operations, queries
from app.people.events import EmploymentEnded, PersonEmployed, RosterChanged
from app.people.models import Duty, Employment, Invitation, Leave, Person, Role, SignIn
from tests.builders import Browser, employ, grant, make_person, make_position, make_unit
from tests.people.builders import give_password

LIST = "/f/BV-HOASEN/people"


@pytest.fixture
def heard(monkeypatch):
    """Every fact announced, in order; who listens in the house hears them as well."""
    facts = []
    real = bus.announce
    monkeypatch.setattr(bus, "announce", lambda fact: (facts.append(fact), real(fact))[1])
    return facts


def names(page: str) -> list[str]:
    return [part.split("<")[0] for part in page.split('/edit">')[1:]]


def facts_of(person, kind=Employment):
    db.session.rollback()
    return db.session.query(kind).filter_by(person_id=person.id).order_by(kind.id).all()


def test_people_stand_in_the_order_of_their_given_names(client, cast):
    for name in ("Đặng Văn Ước", "Trần Văn An", "Lê Thị Ánh", "Nguyễn Thị Ý"):
        employ(make_person(name), cast.here)
    assert names(Browser(client, cast.binh).get(LIST).text) == [
        "Nguyễn Thị Ánh Tuyết An", "Trần Văn An", "Lê Thị Ánh", "Trần Mỹ Bình", "Lê Quỳnh Chi", "Đặng Văn Ước",
        "Nguyễn Thị Ý",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("search", "found"),
    [("tuyet", 1), ("TUYẾT", 1), ("Ánh tuyết an", 1), ("00001", 1), ("0901 234", 1), ("234567", 1), ("%", 0),
     ("_", 0), ("zzz", 0), ("\\", 0), ("phạm hoàng", 0)],
)  # fmt: skip
def test_the_search_ignores_marks_and_finds_codes_and_phones(client, cast, search, found):
    with transaction():
        db.session.get(Person, cast.binh.id).phone = "+84901234567"
    page = Browser(client, cast.binh).get(LIST, query_string={"q": search}).text
    assert len(names(page)) == found


def test_filters_by_unit_position_and_state(client, cast):
    give_password(cast.an)
    browser = Browser(client, cast.binh)
    assert names(browser.get(f"{LIST}?unit={cast.ward.id}&position={make_position('nurse').id}").text) == [
        "Nguyễn Thị Ánh Tuyết An"
    ]
    assert names(browser.get(f"{LIST}?state=active").text) == ["Nguyễn Thị Ánh Tuyết An"]
    assert len(names(browser.get(f"{LIST}?state=not_activated").text)) == 2
    assert len(names(browser.get(f"{LIST}?unit=999999999999999999999&sort=nonsense&page=zero").text)) == 3


def test_phones_are_masked_and_the_state_is_said_in_words(client, cast):
    with transaction():
        db.session.get(Person, cast.an.id).phone = "+84901234567"
    page = Browser(client, cast.binh).get(LIST).text
    assert "0901 ••• 567" in page
    assert "0901 234 567" not in page
    assert "Chưa kích hoạt" in page


def test_fifty_on_a_page(client, cast):
    for number in range(55):
        employ(make_person(f"Người Số {number}"), cast.here, cast.ward)
    browser = Browser(client, cast.binh)
    assert len(names(browser.get(LIST).text)) == 50
    assert len(names(browser.get(f"{LIST}?page=2").text)) == 8
    assert len(names(browser.get(f"{LIST}?page=99").text)) == 8


def test_the_director_reads_and_does_not_change(client, cast):
    browser = Browser(client, cast.chi)
    page = browser.get(LIST).text
    assert "Nguyễn Thị Ánh Tuyết An" in page
    assert "/edit" not in page
    assert browser.get(f"{LIST}/{cast.an.id}/edit").status_code == 403


def test_an_empty_list_shows_what_the_file_needs(client, cast):
    grant(cast.dung, Role.COORDINATOR, cast.there)
    with transaction():
        db.session.query(Employment).filter_by(facility_id=cast.there.id).one().superseded_at = clock.now()
    assert "Tệp Excel cần ba cột" in Browser(client, cast.dung).get("/f/BV-SONGXANH/people").text


def test_the_page_asks_at_most_twelve_questions(client, cast, statements):
    for number in range(20):
        employ(make_person(f"Người Số {number}"), cast.here, cast.ward)
    browser = Browser(client, cast.binh)
    for path in (LIST, f"{LIST}/{cast.an.id}/edit", f"{LIST}/new", f"{LIST}/slips", "/f/BV-HOASEN/places"):
        with statements() as seen:
            assert browser.get(path).status_code == 200
        assert len(seen) <= 12, path + "\n" + "\n".join(each[:150] for each in seen)


# ------------------------------------------------------------------ taken away as a file


def test_the_export_holds_what_the_page_shows_and_is_audited(client, cast):
    employ(make_person("=HYPERLINK Độc"), cast.here, cast.ward)
    browser = Browser(client, cast.binh)
    answer = browser.post(f"{LIST}/export?unit={cast.ward.id}", {"kind": "csv"})
    text = answer.data.decode("utf-8-sig")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    assert len(text.splitlines()) == 4
    assert "'=HYPERLINK" in text
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=nhan-su-BV-HOASEN-")
    db.session.rollback()
    entry = db.session.query(AuditEntry).filter_by(action="people.exported").one()
    assert (entry.actor_id, entry.details["rows"], entry.details["unit"]) == (cast.binh.id, 3, cast.ward.id)


def test_the_excel_export_reads_back(client, cast, tmp_path):
    answer = Browser(client, cast.binh).post(f"{LIST}/export", {"kind": "xlsx"})
    file = tmp_path / "x.xlsx"
    file.write_bytes(BytesIO(answer.data).getvalue())
    rows = sheets.read_table(file, file.name).rows
    assert [row.cells[0] for row in rows[1:]] == ["Nguyễn Thị Ánh Tuyết An", "Trần Mỹ Bình", "Lê Quỳnh Chi"]


# ------------------------------------------------------------------ one person added


def new_person(cast, **more):
    position = make_position("nurse").id
    return {"name": "  lê thị   mới ", "staff_code": "NV9", "unit": cast.ward.id, "position": position, **more}


def test_one_person_is_added_with_a_clean_name(client, cast, heard):
    answer = Browser(client, cast.binh).post(f"{LIST}/new", new_person(cast, phone="0901 234 567"))
    assert answer.location == f"{LIST}?added=1"
    db.session.rollback()
    person = db.session.query(Person).filter_by(phone="+84901234567").one()
    assert person.name == "Lê Thị Mới"
    made = facts_of(person)[0]
    assert PersonEmployed(person.id, cast.here.id, made.id) in heard
    assert heard.count(RosterChanged(cast.here.id)) == 1


@pytest.mark.parametrize(
    ("more", "said"),
    [({"phone": "12345"}, "Số di động có 10 chữ số"), ({"name": ""}, "Mục này chưa điền"),
     ({"staff_code": "00001"}, "Mã này đang thuộc về người khác"), ({"position": ""}, "Hãy chọn một mục")],
)  # fmt: skip
def test_what_does_not_fit_is_said_beside_what_was_typed(client, cast, more, said):
    answer = Browser(client, cast.binh).post(f"{LIST}/new", new_person(cast, **more))
    assert answer.status_code == 422
    assert said in answer.text
    db.session.rollback()
    assert db.session.query(Person).count() == 5


def test_someone_known_elsewhere_is_invited_and_not_shown(client, cast):
    with transaction():
        db.session.get(Person, cast.en.id).phone = "+84901234567"
    answer = Browser(client, cast.binh).post(f"{LIST}/new", new_person(cast, phone="0901234567"))
    assert answer.location == f"{LIST}?invited=1"
    assert "Phạm Hoàng Én" not in Browser(client, cast.binh).get(answer.location).text
    db.session.rollback()
    assert db.session.query(Invitation).one().person_id == cast.en.id
    assert len(facts_of(cast.en)) == 1


def test_a_unit_of_another_facility_is_refused_like_a_missing_one(client, cast):
    answer = Browser(client, cast.binh).post(f"{LIST}/new", new_person(cast, unit=cast.other_ward.id))
    assert answer.status_code == 404


# ------------------------------------------------------------------ dated facts


def test_a_move_closes_the_old_fact_and_opens_a_new_one(client, cast, morning, heard):
    lab, doctor = make_unit(cast.here, "Khoa Xét nghiệm").id, make_position("doctor").id
    answer = Browser(client, cast.binh).post(
        f"{LIST}/{cast.an.id}/workplace", {"unit": lab, "position": doctor, "staff_code": "00001"}
    )
    assert answer.status_code == 303
    old, before, now = facts_of(cast.an)
    assert (old.superseded_at, old.valid_to) == (morning, None)
    assert (before.valid_from, before.valid_to, before.unit_id) == (old.valid_from, morning, cast.ward.id)
    assert (now.valid_from, now.valid_to, now.unit_id, now.recorded_at) == (morning, None, lab, morning)
    assert heard == [RosterChanged(cast.here.id)]


def test_saving_without_a_change_writes_nothing(client, cast, heard):
    row = {"unit": cast.ward.id, "position": make_position("nurse").id, "staff_code": "00001"}
    Browser(client, cast.binh).post(f"{LIST}/{cast.an.id}/workplace", row)
    assert len(facts_of(cast.an)) == 1
    assert heard == []


def test_a_name_is_written_anew_for_a_reason(client, cast):
    browser = Browser(client, cast.binh)
    assert browser.post(f"{LIST}/{cast.an.id}/name", {"name": "Nguyễn Thị Ánh Tuyết Ân"}).status_code == 422
    answer = browser.post(f"{LIST}/{cast.an.id}/name", {"name": "Nguyễn Thị Ánh Tuyết Ân", "reason": "spelling"})
    assert answer.status_code == 303
    db.session.rollback()
    person = db.session.get(Person, cast.an.id)
    assert (person.name, person.search_key) == ("Nguyễn Thị Ánh Tuyết Ân", "nguyen thi anh tuyet an")
    entry = db.session.query(AuditEntry).filter_by(action="people.renamed").one()
    assert entry.details == {"reason": "spelling"}


def test_a_leave_has_its_days_and_may_not_overlap(client, cast, morning, heard):
    browser = Browser(client, cast.binh)
    path = f"{LIST}/{cast.an.id}/leave"
    assert browser.post(path, {"first": "2026-11-20", "last": "2026-12-31"}).status_code == 303
    leave = facts_of(cast.an, Leave)[0]
    assert (clock.civil_day(leave.valid_from), leave.valid_to) == (
        date(2026, 11, 20),
        clock.day_ends(date(2026, 12, 31)),
    )
    assert heard == [RosterChanged(cast.here.id)]
    assert browser.post(path, {"first": "2026-12-31", "last": ""}).status_code == 409
    assert browser.post(path, {"first": "2027-02-01", "last": "2027-01-01"}).status_code == 422
    assert "Vắng mặt" in browser.get(f"{LIST}?state=on_leave").text
    assert browser.post(f"{path}/{leave.id}/end").status_code == 303
    ended = [each for each in facts_of(cast.an, Leave) if each.superseded_at is None]
    assert [each.valid_to for each in ended] == [morning]
    assert browser.post(f"{path}/{leave.id}/end").status_code == 404


def test_an_end_closes_employment_duties_roles_and_sign_ins(app, cast, heard, morning):
    grant(cast.an, Role.COORDINATOR, cast.here)
    there = Browser(app.test_client(), cast.an)
    with transaction():
        point = operations.add_point(None, cast.here.id, cast.ward.id, "Quầy", "", now=morning)
        operations.set_duty(None, point, [cast.an.id], now=morning - timedelta(days=1))
    heard.clear()
    browser = Browser(app.test_client(), cast.binh)
    assert "Kết thúc làm việc" in browser.get(f"{LIST}/{cast.an.id}/end").text
    assert browser.post(f"{LIST}/{cast.an.id}/end").status_code == 303
    assert there.get("/me/devices").status_code == 302
    assert [fact.valid_to for fact in facts_of(cast.an) if fact.superseded_at is None] == [morning]
    assert [fact.valid_to for fact in facts_of(cast.an, Duty) if fact.superseded_at is None] == [morning]
    assert queries.list_roles(cast.an.id, morning) == frozenset()
    assert heard == [EmploymentEnded(cast.an.id, cast.here.id), RosterChanged(cast.here.id)]
    assert browser.get(f"{LIST}/{cast.an.id}/edit").status_code == 404
    assert browser.post(f"{LIST}/{cast.binh.id}/end").status_code == 422, "not oneself"


def test_a_suspension_ends_every_sign_in_and_can_be_undone(app, cast):
    there = Browser(app.test_client(), cast.an)
    browser = Browser(app.test_client(), cast.binh)
    assert browser.post(f"{LIST}/{cast.an.id}/access", {"act": "suspend"}).status_code == 303
    assert there.get("/me/devices").status_code == 302
    db.session.rollback()
    assert db.session.query(SignIn).filter_by(person_id=cast.an.id, ended_at=None).count() == 0
    assert "Mở lại tài khoản" in browser.get(f"{LIST}/{cast.an.id}/edit").text
    browser.post(f"{LIST}/{cast.an.id}/access", {"act": "resume"})
    db.session.rollback()
    assert db.session.get(Person, cast.an.id).suspended_at is None


def test_a_coordinator_does_not_lock_out_managers_or_people_of_other_facilities(client, cast):
    browser = Browser(client, cast.binh)
    employ(cast.en, cast.here, staff_code="77")
    for person in (cast.chi, cast.en, cast.binh):
        assert browser.post(f"{LIST}/{person.id}/access", {"act": "suspend"}).status_code == 422
    assert browser.post(f"{LIST}/{cast.dung.id}/access", {"act": "suspend"}).status_code == 404


def test_a_second_person_with_one_phone_is_refused(cast):
    with transaction():
        operations.change_phone(cast.binh.id, cast.here.id, cast.an.id, "+84901234567", now=clock.now())
    with pytest.raises(Conflict), transaction():
        operations.change_phone(cast.binh.id, cast.here.id, cast.chi.id, "+84901234567", now=clock.now())


def test_a_role_needs_its_scope(cast):
    for role, place in ((Role.COORDINATOR, None), (Role.ADMIN, cast.here.id)):
        with pytest.raises(Invalid), transaction():
            operations.grant_role(None, cast.an.id, role, place, now=clock.now())


def test_colleagues_for_other_rooms(cast):
    assert [each.given_name for each in queries.list_colleagues(cast.here.id)] == ["An", "Bình", "Chi"]
    assert [each.name for each in queries.list_colleagues(cast.here.id, position_codes=["nurse"])] == [
        "Nguyễn Thị Ánh Tuyết An"
    ]
    of_the_ward = queries.list_colleagues(cast.here.id, unit_ids=[cast.ward.id], sort="-code")
    assert [each.staff_code for each in of_the_ward] == ["00002", "00001"]
    assert queries.list_colleagues(cast.here.id, search="binh")[0].person_id == cast.binh.id
    assert queries.get_colleague(cast.here.id, cast.an.id).unit == "Khoa Khám bệnh"
