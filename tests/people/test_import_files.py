"""Every file of the corpus, sent as people send it: its sentence or its columns, and never a fault of ours (UP-04)."""

from pathlib import Path

import pytest

from app.kernel import storage
from app.people.models import ImportState
from tests.people.files.make_files import BIG, FOLDER, SMALL, FileCase
from tests.people.importing import ImportDesk

SENTENCES = {
    "file_empty": "Tệp trống.",
    "file_no_rows": "Tệp không có dòng nào.",
    "file_too_large": "Tệp lớn hơn 5 MB.",
    "file_unpacks_too_large": "Tệp chứa quá nhiều",
    "file_too_many_rows": "chỉ đọc được tối đa",
    "file_too_many_columns": "chỉ đọc được tối đa",
    "file_type": "Chỉ đọc được tệp .xlsx và .csv.",
    "file_old_excel": "Đây là tệp Excel cũ (.xls)",
    "file_macros": "Tệp có macro hoặc thuộc loại khác",
    "file_password": "Tệp có mật khẩu",
    "file_web_page": "Đây là trang web mang tên tệp Excel",
    "file_encoding": "Không đọc chắc được chữ trong tệp",
    "file_broken": "Tệp bị hỏng",
    "file_unsafe": "Tệp chứa thứ mà một danh sách không cần",
}
# What a good file of the corpus asks at the check page, by code and column.
CHECKS = {
    "good.xlsx": {"unit_unknown"},
    "renamed_text.xlsx.csv": {"unit_unknown"},
    "titles_merged.xlsx": {"unit_unknown"},
    "starts_at_c4.xlsx": {"unit_unknown"},
    "two_heading_rows.xlsx": {"unit_unknown"},
    "unit_headings.xlsx": {"unit_unknown"},
    "hidden_sheets.xlsx": {"unit_unknown"},
    "external_links.xlsx": {"unit_unknown"},
    "painted_to_the_end.xlsx": {"unit_unknown"},
    "formulas.xlsx": {"unit_missing", "position_missing", "value_missing"},
    "numbers.xlsx": {"unit_unknown", "position_missing", "phone_zero_lost", "date_order"},
    "unclean.xlsx": {"unit_unknown"},
    "questions.xlsx": {
        "position_unknown", "no_identifier", "code_twice", "likely_duplicate", "name_missing", "phone_twice",
        "phone_wrong", "duplicate_row",
    },
    "formula_names.xlsx": {"name_odd"},
    "tcvn3.xlsx": {"legacy_encoding"},
    "vni.xlsx": {"legacy_encoding"},
    "utf8.csv": {"unit_unknown"},
    "utf8_mark.csv": {"unit_unknown"},
    "utf16_little.txt": {"unit_unknown"},
    "utf16_big.csv": {"unit_unknown"},
    "utf16_no_mark.csv": {"unit_unknown"},
    "windows_1258.csv": {"unit_unknown"},
    "separator_hint.csv": {"unit_unknown"},
    "decomposed.csv": {"unit_unknown"},
    "messy.csv": {"unit_unknown", "position_missing", "no_identifier", "name_odd"},
}  # fmt: skip


def send(desk: ImportDesk, path: Path) -> str:
    answer = desk.send_path(path)
    assert answer.status_code in {303, 422}
    return (answer.text if answer.status_code == 422 else desk.page().text).replace("\u00a0", " ")


@pytest.mark.only_db("sqlite")  # what is proved is the reading; no file reaches more of the database than another
@pytest.mark.parametrize("case", [*SMALL, *BIG], ids=lambda case: case.name)
def test_a_file_is_read_or_refused_in_words(desk: ImportDesk, case: FileCase, tmp_path: Path):
    path = FOLDER / case.name
    if case in BIG:
        path = tmp_path / case.name
        case.make(path)
    page = send(desk, path)
    if isinstance(case.expected, str):
        assert SENTENCES[case.expected] in page
        if desk.id:
            assert desk.state is ImportState.REFUSED
            assert (desk.made.refusal or {})["code"] == case.expected
            assert not (storage._folder() / desk.made.file_key).exists(), "what was refused is not kept"
        return
    assert "Cột nào là gì" in page
    for step in (desk.columns, desk.apply):
        assert step().status_code in {303, 422}
    assert desk.page().status_code == 200
    assert desk.page("?lang=en").status_code == 200


@pytest.mark.parametrize("name", CHECKS)
def test_a_good_file_asks_what_is_not_certain_and_no_more(desk: ImportDesk, name: str):
    send(desk, FOLDER / name)
    desk.columns()
    assert desk.state is ImportState.CHECK
    assert {asked["code"] for asked in desk.asked().values()} == CHECKS[name]


@pytest.mark.parametrize(("name", "scheme"), [("tcvn3.xlsx", "TCVN3"), ("vni.xlsx", "VNI")])
def test_an_old_font_is_converted_only_after_a_look(desk: ImportDesk, name: str, scheme: str):
    send(desk, FOLDER / name)
    desk.columns()
    page = desk.read()
    assert f"Tệp dùng font cũ ({scheme}" in page
    assert "Nguyễn Thị Ánh Tuyết" in page, "how it would read"
    desk.choose({"legacy_encoding": "convert"})
    assert "Lê Hoàng Ân" in desk.read("?show=new")
