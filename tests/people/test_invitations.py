"""A person known elsewhere is invited and never shown to the importer; they answer at sign-in (ruling 17)."""

from sqlalchemy import select

from app.kernel import clock
from app.kernel.db import db
from app.kernel.transaction import transaction
from app.people import operations, queries
from app.people.models import Employment, Invitation, Person
from app.people.operations.invitations import answer_invitation
from tests.builders import Browser, save
from tests.people.importing import BINH, STAFF, ImportDesk, as_read, staff_of

PHONE = "0966666666"
ROW = ("NV500", "Phạm Hoàng Én Khác", "Khoa Khám bệnh", "Bác sĩ", PHONE)


def know(person: Person) -> None:
    """Give Én, who works elsewhere, the phone that the file has."""
    with transaction() as session:
        session.get_one(Person, person.id).phone = f"+84{PHONE[1:]}"


def invitation() -> Invitation:
    db.session.rollback()
    return db.session.scalars(select(Invitation).execution_options(populate_existing=True)).one()


def test_who_it_is_stays_unsaid_and_nothing_is_merged(desk: ImportDesk, cast):
    know(cast.en)
    page = as_read(desk.check(*STAFF, ROW))
    assert "1 số điện thoại thuộc tài khoản đã có ở nơi khác" in page
    assert "Phạm Hoàng Én<" not in page and cast.there.name not in page
    desk.apply()
    assert set(staff_of(cast.here.id)) == {row[1] for row in STAFF}
    assert "Đã mời 1 người" in desk.read()
    made = invitation()
    assert (made.person_id, made.facility_id, made.staff_code) == (cast.en.id, cast.here.id, "NV500")


def test_the_same_file_again_makes_no_second_invitation(desk: ImportDesk, cast):
    know(cast.en)
    desk.do(*STAFF, ROW)
    desk.check(*STAFF, ROW)
    assert desk.counts() == (0, 0, 4, 0)
    assert "Đã mời trước đó" in desk.read("?show=notes")
    desk.apply()
    assert invitation().accepted_at is None


def test_the_invited_person_sees_it_at_home_and_agrees(desk: ImportDesk, cast, app):
    know(cast.en)
    desk.do(*STAFF, ROW)
    en = Browser(app.test_client(), cast.en)
    page = as_read(en.get("/"))
    assert "Bệnh viện Hoa Sen ghi rằng Anh/Chị cũng làm việc ở đó" in page
    assert "Khoa Khám bệnh · Bác sĩ, y sĩ" in page
    for _ in range(2):
        assert en.post(f"/invitations/{invitation().id}", {"answer": "accept"}).status_code == 303
    assert staff_of(cast.here.id)["Phạm Hoàng Én"] == ("NV500", "Khoa Khám bệnh", "doctor", f"+84{PHONE[1:]}")
    assert "ghi rằng" not in en.get("/").text
    desk.check(*STAFF, ROW)
    assert desk.made.counts["invite"] == 0


def test_the_invited_person_declines_and_is_not_asked_again_by_a_file(desk: ImportDesk, cast, app):
    know(cast.en)
    desk.do(*STAFF, ROW)
    en = Browser(app.test_client(), cast.en)
    en.post(f"/invitations/{invitation().id}", {"answer": "decline"})
    assert "ghi rằng" not in en.get("/").text
    assert "Phạm Hoàng Én" not in staff_of(cast.here.id)
    desk.do(*STAFF, ROW)
    assert invitation().declined_at is not None
    desk.check(*STAFF, ROW)
    assert "Người này đã từ chối lời mời." in desk.read("?show=notes")


def test_nobody_answers_for_somebody_else(desk: ImportDesk, cast, app):
    know(cast.en)
    desk.do(*STAFF, ROW)
    an = Browser(app.test_client(), cast.an)
    assert an.post(f"/invitations/{invitation().id}", {"answer": "accept"}).status_code == 404
    assert an.post("/invitations/99999", {"answer": "accept"}).status_code == 404
    assert invitation().accepted_at is None


def test_a_code_given_to_somebody_else_meanwhile_is_left_out(desk: ImportDesk, cast):
    know(cast.en)
    desk.do(*STAFF, ROW)
    position = queries.list_positions()[0].id
    with transaction():
        place = operations.Workplace(None, position, "NV500")
        operations.add_person(cast.binh.id, cast.here.id, "Hồ Văn Khác", None, place, now=clock.now())
    with transaction():
        answer_invitation(cast.en.id, invitation().id, accepts=True, now=clock.now())
    assert staff_of(cast.here.id)["Phạm Hoàng Én"][0] is None


def test_who_was_added_by_hand_meanwhile_has_one_workplace_here(desk: ImportDesk, cast):
    know(cast.en)
    desk.do(*STAFF, ROW)
    position = queries.list_positions()[0].id
    with transaction():
        operations.employ(None, cast.en.id, cast.here.id, operations.Workplace(None, position, None), now=clock.now())
    with transaction():
        answer_invitation(cast.en.id, invitation().id, accepts=True, now=clock.now())
    here = select(Employment).where(Employment.person_id == cast.en.id, Employment.facility_id == cast.here.id)
    assert len(db.session.scalars(here).all()) == 1


def test_somebody_who_left_and_works_elsewhere_now_is_not_shown_either(desk: ImportDesk, cast):
    know(cast.en)
    ended = clock.now()
    save(
        Employment(
            person_id=cast.en.id, facility_id=cast.here.id, position_id=queries.list_positions()[0].id,
            staff_code="CU-1", valid_from=ended.replace(year=2020), valid_to=ended, recorded_at=ended,
        )
    )  # fmt: skip
    page = as_read(desk.check(*STAFF, ("", "Phạm Hoàng Én", "Khoa Khám bệnh", "Bác sĩ", PHONE)))
    assert "từng làm ở đây" not in page
    assert desk.made.counts["invite"] == 1
    assert BINH[1] in staff_of(cast.here.id)
