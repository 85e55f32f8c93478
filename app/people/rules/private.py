"""What a roster's cells may hold that the product never keeps: citizens' numbers, wherever they stand (PR-08)."""

import re
from collections.abc import Sequence

from app.people.rules.cells import Cell, raw_text

# Place of birth (001–096), century and sex, year, six more: twelve digits, often in groups; Excel takes the first zero,
# and eleven digits that begin with 84 and a mobile block are a phone number.
_NUMBER = re.compile(
    r"(?<!\d)0(?:0[1-9]|[1-8]\d|9[0-6])(?:[ .\-]?\d){9}(?!\d)|(?<![\d+])(?!84[35789])(?:[1-8]\d|9[0-6])\d{9}(?!\d)",
    re.ASCII,
)
_SHORTEST = 11


def without_citizen_numbers(cells: Sequence[Cell]) -> tuple[Cell, ...]:
    """Return the cells of a row with every citizen's number taken out; the same cells when there is none."""
    return tuple(map(_cleaned, cells))


def _cleaned(cell: Cell) -> Cell:
    if not isinstance(cell, str | float):
        return cell
    text = raw_text(cell)
    if len(text) < _SHORTEST or not _NUMBER.search(text):
        return cell
    return _NUMBER.sub("", text).strip() or None
