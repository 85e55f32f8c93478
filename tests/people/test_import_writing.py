"""What an import writes: people, dated facts, invitations, words; all of it or nothing, and once."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import event, func, select, text

from app.assignments import operations as assignments
from app.assignments.models import Assignment
from app.assignments.rules import Audience, Order
from app.kernel import clock, jobs, storage
from app.kernel.audit import AuditEntry
from app.kernel.db import Base, db
from app.kernel.errors import Conflict
from app.kernel.transaction import transaction
from app.people import jobs as people_jobs
from app.people import operations, queries
from app.people.models import Duty, Employment, ImportState, Invitation, Person, SignIn, Unit
from app.people.operations.import_writing import prepare, write_import
from app.people.operations.roster import Workplace
from app.people.queries import import_files
from app.people.queries.import_files import kept_files
from app.people.queries.import_plan import Importer, plan_for, read_people
from tests.assignments.builders import actor_of, make_module
from tests.builders import Browser, save
from tests.people.importing import (
    AN,
    BINH,
    HEAD,
    STAFF,
    UYEN,
    VY,
    XUAN,
    ImportDesk,
    person_named,
    staff_of,
)


def rows_of(table: type[Base]) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def employments(name: str) -> list[Employment]:
    """Every row about a person's work, the oldest first."""
    person = person_named(name)
    found = select(Employment).where(Employment.person_id == person.id).order_by(Employment.id)
    return list(db.session.scalars(found.execution_options(populate_existing=True)))


def everything() -> dict[str, int]:
    """How many rows each table of people and places holds."""
    tables = ("person", "employment", "unit", "duty", "invitation", "roster_mapping", "audit_entry", "sign_in")
    db.session.rollback()
    return {name: db.session.scalar(text(f"select count(*) from {name}")) or 0 for name in tables}


def test_the_same_file_again_changes_nothing(desk: ImportDesk):
    rows = (*STAFF, UYEN, VY, XUAN)
    desk.do(*rows)
    before = everything()
    desk.check(*rows)
    assert desk.counts() == (0, 0, 6, 0)
    desk.apply()
    after = everything()
    assert after.pop("audit_entry") == before.pop("audit_entry") + 2, "that it was sent and imported is written down"
    assert after == before


def test_a_new_unit_and_codes_are_made_where_the_coordinator_says_so(desk: ImportDesk, cast):
    desk.do(
        *STAFF,
        ("T0001", "Phan Thị Tú Uyên", "Phòng Khách hàng", "Điều dưỡng", ""),
        ("", "Lương Tường Vy", "Phòng Khách hàng", "Bác sĩ", ""),
        choices={"unit_unknown:phong khach hang": "create", "no_identifier": "make_code"},
    )
    staff = staff_of(cast.here.id)
    assert staff["Phan Thị Tú Uyên"] == ("T0001", "Phòng Khách hàng", "nurse", None)
    assert staff["Lương Tường Vy"] == ("T0002", "Phòng Khách hàng", "doctor", None), "T0001 is taken by the file"
    assert rows_of(Unit) == 3


def test_the_first_day_of_work_is_kept_and_may_lie_ahead(desk: ImportDesk, cast):
    ahead = clock.today() + timedelta(days=30)
    head = ("Mã NV", "Họ và tên", "Chức danh", "Ngày vào làm")
    desk.do(
        ("NV100", "Phan Thị Tú Uyên", "Điều dưỡng", "2019-12-31"),
        ("NV101", "Lương Tường Vy", "Bác sĩ", ahead.isoformat()),
        head=head,
    )
    (uyen,), (vy,) = employments("Phan Thị Tú Uyên"), employments("Lương Tường Vy")
    assert uyen.valid_from == clock.day_begins(date(2019, 12, 31)) and uyen.recorded_at > clock.now() - timedelta(1)
    assert vy.valid_from == clock.day_begins(ahead)
    assert "Lương Tường Vy" not in staff_of(cast.here.id), "she has not begun"
    desk.check(
        ("NV100", "Phan Thị Tú Uyên", "Điều dưỡng", "2019-12-31"),
        ("NV101", "Lương Tường Vy", "Bác sĩ", ahead.isoformat()),
        head=head,
    )
    assert desk.counts() == (0, 0, 2, 0), "and yet is known"


def test_a_change_of_unit_is_a_new_fact_and_the_old_one_stays_true_for_its_time(desk: ImportDesk):
    before = employments(AN[1])[0]
    desk.do((AN[0], AN[1], "Khoa Nhi", "Bác sĩ", ""), choices={"unit_unknown:khoa nhi": "create"})
    old, *rest = employments(AN[1])
    ended, new = sorted(rest, key=lambda each: each.valid_from)
    assert old.superseded_at is not None and old.valid_to is None
    assert (ended.unit_id, ended.valid_from, ended.valid_to) == (before.unit_id, before.valid_from, old.superseded_at)
    assert (new.valid_from, new.valid_to, new.superseded_at) == (old.superseded_at, None, None)
    assert db.session.get_one(Unit, new.unit_id).name == "Khoa Nhi"
    assert new.staff_code == AN[0]


def test_two_people_may_swap_their_phones(desk: ImportDesk, cast):
    desk.do(*STAFF, UYEN, VY)
    desk.check(*STAFF, (*UYEN[:4], VY[4]), (*VY[:4], UYEN[4]))
    desk.apply()
    assert person_named(UYEN[1]).phone == "+84912345678"
    assert person_named(VY[1]).phone == "+84901234567"


def test_whoever_has_left_loses_their_place_their_duties_and_their_sign_ins(desk: ImportDesk, cast, app):
    an = Browser(app.test_client(), cast.an)
    with transaction():
        point = operations.add_point(None, cast.here.id, cast.ward.id, "Quầy 1", "Sáng", now=clock.now())
    save(Duty(person_id=cast.an.id, service_point_id=point.id, valid_from=clock.now(), recorded_at=clock.now()))
    desk.do(UYEN, choices={"missing:all": "left"})
    assert set(staff_of(cast.here.id)) == {BINH[1], "Lê Quỳnh Chi", UYEN[1]}, "who holds a role stays"
    assert an.get("/").status_code == 302, "signed out"
    assert not queries.list_duty(point.id, clock.now() + timedelta(seconds=1))
    assert employments(AN[1])[-1].valid_to is not None


def test_someone_who_left_returns_to_the_same_account(desk: ImportDesk, cast):
    desk.do(*STAFF, UYEN)
    uyen = person_named(UYEN[1]).id
    desk.do(*STAFF, choices={f"missing:{uyen}": "left", "missing:all": "left"})
    assert UYEN[1] not in staff_of(cast.here.id)
    desk.do(*STAFF, UYEN)
    assert person_named(UYEN[1]).id == uyen
    assert staff_of(cast.here.id)[UYEN[1]] == ("NV100", "Khoa Khám bệnh", "nurse", "+84901234567")


def test_a_service_point_of_the_file_becomes_a_duty(desk: ImportDesk, cast):
    with transaction():
        point = operations.add_point(None, cast.here.id, cast.ward.id, "Quầy 1", "", now=clock.now())
    head = (*HEAD, "Điểm phục vụ")
    desk.do((*AN, "Quầy 1"), (*UYEN, "quầy 1"), head=head)
    on_duty = queries.list_duty(point.id, clock.now() + timedelta(seconds=1))
    assert set(on_duty) == {cast.an.id, person_named(UYEN[1]).id}
    desk.check((*AN, "Quầy 1"), (*UYEN, "quầy 1"), head=head)
    assert desk.counts() == (0, 0, 2, 0)


def test_numbers_that_lost_their_zero_are_mended_where_that_is_confirmed(desk: ImportDesk):
    desk.do(
        *STAFF, (*UYEN[:4], "901234567"), (*VY[:4], "912345678"), choices={"6:phone_zero_lost:phone": "leave_empty"}
    )
    assert person_named(UYEN[1]).phone == "+84901234567"
    assert person_named(VY[1]).phone is None


def test_standing_rules_reach_everybody_who_comes_with_a_file(desk: ImportDesk, cast):
    order = Order(Audience(is_everyone=True), (make_module().id,), clock.today() + timedelta(days=9), days_to_learn=14)
    with transaction():
        assignments.assign(actor_of(cast.binh, cast.here), cast.here.id, order, token="r", now=clock.now())
    desk.do(*STAFF, UYEN, VY)
    assert rows_of(Assignment) == 5


def test_the_import_is_audited_once_with_its_numbers(desk: ImportDesk, cast):
    desk.do(*STAFF, UYEN, (VY[0], "Lương Tường Vi", *VY[2:]))
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "people.roster_imported")).all()
    assert [(entry.actor_id, entry.subject_id, entry.facility_id) for entry in entries] == [
        (cast.binh.id, desk.id, cast.here.id)
    ]
    assert entries[0].details["counts"]["will_add"] == 2
    assert "Uyên" not in str(entries[0].details)


def test_two_coordinators_at_once_do_not_write_anybody_twice(desk: ImportDesk, cast, app):
    desk.check(*STAFF, UYEN, VY)
    first = desk.id
    desk.apply(is_run=False)
    desk.send(*STAFF, UYEN, VY, token="other")
    desk.columns()
    desk.apply(is_run=False)
    barrier = threading.Barrier(2)
    faults: list[Exception] = []

    def write(import_id: int) -> None:
        with app.app_context():
            barrier.wait()
            try:
                people_jobs.apply_roster(import_id)
            except Exception as fault:  # noqa: BLE001  shown by the assertion below
                faults.append(fault)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=write, args=(each,)) for each in (first, desk.id)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    assert rows_of(Person) == 7
    assert desk.state is ImportState.DONE


def test_a_job_that_runs_twice_writes_once(desk: ImportDesk):
    desk.check(*STAFF, UYEN)
    desk.apply(is_run=False)
    for _ in range(2):
        people_jobs.apply_roster(desk.id)
        people_jobs.match_roster(desk.id)
        people_jobs.read_roster(desk.id)
    assert rows_of(Person) == 6
    people_jobs.apply_roster(999_999)
    people_jobs.read_roster(999_999)


@pytest.mark.parametrize("at", ["person", "employment", "roster_import", "audit_entry", "unit"])
def test_a_fault_in_the_middle_leaves_nothing_behind(desk: ImportDesk, at: str):
    desk.check(*STAFF, UYEN, ("NV101", "Lương Tường Vy", "Khoa Nhi", "Bác sĩ", ""))
    desk.apply({"unit_unknown:khoa nhi": "create"}, is_run=False)
    before, files = everything(), len(list(storage._folder().iterdir()))

    wanted = "UPDATE roster_import SET file_key=" if at == "roster_import" else f"INSERT INTO {at} "

    def break_off(_connection, _cursor, statement, *_rest):
        if statement.startswith(wanted):
            raise ConnectionError("the power went out")

    event.listen(db.engine, "before_cursor_execute", break_off)
    try:
        with pytest.raises(ConnectionError):
            people_jobs.apply_roster(desk.id)
    finally:
        event.remove(db.engine, "before_cursor_execute", break_off)
    assert everything() == before
    assert desk.state is ImportState.APPLYING
    assert len(list(storage._folder().iterdir())) == files
    people_jobs.apply_roster(desk.id)
    assert desk.state is ImportState.DONE
    assert rows_of(Person) == 7


def test_a_list_that_changed_since_the_look_is_asked_about_again_and_not_written(desk: ImportDesk, cast):
    desk.check(*STAFF, UYEN)
    with transaction():
        place = Workplace(cast.ward.id, employments(AN[1])[0].position_id, UYEN[0])
        operations.add_person(cast.binh.id, cast.here.id, "Hồ Văn Khác", None, place, now=clock.now())
    desk.apply()
    assert desk.state is ImportState.CHECK
    page = desk.read()
    assert "Chưa có gì được ghi" in page and "Mã NV NV100 đang là của Hồ Văn Khác" in page
    assert UYEN[1] not in staff_of(cast.here.id)


def test_a_harmless_change_since_the_look_is_taken_in(desk: ImportDesk, cast):
    desk.check(*STAFF, UYEN)
    save(Unit(facility_id=cast.here.id, name="Khoa Mắt", search_key="khoa mat", sort_key="x", created_at=clock.now()))
    desk.apply()
    assert desk.state is ImportState.DONE


def test_citizens_numbers_are_stored_nowhere(desk: ImportDesk, app):
    numbers = ("079190123456", "001088123457", "79190123458")
    head = ("Mã NV", "Họ và tên", "Khoa/phòng", "Số CCCD", "Điện thoại", "Ghi chú")
    desk.send(
        ("NV100", "Phan Thị Tú Uyên", "Khoa Khám bệnh", numbers[0], "0901234567", f"CCCD {numbers[1]} cấp 2021"),
        ("NV101", "Lương Tường Vy", "Khoa Khám bệnh", numbers[1], numbers[2], ""),
        head=head,
    )
    page = desk.read()
    assert "Không lưu" in page or "không lưu" in page
    assert "Tệp có số căn cước" in page
    desk.columns(c5="ignored")
    desk.apply({"position_missing": "position:nurse"})
    assert desk.state is ImportState.DONE
    assert not [number for number in numbers if number in stored(app)]


def stored(app) -> str:
    """Return every text of the database, and of every kept file."""
    db.session.rollback()
    texts = [str(row) for table in Base.metadata.sorted_tables for row in db.session.execute(select(table))]
    texts += [path.read_text(errors="replace") for path in storage._folder().iterdir()]
    return "\n".join(texts)


def test_the_file_itself_is_gone_once_it_was_read_and_its_rows_once_it_was_written(desk: ImportDesk):
    before = set(storage._folder().iterdir())
    desk.check(*STAFF, UYEN)
    assert len(set(storage._folder().iterdir()) - before) == 2, "the rows, and the preview"
    desk.apply()
    assert len(set(storage._folder().iterdir()) - before) == 2, "the outcome, and what an undo needs"
    assert desk.made.columns == {} and desk.made.choices == {}


def test_imports_that_nobody_finishes_are_forgotten(desk: ImportDesk):
    desk.check(*STAFF, UYEN)
    left = desk.id
    keys = kept_files(desk.made)
    desk.do(*STAFF, VY, token="two")
    with clock.stopped(clock.now() + timedelta(days=8)):
        people_jobs.forget_imports()
    assert not any((storage._folder() / key).exists() for key in keys)
    assert desk.browser.get(f"{desk.here}/result.xlsx").status_code == 200, "what was written is kept for a month"
    with clock.stopped(clock.now() + timedelta(days=31)):
        people_jobs.forget_imports()
        people_jobs.forget_imports()
    assert desk.browser.get(f"{desk.here}/result.xlsx").status_code == 404
    assert desk.page().status_code == 200
    desk.id = left
    assert "Lần nhập này để quá lâu" in desk.read()


def test_rows_that_are_gone_are_said_and_no_fault(desk: ImportDesk):
    desk.check(*STAFF, UYEN)
    storage.remove(desk.made.file_key)
    desk.choose({})
    assert desk.state is ImportState.REFUSED
    assert "Hãy gửi lại tệp" in desk.read()


def test_the_outbox_is_empty_when_all_is_done(desk: ImportDesk):
    desk.do(*STAFF, UYEN)
    assert not db.session.scalars(select(jobs.Outbox).where(jobs.Outbox.done_at.is_(None))).all()
    assert desk.made.applied_at is not None and desk.made.applied_at.tzinfo is UTC
    assert isinstance(desk.made.applied_at, datetime)
    assert rows_of(SignIn) == 1 and rows_of(Invitation) == 0


def test_a_plan_is_not_written_to_a_list_that_changed_after_it_was_made(desk: ImportDesk, cast):
    desk.check((*AN[:3], "Bác sĩ", ""), BINH)
    made, now = desk.made, clock.now()
    reading = read_people(import_files.load_rows(made), import_files.columns_of(made), {})
    prepared = prepare(plan_for(Importer(cast.here.id, cast.binh.id), reading, {}, now))
    with transaction():
        operations.end_employment(cast.binh.id, cast.here.id, cast.an.id, now=now)
    before = everything()
    with pytest.raises(Conflict, match="roster_changed"), transaction():
        write_import(desk.made, prepared, now=clock.now())
    assert everything() == before
    assert AN[1] not in staff_of(cast.here.id), "who has left meanwhile is not brought back"
