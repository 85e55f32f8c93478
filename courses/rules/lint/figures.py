"""How readable a module is, in numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from courses.rules.library import ModuleFiles
from courses.rules.lint import pools
from courses.rules.lint.minutes import minutes_of, to_a_tenth, words_read
from courses.rules.lint.sentences import sentences_of
from courses.rules.lint.texts import every_text, units_of
from courses.rules.reading import LANGUAGES, count_words
from courses.rules.shapes import ModuleText


@dataclass(frozen=True, slots=True)
class LessonFigures:
    """A lesson with the minutes it takes to read, to a tenth, and the minutes its author wrote."""

    lesson: str
    minutes: float
    written: int


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one module; what maps from a language counts words, or questions for ``longest_right``.

    ``words`` are those of the lessons; sentences are those of every text. ``positions`` counts, by the place of the
    right option from the first, the ``ones``: the questions of kind one.
    """

    module: str
    lessons: int
    cards: int
    checks: int
    questions: int
    sources: int
    words: dict[str, int]
    median_sentence: dict[str, float]
    longest_sentence: dict[str, int]
    minutes: tuple[LessonFigures, ...]
    ones: int
    longest_right: dict[str, int]
    positions: tuple[int, ...]


def figures_of(files: ModuleFiles, module: ModuleText) -> Figures:
    """Return the figures of a module."""
    cards = [card for pair in module.lessons for card in pair["vi"].cards]
    lengths: dict[str, list[int]] = {language: [] for language in LANGUAGES}
    for text in every_text(units_of(files, module)):
        lengths[text.language] += [count_words(sentence) for sentence in sentences_of(text)]
    return Figures(
        module=files.folder,
        lessons=len(module.lessons),
        cards=len(cards),
        checks=sum(card.question is not None for card in cards),
        questions=len(module.questions),
        sources=len(module.sources),
        words={each: sum(words_read(pair[each]) for pair in module.lessons) for each in LANGUAGES},
        median_sentence={language: _median(counts) for language, counts in lengths.items()},
        longest_sentence={language: max(counts, default=0) for language, counts in lengths.items()},
        minutes=tuple(
            LessonFigures(pair["vi"].id, to_a_tenth(minutes_of(pair)), pair["vi"].minutes) for pair in module.lessons
        ),
        ones=len(pools.ones(module.questions)),
        longest_right={language: pools.longest_right(module.questions, language) for language in LANGUAGES},
        positions=pools.by_place(module.questions),
    )


def _median(counts: Sequence[int]) -> float:
    return float(median(counts)) if counts else 0.0
