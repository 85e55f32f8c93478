"""One page of a long list, and how to get the next."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Row = TypeVar("Row")
LONGEST_NUMBER = 9  # times a page's size this is still a number that both databases can count to


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Rows ``first..last`` (counted from 1) of ``total``."""

    rows: Sequence[Row]
    number: int
    size: int
    total: int

    @property
    def count(self) -> int:
        """Return how many pages there are, at least one."""
        return max(1, -(-self.total // self.size))

    @property
    def first(self) -> int:
        """Return the place of the first row shown, 0 when there is none."""
        return (self.number - 1) * self.size + 1 if self.rows else 0

    @property
    def last(self) -> int:
        """Return the place of the last row shown."""
        return (self.number - 1) * self.size + len(self.rows)

    @property
    def has_next(self) -> bool:
        """Say whether more rows follow."""
        return self.number < self.count

    @property
    def has_previous(self) -> bool:
        """Say whether rows come before."""
        return self.number > 1


def page_number(text: str | None) -> int:
    """Read a page number from a query string; anything odd is page 1."""
    is_number = text is not None and text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER
    return max(1, int(text)) if text and is_number else 1
