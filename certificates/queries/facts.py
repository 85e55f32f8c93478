"""Reads of everything that is frozen into a certificate on the day it is issued."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from unicodedata import normalize

from flask import current_app
from sqlalchemy import and_, func, literal, or_, select
from sqlalchemy.orm import aliased

from app.assignments.models import Assignment, Completion
from app.kernel.clock import civil_day
from app.kernel.db import UtcDateTime, db
from app.people.models import Employment, Facility, FacilityParent, Person, Position, Unit
from courses.models import LessonProgress, Module, ModuleVersion
from quizzes.models import Attempt


@dataclass(frozen=True, slots=True)
class Place:
    """The facility that issues, its parent body, and the person's position and unit there."""

    facility_id: int
    code: str
    name: str
    parent: str
    position_vi: str
    position_en: str
    unit: str


def find_place(person_id: int, module_id: int, *, now: datetime, facility_id: int | None = None) -> Place | None:
    """Return where a certificate is issued, or None for a person who never worked anywhere.

    ``facility_id`` when it is given; else the facility that assigned the module; else the home workplace. A person who
    has left meanwhile is printed as employed last.
    """
    is_over = or_(Employment.valid_from > now, and_(Employment.valid_to.is_not(None), Employment.valid_to <= now))
    assigned = and_(
        Assignment.person_id == person_id,
        Assignment.module_id == module_id,
        Assignment.facility_id == Employment.facility_id,
        Assignment.cancelled_at.is_(None),
    )
    row = db.session.execute(
        select(Facility, FacilityParent.parent, Position, Unit.name)
        .select_from(Employment)
        .join(Facility, Facility.id == Employment.facility_id)
        .join(Position, Position.id == Employment.position_id)
        .outerjoin(Unit, Unit.id == Employment.unit_id)
        .outerjoin(FacilityParent, and_(FacilityParent.facility_id == Facility.id, _holds(FacilityParent, now)))
        .outerjoin(Assignment, assigned)
        .where(Employment.person_id == person_id, Employment.superseded_at.is_(None))
        .order_by(
            Employment.facility_id != facility_id if facility_id else is_over,
            is_over,
            Assignment.id.is_(None),
            Assignment.assigned_at,
            Employment.valid_from,
            Employment.id,
        )
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    facility, parent, position, unit = row
    parent = parent or current_app.extensions["settings"].organisation
    return Place(facility.id, facility.code, facility.name, parent, position.name_vi, position.name_en, unit or "")


def _holds(kind: Any, now: datetime) -> Any:
    return and_(kind.superseded_at.is_(None), kind.valid_from <= now, or_(kind.valid_to.is_(None), kind.valid_to > now))


def get_facts(completion: Completion, place: Place, *, now: datetime) -> dict[str, Any]:
    """Return the values that a certificate of this completion, issued at ``now``, prints for ever.

    Texts are NFC; days are ISO dates; ``score``, ``max_score`` and ``percent`` (cut, never rounded up) are None for a
    completion without a quiz.
    """
    person, module, version, attempt, began = db.session.execute(
        select(Person, Module, ModuleVersion, Attempt, _learned_from(completion))
        .select_from(Completion)
        .join(Person, Person.id == Completion.person_id)
        .join(Module, Module.id == Completion.module_id)
        .join(ModuleVersion, ModuleVersion.id == Completion.module_version_id)
        .outerjoin(Attempt, Attempt.id == Completion.attempt_id)
        .where(Completion.id == completion.id)
    ).one()
    score, max_score = (attempt.score, attempt.max_score) if attempt else (None, None)
    began = began or (attempt.started_at if attempt else completion.completed_at)
    facts = {
        "name": person.name,
        "position_vi": place.position_vi,
        "position_en": place.position_en,
        "unit": place.unit,
        "facility": place.name,
        "facility_code": place.code,
        "parent": place.parent,
        "module_code": module.code,
        "title_vi": version.title["vi"],
        "title_en": version.title["en"],
        "edition": completion.edition,
        "minutes": version.minutes,
        "learned_from": civil_day(min(began, completion.completed_at)).isoformat(),
        "learned_to": civil_day(completion.completed_at).isoformat(),
        "score": score,
        "max_score": max_score,
        "percent": 100 * score // max_score if score is not None and max_score else None,
        "issued_on": civil_day(now).isoformat(),
        "last_day": completion.last_day.isoformat(),
        "refresh_due_on": completion.refresh_due_on.isoformat(),
        "is_sample": person.is_sample,
    }
    return {key: normalize("NFC", value) if isinstance(value, str) else value for key, value in facts.items()}


def _learned_from(completion: Completion) -> Any:
    """Return the first lesson begun in this cycle: after the completion before, which has its own certificate."""
    before = aliased(Completion)
    previous = (
        select(func.max(before.completed_at))
        .where(
            before.person_id == completion.person_id,
            before.module_id == completion.module_id,
            before.completed_at < completion.completed_at,
        )
        .scalar_subquery()
    )
    return (
        select(func.min(LessonProgress.began_at))
        .where(
            LessonProgress.person_id == completion.person_id,
            LessonProgress.module_id == completion.module_id,
            LessonProgress.began_at > func.coalesce(previous, literal(datetime(1970, 1, 1, tzinfo=UTC), UtcDateTime())),
        )
        .scalar_subquery()
    )
