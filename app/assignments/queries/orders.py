"""What an order of learning would meet: the people of a facility, what they hold, earlier orders and standing rules."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, literal, or_, select, union_all

from app.assignments.models import Assignment, AssignmentBatch, AssignmentRule
from app.assignments.queries.learning import PersonModule, passes_of
from app.assignments.queries.subjects import Subject, list_subjects
from app.assignments.rules import (
    NOTHING_LEARNED,
    RULES,
    Asked,
    Audience,
    Held,
    Member,
    Order,
    Plan,
    civil_day,
    plan,
    situation_of,
)
from app.kernel.db import db
from app.kernel.errors import NotFound
from app.people.models import Employment, Person, Position, Unit
from app.people.rules import search_key


def employed_at(facility_id: int, now: datetime) -> ColumnElement[bool]:
    """Return the condition of working at a facility now."""
    return and_(
        Employment.facility_id == facility_id,
        Employment.superseded_at.is_(None),
        Employment.valid_from <= now,
        or_(Employment.valid_to.is_(None), Employment.valid_to > now),
    )


def people_of(facility_id: int, now: datetime) -> Select[int]:
    """Return the selection of the ids of those who work at a facility now."""
    return select(Employment.person_id).where(employed_at(facility_id, now))


def list_members(facility_id: int, now: datetime) -> list[Member]:
    """Return those who work at a facility now, each once."""
    return _members(employed_at(facility_id, now))


def list_newcomers(facility_id: int, since: datetime, now: datetime) -> list[Member]:
    """Return those of whom a facility first knew after ``since`` that they work there, now or from a later day."""
    return _members(
        Employment.facility_id == facility_id,
        Employment.superseded_at.is_(None),
        Employment.recorded_at > since,
        or_(Employment.valid_to.is_(None), Employment.valid_to > now),
    )


def list_assigned_since(facility_id: int, since: datetime) -> set[int]:
    """Return the ids of people of a facility to whom somebody gave something to learn after ``since``.

    What a standing rule gives by itself is nobody's decision and does not count.
    """
    statement = (
        select(Assignment.person_id)
        .join(AssignmentBatch, AssignmentBatch.id == Assignment.batch_id)
        .where(Assignment.facility_id == facility_id, Assignment.cancelled_at.is_(None))
        .where(Assignment.assigned_at > since, AssignmentBatch.made_by.is_not(None))
    )
    return set(db.session.scalars(statement))


def list_named(
    facility_id: int, now: datetime, *, person_ids: Collection[int], search: str = "", at_most: int = 20
) -> list[tuple[int, str, str]]:
    """Return (id, name, unit or "") of the people with these ids, then of up to ``at_most`` who match ``search``.

    Only those who work at the facility now; marks do not matter, a whole staff code matches too.
    """
    if not person_ids and not search:
        return []
    wanted: ColumnElement[bool] = Person.id.in_(person_ids)
    if search:
        matches = Person.search_key.contains(search_key(search), autoescape=True)
        wanted = or_(wanted, matches, Employment.staff_code == search)
    rows = db.session.execute(
        select(Person.id, Person.name, Unit.name)
        .join(Employment, Employment.person_id == Person.id)
        .outerjoin(Unit, Unit.id == Employment.unit_id)
        .where(employed_at(facility_id, now), wanted)
        .order_by(Person.id.in_(person_ids).desc(), Person.sort_key, Person.id)
        .limit(at_most + len(person_ids))
    )
    return [(person_id, name, unit or "") for person_id, name, unit in rows]


def names_of(facility_id: int, audience: Audience) -> tuple[list[str], list[dict[str, str]]]:
    """Return the names of an audience's units (of this facility only) and positions, in one statement."""
    units = select(literal(0), Unit.sort_key, Unit.name, Unit.name).where(
        Unit.facility_id == facility_id, Unit.id.in_(audience.unit_ids)
    )
    positions = select(literal(1), Position.code, Position.name_vi, Position.name_en).where(
        Position.id.in_(audience.position_ids)
    )
    rows = sorted(row[:] for row in db.session.execute(union_all(units, positions)))
    return (
        [name for kind, _key, name, _same in rows if kind == 0],
        [{"vi": name_vi, "en": name_en} for kind, _key, name_vi, name_en in rows if kind == 1],
    )


def _members(*where: ColumnElement[bool]) -> list[Member]:
    rows = db.session.execute(
        select(
            Employment.person_id,
            Employment.unit_id,
            Employment.position_id,
            Employment.import_id,
            Employment.valid_from,
        )
        .where(*where)
        .order_by(Employment.id)
    )
    found = (Member(person, unit, position, came, civil_day(begins)) for person, unit, position, came, begins in rows)
    return list({member.person_id: member for member in found}.values())


def held_by(
    facility_id: int,
    module_ids: Sequence[int],
    now: datetime,
    *,
    revoked: Collection[int] = (),
    subjects: Mapping[int, Subject] | None = None,
) -> dict[PersonModule, Held]:
    """Return how the people of a facility stand with these modules before an order.

    Three statements, two when the ``subjects`` are known already.

    Only what an order must know: open assignments of this facility, and completions wherever they were earned.
    """
    people = people_of(facility_id, now)
    open_ones = _open_assignments(facility_id, module_ids)
    majors = {module_id: subject.majors for module_id, subject in (subjects or list_subjects()).items()}
    passes = passes_of(people)
    held: dict[PersonModule, Held] = {}
    for pair in open_ones.keys() | {pair for pair in passes if pair[1] in module_ids}:
        assignment_id, due_on = open_ones.get(pair, (None, None))
        situation = situation_of(
            passes.get(pair, NOTHING_LEARNED),
            Asked(now, due_on, majors.get(pair[1], ())),
            now,
            revoked=revoked,
            rules=RULES,
        )
        has_lapsed = situation.row is not None and situation.row.has_lapsed
        held[pair] = Held(assignment_id, due_on, is_done=situation.is_done, has_lapsed=has_lapsed)
    return held


def _open_assignments(facility_id: int, module_ids: Sequence[int]) -> dict[PersonModule, tuple[int, Any]]:
    rows = db.session.execute(
        select(Assignment.person_id, Assignment.module_id, Assignment.id, Assignment.due_on).where(
            Assignment.facility_id == facility_id,
            Assignment.module_id.in_(module_ids),
            Assignment.cancelled_at.is_(None),
        )
    )
    return {(person_id, module_id): (assignment_id, due_on) for person_id, module_id, assignment_id, due_on in rows}


def preview(facility_id: int, order: Order, now: datetime, *, revoked: Collection[int] = ()) -> Plan:
    """Return what an order would do, before anything is written; ``operations.assign`` does exactly this."""
    people = [member.person_id for member in list_members(facility_id, now) if order.audience.includes(member)]
    return plan(people, order, held_by(facility_id, order.module_ids, now, revoked=revoked))


def get_batch(facility_id: int, batch_id: int) -> AssignmentBatch:
    """Return one press of "Giao học" in a facility; raises ``NotFound`` for another facility's."""
    found = db.session.scalar(
        select(AssignmentBatch).where(AssignmentBatch.id == batch_id, AssignmentBatch.facility_id == facility_id)
    )
    if found is None:
        raise NotFound("assignment_batch", id=batch_id)
    return found


def find_batch(facility_id: int, token: str) -> AssignmentBatch | None:
    """Return what this form's own press has made already, or None."""
    return db.session.scalar(
        select(AssignmentBatch).where(AssignmentBatch.token == token, AssignmentBatch.facility_id == facility_id)
    )


def list_rules(facility_id: int) -> list[AssignmentRule]:
    """Return the standing rules of a facility that have not ended, the oldest first."""
    statement = select(AssignmentRule).where(
        AssignmentRule.facility_id == facility_id, AssignmentRule.ended_at.is_(None)
    )
    return list(db.session.scalars(statement.order_by(AssignmentRule.id)))


def get_rule(facility_id: int, rule_id: int) -> AssignmentRule:
    """Return a standing rule of a facility; raises ``NotFound`` for another facility's."""
    found = db.session.scalar(
        select(AssignmentRule).where(AssignmentRule.id == rule_id, AssignmentRule.facility_id == facility_id)
    )
    if found is None:
        raise NotFound("assignment_rule", id=rule_id)
    return found


def get_assignment(facility_id: int, assignment_id: int, *, person_id: int) -> Assignment:
    """Return an open assignment of a person in a facility; raises ``NotFound`` for any other, or a cancelled one."""
    found = db.session.scalar(
        select(Assignment).where(
            Assignment.id == assignment_id,
            Assignment.facility_id == facility_id,
            Assignment.person_id == person_id,
            Assignment.cancelled_at.is_(None),
        )
    )
    if found is None:
        raise NotFound("assignment", id=assignment_id)
    return found
