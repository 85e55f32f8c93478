"""How the library's folder becomes checked content: files are read, checked by the rules, and rendered."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.kernel import markup
from app.people.rules.positions import POSITIONS
from courses import rules
from courses.rules import PATHS_FILE, Card, Figures, LessonText, ModuleFiles, ModuleText, PathText, Problem, Question

EMPTY = markup.YamlText(None, {(): 1})
GUIDE = "guide"


@dataclass(frozen=True, slots=True)
class LoadedModule:
    """A module ready to be published: its text, and its content, lessons and scenarios as they will be stored."""

    text: ModuleText
    content: dict[str, Any]
    lessons: tuple[dict[str, Any], ...]
    scenarios: tuple[dict[str, Any], ...]
    hash: str

    @property
    def minutes(self) -> int:
        """Return the minutes of all lessons together."""
        return sum(int(lesson["minutes"]) for lesson in self.lessons)


@dataclass(frozen=True, slots=True)
class LoadedGuide:
    """The pocket guide ready to be published: its content as it will be stored."""

    content: dict[str, Any]
    hash: str


@dataclass(frozen=True, slots=True)
class Library:
    """What was read: modules in order, the guide, and every problem. With a problem nothing may be published.

    ``paths`` is None when they were not among what was read.
    """

    modules: tuple[LoadedModule, ...]
    problems: tuple[Problem, ...]
    guide: LoadedGuide | None = None
    paths: tuple[PathText, ...] | None = None


@dataclass(frozen=True, slots=True)
class LintReport:
    """What the content check found: every fault, the loader's too, and the figures of each module."""

    problems: tuple[Problem, ...]
    figures: tuple[Figures, ...]


def read_library(path: Path, only: Sequence[str] = ()) -> Library:
    """Read and check the modules, the guide and the paths below ``path``, or what is named in ``only``.

    Touches no database. A path names modules of the whole library, so paths are read with all of them only.
    """
    read, problems = _read(path, only)
    has_guide = (path / GUIDE).is_dir() and (not only or GUIDE in only)
    guide = _read_guide(path, [text for _, text in read], problems) if has_guide else None
    paths = None if only else _read_paths(path, read, problems)
    found = tuple(sorted(set(problems)))
    if found:
        return Library((), found)
    return Library(tuple(_loaded(text) for _, text in read), (), guide, paths[1] if paths else None)


def lint_library(path: Path, only: Sequence[str] = ()) -> LintReport:
    """Read the modules as loading them does, and check word by word what would be taught; touches no database."""
    read, problems = _read(path, only)
    for files, text in read:
        problems += rules.lint_module(files, text)
    paths = None if only else _read_paths(path, read, problems)
    if paths is not None:
        problems += rules.lint_paths(*paths)
    return LintReport(tuple(sorted(set(problems))), tuple(rules.figures_of(files, text) for files, text in read))


def _read(path: Path, only: Sequence[str]) -> tuple[list[tuple[ModuleFiles, ModuleText]], list[Problem]]:
    """Return each module's files and its text as far as it could be read, and every fault; the guide is no module."""
    problems: list[Problem] = []
    folders = sorted(each.name for each in path.iterdir() if each.is_dir()) if path.is_dir() else []
    problems += [Problem(name, 1, "there is no such module folder") for name in only if name not in folders]
    if not folders:
        problems.append(Problem(path.name, 1, "there are no modules in this folder"))
    wanted = [name for name in folders if name != GUIDE and (not only or name in only)]
    files = [_Folder(path, name, problems).read_module() for name in wanted]
    return list(zip(files, rules.check_library(files, problems), strict=True)), problems


def _read_guide(path: Path, modules: Sequence[ModuleText], problems: list[Problem]) -> LoadedGuide:
    lessons = {module.id: {pair["vi"].id for pair in module.lessons} for module in modules}
    files = _Folder(path, GUIDE, problems).read_guide()
    content = rules.read_guide(files, lessons, problems)
    used = {poster["picture"] for poster in content["posters"]}
    content["pictures"] = {name: markup.safe_svg(svg) for name, svg in files.pictures.items() if name in used}
    return LoadedGuide(content, rules.content_hash(content))


def _read_paths(
    path: Path, read: Sequence[tuple[ModuleFiles, ModuleText]], problems: list[Problem]
) -> tuple[markup.YamlText, tuple[PathText, ...]] | None:
    """Return paths.yaml and the paths in it; None for a library without."""
    if not (path / PATHS_FILE).is_file():
        return None
    document = _Folder(path, "", problems).read_paths()
    modules, positions = {files.folder for files, _text in read}, {each.code for each in POSITIONS}
    return document, rules.read_paths(document, modules, positions, problems)


class _Folder:
    """Reads the files of one folder of the library; what cannot be read is noted and taken as empty."""

    def __init__(self, library: Path, name: str, problems: list[Problem]) -> None:
        self.library, self.name, self.problems = library, name, problems

    def read_module(self) -> ModuleFiles:
        return ModuleFiles(
            folder=self.name,
            module=self._yaml("module.yaml"),
            sources=self._yaml("sources.yaml"),
            questions=self._yaml("questions.yaml"),
            lessons=dict(self._lessons()),
            pictures=self._pictures(),
            scenarios={
                file.stem: self._parsed(file, self._text(file) or "", 1)
                for file in sorted((self.library / self.name).glob("scenarios/*.yaml"))
            },
        )

    def read_guide(self) -> rules.GuideFiles:
        return rules.GuideFiles(
            folder=self.name,
            guide=self._yaml("guide.yaml"),
            sources=self._yaml("sources.yaml"),
            pictures=self._pictures(),
        )

    def read_paths(self) -> markup.YamlText:
        return self._yaml(PATHS_FILE)

    def _pictures(self) -> dict[str, str]:
        files = sorted((self.library / self.name).glob("pictures/*.svg"))
        return {file.name: self._text(file) or "" for file in files}

    def _yaml(self, name: str) -> markup.YamlText:
        file = self.library / self.name / name
        if not file.is_file():
            self.problems.append(Problem(f"{self.name}/{name}", 1, "the file is missing"))
            return EMPTY
        return self._parsed(file, self._text(file) or "", 1)

    def _parsed(self, file: Path, text: str, first_line: int) -> markup.YamlText:
        try:
            return markup.load_yaml(text, first_line=first_line)
        except markup.MarkupError as fault:
            self.problems.append(Problem(self._name(file), fault.line, f"not readable as YAML: {fault}"))
            return EMPTY

    def _lessons(self) -> Iterable[tuple[tuple[str, str], rules.LessonFile]]:
        for file in sorted((self.library / self.name).glob("lessons/*.md")):
            name, _, language = file.stem.rpartition(".")
            text = self._text(file)
            parts = rules.split_front_matter(text) if text is not None else None
            if parts is None:
                self.problems.append(Problem(self._name(file), 1, "a lesson begins with front matter between two ---"))
                parts = ("", text or "", 1)
            front = self._parsed(file, parts[0], 2)
            yield (name, language), rules.LessonFile(self._name(file), front, parts[1], parts[2])

    def _text(self, file: Path) -> str | None:
        try:
            return file.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            line = file.read_bytes()[: error.start].count(b"\n") + 1
            self.problems.append(Problem(self._name(file), line, "the file is not UTF-8"))
            return None

    def _name(self, file: Path) -> str:
        return file.relative_to(self.library).as_posix()


def _loaded(text: ModuleText) -> LoadedModule:
    lessons = tuple(_lesson(text, pair) for pair in text.lessons)
    content: dict[str, Any] = {
        "summary": text.summary,
        "quiz": text.quiz,
        "requires": list(text.requires),
        "objectives": [{"id": name, "text": words} for name, words in text.objectives],
        "sources": text.sources,
        "questions": [_question(question) for question in text.questions],
    }
    frame = [text.code, text.title, text.validity_months, text.refresh_days]
    scenarios = tuple(_scenario(text, each) for each in text.scenarios)
    # Without scenarios the fingerprint is what it was before there were any.
    whole = [frame, content, list(lessons), *([list(scenarios)] if scenarios else [])]
    return LoadedModule(text, content, lessons, scenarios, rules.content_hash(whole))


def _scenario(module: ModuleText, written: dict[str, Any]) -> dict[str, Any]:
    """Return a scenario as it will be stored: its words stay plain text and are escaped where they are shown."""
    content = {**written, "sources": {key: module.sources[key] for key in written["sources"]}}
    found = {"key": written["id"], "title": written["title"], "minutes": written["minutes"], "content": content}
    return {**found, "hash": rules.content_hash(found)}


def _question(question: Question) -> dict[str, Any]:
    return {
        "id": question.id,
        "objective": question.objective,
        "difficulty": question.difficulty,
        "kind": question.kind,
        "sources": list(question.sources),
        "card": question.card,
        "text": question.text,
        "options": [
            {"right": option.right, "text": option.text, "reason": option.reason} for option in question.options
        ],
    }


def _lesson(module: ModuleText, pair: dict[str, LessonText]) -> dict[str, Any]:
    first, other = pair["vi"], pair["en"]
    used = {key for card in first.cards for key in card.sources}
    content = {
        "valid_on": first.valid_on.isoformat() if first.valid_on else None,
        "app_version": first.app_version,
        "objectives": list(first.objectives),
        "sources": {key: module.sources[key] for key in module.sources if key in used},
        "cards": [_card(module, vi, en) for vi, en in zip(first.cards, other.cards, strict=True)],
    }
    lesson = {
        "key": first.id,
        "title": {"vi": first.title, "en": other.title},
        "minutes": first.minutes,
        "content": content,
    }
    return {**lesson, "hash": rules.content_hash(lesson)}


def _card(module: ModuleText, vi: Card, en: Card) -> dict[str, Any]:
    pair = {"vi": vi, "en": en}
    picture = None
    if vi.picture is not None:
        svg = markup.safe_svg(module.pictures[vi.picture])
        picture = {"svg": svg, "alt": {language: card.alt for language, card in pair.items()}}
    check = None
    if vi.question is not None:
        check = {
            "question": {language: card.question for language, card in pair.items()},
            "options": [
                {
                    "right": vi.options[place].right,
                    "text": {each: card.options[place].text for each, card in pair.items()},
                    "reason": {each: card.options[place].reason for each, card in pair.items()},
                }
                for place in range(len(vi.options))
            ],
        }
    # Only where there is one: a lesson without it keeps its fingerprint, and nobody is asked to read it again.
    tell = {} if vi.tell is None else {"tell": {language: card.tell for language, card in pair.items()}}
    return {
        "id": vi.id,
        "kind": "card" if check is None else "check",
        "heading": {language: card.heading for language, card in pair.items()},
        "html": {language: markup.render(card.body) for language, card in pair.items()},
        "dos": {
            language: [[is_do, markup.render_line(words)] for is_do, words in card.dos]
            for language, card in pair.items()
        },
        "say": None if vi.say is None else {language: card.say for language, card in pair.items()},
        **tell,
        "picture": picture,
        "sources": list(vi.sources),
        "check": check,
    }
