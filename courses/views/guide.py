"""The pocket guide: situations by theme with a search, one situation a page, the error table."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import render_template, request

from app.kernel import i18n
from app.kernel.errors import NotFound
from courses import queries, rules
from courses.queries import GuideView
from courses.views.doors import blueprint

LONGEST_SEARCH = 80


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the list: a situation or an error by its id, and ``key``, the words the search looks in."""

    title: str
    meta: str
    key: str
    card: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class Truth:
    """Where a part of the guide comes from: pairs (title, day), the day it was true; None when no source shows one."""

    sources: tuple[tuple[str, str], ...]
    valid_on: date | None
    is_own: bool


@blueprint.get("/guide")
def guide() -> str:
    """List the situations and errors, or those in which the words asked for stand."""
    asked = request.args.get("q", "").strip()[:LONGEST_SEARCH]
    shown = queries.find_guide(i18n.language())
    if shown is None:
        return render_template("courses/guide_missing.html")
    groups = list(_groups(shown))
    found = rules.found_among(asked, [row.key for _title, rows in groups for row in rows])
    kept = [(title, [row for row in rows if row.key in found]) for title, rows in groups]
    return render_template("courses/guide.html", guide=shown, asked=asked, groups=[each for each in kept if each[1]])


@blueprint.get("/guide/cards/<card>")
def guide_card(card: str) -> str:
    """Show one situation: what to say, what to do, what not to do, where it comes from."""
    shown = queries.get_guide(i18n.language())
    found = next((each for each in shown.text["cards"] if each["id"] == card), None)
    if found is None:
        raise NotFound("guide_card", card=card)
    theme = next(each["title"] for each in shown.text["themes"] if each["id"] == found["theme"])
    lesson = queries.find_lesson_of_key(found["lesson"]) if found["lesson"] else None
    truth = _truth(shown, found)
    return render_template("courses/guide_card.html", guide=shown, card=found, theme=theme, lesson=lesson, truth=truth)


@blueprint.get("/guide/errors")
def guide_errors() -> str:
    """Show the error table: what is seen, why it may be, what staff answer."""
    shown = queries.get_guide(i18n.language())
    errors = [(each, _truth(shown, each)) for each in shown.text["errors"]]
    return render_template("courses/guide_errors.html", guide=shown, errors=errors)


def _groups(guide: GuideView) -> Iterator[tuple[str, list[Row]]]:
    """Yield each theme's title with its situations in order, then the errors, which have no title of their own."""
    for theme in guide.text["themes"]:
        yield theme["title"], [_card_row(card) for card in guide.text["cards"] if card["theme"] == theme["id"]]
    yield "", [_error_row(error) for error in guide.text["errors"]]


def _card_row(card: dict[str, Any]) -> Row:
    key = rules.find_key(card["title"], card["patient"], *card["steps"], card["say"])
    return Row(card["title"], card["patient"], key, card=card["id"])


def _error_row(error: dict[str, Any]) -> Row:
    key = rules.find_key(error["error"], error["cause"], error["answer"])
    return Row(error["error"], "", key, error=error["id"])


def _truth(guide: GuideView, part: dict[str, Any]) -> Truth:
    named = (guide.text["sources"][key] for key in part["sources"])
    return Truth(
        sources=tuple((source["title"], rules.written_day(source["true_on"])) for source in named),
        valid_on=date.fromisoformat(part["valid_on"]) if part["valid_on"] else None,
        is_own=part["sources"] == ["own"],
    )
