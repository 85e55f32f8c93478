"""What two minutes are best spent on, and how far they reach."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.rules import LessonLeft, Sitting, SittingKind, choose_sitting, due_again, last_card, places_of

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def left(key="l1", *, minutes=4, card=0, count=6, seen=None, finished=None, is_asked=True) -> LessonLeft:
    """A lesson; ``seen`` and ``finished`` are days ago."""
    ago = [None if days is None else NOW - timedelta(days=days) for days in (seen, finished)]
    return LessonLeft("m1", key, minutes, card, count, ago[0], ago[1], is_asked)


def chosen(*lessons: LessonLeft) -> tuple[SittingKind, str] | None:
    found = choose_sitting(lessons, NOW)
    return (found.kind, found.lesson.lesson_key) if found else None


@pytest.mark.parametrize(
    ("lessons", "expected"),
    [
        # The lesson in hand, when two minutes end it; the one seen last.
        ([left("a", seen=3, card=3), left("b", seen=1, card=4)], (SittingKind.FINISH, "b")),
        ([left("a", seen=0, card=3, minutes=4, count=6)], (SittingKind.FINISH, "a")),
        # With more than two minutes left, a check that is due again comes first.
        ([left("a", seen=0, card=1), left("b", seen=2, finished=2)], (SittingKind.RETURN, "b")),
        # Of two that are due, the one that waits for longer.
        ([left("a", seen=2, finished=2), left("b", seen=5, finished=5)], (SittingKind.RETURN, "b")),
        # Nothing due: the shortest that is not finished, what is asked before what is not.
        ([left("a", minutes=5), left("b", minutes=3), left("c", minutes=1, is_asked=False)], (SittingKind.BEGIN, "b")),
        ([left("a", seen=0.5, finished=0.5), left("c", is_asked=False)], (SittingKind.BEGIN, "c")),
        # Two alike: the first in the order of learning.
        ([left("a"), left("b")], (SittingKind.BEGIN, "a")),
        # A long lesson in hand is gone on with when nothing shorter waits.
        ([left("a", minutes=5, card=1, count=6, seen=0), left("b", minutes=5)], (SittingKind.BEGIN, "a")),
        # All is read and fresh.
        ([left("a", seen=0.5, finished=0.5)], None),
        ([], None),
    ],
)
def test_the_best_card_for_two_minutes(lessons, expected):
    assert chosen(*lessons) == expected


@pytest.mark.parametrize(("seen_after", "pause"), [(0, 1), (0.2, 1), (1, 1), (2, 2), (4, 4), (8, 8), (30, 30)])
def test_the_pause_is_a_day_and_then_as_long_as_the_lesson_has_held(seen_after, pause):
    finished = NOW - 100 * DAY
    seen = finished + timedelta(days=seen_after)
    assert due_again(finished, seen) == seen + timedelta(days=pause)


def test_what_is_not_finished_never_comes_back():
    assert due_again(None, NOW) is None
    assert due_again(NOW, None) is None


def test_whoever_answers_at_once_meets_the_lesson_after_1_2_4_8_days_with_another_check_each_time():
    finished = seen = NOW
    met = []
    for _return in range(4):
        due = due_again(finished, seen)
        lesson = LessonLeft("m1", "l1", 4, 0, 6, seen, finished, is_asked=False)
        met.append(((due - finished).days, places_of(Sitting(SittingKind.RETURN, lesson), (3, 5, 6))))
        seen = due
    assert met == [(1, (3, 3)), (2, (5, 5)), (4, (6, 6)), (8, (3, 3))]


@pytest.mark.parametrize(
    ("kind", "lesson", "checks", "places"),
    [
        (SittingKind.FINISH, left(card=4, seen=1), (3, 6), (5, 6)),
        (SittingKind.BEGIN, left(minutes=4, count=6), (3, 6), (1, 3)),
        (SittingKind.BEGIN, left(minutes=5, count=8, card=2, seen=1), (3, 8), (3, 5)),
        (SittingKind.BEGIN, left(minutes=1, count=5), (), (1, 5)),
        (SittingKind.BEGIN, left(minutes=5, count=2), (), (1, 1)),
        # A lesson without a check: its first cards again.
        (SittingKind.RETURN, left(minutes=4, count=6, seen=3, finished=3), (), (1, 3)),
        # A place that cannot be any more: a newer version has fewer cards.
        (SittingKind.RETURN, LessonLeft("m1", "l1", 4, 9, 6, None, None, is_asked=True), (6,), (6, 6)),
        (SittingKind.BEGIN, left(card=9, count=6, seen=1), (), (6, 6)),
    ],
)
def test_how_far_two_minutes_reach(kind, lesson, checks, places):
    assert places_of(Sitting(kind, lesson), checks) == places


@pytest.mark.parametrize(
    ("asked", "last"), [("3", 3), ("99", 6), ("0", 1), ("", None), (None, None), ("x", None), ("٣", None)]
)
def test_a_short_sitting_ends_inside_the_lesson(asked, last):
    assert last_card(asked, 6) == last


days = st.floats(0, 400)
lessons = st.builds(
    left,
    key=st.text("abc", min_size=1, max_size=2),
    minutes=st.integers(1, 5),
    card=st.integers(0, 9),
    count=st.integers(1, 8),
    seen=st.none() | days,
    finished=st.none() | days,
    is_asked=st.booleans(),
)


@given(st.lists(lessons, max_size=6), st.lists(st.integers(1, 8), max_size=3, unique=True))
def test_a_sitting_is_one_of_the_lessons_and_stays_inside_it(some, checks):
    sitting = choose_sitting(some, NOW)
    if sitting is None:
        assert all(each.finished_at for each in some)
        return
    assert sitting.lesson in some
    inside = [place for place in checks if place <= sitting.lesson.card_count]
    first, last = places_of(sitting, inside)
    assert 1 <= first <= last <= sitting.lesson.card_count
    if sitting.kind is SittingKind.BEGIN:
        cards = last - first + 1
        assert cards == 1 or cards * sitting.lesson.minutes <= 2 * sitting.lesson.card_count
