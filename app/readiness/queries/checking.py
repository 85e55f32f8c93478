"""Whether a stored snapshot still tells what the published rules say of its instant."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.kernel.db import db
from app.people.models import Facility
from app.readiness.models import Snapshot, StaleFacility
from app.readiness.queries.policies import get_policy
from app.readiness.queries.snapshots import figures_of, newest
from app.readiness.queries.worlds import case_of
from app.readiness.rules import score_of


@dataclass(frozen=True, slots=True)
class Difference:
    """A snapshot that differs from the rules; ``is_waiting``: it is marked, so the worker will take it anew."""

    code: str
    held: dict[str, Any]
    right: dict[str, Any]
    is_waiting: bool


def list_newest_ids() -> list[int]:
    """Return the ids of the newest snapshot of each facility."""
    return list(db.session.scalars(select(Snapshot.id).where(newest()).order_by(Snapshot.id)))


def find_difference(snapshot_id: int) -> Difference | None:
    """Recalculate a snapshot by the pure rules from all facts, as of its instant; None when it is right.

    A fact that was recorded since and left no mark shows as a difference: then somebody forgot to announce it.
    """
    snapshot, code = db.session.execute(
        select(Snapshot, Facility.code)
        .join(Facility, Facility.id == Snapshot.facility_id)
        .where(Snapshot.id == snapshot_id)
    ).one()
    policy = get_policy(snapshot.policy_id).policy
    score = score_of(case_of(snapshot.facility_id, policy, as_of=snapshot.taken_at))
    held = {name: getattr(snapshot, name) for name in ("level", "total", "people", "den", "num_c")} | snapshot.figures
    total = None if score.T is None else str(score.T)
    sums = {"people": score.people, "den": score.D, "num_c": score.num_c}
    right = {"level": score.level.value, "total": total, **sums, **figures_of(score)}
    if held == right:
        return None
    mark = db.session.scalar(select(StaleFacility.id).where(StaleFacility.facility_id == snapshot.facility_id).limit(1))
    differing = {name for name in held if held[name] != right.get(name)} | (right.keys() - held.keys())
    return Difference(
        code,
        {name: held.get(name) for name in sorted(differing)},
        {name: right.get(name) for name in sorted(differing)},
        is_waiting=mark is not None,
    )
