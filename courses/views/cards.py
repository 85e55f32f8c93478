"""One card as its reader sees it: one language, safe markup, and the quick check's verdict once it is answered."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from markupsafe import Markup

from app.kernel import markup
from app.kernel.i18n import in_language, language
from courses import rules
from courses.queries import LessonView


@dataclass(frozen=True, slots=True)
class OptionPage:
    """One option of a quick check; ``number`` counts from 1."""

    number: int
    text: str
    reason: str
    is_right: bool
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class CardPage:
    """A card ready to be shown; ``place`` counts from 1, ``sources`` are pairs (title, the day it was true).

    ``say`` is the sentence for the patient, ``tell`` the one for a colleague, "" where there is none.
    """

    place: int
    count: int
    heading: str
    body: Markup
    dos: tuple[tuple[bool, Markup], ...]
    say: str
    tell: str
    picture: Markup | None
    alt: str
    sources: tuple[tuple[str, str], ...]
    valid_on: date | None
    app_version: str | None
    question: str
    options: tuple[OptionPage, ...]
    chosen: OptionPage | None

    @property
    def is_first(self) -> bool:
        """Say whether the lesson begins here."""
        return self.place == 1


def card_page(view: LessonView, asked: str | None, choice: str | None) -> CardPage:
    """Return the card ``asked`` for (from 1; else the one in hand), answered when ``choice`` names an option."""
    count = view.lesson.card_count
    place = rules.shown_card(asked, view.card, count)
    card = view.content["cards"][place - 1]
    options = _options(card["check"], choice)
    picture = card["picture"]
    valid_on = view.content["valid_on"]
    return CardPage(
        place=place,
        count=count,
        heading=in_language(card["heading"]),
        body=markup.shown(in_language(card["html"])),
        dos=tuple((is_do, markup.shown(words)) for is_do, words in card["dos"][language()]),
        say=in_language(card["say"]) if card["say"] else "",
        tell=in_language(card["tell"]) if "tell" in card else "",
        picture=markup.shown_picture(picture["svg"]) if picture else None,
        alt=in_language(picture["alt"]) if picture else "",
        sources=tuple(shown_source(view.content["sources"][key]) for key in card["sources"]),
        valid_on=date.fromisoformat(valid_on) if valid_on else None,
        app_version=view.content["app_version"],
        question=in_language(card["check"]["question"]) if card["check"] else "",
        options=options,
        chosen=next((option for option in options if option.is_chosen), None),
    )


def _options(check: dict[str, Any] | None, choice: str | None) -> tuple[OptionPage, ...]:
    return tuple(
        OptionPage(
            number=number,
            text=in_language(option["text"]),
            reason=in_language(option["reason"]),
            is_right=option["right"],
            is_chosen=choice == str(number),
        )
        for number, option in enumerate(check["options"] if check else (), 1)
    )


def shown_source(source: dict[str, str | None]) -> tuple[str, str]:
    """Return a source's title and its day as people write it."""
    return source["title"] or "", rules.written_day(source["true_on"])
