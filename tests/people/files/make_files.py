"""Makes the good and hostile files of the roster import: ``python -m tests.people.files.make_files``.

Small ones are kept in ``made`` beside this script; bombs and long ones are made anew by the tests. Every complaint
from the field becomes a file here.
"""

import unicodedata
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from tests.people.files import making
from tests.people.files.making import HEAD, PEOPLE, Maker, added, csv_text, packed, sheet_file, text_file
from tests.people.files.rosters import make_roster, write_roster
from tests.people.files.words import encode

__all__ = ["BIG", "FOLDER", "SMALL", "FileCase", "make_roster", "write_roster"]

FOLDER = Path(__file__).parent / "made"


@dataclass(frozen=True, slots=True)
class FileCase:
    """A file, how it is made, and what reading it must say: how many rows hold something, or a refusal's code."""

    name: str
    make: Maker
    expected: int | str


def _titles_and_merged(path: Path) -> None:
    """Titles above the headings, a unit merged over its people, a signature below."""
    book = openpyxl.Workbook()
    page = _sheet(book)
    page["A1"], page["A2"] = "SỞ Y TẾ", "DANH SÁCH VIÊN CHỨC, NGƯỜI LAO ĐỘNG NĂM 2026"
    page.merge_cells("A2:F2")
    rows = [("STT", "Khoa/phòng", "Họ và tên", "Mã NV", "Chức danh", "SĐT")]
    rows += [
        (place, unit, name, code, title, phone) for place, (code, name, unit, title, phone) in enumerate(PEOPLE, 1)
    ]
    for number, row in enumerate(rows, start=5):
        for place, cell in enumerate(row, start=1):
            page.cell(number, place, cell)
    page["B7"] = None
    page.merge_cells("B6:B7")
    page["C12"] = "Người lập biểu"
    book.save(path)


def _two_heading_rows(path: Path) -> None:
    book = openpyxl.Workbook()
    page = _sheet(book)
    page.append(["STT", "Họ và tên", "Đơn vị công tác", None, "Liên hệ", None])
    page.append([None, None, "Khoa/phòng", "Chức vụ", "Số điện thoại", "Email"])
    page.append(["(1)", "(2)", "(3)", "(4)", "(5)", "(6)"])
    for area in ("A1:A2", "B1:B2", "C1:D1", "E1:F1"):
        page.merge_cells(area)
    for place, (_, name, unit, title, phone) in enumerate(PEOPLE, start=1):
        page.append([place, name, unit, title, phone, f"nguoi{place}@example.vn"])
    book.save(path)


def _unit_headings(path: Path) -> None:
    """Units as headings between their people, and no column for them."""
    rows = [("STT", "Họ và tên", "Chức danh", "Điện thoại")]
    for unit in ("KHOA KHÁM BỆNH", "Khoa Cấp cứu"):
        rows.append((unit, None, None, None))
        rows += [(place, p[1], p[3], p[4]) for place, p in enumerate(PEOPLE, 1) if p[2].casefold() == unit.casefold()]
    sheet_file(*rows)(path)


def _hidden_sheets(path: Path) -> None:
    book = openpyxl.Workbook()
    hidden = _sheet(book)
    hidden.append(["Bí mật"])
    hidden.sheet_state = "hidden"
    book.create_sheet("Trống")
    page = book.create_sheet("Nhân sự 2026")
    for row in (HEAD, *PEOPLE):
        page.append(row)
    book.create_sheet("Ghi chú").append(["x"])
    book.active = 1
    book.save(path)


def _formulas(path: Path) -> None:
    """Formulas nobody calculated, and an error value."""
    book = openpyxl.Workbook()
    page = _sheet(book)
    page.append(HEAD)
    page.append(PEOPLE[0])
    page.append(["NV002", '=B2&" Hai"', "Khoa Cấp cứu", "Bác sĩ", "0912345678"])
    page.append(["NV003", "Lê Hoàng Ân", "=C2", "Thu ngân", "=VLOOKUP(A4,$A$1:$B$9,2)"])
    page.append(["NV004", "Đặng Thị Ơn", "Khoa Khám bệnh", "#REF!", "0776543210"])
    book.save(path)


def _painted_to_the_end(path: Path) -> None:
    """Colour down to the last row of Excel, people only at the top."""
    painted = "".join(f'<row r="{row}"><c r="A{row}" s="1"/></row>' for row in range(1_048_000, 1_048_577))
    packed(making.replaced("xl/worksheets/sheet1.xml", "</sheetData>", f"{painted}</sheetData>"))(path)


def _zeros(megabytes: int) -> Maker:
    """Zeros pack a thousand to one."""
    return packed(lambda parts: parts.update({"xl/media/zeros.bin": bytes(megabytes * 1024**2)}))


def _lying_bomb(path: Path) -> None:
    making.lying(bytes(50 * 1024**2), stated=100)(path)


def _sheet(book: openpyxl.Workbook) -> Worksheet:
    page = book.active
    assert isinstance(page, Worksheet)
    return page


def _old_font(scheme: str) -> Maker:
    return sheet_file(HEAD, *[[encode(cell, scheme) for cell in person] for person in PEOPLE])


_NUMBERS = sheet_file(
    ("Mã NV", "Họ và tên", "Khoa/phòng", "Điện thoại", "Số CCCD", "Ngày vào làm"),
    (1.0, "Nguyễn Thị Ánh Tuyết", "Khoa Khám bệnh", 901234567.0, 79090123456.0, date(2015, 12, 31)),
    (2.0, "Trần Văn Bình", "Khoa Cấp cứu", 912345678.0, "079090123457", 32873.0),
    (3.0, "Lê Hoàng Ân", "Khoa Khám bệnh", "0387654321", "079090123458", "31/12/2019"),
    (4.0, "Đặng Thị Ơn", "Khoa Khám bệnh", "0776543210", None, "03/04/2020"),
)
_UNCLEAN = sheet_file(
    HEAD,
    ("NV001", "NGUYỄN THỊ ÁNH  TUYẾT", "KHOA KHÁM BỆNH", "điều dưỡng", "0901 234 567"),
    ("NV002", unicodedata.normalize("NFD", "Trần Văn Bình"), "Khoa\u00a0Cấp cứu", "Bác sỹ", "+84 912 345 678"),
    ("NV003", "Lê Hoàng\u200b Ân ", "Khoa Khám bệnh", "Thu ngân", "0387.654.321"),
    ("NV004", "Ｄang Thi O On", "Phòng Công nghệ thông tin", "CNTT", "0776543210"),
)
_QUESTIONS = sheet_file(
    HEAD,
    PEOPLE[0],
    ("NV001", "Phạm Thị Lan", "Khoa Khám bệnh", "Bác sĩ", "0932345678"),
    ("NV005", "Nguyễn Thị Ánh Tuyết", "Khoa Khám bệnh", "Điều dưỡng", None),
    ("NV006", None, "Khoa Khám bệnh", "Điều dưỡng", "0332345678"),
    ("NV007", "Võ Minh Thư", "Khoa Khám bệnh", "Phi công", "0901234567"),
    ("NV008", "Hồ Thanh Hà", "Khoa Khám bệnh", "Bác sĩ", "028 3829"),
    PEOPLE[0],
    (None, "Bùi Gia Hân", "Khoa Khám bệnh", "Bác sĩ", None),
)
_FORMULA_NAMES = sheet_file(
    HEAD,
    ("NV001", '=HYPERLINK("http://example.vn","x")', "=1+1", "@SUM(1)", "0901234567"),
    ("NV002", "<script>alert(1)</script>", "+Khoa", "-Bác sĩ", "0912345678"),
)
_MESSY_CSV = '\ufeffHọ và tên;Khoa/phòng;Điện thoại\r\n"Lê ""Tý"" An";"Khoa Nội;\nTim mạch";0901234567\r\n\r\nHà;X;\r\n'

SMALL = (
    FileCase("good.xlsx", sheet_file(HEAD, *PEOPLE), 5),
    FileCase("titles_merged.xlsx", _titles_and_merged, 8),
    FileCase("starts_at_c4.xlsx", sheet_file((), (), (), *[(None, None, *row) for row in (HEAD, *PEOPLE)]), 5),
    FileCase("two_heading_rows.xlsx", _two_heading_rows, 7),
    FileCase("unit_headings.xlsx", _unit_headings, 6),
    FileCase("hidden_sheets.xlsx", _hidden_sheets, 5),
    FileCase("formulas.xlsx", _formulas, 5),
    FileCase("numbers.xlsx", _NUMBERS, 5),
    FileCase("unclean.xlsx", _UNCLEAN, 5),
    FileCase("questions.xlsx", _QUESTIONS, 9),
    FileCase("tcvn3.xlsx", _old_font("tcvn3"), 5),
    FileCase("vni.xlsx", _old_font("vni"), 5),
    FileCase("formula_names.xlsx", _FORMULA_NAMES, 3),
    FileCase("painted_to_the_end.xlsx", _painted_to_the_end, 5),
    FileCase("external_links.xlsx", packed(added("xl/externalLinks/externalLink1.xml", b"<externalLink/>")), 5),
    FileCase("renamed_text.xlsx.csv", sheet_file(HEAD, *PEOPLE), 5),
    FileCase("utf8.csv", text_file(csv_text(",")), 5),
    FileCase("utf8_mark.csv", text_file(csv_text(";"), "utf-8-sig"), 5),
    FileCase("utf16_little.txt", text_file("\ufeff" + csv_text("\t"), "utf-16-le"), 5),
    FileCase("utf16_big.csv", text_file("\ufeff" + csv_text(","), "utf-16-be"), 5),
    FileCase("utf16_no_mark.csv", text_file(csv_text(";"), "utf-16-le"), 5),
    FileCase("windows_1258.csv", making.bytes_file(making.in_windows_1258(csv_text(";"))), 5),
    FileCase("separator_hint.csv", text_file("sep=;\r\n" + csv_text(";")), 5),
    FileCase("decomposed.csv", text_file(unicodedata.normalize("NFD", csv_text(","))), 5),
    FileCase("messy.csv", text_file(_MESSY_CSV), 3),
    FileCase("empty.csv", text_file(""), "file_empty"),
    FileCase("blank.csv", text_file(" ,,\r\n\r\n"), "file_no_rows"),
    FileCase("blank.xlsx", sheet_file(), "file_no_rows"),
    FileCase("french_windows_1252.csv", text_file("Prénom;Né à\r\nHélène;Orléans\r\n", "cp1252"), "file_encoding"),
    FileCase("tcvn3_bytes.csv", text_file(encode(csv_text(";"), "tcvn3"), "latin-1"), "file_encoding"),
    FileCase("vni_bytes.csv", text_file(encode(csv_text(";"), "vni"), "latin-1"), "file_encoding"),
    FileCase("binary.csv", making.bytes_file(bytes(range(1, 256))), "file_encoding"),
    FileCase("zeros.csv", making.bytes_file(b"a,b\0,c\r\n"), "file_encoding"),
    FileCase("open_quote.csv", text_file('Họ và tên,Khoa\r\n"Nguyễn An,Khoa Nội\r\n'), "file_broken"),
    FileCase("old_excel.xls", making.bytes_file(making.OLD_OFFICE), "file_old_excel"),
    FileCase("old_excel_renamed.xlsx", making.bytes_file(making.OLD_OFFICE), "file_old_excel"),
    FileCase(
        "password.xlsx",
        making.bytes_file(making.OLD_OFFICE + "EncryptedPackage".encode("utf-16-le")),
        "file_password",
    ),
    FileCase("encrypted_parts.xlsx", making.encrypted, "file_password"),
    FileCase("web_page.xlsx", text_file("\n<html><table><tr><td>Họ và tên</td></tr></table></html>"), "file_web_page"),
    FileCase("web_page_renamed.csv", text_file("<table><tr><td>x</td></tr></table>", "utf-16"), "file_web_page"),
    FileCase("macros.xlsm", sheet_file(HEAD, *PEOPLE), "file_macros"),
    FileCase("macros_renamed.xlsx", packed(added("xl/vbaProject.bin", b"x")), "file_macros"),
    FileCase("picture.png", making.bytes_file(b"\x89PNG\r\n\x1a\n" + bytes(50)), "file_type"),
    FileCase("letter.docx", packed(making.renamed("xl/workbook.xml", "word/document.xml")), "file_type"),
    FileCase("cut_short.xlsx", making.cut_short, "file_broken"),
    FileCase("damaged.xlsx", making.damaged, "file_broken"),
    FileCase("twice_named.xlsx", making.twice_named, "file_broken"),
    FileCase("overlapping.xlsx", making.overlapping, "file_broken"),
    FileCase("odd_compression.xlsx", making.odd_compression, "file_broken"),
    FileCase("lying_small.xlsx", making.lying(b"lie" * 999, stated=100), "file_broken"),
    FileCase("lying_large.xlsx", making.lying(b"lie" * 999, stated=9999), "file_broken"),
    FileCase("no_relations.xlsx", packed(making.removed("xl/_rels/workbook.xml.rels")), "file_broken"),
    FileCase("wrong_xml.xlsx", packed(making.replaced("xl/workbook.xml", "</workbook>", "</book>")), "file_broken"),
    FileCase("laughs.xlsx", packed(making.document_type(making.laughs(), "&l9;")), "file_unsafe"),
    FileCase(
        "outside_entity.xlsx",
        packed(making.document_type('<!DOCTYPE sst [<!ENTITY x SYSTEM "file:///etc/passwd">]>', "&x;")),
        "file_unsafe",
    ),
    FileCase(
        "utf16_entity.xlsx",
        packed(making.document_type('<!DOCTYPE sst [<!ENTITY x "y">]>', "&x;", "utf-16")),
        "file_unsafe",
    ),
    FileCase("far_row.xlsx", packed(making.far_cell("A1048576", 1_048_576)), "file_too_many_rows"),
    FileCase("far_column.xlsx", packed(making.far_cell("XFD7", 7)), "file_too_many_columns"),
    FileCase("wide.csv", text_file(",".join("x" * 61)), "file_too_many_columns"),
    FileCase("many_parts.xlsx", making.many_parts, "file_unpacks_too_large"),
)

BIG = (
    FileCase("bomb.xlsx", _zeros(290), "file_unpacks_too_large"),
    FileCase("ratio.xlsx", _zeros(20), "file_unpacks_too_large"),
    FileCase("lying_bomb.xlsx", _lying_bomb, "file_broken"),
    FileCase(
        "quadratic.xlsx",
        packed(making.document_type(f'<!DOCTYPE sst [<!ENTITY a "{"a" * 50_000}">]>', "&a;" * 50_000)),
        "file_unsafe",
    ),
    FileCase("long.csv", text_file(csv_text(",", [HEAD, *[PEOPLE[0]] * 25_000])), "file_too_many_rows"),
    FileCase("heavy.csv", text_file("x" * (5 * 1024**2 + 1)), "file_too_large"),
)


def main() -> None:
    """Write the small files that are not there yet; delete one to have it made anew."""
    FOLDER.mkdir(exist_ok=True)
    for case in SMALL:
        if not (FOLDER / case.name).exists():
            case.make(FOLDER / case.name)


if __name__ == "__main__":
    main()
