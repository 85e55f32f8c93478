"""How Vietnamese mobile numbers are read from a file, stored and shown."""

import re
from dataclasses import dataclass
from enum import StrEnum

from app.people.rules.cells import raw_text
from app.people.rules.names import clean_text

# Prefixes change hands: what counts is a mobile block and the length, never a closed list.
_MOBILE = re.compile(r"0[35789]\d{8}", re.ASCII)
_COUNTRY = re.compile(r"^(?:\+|00)?84(?=0?[35789]\d{8}$)0?", re.ASCII)
_PUNCTUATION = re.compile(r"[\s.\-()']")
_BETWEEN_NUMBERS = re.compile(r"[/;,\n]|\bhoặc\b|\bor\b| - ")


class PhoneState(StrEnum):
    """What was found in a phone cell."""

    EMPTY = "empty"
    GOOD = "good"
    ZERO_LOST = "zero_lost"
    SEVERAL = "several"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class PhoneReading:
    """A phone cell: how it reads, the number in +84 form if there is one, and the text as written."""

    state: PhoneState
    number: str | None
    written: str


def read_phone(cell: object) -> PhoneReading:
    """Return what a cell says about someone's phone.

    ``ZERO_LOST``: Excel took the leading zero (``901234567``), the number is repaired and must be confirmed.
    ``SEVERAL``: more than one number, the first good one is given. ``WRONG``: no mobile number, ``number`` is None.
    """
    text = raw_text(cell)
    written = clean_text(text)
    if not written:
        return PhoneReading(PhoneState.EMPTY, None, "")
    whole = _read_one(written)
    if whole.number:
        return whole
    readings = [_read_one(clean_text(part), written) for part in _BETWEEN_NUMBERS.split(text) if part.strip()]
    good = [reading for reading in readings if reading.number]
    if not good:
        return PhoneReading(PhoneState.WRONG, None, written)
    return PhoneReading(PhoneState.SEVERAL, good[0].number, written)


def normal_phone(text: str) -> str | None:
    """Return a typed number as stored (``+84901234567``), or None when it is no Vietnamese mobile number."""
    reading = read_phone(text)
    return reading.number if reading.state is PhoneState.GOOD else None


def show_phone(number: str) -> str:
    """Return a stored number as people read it: ``0901 234 567``."""
    local = _local(number)
    return f"{local[:4]} {local[4:7]} {local[7:]}"


def mask_phone(number: str) -> str:
    """Return a stored number with its middle hidden: ``0901 ••• 567``."""
    local = _local(number)
    return f"{local[:4]} ••• {local[7:]}"


def _local(number: str) -> str:
    return "0" + number.removeprefix("+84")


def _read_one(text: str, written: str | None = None) -> PhoneReading:
    local = _COUNTRY.sub("0", _PUNCTUATION.sub("", text))
    if _MOBILE.fullmatch(local):
        return PhoneReading(PhoneState.GOOD, f"+84{local[1:]}", written or text)
    if _MOBILE.fullmatch(f"0{local}"):
        return PhoneReading(PhoneState.ZERO_LOST, f"+84{local}", written or text)
    return PhoneReading(PhoneState.WRONG, None, written or text)
