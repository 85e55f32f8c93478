"""What an .xlsx file really holds, found out before anything of it is believed."""

import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from types import TracebackType
from typing import Self
from xml.parsers import expat

from app.kernel.errors import Invalid

MAX_UNPACKED = 60 * 1024 * 1024
MAX_PARTS = 200
MAX_RATIO = 150
MAX_ROWS = 25_000
MAX_COLUMNS = 60

_WORKBOOK = "xl/workbook.xml"
_CHUNK = 64 * 1024
_LOCAL_HEADER = struct.Struct("<4s22xHH")
_ENCRYPTED = 0x1
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A worksheet: its name, its part of the file, and whether Excel shows it."""

    name: str
    path: str
    is_visible: bool


@dataclass(slots=True)
class SheetScan:
    """What a worksheet's XML says: its last filled row and column, and the cells without a usable value (1-based).

    ``valueless`` has (row, column) of formulas that were never calculated and of error values such as #REF!.
    """

    last_row: int = 0
    last_column: int = 0
    valueless: set[tuple[int, int]] = field(default_factory=set)


class XlsxParts:
    """An .xlsx file whose container is checked while it is opened; a context manager.

    Sizes, number of parts and ratio are judged by the directory before anything is unpacked (UP-01); then every part
    must unpack to exactly the size it states, and no XML may declare a document type (UP-02). Opening raises Invalid
    ``file_broken``, ``file_password``, ``file_macros``, ``file_type``, ``file_unsafe`` or ``file_unpacks_too_large``.
    """

    def __init__(self, path: Path) -> None:
        self._size = path.stat().st_size
        self._file = path.open("rb")
        try:
            self._parts = self._directory()
            self._check_directory()
            self._check_overlap()
            for name in self._parts:
                self._check_part(name)
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    @property
    def has_external_links(self) -> bool:
        """Whether formulas point to other files; they are never followed."""
        return any(name.startswith("xl/externalLinks/") for name in self._parts)

    def sheets(self) -> list[SheetPart]:
        """Return the worksheets in the order of their tabs."""
        targets: dict[str, str] = {}
        found: list[SheetPart] = []

        def relation(element: str, attributes: dict[str, str]) -> None:
            if _local(element) == "Relationship" and attributes.get("Type", "").endswith("/worksheet"):
                target = posixpath.normpath(posixpath.join("/xl", attributes.get("Target", "")))
                targets[attributes.get("Id", "")] = target.lstrip("/")

        def sheet(element: str, attributes: dict[str, str]) -> None:
            if _local(element) == "sheet":
                named = {_local(name): value for name, value in attributes.items()}
                is_visible = named.get("state", "visible") == "visible"
                found.append(SheetPart(named.get("name", ""), targets.get(named.get("id", ""), ""), is_visible))

        self._parse("xl/_rels/workbook.xml.rels", starts=relation)
        self._parse(_WORKBOOK, starts=sheet)
        return [part for part in found if part.path in self._parts]

    def scan(self, sheet: SheetPart) -> SheetScan:
        """Return what the sheet's XML says; raises Invalid ``file_too_many_rows`` or ``file_too_many_columns``."""
        scanner = _CellScanner()
        self._parse(sheet.path, starts=scanner.starts, ends=scanner.ends, text=scanner.text)
        return scanner.scan

    def _directory(self) -> dict[str, zipfile.ZipInfo]:
        try:
            with zipfile.ZipFile(self._file) as archive:
                listed = archive.infolist()
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, struct.error) as error:
            raise Invalid("file_broken") from error
        parts = {info.filename: info for info in listed}
        if len(parts) < len(listed):
            raise Invalid("file_broken")
        return parts

    def _check_directory(self) -> None:
        unpacked = sum(info.file_size for info in self._parts.values())
        if len(self._parts) > MAX_PARTS or unpacked > MAX_UNPACKED or unpacked > self._size * MAX_RATIO:
            raise Invalid("file_unpacks_too_large", limit_mb=MAX_UNPACKED // 1024**2)
        if any(info.flag_bits & _ENCRYPTED for info in self._parts.values()):
            raise Invalid("file_password")
        if any(name.lower().endswith("vbaproject.bin") for name in self._parts):
            raise Invalid("file_macros")
        if _WORKBOOK not in self._parts:
            raise Invalid("file_type")

    def _check_overlap(self) -> None:
        """Refuse parts that share bytes: each would be counted small and unpacked again and again."""
        spans = sorted(
            (info.header_offset, self._data_start(info) + info.compress_size) for info in self._parts.values()
        )
        if any(end > start for (_, end), (start, _) in pairwise(spans)) or spans[-1][1] > self._size:
            raise Invalid("file_broken")

    def _check_part(self, name: str) -> None:
        if name.lower().endswith((".xml", ".rels", ".vml")):
            self._parse(name)
        else:
            for _ in self._inflate(self._parts[name]):
                pass

    def _data_start(self, info: zipfile.ZipInfo) -> int:
        self._file.seek(info.header_offset)
        header = self._file.read(_LOCAL_HEADER.size)
        if len(header) < _LOCAL_HEADER.size or not header.startswith(b"PK\x03\x04"):
            raise Invalid("file_broken")
        _, name_length, extra_length = _LOCAL_HEADER.unpack(header)
        return info.header_offset + _LOCAL_HEADER.size + int(name_length) + int(extra_length)

    def _inflate(self, info: zipfile.ZipInfo) -> Iterator[bytes]:
        """Yield a part's bytes; raises Invalid ``file_broken`` as soon as they differ from the stated size.

        Not zipfile's own reader: that stops quietly at the stated size, where another reader would go on unpacking.
        """
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Invalid("file_broken")
        raw = self._compressed(info)
        made = 0
        for chunk in raw if info.compress_type == zipfile.ZIP_STORED else _deflated(raw):
            made += len(chunk)
            if made > info.file_size:
                raise Invalid("file_broken")
            yield chunk
        if made < info.file_size:
            raise Invalid("file_broken")

    def _compressed(self, info: zipfile.ZipInfo) -> Iterator[bytes]:
        start, left = self._data_start(info), info.compress_size
        while left > 0:
            self._file.seek(start + info.compress_size - left)
            chunk = self._file.read(min(_CHUNK, left))
            left -= len(chunk)
            yield chunk

    def _parse(
        self,
        name: str,
        *,
        starts: Callable[[str, dict[str, str]], None] | None = None,
        ends: Callable[[str], None] | None = None,
        text: Callable[[str], None] | None = None,
    ) -> None:
        if name not in self._parts:
            raise Invalid("file_broken")
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _refuse_document_type
        parser.StartElementHandler = starts
        parser.EndElementHandler = ends
        parser.CharacterDataHandler = text
        try:
            for chunk in self._inflate(self._parts[name]):
                parser.Parse(chunk, False)
            parser.Parse(b"", True)
        except (expat.ExpatError, ValueError, LookupError) as error:
            raise Invalid("file_broken") from error


class _CellScanner:
    """Follows a worksheet's XML cell by cell, also where rows and cells do not name their places."""

    def __init__(self) -> None:
        self.scan = SheetScan()
        self._row = 0
        self._column = 0
        self._has_formula = False
        self._has_value = False
        self._is_error = False
        self._in_value = False

    def starts(self, element: str, attributes: dict[str, str]) -> None:
        name = _local(element)
        if name in ("v", "t"):
            self._in_value = True
        elif name == "f":
            self._has_formula = True
        elif name == "c":
            self._begin_cell(attributes)
        elif name == "row":
            self._row = int(attributes.get("r", self._row + 1))
            self._column = 0

    def text(self, _: str) -> None:
        self._has_value = self._has_value or self._in_value

    def ends(self, element: str) -> None:
        name = _local(element)
        if name in ("v", "t"):
            self._in_value = False
        elif name == "c" and (self._has_value or self._has_formula):
            self._end_cell()

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        place = _REFERENCE.fullmatch(attributes.get("r", ""))
        self._column = _column_number(place[1]) if place else self._column + 1
        self._row = int(place[2]) if place else self._row
        self._has_formula = self._has_value = False
        self._is_error = attributes.get("t") == "e"

    def _end_cell(self) -> None:
        if self._row > MAX_ROWS:
            raise Invalid("file_too_many_rows", row=self._row, limit=MAX_ROWS)
        if self._column > MAX_COLUMNS:
            raise Invalid("file_too_many_columns", column=column_letters(self._column), limit=MAX_COLUMNS)
        self.scan.last_row = max(self.scan.last_row, self._row)
        self.scan.last_column = max(self.scan.last_column, self._column)
        if self._is_error or not self._has_value:
            self.scan.valueless.add((self._row, self._column))


def column_letters(number: int) -> str:
    """Return a column's name in Excel: 1 is A, 27 is AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _deflated(raw: Iterator[bytes]) -> Iterator[bytes]:
    """Inflate raw deflate data in chunks of bounded size; raises Invalid ``file_broken`` when it is not whole."""
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for piece in raw:
            waiting = piece
            while waiting:
                yield inflater.decompress(waiting, _CHUNK)
                waiting = inflater.unconsumed_tail
        while chunk := inflater.flush(_CHUNK):
            yield chunk
    except zlib.error as error:
        raise Invalid("file_broken") from error
    if not inflater.eof:
        raise Invalid("file_broken")


def _refuse_document_type(*_: object) -> None:
    raise Invalid("file_unsafe")
