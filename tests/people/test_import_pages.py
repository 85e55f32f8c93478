"""The four pages of an import: what they say, what they ask, who may open them, and that nothing happens twice."""

import io

import openpyxl
import pytest
from sqlalchemy import func, select

from app.kernel import sheets, storage
from app.kernel.db import db
from app.people.models import ImportState, Person, RosterImport
from tests.builders import Browser
from tests.people.files.words import make_names
from tests.people.importing import AN, HEAD, STAFF, UYEN, VY, ImportDesk, as_csv, as_read, person_named, staff_of


def people() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Person)) or 0


def test_a_list_becomes_people_in_four_steps(desk: ImportDesk, cast):
    page = as_read(desk.browser.get(desk.base))
    assert "Tối đa 5 MB, 20.000 dòng" in page
    desk.send(*STAFF, UYEN, VY)
    page = desk.read()
    assert "Bước 2/4" in page and "Cột nào là gì" in page and "Nguyễn Thị Ánh Tuyết An" in page
    desk.columns()
    page = desk.read()
    assert "Bước 3/4" in page and "Nhập: thêm 2, cập nhật 0" in page
    assert people() == 5, "nothing is written before 'Nhập'"
    desk.apply()
    page = desk.read()
    assert "Đã nhập danh sách" in page and "Giao học cho 2 người mới" in page
    assert f"/f/{cast.here.code}/assign?import={desk.id}" in page
    assert staff_of(cast.here.id)["Phan Thị Tú Uyên"] == ("NV100", "Khoa Khám bệnh", "nurse", "+84901234567")
    assert "Lê Quỳnh Chi" in staff_of(cast.here.id)
    assert "nhan-su.csv" in as_read(desk.browser.get(desk.base))


def test_while_the_worker_is_busy_the_page_loads_itself_again_and_shows_how_far_it_is(desk: ImportDesk):
    answer = desk.post_file(as_csv(UYEN), "a.csv")
    page = as_read(desk.browser.get(answer.location))
    assert '<meta http-equiv="refresh" content="2">' in page
    assert "Đang đọc tệp" in page and 'class="bar"' in page


def test_the_same_form_sent_twice_is_one_import_and_keeps_one_file(desk: ImportDesk):
    first = desk.send(UYEN, token="t" * 43)
    second = desk.send(UYEN, token="t" * 43)
    assert first.location == second.location
    assert db.session.scalar(select(func.count()).select_from(RosterImport)) == 1


def test_every_second_click_is_harmless(desk: ImportDesk, cast):
    desk.check(*STAFF, UYEN)
    for again in (desk.columns, desk.columns):
        assert again().status_code == 303
    for _ in range(2):
        assert desk.apply(is_run=False).status_code == 303
    assert desk.choose({}).status_code == 303
    desk.run_jobs()
    for again in (desk.apply, desk.columns, lambda: desk.choose({})):
        assert again().status_code == 303
    assert desk.state is ImportState.DONE
    assert people() == 6
    first, second = desk.undo(), desk.undo()
    assert (first.status_code, second.status_code) == (303, 303)
    assert desk.state is ImportState.UNDONE
    assert "Phan Thị Tú Uyên" not in staff_of(cast.here.id)


def test_a_column_can_be_given_another_meaning(desk: ImportDesk, cast):
    desk.send(("NV100", "Phan Thị Tú Uyên", "Bác sĩ", "x"), head=("Mã NV", "Họ và tên", "Ghi chú", "Lý do"))
    desk.columns(c2="position")
    assert desk.apply().status_code == 303
    assert staff_of(cast.here.id)["Phan Thị Tú Uyên"][2] == "doctor"


def test_what_is_missing_among_the_columns_is_said_and_the_choice_is_shown_back(desk: ImportDesk):
    desk.send(UYEN)
    answer = desk.columns(c1="ignored", c4="code")
    assert answer.status_code == 422
    assert "Lỗi:" in answer.text
    assert "Hãy chọn cột Họ và tên." in answer.text and "Hai cột cùng một nội dung" in answer.text
    assert desk.state is ImportState.COLUMNS
    assert desk.columns(c1="name", c4="phone").status_code == 303
    assert desk.state is ImportState.CHECK


def test_from_the_check_page_one_may_go_back_to_the_columns(desk: ImportDesk):
    desk.check(*STAFF, UYEN)
    assert "Cột nào là gì" in desk.read("?step=columns")
    desk.columns(c4="ignored")
    assert desk.state is ImportState.CHECK
    desk.apply()
    assert person_named("Phan Thị Tú Uyên").phone is None


def test_what_is_undecided_keeps_the_list_from_being_imported_and_is_said(desk: ImportDesk, cast):
    desk.check(*STAFF, ("NV100", "Phan Thị Tú Uyên", "Khoa Khám bệnh", "Phi công", ""))
    answer = desk.apply()
    assert answer.location.endswith("undecided=1")
    page = as_read(desk.browser.get(answer.location))
    assert "Lỗi:" in page and "“Phi công” là chức danh nào" in page
    assert desk.state is ImportState.CHECK and people() == 5
    desk.apply({"position_unknown:phi cong": "position:support"})
    assert desk.state is ImportState.DONE
    assert staff_of(cast.here.id)["Phan Thị Tú Uyên"][2] == "support"


def test_an_answer_may_be_saved_first_and_is_remembered_for_the_next_file(desk: ImportDesk, cast):
    row = ("NV100", "Phan Thị Tú Uyên", "P. CTXH", "Phi công", "")
    desk.check(*STAFF, row)
    unit = "unit_unknown:p ctxh"
    desk.choose({"position_unknown:phi cong": "position:support", unit: f"unit:{cast.ward.id}"})
    assert desk.counts() == (1, 0, 3, 0)
    assert "Đã chọn" in desk.read()
    desk.apply()
    assert staff_of(cast.here.id)["Phan Thị Tú Uyên"][1:3] == ("Khoa Khám bệnh", "support")
    desk.check(*STAFF, row, ("NV101", "Lương Tường Vy", "P. CTXH", "Phi công", ""))
    assert desk.counts() == (1, 0, 4, 0), "neither word is asked again"
    assert not desk.asked()


def test_nothing_but_what_the_page_asks_is_taken_for_an_answer(desk: ImportDesk):
    desk.check(*STAFF, ("NV100", "Phan Thị Tú Uyên", "Khoa Khám bệnh", "Phi công", ""))
    desk.choose({"position_unknown:phi cong": "position:king", "made_up": "x", "missing:1": "left"})
    assert desk.made.choices == {"position_unknown:phi cong": "position:king"}
    assert desk.asked()["position_unknown:phi cong"]["chosen"] is None


def test_each_problem_stands_with_its_row_the_reason_in_words_and_the_choices(desk: ImportDesk):
    page = as_read(desk.check(*STAFF, ("NV100", "Phan Thị Tú Uyên", "Khoa Khám bệnh", "Điều dưỡng", "901234567")))
    assert "Excel làm mất số 0 ở đầu" in page and "Thêm số 0" in page and "Để trống" in page
    assert ">5</td>" in page, "the row's number in Excel"
    assert 'name="c0" value="repair" checked' in page


def test_people_missing_from_the_file_are_asked_about_all_at_once_or_one_by_one(desk: ImportDesk, cast):
    desk.check(UYEN)
    page = desk.read()
    assert "1 người không có trong tệp" in page and "Không ai bị xóa" in page, "Bình and Chi hold roles and stay"
    assert "Nguyễn Thị Ánh Tuyết An" in desk.read("?show=missing")
    desk.choose({f"missing:{cast.an.id}": "moved"}, show="missing")
    assert desk.made.choices == {f"missing:{cast.an.id}": "moved"}
    desk.apply()
    assert set(staff_of(cast.here.id)) == {"Trần Mỹ Bình", "Lê Quỳnh Chi", "Phan Thị Tú Uyên"}
    assert "1 người không có trong tệp đã thôi làm việc ở đây" in desk.read()


def test_what_is_said_of_all_missing_people_does_not_become_each_ones_own_answer(desk: ImportDesk, cast):
    desk.check(UYEN)
    desk.choose({f"missing:{cast.an.id}": "keep", "missing:all": "keep"}, show="missing")
    assert desk.made.choices == {"missing:all": "keep"}
    desk.choose({"missing:all": "left"})
    desk.apply()
    assert "Nguyễn Thị Ánh Tuyết An" not in staff_of(cast.here.id)


def test_a_long_list_of_questions_comes_in_pages_and_costs_few_statements(desk: ImportDesk, statements):
    names = make_names(300, seed=8)
    rows = [(f"NV{n}", name, "Khoa Khám bệnh", f"Nghề {n}", "") for n, name in enumerate(names)]
    desk.check(*rows)
    with statements() as seen:
        page = desk.read("?page=3")
    assert len(seen) <= 12
    assert "101–150" in page
    desk.choose({"position_unknown:nghe 120": "position:it"}, page=3)
    assert desk.made.counts["undecided"] == 299


@pytest.mark.parametrize("section", ["new", "update", "notes", "left_out", "decided", "invite", "missing", "nonsense"])
def test_every_part_of_the_check_page_can_be_looked_at(desk: ImportDesk, section: str):
    desk.check(
        ("00001", "Nguyễn Thị Ánh Tuyết An", "Khoa Cấp cứu", "Điều dưỡng", ""),
        ("NV100", "PHAN THỊ TÚ UYÊN", "Khoa Khám bệnh", "Điều dưỡng", "0901234567"),
        ("", "", "", "Tổng cộng: 2 người", ""),
    )
    answer = desk.page(f"?show={section}&page=99999")
    assert answer.status_code == 200
    words = {"new": "Phan Thị Tú Uyên", "notes": "Đã sửa cách viết tên", "left_out": "Tổng cộng"}
    assert words.get(section, "Kiểm tra trước khi nhập") in as_read(answer)


def test_a_change_is_shown_with_its_before_and_after(desk: ImportDesk):
    desk.check(("00001", "Nguyễn Thị Ánh Tuyết An", "Khoa Khám bệnh", "Bác sĩ", "0901234567"))
    page = desk.read("?show=update")
    assert "Điều dưỡng, hộ sinh, kỹ thuật y" in page and "<b>Bác sĩ, y sĩ</b>" in page
    assert "<b>0901 ••• 567</b>" in page


def test_the_outcome_of_each_row_can_be_taken_away(desk: ImportDesk):
    desk.do(
        *STAFF,
        UYEN,
        ("NV100", "Võ Văn Khác", "Khoa Khám bệnh", "Bác sĩ", ""),
        choices={"6:code_twice:code": "skip_row"},
    )
    answer = desk.browser.get(f"{desk.here}/result.xlsx")
    assert answer.mimetype.endswith("spreadsheetml.sheet")
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.data)).active.values)
    assert rows[0][:2] == ("Dòng trong tệp", "Họ và tên")
    assert [(row[0], row[1], row[5]) for row in rows[4:]] == [
        (5, "Phan Thị Tú Uyên", "Mới"),
        (6, "Võ Văn Khác", "Bỏ qua"),
    ]


def test_there_is_no_result_before_the_import_is_done(desk: ImportDesk):
    desk.check(UYEN)
    assert desk.browser.get(f"{desk.here}/result.xlsx").status_code == 404


def test_the_template_is_read_back_without_a_question(desk: ImportDesk, tmp_path):
    answer = desk.browser.get(f"{desk.base}/template.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    book.active.append(["NV100", "Phan Thị Tú Uyên", "Khoa Khám bệnh", "Điều dưỡng", "0901234567", "01/06/2020", ""])
    book.save(tmp_path / "a.xlsx")
    desk.send_path(tmp_path / "a.xlsx")
    meanings = [meaning for _, _, meaning, _ in desk.made.columns["columns"]]
    assert meanings == ["code", "name", "unit", "position", "phone", "start", "point"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Tệp trống."),
        (b"x" * (sheets.MAX_BYTES + 1), "Tệp lớn hơn 5 MB."),
    ],
)
def test_a_file_that_need_not_be_opened_is_refused_at_once(desk: ImportDesk, content: bytes, sentence: str):
    answer = desk.post_file(content, "a.csv")
    assert answer.status_code == 422
    assert sentence in answer.text


def test_a_form_without_a_file_says_so(desk: ImportDesk):
    answer = desk.browser.post(desk.base, {"token": "x"})
    assert answer.status_code == 422
    assert "Hãy chọn tệp trước." in answer.text


def test_the_pages_speak_english_to_who_reads_english(desk: ImportDesk):
    desk.check(*STAFF, ("NV100", "Phan Thị Tú Uyên", "Khoa Khám bệnh", "Phi công", "901234567"))
    page = desk.read("?lang=en")
    assert "Which position is “Phi công”?" in page
    assert "Excel dropped the first 0" in page and "Doctors and assistant doctors" in page
    assert "Check before importing" in page


def test_nobody_but_the_coordinator_opens_an_import(desk: ImportDesk, cast, app):
    desk.check(UYEN)
    doors = [desk.base, desk.here, f"{desk.here}/result.xlsx", f"{desk.base}/template.xlsx"]
    posts = [desk.base, *(f"{desk.here}/{each}" for each in ("columns", "choices", "apply", "undo"))]
    for person, status in ((cast.an, 403), (cast.chi, 403), (cast.en, 404), (cast.dung, 404)):
        browser = Browser(app.test_client(), person)
        assert {browser.get(door).status_code for door in doors} == {status}
        assert {browser.post(door).status_code for door in posts} == {status}


def test_an_import_of_another_facility_is_not_there(desk: ImportDesk, cast, app):
    from app.people.models import Role
    from tests.builders import grant, make_person

    desk.check(UYEN)
    boss = make_person("Hồ Thị Khác")
    grant(boss, Role.COORDINATOR, cast.there)
    browser, theirs = Browser(app.test_client(), boss), f"/f/{cast.there.code}/people/import/{desk.id}"
    assert browser.get(theirs).status_code == 404
    for act in ("columns", "choices", "apply", "undo"):
        assert browser.post(f"{theirs}/{act}").status_code == 404
    assert desk.state is ImportState.CHECK


def test_a_file_name_is_data(desk: ImportDesk):
    for name in ("../../x.csv", "CON.csv", "\u202egpj.csv", '"; rm -rf.csv', f"{'x' * 300}.csv", "danh sách.csv"):
        assert desk.send(UYEN, name=name).status_code == 303
        assert desk.state is ImportState.COLUMNS
        assert len(desk.made.file_name) <= 120
        assert storage.path_of(desk.made.file_key).name == desk.made.file_key
    assert "<script>" not in as_read(desk.browser.get(desk.base))


def test_a_heading_that_is_no_word_is_shown_as_text(desk: ImportDesk):
    desk.send(UYEN, head=(*HEAD[:4], "<script>alert(1)</script>"))
    assert "&lt;script&gt;" in desk.read()


def test_an_column_without_a_heading_is_called_by_its_letter(desk: ImportDesk):
    desk.send((*UYEN, "x"), head=(*HEAD, ""))
    assert "Cột F" in desk.read()


def test_the_list_of_people_leads_to_the_import(desk: ImportDesk, cast):
    assert desk.base in desk.browser.get(f"/f/{cast.here.code}/people").text
    assert AN[1] in desk.browser.get(f"/f/{cast.here.code}/people").text
