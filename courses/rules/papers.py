"""Which papers the guide is printed as, on which size of sheet, and its words in one language."""

from collections.abc import Mapping, Sequence
from typing import Any

from courses.rules.reading import LANGUAGES

BOOKLET, SHEET, POSTER = "booklet", "sheet", "poster"
SHEETS_MM = {"A3": (297, 420), "A4": (210, 297), "A5": (148, 210)}


def paper_kinds(content: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the kinds of paper of a guide: the booklet, the desk sheet, and ``poster-ID`` for each poster."""
    return BOOKLET, SHEET, *(f"{POSTER}-{each['id']}" for each in content["posters"])


def sheet_size(kind: str, language: str) -> str:
    """Return A5 for the booklet, A4 for the desk sheet; posters hang in Vietnamese on A3, in English on A4."""
    if kind == BOOKLET:
        return "A5"
    return "A3" if kind != SHEET and language == "vi" else "A4"


def in_one_language(content: Any, language: str) -> Any:
    """Return plain data with each pair ``{"vi": …, "en": …}`` in it replaced by the words of one language."""
    if isinstance(content, Mapping):
        if content.keys() == set(LANGUAGES):
            return content[language]
        return {key: in_one_language(part, language) for key, part in content.items()}
    if isinstance(content, Sequence) and not isinstance(content, str):
        return [in_one_language(part, language) for part in content]
    return content
