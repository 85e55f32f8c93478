"""Is the process alive, and can it do its work: for watchers, without personal data."""

from datetime import timedelta

from alembic.config import Config
from alembic.script import ScriptDirectory
from flask import Blueprint, Response, jsonify
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError

from app.kernel import clock
from app.kernel.db import db
from app.kernel.jobs import Outbox
from app.kernel.settings import ROOT

blueprint = Blueprint("health", __name__)
OLDEST_JOB = timedelta(minutes=10)


@blueprint.get("/healthz")
def live() -> Response:
    """Say that this process answers."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
def ready() -> tuple[Response, int]:
    """Say whether database, schema and jobs are as they should be."""
    checks = {"database": False, "schema": False, "jobs": False}
    try:
        db.session.execute(text("select 1"))
        checks["database"] = True
        checks["schema"] = _schema_is_current()
        checks["jobs"] = _jobs_move()
    except DatabaseError:
        db.session.rollback()
    is_ready = all(checks.values())
    return jsonify(status="ok" if is_ready else "not ready", checks=checks), 200 if is_ready else 503


def _schema_is_current() -> bool:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    head = ScriptDirectory.from_config(config).get_current_head()
    found = db.session.execute(text("select version_num from alembic_version")).scalar_one_or_none()
    return found == head


def _jobs_move() -> bool:
    oldest = db.session.scalar(
        select(func.min(Outbox.created_at)).where(
            Outbox.done_at.is_(None), Outbox.failed_at.is_(None), Outbox.send_at < clock.now()
        )
    )
    return oldest is None or clock.now() - oldest < OLDEST_JOB
