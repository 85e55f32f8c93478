"""The tables of who must learn what by when, and of what was completed."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.kernel.db import Base, Id, KeyText
from courses.models import Module


class AssignmentBatch(Base):
    """One press of "Giao học"; ``token`` is the form's own, so that pressing twice assigns once."""

    __tablename__ = "assignment_batch"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    token: Mapped[str] = mapped_column(KeyText, unique=True)
    facility_id: Mapped[int] = mapped_column(ForeignKey("facility.id"), index=True)
    made_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
    rule_id: Mapped[int | None] = mapped_column(ForeignKey("assignment_rule.id"))
    module_ids: Mapped[list[int]] = mapped_column(JSON)
    due_on: Mapped[date]
    counts: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    # Assignment id → the due day it had before, so that an undo can give it back.
    moved: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)


class AssignmentRule(Base):
    """A standing rule: audience × modules × due rule, also for people who come later."""

    __tablename__ = "assignment_rule"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    facility_id: Mapped[int] = mapped_column(ForeignKey("facility.id"), index=True)
    audience: Mapped[dict[str, Any]] = mapped_column(JSON)
    module_ids: Mapped[list[int]] = mapped_column(JSON)
    days_to_learn: Mapped[int]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Assignment(Base):
    """That a person must learn a module by the end of a day, for one facility. States are derived, never stored."""

    __tablename__ = "assignment"
    __table_args__ = (
        Index(
            "uq_assignment_open",
            "person_id",
            "facility_id",
            "module_id",
            unique=True,
            sqlite_where=text("cancelled_at is null"),
            postgresql_where=text("cancelled_at is null"),
        ),
        Index("ix_assignment_facility", "facility_id", "module_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    facility_id: Mapped[int] = mapped_column(ForeignKey("facility.id"))
    module_id: Mapped[int] = mapped_column(ForeignKey("module.id"))
    batch_id: Mapped[int] = mapped_column(ForeignKey("assignment_batch.id"), index=True)
    assigned_at: Mapped[datetime]
    due_on: Mapped[date]
    cancelled_at: Mapped[datetime | None]

    module: Mapped[Module] = relationship()


class Completion(Base):
    """One cycle's fact that a module was passed; append only, with its validity and refresh day."""

    __tablename__ = "completion"
    __table_args__ = (
        UniqueConstraint("person_id", "module_id", "cycle"),
        Index("ix_completion_person", "person_id", "module_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    module_id: Mapped[int] = mapped_column(ForeignKey("module.id"), index=True)
    module_version_id: Mapped[int] = mapped_column(ForeignKey("module_version.id"))
    attempt_id: Mapped[int | None] = mapped_column(ForeignKey("attempt.id"), unique=True)
    cycle: Mapped[int]
    edition: Mapped[int]
    completed_at: Mapped[datetime]
    anchor_on: Mapped[date]
    last_day: Mapped[date]
    refresh_due_on: Mapped[date]
    recorded_at: Mapped[datetime]


class CompletionEnd(Base):
    """That a completion no longer speaks for anyone: its certificate was revoked. The completion itself stays."""

    __tablename__ = "completion_end"

    completion_id: Mapped[int] = mapped_column(ForeignKey("completion.id"), primary_key=True)
    ended_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
