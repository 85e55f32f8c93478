"""Which policy counted readiness on a day: the city's weights and thresholds as dated facts."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select

from app.kernel import clock
from app.kernel.db import db
from app.kernel.errors import NotFound
from app.readiness.models import ReadinessPolicy
from app.readiness.rules import Policy, parse_policy


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """A policy with its id, its label and the civil day on which it began to hold."""

    id: int
    label: str
    since: date
    policy: Policy


def find_policy(content_hash: str) -> int | None:
    """Return the id of the policy in force with this very content, or None."""
    return db.session.scalar(
        select(ReadinessPolicy.id).where(
            ReadinessPolicy.content_hash == content_hash,
            ReadinessPolicy.superseded_at.is_(None),
            ReadinessPolicy.valid_to.is_(None),
        )
    )


def get_policy(policy_id: int) -> PolicyRow:
    """Return a policy, also one that is no longer in force; raises ``NotFound``."""
    row = db.session.get(ReadinessPolicy, policy_id)
    if row is None:
        raise NotFound("readiness_policy")
    return _row(row)


def get_policy_at(at: datetime) -> PolicyRow:
    """Return the policy valid at ``at``; raises ``NotFound`` before the city has set any."""
    found = find_policy_at(at)
    if found is None:
        raise NotFound("readiness_policy")
    return found


def find_policy_at(at: datetime) -> PolicyRow | None:
    """Return the policy valid at ``at``, or None before the city has set any."""
    row = db.session.scalars(
        select(ReadinessPolicy)
        .where(
            ReadinessPolicy.superseded_at.is_(None),
            ReadinessPolicy.valid_from <= at,
            or_(ReadinessPolicy.valid_to.is_(None), ReadinessPolicy.valid_to > at),
        )
        .order_by(ReadinessPolicy.valid_from.desc(), ReadinessPolicy.id.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else _row(row)


def _row(row: ReadinessPolicy) -> PolicyRow:
    return PolicyRow(row.id, row.label, clock.civil_day(row.valid_from), parse_policy(row.content))
