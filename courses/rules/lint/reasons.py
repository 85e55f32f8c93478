"""Whether a reason says more than the option it stands beside."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import pairwise

from courses.rules.lint.texts import Text
from courses.rules.reading import Problem
from courses.rules.shapes import Kind


def faults(texts: Iterable[Text]) -> Iterator[Problem]:
    """Return a fault for each reason that only repeats its option; a reason that is missing stops the loader."""
    for option, reason in pairwise(texts):
        if (
            option.kind is Kind.OPTION
            and reason.kind is Kind.REASON
            and _letters(option.words) == _letters(reason.words)
        ):
            yield reason.problem("the reason repeats the option and says not why")


def _letters(words: str) -> str:
    return re.sub(r"[\W_]+", " ", unicodedata.normalize("NFC", words)).strip().casefold()
