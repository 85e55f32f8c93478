"""How checked content becomes an immutable version, whole or not at all, and what changed by it."""

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from app.kernel.clock import civil_day
from app.kernel.db import db
from app.kernel.errors import Invalid
from app.kernel.events import bus
from courses import queries, rules
from courses.events import ModuleVersionPublished
from courses.models import Change, Course, Lesson, Module, ModuleVersion, Scenario
from courses.operations.guide import GuideReport, publish_guide
from courses.operations.library import Library, LoadedModule, read_library
from courses.operations.paths import publish_paths
from courses.rules import Problem

COURSE = "sskdt"
COURSE_TITLE = {"vi": "Sổ sức khỏe điện tử", "en": "The electronic health book"}


@dataclass(frozen=True, slots=True)
class ModuleReport:
    """What loading did to one module: the version it has now, and the keys of the lessons that moved."""

    key: str
    number: int
    edition: int
    is_new: bool
    has_changed: bool
    new_lessons: tuple[str, ...] = ()
    changed_lessons: tuple[str, ...] = ()
    removed_lessons: tuple[str, ...] = ()
    questions_changed: bool = False
    scenarios_changed: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """What loading a library did, module by module, and to the guide and the paths when they were read.

    ``changed_paths`` are the keys of learning paths that are new, changed or gone; None when none were read.
    """

    modules: tuple[ModuleReport, ...]
    guide: GuideReport | None = None
    changed_paths: tuple[str, ...] | None = None


class LibraryRefused(Invalid):
    """The library has faults; nothing was written. ``problems`` names each with its file and line."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("library_refused", count=len(problems))
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(map(str, self.problems))


def load_library(path: Path, *, now: datetime) -> Report:
    """Read, check and publish every module below ``path``; raises ``LibraryRefused`` with all faults."""
    return publish_library(read_library(path), now=now)


def publish_library(library: Library, *, now: datetime) -> Report:
    """Publish what differs from the current versions; all or nothing, and nothing a second time.

    Raises ``LibraryRefused`` when the library has faults or a release comes too early.
    """
    if library.problems:
        raise LibraryRefused(library.problems)
    current = {module.text.id: _current(module.text.id) for module in library.modules}
    pending = [module for module in library.modules if _differs(module, current[module.text.id])]
    early = [
        problem
        for module in pending
        if current[module.text.id] is not None
        for problem in (rules.check_release(module.text.release, civil_day(now)),)
        if problem is not None
    ]
    if early:
        raise LibraryRefused(tuple(sorted(early)))
    modules = tuple(_publish(module, current[module.text.id], now=now) for module in library.modules)
    guide = publish_guide(library.guide, now=now) if library.guide else None
    return Report(modules, guide, publish_paths(library.paths) if library.paths is not None else None)


def _current(key: str) -> ModuleVersion | None:
    """Return the newest version of a module with its content, locking the module, or None."""
    module = db.session.scalar(select(Module).where(Module.key == key).with_for_update())
    return queries.find_newest_version(module.id) if module is not None else None


def _differs(module: LoadedModule, current: ModuleVersion | None) -> bool:
    return current is None or current.content_hash != module.hash


def _publish(module: LoadedModule, current: ModuleVersion | None, *, now: datetime) -> ModuleReport:
    if current is not None and current.content_hash == module.hash:
        return ModuleReport(module.text.id, current.number, current.edition, is_new=False, has_changed=False)
    version = _write(module, current, now=now)
    before = {lesson.key: lesson.content_hash for lesson in queries.list_lessons(current.id)} if current else {}
    after = [(lesson["key"], lesson["hash"]) for lesson in module.lessons]
    new, changed, removed = rules.changed_lessons(before, after)
    bus.announce(ModuleVersionPublished(module_id=version.module_id, module_version_id=version.id))
    return ModuleReport(
        module.text.id,
        version.number,
        version.edition,
        is_new=current is None,
        has_changed=True,
        new_lessons=new,
        changed_lessons=changed,
        removed_lessons=removed,
        questions_changed=current is not None and current.content["questions"] != module.content["questions"],
        scenarios_changed=current is not None and _scenarios_of(current) != _scenarios_of(version),
    )


def _scenarios_of(version: ModuleVersion) -> list[tuple[str, str]]:
    """Return the scenarios of a version in their order, each with its fingerprint."""
    rows = db.session.execute(
        select(Scenario.key, Scenario.content_hash)
        .where(Scenario.module_version_id == version.id)
        .order_by(Scenario.place)
    )
    return [(key, mark) for key, mark in rows]


def _write(module: LoadedModule, current: ModuleVersion | None, *, now: datetime) -> ModuleVersion:
    text = module.text
    version = ModuleVersion(
        module_id=current.module_id if current else _new_module(module).id,
        number=current.number + 1 if current else 1,
        edition=rules.next_edition(current.edition if current else None, text.release.change),
        change=Change(text.release.change),
        content_hash=module.hash,
        title=text.title,
        minutes=module.minutes,
        validity_months=text.validity_months,
        refresh_days=text.refresh_days,
        published_at=now,
        required_from=text.release.required_from,
        required_scenarios=sorted(
            rules.required_scenarios(text.requires, [scenario["key"] for scenario in module.scenarios])
        ),
        content=module.content,
    )
    db.session.add(version)
    db.session.flush()
    db.session.add_all(
        Lesson(
            module_version_id=version.id,
            key=lesson["key"],
            place=place,
            title=lesson["title"],
            minutes=lesson["minutes"],
            card_count=len(lesson["content"]["cards"]),
            content_hash=lesson["hash"],
            content=lesson["content"],
        )
        for place, lesson in enumerate(module.lessons, 1)
    )
    db.session.add_all(
        Scenario(
            module_version_id=version.id,
            key=scenario["key"],
            place=place,
            title=scenario["title"],
            minutes=scenario["minutes"],
            content_hash=scenario["hash"],
            content=scenario["content"],
        )
        for place, scenario in enumerate(module.scenarios, 1)
    )
    db.session.flush()
    return version


def _new_module(module: LoadedModule) -> Module:
    course = db.session.scalar(select(Course).where(Course.key == COURSE))
    if course is None:
        course = Course(key=COURSE, title=COURSE_TITLE)
        db.session.add(course)
        db.session.flush()
    digits = re.sub(r"\D", "", module.text.id)
    made = Module(course_id=course.id, key=module.text.id, code=module.text.code, rank=int(digits) if digits else 1000)
    db.session.add(made)
    db.session.flush()
    return made
