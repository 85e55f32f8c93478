"""Reads about modules, their current versions and lessons, how far a person has come, and the pocket guide."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import aliased, undefer

from app.kernel.clock import civil_day
from app.kernel.db import db, fetch
from app.kernel.errors import NotFound
from app.kernel.held import held
from courses import rules
from courses.models import GuidePrint, GuideVersion, Lesson, LessonProgress, Module, ModuleVersion

# A paper that has not come after this long may be asked for again.
ASK_AGAIN = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class ModuleRow:
    """A module with its current version; ``title`` maps language to words, ``minutes`` counts all lessons."""

    id: int
    key: str
    code: str
    rank: int
    version_id: int
    edition: int
    title: dict[str, str]
    minutes: int
    validity_months: int
    refresh_days: int
    published_at: datetime
    required_from: date | None
    lesson_count: int


@dataclass(frozen=True, slots=True)
class LessonRow:
    """A lesson of one version, without its cards; ``place`` counts from 1."""

    module_version_id: int
    key: str
    place: int
    title: dict[str, str]
    minutes: int
    card_count: int
    content_hash: str


@dataclass(frozen=True, slots=True)
class LessonView:
    """One lesson with its cards, the module it belongs to, and the reader's own position; ``card`` counts from 0."""

    module: ModuleRow
    lesson: LessonRow
    content: dict[str, Any]
    card: int | None


def _current_modules() -> Select[*tuple[Any, ...]]:
    newest = (
        select(func.max(ModuleVersion.number))
        .where(ModuleVersion.module_id == Module.id)
        .correlate(Module)
        .scalar_subquery()
    )
    of_version = aliased(Lesson)
    lessons = (
        select(func.count())
        .where(of_version.module_version_id == ModuleVersion.id)
        .correlate(ModuleVersion)
        .scalar_subquery()
    )
    return select(
        Module.id,
        Module.key,
        Module.code,
        Module.rank,
        ModuleVersion.id,
        ModuleVersion.edition,
        ModuleVersion.title,
        ModuleVersion.minutes,
        ModuleVersion.validity_months,
        ModuleVersion.refresh_days,
        ModuleVersion.published_at,
        ModuleVersion.required_from,
        lessons,
    ).join(ModuleVersion, (ModuleVersion.module_id == Module.id) & (ModuleVersion.number == newest))


_LESSON_COLUMNS = (
    Lesson.module_version_id,
    Lesson.key,
    Lesson.place,
    Lesson.title,
    Lesson.minutes,
    Lesson.card_count,
    Lesson.content_hash,
)
# What pages ask at every request, built once (docs/decisions/0007).
_MODULES = _current_modules().order_by(Module.rank, Module.key)
_MODULE = _current_modules().where(Module.key == bindparam("key"))
_LESSONS = select(*_LESSON_COLUMNS).where(Lesson.module_version_id == bindparam("version_id")).order_by(Lesson.place)
_CONTENT = select(Lesson.content).where(
    Lesson.module_version_id == bindparam("version_id"), Lesson.key == bindparam("key")
)
_OWN_LESSON = (
    _current_modules()
    .join(Lesson, Lesson.module_version_id == ModuleVersion.id)
    .add_columns(*_LESSON_COLUMNS, LessonProgress.card)
    .outerjoin(
        LessonProgress,
        (LessonProgress.lesson_key == Lesson.key)
        & (LessonProgress.module_id == Module.id)
        & (LessonProgress.person_id == bindparam("person_id")),
    )
    .where(Module.key == bindparam("module_key"), Lesson.key == bindparam("lesson_key"))
)
_NEWEST = select(func.max(ModuleVersion.id)).group_by(ModuleVersion.module_id)
_MODULE_WIDTH = len(fields(ModuleRow))


def list_modules() -> list[ModuleRow]:
    """Return every module with its current version, in the order of the curriculum."""
    return [ModuleRow(*row) for row in fetch(_MODULES)]


def known_modules() -> list[ModuleRow]:
    """Return the same for a page, held for a minute: it may learn of a new version late."""
    return held("courses.modules", list_modules)


def get_module(key: str) -> ModuleRow:
    """Return the module with this key and its current version; raises ``NotFound``."""
    row = fetch(_MODULE, key=key).one_or_none()
    if row is None:
        raise NotFound("module", key=key)
    return ModuleRow(*row)


def get_version(version_id: int) -> ModuleVersion:
    """Return a version with its content; raises ``NotFound``."""
    found = db.session.get(ModuleVersion, version_id, options=[undefer(ModuleVersion.content)])
    if found is None:
        raise NotFound("module_version", version_id=version_id)
    return found


def get_about(version_id: int) -> dict[str, Any]:
    """Return what a version says about itself: ``summary`` by language and ``quiz``; leaves its questions unread."""
    row = db.session.execute(
        select(ModuleVersion.content["summary"], ModuleVersion.content["quiz"]).where(ModuleVersion.id == version_id)
    ).one()
    return {"summary": row[0], "quiz": row[1]}


def find_newest_version(module_id: int) -> ModuleVersion | None:
    """Return the newest version of a module with its content, or None."""
    return db.session.scalar(
        select(ModuleVersion)
        .where(ModuleVersion.module_id == module_id)
        .order_by(ModuleVersion.number.desc())
        .limit(1)
        .options(undefer(ModuleVersion.content))
    )


def list_lessons(version_id: int) -> list[LessonRow]:
    """Return the lessons of a version in their order."""
    return [_lesson_row(row) for row in fetch(_LESSONS, version_id=version_id)]


def known_lessons(version_ids: Collection[int]) -> dict[int, list[LessonRow]]:
    """Return the lessons of each of these versions in their order, by version id; for pages, held for a minute."""
    found = held("courses.lessons", lambda: _lessons_of(_NEWEST))
    others = [each for each in version_ids if each not in found]
    more = _lessons_of(others) if others else {}
    return {each: found[each] if each in found else more[each] for each in version_ids}


def _lessons_of(version_ids: Select[int] | Sequence[int]) -> dict[int, list[LessonRow]]:
    rows = db.session.execute(
        select(ModuleVersion.id, *_LESSON_COLUMNS)
        .outerjoin(Lesson, Lesson.module_version_id == ModuleVersion.id)
        .where(ModuleVersion.id.in_(version_ids))
        .order_by(Lesson.place)
    )
    found: dict[int, list[LessonRow]] = {}
    for version_id, *lesson in rows:
        of_version = found.setdefault(version_id, [])
        if lesson[0] is not None:
            of_version.append(_lesson_row(lesson))
    return found


def _lesson_row(row: Sequence[Any]) -> LessonRow:
    return LessonRow(*row)


def get_lesson(person_id: int, module_key: str, lesson_key: str) -> LessonView:
    """Return a lesson of the module's current version with the person's position, in one statement.

    Raises ``NotFound``. Older versions are never shown: only what is published and current exists for a learner. The
    cards themselves never change in a version, so that a process holds them.
    """
    row = fetch(_OWN_LESSON, person_id=person_id, module_key=module_key, lesson_key=lesson_key).one_or_none()
    if row is None:
        raise NotFound("lesson", module=module_key, lesson=lesson_key)
    module, lesson = ModuleRow(*row[:_MODULE_WIDTH]), _lesson_row(row[_MODULE_WIDTH:-1])
    held_as = ("courses.cards", lesson.module_version_id, lesson.key, lesson.content_hash)
    content = held(held_as, lambda: _content_of(lesson))
    return LessonView(module, lesson, content, row[-1])


def _content_of(lesson: LessonRow) -> dict[str, Any]:
    content: dict[str, Any] = fetch(_CONTENT, version_id=lesson.module_version_id, key=lesson.key).scalar_one()
    return content


def list_lessons_with_content(
    version_id: int, keys: Sequence[str] | None = None
) -> list[tuple[LessonRow, dict[str, Any]]]:
    """Return some lessons of a version, or all, with their content, in their order."""
    asked = select(*_LESSON_COLUMNS, Lesson.content).where(Lesson.module_version_id == version_id)
    if keys is not None:
        asked = asked.where(Lesson.key.in_(keys))
    return [(_lesson_row(row[:7]), row[7]) for row in db.session.execute(asked.order_by(Lesson.place))]


def find_next_lesson(lesson: LessonRow) -> str | None:
    """Return the key of the lesson after this one in its version, or None after the last."""
    return db.session.scalar(
        select(Lesson.key).where(Lesson.module_version_id == lesson.module_version_id, Lesson.place == lesson.place + 1)
    )


def progress_of(person_id: int, module_ids: Sequence[int]) -> dict[int, dict[str, LessonProgress]]:
    """Return the person's positions by module id and lesson key; modules never opened have an empty mapping."""
    found: dict[int, dict[str, LessonProgress]] = {module_id: {} for module_id in module_ids}
    statement = select(LessonProgress).where(
        LessonProgress.person_id == person_id, LessonProgress.module_id.in_(module_ids)
    )
    for row in db.session.scalars(statement):
        found[row.module_id][row.lesson_key] = row
    return found


@dataclass(frozen=True, slots=True)
class GuideView:
    """The guide's present version in one language: ``text`` is its content as plain data, every pair one word."""

    version_id: int
    number: int
    published_at: datetime
    language: str
    text: dict[str, Any]

    @property
    def published_on(self) -> date:
        """Return the civil day on which the version came out."""
        return civil_day(self.published_at)

    @property
    def kinds(self) -> tuple[str, ...]:
        """Return the kinds of paper it is printed as."""
        return rules.paper_kinds(self.text)


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper of one version of the guide in one language."""

    guide_version_id: int
    kind: str
    language: str

    @property
    def key(self) -> dict[str, Any]:
        """Return what tells this paper from all others, by column."""
        return {"guide_version_id": self.guide_version_id, "kind": self.kind, "language": self.language}


class PaperState(StrEnum):
    """Where a paper of the guide stands."""

    NONE = "none"
    MAKING = "making"
    LATE = "late"
    MADE = "made"


#: The keys of a module and of a lesson of its current version, and the lesson's title by language.
LessonLink = tuple[str, str, dict[str, str]]

_GUIDE = select(GuideVersion.id, GuideVersion.number, GuideVersion.published_at).order_by(GuideVersion.number.desc())
_LESSON_LINKS = (
    select(Module.key, Lesson.key, Lesson.title)
    .join(ModuleVersion, ModuleVersion.module_id == Module.id)
    .join(Lesson, Lesson.module_version_id == ModuleVersion.id)
    .where(ModuleVersion.id.in_(_NEWEST))
)
_LESSON_OF_KEY = _LESSON_LINKS.where(Lesson.key == bindparam("key"))


def get_guide(language: str, version_id: int | None = None) -> GuideView:
    """Return the guide in a language, its newest version unless one is named; raises ``NotFound``."""
    found = find_guide(language, version_id)
    if found is None:
        raise NotFound("guide")
    return found


def find_guide(language: str, version_id: int | None = None) -> GuideView | None:
    """Return the guide in a language, its newest version unless one is named, or None when it is not there."""
    statement = _GUIDE.limit(1) if version_id is None else _GUIDE.where(GuideVersion.id == version_id)
    row = db.session.execute(statement).one_or_none()
    if row is None:
        return None
    return GuideView(*row, language, held(("courses.guide", row.id, language), lambda: _guide_text(row.id, language)))


def _guide_text(version_id: int, language: str) -> dict[str, Any]:
    content = db.session.scalars(select(GuideVersion.content).where(GuideVersion.id == version_id)).one()
    text: dict[str, Any] = rules.in_one_language(content, language)
    return text


def find_lesson_of_key(key: str) -> LessonLink | None:
    """Return a lesson of its module's current version, or None."""
    row = fetch(_LESSON_OF_KEY, key=key).one_or_none()
    return None if row is None else (row[0], row[1], row[2])


def find_lessons_of_keys(keys: Collection[str]) -> dict[str, LessonLink]:
    """Return those of these lessons that are there, each by its key."""
    rows = db.session.execute(_LESSON_LINKS.where(Lesson.key.in_(keys)))
    return {lesson: (module, lesson, title) for module, lesson, title in rows}


def find_print(paper: Paper) -> GuidePrint | None:
    """Return the print of a paper, made or still in the making, or None when nobody has asked."""
    return db.session.scalars(select(GuidePrint).filter_by(**paper.key)).one_or_none()


def find_print_of_id(print_id: int) -> GuidePrint | None:
    """Return a print by its id, or None."""
    return db.session.get(GuidePrint, print_id)


def list_prints(version_id: int) -> dict[tuple[str, str], GuidePrint]:
    """Return the prints of a version of the guide by (kind, language)."""
    rows = db.session.scalars(select(GuidePrint).where(GuidePrint.guide_version_id == version_id))
    return {(row.kind, row.language): row for row in rows}


def paper_state(asked: GuidePrint | None, now: datetime) -> PaperState:
    """Say where a paper stands from its row, None when nobody has asked."""
    if asked is None:
        return PaperState.NONE
    if asked.file_key is not None:
        return PaperState.MADE
    return PaperState.LATE if now - asked.asked_at >= ASK_AGAIN else PaperState.MAKING
