"""What an import keeps in files: the rows as read, the pages of its preview, what became of each row, what it wrote."""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from app.kernel import sheets, storage
from app.kernel.paging import Page
from app.kernel.sheets import Row, Table
from app.people.models import RosterImport
from app.people.rules.columns import Column, ColumnPlan, guess_columns
from app.people.rules.headings import Meaning
from app.people.rules.preview import Item, Preview, Section
from app.people.rules.private import without_citizen_numbers

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was read, without what is never kept, and our guess of its columns."""

    table: Table
    columns: ColumnPlan


def read_upload(path: Path, filename: str) -> Upload:
    """Read a stranger's file in a process of its own and take out what is never kept (PR-08); raises ``Invalid``."""
    table = sheets.read_table_isolated(path, filename)
    columns = guess_columns(table.rows)
    private = {column.index for column in columns.columns if column.meaning is Meaning.PRIVATE}
    public = [Row(row.number, _without(row, private)) for row in table.rows]
    rows = tuple(Row(row.number, without_citizen_numbers(row.cells)) for row in public)
    notes = (*table.notes, *(["citizen_numbers"] if list(rows) != public else []))
    cleaned = replace(table, rows=rows, notes=notes)
    return Upload(cleaned, replace(columns, columns=tuple(map(_cleaned, columns.columns))))


def _without(row: Row, private: Collection[int]) -> tuple[sheets.Cell, ...]:
    return tuple(None if place in private else cell for place, cell in enumerate(row.cells))


def _cleaned(column: Column) -> Column:
    heading, *samples = without_citizen_numbers((column.heading, *column.samples))
    return replace(column, heading=str(heading or ""), samples=tuple(str(each) for each in samples if each))


def table_bytes(table: Table) -> bytes:
    """Return a table as its file keeps it."""
    return "\n".join(sheets.dump_table(table)).encode()


def load_rows(made: RosterImport) -> Table:
    """Return the rows of an import as kept; raises ``NotFound`` when they are gone."""
    with storage.path_of(made.file_key).open("rb") as lines:
        return sheets.load_table(lines)


def columns_as_json(upload: Upload) -> dict[str, object]:
    """Return what the import's row keeps of its columns and notes."""
    plan = upload.columns
    return {
        "heading_row": plan.heading_row,
        "first_row": plan.first_row,
        "columns": [[each.index, each.heading, each.meaning.value, list(each.samples)] for each in plan.columns],
        "notes": list(upload.table.notes),
        "sheet": upload.table.sheet,
        "rows": sum(row.number >= plan.first_row for row in upload.table.rows) if plan.first_row else 0,
    }


def columns_of(made: RosterImport) -> ColumnPlan:
    """Return the columns of an import as they are to be read."""
    kept: Any = made.columns
    columns = (
        Column(index, heading, Meaning(meaning), tuple(samples))
        for index, heading, meaning, samples in kept.get("columns", ())
    )
    return ColumnPlan(kept.get("heading_row"), kept.get("first_row", 0), tuple(columns))


def preview_bytes(preview: Preview) -> tuple[bytes, dict[str, object]]:
    """Return a preview as its file keeps it, and the index by which a page is found without reading the rest."""
    lines = [json.dumps({"names": preview.names, "open": list(preview.open_keys)}).encode()]
    place = len(lines[0]) + 1
    index: dict[str, list[tuple[int, int]]] = {}
    totals: dict[str, int] = {}
    for section, items in preview.sections.items():
        totals[section.value] = len(items)
        for start in range(0, len(items), PAGE_SIZE):
            line = json.dumps(items[start : start + PAGE_SIZE]).encode()
            index.setdefault(section.value, []).append((place, len(line)))
            lines.append(line)
            place += len(line) + 1
    return b"\n".join(lines), {"pages": index, "totals": totals}


@dataclass(frozen=True, slots=True)
class Shown:
    """A page of a preview: its items, the names behind choices, and the keys still open anywhere."""

    page: Page[Item]
    names: Mapping[str, str]
    open_keys: tuple[str, ...]


def load_page(made: RosterImport, section: Section, number: int) -> Shown:
    """Return one page of a section of the preview; a number beyond the last is the last."""
    index: Any = made.preview
    places = index["pages"].get(section.value, [])
    number = max(1, min(number, len(places)))
    with storage.path_of(index["file"]).open("rb") as file:
        head = json.loads(file.readline())
        items: list[Item] = []
        if places:
            place, length = places[number - 1]
            file.seek(place)
            items = json.loads(file.read(length))
    page = Page(items, number, PAGE_SIZE, index["totals"][section.value])
    return Shown(page, head["names"], tuple(head["open"]))


def lines_bytes(lines: Iterator[Any]) -> bytes:
    """Return values as lines of JSON."""
    return "\n".join(json.dumps(line) for line in lines).encode()


def load_lines(key: str) -> Iterator[Any]:
    """Yield the values that ``lines_bytes`` wrote to the file of ``key``."""
    with storage.path_of(key).open("rb") as lines:
        yield from map(json.loads, lines)


def kept_files(made: RosterImport) -> list[str]:
    """Return the keys of every file an import keeps."""
    index: Any = made.preview
    keys = (made.file_key, *(index.get(name) for name in ("file", "result", "receipt", "upload")))
    return [key for key in keys if key]
