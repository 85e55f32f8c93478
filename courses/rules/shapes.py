"""The parts of a module as its author wrote them, before anything is rendered."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

Pair = dict[str, str]


class Kind(StrEnum):
    """What a passage is for its reader."""

    TITLE = "title"
    SUMMARY = "summary"
    OBJECTIVE = "objective"
    HEADING = "heading"
    PICTURE = "picture"
    BODY = "body"
    DO = "do"
    SAY = "say"
    TELL = "tell"
    QUESTION = "question"
    OPTION = "option"
    REASON = "reason"


@dataclass(frozen=True, slots=True)
class Passage:
    """A text that is read in one go, a paragraph or a bullet, with the line of the file on which it begins."""

    line: int
    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Option:
    """One answer of a quick check with its reason."""

    line: int
    right: bool
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Card:
    """One screen in one language. ``body`` and the texts of ``dos`` (is a do, text) are Markdown; the rest is plain.

    ``say`` is the very sentence for the patient, ``tell`` the one for a colleague; a card has at most one of the two.
    ``passages`` are all its texts once more, in the order in which they stand in the file.
    """

    line: int
    id: str
    heading: str
    sources: tuple[str, ...] = ()
    picture: str | None = None
    alt: str = ""
    body: str = ""
    dos: tuple[tuple[bool, str], ...] = ()
    say: str | None = None
    tell: str | None = None
    question: str | None = None
    options: tuple[Option, ...] = ()
    passages: tuple[Passage, ...] = ()


@dataclass(frozen=True, slots=True)
class LessonText:
    """One lesson in one language."""

    file: str
    id: str
    title: str
    minutes: int
    valid_on: date | None
    app_version: str | None
    objectives: tuple[str, ...]
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class QuestionOption:
    """One answer of a question of the pool with its reason, in every language."""

    right: bool
    text: Pair
    reason: Pair


@dataclass(frozen=True, slots=True)
class Question:
    """One question of the pool. ``place`` counts from 0 in its file; ``card`` is where to look again."""

    place: int
    id: str
    objective: str
    difficulty: int
    kind: str
    sources: tuple[str, ...]
    card: str
    text: Pair
    options: tuple[QuestionOption, ...]


@dataclass(frozen=True, slots=True)
class Release:
    """How much an edit changes and from which day a major one is required, with the lines that say so."""

    change: str
    required_from: date | None
    file: str
    change_line: int
    day_line: int


@dataclass(frozen=True, slots=True)
class ModuleText:
    """A whole module as written. ``lessons`` maps language to lesson, in order; scenarios are plain data."""

    id: str
    code: str
    title: Pair
    summary: Pair
    release: Release
    validity_months: int
    refresh_days: int
    objectives: tuple[tuple[str, Pair], ...]
    requires: tuple[str, ...]
    quiz: dict[str, int | None]
    sources: dict[str, dict[str, str | None]]
    lessons: tuple[dict[str, LessonText], ...]
    pictures: dict[str, str]
    questions: tuple[Question, ...]
    scenarios: tuple[dict[str, Any], ...] = ()
