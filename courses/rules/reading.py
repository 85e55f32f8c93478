"""How a value is taken out of an author's file, and how each fault is noted with its file and line."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

LANGUAGES = ("vi", "en")
IDENTIFIER = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")

Step = str | int
Texts = dict[str, str]


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One fault of the library: file below the library's folder, line from 1, a sentence for its author."""

    file: str
    line: int
    sentence: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.sentence}"


class Document(Protocol):
    """A parsed YAML file: its plain data, and the line of each part."""

    @property
    def data(self) -> object:
        """The plain data."""

    def line(self, *path: Step) -> int:
        """Return the line of a part, or of the nearest part around it."""


class Reader:
    """Takes typed values out of one parsed file; what does not fit is noted and read as its empty value."""

    def __init__(self, file: str, document: Document, problems: list[Problem]) -> None:
        self.file, self.document, self.problems = file, document, problems

    def fault(self, sentence: str, *path: Step) -> None:
        """Note a fault at the part at ``path``."""
        self.problems.append(Problem(self.file, self.document.line(*path), sentence))

    def at(self, *path: Step) -> object:
        """Return the part at ``path``, None when it is not there."""
        part: object = self.document.data
        for step in path:
            if isinstance(part, dict):
                part = part.get(step)
            elif isinstance(part, list) and isinstance(step, int) and step < len(part):
                part = part[step]
            else:
                return None
        return part

    def keys(self, required: Collection[str], *path: Step, optional: Collection[str] = ()) -> bool:
        """Note keys that are missing or unknown; say whether the part is a mapping at all."""
        part = self.at(*path)
        if not isinstance(part, dict):
            self.fault(f"{_name(path)} must be a mapping with {', '.join(sorted(required))}", *path)
            return False
        for key in required:
            if key not in part:
                self.fault(f"{key} is missing", *path)
        for key in part:
            if key not in required and key not in optional:
                self.fault(f"{key} is not known here", *path, str(key))
        return True

    def text(self, *path: Step, words: int | None = None) -> str:
        """Return a text that is not empty, of at most ``words`` words."""
        found = self.at(*path)
        if found is None and self._is_noted(path):
            return ""
        if not isinstance(found, str) or not found.strip():
            self.fault(f"{_name(path)} must be a text", *path)
            return ""
        if words is not None and count_words(found) > words:
            self.fault(f"{_name(path)} has {count_words(found)} words; {words} are allowed", *path)
        return found.strip()

    def both(self, *path: Step, words: int | None = None) -> Texts:
        """Return a text in both languages; a missing translation is a fault."""
        found = self.at(*path)
        if found is None and self._is_noted(path):
            return dict.fromkeys(LANGUAGES, "")
        if not isinstance(found, dict):
            self.fault(f"{_name(path)} must have vi and en", *path)
            return dict.fromkeys(LANGUAGES, "")
        for language in LANGUAGES:
            if not found.get(language):
                self.fault(f"{_name(path)} has no translation into {language}", *path)
        for language in found.keys() - set(LANGUAGES):
            self.fault(f"{language} is not a language of the library", *path, language)
        return {
            language: self.text(*path, language, words=words) if found.get(language) else "" for language in LANGUAGES
        }

    def whole(self, low: int, high: int, *path: Step) -> int:
        """Return a whole number from ``low`` to ``high``."""
        found = self.at(*path)
        if found is None and self._is_noted(path):
            return low
        if not isinstance(found, int) or isinstance(found, bool) or not low <= found <= high:
            self.fault(f"{_name(path)} must be a whole number from {low} to {high}", *path)
            return low
        return found

    def day(self, *path: Step) -> date | None:
        """Return a day, None for null."""
        found = self.at(*path)
        if found is not None and (not isinstance(found, date) or isinstance(found, datetime)):
            self.fault(f"{_name(path)} must be a day such as 2026-11-30, or null", *path)
            return None
        return found

    def items(self, *path: Step) -> list[object]:
        """Return a list with at least one item."""
        found = self.at(*path)
        if found is None and self._is_noted(path):
            return []
        if not isinstance(found, list) or not found:
            self.fault(f"{_name(path)} must be a list that is not empty", *path)
            return []
        return found

    def names(self, *path: Step) -> tuple[str, ...]:
        """Return a list of names, each once."""
        names: list[str] = []
        for place, item in enumerate(self.items(*path)):
            if not isinstance(item, str):
                self.fault(f"{_name(path)} must hold names only", *path, place)
            elif item in names:
                self.fault(f"{item} stands twice in {_name(path)}", *path, place)
            else:
                names.append(item)
        return tuple(names)

    def identifier(self, *path: Step) -> str:
        """Return a lower-case name of letters, digits and hyphens."""
        found = self.text(*path)
        if found and not IDENTIFIER.match(found):
            self.fault(f"{found!r} must be lower-case letters, digits and hyphens", *path)
        return found

    def choice(self, allowed: Collection[str], *path: Step) -> str:
        """Return one of the words in ``allowed``."""
        found = self.text(*path)
        if found and found not in allowed:
            self.fault(f"{_name(path)} must be one of {', '.join(allowed)}, not {found!r}", *path)
        return found

    def _is_noted(self, path: tuple[Step, ...]) -> bool:
        """Say whether ``keys`` has already noted that the last key of the path is missing."""
        above = self.at(*path[:-1])
        return bool(path) and isinstance(above, dict) and path[-1] not in above


def _name(path: tuple[Step, ...]) -> str:
    named = [step for step in path if isinstance(step, str)]
    return named[-1] if named else "the file"


def count_words(text: str) -> int:
    """Count words as the content format does: a word is a syllable between white spaces."""
    return len(text.split())
