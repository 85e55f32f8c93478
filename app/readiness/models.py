"""The tables of readiness: what is required, by which policy it is counted, and the snapshots that lists read."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base, Id, KeyText
from app.people.models import Dated


class Requirement(Dated, Base):
    """Position × module × weight, from–to (ruling 30). Assignments never change readiness."""

    __tablename__ = "requirement"
    __table_args__ = (Index("ix_requirement_position", "position_id", "module_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    position_id: Mapped[int] = mapped_column(ForeignKey("position.id"))
    module_id: Mapped[int] = mapped_column(ForeignKey("module.id"))
    weight: Mapped[int]


class ReadinessPolicy(Dated, Base):
    """The city's weights and thresholds, versioned; ``content`` has the shape of the vectors' policy."""

    __tablename__ = "readiness_policy"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    label: Mapped[str]
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    content_hash: Mapped[str] = mapped_column(KeyText)


class LegalCap(Dated, Base):
    """A legal breach, entered by the task force with its document: the level is no better than ``level``."""

    __tablename__ = "legal_cap"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    facility_id: Mapped[int] = mapped_column(ForeignKey("facility.id"), index=True)
    level: Mapped[str]
    document: Mapped[str]
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class Snapshot(Base):
    """A facility's readiness at the end of a day, or (``taken_on`` today) as fresh as the worker is.

    ``is_newest`` marks the one row of a facility that lists read: looking for the newest day of 10,000 facilities took
    longer than the rest of the city's page.
    """

    __tablename__ = "readiness_snapshot"
    __table_args__ = (
        UniqueConstraint("facility_id", "taken_on"),
        Index("ix_readiness_snapshot_taken_on", "taken_on"),
        Index(
            "uq_readiness_snapshot_newest",
            "facility_id",
            unique=True,
            sqlite_where=text("is_newest = 1"),
            postgresql_where=text("is_newest"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    facility_id: Mapped[int] = mapped_column(ForeignKey("facility.id"))
    taken_on: Mapped[date]
    taken_at: Mapped[datetime]
    policy_id: Mapped[int] = mapped_column(ForeignKey("readiness_policy.id"))
    level: Mapped[str]
    total: Mapped[str | None]
    total_sort: Mapped[int | None]
    coverage_sort: Mapped[int | None]
    people: Mapped[int]
    den: Mapped[int]
    num_c: Mapped[int]
    is_newest: Mapped[bool]
    figures: Mapped[dict[str, Any]] = mapped_column(JSON)


class StaleFacility(Base):
    """That a facility's snapshot no longer tells the truth; the worker recomputes it within two seconds.

    Appended, never updated: concurrent passes in one hospital must not wait for each other over one row.
    """

    __tablename__ = "stale_facility"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    facility_id: Mapped[int] = mapped_column(ForeignKey("facility.id"), index=True)
    marked_at: Mapped[datetime]
