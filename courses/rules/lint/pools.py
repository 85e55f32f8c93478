"""Whether a pool can be passed without knowing: its size, its objectives, right options that give themselves away."""

import unicodedata
from collections.abc import Iterable, Iterator
from fractions import Fraction

from courses.rules.library import ModuleFiles
from courses.rules.lint.chances import spread_chance
from courses.rules.reading import LANGUAGES, Problem
from courses.rules.shapes import ModuleText, Question, QuestionOption

FEWEST_QUESTIONS = 30
FEWEST_DRAWS = 3
MOST_SHARE = Fraction(40, 100)
LEAST_CHANCE = 0.01


def ones(questions: Iterable[Question]) -> tuple[tuple[int, tuple[QuestionOption, ...]], ...]:
    """Return the questions with one right option among several, as its place (from 0) and all options."""
    found = []
    for question in questions:
        right = [place for place, option in enumerate(question.options) if option.right]
        if question.kind == "one" and len(right) == 1:
            found.append((right[0], question.options))
    return tuple(found)


def longest_right(questions: Iterable[Question], language: str) -> int:
    """Count the questions of kind one in which no option is longer than the right one, in characters."""
    return sum(
        _length(options[right], language) == max(_length(option, language) for option in options)
        for right, options in ones(questions)
    )


def positions(questions: Iterable[Question]) -> dict[int, list[int]]:
    """Return for each number of options how often the right one stands at each place, of the questions of kind one."""
    found: dict[int, list[int]] = {}
    for right, options in ones(questions):
        found.setdefault(len(options), [0] * len(options))[right] += 1
    return dict(sorted(found.items()))


def by_place(questions: Iterable[Question]) -> tuple[int, ...]:
    """Return how often the right option stands at each place, whatever the number of options."""
    groups = positions(questions)
    return tuple(
        sum(counts[place] for counts in groups.values() if place < len(counts))
        for place in range(max(groups, default=0))
    )


def faults(files: ModuleFiles, module: ModuleText) -> Iterator[Problem]:
    """Return the faults of a module's pool."""
    file = f"{files.folder}/questions.yaml"
    needed = max(FEWEST_QUESTIONS, FEWEST_DRAWS * (module.quiz.get("length") or 0))
    if len(module.questions) < needed:
        yield Problem(file, 1, f"the pool has {len(module.questions)} questions; {needed} are needed")
    asked = {question.objective for question in module.questions}
    for place, (objective, _) in enumerate(module.objectives):
        if objective not in asked:
            line = files.module.line("objectives", place)
            yield Problem(module.release.file, line, f"no question asks for the objective {objective}")
    for sentence in (*_by_length(module.questions), *_by_place(module.questions)):
        yield Problem(file, 1, sentence)


def _by_length(questions: tuple[Question, ...]) -> Iterator[str]:
    count = len(ones(questions))
    for language in LANGUAGES:
        longest = longest_right(questions, language)
        if longest > MOST_SHARE * count:
            yield f"in {language} the right option is the longest one in {_share(longest, count)}"


def _by_place(questions: tuple[Question, ...]) -> Iterator[str]:
    counts = by_place(questions)
    for place, count in enumerate(counts, 1):
        if count > MOST_SHARE * sum(counts):
            yield f"the right option is number {place} in {_share(count, sum(counts))}"
    chance = spread_chance(list(positions(questions).values()))
    if chance < LEAST_CHANCE:
        spread = ", ".join(map(str, counts))
        yield f"the places of the right options are uneven ({spread}; chance {chance:.4f}, at least {LEAST_CHANCE})"


def _share(part: int, whole: int) -> str:
    return f"{part} of {whole} questions; {int(MOST_SHARE * 100)} % are allowed"


def _length(option: QuestionOption, language: str) -> int:
    return len(unicodedata.normalize("NFC", option.text[language]))
