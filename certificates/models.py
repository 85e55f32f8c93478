"""The tables of proof: a certificate is a fact with a public code; the PDF is a picture of it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.kernel.db import Base, Id, KeyText


class SerialCounter(Base):
    """The last serial number given in a facility and year."""

    __tablename__ = "serial_counter"

    facility_id: Mapped[int] = mapped_column(ForeignKey("facility.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]


class Certificate(Base):
    """What was proved, frozen as printed. Never edited: a correction revokes and reissues (CE-08).

    One per completion; only a reissue may stand beside it, and each certificate is replaced at most once.
    """

    __tablename__ = "certificate"
    __table_args__ = (
        UniqueConstraint("facility_id", "serial_year", "serial_number"),
        Index(
            "uq_certificate_completion",
            "completion_id",
            unique=True,
            sqlite_where=text("replaces_id is null"),
            postgresql_where=text("replaces_id is null"),
        ),
        Index("ix_certificate_person", "person_id", "module_id", "last_day"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    completion_id: Mapped[int] = mapped_column(ForeignKey("completion.id"), index=True)
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("certificate.id"), unique=True)
    code: Mapped[str] = mapped_column(KeyText, unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    module_id: Mapped[int] = mapped_column(ForeignKey("module.id"), index=True)
    facility_id: Mapped[int] = mapped_column(ForeignKey("facility.id"), index=True)
    edition: Mapped[int]
    serial_year: Mapped[int]
    serial_number: Mapped[int]
    issued_at: Mapped[datetime]
    last_day: Mapped[date]
    refresh_due_on: Mapped[date]
    printed: Mapped[dict[str, Any]] = mapped_column(JSON)
    recorded_at: Mapped[datetime]

    revocation: Mapped["CertificateRevocation | None"] = relationship(
        back_populates="certificate", foreign_keys="CertificateRevocation.certificate_id"
    )


class CertificateRevocation(Base):
    """That a certificate ceased to hold, or never did (void); append only, with a reason."""

    __tablename__ = "certificate_revocation"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"), unique=True)
    effective_at: Mapped[datetime]
    is_void: Mapped[bool]
    reason: Mapped[str]
    revoked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("certificate.id"))
    recorded_at: Mapped[datetime]

    certificate: Mapped[Certificate] = relationship(back_populates="revocation", foreign_keys=[certificate_id])


class CertificateEndorsement(Base):
    """That the holder has passed the delta of a newer edition; the last day stays (ruling 26)."""

    __tablename__ = "certificate_endorsement"
    __table_args__ = (UniqueConstraint("certificate_id", "edition"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"))
    edition: Mapped[int]
    recorded_at: Mapped[datetime]


class CertificatePrint(Base):
    """The PDF of a certificate: asked for once, made by the worker, kept under a random key."""

    __tablename__ = "certificate_print"

    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"), primary_key=True)
    asked_at: Mapped[datetime]
    made_at: Mapped[datetime | None]
    file_key: Mapped[str | None]
