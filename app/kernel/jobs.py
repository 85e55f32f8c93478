"""Work handed over to be done later: a row in the business transaction is the intent, Celery does the rest.

The outbox holds intent and done-mark and nothing more; it is no queue. Delivery may happen twice, a worker may be
killed at any moment, the broker may be away: the claim with its lease and owner makes the effect happen exactly once,
because a job's last transaction also marks it done.
"""

import traceback
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from celery import Celery
from flask import Flask
from sqlalchemy import JSON, Index, event, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.kernel import clock
from app.kernel.db import Base, db
from app.kernel.settings import Settings
from app.kernel.transaction import transaction

MAX_TRIES = 5
BATCH = 200
QUEUE = "san-sang"

log = structlog.get_logger("jobs")
celery = Celery("san-sang")

Body = Callable[..., None]
_bodies: dict[str, Body] = {}
_beats: dict[str, float] = {}
_dailies: list[str] = []


class Outbox(Base):
    """One job that was promised.

    ``send_at`` and ``lease_until`` are two columns on purpose: with one, the relay's own postponement kept the claim
    from ever succeeding.
    """

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_open", "done_at", "failed_at", "send_at"),)

    id: Mapped[str] = mapped_column(primary_key=True, default=lambda: uuid.uuid4().hex)
    task: Mapped[str]
    args: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime]
    send_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    owner: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    error: Mapped[str | None]


class JobPeriod(Base):
    """That a periodic job of one period was promised; unique, because two beats must not promise it twice."""

    __tablename__ = "job_period"

    task: Mapped[str] = mapped_column(primary_key=True)
    period: Mapped[str] = mapped_column(primary_key=True)


@dataclass(slots=True)
class _Claim:
    outbox_id: str
    owner: str
    is_finished: bool = False


_claim: ContextVar[_Claim | None] = ContextVar("job_claim", default=None)


class LeaseLostError(RuntimeError):
    """Another worker has taken this job over; what this one did is rolled back."""


def job(name: str) -> Callable[[Body], Body]:
    """Register a function as the body of the job ``name``; it takes ids by keyword and may run twice."""

    def _register(body: Body) -> Body:
        _bodies[name] = body
        return body

    return _register


def every(seconds: float, name: str) -> Callable[[Body], Body]:
    """Register a body that the beat runs straight away, again and again: no promise, no retry, safe to run twice."""

    def _register(body: Body) -> Body:
        _bodies[name] = body
        _beats[name] = seconds
        return body

    return _register


def daily(name: str) -> Callable[[Body], Body]:
    """Register the body of a job that is promised once a civil day, soon after midnight in Vietnam."""

    def _register(body: Body) -> Body:
        _dailies.append(name)
        return job(name)(body)

    return _register


def names() -> list[str]:
    """Return the names of all jobs, sorted."""
    return sorted(_bodies)


def enqueue(name: str, *, after: timedelta = timedelta(0), **args: object) -> str:
    """Promise the job ``name`` inside the present transaction and return its id; rolled back, it never runs."""
    if name not in _bodies:
        raise KeyError(f"no job is called {name}")
    at = clock.now()
    row = Outbox(id=uuid.uuid4().hex, task=name, args=args, created_at=at, send_at=at + after)
    session = db.session()
    session.add(row)
    session.info["kick"] = True
    return row.id


@contextmanager
def finish() -> Iterator[Session]:
    """Open the job's last transaction: its effects and the done-mark commit together.

    Outside a job (a command, a test that calls the body) it is a plain ``transaction()``. Raises ``LeaseLostError``.
    """
    claim = _claim.get()
    with transaction() as session:
        yield session
        if claim is not None:
            _mark_done(session, claim)


def _mark_done(session: Session, claim: _Claim) -> None:
    session.flush()
    marked = session.execute(
        update(Outbox)
        .where(Outbox.id == claim.outbox_id, Outbox.owner == claim.owner, Outbox.done_at.is_(None))
        .values(done_at=clock.now(), error=None)
    )
    if marked.rowcount != 1:  # type: ignore[attr-defined]  # a CursorResult has it
        raise LeaseLostError(claim.outbox_id)
    claim.is_finished = True


def run(outbox_id: str, *, lease: timedelta) -> bool:
    """Claim and run one promised job; returns whether this call did it.

    Leaves quietly when the row is rolled back, done, failed for good, or another worker's. An exception of the body is
    written to the row and the job is postponed; after ``MAX_TRIES`` it stays visible as failed.
    """
    claimed = _take(outbox_id, lease)
    if claimed is None:
        return False
    claim, task, args = claimed
    token = _claim.set(claim)
    try:
        _bodies[task](**args)
        if not claim.is_finished:
            with finish():
                pass
    except LeaseLostError:
        log.warning("lease lost", job=task, outbox_id=outbox_id)
        return False
    except Exception as error:  # the worker's own loop: the one place where every error is caught, and kept
        _put_back(claim, error)
        log.exception("job failed", job=task, outbox_id=outbox_id)
        return False
    finally:
        _claim.reset(token)
        db.session.remove()
    return True


def _take(outbox_id: str, lease: timedelta) -> tuple[_Claim, str, dict[str, Any]] | None:
    at = clock.now()
    claim = _Claim(outbox_id, uuid.uuid4().hex)
    with transaction() as session:
        free = or_(Outbox.owner.is_(None), Outbox.lease_until < at)
        taken = session.execute(
            update(Outbox)
            .where(Outbox.id == outbox_id, Outbox.done_at.is_(None), Outbox.failed_at.is_(None), free)
            .values(owner=claim.owner, lease_until=at + lease, send_at=at + lease, tries=Outbox.tries + 1)
        )
        if taken.rowcount != 1:  # type: ignore[attr-defined]
            return None
        row = session.execute(select(Outbox.task, Outbox.args).where(Outbox.id == outbox_id)).one()
    return claim, row.task, row.args


def _put_back(claim: _Claim, error: Exception) -> None:
    at = clock.now()
    words = "".join(traceback.format_exception_only(error)).strip()[:2000]
    with transaction() as session:
        row = session.scalars(
            select(Outbox).where(Outbox.id == claim.outbox_id, Outbox.owner == claim.owner).with_for_update()
        ).one_or_none()
        if row is None:
            return
        row.owner = row.lease_until = None
        row.error = words
        row.send_at = at + timedelta(seconds=5 * 4 ** min(row.tries, 5))
        if row.tries >= MAX_TRIES:
            row.failed_at = at


def due(limit: int = BATCH) -> list[tuple[str, str]]:
    """Postpone the next due rows and return (id, task) of each, to be sent by the caller."""
    at = clock.now()
    with transaction() as session:
        rows = session.scalars(
            select(Outbox)
            .where(Outbox.done_at.is_(None), Outbox.failed_at.is_(None), Outbox.send_at <= at)
            .order_by(Outbox.send_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        ).all()
        for row in rows:
            row.send_at = at + timedelta(seconds=30)
        return [(row.id, row.task) for row in rows]


def promise_once(name: str, period: str) -> bool:
    """Promise a periodic job for ``period`` unless some beat already has; returns whether this call did."""
    with transaction() as session:
        if session.get(JobPeriod, (name, period)) is not None:
            return False
        session.add(JobPeriod(task=name, period=period))
        session.flush()
        enqueue(name)
    return True


def promise_dailies() -> None:
    """Promise today's daily jobs that nobody has promised yet; a read and nothing more when all are."""
    today = clock.today().isoformat()
    held = set(db.session.scalars(select(JobPeriod.task).where(JobPeriod.period == today)))
    for name in _dailies:
        if name not in held:
            promise_once(name, today)


def start(app: Flask, settings: Settings) -> None:
    """Give Celery its broker and the app its bodies run in."""
    lease = timedelta(seconds=settings.job_lease_seconds)
    celery.conf.update(_celery_settings(settings))
    celery.conf["san_sang_app"] = app

    @celery.task(name="san-sang.run", acks_late=True, ignore_result=True)
    def _run(outbox_id: str) -> None:
        with app.app_context():
            run(outbox_id, lease=lease)

    @celery.task(name="san-sang.relay", ignore_result=True)
    def _relay() -> None:
        with app.app_context():
            relay()

    @celery.task(name="san-sang.beat", ignore_result=True)
    def _beat(name: str) -> None:
        with app.app_context():
            _bodies[name]()

    app.extensions["kick_jobs"] = not settings.is_embedded_broker and settings.environment != "test"
    if not event.contains(db.session.session_factory.class_, "after_commit", _kick):
        event.listen(db.session, "after_commit", _kick)


def relay() -> int:
    """Hand all due rows to the broker and return how many; loops while a full batch was found."""
    promise_dailies()
    sent = 0
    while True:
        rows = due()
        for outbox_id, _task in rows:
            celery.send_task("san-sang.run", args=[outbox_id], queue=QUEUE, ignore_result=True)
        sent += len(rows)
        if len(rows) < BATCH:
            return sent


def _kick(session: Session) -> None:
    # In the embedded mode the relay comes every second anyway; sending inside the request cost p95 140-335 ms there.
    if not session.info.pop("kick", False):
        return
    app = celery.conf.get("san_sang_app")
    if app is None or not app.extensions.get("kick_jobs"):
        return
    try:
        celery.send_task("san-sang.relay", queue=QUEUE, ignore_result=True, retry=False)
    except celery_errors() as error:
        log.warning("broker away; the relay will send it", error=type(error).__name__)


def celery_errors() -> tuple[type[Exception], ...]:
    """Return what sending may raise when the broker is away."""
    return (OSError, *celery.connection_for_write().connection_errors)


def _celery_settings(settings: Settings) -> dict[str, object]:
    route = {"queue": QUEUE, "expires": 5}
    beats: dict[str, object] = {"san-sang.relay": {"task": "san-sang.relay", "schedule": 1.0, "options": route}}
    for name, seconds in _beats.items():
        beats[name] = {"task": "san-sang.beat", "schedule": seconds, "args": [name], "options": route}
    common: dict[str, object] = {
        "broker_url": settings.broker_url,
        "task_ignore_result": True,
        "worker_prefetch_multiplier": 1,
        "broker_connection_retry_on_startup": True,
        "task_default_queue": QUEUE,
        "timezone": "Asia/Ho_Chi_Minh",
        "beat_schedule": beats,
        "beat_schedule_filename": str(settings.instance / "beat"),
        "worker_hijack_root_logger": False,
    }
    if settings.broker_url.startswith(("redis", "rediss")):
        # Without these a killed worker's job came back only after about 100 s; leases make an early return harmless.
        common["broker_transport_options"] = {
            "visibility_timeout": max(60, settings.job_lease_seconds * 2),
            "unacked_restore_throttle": 1,
            "unacked_restore_interval": 2,
        }
    return common
