"""What to do with two minutes: end the lesson in hand, meet a quick check again, or begin a short lesson."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from courses.rules.positions import minutes_left

MINUTES = 2
# Khan Academy's spaced return begins after a night (experience.md C1); each return doubles the pause.
FIRST_PAUSE = timedelta(days=1)


class SittingKind(StrEnum):
    """What two minutes are spent on."""

    FINISH = "finish"
    RETURN = "return"
    BEGIN = "begin"


@dataclass(frozen=True, slots=True)
class LessonLeft:
    """One lesson as its reader left it.

    ``card`` is the one in hand, from 0; ``seen_at`` is None for a lesson never opened, ``finished_at`` until its last
    card; ``is_asked``: its module is assigned and not done.
    """

    module_key: str
    lesson_key: str
    minutes: int
    card: int
    card_count: int
    seen_at: datetime | None
    finished_at: datetime | None
    is_asked: bool

    @property
    def minutes_left(self) -> int:
        """Return the whole minutes that the rest takes."""
        return minutes_left(self.minutes, self.card, self.card_count)


@dataclass(frozen=True, slots=True)
class Sitting:
    """What two minutes are spent on, and in which lesson."""

    kind: SittingKind
    lesson: LessonLeft


def choose_sitting(lessons: Sequence[LessonLeft], now: datetime) -> Sitting | None:
    """Return the best use of two minutes; ``lessons`` in the order in which they are to be learned.

    The lesson in hand when two minutes end it (the one seen last); else the lesson whose quick check has been due for
    longest; else the shortest that is not finished, of the modules asked for first. None: all is read and fresh.
    """
    in_hand = [each for each in lessons if each.seen_at and not each.finished_at and each.minutes_left <= MINUTES]
    if in_hand:
        return Sitting(SittingKind.FINISH, max(in_hand, key=lambda each: each.seen_at or now))
    due = [(at, each) for each in lessons if (at := due_again(each.finished_at, each.seen_at)) and at <= now]
    if due:
        return Sitting(SittingKind.RETURN, min(due, key=lambda pair: pair[0])[1])
    unread = [each for each in lessons if not each.finished_at]
    if unread:
        return Sitting(SittingKind.BEGIN, min(unread, key=lambda each: (not each.is_asked, each.minutes_left)))
    return None


def due_again(finished_at: datetime | None, seen_at: datetime | None) -> datetime | None:
    """Return when a finished lesson's quick check comes back; None for a lesson that is not finished.

    A day after the end, then after as long again as lies between the end and the last look: 1, 2, 4, 8 … days.
    """
    if finished_at is None or seen_at is None:
        return None
    return seen_at + max(FIRST_PAUSE, seen_at - finished_at)


def places_of(sitting: Sitting, checks: Sequence[int]) -> tuple[int, int]:
    """Return the first and the last card (from 1) of a sitting; ``checks`` are the places of the lesson's quick checks.

    A check that comes back is one card, another one each time. A lesson begun goes as far as two minutes reach.
    """
    lesson = sitting.lesson
    if sitting.kind is SittingKind.RETURN and checks:
        place = checks[_returns(lesson) % len(checks)]
        return place, place
    first = min(lesson.card + 1, lesson.card_count)
    if sitting.kind is SittingKind.FINISH:
        return first, lesson.card_count
    cards = max(1, MINUTES * lesson.card_count // lesson.minutes)
    return first, min(first + cards - 1, lesson.card_count)


def _returns(lesson: LessonLeft) -> int:
    """Return how often the lesson has come back: once for each doubling of its age at the last look."""
    if lesson.finished_at is None or lesson.seen_at is None:
        return 0
    return ((lesson.seen_at - lesson.finished_at) // FIRST_PAUSE).bit_length()
