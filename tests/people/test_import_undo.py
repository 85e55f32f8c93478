"""Taking an import back: within a day, before the next one, but for whoever's life here has gone on (ruling 36)."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.assignments import operations as assignments
from app.assignments.rules import Audience, Order
from app.kernel import clock
from app.kernel.audit import AuditEntry
from app.kernel.db import db
from app.kernel.transaction import transaction
from app.people import operations, queries
from app.people.models import ActivationSlip, Duty, Employment, ImportState, Invitation, Person
from app.people.operations.roster import Workplace
from tests.assignments.builders import actor_of, make_module
from tests.builders import Browser, make_person, save
from tests.people.builders import give_password
from tests.people.importing import AN, BINH, HEAD, STAFF, UYEN, VY, ImportDesk, person_named, staff_of


def test_an_import_taken_back_leaves_the_list_as_it_was(desk: ImportDesk, cast):
    desk.do(*STAFF, UYEN)
    before = staff_of(cast.here.id)
    changed = (AN[0], AN[1], "Khoa Nhi", "Bác sĩ", "0987654321")
    desk.do(changed, (*UYEN[:4], "0977777777"), VY, choices={"missing:all": "left", "unit_unknown:khoa nhi": "create"})
    assert staff_of(cast.here.id) != before
    answer = desk.undo()
    assert answer.status_code == 303
    assert desk.state is ImportState.UNDONE
    assert "Đã hoàn tác cho 3 người." in desk.read()
    assert staff_of(cast.here.id) == before


def test_the_history_stays_nothing_is_deleted(desk: ImportDesk):
    desk.do(*STAFF, UYEN)
    uyen = person_named(UYEN[1]).id
    desk.undo()
    (made,) = db.session.scalars(select(Employment).where(Employment.person_id == uyen))
    assert made.superseded_at is not None
    assert person_named(UYEN[1]).phone is None, "the number is free again"
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "people.roster_undone")).one()
    assert entry.details == {"undone": 1, "kept": []}


def test_after_an_undo_the_same_file_can_be_imported_again_without_a_question(desk: ImportDesk, cast):
    desk.do(*STAFF, UYEN, VY)
    desk.undo()
    desk.check(*STAFF, UYEN, VY)
    assert desk.counts() == (2, 0, 3, 0)
    desk.apply()
    assert staff_of(cast.here.id)[UYEN[1]] == ("NV100", "Khoa Khám bệnh", "nurse", "+84901234567")


def test_whoever_signed_in_since_stays(desk: ImportDesk, cast, app):
    desk.do(*STAFF, UYEN, VY)
    Browser(app.test_client(), person_named(UYEN[1]))
    desk.undo()
    assert UYEN[1] in staff_of(cast.here.id) and VY[1] not in staff_of(cast.here.id)
    page = desk.read()
    assert "Đã hoàn tác cho 1 người." in page and "Giữ 1 người" in page


def test_whoever_chose_a_password_since_stays(desk: ImportDesk, cast):
    desk.do(*STAFF, UYEN, VY)
    give_password(person_named(VY[1]))
    desk.undo()
    assert VY[1] in staff_of(cast.here.id) and UYEN[1] not in staff_of(cast.here.id)


def test_whoever_was_given_something_to_learn_since_stays(desk: ImportDesk, cast):
    module = make_module()
    desk.do(*STAFF, UYEN, VY)
    order = Order(Audience(person_ids=frozenset({person_named(UYEN[1]).id})), (module.id,), clock.today())
    with transaction():
        assignments.assign(actor_of(cast.binh, cast.here), cast.here.id, order, token="a", now=clock.now())
    desk.undo()
    assert UYEN[1] in staff_of(cast.here.id) and VY[1] not in staff_of(cast.here.id)


def test_what_a_standing_rule_gives_by_itself_keeps_nobody(desk: ImportDesk, cast):
    order = Order(Audience(is_everyone=True), (make_module().id,), clock.today(), days_to_learn=14)
    with transaction():
        assignments.assign(actor_of(cast.binh, cast.here), cast.here.id, order, token="r", now=clock.now())
    desk.do(*STAFF, UYEN)
    desk.undo()
    assert UYEN[1] not in staff_of(cast.here.id)


def test_whoever_was_changed_by_hand_since_stays_as_changed(desk: ImportDesk, cast):
    desk.do(*STAFF, UYEN, VY)
    uyen = person_named(UYEN[1]).id
    now = clock.now()
    held = queries.get_colleague(cast.here.id, uyen)
    with transaction():
        operations.change_workplace(
            cast.binh.id, cast.here.id, uyen, Workplace(None, held.position_id, "K-1"), now=now + timedelta(seconds=1)
        )
    with clock.stopped(now + timedelta(seconds=2)):
        desk.undo()
        assert staff_of(cast.here.id)[UYEN[1]][0] == "K-1"
        assert VY[1] not in staff_of(cast.here.id)


def test_a_phone_changed_by_hand_since_is_not_taken_away(desk: ImportDesk, cast):
    desk.do((*AN[:4], "0987654321"), BINH)
    with transaction():
        operations.change_phone(cast.binh.id, cast.here.id, cast.an.id, "+84333333333", now=clock.now())
    desk.undo()
    assert person_named(AN[1]).phone == "+84333333333"


def test_an_earlier_phone_that_somebody_has_now_is_not_given_back(desk: ImportDesk, cast):
    desk.do((*AN[:4], "0987654321"), BINH)
    desk.do((*AN[:4], "0911111111"), BINH)
    make_person("Hồ Văn Khác", phone="+84987654321")
    desk.undo()
    assert desk.state is ImportState.UNDONE
    assert person_named(AN[1]).phone is None


def test_a_code_that_somebody_has_now_forbids_to_go_back(desk: ImportDesk, cast):
    desk.do(BINH, choices={"missing:all": "left"})
    position = queries.list_positions()[0].id
    with transaction():
        operations.add_person(
            cast.binh.id, cast.here.id, "Hồ Văn Khác", None, Workplace(None, position, AN[0]), now=clock.now()
        )
    answer = desk.undo()
    assert answer.location.endswith("refused=1")
    assert "Không hoàn tác được nữa" in desk.read("?refused=1")
    assert desk.state is ImportState.DONE
    assert AN[1] not in staff_of(cast.here.id)


def test_when_everybodys_life_went_on_nothing_is_taken_back(desk: ImportDesk, cast, app):
    desk.do(*STAFF, UYEN)
    Browser(app.test_client(), person_named(UYEN[1]))
    assert desk.undo().location.endswith("refused=1")
    assert desk.state is ImportState.DONE


@pytest.mark.parametrize(("hours", "is_possible"), [(23, True), (24, False)])
def test_there_are_twenty_four_hours(desk: ImportDesk, cast, hours: int, is_possible: bool):
    desk.do(*STAFF, UYEN)
    with clock.stopped(desk.made.applied_at + timedelta(hours=hours)):
        assert ("Hoàn tác được đến" in desk.read()) is is_possible
        desk.undo()
        assert (desk.state is ImportState.UNDONE) is is_possible


def test_only_the_last_import_can_be_taken_back(desk: ImportDesk):
    desk.do(*STAFF, UYEN)
    first = desk.id
    desk.do(*STAFF, UYEN, VY)
    second, desk.id = desk.id, first
    assert desk.undo().location.endswith("refused=1")
    assert desk.state is ImportState.DONE
    desk.id = second
    desk.undo()
    desk.id = first
    desk.undo()
    assert desk.state is ImportState.UNDONE, "after the later one is gone, this is the last"


def test_what_is_not_imported_cannot_be_taken_back(desk: ImportDesk):
    desk.check(*STAFF, UYEN)
    assert desk.undo().status_code == 303
    assert desk.state is ImportState.CHECK


def test_duties_slips_and_invitations_of_the_import_end_with_it(desk: ImportDesk, cast):
    make_person("Hồ Văn Khác", phone="+84977777777")
    with transaction():
        point = operations.add_point(None, cast.here.id, cast.ward.id, "Quầy 1", "", now=clock.now())
    save(Duty(person_id=cast.an.id, service_point_id=point.id, valid_from=clock.now(), recorded_at=clock.now()))
    desk.do(
        BINH, (*UYEN, "Quầy 1"), ("NV300", "Hồ Văn Khác", "Khoa Khám bệnh", "Bác sĩ", "0977777777"),
        head=(*HEAD, "Điểm phục vụ"), choices={"missing:all": "left"},
    )  # fmt: skip
    uyen = person_named(UYEN[1]).id
    with transaction():
        operations.make_slips(cast.binh.id, cast.here.id, [uyen], now=clock.now())
    assert queries.list_duty(point.id, clock.now()) == [uyen]
    desk.undo()
    assert queries.list_duty(point.id, clock.now()) == [cast.an.id]
    assert not db.session.scalars(select(Invitation)).all()
    assert db.session.scalars(select(ActivationSlip.replaced_at)).one() is not None


def test_a_name_is_given_back_too(desk: ImportDesk, cast):
    key = "2:code_other_name:code"
    desk.do((AN[0], "Đỗ Thị Hoàn Toàn Khác", *AN[2:]), BINH, choices={key: "change_name"})
    assert db.session.get_one(Person, cast.an.id, populate_existing=True).name == "Đỗ Thị Hoàn Toàn Khác"
    desk.undo()
    assert person_named(AN[1]).search_key == "nguyen thi anh tuyet an"
