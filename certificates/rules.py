"""What a certificate's code, serial and state are: told from values, never from the database or the clock.

The public code holds 80 random bits. They are written as 16 Crockford base32 characters, most significant first, and
two check characters follow. The check is the number mod 1021: a value from 0 to 1020, written as one more two-digit
base32 number (its value div 32, then its value mod 32), which has room for 0 to 1023, so 1021 to 1023 never occur.
1021 is prime and divides neither a difference of two digits (at most 31) nor 31, 32 or 33. So no single wrong character
and no swap of two neighbours goes undetected, not even across the seam between number and check; of random strings,
1 in 1,024 passes.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

RANDOM_BYTES = 10

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MODULUS = 1021
_NUMBER_LENGTH = 16
_CHECK_LENGTH = 2
_CODE_LENGTH = _NUMBER_LENGTH + _CHECK_LENGTH
_GROUP = 6

# What people type for a character: lower case, O for zero, I and L for one. U is no digit and has no look-alike.
_READINGS = {character: character for character in _ALPHABET}
_READINGS |= {character.lower(): character for character in _ALPHABET}
_READINGS |= dict.fromkeys("Oo", "0") | dict.fromkeys("IiLl", "1")

# Separators that people, phones and word processors put between the groups: every space and every kind of hyphen.
_HYPHENS = frozenset("-\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{FIGURE DASH}\N{EN DASH}\N{EM DASH}\N{MINUS SIGN}")


def make_code(random_bytes: bytes) -> str:
    """Return the 18 characters of the public code that holds these 10 random bytes, as stored and put in the address.

    Raises ValueError for any other number of bytes.
    """
    if len(random_bytes) != RANDOM_BYTES:
        raise ValueError(f"a code holds {RANDOM_BYTES} random bytes, not {len(random_bytes)}")
    number = int.from_bytes(random_bytes, "big")
    return _written(number, _NUMBER_LENGTH) + _written(number % _MODULUS, _CHECK_LENGTH)


def show_code(code: str) -> str:
    """Return a stored code as people read it, "XXXXXX-XXXXXX-XXXXXX"."""
    return "-".join(code[start : start + _GROUP] for start in range(0, _CODE_LENGTH, _GROUP))


def read_code(typed: str) -> str | None:
    """Return the stored form of a well-formed code, however it was typed; None when it was mistyped.

    Lower case, spaces and hyphens anywhere, O for 0 and I or L for 1 are forgiven. None needs no look into the
    database: no certificate can have such a code.
    """
    kept = [_READINGS.get(one) for one in typed if not (one.isspace() or one in _HYPHENS)]
    code = "".join(one for one in kept if one is not None)
    if len(kept) != _CODE_LENGTH or len(code) != _CODE_LENGTH:
        return None
    number, check = _value(code[:_NUMBER_LENGTH]), _value(code[_NUMBER_LENGTH:])
    return code if number % _MODULUS == check else None


def _written(value: int, length: int) -> str:
    return "".join(_ALPHABET[value >> 5 * place & 31] for place in reversed(range(length)))


def _value(characters: str) -> int:
    value = 0
    for character in characters:
        value = value << 5 | _ALPHABET.index(character)
    return value


def serial(number: int, unit_code: str) -> str:
    """Return the serial as printed, "0418/GCN-HS"; for people only, never a key for a look-up."""
    return f"{number:04d}/GCN-{unit_code}"


class State(StrEnum):
    """What the public page says of a certificate that exists."""

    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The state of a certificate on a day, with the day since which it holds; a valid one has none."""

    state: State
    since: date | None = None


def verdict_on(
    day: date, *, last_day: date, revoked_on: date | None = None, replaced_on: date | None = None
) -> Verdict:
    """Return the state on the civil ``day``; ``last_day`` is the last valid one, inclusive.

    A replaced certificate says so even though its replacement is a correction that also revoked it: its holder has a
    good one. Otherwise revocation tells before expiry, for "expired" is not "revoked". An expired certificate tells
    its last day.
    """
    if replaced_on is not None and replaced_on <= day:
        return Verdict(State.REPLACED, replaced_on)
    if revoked_on is not None and revoked_on <= day:
        return Verdict(State.REVOKED, revoked_on)
    if last_day < day:
        return Verdict(State.EXPIRED, last_day)
    return Verdict(State.VALID)


@dataclass(frozen=True, slots=True)
class Endorsement:
    """That the holder has passed the delta of a newer edition."""

    edition: int
    recorded_at: datetime


def endorsed_edition(issued_edition: int, endorsements: Iterable[Endorsement], *, at: datetime) -> int:
    """Return the content edition for which a certificate speaks at an instant: the newest it was endorsed for.

    The last day stays (ruling 26), so an endorsement never lowers the edition and never moves a date.
    """
    return max([issued_edition, *(one.edition for one in endorsements if one.recorded_at <= at)])


def written_day(day: date) -> str:
    """Return a day as official papers write it, "ngày 05 tháng 02 năm 2026".

    Two digits for days below ten and for the months 1 and 2, as Nghị định 30/2020/NĐ-CP wants, lest one be added.
    """
    month = f"{day.month:02d}" if day.month <= 2 else str(day.month)  # noqa: PLR2004  the month of the decree's text
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"
