"""When a person must train again, and until when a pass speaks for them."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

# The zone's name and never "+7": should summer time ever come back, the name knows it.
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def civil_day(instant: datetime) -> date:
    """Return the day on the wall calendar in Vietnam at ``instant`` (aware)."""
    return instant.astimezone(VIETNAM).date()


def add_months(anchor: date, months: int) -> date:
    """Return the same day ``months`` later (or earlier), clamped to the month's end.

    Always count from the anchor: 31 Jan + 1 is 28 Feb, and a further + 1 from there would drift to 28 Mar.
    """
    year, month = divmod(anchor.year * 12 + anchor.month - 1 + months, 12)
    last_of_month = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(anchor.day, last_of_month))


@dataclass(frozen=True, slots=True)
class RetrainingRules:
    """How long a module's pass lasts and what happens around its end, in months and days."""

    validity_months: int = 12
    window_days: int = 60
    due_soon_days: int = 90
    grace_days: int = 0
    lapse_days: int = 90


@dataclass(frozen=True, slots=True)
class Validity:
    """The day from which anniversaries are counted, and the last day (inclusive) on which the pass speaks."""

    anchor: date
    last_day: date


def validity_of(passed_on: date, previous: Validity | None, rules: RetrainingRules) -> Validity:
    """Return the validity of a full pass on the civil day ``passed_on``.

    A pass inside the window before the previous last day keeps the anniversary, so that early birds lose nothing;
    any other pass starts the clock anew, but never ends earlier than what the person already holds.
    """
    restarted = Validity(passed_on, add_months(passed_on, rules.validity_months))
    if previous is None or passed_on > previous.last_day:
        return restarted
    if passed_on >= previous.last_day - timedelta(days=rules.window_days):
        held_months = _months_between(previous.anchor, previous.last_day)
        return Validity(previous.anchor, add_months(previous.anchor, held_months + rules.validity_months))
    return restarted if restarted.last_day >= previous.last_day else previous


def _months_between(anchor: date, last_day: date) -> int:
    return (last_day.year - anchor.year) * 12 + last_day.month - anchor.month


def refresh_due(certified_on: date, refresh_days: int) -> date:
    """Return the day from which the knowledge behind a pass counts as due for a refresher."""
    return certified_on + timedelta(days=refresh_days)


class State(StrEnum):
    """Where one person stands with one module; derived from dates at an instant and never stored."""

    NOT_REQUIRED = "not_required"
    ASSIGNED = "assigned"
    IN_PROGRESS = "in_progress"
    CERTIFIED = "certified"
    RETRAINED = "retrained"
    DUE_SOON = "due_soon"
    WINDOW_OPEN = "window_open"
    DELTA_DUE = "delta_due"
    GRACE = "grace"
    EXPIRED = "expired"
    LAPSED = "lapsed"
    OUTDATED = "outdated"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class MajorVersion:
    """A major version of a module: published on one day, required from a later one."""

    version: int
    published: date
    required_from: date


class Standing(NamedTuple):
    """The dated facts of one person and one module from which the state follows.

    ``last_day``, ``version`` and ``revoked`` speak of the newest certificate and ``times_certified`` counts the
    certificates so far; ``required_until`` is the instant at which the requirement or the module was retired.
    """

    required_from: datetime
    required_until: datetime | None = None
    started: datetime | None = None
    last_day: date | None = None
    version: int = 1
    revoked: datetime | None = None
    times_certified: int = 0
    majors: tuple[MajorVersion, ...] = ()


def state_at(standing: Standing, at: datetime, rules: RetrainingRules) -> State:
    """Return the state at the instant ``at`` (aware)."""
    if at < standing.required_from or (standing.required_until is not None and standing.required_until <= at):
        return State.NOT_REQUIRED
    if standing.last_day is None:
        has_started = standing.started is not None and standing.started <= at
        return State.IN_PROGRESS if has_started else State.ASSIGNED
    if standing.revoked is not None and standing.revoked <= at:
        return State.REVOKED
    today = civil_day(at)
    return (
        _state_after(standing.last_day, today, rules)
        or _state_by_version(standing, today)
        or _state_before(standing, standing.last_day, today, rules)
    )


def _state_after(last_day: date, today: date, rules: RetrainingRules) -> State | None:
    days_over = (today - last_day).days
    if days_over <= 0:
        return None
    if days_over <= rules.grace_days:
        return State.GRACE
    return State.EXPIRED if days_over <= rules.lapse_days else State.LAPSED


def _state_by_version(standing: Standing, today: date) -> State | None:
    newer = [major for major in standing.majors if major.version > standing.version]
    if any(major.required_from <= today for major in newer):
        return State.OUTDATED
    return State.DELTA_DUE if any(major.published <= today for major in newer) else None


def _state_before(standing: Standing, last_day: date, today: date, rules: RetrainingRules) -> State:
    days_left = (last_day - today).days
    if days_left <= rules.window_days:
        return State.WINDOW_OPEN
    if days_left <= rules.due_soon_days:
        return State.DUE_SOON
    return State.RETRAINED if standing.times_certified > 1 else State.CERTIFIED
