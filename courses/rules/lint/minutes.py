"""How long a lesson takes to read, and whether its front matter says so."""

import math
from collections.abc import Iterator
from fractions import Fraction

from courses.rules.library import ModuleFiles
from courses.rules.reading import Problem, count_words
from courses.rules.shapes import Kind, LessonText, ModuleText

WORDS_A_MINUTE = 180
SECONDS_A_CHECK = 10
MOST_MINUTES = 5
MOST_TOO_MANY = 1


def words_read(lesson: LessonText) -> int:
    """Count the words of a lesson that are read in one language; a picture's text is only heard."""
    return sum(
        count_words(passage.text)
        for card in lesson.cards
        for passage in card.passages
        if passage.kind is not Kind.PICTURE
    )


def reading_minutes(words: int, checks: int) -> Fraction:
    """Return the minutes for so many words and quick checks."""
    return Fraction(words, WORDS_A_MINUTE) + Fraction(checks * SECONDS_A_CHECK, 60)


def minutes_of(pair: dict[str, LessonText]) -> Fraction:
    """Return the minutes of a lesson in the language that takes longer."""
    return max(
        reading_minutes(words_read(lesson), sum(card.question is not None for card in lesson.cards))
        for lesson in pair.values()
    )


def to_a_tenth(minutes: Fraction) -> float:
    """Return minutes to a tenth, never below the true ones: what is over the limit reads as over the limit."""
    return math.ceil(minutes * 10) / 10


def faults(files: ModuleFiles, module: ModuleText) -> Iterator[Problem]:
    """Return a fault for each lesson that is too long, or whose written minutes are not those of a reader."""
    lines = {written.file: written.front.line("minutes") for written in files.lessons.values()}
    for pair in module.lessons:
        lesson, minutes = pair["vi"], minutes_of(pair)
        needed = math.ceil(minutes)
        if minutes > MOST_MINUTES:
            sentence = f"the lesson takes {to_a_tenth(minutes)} minutes to read; {MOST_MINUTES} are allowed"
            yield Problem(lesson.file, lines[lesson.file], sentence)
        elif not needed <= lesson.minutes <= needed + MOST_TOO_MANY:
            sentence = f"minutes says {lesson.minutes}; the lesson takes {to_a_tenth(minutes)} to read: write {needed}"
            yield Problem(lesson.file, lines[lesson.file], sentence)
