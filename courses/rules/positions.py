"""Where a reader stands in a lesson: the card in hand, how far they ever came, and when the lesson is done."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Position:
    """``card`` is the card in hand, from 0; ``furthest`` counts the cards left behind by "Tiếp", on any device."""

    card: int
    furthest: int


def shown_card(asked: str | None, held: int | None, count: int) -> int:
    """Return the place (from 1) of the card to show: the one asked for, else the one in hand, else the first."""
    if asked is not None and asked.isascii() and asked.isdigit():
        return min(max(int(asked[:6]), 1), count)
    return min(held + 1, count) if held is not None else 1


def last_card(asked: str | None, count: int) -> int | None:
    """Return the place (from 1) of the last card of a short sitting, None when there is none: the lesson goes on."""
    return shown_card(asked, None, count) if asked and asked.isascii() and asked.isdigit() else None


def after_card(before: Position | None, place: int, count: int) -> Position:
    """Return the position after leaving the card at ``place`` (from 1) of ``count`` by "Tiếp".

    The card in hand follows the last move; how far somebody came never goes back because of a slower device. From the
    last card the lesson begins anew: who opens it again wants to read it again.
    """
    place = min(max(place, 1), count)
    furthest = max(before.furthest if before else 0, place)
    return Position(card=place if place < count else 0, furthest=min(furthest, count))


def minutes_left(minutes: int, furthest: int, count: int) -> int:
    """Return the whole minutes that the rest of a lesson takes, at least one while a card is left."""
    left = max(count - furthest, 0)
    return -(-minutes * left // count) if count else 0
