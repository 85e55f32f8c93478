"""Plain JSON values read with their path, so that whatever is wrong can be told in one sentence."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

_LONGEST_QUOTE = 60
_FRACTION = re.compile(r"\d{1,18}(/\d{1,18})?")


class CaseError(ValueError):
    """A case that cannot be read: the sentence begins with the path of what is wrong."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"{path}: {problem}")
        self.path = path
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Item:
    """One JSON value and its path; each reader returns the value meant or raises CaseError."""

    value: object
    path: str

    def fail(self, problem: str) -> CaseError:
        """Return the error that names this item."""
        return CaseError(self.path, problem)

    @property
    def is_null(self) -> bool:
        """The value is null."""
        return self.value is None

    def at(self, key: str) -> "Item":
        """Return the item under ``key``, which must be there."""
        found = self.find(key)
        if found is None:
            raise CaseError(f"{self.path}.{key}", "is missing")
        return found

    def find(self, key: str) -> "Item | None":
        """Return the item under ``key``, or None when the key is absent."""
        if not isinstance(self.value, dict):
            raise self.fail("must be an object")
        return Item(self.value[key], f"{self.path}.{key}") if key in self.value else None

    def names(self) -> list[str]:
        """Return the keys of an object."""
        if not isinstance(self.value, dict):
            raise self.fail("must be an object")
        return list(self.value)

    def each(self) -> Iterator["Item"]:
        """Yield the items of an array."""
        if not isinstance(self.value, list):
            raise self.fail("must be an array")
        for index, value in enumerate(self.value):
            yield Item(value, f"{self.path}[{index}]")

    def parts(self, count: int) -> "tuple[Item, ...]":
        """Return the items of an array of exactly ``count`` values."""
        parts = tuple(self.each())
        if len(parts) != count:
            raise self.fail(f"must have {count} values, not {len(parts)}")
        return parts

    def text(self) -> str:
        """Return a text that is not empty."""
        if not isinstance(self.value, str) or not self.value:
            raise self.fail(f"must be a text that is not empty, not {_short(self.value)}")
        return self.value

    def text_or_null(self) -> str | None:
        """Return a text that is not empty, or None."""
        return None if self.is_null else self.text()

    def words(self) -> str:
        """Return any text; null reads as an empty one."""
        if not isinstance(self.value, str | None):
            raise self.fail(f"must be a text, not {_short(self.value)}")
        return self.value or ""

    def flag(self) -> bool:
        """Return true or false."""
        if not isinstance(self.value, bool):
            raise self.fail(f"must be true or false, not {_short(self.value)}")
        return self.value

    def whole(self, *, least: int, most: int = 1_000_000_000) -> int:
        """Return a whole number between ``least`` and ``most``."""
        if not isinstance(self.value, int) or isinstance(self.value, bool) or not least <= self.value <= most:
            raise self.fail(f"must be a whole number from {least} to {most}, not {_short(self.value)}")
        return self.value

    def fraction(self) -> Fraction:
        """Return a fraction written as a text, "3/20" or "85"."""
        if isinstance(self.value, str) and _FRACTION.fullmatch(self.value):
            top, _, bottom = self.value.partition("/")
            if int(bottom or "1"):
                return Fraction(int(top), int(bottom or "1"))
        raise self.fail(f'must be a fraction such as "3/20", not {_short(self.value)}')

    def day(self) -> date:
        """Return a civil day, "2026-06-01"."""
        try:
            return date.fromisoformat(self.text())
        except ValueError:
            raise self.fail(f'must be a day such as "2026-06-01", not {_short(self.value)}') from None

    def instant(self) -> datetime:
        """Return an aware instant, "2026-06-01T09:00:00+07:00"."""
        try:
            instant = datetime.fromisoformat(self.text())
        except ValueError:
            instant = None
        if instant is None or instant.utcoffset() is None:
            example = '"2026-06-01T09:00:00+07:00"'
            raise self.fail(f"must be an instant with its offset such as {example}, not {_short(self.value)}")
        return instant

    def instant_or_null(self) -> datetime | None:
        """Return an aware instant, or None."""
        return None if self.is_null else self.instant()


def _short(value: object) -> str:
    written = json.dumps(value, ensure_ascii=False, default=str)
    return written if len(written) <= _LONGEST_QUOTE else f"{written[:_LONGEST_QUOTE]}…"
