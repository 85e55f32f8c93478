"""What lists and the city read: the newest snapshot of each facility, never the facts themselves."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select, true

from app.kernel.db import db
from app.people.models import Facility, FacilityType
from app.readiness.models import Snapshot, StaleFacility
from app.readiness.rules import Level, Score

AnySelect = Select[*tuple[Any, ...]]
READY = (Level.A, Level.B)
NEAR = (Level.C,)
BEHIND = (Level.D, Level.E)
OUT_OF_SCOPE = (Level.N, Level.X)
#: Of fewer people than these no number is shown outside their own facility (house §5.9).
FEW = 5


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
    """The city in numbers: facilities by level, and the pooled coverage of those in scope.

    ``oldest_at`` and ``newest_at`` say between which instants the snapshots were taken; None without any.
    """

    by_level: Mapping[Level, int]
    pooled: Fraction | None
    oldest_at: datetime | None
    newest_at: datetime | None

    def count(self, *levels: Level) -> int:
        """Return how many facilities are at one of these levels."""
        return sum(self.by_level.get(level, 0) for level in levels)

    @property
    def ready(self) -> int:
        """Return how many facilities are ready."""
        return self.count(*READY)

    @property
    def outside(self) -> int:
        """Return how many are closed or have nothing required."""
        return self.count(*OUT_OF_SCOPE)

    @property
    def in_scope(self) -> int:
        """Return how many count in the share."""
        return sum(self.by_level.values()) - self.outside


def newest() -> ColumnElement[bool]:
    """Say in SQL that a snapshot is the newest of its facility."""
    # Written as the partial index has it: "is 1" would read every snapshot ever taken.
    return Snapshot.is_newest == true()


def figures_of(score: Score) -> dict[str, Any]:
    """Return what a snapshot keeps of a score besides its columns: exact parts as texts, and the service points."""
    parts = {"C": score.C, "B": score.B, "U": score.U, "K": score.K}
    return {
        **{name: None if part is None else str(part) for name, part in parts.items()},
        "num_u": score.num_u,
        "num_k": score.num_k,
        "points": len(score.points),
        "points_ready": sum(1 for point in score.points if point.ready >= point.need),
    }


def list_history(facility_id: int, *, since: date) -> Sequence[Snapshot]:
    """Return the facility's snapshots from ``since`` on, oldest first."""
    return db.session.scalars(
        select(Snapshot)
        .where(Snapshot.facility_id == facility_id, Snapshot.taken_on >= since)
        .order_by(Snapshot.taken_on)
    ).all()


def list_taken(day: date) -> dict[int, datetime]:
    """Return when each facility's snapshot of ``day`` was taken, by facility id."""
    rows = db.session.execute(select(Snapshot.facility_id, Snapshot.taken_at).where(Snapshot.taken_on == day))
    return dict(rows.all())


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
    """Count the facilities of each level, from their newest snapshots; ``wanted.levels`` is left aside."""
    statement: AnySelect = (
        select(
            Snapshot.level,
            func.count(),
            func.sum(Snapshot.den),
            func.sum(Snapshot.num_c),
            func.min(Snapshot.taken_at),
            func.max(Snapshot.taken_at),
        )
        .join(Facility, Facility.id == Snapshot.facility_id)
        .where(newest())
        .group_by(Snapshot.level)
    )
    rows = db.session.execute(_narrow(statement, wanted)).all()
    scope = [row for row in rows if row[0] not in OUT_OF_SCOPE]
    counts = {Level(row[0]): row[1] for row in rows}
    den = sum(int(row[2]) for row in scope)
    return CitySummary(
        by_level=counts,
        pooled=Fraction(sum(int(row[3]) for row in scope), den) if den else None,
        oldest_at=min((row[4] for row in rows), default=None),
        newest_at=max((row[5] for row in rows), default=None),
    )


def city_page(wanted: CityFilter, *, sort: str = "name", page: int = 1, size: int = 50) -> list[CityRow]:
    """Return one page of the city table from the newest snapshots; ``sort`` is a CitySort, downwards with "-"."""
    found = db.session.execute(_wanted(wanted).order_by(*_order(sort)).limit(size).offset((page - 1) * size))
    return [_city_row(snapshot, facility) for snapshot, facility in found]


def city_rows(wanted: CityFilter, *, sort: str = "name") -> Iterator[CityRow]:
    """Yield every row of the city table, for an export."""
    for snapshot, facility in db.session.execute(_wanted(wanted).order_by(*_order(sort))):
        yield _city_row(snapshot, facility)


def _wanted(wanted: CityFilter) -> AnySelect:
    statement: AnySelect = (
        select(Snapshot, Facility).join(Facility, Facility.id == Snapshot.facility_id).where(newest())
    )
    if wanted.levels:
        statement = statement.where(Snapshot.level.in_([level.value for level in wanted.levels]))
    return _narrow(statement, wanted)


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


def _order(sort: str) -> tuple[Any, ...]:
    """Return the order asked for, ties by name; what has no number comes last both ways."""
    key, is_down = sort.removeprefix("-"), sort.startswith("-")
    columns: dict[str, Any] = {
        CitySort.NAME: Facility.sort_key,
        # The place in the order would tell what the words "few people" keep back.
        CitySort.SCORE: case((Snapshot.people >= FEW, Snapshot.total_sort)),
        CitySort.COVERAGE: case((Snapshot.people >= FEW, Snapshot.coverage_sort)),
        CitySort.LEVEL: Snapshot.level,
    }
    column = columns.get(key, Facility.sort_key)
    ordered = column.desc() if is_down else column.asc()
    return column.is_(None), ordered, Facility.sort_key, Facility.id


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
        people=snapshot.people,
        points_ready=figures["points_ready"],
        points=figures["points"],
        taken_at=snapshot.taken_at,
    )
