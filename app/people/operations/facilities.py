"""What brings the city's facilities and their first coordinators and directors into the system."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from app.kernel import audit
from app.kernel.db import db
from app.people.models import CareLevel, Facility, FacilityParent, FacilityType, Person, Position, Role
from app.people.operations.accounts import grant_role
from app.people.operations.facts import end_fact
from app.people.operations.roster import Workplace, employ, make_person
from app.people.operations.slips import Slip, make_slips
from app.people.queries.facts import holds
from app.people.queries.workplaces import list_workplaces
from app.people.rules.names import match_key, search_key, text_sort_key
from app.people.rules.register import Manager, RegisterProblem, RegisterRow

_ROLES = {"coordinator": (Role.COORDINATOR, "admin"), "director": (Role.DIRECTOR, "leader")}


@dataclass(slots=True)
class Loaded:
    """What loading a register did: counts, problems, and the slips of people who are new (facility code, slip)."""

    new: int = 0
    changed: int = 0
    same: int = 0
    grants: int = 0
    problems: list[RegisterProblem] = field(default_factory=list)
    slips: list[tuple[str, Slip]] = field(default_factory=list)


def load_register(rows: Sequence[RegisterRow], *, with_slips: bool, now: datetime) -> Loaded:
    """Bring the register's facilities in and name their first managers; loading it again changes nothing.

    Positions must be there (``ensure_positions``). A manager is known by the phone; the same phone under quite another
    name is a problem and nobody is named. ``with_slips``: make an activation slip for each person who is new.
    """
    done = Loaded()
    held = {facility.code: facility for facility in db.session.scalars(select(Facility))}
    touched: dict[str, bool] = {}
    for row in rows:
        is_new = row.code not in held
        facility = held.setdefault(row.code, Facility(code=row.code, created_at=now))
        touched[row.code] = _describe(facility, row)
        db.session.add(facility)
        done.new += is_new
        if is_new:
            touched.pop(row.code)
    db.session.flush()
    by_name = {facility.search_key: facility.id for facility in held.values()}
    for row in rows:
        moved = _set_parent(held[row.code], row.parent, by_name.get(search_key(row.parent)), now)
        if row.code in touched:
            done.changed += touched[row.code] or moved
            done.same += not (touched[row.code] or moved)
        new = _name_managers(done, held[row.code], row, now)
        if with_slips and new:
            made = make_slips(None, held[row.code].id, new, now=now, with_managers=True)
            done.slips.extend((row.code, slip) for slip in made)
    audit.record(None, "people.register_loaded", "facility", new=done.new, changed=done.changed, grants=done.grants)
    db.session.flush()
    return done


def _describe(facility: Facility, row: RegisterRow) -> bool:
    """Write the register's words to a facility; returns whether any was different."""
    values = {
        "name": row.name,
        "search_key": search_key(row.name),
        "sort_key": text_sort_key(row.name),
        "type": FacilityType(row.type),
        "area": row.area,
        "care_level": CareLevel(row.care_level) if row.care_level else facility.care_level,
    }
    is_different = any(getattr(facility, name) != value for name, value in values.items())
    for name, value in values.items():
        setattr(facility, name, value)
    return is_different


def _set_parent(facility: Facility, parent: str, parent_id: int | None, now: datetime) -> bool:
    """Record whom a facility answers to, as a dated fact; returns whether it answered to another before."""
    held = db.session.scalar(
        select(FacilityParent).where(FacilityParent.facility_id == facility.id, holds(FacilityParent, now))
    )
    if (held.parent, held.parent_facility_id) == (parent, parent_id) if held else not parent:
        return False
    if held is not None:
        end_fact(held, now, now=now)
    if parent:
        made = FacilityParent(
            facility_id=facility.id, parent=parent, parent_facility_id=parent_id, valid_from=now, recorded_at=now
        )
        db.session.add(made)
        db.session.flush()
    return True


def _name_managers(done: Loaded, facility: Facility, row: RegisterRow, now: datetime) -> list[int]:
    """Name a facility's managers and return the ids of those who are new to the system."""
    new: list[int] = []
    for role, manager in (("coordinator", row.coordinator), ("director", row.director)):
        if manager is None:
            continue
        person_id = _find_or_make(manager, new, now)
        if person_id is None:
            done.problems.append(RegisterProblem(row.number, f"{role}_phone", "phone_of_another", manager.phone))
            continue
        kind, position = _ROLES[role]
        if facility.id not in {place.facility_id for place in list_workplaces(person_id, now)}:
            position_id = db.session.scalars(select(Position.id).where(Position.code == position)).one()
            employ(None, person_id, facility.id, Workplace(None, position_id, None), now=now)
        grant = grant_role(None, person_id, kind, facility.id, now=now)
        done.grants += grant.valid_from == now
    return new


def _find_or_make(manager: Manager, new: list[int], now: datetime) -> int | None:
    """Return the id of the person with the manager's phone, a new one's if nobody has it; None: it is another's."""
    known = db.session.scalar(select(Person).where(Person.phone == manager.phone))
    if known is None:
        made = make_person(manager.name, manager.phone, now=now)
        new.append(made.id)
        return made.id
    return known.id if match_key(known.name) == match_key(manager.name) else None
