"""What the cells of a spreadsheet say as text."""

from collections.abc import Sequence
from datetime import date

from app.people.rules.names import clean_text

# A cell as app.kernel.sheets reads it, and a row: its number as Excel shows it, and its cells from column A on.
Cell = str | float | date | bool | None
NumberedRow = tuple[int, Sequence[Cell]]


def raw_text(cell: object) -> str:
    """Return a cell as it was typed: 901234567.0 is 901234567, a date is 31/12/2026, true and false are nothing."""
    if cell is None or isinstance(cell, bool):
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return f"{cell:.0f}"
    if isinstance(cell, date):
        return f"{cell:%d/%m/%Y}"
    return str(cell)


def text_of(cell: object) -> str:
    """Return ``raw_text`` on one line, without invisible characters."""
    return clean_text(raw_text(cell))
