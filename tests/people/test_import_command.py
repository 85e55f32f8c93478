"""``flask people import``: the counts, every problem with row, column, code and sentence, and an exit status."""

import json
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.kernel.db import db
from app.people.models import Person, RosterImport
from tests.people.files.make_files import FOLDER
from tests.people.importing import STAFF, UYEN, VY, ImportDesk, as_csv, staff_of


@pytest.fixture
def run(app, cast, desk):
    """Run the command and return its exit status and what it printed."""

    def _run(*words: str) -> tuple[int, str]:
        done = app.test_cli_runner().invoke(args=["people", "import", *words, "--facility", cast.here.code])
        db.session.rollback()
        return done.exit_code, done.output

    return _run


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "ds.csv"
    path.write_bytes(as_csv(*STAFF, UYEN, (*VY[:4], "912345678")))
    return path


def people() -> int:
    return db.session.scalar(select(func.count()).select_from(Person)) or 0


def test_without_apply_it_says_what_would_happen_and_writes_nothing(run, file: Path):
    status, words = run(str(file), "--json")
    said = json.loads(words)
    assert status == 0
    assert said["counts"] == {"new": 1, "update": 0, "same": 3, "look": 1}
    assert said["can_apply"] is True
    (problem,) = said["problems"]
    assert (problem["row"], problem["column"], problem["code"]) == (6, "Điện thoại", "phone_zero_lost")
    assert problem["sentence"] == "Excel làm mất số 0 ở đầu: 912345678 có lẽ là 0912 ••• 678."
    assert people() == 5
    assert db.session.scalar(select(func.count()).select_from(RosterImport)) == 0


def test_with_apply_it_writes(run, file: Path, cast):
    status, words = run(str(file), "--apply", "--json")
    assert (status, json.loads(words)["applied"]) == (0, True)
    assert staff_of(cast.here.id)[VY[1]] == ("NV101", "Khoa Khám bệnh", "doctor", "+84912345678")
    status, words = run(str(file), "--apply", "--json")
    assert (status, json.loads(words)["counts"]) == (0, {"new": 0, "update": 0, "same": 5, "look": 0})
    assert people() == 7


def test_what_is_undecided_gives_status_one_and_choices_decide_it(run, tmp_path: Path, cast):
    path, choices = tmp_path / "ds.csv", tmp_path / "c.json"
    path.write_bytes(as_csv(*STAFF, ("NV100", "Phan Thị Tú Uyên", "Khoa Khám bệnh", "Phi công", "")))
    status, words = run(str(path), "--apply", "--json")
    said = json.loads(words)
    assert (status, said["can_apply"]) == (1, False)
    assert people() == 5
    choices.write_text(json.dumps({said["problems"][0]["key"]: "position:it", "column:4": "ignored"}))
    status, _ = run(str(path), "--apply", "--json", "--choices", str(choices))
    assert status == 0
    assert staff_of(cast.here.id)["Phan Thị Tú Uyên"][2] == "it"


def test_it_speaks_to_people_in_vietnamese_or_english(run, file: Path):
    status, words = run(str(file))
    assert status == 0
    assert words.splitlines()[0] == "Mới 1 · Cập nhật 0 · Giữ nguyên 3 · Cần xem 1 · Bỏ qua 0 · Mời xác nhận 0"
    assert "6 · Điện thoại · Lương Tường Vy: Excel làm mất số 0" in words
    assert "  * Thêm số 0  [6:phone_zero_lost:phone = repair]" in words
    _, words = run(str(file), "--lang", "en")
    assert "Excel dropped the first 0" in words and "New 1 · Updated 0" in words


def test_a_file_that_cannot_be_read_is_a_problem_too(run):
    status, words = run(str(FOLDER / "old_excel.xls"), "--json")
    said = json.loads(words)
    assert (status, said["can_apply"]) == (1, False)
    assert said["counts"] == {"new": 0, "update": 0, "same": 0, "look": 0}
    assert [problem["code"] for problem in said["problems"]] == ["file_old_excel"]
    assert "tệp Excel cũ (.xls)" in said["problems"][0]["sentence"]


def test_columns_that_tell_nobody_apart_are_a_problem_too(run, tmp_path: Path):
    path = tmp_path / "ds.csv"
    path.write_bytes(as_csv(("Phan Thị Tú Uyên",), head=("Họ và tên",)))
    status, words = run(str(path), "--json")
    assert status == 1
    assert [problem["code"] for problem in json.loads(words)["problems"]] == ["column_identifier_missing"]


def test_an_unknown_facility_is_said(app, file: Path):
    done = app.test_cli_runner().invoke(args=["people", "import", str(file), "--facility", "BV-KHONG"])
    assert done.exit_code == 1
    assert "no facility has the code BV-KHONG" in done.output


def test_an_import_by_command_stands_in_the_list_and_can_be_taken_back(run, file: Path, desk: ImportDesk, cast):
    run(str(file), "--apply")
    assert "Bằng lệnh" in desk.browser.get(desk.base).text
    desk.id = db.session.scalars(select(RosterImport.id)).one()
    desk.undo()
    assert UYEN[1] not in staff_of(cast.here.id)
