"""What this room does when it hears that a module was completed."""

from app.assignments.events import ModuleCompleted
from app.kernel import clock
from certificates import operations, queries


def issue_certificate(fact: ModuleCompleted) -> None:
    """Issue the certificate in the transaction of the pass (CE-01)."""
    operations.issue(queries.get_completion(fact.completion_id), now=clock.now())
