"""Runs migrations inside the app: its engine, its metadata, batch mode for SQLite."""

from typing import Any, Literal

from alembic import context
from flask import current_app

from app.kernel.db import Base, UtcDateTime


def _render(kind: str, item: Any, _autogen: object) -> str | Literal[False]:
    # Migrations must not depend on our column types: an instant is a big integer in the database.
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.BigInteger()"
    return False


def _run() -> None:
    with current_app.extensions["migrate"].db.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            compare_type=True,
            render_item=_render,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


_run()
