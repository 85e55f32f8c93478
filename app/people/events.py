"""What happens to people and places, as facts for the floors above."""

from dataclasses import dataclass

from app.kernel.events import Event


@dataclass(frozen=True, slots=True)
class PersonEmployed(Event):
    """A person has a new workplace."""

    person_id: int
    facility_id: int
    employment_id: int


@dataclass(frozen=True, slots=True)
class EmploymentEnded(Event):
    """A person has left a facility."""

    person_id: int
    facility_id: int


@dataclass(frozen=True, slots=True)
class RosterChanged(Event):
    """Something that readiness reads has changed in a facility: employment, duty, leave or a service point."""

    facility_id: int
