"""Ways to make workbooks and text files, good ones and ones that want to do harm."""

import io
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import xlsxwriter

HEAD = ("Mã NV", "Họ và tên", "Khoa/phòng", "Chức danh", "Điện thoại")
# The first sector of an Office file of before 2007.
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
PEOPLE = (
    ("NV001", "Nguyễn Thị Ánh Tuyết", "Khoa Khám bệnh", "Điều dưỡng", "0901234567"),
    ("NV002", "Trần Văn Bình", "Khoa Cấp cứu", "Bác sĩ", "0912345678"),
    ("NV003", "Lê Hoàng Ân", "Khoa Khám bệnh", "Thu ngân", "0387654321"),
    ("NV004", "Đặng Thị Ỷ Ơn", "Phòng Công nghệ thông tin", "CNTT", "0776543210"),
)

Maker = Callable[[Path], None]
Parts = dict[str, bytes]
Change = Callable[[Parts], object]


def bytes_file(content: bytes) -> Maker:
    """Return a maker of a file of raw bytes."""

    def make(path: Path) -> None:
        path.write_bytes(content)

    return make


def text_file(content: str, encoding: str = "utf-8") -> Maker:
    """Return a maker of a text file."""
    return bytes_file(content.encode(encoding))


def csv_text(separator: str, rows: Sequence[Sequence[str]] = (HEAD, *PEOPLE)) -> str:
    """Return rows as CSV text."""
    return "".join(separator.join(row) + "\r\n" for row in rows)


def sheet_file(*rows: Sequence[object], name: str = "Danh sách") -> Maker:
    """Return a maker of a plain workbook; text is text, dates are dates, None is an empty cell."""

    def make(path: Path) -> None:
        with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
            page = book.add_worksheet(name)
            day = book.add_format({"num_format": "dd/mm/yyyy"})
            for number, row in enumerate(rows):
                for place, cell in enumerate(row):
                    if isinstance(cell, date):
                        page.write_datetime(number, place, cell, day)
                    elif cell is not None:
                        page.write(number, place, cell)

    return make


def plain_parts() -> Parts:
    """Return the parts of a good small workbook."""
    book = io.BytesIO()
    with xlsxwriter.Workbook(book) as made:
        page = made.add_worksheet("Danh sách")
        for number, row in enumerate((HEAD, *PEOPLE)):
            page.write_row(number, 0, row)
    with zipfile.ZipFile(book) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(change: Change) -> Maker:
    """Return a maker of that workbook with changed parts."""

    def make(path: Path) -> None:
        parts = plain_parts()
        change(parts)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in parts.items():
                archive.writestr(name, content)

    return make


def added(name: str, content: bytes) -> Change:
    """Return a change that adds a part."""
    return lambda parts: parts.update({name: content})


def removed(name: str) -> Change:
    """Return a change that takes a part away."""
    return lambda parts: parts.pop(name)


def replaced(name: str, old: str, new: str) -> Change:
    """Return a change of a part's text, which must be there."""

    def change(parts: Parts) -> None:
        text = parts[name].decode()
        assert old in text
        parts[name] = text.replace(old, new, 1).encode()

    return change


def document_type(declaration: str, use: str, encoding: str = "utf-8") -> Change:
    """Return a change that declares a document type in the shared strings and uses an entity of it."""

    def change(parts: Parts) -> None:
        head, _, rest = parts["xl/sharedStrings.xml"].decode().partition("?>")
        text = f"{head}?>{declaration}{rest}".replace("<t>", f"<t>{use}", 1).replace("UTF-8", encoding.upper())
        parts["xl/sharedStrings.xml"] = text.encode(encoding)

    return change


def laughs() -> str:
    """Return the declaration of a billion laughs."""
    levels = "".join(f'<!ENTITY l{level} "{f"&l{level - 1};" * 10}">' for level in range(1, 10))
    return f'<!DOCTYPE sst [<!ENTITY l0 "ha">{levels}]>'


def far_cell(reference: str, row: int) -> Change:
    """Return a change that fills one cell far from the others."""
    far = f'<row r="{row}"><c r="{reference}"><v>1</v></c></row></sheetData>'
    return replaced("xl/worksheets/sheet1.xml", "</sheetData>", far)


def lying(unpacked: bytes, stated: int) -> Maker:
    """Return a maker of a workbook in which a part states another size, with the checksum of that many bytes."""

    def make(path: Path) -> None:
        packed(added("xl/media/lie.bin", unpacked))(path)
        pairs = ((zlib.crc32(unpacked), zlib.crc32(unpacked[:stated])), (len(unpacked), stated))
        content = path.read_bytes()
        for true, claimed in pairs:
            content = content.replace(struct.pack("<L", true), struct.pack("<L", claimed))
        path.write_bytes(content)

    return make


def directory_changed(name: str, offset: int, value: bytes) -> Callable[[Path], None]:
    """Return a change of the file's directory: ``value`` at ``offset`` of the entry of part ``name``."""

    def make(path: Path) -> None:
        content = path.read_bytes()
        entry = content.rindex(b"PK\x01\x02", 0, content.rindex(name.encode()))
        path.write_bytes(content[: entry + offset] + value + content[entry + offset + len(value) :])

    return make


def overlapping(path: Path) -> None:
    """Make a workbook in which two names of the directory share the same bytes."""

    def change(parts: Parts) -> None:
        parts |= {"xl/media/a.bin": b"a" * 50, "xl/media/b.bin": b"a" * 50}

    packed(change)(path)
    with zipfile.ZipFile(path) as archive:
        start = archive.getinfo("xl/media/a.bin").header_offset
    directory_changed("xl/media/b.bin", 42, struct.pack("<L", start))(path)


def encrypted(path: Path) -> None:
    """Make a workbook whose parts are marked as encrypted."""
    packed(lambda _: None)(path)
    directory_changed("xl/workbook.xml", 8, struct.pack("<H", 1))(path)


def odd_compression(path: Path) -> None:
    """Make a workbook with a part in a compression Excel does not know."""
    packed(lambda _: None)(path)
    directory_changed("xl/workbook.xml", 10, struct.pack("<H", 12))(path)


def twice_named(path: Path) -> None:
    """Make a workbook with two parts of one name: programs differ in which they read."""
    packed(added("xl/workbook.xm2", b"<workbook/>"))(path)
    path.write_bytes(path.read_bytes().replace(b"xl/workbook.xm2", b"xl/workbook.xml"))


def cut_short(path: Path) -> None:
    """Make a workbook of which only the first half arrived."""
    packed(lambda _: None)(path)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def damaged(path: Path) -> None:
    """Make a workbook with a few wrong bytes inside a compressed part."""
    packed(lambda _: None)(path)
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo("xl/styles.xml")
    content = bytearray(path.read_bytes())
    start = info.header_offset + 30 + len("xl/styles.xml") + 10
    content[start : start + 8] = b"\xff" * 8
    path.write_bytes(bytes(content))


def many_parts(path: Path) -> None:
    """Make a workbook of more than 200 parts."""
    packed(lambda parts: parts.update({f"xl/media/{number}.bin": b"x" for number in range(201)}))(path)


def renamed(old: str, new: str) -> Change:
    """Return a change of a part's name."""
    return lambda parts: parts.update({new: parts.pop(old)})


def in_windows_1258(text: str) -> bytes:
    """Return text as Vietnamese Windows saves it: what has no byte of its own is a vowel and a tone."""
    made = b""
    for letter in text:
        try:
            made += letter.encode("cp1258")
        except UnicodeEncodeError:
            toneless, tone = _without_tone(letter)
            made += toneless.encode("cp1258") + tone.encode("cp1258")
    return made


def _without_tone(letter: str) -> tuple[str, str]:
    marks = unicodedata.normalize("NFD", letter)
    tone = next(mark for mark in marks if mark in "\u0300\u0301\u0303\u0309\u0323")
    return unicodedata.normalize("NFC", marks.replace(tone, "")), tone
