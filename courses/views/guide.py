"""The pocket guide: situations by theme with a search, one situation a page, the error table."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import render_template, request, url_for

from app.kernel import i18n
from app.kernel.errors import NotFound
from app.kernel.i18n import _
from courses import queries, rules
from courses.queries import GuideView, LessonLink
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
    return render_template("courses/guide.html", **_list_page(shown, asked))


@blueprint.get("/guide/cards/<card>")
def guide_card(card: str) -> str:
    """Show one situation: what to say, what to do, what not to do, where it comes from."""
    shown = queries.get_guide(i18n.language())
    found = next((each for each in shown.text["cards"] if each["id"] == card), None)
    if found is None:
        raise NotFound("guide_card", card=card)
    lesson = queries.find_lesson_of_key(found["lesson"]) if found["lesson"] else None
    return render_template("courses/guide_card.html", **_card_page(shown, found, lesson))


@blueprint.get("/guide/errors")
def guide_errors() -> str:
    """Show the error table: what is seen, why it may be, what staff answer."""
    shown = queries.get_guide(i18n.language())
    return render_template("courses/guide_errors.html", **_error_page(shown))


def packed_pages() -> dict[str, dict[str, str]]:
    """Return the guide's pages for a device that keeps them, without their frame: title and markup by address."""
    shown = queries.find_guide(i18n.language())
    if shown is None:
        return {}
    cards = shown.text["cards"]
    lessons = queries.find_lessons_of_keys([card["lesson"] for card in cards if card["lesson"]])
    pages = {
        url_for("courses.guide"): _packed("courses/_guide_list.html", shown.text["title"], _list_page(shown, "")),
        url_for("courses.guide_errors"): _packed("courses/_guide_errors.html", _("Common errors"), _error_page(shown)),
    }
    for card in cards:
        page = _card_page(shown, card, lessons.get(card["lesson"]))
        pages[url_for("courses.guide_card", card=card["id"])] = _packed("courses/_guide_card.html", card["title"], page)
    return pages


def _packed(template: str, title: str, page: dict[str, Any]) -> dict[str, str]:
    return {"title": title, "html": render_template(template, **page, is_packed=True)}


def _list_page(guide: GuideView, asked: str) -> dict[str, Any]:
    groups = list(_groups(guide))
    found = rules.found_among(asked, [row.key for _title, rows in groups for row in rows])
    kept = [(title, [row for row in rows if row.key in found]) for title, rows in groups]
    return {"guide": guide, "asked": asked, "groups": [each for each in kept if each[1]]}


def _card_page(guide: GuideView, card: dict[str, Any], lesson: LessonLink | None) -> dict[str, Any]:
    theme = next(each["title"] for each in guide.text["themes"] if each["id"] == card["theme"])
    return {"guide": guide, "card": card, "theme": theme, "lesson": lesson, "truth": _truth(guide, card)}


def _error_page(guide: GuideView) -> dict[str, Any]:
    return {"guide": guide, "errors": [(each, _truth(guide, each)) for each in guide.text["errors"]]}


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
