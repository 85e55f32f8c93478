"""The tables of teaching material and of reading progress."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.kernel.db import Base, Id, KeyText, words_of
from courses.rules import MoveKind, Outcome


class Change(StrEnum):
    """How much a version changes against the one before (readiness.md §5.3)."""

    EDITORIAL = "editorial"
    MINOR = "minor"
    MAJOR = "major"


class Course(Base):
    """A set of modules under one subject."""

    __tablename__ = "course"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(KeyText, unique=True)
    title: Mapped[dict[str, str]] = mapped_column(JSON)


class Module(Base):
    """What is assigned, examined, certified and retrained; its content is in its versions."""

    __tablename__ = "module"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    key: Mapped[str] = mapped_column(KeyText, unique=True)
    code: Mapped[str]
    rank: Mapped[int]


class ModuleVersion(Base):
    """Immutable published content. ``edition`` counts major changes only: it is what certificates speak of."""

    __tablename__ = "module_version"
    __table_args__ = (UniqueConstraint("module_id", "number"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    module_id: Mapped[int] = mapped_column(ForeignKey("module.id"), index=True)
    number: Mapped[int]
    edition: Mapped[int]
    change: Mapped[Change] = mapped_column(words_of(Change))
    content_hash: Mapped[str] = mapped_column(KeyText)
    title: Mapped[dict[str, str]] = mapped_column(JSON)
    minutes: Mapped[int]
    validity_months: Mapped[int]
    refresh_days: Mapped[int]
    published_at: Mapped[datetime]
    required_from: Mapped[date | None]
    # Which scenarios completing the module asks for, beside its quiz (ruling 25).
    required_scenarios: Mapped[list[str]] = mapped_column(JSON, default=list)
    content: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True)

    module: Mapped[Module] = relationship()


class Lesson(Base):
    """One lesson of one version; ``key`` is stable across versions, so that a change can ask for just this lesson."""

    __tablename__ = "lesson"
    __table_args__ = (UniqueConstraint("module_version_id", "key"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    module_version_id: Mapped[int] = mapped_column(ForeignKey("module_version.id"))
    key: Mapped[str] = mapped_column(KeyText)
    place: Mapped[int]
    title: Mapped[dict[str, str]] = mapped_column(JSON)
    minutes: Mapped[int]
    card_count: Mapped[int]
    content_hash: Mapped[str] = mapped_column(KeyText)
    content: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True)


class Scenario(Base):
    """One practice scenario of one version; ``key`` is stable across versions, ``content`` as the rules read it."""

    __tablename__ = "scenario"
    __table_args__ = (UniqueConstraint("module_version_id", "key"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    module_version_id: Mapped[int] = mapped_column(ForeignKey("module_version.id"))
    key: Mapped[str] = mapped_column(KeyText)
    place: Mapped[int]
    title: Mapped[dict[str, str]] = mapped_column(JSON)
    minutes: Mapped[int]
    content_hash: Mapped[str] = mapped_column(KeyText)
    content: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True)


class LearningPath(Base):
    """Which modules a position learns, in which order: the keys of both, as the library loaded last has them."""

    __tablename__ = "learning_path"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(KeyText, unique=True)
    rank: Mapped[int]
    title: Mapped[dict[str, str]] = mapped_column(JSON)
    positions: Mapped[list[str]] = mapped_column(JSON)
    modules: Mapped[list[str]] = mapped_column(JSON)
    source: Mapped[str] = mapped_column(KeyText)


class LessonProgress(Base):
    """How far a person has come in a lesson; one row however many devices. ``card`` counts from 0."""

    __tablename__ = "lesson_progress"
    __table_args__ = (UniqueConstraint("person_id", "module_id", "lesson_key"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    module_id: Mapped[int] = mapped_column(ForeignKey("module.id"), index=True)
    lesson_key: Mapped[str] = mapped_column(KeyText)
    content_hash: Mapped[str] = mapped_column(KeyText)
    card: Mapped[int]
    furthest: Mapped[int]
    began_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class GuideVersion(Base):
    """Immutable published content of the pocket guide: cards, error table, posters, sources."""

    __tablename__ = "guide_version"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    content_hash: Mapped[str] = mapped_column(KeyText)
    published_at: Mapped[datetime]
    content: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True)


class GuidePrint(Base):
    """A paper of one version of the guide in one language: asked for once, made by the worker; ``size`` in bytes."""

    __tablename__ = "guide_print"
    __table_args__ = (UniqueConstraint("guide_version_id", "kind", "language"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    guide_version_id: Mapped[int] = mapped_column(ForeignKey("guide_version.id"))
    kind: Mapped[str] = mapped_column(KeyText)
    language: Mapped[str] = mapped_column(KeyText)
    asked_at: Mapped[datetime]
    made_at: Mapped[datetime | None]
    file_key: Mapped[str | None]
    size: Mapped[int | None]


class ScenarioRun(Base):
    """One try of one person at one scenario; never changed once ended. ``run_key`` is the client's own and unique.

    What a run has come to is counted from its taps and written when it ends; ``forbidden`` names the act that ended it.
    """

    __tablename__ = "scenario_run"
    __table_args__ = (
        Index(
            "uq_scenario_run_open",
            "person_id",
            "module_id",
            "scenario_key",
            unique=True,
            sqlite_where=text("ended_at is null"),
            postgresql_where=text("ended_at is null"),
        ),
        Index("ix_scenario_run_person", "person_id", "module_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    run_key: Mapped[str] = mapped_column(KeyText, unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    module_id: Mapped[int] = mapped_column(ForeignKey("module.id"), index=True)
    module_version_id: Mapped[int] = mapped_column(ForeignKey("module_version.id"))
    scenario_id: Mapped[int] = mapped_column(ForeignKey("scenario.id"), index=True)
    scenario_key: Mapped[str] = mapped_column(KeyText)
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[Outcome | None] = mapped_column(words_of(Outcome))
    steps: Mapped[int | None]
    steps_all: Mapped[int | None]
    wrong_turns: Mapped[int | None]
    forbidden: Mapped[str | None] = mapped_column(KeyText)


class ScenarioTap(Base):
    """One tap of a run; appended, never changed. ``op_id`` is the client's and unique, ``seq`` counts from 1.

    ``verdict`` is the server's own; None for trying a step again. ``is_first``: the first tap of the run on its screen.
    """

    __tablename__ = "scenario_tap"
    __table_args__ = (UniqueConstraint("run_id", "seq"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("scenario_run.id"))
    op_id: Mapped[str] = mapped_column(KeyText, unique=True)
    seq: Mapped[int]
    screen: Mapped[str] = mapped_column(KeyText)
    choice: Mapped[str] = mapped_column(KeyText)
    verdict: Mapped[MoveKind | None] = mapped_column(words_of(MoveKind))
    is_first: Mapped[bool]
    recorded_at: Mapped[datetime]
