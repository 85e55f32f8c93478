"""What the pocket guide must look like: situations as cards, the error table, and the posters of the corner."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from courses.rules.pictures import POSTER_VIEW_BOX, picture_faults
from courses.rules.reading import Document, Problem, Reader, Step
from courses.rules.sources import Sources, read_sources

SAY_WORDS = 20
STEP_WORDS = 24
POSTER_WORDS = 16
MOST_STEPS = 5
MOST_FIGURES = 2


@dataclass(frozen=True, slots=True)
class GuideFiles:
    """The files of the guide's folder; pictures by name."""

    folder: str
    guide: Document
    sources: Document
    pictures: Mapping[str, str]


def read_guide(files: GuideFiles, lessons: Mapping[str, set[str]], problems: list[Problem]) -> dict[str, Any]:
    """Return the guide as plain data and add every fault to ``problems``; use it only when there is none.

    ``lessons`` maps the id of each module that is read with the guide to its lesson ids: a card may name a lesson of
    another module, which is linked once that module is published.
    """
    return _GuideCheck(files, lessons, problems).read()


class _GuideCheck:
    """Reads guide.yaml and checks its parts against each other."""

    def __init__(self, files: GuideFiles, lessons: Mapping[str, set[str]], problems: list[Problem]) -> None:
        self.files, self.lessons, self.problems = files, lessons, problems
        self.reader = Reader(f"{files.folder}/guide.yaml", files.guide, problems)
        self.sources: Sources = {}

    def read(self) -> dict[str, Any]:
        self.reader.keys(("title", "themes", "cards", "errors", "posters"))
        self.sources = read_sources(self.files.folder, self.files.sources, self.problems)
        themes: list[dict[str, Any]] = [
            {"id": self._id("themes", place), "title": self.reader.both("themes", place, "title")}
            for place in self._entries("themes", ("id", "title"))
        ]
        cards = [
            self._card(place, {theme["id"] for theme in themes})
            for place in self._entries(
                "cards",
                ("id", "theme", "title", "patient", "steps", "avoid", "say", "sources", "valid_on", "lesson"),
            )
        ]
        errors = [
            self._error(place)
            for place in self._entries("errors", ("id", "error", "cause", "answer", "sources", "valid_on"))
        ]
        posters = [
            self._poster(place)
            for place in self._entries(
                "posters",
                ("id", "picture", "alt", "title", "lead", "steps", "figures", "note", "sources", "valid_on"),
            )
        ]
        for group, parts in (("themes", themes), ("cards", cards), ("errors", errors), ("posters", posters)):
            self._check_once(group, [part["id"] for part in parts])
        self._check_themes(themes, cards)
        self._check_pictures()
        title = self.reader.both("title")
        return {"title": title, "themes": themes, "cards": cards, "errors": errors, "posters": posters,
                "sources": self.sources}  # fmt: skip

    def _entries(self, group: str, keys: tuple[str, ...]) -> list[int]:
        """Return the places of a list's parts that are mappings, having checked their keys."""
        return [place for place, _ in enumerate(self.reader.items(group)) if self.reader.keys(keys, group, place)]

    def _id(self, group: str, place: int) -> str:
        return self.reader.identifier(group, place, "id")

    def _card(self, place: int, themes: set[str]) -> dict[str, Any]:
        reader, at = self.reader, ("cards", place)
        return {
            "id": self._id(*at),
            "theme": reader.choice(sorted(themes), *at, "theme"),
            "title": reader.both(*at, "title", words=POSTER_WORDS),
            "patient": reader.both(*at, "patient", words=SAY_WORDS),
            "steps": [
                reader.both(*at, "steps", number, words=STEP_WORDS)
                for number in self._numbers(MOST_STEPS, *at, "steps")
            ],
            "avoid": reader.both(*at, "avoid", words=STEP_WORDS),
            "say": reader.both(*at, "say", words=SAY_WORDS),
            "lesson": self._lesson(*at, "lesson"),
            **self._truth(*at),
        }

    def _error(self, place: int) -> dict[str, Any]:
        reader, at = self.reader, ("errors", place)
        words = {key: reader.both(*at, key, words=STEP_WORDS) for key in ("error", "cause", "answer")}
        return {"id": self._id(*at), **words, **self._truth(*at)}

    def _poster(self, place: int) -> dict[str, Any]:
        reader, at = self.reader, ("posters", place)
        picture = reader.text(*at, "picture")
        if picture and picture not in self.files.pictures:
            reader.fault(f"the picture {picture} is not in pictures/", *at, "picture")
        return {
            "id": self._id(*at),
            "picture": picture,
            "alt": reader.both(*at, "alt", words=SAY_WORDS),
            **{key: reader.both(*at, key, words=POSTER_WORDS) for key in ("title", "lead", "note")},
            "steps": self._pairs(("head", "text"), MOST_STEPS, *at, "steps"),
            "figures": self._pairs(("big", "text"), MOST_FIGURES, *at, "figures") if reader.at(*at, "figures") else [],
            **self._truth(*at),
        }

    def _pairs(self, keys: tuple[str, ...], most: int, *path: Step) -> list[dict[str, dict[str, str]]]:
        return [
            {key: self.reader.both(*path, place, key, words=POSTER_WORDS) for key in keys}
            for place in self._numbers(most, *path)
            if self.reader.keys(keys, *path, place)
        ]

    def _numbers(self, most: int, *path: Step) -> range:
        count = len(self.reader.items(*path))
        if count > most:
            self.reader.fault(f"{path[-1]} has {count} parts; {most} are allowed", *path)
        return range(count)

    def _lesson(self, *path: Step) -> str | None:
        if self.reader.at(*path) is None:
            return None
        lesson = self.reader.identifier(*path)
        for module, known in self.lessons.items():
            if lesson.startswith(f"{module}-") and lesson not in known:
                self.reader.fault(f"the lesson {lesson} is not one of {module}", *path)
        return lesson

    def _truth(self, *path: Step) -> dict[str, Any]:
        """Return the sources of a part and the day it was true: the newest day that one of its sources shows in full.

        Null says that none of them does; a day of the author's own is for sources that show a month or a year.
        """
        keys = self.reader.names(*path, "sources")
        for place, key in enumerate(keys):
            if key not in self.sources:
                self.reader.fault(f"the source {key} is not in sources.yaml", *path, "sources", place)
        newest = max((day for key in keys if (day := _full_day(self.sources.get(key)))), default=None)
        day = self.reader.day(*path, "valid_on")
        if newest is not None and day != newest:
            self.reader.fault(
                f"valid_on must be the newest day of its sources, {newest.isoformat()}", *path, "valid_on"
            )
        return {"sources": list(keys), "valid_on": day.isoformat() if day else None}

    def _check_once(self, group: str, ids: list[str]) -> None:
        for place, each in enumerate(ids):
            if each and each in ids[:place]:
                self.reader.fault(f"the id {each} stands twice in {group}", group, place, "id")

    def _check_themes(self, themes: list[dict[str, Any]], cards: list[dict[str, Any]]) -> None:
        used = {card["theme"] for card in cards}
        for place, theme in enumerate(themes):
            if theme["id"] not in used:
                self.reader.fault(f"no card belongs to the theme {theme['id']}", "themes", place)

    def _check_pictures(self) -> None:
        for name, text in self.files.pictures.items():
            file = f"{self.files.folder}/pictures/{name}"
            faults = picture_faults(text, POSTER_VIEW_BOX)
            self.problems.extend(Problem(file, line, sentence) for line, sentence in faults)


def _full_day(source: Mapping[str, str | None] | None) -> date | None:
    """Return the day a source shows, None when it shows a month, a year or nothing."""
    written = (source or {}).get("true_on") or ""
    try:
        return date.fromisoformat(written) if len(written) == len("2026-11-30") else None
    except ValueError:
        return None
