"""What was done, by whom, to what: append-only, written in the transaction of the change itself (AD-01, AD-03)."""

from datetime import datetime
from typing import Any

from flask import g, has_request_context
from sqlalchemy import JSON, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel import clock
from app.kernel.db import Base, Id, db


class AuditEntry(Base):
    """One act. Ids without foreign keys: the ground knows no room (ruling 6). No names, answers or phone numbers."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_subject", "subject", "subject_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    actor_id: Mapped[int | None]
    action: Mapped[str]
    subject: Mapped[str]
    subject_id: Mapped[int | None]
    facility_id: Mapped[int | None] = mapped_column(index=True)
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    request_id: Mapped[str | None]


def record(
    actor_id: int | None,
    action: str,
    subject: str,
    subject_id: int | None = None,
    *,
    facility_id: int | None = None,
    **details: object,
) -> None:
    """Write that ``actor_id`` (None: the system) did ``action`` to a subject; call it inside the change's transaction.

    ``details`` holds ids, counts, codes and dates; text typed by people does not belong there.
    """
    request_id = g.get("request_id") if has_request_context() else None
    db.session.add(
        AuditEntry(
            at=clock.now(),
            actor_id=actor_id,
            action=action,
            subject=subject,
            subject_id=subject_id,
            facility_id=facility_id,
            details=details,
            request_id=request_id,
        )
    )


# The database itself refuses to change or remove an entry; the migration runs these on both databases.
GUARDS = {
    "sqlite": (
        "CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry "
        "BEGIN SELECT RAISE(ABORT, 'audit_entry is append-only'); END",
        "CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry "
        "BEGIN SELECT RAISE(ABORT, 'audit_entry is append-only'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END$$",
        "CREATE TRIGGER audit_entry_no_change BEFORE UPDATE OR DELETE ON audit_entry "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        "CREATE TRIGGER audit_entry_no_truncate BEFORE TRUNCATE ON audit_entry "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
    ),
}
