"""The tables of questions, attempts and answers."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.kernel.db import Base, Id, KeyText, words_of
from courses.models import Module, ModuleVersion
from quizzes.rules import Lateness


class Quiz(Base):
    """The quiz of a module: one, whatever the version."""

    __tablename__ = "quiz"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    module_id: Mapped[int] = mapped_column(ForeignKey("module.id"), unique=True)

    module: Mapped[Module] = relationship()


class Blueprint(Base):
    """How many questions from which pool, and what passing takes, for one module version."""

    __tablename__ = "blueprint"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    quiz_id: Mapped[int] = mapped_column(ForeignKey("quiz.id"), index=True)
    module_version_id: Mapped[int] = mapped_column(ForeignKey("module_version.id"), unique=True)
    length: Mapped[int]
    pass_mark: Mapped[int]
    time_limit_minutes: Mapped[int | None]

    quiz: Mapped[Quiz] = relationship()
    module_version: Mapped[ModuleVersion] = relationship()


class Question(Base):
    """A question of the bank, stable across its versions."""

    __tablename__ = "question"
    __table_args__ = (UniqueConstraint("quiz_id", "key"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    quiz_id: Mapped[int] = mapped_column(ForeignKey("quiz.id"))
    key: Mapped[str] = mapped_column(KeyText)


class QuestionVersion(Base):
    """The words, options, key and reasons of a question, frozen."""

    __tablename__ = "question_version"
    __table_args__ = (UniqueConstraint("question_id", "content_hash"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"))
    content_hash: Mapped[str] = mapped_column(KeyText)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    made_at: Mapped[datetime]

    question: Mapped[Question] = relationship()


class PoolEntry(Base):
    """That a question version stands in the pool of a blueprint."""

    __tablename__ = "pool_entry"

    blueprint_id: Mapped[int] = mapped_column(ForeignKey("blueprint.id"), primary_key=True)
    question_version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id"), primary_key=True)


class AttemptState(StrEnum):
    """Where an attempt stands."""

    OPEN = "open"
    SUBMITTED = "submitted"
    EXPIRED = "expired"


class Confidence(StrEnum):
    """How sure a person feels, after the quiz, to help patients."""

    NOT_YET = "not_yet"
    FAIRLY = "fairly"
    VERY = "very"


class Attempt(Base):
    """One sitting of one person. Draw, order and versions are frozen at the start; times are the server's."""

    __tablename__ = "attempt"
    __table_args__ = (
        Index(
            "uq_attempt_open",
            "person_id",
            "quiz_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index("ix_attempt_deadline", "state", "deadline_at"),
        Index("ix_attempt_person", "person_id", "quiz_id", "started_at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    quiz_id: Mapped[int] = mapped_column(ForeignKey("quiz.id"), index=True)
    blueprint_id: Mapped[int] = mapped_column(ForeignKey("blueprint.id"))
    state: Mapped[AttemptState] = mapped_column(words_of(AttemptState))
    seed: Mapped[str]
    draw: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    started_at: Mapped[datetime]
    deadline_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    receipt: Mapped[str | None] = mapped_column(KeyText)
    score: Mapped[int | None]
    max_score: Mapped[int | None]
    passed: Mapped[bool | None]
    marks: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON)
    confidence: Mapped[Confidence | None] = mapped_column(words_of(Confidence))

    blueprint: Mapped[Blueprint] = relationship()
    quiz: Mapped[Quiz] = relationship()


class Answer(Base):
    """One recorded choice; appended, never changed. ``op_id`` is the client's and unique: a replay has no effect."""

    __tablename__ = "answer"
    __table_args__ = (Index("ix_answer_attempt", "attempt_id", "place", "client_seq"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    op_id: Mapped[str] = mapped_column(KeyText, unique=True)
    place: Mapped[int]
    chosen: Mapped[list[str]] = mapped_column(JSON)
    flagged: Mapped[bool] = mapped_column(default=False)
    client_seq: Mapped[int]
    recorded_at: Mapped[datetime]
    receipt: Mapped[str] = mapped_column(KeyText)
    made_at: Mapped[datetime | None]
    """When it was made on a device without network or in a timed quiz; None where it was sent as it was made."""


class AttemptTicket(Base):
    """That the paper of an open attempt is on a device, to be answered without network until it expires."""

    __tablename__ = "attempt_ticket"
    __table_args__ = (
        Index(
            "uq_attempt_ticket_out",
            "attempt_id",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    device_hash: Mapped[str] = mapped_column(KeyText)
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class LateAnswer(Base):
    """A choice that arrived when it could not count any more: kept and shown, never scored (QZ-09)."""

    __tablename__ = "late_answer"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), index=True)
    op_id: Mapped[str] = mapped_column(KeyText, unique=True)
    place: Mapped[int]
    chosen: Mapped[list[str]] = mapped_column(JSON)
    client_seq: Mapped[int]
    why: Mapped[Lateness] = mapped_column(words_of(Lateness))
    made_at: Mapped[datetime | None]
    arrived_at: Mapped[datetime]
    receipt: Mapped[str] = mapped_column(KeyText)


class TalkClearance(Base):
    """That a coordinator has talked with a person after the fourth failed attempt (ruling 22)."""

    __tablename__ = "talk_clearance"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    quiz_id: Mapped[int] = mapped_column(ForeignKey("quiz.id"))
    cleared_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    cleared_at: Mapped[datetime]


class PriorReason(StrEnum):
    """Why a person knows a module without having read it here."""

    TRAINED_ELSEWHERE = "trained_elsewhere"
    DAILY_WORK = "daily_work"
    OTHER = "other"


class PriorLearning(Base):
    """That a person said they know a module already and went straight to its quiz, and why; append only."""

    __tablename__ = "prior_learning"
    __table_args__ = (Index("ix_prior_learning_person", "person_id", "quiz_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    quiz_id: Mapped[int] = mapped_column(ForeignKey("quiz.id"))
    reason: Mapped[PriorReason] = mapped_column(words_of(PriorReason))
    said_at: Mapped[datetime]


class QuestionReport(Base):
    """A learner's word that a question is wrong, with the frozen version it speaks of."""

    __tablename__ = "question_report"
    __table_args__ = (UniqueConstraint("attempt_id", "question_version_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    question_version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    facility_id: Mapped[int | None] = mapped_column(ForeignKey("facility.id"), index=True)
    words: Mapped[str]
    made_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answer: Mapped[str | None]

    question_version: Mapped[QuestionVersion] = relationship()
    attempt: Mapped[Attempt] = relationship()
