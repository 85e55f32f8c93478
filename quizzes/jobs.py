"""What the worker does for quizzes: end attempts whose time is up."""

from app.kernel import clock
from app.kernel.jobs import every
from app.kernel.transaction import transaction
from quizzes import operations, queries


@every(30, "quizzes.sweep")
def sweep() -> None:
    """End every open attempt whose time and grace are over, each in its own transaction (QZ-10); may run twice."""
    for attempt_id in queries.list_overdue_ids(clock.now()):
        with transaction():
            operations.end_overdue(attempt_id, now=clock.now())
