"""What we think the columns of a roster mean."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.sheets import read_table
from app.people.rules.columns import Meaning, guess_columns
from app.people.rules.headings import meaning_of
from tests.people.files.make_files import FOLDER, SMALL
from tests.people.files.rosters import HEADINGS, make_roster
from tests.people.files.words import encode

N, F, G, C, U = Meaning.NAME, Meaning.FAMILY, Meaning.GIVEN, Meaning.CODE, Meaning.UNIT
P, T, S, D, X, Z = (
    Meaning.POSITION,
    Meaning.PHONE,
    Meaning.START,
    Meaning.POINT,
    Meaning.PRIVATE,
    Meaning.IGNORED,
)


@pytest.mark.parametrize(
    ("headings", "meaning"),
    [
        (("Họ và tên", "HỌ VÀ TÊN", "ho va ten", "Họ tên", "Họ & Tên", "Full name", "Name", "Họ và tên (in hoa)"), N),
        (("Họ tên nhân viên", "Tên nhân viên", "Employee Name", "Họ và tên (*)"), N),
        (("Họ", "Họ đệm", "Họ và tên đệm", "Họ và chữ lót", "Last name", "Surname"), F),
        (("Tên", "TÊN", "First name", "Given name"), G),
        (
            (
                "Mã NV",
                "MÃ SỐ NV",
                "Mã nhân viên",
                "MSNV",
                "Mã CBVC",
                "Staff code",
                "Employee ID",
                "Mã số",
                "ID",
                "ma nv",
            ),
            C,
        ),
        (
            (
                "Khoa/phòng",
                "Khoa, phòng",
                "Khoa",
                "Đơn vị công tác",
                "Bộ phận",
                "Phòng ban",
                "Department",
                "Unit",
                "Tổ",
            ),
            U,
        ),
        (("Chức danh", "Chức vụ", "Vị trí việc làm", "Chức danh nghề nghiệp", "Position", "Job title"), P),
        (
            (
                "Điện thoại",
                "Số điện thoại",
                "SĐT",
                "ĐTDĐ",
                "Di động",
                "Mobile phone",
                "Phone",
                "Số ĐT",
                "Số Zalo",
                "ĐT",
            ),
            T,
        ),
        (("Ngày vào làm", "Ngày bắt đầu", "Ngày nhận việc", "Start date", "Hire date", "Ngày tuyển dụng"), S),
        (("Điểm phục vụ", "Quầy", "Service point", "Điểm trực"), D),
        (
            (
                "CCCD",
                "Số CCCD/CMND",
                "Căn cước công dân",
                "Ngày sinh",
                "Năm sinh",
                "Ngày, tháng, năm sinh",
                "Giới tính",
            ),
            X,
        ),
        (("Địa chỉ", "Email", "E-mail", "Mã số thuế", "Số BHXH", "Lương", "Date of birth", "ID card", "Quê quán"), X),
        (("STT", "TT", "Ghi chú", "Trình độ chuyên môn", "Chuyên khoa", "Mã khoa", "Notes", "No."), Z),
        (("", "Linh tinh", "DANH SÁCH VIÊN CHỨC NGƯỜI LAO ĐỘNG KHOA NỘI NĂM 2026 ĐỢT HAI"), None),
    ],
)
def test_headings_are_understood_in_many_spellings(headings, meaning):
    assert {heading: meaning_of(heading) for heading in headings} == dict.fromkeys(headings, meaning)


@pytest.mark.parametrize("scheme", ["tcvn3", "vni"])
def test_headings_in_old_fonts_are_understood(scheme):
    for heading, meaning in (("Họ và tên", N), ("Chức danh", P), ("Số điện thoại", T), ("Đơn vị", U)):
        assert meaning_of(encode(heading, scheme)) is meaning


def _guess(name):
    table = read_table(FOLDER / name, name)
    plan = guess_columns(table.rows)
    return plan, [column.meaning for column in plan.columns]


@pytest.mark.parametrize(
    ("name", "heading_row", "first_row", "meanings"),
    [
        ("good.xlsx", 1, 2, [C, N, U, P, T]),
        ("titles_merged.xlsx", 5, 6, [Z, U, N, C, P, T]),
        ("starts_at_c4.xlsx", 4, 5, [Z, Z, C, N, U, P, T]),
        ("two_heading_rows.xlsx", 2, 4, [Z, N, U, P, T, X]),
        ("unit_headings.xlsx", 1, 2, [Z, N, P, T]),
        ("numbers.xlsx", 1, 2, [C, N, U, T, X, S]),
        ("tcvn3.xlsx", 1, 2, [C, N, U, P, T]),
        ("vni.xlsx", 1, 2, [C, N, U, P, T]),
        ("messy.csv", 1, 2, [N, U, T]),
    ],
)
def test_each_file_is_understood(name, heading_row, first_row, meanings):
    plan, found = _guess(name)
    assert (plan.heading_row, plan.first_row, found) == (heading_row, first_row, meanings)
    assert plan.faults() == (() if C in meanings or T in meanings else ("column_identifier_missing",))


def test_a_private_column_shows_no_values():
    plan, _ = _guess("numbers.xlsx")
    assert plan.columns[4].samples == ()
    assert plan.columns[1].samples == ("Nguyễn Thị Ánh Tuyết", "Trần Văn Bình", "Lê Hoàng Ân")


def test_citizens_numbers_are_private_whatever_the_heading_says():
    rows = [(1, ["Họ và tên", "Mã số"]), *[(n, [f"Lê An {n}", f"0790901234{n}"]) for n in range(11, 20)]]
    assert [column.meaning for column in guess_columns(rows).columns] == [N, X]
    rows = [(1, ["Họ và tên", "Điện thoại"]), *[(n, ["Lê An", 84901234500.0 + n]) for n in range(11, 20)]]
    assert [column.meaning for column in guess_columns(rows).columns] == [N, T]


def test_one_heading_over_two_columns_is_family_and_given_name():
    rows = [(1, ["STT", "Họ và tên", None, "SĐT"]), (2, [1.0, "Nguyễn Thị Ánh", "Tuyết", "0901234567"])]
    assert [column.meaning for column in guess_columns(rows).columns] == [Z, F, G, T]
    rows[1] = (2, [1.0, "Nguyễn Thị Ánh Tuyết", "Hợp đồng 2 năm", "0901234567"])
    assert [column.meaning for column in guess_columns(rows).columns] == [Z, N, Z, T]


@pytest.mark.parametrize(
    ("headings", "meanings"),
    [
        (["Họ và tên", "Tên", "SĐT"], [N, Z, T]),
        (["Họ đệm", "Tên", "SĐT"], [F, G, T]),
        (["Tên", "Khoa", "SĐT"], [N, U, T]),
        (["Họ", "Khoa", "SĐT"], [N, U, T]),
        (["Họ và tên", "Chức danh", "Chức vụ"], [N, P, Z]),
        (["Họ và tên", "Chức vụ", "Chức danh"], [N, Z, P]),
    ],
)
def test_columns_that_say_the_same_are_settled(headings, meanings):
    full = {"Chức vụ": ""}
    row = [full.get(heading, "Trưởng phòng") for heading in headings]
    plan = guess_columns([(1, headings), (2, row), (3, row)])
    assert [column.meaning for column in plan.columns] == meanings


def test_without_headings_the_values_tell():
    rows = [(number, row) for number, row in enumerate(make_roster(60, seed=1, dirty_every=100), start=1)]
    plan = guess_columns(rows)
    assert (plan.heading_row, plan.first_row) == (None, 1)
    assert [column.meaning for column in plan.columns] == [Z, C, N, U, P, T, Z]


def test_values_tell_where_a_heading_does_not():
    roster = make_roster(20, seed=2, dirty_every=100)
    headings = ["STT", "Cột 2", "Họ và tên", "Cột 4", "", "Liên lạc", ""]
    plan = guess_columns([(1, headings), *enumerate(roster, start=2)])
    assert [column.meaning for column in plan.columns] == [Z, C, N, U, P, T, Z]


def test_the_large_roster_is_understood_by_its_headings():
    plan = guess_columns([(1, HEADINGS), *enumerate(make_roster(500, seed=3), start=2)])
    assert [column.meaning for column in plan.columns] == [Z, C, N, U, P, T, S]


def test_the_user_may_say_otherwise():
    plan = guess_columns([(1, ["Họ và tên", "SĐT", "Khoa"]), (2, ["Lê An", "0901234567", "Nội"])])
    assert plan.place_of(U) == 2
    changed = plan.with_meanings({2: Meaning.IGNORED, 1: C})
    assert (changed.place_of(U), changed.place_of(C)) == (None, 1)
    assert changed.faults() == ()
    assert plan.with_meanings({1: Z}).faults() == ("column_identifier_missing",)
    assert plan.with_meanings({0: Z}).faults() == ("column_name_missing",)
    assert plan.with_meanings({2: T}).faults() == ("column_twice",)


def test_a_sheet_of_headings_alone_has_no_people():
    plan = guess_columns([(3, ["Họ và tên", "SĐT"]), (4, ["(1)", "(2)"])])
    assert (plan.heading_row, plan.first_row) == (3, 0)
    assert guess_columns([]).columns == ()


@pytest.mark.parametrize("case", [case for case in SMALL if isinstance(case.expected, int)], ids=lambda case: case.name)
def test_every_readable_file_gets_a_guess_with_a_name_column(case):
    plan, found = _guess(case.name)
    assert len(plan.columns) == len(found)
    assert "column_name_missing" not in plan.faults()


CELLS = st.one_of(st.none(), st.text(max_size=8), st.floats(), st.dates(), st.booleans())


@given(st.lists(st.lists(CELLS, max_size=5), max_size=8))
def test_any_sheet_gets_a_plan(rows):
    plan = guess_columns(list(enumerate(rows, start=1)))
    assert len(plan.columns) == max(map(len, rows), default=0)
    assert "column_twice" not in plan.faults()
