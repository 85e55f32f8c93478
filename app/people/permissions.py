"""Who asks, what their grants let them do, and which endpoints of this room are open to whom."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.people.models import Role, TextSize


class Who(StrEnum):
    """The kinds of asker an endpoint may be open to. With ``<facility>`` in its address the grant must be for it."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"
    COORDINATOR = "coordinator"
    DIRECTOR = "director"
    MANAGER = "manager"
    AUTHOR = "author"
    TASKFORCE = "taskforce"
    ADMIN = "admin"


_ROLES: dict[Who, frozenset[Role]] = {
    Who.COORDINATOR: frozenset({Role.COORDINATOR}),
    Who.DIRECTOR: frozenset({Role.DIRECTOR}),
    Who.MANAGER: frozenset({Role.COORDINATOR, Role.DIRECTOR}),
    Who.AUTHOR: frozenset({Role.AUTHOR}),
    Who.TASKFORCE: frozenset({Role.TASKFORCE}),
    Who.ADMIN: frozenset({Role.ADMIN}),
}


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person with the grants and workplaces that hold now."""

    person_id: int
    sign_in_id: int
    name: str
    language: str
    is_shared: bool
    grants: frozenset[tuple[Role, int | None]]
    facility_ids: frozenset[int]
    seen_at: datetime | None = None
    text_size: TextSize = TextSize.NORMAL

    def has(self, role: Role, facility_id: int | None = None) -> bool:
        """Say whether the person holds ``role`` for this facility (None: for the whole city)."""
        return (role, facility_id) in self.grants

    def facilities_as(self, *roles: Role) -> frozenset[int]:
        """Return the ids of the facilities for which the person holds one of the roles."""
        return frozenset(place for role, place in self.grants if role in roles and place is not None)

    def belongs_to(self, facility_id: int) -> bool:
        """Say whether the facility is one of the person's own: by work or by grant."""
        return facility_id in self.facility_ids or any(place == facility_id for _, place in self.grants)


def may_open(actor: Actor | None, who: Who, facility_id: int | None) -> bool:
    """Say whether an endpoint kept for ``who`` opens; ``facility_id`` is that of its address, None without one."""
    if who is Who.PUBLIC:
        return True
    if actor is None:
        return False
    if who is Who.SIGNED_IN:
        return facility_id is None or actor.belongs_to(facility_id)
    roles = _ROLES[who]
    if facility_id is not None:
        return any(actor.has(role, facility_id) for role in roles)
    return any(role in roles for role, _ in actor.grants)


ACCESS: dict[str, Who] = {
    "people.sign_in": Who.PUBLIC,
    "people.sign_out": Who.SIGNED_IN,
    "people.sample_sign_in": Who.PUBLIC,
    "people.activate": Who.PUBLIC,
    "people.devices": Who.SIGNED_IN,
    "people.end_device": Who.SIGNED_IN,
    "people.end_other_devices": Who.SIGNED_IN,
    "people.phone": Who.SIGNED_IN,
    "people.password": Who.SIGNED_IN,
    "people.language": Who.SIGNED_IN,
    "people.text_size": Who.SIGNED_IN,
    "people.roster": Who.MANAGER,
    "people.export": Who.MANAGER,
    "people.add": Who.COORDINATOR,
    "people.edit": Who.COORDINATOR,
    "people.change_workplace": Who.COORDINATOR,
    "people.change_phone": Who.COORDINATOR,
    "people.rename": Who.COORDINATOR,
    "people.add_leave": Who.COORDINATOR,
    "people.end_leave": Who.COORDINATOR,
    "people.change_access": Who.COORDINATOR,
    "people.end": Who.COORDINATOR,
    "people.slips": Who.COORDINATOR,
    "people.start_import": Who.COORDINATOR,
    "people.roster_template": Who.COORDINATOR,
    "people.roster_import": Who.COORDINATOR,
    "people.import_columns": Who.COORDINATOR,
    "people.import_choices": Who.COORDINATOR,
    "people.apply_import": Who.COORDINATOR,
    "people.import_result": Who.COORDINATOR,
    "people.answer_invitation": Who.SIGNED_IN,
    "people.places": Who.MANAGER,
    "people.add_unit": Who.COORDINATOR,
    "people.rename_unit": Who.COORDINATOR,
    "people.add_point": Who.COORDINATOR,
    "people.point": Who.MANAGER,
    "people.change_term": Who.COORDINATOR,
    "people.change_duty": Who.COORDINATOR,
}
