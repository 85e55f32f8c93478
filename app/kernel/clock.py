"""The only place that asks the machine for the time."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")

_stopped: ContextVar[datetime | None] = ContextVar("stopped_clock", default=None)


def now() -> datetime:
    """Return the present instant, aware, in UTC."""
    return _stopped.get() or datetime.now(UTC)


def today() -> date:
    """Return the civil day in Ho Chi Minh City."""
    return civil_day(now())


def civil_day(instant: datetime) -> date:
    """Return the day on the wall calendar in Vietnam at ``instant`` (aware)."""
    return instant.astimezone(ZONE).date()


def day_begins(day: date) -> datetime:
    """Return the instant of local midnight at which ``day`` begins, in UTC."""
    return datetime.combine(day, time.min, ZONE).astimezone(UTC)


def day_ends(day: date) -> datetime:
    """Return the instant at which ``day`` is over: a due day counts until its end (ruling 4)."""
    return day_begins(day + timedelta(days=1))


@contextmanager
def stopped(at: datetime) -> Iterator[None]:
    """Hold the clock at ``at`` (aware) inside the block; for tests and for the fictional city."""
    if at.tzinfo is None:
        raise ValueError("a naive instant cannot stop the clock")
    token = _stopped.set(at.astimezone(UTC))
    try:
        yield
    finally:
        _stopped.reset(token)
