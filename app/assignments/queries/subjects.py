"""Modules as something that is asked of people: today's words and minutes, and the major versions so far."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select

from app.assignments.rules import MajorVersion, civil_day
from app.kernel.db import fetch
from app.kernel.held import held
from courses.models import Change, Module, ModuleVersion


@dataclass(frozen=True, slots=True)
class Subject:
    """A module in its newest version; ``title`` maps language to words, ``majors`` are its later editions.

    ``required`` are the practice scenarios that completing it asks for, beside the quiz.
    """

    id: int
    key: str
    code: str
    title: dict[str, str]
    minutes: int
    version_id: int
    edition: int
    majors: tuple[MajorVersion, ...]
    required: tuple[str, ...] = ()


_SUBJECTS = (
    select(
        Module.id,
        Module.key,
        Module.code,
        ModuleVersion.title,
        ModuleVersion.minutes,
        ModuleVersion.id,
        ModuleVersion.edition,
        ModuleVersion.change,
        ModuleVersion.published_at,
        ModuleVersion.required_from,
        ModuleVersion.required_scenarios,
    )
    .join(ModuleVersion, ModuleVersion.module_id == Module.id)
    .order_by(Module.rank, Module.key, ModuleVersion.number)
)


def known_subjects(module_ids: Collection[int]) -> dict[int, Subject]:
    """Return at least these modules as ``list_subjects`` does, held for a minute: a page may learn of a version late.

    For pages only; what is written is decided on ``list_subjects``.
    """
    found = held("assignments.subjects", list_subjects)
    return found if found.keys() >= set(module_ids) else list_subjects()


def list_subjects() -> dict[int, Subject]:
    """Return every module that has a version, by id, in the order of the curriculum; one statement."""
    rows = fetch(_SUBJECTS)
    found: dict[int, Subject] = {}
    for module_id, key, code, title, minutes, version_id, edition, change, published_at, required_from, asks in rows:
        majors = found[module_id].majors if module_id in found else ()
        if change is Change.MAJOR and edition > 1:
            published = civil_day(published_at)
            majors = (*majors, MajorVersion(edition, published, required_from or published))
        found[module_id] = Subject(module_id, key, code, title, minutes, version_id, edition, majors, tuple(asks))
    return found
