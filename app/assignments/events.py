"""What was completed, as a fact for the floors above."""

from dataclasses import dataclass

from app.kernel.events import Event


@dataclass(frozen=True, slots=True)
class ModuleCompleted(Event):
    """A completion was written: everything the module requires was passed."""

    completion_id: int
    person_id: int
    module_id: int
