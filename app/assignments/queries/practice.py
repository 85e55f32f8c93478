"""Which practice scenarios a person still owes the present cycle of a module (ruling 25)."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select

from app.assignments.models import Completion
from app.kernel.db import db
from courses.models import ModuleVersion
from courses.queries.practice import list_passed


def practice_left(
    person_id: int, module_id: int, edition: int, required: Collection[str], *, since: datetime | None
) -> int:
    """Return how many of the required scenarios were not passed after ``since``, when the cycle before ended."""
    return len(set(required) - list_passed(person_id, module_id, edition, since=since)) if required else 0


def practice_left_of(person_id: int, version: ModuleVersion) -> int:
    """Return how many scenarios a version still asks of a person in the present cycle."""
    since = db.session.scalar(
        select(func.max(Completion.completed_at)).where(
            Completion.person_id == person_id, Completion.module_id == version.module_id
        )
    )
    return practice_left(person_id, version.module_id, version.edition, version.required_scenarios, since=since)
