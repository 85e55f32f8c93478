"""What happens to teaching material and its readers, as facts for the floors above."""

from dataclasses import dataclass
from datetime import datetime

from app.kernel.events import Event


@dataclass(frozen=True, slots=True)
class ModuleVersionPublished(Event):
    """A new immutable version of a module exists."""

    module_id: int
    module_version_id: int


@dataclass(frozen=True, slots=True)
class LessonFinished(Event):
    """A person has seen the last card of a lesson for the first time."""

    person_id: int
    module_id: int
    lesson_key: str


@dataclass(frozen=True, slots=True)
class ScenarioPassed(Event):
    """A run of a practice scenario reached a passed ending within its passing rule."""

    run_id: int
    person_id: int
    module_id: int
    module_version_id: int
    scenario_key: str
    at: datetime
