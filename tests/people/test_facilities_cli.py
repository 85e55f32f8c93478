"""The city's register and the first accounts, without a browser."""

import json
from pathlib import Path

import pytest

from app.kernel import clock, sheets
from app.kernel.db import db
from app.people import operations, queries
from app.people.models import (
    ActivationSlip,
    CareLevel,
    Credential,
    Employment,
    Facility,
    FacilityParent,
    FacilityType,
    Person,
    Position,
    Role,
    RoleGrant,
)
from app.people.rules.register import read_register
from tests.people.builders import GOOD, sign_in

FILES = Path(__file__).parent / "files"


@pytest.fixture
def run(app, context):
    def _run(*words: str, typed: str | None = None):
        answer = app.test_cli_runner().invoke(args=[*words], input=typed)
        db.session.rollback()
        return answer

    return _run


def load(run, *more: str, name: str = "facilities.xlsx"):
    answer = run("facilities", "import", str(FILES / name), "--json", *more)
    return answer.exit_code, json.loads(answer.stdout)


def test_the_register_brings_facilities_with_type_level_and_parent(run):
    code, said = load(run)
    assert code == 0
    assert (said["new"], said["changed"], said["same"], said["problems"]) == (6, 0, 0, [])
    station = db.session.query(Facility).filter_by(code="TYT-DONGLUA1").one()
    assert (station.type, station.care_level) == (FacilityType.HEALTH_STATION, CareLevel.INITIAL)
    parent = db.session.query(FacilityParent).filter_by(facility_id=station.id).one()
    assert parent.parent_facility_id == queries.find_facility_id("TTYT-DONGLUA")


def test_loading_it_again_changes_nothing(run):
    load(run)
    before = [db.session.query(kind).count() for kind in (Facility, Person, Employment, RoleGrant, FacilityParent)]
    code, said = load(run)
    assert code == 0
    assert (said["new"], said["changed"], said["same"], said["grants"]) == (0, 0, 6, 0)
    assert before == [
        db.session.query(kind).count() for kind in (Facility, Person, Employment, RoleGrant, FacilityParent)
    ]


def test_one_director_may_lead_two_facilities(run):
    load(run)
    person = db.session.query(Person).filter_by(phone="+84901000006").one()
    grants = db.session.query(RoleGrant).filter_by(person_id=person.id, role=Role.DIRECTOR).all()
    assert len(grants) == 2
    assert db.session.query(Person).count() == 8


def test_a_parent_that_changes_is_a_new_dated_fact(run, tmp_path):
    load(run)
    station = queries.find_facility_id("TYT-DONGLUA1")
    other = tmp_path / "moved.csv"
    other.write_text(
        "Mã,Tên,Loại,Phường/xã,Cấp trên\nTYT-DONGLUA1,Trạm Y tế Đồng Lúa 1,Trạm y tế,Xã Đồng Lúa,UBND xã\n"
    )
    answer = run("facilities", "import", str(other), "--json")
    assert json.loads(answer.stdout)["changed"] == 1
    facts = db.session.query(FacilityParent).filter_by(facility_id=station).order_by(FacilityParent.id).all()
    assert [(fact.parent, fact.superseded_at is None, fact.valid_to is None) for fact in facts] == [
        ("Trung tâm Y tế Đồng Lúa", False, True),
        ("Trung tâm Y tế Đồng Lúa", True, False),
        ("UBND xã", True, True),
    ]


def test_every_fault_is_named_with_its_row_and_the_good_rows_come_in(run):
    code, said = load(run, name="facilities_faulty.xlsx")
    assert code == 1
    assert said["new"] == 7
    assert [(each["row"], each["code"]) for each in said["problems"]] == [
        (8, "cell_missing"),
        (9, "code_wrong"),
        (10, "code_twice"),
        (11, "type_unknown"),
        (12, "care_level_unknown"),
        (13, "phone_wrong"),
        (14, "phone_of_another"),
    ]
    assert all(each["sentence"] for each in said["problems"])


def test_a_register_without_its_columns_is_refused():
    found = read_register([(1, ("Tên", "Loại")), (2, ("Bệnh viện A", "Bệnh viện"))])
    assert [(each.column, each.code) for each in found.problems] == [("code", "column_missing")]
    assert read_register([]).problems[0].code == "file_empty"


def test_half_a_manager_is_a_problem():
    heading = ("Mã", "Tên", "Loại", "Họ tên điều phối", "Điện thoại điều phối", "Họ tên lãnh đạo")
    found = read_register(
        [(1, heading), (2, ("A1", "Trạm Y tế A", "Trạm y tế", "", 901000001.0)),
         (3, ("A2", "Trạm Y tế B", "Trạm y tế", "Lê Thị Ba", None, "Võ Văn Tư"))]
    )  # fmt: skip
    assert [(each.row, each.column, each.code) for each in found.problems] == [
        (2, "coordinator_name", "cell_missing"),
        (3, "coordinator_phone", "cell_missing"),
        (3, "director_phone", "cell_missing"),
    ]
    assert found.rows == []


def test_slips_of_new_managers_are_written_once_and_let_them_in(run, tmp_path, client):
    target = tmp_path / "slips.xlsx"
    assert load(run, "--slips", str(target))[1]["slips"] == 8
    rows = sheets.read_table(target, target.name).rows
    assert len(rows) == 9
    code = next(row.cells[2] for row in rows if row.cells[1] == "Trần Mỹ Hạnh")
    assert queries.find_slip(operations.hash_slip_code(code), clock.now())
    assert load(run, "--slips", str(tmp_path / "again.xlsx"))[1]["slips"] == 0
    assert not (tmp_path / "again.xlsx").exists()


def test_without_a_file_for_them_no_slips_are_made(run):
    load(run)
    assert db.session.query(ActivationSlip).count() == 0


def test_the_first_administrator_signs_in_with_the_chosen_password(run, client):
    answer = run("people", "create-admin", "--name", "Lý Quản Trị", "--phone", "0901234567", "--password-stdin",
                 typed=GOOD + "\n")  # fmt: skip
    assert answer.exit_code == 0, answer.output
    assert GOOD not in answer.output
    assert sign_in(client, "", "0901234567").status_code == 303
    person = db.session.query(Person).one()
    assert queries.list_roles(person.id, clock.now()) == {Role.ADMIN}


@pytest.mark.parametrize("weak", ["short", "123456789012345678", "Lý Quản Trị 2026 nhé", "0901234567 0901234567"])
def test_a_weak_password_makes_no_administrator(run, weak):
    answer = run("people", "create-admin", "--name", "Lý Quản Trị", "--phone", "0901234567", "--password-stdin",
                 typed=weak + "\n")  # fmt: skip
    assert answer.exit_code == 1
    assert db.session.query(Person).count() == db.session.query(Credential).count() == 0


def test_a_role_is_granted_and_taken_away(run):
    load(run)
    words = ["people", "grant", "coordinator", "--phone", "0901000002", "--facility", "BV-MAYTRANG"]
    assert run(*words).exit_code == 0
    person = db.session.query(Person).filter_by(phone="+84901000002").one().id
    assert queries.list_roles(person, clock.now()) == {Role.COORDINATOR, Role.DIRECTOR}
    assert run(*words, "--end").exit_code == 0
    assert queries.list_roles(person, clock.now()) == {Role.DIRECTOR}
    assert run("people", "grant", "coordinator", "--phone", "0901000002").exit_code == 1, "a scope is needed"
    assert run("people", "grant", "admin", "--phone", "0901000002", "--facility", "BV-MAYTRANG").exit_code == 1


def test_the_city_list_of_positions_is_made_once(run):
    for _ in range(2):
        assert run("people", "positions").exit_code == 0
    assert db.session.query(Position).count() == 10


def test_a_slip_for_a_manager_comes_from_the_command(run):
    load(run)
    answer = run("people", "slip", "--phone", "0901000001")
    assert answer.exit_code == 0
    assert db.session.query(ActivationSlip).count() == 1
    assert run("people", "slip", "--phone", "0909999999").exit_code == 1
