"""What happens to teaching material and its readers, as facts for the floors above."""

from dataclasses import dataclass

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
