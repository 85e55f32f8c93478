"""How the dates in a roster are read, and when nobody can know which number is the month."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from app.people.rules.cells import text_of

# Excel counts days from here; its serials of 1954 to 2064 are dates, smaller numbers are years or mistakes.
_EXCEL_EPOCH = date(1899, 12, 30)
_SERIALS = range(20_000, 60_000)
_YEARS = range(1950, 2100)
_CENTURY_TURNS = 70

_NUMERIC = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4}|\d{2})(?: .*)?", re.ASCII)
_ISO = re.compile(r"(\d{4})[/.\-](\d{1,2})[/.\-](\d{1,2})(?:[ T].*)?", re.ASCII)
_IN_WORDS = re.compile(r"(?:ngày )?(\d{1,2}) tháng (\d{1,2}) năm (\d{4})", re.ASCII | re.IGNORECASE)


class DateState(StrEnum):
    """What was found in a date cell."""

    EMPTY = "empty"
    GOOD = "good"
    EITHER = "either"
    WRONG = "wrong"


class DateOrder(StrEnum):
    """Which number of 03/04/2020 is the day."""

    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"


@dataclass(frozen=True, slots=True)
class DateReading:
    """A date cell: how it reads, and its day; EITHER has the days of both orders."""

    state: DateState
    day_first: date | None
    month_first: date | None
    written: str

    def day(self, order: DateOrder | None) -> date | None:
        """Return the day meant, or None when there is none or the order is needed and unknown."""
        if self.state is DateState.EITHER and order is None:
            return None
        return self.month_first if order is DateOrder.MONTH_FIRST else self.day_first

    @property
    def proves(self) -> DateOrder | None:
        """The order that this cell alone proves: 31/12/2019 or 12/31/2019."""
        if self.state is not DateState.GOOD or not _NUMERIC.fullmatch(self.written):
            return None
        first, second = (int(part) for part in re.split(r"[/.\-]", self.written)[:2])
        return None if first == second else DateOrder.DAY_FIRST if first > second else DateOrder.MONTH_FIRST


def read_date(cell: object) -> DateReading:
    """Return what a cell says about a day: a date, Excel's serial number, or text with the year."""
    written = text_of(cell)
    if not written:
        return DateReading(DateState.EMPTY, None, None, "")
    day_first, month_first = (day if day and day.year in _YEARS else None for day in _days_of(cell, written))
    if day_first and month_first and day_first != month_first:
        return DateReading(DateState.EITHER, day_first, month_first, written)
    day = day_first or month_first
    return DateReading(DateState.GOOD if day else DateState.WRONG, day, day, written)


def _days_of(cell: object, written: str) -> tuple[date | None, date | None]:
    """Return the day with the day first, and with the month first."""
    day: date | None = None
    if isinstance(cell, date):
        day = cell
    elif isinstance(cell, float):
        is_serial = _SERIALS.start <= cell < _SERIALS.stop
        day = _EXCEL_EPOCH + timedelta(days=int(cell)) if is_serial else None
    elif found := _ISO.fullmatch(written):
        day = _day(found[1], found[2], found[3])
    elif found := _IN_WORDS.fullmatch(written):
        day = _day(found[3], found[2], found[1])
    elif found := _NUMERIC.fullmatch(written):
        return _day(found[3], found[2], found[1]), _day(found[3], found[1], found[2])
    return day, day


def _day(year: str, month: str, day: str) -> date | None:
    number = int(year)
    if len(year) == len("26"):
        number += 2000 if number < _CENTURY_TURNS else 1900
    try:
        return date(number, int(month), int(day))
    except ValueError:
        return None
