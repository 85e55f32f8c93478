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
    # What others have written is read before the marks, and the marks before the facts: see write_snapshots.
    taken = queries.list_taken(clock.civil_day(now))
    marks = {} if limit is None else queries.list_stale(limit)
    policy = queries.find_policy_at(now)
    if policy is None or (limit is not None and not marks):  # nothing to count by, or nothing to count
        db.session.rollback()
        return
    # Counted before the lock is taken: a city takes seconds, and answers must not wait for it (ruling 1).
    counted = queries.count_facilities(None if limit is None else list(marks), policy.policy, as_of=now)
    db.session.rollback()
    with finish():
        operations.write_snapshots(counted, policy_id=policy.id, marks=marks, taken=taken, now=now)
