"""Whether a whole library of modules fits together: references, translations, pictures and ids."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from courses.rules.lessons import read_lesson
from courses.rules.pictures import picture_faults
from courses.rules.questions import read_questions
from courses.rules.reading import LANGUAGES, Document, Problem, Reader
from courses.rules.scenarios import read_scenario
from courses.rules.shapes import Card, LessonText, ModuleText, Release
from courses.rules.sources import read_sources

CHANGES = ("editorial", "minor", "major")
SUMMARY_WORDS = 25


@dataclass(frozen=True, slots=True)
class LessonFile:
    """One lesson file with its front matter parsed; ``first_line`` is where ``body`` begins."""

    file: str
    front: Document
    body: str
    first_line: int


@dataclass(frozen=True, slots=True)
class ModuleFiles:
    """The files of one module folder; lessons by (name, language), pictures and scenarios by name."""

    folder: str
    module: Document
    sources: Document
    questions: Document
    lessons: Mapping[tuple[str, str], LessonFile]
    pictures: Mapping[str, str]
    scenarios: Mapping[str, Document] = field(default_factory=dict)


def check_library(folders: Sequence[ModuleFiles], problems: list[Problem]) -> tuple[ModuleText, ...]:
    """Return the modules as written and add every fault to ``problems``; use the modules only when it stays empty."""
    modules = tuple(_ModuleCheck(files, problems).read() for files in folders)
    codes: dict[str, str] = {}
    for module in modules:
        if module.code in codes:
            sentence = f"the code {module.code} is also that of {codes[module.code]}"
            problems.append(Problem(module.release.file, 1, sentence))
        codes.setdefault(module.code, module.id)
    return modules


class _ModuleCheck:
    """Reads one module folder and checks its parts against each other."""

    def __init__(self, files: ModuleFiles, problems: list[Problem]) -> None:
        self.files, self.problems = files, problems
        self.reader = Reader(f"{files.folder}/module.yaml", files.module, problems)

    def read(self) -> ModuleText:
        reader = self.reader
        reader.keys(
            ("id", "code", "title", "summary", "change", "required_from", "validity_months", "refresh_days",
             "objectives", "lessons", "requires", "quiz"),
            optional=("scenarios",),
        )  # fmt: skip
        name = reader.identifier("id")
        if name and name != self.files.folder:
            reader.fault(f"the id {name} is not the name of its folder {self.files.folder}", "id")
        objectives = self._objectives()
        sources = read_sources(self.files.folder, self.files.sources, self.problems)
        lessons = self._lessons(name, {each for each, _ in objectives}, sources)
        questions = read_questions(
            f"{self.files.folder}/questions.yaml",
            self.files.questions,
            (name, {each for each, _ in objectives}, sources, _cards_of(lessons)),
            self.problems,
        )
        scenarios = self._scenarios({each for each, _ in objectives}, sources)
        return ModuleText(
            id=name,
            code=reader.text("code"),
            title=reader.both("title"),
            summary=reader.both("summary", words=SUMMARY_WORDS),
            release=self._release(),
            validity_months=reader.whole(1, 60, "validity_months"),
            refresh_days=reader.whole(1, 1825, "refresh_days"),
            objectives=objectives,
            requires=self._requires([str(each["id"]) for each in scenarios]),
            quiz=self._quiz(len(questions)),
            sources=sources,
            lessons=lessons,
            pictures=self._pictures(),
            questions=questions,
            scenarios=scenarios,
        )

    def _release(self) -> Release:
        line = self.files.module.line
        return Release(
            change=self.reader.choice(CHANGES, "change"),
            required_from=self.reader.day("required_from"),
            file=self.reader.file,
            change_line=line("change"),
            day_line=line("required_from"),
        )

    def _objectives(self) -> tuple[tuple[str, dict[str, str]], ...]:
        found: dict[str, dict[str, str]] = {}
        for place, _ in enumerate(self.reader.items("objectives")):
            if not self.reader.keys(("id", "text"), "objectives", place):
                continue
            name = self.reader.identifier("objectives", place, "id")
            if name in found:
                self.reader.fault(f"the objective {name} stands twice", "objectives", place, "id")
            found[name] = self.reader.both("objectives", place, "text")
        return tuple(found.items())

    def _requires(self, scenarios: Sequence[str]) -> tuple[str, ...]:
        """Return what completes the module (ruling 25): the quiz, and all or some of its scenarios."""
        names = self.reader.names("requires")
        for place, name in enumerate(names):
            if name == "scenarios" and not scenarios:
                self.reader.fault("the module has no scenarios to require", "requires", place)
            elif name not in {"quiz", "scenarios", *scenarios}:
                sentence = f"{name} cannot be required; there are quiz, scenarios and the names of scenarios"
                self.reader.fault(sentence, "requires", place)
        if names and "quiz" not in names:
            self.reader.fault("a module requires its quiz", "requires")
        return names

    def _scenarios(self, objectives: set[str], sources: Mapping[str, object]) -> tuple[dict[str, object], ...]:
        asks = self.reader.at("scenarios") is not None
        names = self.reader.names("scenarios") if asks else ()
        for name in self.files.scenarios:
            if name not in names:
                file = f"{self.files.folder}/scenarios/{name}.yaml"
                self.problems.append(Problem(file, 1, "the scenario is not named in module.yaml"))
        found = []
        for place, name in enumerate(names):
            document = self.files.scenarios.get(name)
            if document is None:
                self.reader.fault(f"scenarios/{name}.yaml is missing", "scenarios", place)
                continue
            file = f"{self.files.folder}/scenarios/{name}.yaml"
            found.append(read_scenario(file, name, document, (objectives, sources), self.problems))
        return tuple(found)

    def _quiz(self, pool: int) -> dict[str, int | None]:
        reader = self.reader
        if not reader.keys(("length", "pass_mark", "time_limit_minutes"), "quiz"):
            return {}
        length = reader.whole(1, 50, "quiz", "length")
        limit = reader.at("quiz", "time_limit_minutes")
        if limit is not None:
            limit = reader.whole(1, 240, "quiz", "time_limit_minutes")
        if pool < length:
            reader.fault(f"the quiz draws {length} questions; the pool has {pool}", "quiz", "length")
        mark = reader.whole(1, length, "quiz", "pass_mark")
        return {"length": length, "pass_mark": mark, "time_limit_minutes": limit}

    def _lessons(
        self, module: str, objectives: set[str], sources: Mapping[str, object]
    ) -> tuple[dict[str, LessonText], ...]:
        names = self.reader.names("lessons")
        for (name, _language), written in self.files.lessons.items():
            if name not in names:
                self.problems.append(Problem(written.file, 1, "the lesson is not named in module.yaml"))
        found: list[dict[str, LessonText]] = []
        seen: set[str] = set()
        for place, name in enumerate(names):
            pair = self._pair(name, place)
            for lesson in pair.values():
                self._check_references(lesson, module, objectives, sources)
            if len(pair) == len(LANGUAGES):
                self._check_same(pair)
                if pair["vi"].id in seen:
                    self.problems.append(Problem(pair["vi"].file, 2, f"the lesson id {pair['vi'].id} stands twice"))
                seen.add(pair["vi"].id)
                found.append(pair)
        return tuple(found)

    def _pair(self, name: str, place: int) -> dict[str, LessonText]:
        pair = {}
        for language in LANGUAGES:
            written = self.files.lessons.get((name, language))
            if written is None:
                self.reader.fault(f"lessons/{name}.{language}.md is missing", "lessons", place)
            else:
                pair[language] = read_lesson(
                    written.file, written.front, written.body, written.first_line, self.problems
                )
        return pair

    def _check_references(
        self, lesson: LessonText, module: str, objectives: set[str], sources: Mapping[str, object]
    ) -> None:
        def fault(line: int, sentence: str) -> None:
            self.problems.append(Problem(lesson.file, line, sentence))

        if lesson.id and not lesson.id.startswith(f"{module}-"):
            fault(2, f"the lesson id {lesson.id} must begin with {module}-")
        for objective in lesson.objectives:
            if objective not in objectives:
                fault(2, f"the objective {objective} is not one of the module")
        for card in lesson.cards:
            for key in card.sources:
                if key not in sources:
                    fault(card.line, f"the source {key} is not in sources.yaml")
            if card.picture is not None and card.picture not in self.files.pictures:
                fault(card.line, f"the picture {card.picture} is not in pictures/")

    def _check_same(self, pair: dict[str, LessonText]) -> None:
        """Check that both languages have the same cards with the same ids in the same order."""
        first, other = (pair[language] for language in LANGUAGES)
        for name in ("id", "minutes", "valid_on", "app_version", "objectives"):
            if getattr(first, name) != getattr(other, name):
                self.problems.append(Problem(other.file, 2, f"{name} differs from {first.file}"))
        for mine, theirs in zip(other.cards, first.cards, strict=False):
            if mine.id != theirs.id:
                sentence = f"the card is {mine.id}; in {first.file} it is {theirs.id}"
                self.problems.append(Problem(other.file, mine.line, sentence))
                return
            for name in _differences(mine, theirs):
                sentence = f"{name} of the card {mine.id} differs from {first.file}"
                self.problems.append(Problem(other.file, mine.line, sentence))
        if len(first.cards) != len(other.cards):
            shorter = min(first, other, key=lambda lesson: len(lesson.cards))
            missing = max(len(first.cards), len(other.cards)) - len(shorter.cards)
            self.problems.append(Problem(shorter.file, 1, f"{missing} cards have no translation here"))

    def _pictures(self) -> dict[str, str]:
        for name, text in self.files.pictures.items():
            file = f"{self.files.folder}/pictures/{name}"
            self.problems.extend(Problem(file, line, sentence) for line, sentence in picture_faults(text))
        return dict(self.files.pictures)


def _differences(mine: Card, theirs: Card) -> list[str]:
    """Name what two translations of a card do not share."""
    shared = {
        "the list of sources": (mine.sources, theirs.sources),
        "the picture": (mine.picture, theirs.picture),
        "the kind": (mine.question is None, theirs.question is None),
        "the do and don't list": ([is_do for is_do, _ in mine.dos], [is_do for is_do, _ in theirs.dos]),
        "the sentence to say": (mine.say is None, theirs.say is None),
        "the sentence for a colleague": (mine.tell is None, theirs.tell is None),
        "the text": (mine.body == "", theirs.body == ""),
        "the right option": ([each.right for each in mine.options], [each.right for each in theirs.options]),
    }
    return [name for name, (left, right) in shared.items() if left != right]


def _cards_of(lessons: Sequence[Mapping[str, LessonText]]) -> set[str]:
    return {f"{pair['vi'].id}/{card.id}" for pair in lessons for card in pair["vi"].cards}
