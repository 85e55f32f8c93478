"""How spreadsheets of strangers are read, and ours are written."""

import csv
import io
import tracemalloc
import zipfile
from datetime import UTC, date, datetime
from unicodedata import normalize

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel import sheets
from app.kernel.errors import Invalid
from app.kernel.sheets import Column, Row, Sheet, read_table, read_table_isolated, write_csv, write_xlsx
from app.kernel.xlsx_parts import XlsxParts, column_letters
from tests.people.files.make_files import BIG, FOLDER, SMALL
from tests.people.files.making import HEAD, PEOPLE, far_cell, packed, removed, replaced, sheet_file
from tests.people.files.rosters import write_roster
from tests.tempo import quickest, seconds_of

SHEET = "xl/worksheets/sheet1.xml"


def _refusal(read, *args, **named) -> str | int:
    try:
        return len(read(*args, **named).rows)
    except Invalid as refusal:
        return refusal.code


@pytest.mark.parametrize("case", SMALL, ids=lambda case: case.name)
def test_each_kept_file_reads_as_expected(case):
    assert _refusal(read_table, FOLDER / case.name, case.name) == case.expected


@pytest.mark.parametrize("case", SMALL, ids=lambda case: case.name)
def test_each_file_can_be_made_anew(case, tmp_path):
    case.make(tmp_path / case.name)
    assert _refusal(read_table, tmp_path / case.name, case.name) == case.expected


@pytest.mark.parametrize("case", BIG, ids=lambda case: case.name)
def test_bombs_are_refused_without_being_unpacked(case, tmp_path):
    path = tmp_path / case.name
    case.make(path)
    tracemalloc.start()
    try:
        assert _refusal(read_table, path, case.name) == case.expected
        assert tracemalloc.get_traced_memory()[1] < 50_000_000
    finally:
        tracemalloc.stop()


def test_a_bomb_is_refused_at_once(tmp_path):
    path = tmp_path / "bomb.xlsx"
    BIG[0].make(path)
    assert quickest(lambda: _refusal(read_table, path, "bomb.xlsx")) < 0.2
    assert _refusal(read_table, path, "bomb.xlsx") == "file_unpacks_too_large"


def test_no_kept_file_is_large():
    assert {path.name for path in FOLDER.iterdir()} == {case.name for case in SMALL}
    assert max(path.stat().st_size for path in FOLDER.iterdir()) < 60_000


@pytest.mark.parametrize(
    "name",
    [
        "good.xlsx",
        "utf8.csv",
        "utf8_mark.csv",
        "utf16_little.txt",
        "utf16_big.csv",
        "utf16_no_mark.csv",
        "windows_1258.csv",
        "separator_hint.csv",
        "decomposed.csv",
    ],
)
def test_one_list_in_any_encoding_gives_the_same_rows(name):
    rows = read_table(FOLDER / name, name).rows
    composed = [(row.number, tuple(normalize("NFC", str(cell)) for cell in row.cells)) for row in rows]
    assert composed == list(enumerate((HEAD, *PEOPLE), start=1))


def test_rows_carry_the_numbers_excel_shows():
    table = read_table(FOLDER / "titles_merged.xlsx", "x.xlsx")
    assert [row.number for row in table.rows] == [1, 2, 5, 6, 7, 8, 9, 12]
    late = read_table(FOLDER / "starts_at_c4.xlsx", "x.xlsx")
    assert late.rows[0] == Row(4, (None, None, *HEAD))
    assert read_table(FOLDER / "messy.csv", "x.csv").rows[-1].number == 4


def test_a_cell_merged_over_rows_speaks_for_each_of_them():
    rows = {row.number: row.cells for row in read_table(FOLDER / "titles_merged.xlsx", "x.xlsx").rows}
    assert rows[6][1] == rows[7][1] == "Khoa Khám bệnh"
    assert rows[2] == ("DANH SÁCH VIÊN CHỨC, NGƯỜI LAO ĐỘNG NĂM 2026",)


def test_the_first_visible_sheet_with_something_in_it_is_read():
    table = read_table(FOLDER / "hidden_sheets.xlsx", "x.xlsx")
    assert (table.sheet, table.sheets) == ("Nhân sự 2026", ("Trống", "Nhân sự 2026", "Ghi chú"))
    assert table.notes == ("hidden_sheets", "several_sheets")


def test_another_sheet_can_be_asked_for_but_no_hidden_one():
    path = FOLDER / "hidden_sheets.xlsx"
    assert read_table(path, "x.xlsx", sheet="Ghi chú").rows == (Row(1, ("x",)),)
    assert _refusal(read_table, path, "x.xlsx", sheet="Trống") == "file_no_rows"
    assert _refusal(read_table, path, "x.xlsx", sheet="Sheet") == "file_no_sheet"


def test_formulas_without_a_value_and_errors_are_reported_not_read_as_zero():
    table = read_table(FOLDER / "formulas.xlsx", "x.xlsx")
    assert table.valueless == {(3, 1), (4, 2), (4, 4), (5, 3)}
    assert table.rows[2].cells == ("NV002", None, "Khoa Cấp cứu", "Bác sĩ", "0912345678")
    assert table.rows[3].cells == ("NV003", "Lê Hoàng Ân", None, "Thu ngân")


def test_cells_keep_their_types():
    rows = read_table(FOLDER / "numbers.xlsx", "x.xlsx").rows
    assert rows[1].cells == (
        1.0,
        "Nguyễn Thị Ánh Tuyết",
        "Khoa Khám bệnh",
        901234567.0,
        79090123456.0,
        date(2015, 12, 31),
    )
    assert rows[2].cells[5] == 32873.0
    assert rows[3].cells[5] == "31/12/2019"


def test_times_truths_and_impossible_numbers_do_not_disturb(tmp_path):
    book = openpyxl.Workbook()
    book.active.append([True, datetime(2020, 1, 2, 3, 4).time(), datetime(2020, 1, 2, 3, 4), " "])
    book.save(tmp_path / "a.xlsx")
    assert read_table(tmp_path / "a.xlsx", "a.xlsx").rows[0].cells == (True, "03:04:00", date(2020, 1, 2))
    packed(
        replaced(SHEET, "</sheetData>", '<row r="9"><c r="A9"><v>1e999</v></c><c r="B9"><v>1</v></c></row></sheetData>')
    )(tmp_path / "b.xlsx")
    assert read_table(tmp_path / "b.xlsx", "b.xlsx").rows[-1].cells in ((None, 1.0), (1.0,))


def test_rows_and_cells_that_do_not_name_their_places_are_counted(tmp_path):
    path = tmp_path / "a.xlsx"
    cells = "<row><c><v>1</v></c><c><f>1+1</f></c></row>"
    packed(replaced(SHEET, "</sheetData>", f"{cells}</sheetData>"))(path)
    with XlsxParts(path) as parts:
        scan = parts.scan(parts.sheets()[0])
    assert (scan.last_row, scan.last_column, scan.valueless) == (6, 5, {(6, 2)})


def test_a_row_that_calamine_cannot_place_is_a_broken_file(tmp_path):
    path = tmp_path / "a.xlsx"
    packed(replaced(SHEET, '<row r="1"', '<row r="one"'))(path)
    assert _refusal(read_table, path, "a.xlsx") == "file_broken"


def test_a_workbook_without_its_strings_is_broken(tmp_path):
    path = tmp_path / "a.xlsx"
    packed(removed("xl/sharedStrings.xml"))(path)
    assert _refusal(read_table, path, "a.xlsx") in ("file_broken", "file_no_rows")


def test_refusals_say_where_and_how_much(tmp_path):
    path = tmp_path / "a.xlsx"
    packed(far_cell("BJ7", 7))(path)
    with pytest.raises(Invalid) as refusal:
        read_table(path, "a.xlsx")
    assert refusal.value.values == {"column": "BJ", "limit": 60}
    with pytest.raises(Invalid) as refusal:
        read_table(FOLDER / "open_quote.csv", "x.csv")
    assert refusal.value.values == {"row": 2}


@pytest.mark.parametrize(("number", "letters"), [(1, "A"), (26, "Z"), (27, "AA"), (60, "BH"), (16384, "XFD")])
def test_columns_are_named_as_in_excel(number, letters):
    assert column_letters(number) == letters


@pytest.mark.parametrize("case", SMALL, ids=lambda case: case.name)
def test_the_isolated_reader_says_the_same(case):
    path = FOLDER / case.name
    if isinstance(case.expected, int):
        assert read_table_isolated(path, case.name) == read_table(path, case.name)
        return
    with pytest.raises(Invalid, match=case.expected) as isolated:
        read_table_isolated(path, case.name)
    with pytest.raises(Invalid) as direct:
        read_table(path, case.name)
    assert isolated.value.values == direct.value.values


def test_the_isolated_reader_takes_any_file_name():
    for name in (
        "../../x.xlsx",
        "CON.xlsx",
        "a" * 300 + ".xlsx",
        "x\u202e.xlsx",
        '"; rm -rf .xlsx',
        "Danh sách.XLSX",
        "a\0.xlsx",
    ):
        assert len(read_table_isolated(FOLDER / "good.xlsx", name, sheet="Danh sách").rows) == 5


def test_a_reader_that_needs_too_much_memory_dies_alone(tmp_path):
    """Twenty thousand cells that all show one string of Excel's greatest length unpack to 6 GB in memory."""
    path = tmp_path / "amplified.xlsx"
    rows = [["x" * 32_767] * 10 for _ in range(20_000)]
    sheet_file(*rows)(path)
    assert path.stat().st_size < sheets.MAX_BYTES
    with pytest.raises(Invalid, match="file_unreadable"):
        read_table_isolated(path, "a.xlsx")


def test_a_reader_that_takes_too_long_is_ended(monkeypatch):
    monkeypatch.setattr(sheets, "SECONDS", 0.001)
    with pytest.raises(Invalid, match="file_unreadable"):
        read_table_isolated(FOLDER / "good.xlsx", "a.xlsx")


def test_the_reading_process_prints_one_line_a_row(capsys):
    sheets.main(str(FOLDER / "numbers.xlsx"), ".xlsx")
    lines = capsys.readouterr().out.encode().splitlines()
    assert sheets.load_table(lines) == read_table(FOLDER / "numbers.xlsx", "x.xlsx")
    sheets.main(str(FOLDER / "empty.csv"), ".csv")
    assert capsys.readouterr().out == '{"refused": "file_empty", "values": {}}'


@pytest.mark.slow
def test_twenty_thousand_rows_are_read_in_seconds(tmp_path):
    path = tmp_path / "long.xlsx"
    write_roster(path, 20_000, seed=1)
    tables = []
    assert seconds_of(lambda: tables.append(read_table_isolated(path, "long.xlsx"))) < 10
    assert len(tables[0].rows) == 20_001


def _written(rows) -> openpyxl.Workbook:
    book = io.BytesIO()
    sheet = Sheet("Danh sách [2026]: a/b", [Column("Họ và tên", 28), Column("=1+1")], rows)
    assert write_xlsx(book, [sheet]) == len(rows)
    return openpyxl.load_workbook(book)


def test_text_is_written_as_text_whatever_it_looks_like():
    texts = ['=HYPERLINK("http://x","y")', "+84901", "-1", "@x", "http://example.vn", "<script>", "0123", "a\x00\x1fb"]
    page = _written([[text, text] for text in texts]).active
    cells = [row[0] for row in page.iter_rows(min_row=2, max_col=1)]
    assert [cell.data_type for cell in cells] == ["s"] * len(texts)
    assert [cell.value for cell in cells][:7] == texts[:7]


def test_a_written_workbook_has_no_formula_and_no_link():
    book = io.BytesIO()
    write_xlsx(book, [Sheet("a", [Column("=1")], [["=1+1"], ["http://example.vn"], [" =x"]])])
    with zipfile.ZipFile(book) as archive:
        assert b"<f" not in archive.read(SHEET).replace(b"<formulas", b"")
        assert not [name for name in archive.namelist() if "externalLinks" in name]
        assert b"<hyperlink" not in archive.read(SHEET)


def test_values_keep_their_types_and_instants_are_local():
    row = [1, -2.5, True, date(2026, 11, 30), datetime(2026, 11, 30, 17, 30, tzinfo=UTC), None, "x" * 40_000]
    page = _written([row]).active
    number, negative, truth, day, instant, nothing, long_text = (cell.value for cell in page[2])
    assert (number, negative, truth, nothing) == (1, -2.5, True, None)
    assert (day, instant) == (datetime(2026, 11, 30), datetime(2026, 12, 1, 0, 30))
    assert len(long_text) == 32_767
    assert [cell.number_format for cell in page[2]][3:5] == ["dd/mm/yyyy", "dd/mm/yyyy hh:mm"]


def test_headings_stay_in_sight_and_can_be_filtered():
    page = _written([["a", "b"], ["c", "d"]]).active
    assert (page.title, page.freeze_panes, page.auto_filter.ref) == ("Danh sách  2026   a b", "A2", "A1:B3")
    assert page.column_dimensions["A"].width > 20


def test_a_workbook_is_written_to_a_path_row_by_row(tmp_path):
    path = tmp_path / "made.xlsx"
    assert write_xlsx(path, [Sheet("a", [Column("n")], ([float(n)] for n in range(1000)))]) == 1000
    assert read_table(path, "made.xlsx").rows[-1] == Row(1001, (999.0,))


def _csv(rows, **options) -> bytes:
    target = io.BytesIO()
    assert write_csv(target, ["Họ và tên", "-x"], rows, **options) == len(rows)
    return target.getvalue()


def test_csv_carries_the_mark_that_makes_excel_show_vietnamese():
    content = _csv([["Nguyễn <b> Ánh", 1]], separator=";")
    assert content == "\ufeffHọ và tên;'-x\r\nNguyễn <b> Ánh;1\r\n".encode()


def test_csv_numbers_stay_numbers_and_dates_are_plain():
    row = [-5, -1.5, True, None, date(2026, 11, 30), datetime(2026, 11, 30, 17, 30, tzinfo=UTC)]
    assert _csv([row]).decode().splitlines()[1] == "-5,-1.5,TRUE,,2026-11-30,2026-12-01 00:30"


@given(
    st.lists(st.text(alphabet=st.sampled_from("=+-@\t\r\n,;\"' a＝＋1é<")), min_size=1, max_size=4),
    st.sampled_from(",;"),
)
def test_no_program_finds_a_formula_in_our_csv(cells, separator):
    text = _csv([cells], separator=separator).decode("utf-8-sig")
    body = text[text.index("\r\n") + 2 :]
    for other in ",;\t":
        for row in csv.reader(io.StringIO(body, newline=""), delimiter=other):
            assert not [cell for cell in row if cell.lstrip("\r\n")[:1] in tuple("=+-@\t＝＋－＠")]


@given(st.text(max_size=20))
def test_csv_text_without_danger_reads_back_unchanged(text):
    safe, plain = sheets.csv_safe(text), text.replace("\r\n", "\n").replace("\r", "\n")
    assert safe.replace("'", "") == plain.replace("'", "")
    if not any(sign in text for sign in "=+-@\t＝＋－＠"):
        assert safe == plain


def test_a_file_that_vanished_is_unreadable(tmp_path):
    with pytest.raises(Invalid, match="file_unreadable"):
        read_table_isolated(tmp_path / "missing.xlsx", "missing.xlsx")
