"""Which known term an unknown one is probably meant to be."""

from collections.abc import Mapping
from dataclasses import dataclass

from rapidfuzz import fuzz, process

SURE = 90
POSSIBLE = 60


@dataclass(frozen=True, slots=True)
class Guess:
    """A key that may be meant and how near its name is, 0–100."""

    key: str
    score: int


def nearest(term: str, names: Mapping[str, str], *, limit: int = 3) -> list[Guess]:
    """Return the keys whose names are nearest to ``term``, best first, each key once.

    ``names`` maps the names' term keys to keys; several names may lead to one key. Word order does not matter,
    and nothing below ``POSSIBLE`` is returned.
    """
    found = process.extract(term, names.keys(), scorer=fuzz.token_sort_ratio, score_cutoff=POSSIBLE, limit=limit * 3)
    best: dict[str, int] = {}
    for name, score, _ in found:
        best.setdefault(names[name], int(score))
    return [Guess(key, score) for key, score in list(best.items())[:limit]]
