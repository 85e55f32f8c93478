"""How tables come in from people's spreadsheets and go out to them: the only door to calamine and XlsxWriter."""

import csv
import io
import json
import math
import re
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from app.kernel.clock import ZONE
from app.kernel.csv_text import csv_rows, decode_csv
from app.kernel.errors import Invalid
from app.kernel.xlsx_parts import MAX_COLUMNS, MAX_ROWS, SheetPart, SheetScan, XlsxParts, column_letters

Cell = str | float | date | bool | None
Value = Cell | int | datetime

MAX_BYTES = 5 * 1024 * 1024
# What the reading process may use: address space, seconds (of the processor, and by the wall clock), bytes of result.
MEMORY = 512 * 1024 * 1024
SECONDS = 60
MAX_RESULT = 256 * 1024 * 1024

_ROOT = Path(__file__).parents[2]
_TEXT_SUFFIXES = (".csv", ".txt", ".tsv")
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s*<")
_EXCEL_TEXT_LIMIT = 32_767
# A cell that a spreadsheet may take for a formula: at its start, or after a separator or quote at which another
# program may cut it. The full-width signs count too: some versions fold them.
_FORMULA = re.compile('(^|[,;\t\n"])(?=[=+\\-@\t＝＋－＠])')


class Row(NamedTuple):
    """A row that holds something: its number as Excel shows it, and its cells from column A on."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet of a file.

    ``sheets``: the names of the visible sheets. ``valueless``: (row number, column from 0) of formulas without a
    calculated value and of errors like #REF!; those cells are None. ``notes``: codes of what the reader should know
    (``hidden_sheets``, ``several_sheets``, ``external_links``, ``encoding_windows_1258``).
    """

    sheet: str
    sheets: tuple[str, ...]
    rows: tuple[Row, ...]
    valueless: frozenset[tuple[int, int]]
    notes: tuple[str, ...]


def read_table(path: Path, filename: str, *, sheet: str | None = None) -> Table:
    """Return the rows of an .xlsx or .csv file; for files of strangers use ``read_table_isolated``.

    ``filename`` is the name the file came with, ``sheet`` the tab wanted (the first visible one that holds
    something). Raises Invalid with a ``file_…`` code.
    """
    size = path.stat().st_size
    if size == 0:
        raise Invalid("file_empty")
    if size > MAX_BYTES:
        raise Invalid("file_too_large", limit_mb=MAX_BYTES // 1024**2)
    with path.open("rb") as file:
        beginning = file.read(4096)
    _refuse_other_kinds(path, beginning, Path(filename).suffix.lower())
    table = _read_xlsx(path, sheet) if beginning.startswith(b"PK") else _read_csv(path)
    if not table.rows:
        raise Invalid("file_no_rows")
    return table


def read_table_isolated(path: Path, filename: str, *, sheet: str | None = None) -> Table:
    """Return what ``read_table`` returns, read in a process of its own with limits on memory and time (ruling 9).

    Raises the same Invalid, or ``file_unreadable`` when the reader died or took too long.
    """
    words = [str(path.resolve()), Path(filename).suffix[:8], *([sheet] if sheet else [])]
    command = [sys.executable, "-m", "app.kernel.sheets", *(word.replace("\0", "") for word in words)]
    with tempfile.TemporaryFile() as result:
        reader = subprocess.Popen(  # noqa: S603  our own module; foreign words are arguments, no shell reads them
            command,
            stdin=subprocess.DEVNULL,
            stdout=result,
            stderr=subprocess.DEVNULL,
            cwd=_ROOT,
            env={"LANG": "C.UTF-8"},
        )
        try:
            status = reader.wait(timeout=SECONDS)
        except subprocess.TimeoutExpired as late:
            raise Invalid("file_unreadable") from late
        finally:
            reader.kill()
            reader.wait()
        if status != 0:
            raise Invalid("file_unreadable")
        result.seek(0)
        return load_table(result)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet to be written: its heading, its width in characters, and whether Excel must keep it as text.

    Text keeps the zeros that Excel takes from codes and phone numbers typed into the column.
    """

    title: str
    width: float = 16
    is_text: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet to be written; ``rows`` may be a stream, it is read once."""

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Value]]


def write_xlsx(target: Path | BinaryIO, sheets: Iterable[Sheet]) -> int:
    """Write sheets with a fixed heading and a filter, row by row, and return how many rows were written.

    Text is always text, whatever it looks like (EX-02). Instants (aware) are shown in Vietnam's time. Text beyond
    Excel's 32,767 characters a cell is cut.
    """
    import xlsxwriter

    written = 0
    destination = str(target) if isinstance(target, Path) else target
    with xlsxwriter.Workbook(destination, {"constant_memory": True}) as book:
        head = book.add_format({"bold": True, "bg_color": "#E6EFEA", "bottom": 1, "text_wrap": True, "valign": "top"})
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        instant = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
        text = book.add_format({"num_format": "@"})
        for sheet in sheets:
            page = book.add_worksheet(re.sub(r"[\[\]:*?/\\']", " ", sheet.name)[:31])
            page.freeze_panes(1, 0)
            for place, column in enumerate(sheet.columns):
                page.set_column(place, place, column.width, text if column.is_text else None)
                page.write_string(0, place, _excel_text(column.title), head)
            number = 0
            for number, row in enumerate(sheet.rows, start=1):
                for place, value in enumerate(row):
                    _write_cell(page, (number, place), value, day=day, instant=instant)
            page.autofilter(0, 0, number, max(len(sheet.columns) - 1, 0))
            written += number
    return written


def write_csv(
    target: BinaryIO, columns: Sequence[str], rows: Iterable[Sequence[Value]], *, separator: str = ","
) -> int:
    """Write a heading and rows as UTF-8 with a byte-order mark, so that Excel shows Vietnamese, and return the count.

    Vietnamese Excel expects ``;`` as separator. Text that a spreadsheet could take for a formula gets a leading ``'``
    (EX-01); numbers stay numbers; dates are written as 2026-11-30.
    """
    text = io.TextIOWrapper(target, encoding="utf-8-sig", errors="replace", newline="", write_through=True)
    try:
        writer = csv.writer(text, delimiter=separator)
        writer.writerow([csv_safe(title) for title in columns])
        written = 0
        for row in rows:
            writer.writerow([_csv_value(value) for value in row])
            written += 1
        return written
    finally:
        text.detach()


def csv_safe(text: str) -> str:
    """Return text with ``'`` wherever a spreadsheet, cutting by any separator, would begin to read a formula.

    Line breaks become plain ones: a carriage return would hide what follows it.
    """
    return _FORMULA.sub(r"\1'", text.replace("\r\n", "\n").replace("\r", "\n"))


def _refuse_other_kinds(path: Path, beginning: bytes, suffix: str) -> None:
    """Raise Invalid for what is neither .xlsx nor .csv, by content first: names lie."""
    if beginning.startswith(_OLD_OFFICE):
        is_locked = "EncryptedPackage".encode("utf-16-le") in path.read_bytes()
        raise Invalid("file_password" if is_locked else "file_old_excel")
    if _MARKUP.match(beginning) or beginning.decode("utf-16", "replace").lstrip().startswith("<"):
        raise Invalid("file_web_page")
    if suffix in (".xlsm", ".xltm", ".xlsb"):
        raise Invalid("file_macros")
    if not beginning.startswith(b"PK") and suffix not in _TEXT_SUFFIXES:
        raise Invalid("file_type")


def _read_xlsx(path: Path, wanted: str | None) -> Table:
    import python_calamine

    with XlsxParts(path) as parts:
        every = parts.sheets()
        visible = [part for part in every if part.is_visible]
        part, scan = _chosen_sheet(parts, visible, wanted)
        notes = {
            "hidden_sheets": len(visible) < len(every),
            "several_sheets": len(visible) > 1,
            "external_links": parts.has_external_links,
        }
    try:
        with python_calamine.CalamineWorkbook.from_path(path) as book:
            page = book.get_sheet_by_name(part.name)
            merged = page.merged_cell_ranges or []
            # Without skip_empty_area=False every row above the first filled one would shift the numbers (ruling 35).
            grid = page.to_python(skip_empty_area=False, nrows=scan.last_row)
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise Invalid("file_broken") from error
    cells = [[_cell(value) for value in row[:MAX_COLUMNS]] for row in grid]
    for row, column in scan.valueless:
        if row <= len(cells) and column <= len(cells[row - 1]):
            cells[row - 1][column - 1] = None
    _fill_down(cells, merged)
    return Table(
        sheet=part.name,
        sheets=tuple(each.name for each in visible),
        rows=tuple(_rows(enumerate(cells, start=1))),
        valueless=frozenset((row, column - 1) for row, column in scan.valueless),
        notes=tuple(code for code, holds in notes.items() if holds),
    )


def _chosen_sheet(parts: XlsxParts, visible: list[SheetPart], wanted: str | None) -> tuple[SheetPart, SheetScan]:
    """Return the tab of this name, or the first visible one that holds something, with its scan."""
    for part in visible:
        if wanted in (None, part.name):
            scan = parts.scan(part)
            if scan.last_row or wanted:
                return part, scan
    raise Invalid("file_no_sheet" if wanted else "file_no_rows")


def _cell(value: object) -> Cell:
    """Return a cell as calamine gives it in our five types; a time of day or a duration is text."""
    if isinstance(value, str):
        return value or None
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else str(value)


def _fill_down(cells: list[list[Cell]], merged: Sequence[tuple[tuple[int, int], tuple[int, int]]]) -> None:
    """Give every row of a merged cell of one column its value: rosters merge the unit over its people."""
    for (top, left), (bottom, right) in merged[:MAX_ROWS]:
        if left != right or top >= len(cells) or left >= len(cells[top]):
            continue
        for row in cells[top + 1 : bottom + 1]:
            row[left] = cells[top][left]


def _read_csv(path: Path) -> Table:
    text, encoding = decode_csv(path.read_bytes())
    numbered = ((number, [field or None for field in fields]) for number, fields in csv_rows(text))
    notes = ("encoding_windows_1258",) if encoding == "windows-1258" else ()
    return Table(sheet="", sheets=(), rows=tuple(_rows(numbered)), valueless=frozenset(), notes=notes)


def _rows(numbered: Iterable[tuple[int, Sequence[Cell]]]) -> Iterable[Row]:
    """Yield the rows that hold something; raises Invalid when there are too many rows or columns."""
    for number, cells in numbered:
        filled = max((place for place, cell in enumerate(cells, start=1) if not _is_blank(cell)), default=0)
        if filled and number > MAX_ROWS:
            raise Invalid("file_too_many_rows", row=number, limit=MAX_ROWS)
        if filled > MAX_COLUMNS:
            raise Invalid("file_too_many_columns", column=column_letters(filled), limit=MAX_COLUMNS)
        if filled:
            yield Row(number, tuple(cells[:filled]))


def _is_blank(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _write_cell(page: Any, place: tuple[int, int], value: Value, *, day: Any, instant: Any) -> None:
    match value:
        case None:
            return
        case bool():
            page.write_boolean(*place, value)
        case int() | float():
            page.write_number(*place, value)
        case datetime():
            page.write_datetime(*place, value.astimezone(ZONE).replace(tzinfo=None), instant)
        case date():
            page.write_datetime(*place, value, day)
        case _:
            page.write_string(*place, _excel_text(value))


def _excel_text(text: str) -> str:
    return text.encode("utf-8", "replace").decode()[:_EXCEL_TEXT_LIMIT]


def _csv_value(value: Value) -> str | int | float:
    match value:
        case None:
            return ""
        case bool():
            return str(value).upper()
        case int() | float():
            return value
        case datetime():
            return value.astimezone(ZONE).strftime("%Y-%m-%d %H:%M")
        case date():
            return value.isoformat()
        case _:
            return csv_safe(value)


def dump_table(table: Table) -> Iterable[str]:
    """Yield a table as lines of JSON: the head, then one line a row; a date is ``{"day": "2026-11-30"}``."""
    head = {"sheet": table.sheet, "sheets": table.sheets, "valueless": sorted(table.valueless), "notes": table.notes}
    yield json.dumps(head)
    for number, cells in table.rows:
        yield json.dumps([number, [{"day": cell.isoformat()} if isinstance(cell, date) else cell for cell in cells]])


def load_table(lines: Iterable[bytes]) -> Table:
    """Return the table that ``dump_table`` or the reading process wrote; raises the Invalid that one met."""
    following = iter(lines)
    head = json.loads(next(following))
    if "refused" in head:
        raise Invalid(head["refused"], **head["values"])
    return Table(
        sheet=head["sheet"],
        sheets=tuple(head["sheets"]),
        rows=tuple(Row(number, tuple(map(_loaded_cell, cells))) for number, cells in map(json.loads, following)),
        valueless=frozenset((row, column) for row, column in head["valueless"]),
        notes=tuple(head["notes"]),
    )


def _loaded_cell(cell: Any) -> Cell:
    return date.fromisoformat(cell["day"]) if isinstance(cell, dict) else cell


def main(path: str, suffix: str, sheet: str | None = None) -> None:
    """Read a file for ``read_table_isolated`` and print it as lines of JSON."""
    try:
        table = read_table(Path(path), f"file{suffix}", sheet=sheet)
    except Invalid as refusal:
        sys.stdout.write(json.dumps({"refused": refusal.code, "values": refusal.values}))
        return
    sys.stdout.writelines(f"{line}\n" for line in dump_table(table))


def _limit_this_process() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MAX_RESULT, MAX_RESULT))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    _limit_this_process()
    main(*sys.argv[1:])
