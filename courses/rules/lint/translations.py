"""Whether the two languages are two: a text that was copied and never translated."""

import re
from collections.abc import Iterable, Iterator

from courses.rules.lint.texts import Unit
from courses.rules.reading import LANGUAGES, Problem

# Words that stand on the phone as they are, in Vietnamese too.
SHARED = frozenset({"passcode", "otp", "nfc"})


def faults(units: Iterable[Unit]) -> Iterator[Problem]:
    """Return a fault for each Vietnamese text that stands word for word in the English of the same card or question."""
    first, other = LANGUAGES
    for unit in units:
        theirs = {(text.kind, _plain(text.words)) for text in unit[other]}
        for text in unit[first]:
            if (text.kind, _plain(text.words)) in theirs and not is_name(text.words):
                yield text.problem(f"the {text.kind} is the same in {first} and {other}: one is not translated")


def is_name(words: str) -> bool:
    """Tell whether a text is only names and numbers, which are the same in every language: VNeID, CH Play, 156."""
    parts = [part for part in re.findall(r"[^\W_]+", words) if part.casefold() not in SHARED]
    if any(part[0].islower() for part in parts):
        return False
    # A lone word with only its first letter in capitals may begin a sentence: Listen.
    return len(parts) != 1 or not parts[0][1:].islower()


def _plain(words: str) -> str:
    return " ".join(words.split()).casefold()
