"""What this room does when it hears that a module version was published (ruling 23)."""

from app.kernel import clock
from courses.events import ModuleVersionPublished
from quizzes import operations, queries


def build_quiz(event: ModuleVersionPublished) -> None:
    """Make the quiz of the new version from the questions in its content."""
    content = queries.get_module_content(event.module_version_id)
    operations.build_quiz(event.module_id, event.module_version_id, content, now=clock.now())
