"""What lists and the city read: the newest snapshot of each facility, never the facts themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select

from app.kernel.db import db
from app.kernel.paging import Page
from app.people.models import Facility, FacilityType
from app.readiness.models import Snapshot, StaleFacility
from app.readiness.rules import Level

AnySelect = Select[*tuple[Any, ...]]
READY = (Level.A.value, Level.B.value)
OUT_OF_SCOPE = (Level.N.value, Level.X.value)


class CitySort(StrEnum):
    """How the city table may be ordered."""

    NAME = "name"
    SCORE = "score"
    COVERAGE = "coverage"
    LEVEL = "level"


@dataclass(frozen=True, slots=True)
class CityFilter:
    """Which facilities of the city are asked for; ``search`` is a search key (no marks)."""

    type: FacilityType | None = None
    area: str = ""
    search: str = ""
    levels: tuple[Level, ...] = ()


@dataclass(frozen=True, slots=True)
class CityRow:
    """One facility of the city table. ``coverage`` is None where nobody is in scope."""

    facility_id: int
    code: str
    name: str
    type: FacilityType
    area: str
    level: Level
    total: Fraction | None
    coverage: Fraction | None
    people: int
    points_ready: int
    points: int
    taken_at: datetime


@dataclass(frozen=True, slots=True)
class CitySummary:
    """The city in whole numbers: facilities in scope by level, and the pooled weights."""

    in_scope: int
    ready: int
    near: int
    behind: int
    outside: int
    taken_at: datetime | None


# The nightly job writes a snapshot of every facility, so the newest one is that of the newest day it was taken on.
_newest = (
    select(Snapshot.facility_id, func.max(Snapshot.taken_on).label("taken_on"))
    .group_by(Snapshot.facility_id)
    .subquery()
)
_is_newest = and_(Snapshot.facility_id == _newest.c.facility_id, Snapshot.taken_on == _newest.c.taken_on)


def find_snapshot(facility_id: int, *, on_or_before: date) -> Snapshot | None:
    """Return the facility's newest snapshot of that day or earlier, or None."""
    return db.session.scalars(
        select(Snapshot)
        .where(Snapshot.facility_id == facility_id, Snapshot.taken_on <= on_or_before)
        .order_by(Snapshot.taken_on.desc())
        .limit(1)
    ).one_or_none()


def list_trend(facility_id: int, *, since: date) -> list[tuple[date, Fraction]]:
    """Return the facility's totals by day from ``since`` on, oldest first; days without a total are left out."""
    rows = db.session.execute(
        select(Snapshot.taken_on, Snapshot.total)
        .where(Snapshot.facility_id == facility_id, Snapshot.taken_on >= since, Snapshot.total.is_not(None))
        .order_by(Snapshot.taken_on)
    )
    return [(day, Fraction(total)) for day, total in rows if total is not None]


def list_stale(limit: int) -> dict[int, list[int]]:
    """Return the marks of facilities whose snapshot no longer tells the truth: facility id to mark ids, oldest first.

    Whoever counts after this read has seen what these marks speak of, and may take just these away.
    """
    marks: dict[int, list[int]] = {}
    rows = db.session.execute(select(StaleFacility.facility_id, StaleFacility.id).order_by(StaleFacility.id))
    for facility_id, mark_id in rows:
        if facility_id not in marks and len(marks) >= limit:
            continue
        marks.setdefault(facility_id, []).append(mark_id)
    return marks


def city_summary(wanted: CityFilter) -> CitySummary:
    """Count the facilities of each word, from their newest snapshots; ``wanted.levels`` is left aside."""
    statement: AnySelect = (
        select(Snapshot.level, func.count(), func.max(Snapshot.taken_at))
        .join(_newest, _is_newest)
        .join(Facility, Facility.id == Snapshot.facility_id)
        .group_by(Snapshot.level)
    )
    counts: dict[str, int] = {}
    taken: list[datetime] = []
    for level, count, at in db.session.execute(_narrow(statement, wanted)).all():
        counts[level] = count
        taken.append(at)
    ready = sum(counts.get(level, 0) for level in READY)
    outside = sum(counts.get(level, 0) for level in OUT_OF_SCOPE)
    total = sum(counts.values())
    near = counts.get(Level.C.value, 0)
    return CitySummary(
        in_scope=total - outside,
        ready=ready,
        near=near,
        behind=total - outside - ready - near,
        outside=outside,
        taken_at=max(taken, default=None),
    )


def city_page(wanted: CityFilter, *, sort: CitySort = CitySort.NAME, page: int = 1, size: int = 50) -> Page[CityRow]:
    """Return one page of the city table from the newest snapshots."""
    statement: AnySelect = (
        select(Snapshot, Facility).join(_newest, _is_newest).join(Facility, Facility.id == Snapshot.facility_id)
    )
    statement = _narrow(statement, wanted)
    if wanted.levels:
        statement = statement.where(Snapshot.level.in_([level.value for level in wanted.levels]))
    total = db.session.scalar(select(func.count()).select_from(statement.subquery())) or 0
    found = db.session.execute(
        statement.order_by(*_order(sort), Facility.sort_key, Facility.id).limit(size).offset((page - 1) * size)
    )
    return Page([_city_row(snapshot, facility) for snapshot, facility in found], page, size, total)


def list_areas() -> Sequence[str]:
    """Return the areas that have a facility, in order."""
    return db.session.scalars(select(Facility.area).distinct().order_by(Facility.area)).all()


def _narrow(statement: AnySelect, wanted: CityFilter) -> AnySelect:
    if wanted.type is not None:
        statement = statement.where(Facility.type == wanted.type)
    if wanted.area:
        statement = statement.where(Facility.area == wanted.area)
    if wanted.search:
        statement = statement.where(Facility.search_key.contains(wanted.search, autoescape=True))
    return statement


def _order(sort: CitySort) -> tuple[ColumnElement[Any], ...]:
    if sort is CitySort.SCORE:
        return (Snapshot.total_sort.is_(None), Snapshot.total_sort.desc())
    if sort is CitySort.COVERAGE:
        return (Snapshot.coverage_sort.is_(None), Snapshot.coverage_sort.desc())
    if sort is CitySort.LEVEL:
        return (Snapshot.level.asc(),)
    return ()


def _city_row(snapshot: Snapshot, facility: Facility) -> CityRow:
    figures = snapshot.figures
    return CityRow(
        facility_id=facility.id,
        code=facility.code,
        name=facility.name,
        type=facility.type,
        area=facility.area,
        level=Level(snapshot.level),
        total=None if snapshot.total is None else Fraction(snapshot.total),
        coverage=None if figures["C"] is None else Fraction(figures["C"]),
        people=figures["people"],
        points_ready=figures["points_ready"],
        points=figures["points"],
        taken_at=snapshot.taken_at,
    )
