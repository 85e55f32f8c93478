"""What the worker does for readiness: keep today's snapshots true, and write everyone's after midnight."""

from app.kernel import clock
from app.kernel.db import db
from app.kernel.jobs import daily, every, finish
from app.readiness import operations, queries

BATCH = 200


@every(1, "readiness.refresh")
def refresh() -> None:
    """Recompute the facilities that are marked, a batch at most; the next beat takes the rest."""
    _refresh(BATCH)


@daily("readiness.nightly")
def nightly() -> None:
    """Write the new day's snapshot of every facility: days change numbers without any event."""
    _refresh(None)


def _refresh(limit: int | None) -> None:
    now = clock.now()
    marks = queries.list_stale(limit or 0)
    if limit is not None and not marks:
        return
    policy = queries.get_policy_at(now)
    # Counted before the lock is taken: a city takes seconds, and answers must not wait for it (ruling 1).
    counted = queries.count_facilities(None if limit is None else list(marks), policy.policy, as_of=now)
    db.session.rollback()
    with finish():
        operations.write_snapshots(
            counted, policy_id=policy.id, marks=[each for ids in marks.values() for each in ids], now=now
        )
