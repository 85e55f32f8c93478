"""What this room does when it hears a fact from the floors below."""

from app.assignments import operations
from app.kernel import clock
from app.people.events import RosterChanged
from courses.events import ScenarioPassed
from quizzes.events import QuizPassed


def complete(passed: QuizPassed) -> None:
    """Write the completion of a passed attempt, unless practice is still asked for."""
    operations.complete(passed, now=clock.now())


def complete_by_practice(passed: ScenarioPassed) -> None:
    """Write the completion when this was the last thing the module requires."""
    operations.complete_by_practice(passed, now=clock.now())


def follow_rules(changed: RosterChanged) -> None:
    """Assign what the facility's standing rules ask of those who have just come.

    Hears the roster's one fact an operation and not ``PersonEmployed``: an import of 20,000 people is one look.
    """
    operations.follow_rules(changed.facility_id, now=clock.now())
