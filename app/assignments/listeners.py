"""What this room does when it hears a fact from the floors below."""

from app.assignments import operations
from app.kernel import clock
from app.people.events import RosterChanged
from quizzes.events import QuizPassed


def complete(passed: QuizPassed) -> None:
    """Write the completion of a passed attempt."""
    operations.complete(passed, now=clock.now())


def follow_rules(changed: RosterChanged) -> None:
    """Assign what the facility's standing rules ask of those who have just come.

    Hears the roster's one fact an operation and not ``PersonEmployed``: an import of 20,000 people is one look.
    """
    operations.follow_rules(changed.facility_id, now=clock.now())
