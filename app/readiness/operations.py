"""What changes in readiness: the policy, the requirements, and the snapshots that lists read."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import delete, insert, literal, select

from app.kernel import audit, clock
from app.kernel.db import UtcDateTime, db, insert_or
from app.kernel.errors import Invalid
from app.people.models import Employment, Facility, Position
from app.readiness import queries
from app.readiness.models import ReadinessPolicy, Requirement, Snapshot, StaleFacility
from app.readiness.queries import Counted
from app.readiness.rules import CaseError, parse_policy
from courses.models import Module

# A snapshot's columns that order the city table: whole numbers, so that both databases sort alike.
SORT_SCALE = 1_000_000
WRITE_BATCH = 400


def load_policy(document: Mapping[str, Any], *, now: datetime, actor_id: int | None = None) -> bool:
    """Make ``document`` the city's policy from ``now`` on; returns whether anything changed.

    Shape: ``{label, policy: {as in the vectors}, requirements: [{position, modules: {key: weight}}]}``. The policy
    and the requirements before it are closed, not edited. Raises ``Invalid`` with a code and the place at fault.
    """
    content, wanted = _checked(document)
    changed = _replace_policy(str(document.get("label", "")), content, now)
    changed |= _replace_requirements(wanted, now)
    if changed:
        audit.record(actor_id, "readiness.policy_loaded", "readiness_policy", None)
        mark_every_facility(now=now)
    return changed


def _checked(document: Mapping[str, Any]) -> tuple[dict[str, Any], dict[tuple[int, int], int]]:
    try:
        content = dict(document["policy"])
        policy = parse_policy(content)
    except KeyError as error:
        raise Invalid("policy_incomplete", key=str(error)) from error
    except CaseError as error:
        raise Invalid("policy_wrong", reason=str(error)) from error
    positions = dict(db.session.execute(select(Position.code, Position.id)).all())
    modules = dict(db.session.execute(select(Module.key, Module.id)).all())
    wanted: dict[tuple[int, int], int] = {}
    for row in document.get("requirements", []):
        code = str(row["position"])
        if code not in positions or code not in policy.role_weight:
            raise Invalid("policy_unknown_position", position=code)
        for key, weight in row["modules"].items():
            if key in modules:  # a requirement may name a module that is still being written
                wanted[positions[code], modules[key]] = int(weight)
    return content, wanted


def _replace_policy(label: str, content: dict[str, Any], now: datetime) -> bool:
    content_hash = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    if queries.find_policy(content_hash) is not None:
        return False
    for old in db.session.scalars(
        select(ReadinessPolicy).where(ReadinessPolicy.superseded_at.is_(None), ReadinessPolicy.valid_to.is_(None))
    ):
        _end(old, now)
    db.session.add(
        ReadinessPolicy(label=label, content=content, content_hash=content_hash, valid_from=now, recorded_at=now)
    )
    db.session.flush()
    return True


def _replace_requirements(wanted: Mapping[tuple[int, int], int], now: datetime) -> bool:
    held = {
        (row.position_id, row.module_id): row
        for row in db.session.scalars(
            select(Requirement).where(Requirement.superseded_at.is_(None), Requirement.valid_to.is_(None))
        )
    }
    gone = [row for pair, row in held.items() if wanted.get(pair) != row.weight]
    new = [(pair, weight) for pair, weight in wanted.items() if pair not in held or held[pair].weight != weight]
    for row in gone:
        _end(row, now)
    db.session.add_all(
        Requirement(position_id=position, module_id=module, weight=weight, valid_from=now, recorded_at=now)
        for (position, module), weight in new
    )
    db.session.flush()
    return bool(gone or new)


def _end(row: ReadinessPolicy | Requirement, now: datetime) -> None:
    """Close a fact that ends now: the open row is superseded by one with an end, so that the past stays readable."""
    ended = type(row)(
        **{
            column.key: getattr(row, column.key)
            for column in row.__table__.columns
            if column.key not in {"id", "valid_to", "recorded_at", "superseded_at"}
        },
        valid_to=now,
        recorded_at=now,
    )
    row.superseded_at = now
    db.session.add(ended)


def mark_stale(facility_ids: Iterable[int], *, now: datetime) -> None:
    """Mark facilities whose snapshot no longer tells the truth; marking twice is fine."""
    db.session.add_all(StaleFacility(facility_id=each, marked_at=now) for each in sorted(set(facility_ids)))
    db.session.flush()


def facilities_of(person_id: int) -> Sequence[int]:
    """Return the facilities where a person works as far as is known now."""
    return db.session.scalars(
        select(Employment.facility_id)
        .where(Employment.person_id == person_id, Employment.superseded_at.is_(None))
        .distinct()
    ).all()


def mark_every_facility(*, now: datetime) -> None:
    """Mark all facilities: a policy, a requirement or a module's edition has changed."""
    from_every = select(Facility.id, literal(now, UtcDateTime()))
    db.session.execute(insert(StaleFacility).from_select(["facility_id", "marked_at"], from_every))


def write_snapshots(counted: Mapping[int, Counted], *, policy_id: int, marks: Iterable[int], now: datetime) -> None:
    """Write today's snapshot of these facilities, counted at ``now``, and take away the marks seen before counting."""
    today = clock.civil_day(now)
    rows = [_snapshot(each, policy_id, today, now) for each in counted.values()]
    for start in range(0, len(rows), WRITE_BATCH):
        statement = insert_or(Snapshot).values(rows[start : start + WRITE_BATCH])
        changed = {name: statement.excluded[name] for name in rows[start] if name not in {"facility_id", "taken_on"}}
        db.session.execute(statement.on_conflict_do_update(index_elements=["facility_id", "taken_on"], set_=changed))
    seen = list(marks)
    for start in range(0, len(seen), WRITE_BATCH):
        db.session.execute(delete(StaleFacility).where(StaleFacility.id.in_(seen[start : start + WRITE_BATCH])))


def _snapshot(counted: Counted, policy_id: int, today: date, now: datetime) -> dict[str, Any]:
    score = counted.score
    parts = {"C": score.C, "B": score.B, "U": score.U, "K": score.K}
    return {
        "facility_id": counted.facility_id,
        "taken_on": today,
        "taken_at": now,
        "policy_id": policy_id,
        "level": score.level.value,
        "total": None if score.T is None else str(score.T),
        "total_sort": _scaled(score.T),
        "coverage_sort": _scaled(score.C),
        "figures": {
            **{name: None if part is None else str(part) for name, part in parts.items()},
            "den": score.D,
            "num_c": score.num_c,
            "people": score.people,
            "points": len(score.points),
            "points_ready": sum(1 for point in score.points if point.ready >= point.need),
        },
    }


def _scaled(value: Fraction | None) -> int | None:
    return None if value is None else value.numerator * SORT_SCALE // value.denominator
