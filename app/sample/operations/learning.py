"""What fictional people were asked to learn, what they have passed, and what they are reading."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from app.assignments.models import Assignment, Completion
from app.assignments.rules import add_months
from app.kernel.clock import ZONE, civil_day
from app.kernel.db import db
from app.people.models import Position
from app.readiness.models import Requirement
from certificates.models import Certificate
from certificates.rules import RANDOM_BYTES, make_code, serial
from courses.models import Lesson, LessonProgress, Module, ModuleVersion

if TYPE_CHECKING:
    from random import Random

    from app.sample.operations.writer import Place, Writer
    from app.sample.rules import CertificatePlan, PersonPlan

ASSIGNED_DAYS_AGO = 20
PARENT = "Sở Y tế Thành phố Hồ Chí Minh"


@dataclass(frozen=True, slots=True)
class _Module:
    """What must be known of a module: its version, and its first lesson (key, cards, hash) if it has any."""

    id: int
    code: str
    version_id: int
    edition: int
    title: Mapping[str, str]
    minutes: int
    validity_months: int
    refresh_days: int
    first_lesson: tuple[str, int, str] | None


def required_modules() -> dict[str, list[str]]:
    """Return the keys of the modules that each position must hold, by the requirements in force."""
    rows = db.session.execute(
        select(Position.code, Module.key)
        .join(Requirement, Requirement.position_id == Position.id)
        .join(Module, Module.id == Requirement.module_id)
        .where(Requirement.superseded_at.is_(None), Requirement.valid_to.is_(None))
        .order_by(Position.code, Module.rank)
    )
    required: dict[str, list[str]] = {}
    for code, key in rows:
        required.setdefault(code, []).append(key)
    return required


def _load_modules() -> dict[str, _Module]:
    lessons = {
        lesson.module_version_id: (lesson.key, lesson.card_count, lesson.content_hash)
        for lesson in db.session.scalars(select(Lesson).where(Lesson.place == 1))
    }
    rows = db.session.execute(
        select(Module, ModuleVersion)
        .join(ModuleVersion, ModuleVersion.module_id == Module.id)
        .order_by(ModuleVersion.number)
    )
    return {
        module.key: _Module(
            module.id,
            module.code,
            version.id,
            version.edition,
            version.title,
            version.minutes,
            version.validity_months,
            version.refresh_days,
            lessons.get(version.id),
        )
        for module, version in rows
    }


class Learning:
    """Writes assignments, completions with certificates, and reading positions."""

    def __init__(self, writer: Writer) -> None:
        self.writer = writer
        self.modules = _load_modules()
        self.required = required_modules()
        self.position_names = {
            code: (vi, en)
            for code, vi, en in db.session.execute(select(Position.code, Position.name_vi, Position.name_en))
        }

    def add(self, place: Place, person: PersonPlan, person_id: int, dice: Random) -> None:
        """Write all that one person was asked and has done."""
        for certificate in person.certificates:
            self._add_certificate(place, person, person_id, certificate, dice)
        for key in self.required.get(person.position, ()):
            self._assign(place, person_id, key)
        if person.reading:
            self._add_reading(person_id, self.modules[person.reading], dice)

    def _assign(self, place: Place, person_id: int, key: str) -> None:
        self.writer.put(
            Assignment,
            person_id=person_id,
            facility_id=place.facility_id,
            module_id=self.modules[key].id,
            batch_id=place.batch_id,
            assigned_at=self.writer.now - timedelta(days=ASSIGNED_DAYS_AGO),
            due_on=self.writer.today + timedelta(days=place.plan.due_in_days),
            cancelled_at=None,
        )

    def _add_reading(self, person_id: int, module: _Module, dice: Random) -> None:
        if module.first_lesson is None:
            return
        key, cards, content_hash = module.first_lesson
        card = dice.randrange(1, cards)
        began = self.writer.now - timedelta(days=dice.randint(1, 12), minutes=dice.randint(0, 600))
        self.writer.put(
            LessonProgress,
            person_id=person_id,
            module_id=module.id,
            lesson_key=key,
            content_hash=content_hash,
            card=card,
            furthest=card,
            began_at=began,
            seen_at=began,
            finished_at=None,
        )

    def _add_certificate(
        self, place: Place, person: PersonPlan, person_id: int, plan: CertificatePlan, dice: Random
    ) -> None:
        module = self.modules[plan.module]
        day = self.writer.today - timedelta(days=plan.days_ago)
        issued = datetime.combine(day, time(7 + dice.randrange(10), dice.randrange(60)), ZONE)
        last_day = add_months(day, module.validity_months)
        refresh = day + timedelta(days=module.refresh_days)
        completion_id = self.writer.put(
            Completion,
            person_id=person_id,
            module_id=module.id,
            module_version_id=module.version_id,
            attempt_id=None,
            cycle=1,
            edition=module.edition,
            completed_at=issued,
            anchor_on=day,
            last_day=last_day,
            refresh_due_on=refresh,
            recorded_at=issued,
        )
        number = place.serials[day.year] = place.serials.get(day.year, 0) + 1
        printed = self._printed(place, person, module, plan, issued)
        self.writer.put(
            Certificate,
            completion_id=completion_id,
            code=make_code(dice.randbytes(RANDOM_BYTES)),
            person_id=person_id,
            module_id=module.id,
            facility_id=place.facility_id,
            edition=module.edition,
            serial_year=day.year,
            serial_number=number,
            issued_at=issued,
            last_day=last_day,
            refresh_due_on=refresh,
            printed=printed
            | {
                "last_day": last_day.isoformat(),
                "refresh_due_on": refresh.isoformat(),
                "serial": serial(number, place.plan.code),
            },
            recorded_at=issued,
            replaces_id=None,
        )

    def _printed(
        self, place: Place, person: PersonPlan, module: _Module, plan: CertificatePlan, issued: datetime
    ) -> dict[str, Any]:
        """Return the values a certificate prints; a test holds their names against those of a real one."""
        day = civil_day(issued)
        position_vi, position_en = self.position_names[person.position]
        return {
            "name": person.name,
            "position_vi": position_vi,
            "position_en": position_en,
            "unit": person.unit,
            "facility": place.plan.name,
            "facility_code": place.plan.code,
            "parent": PARENT,
            "module_code": module.code,
            "title_vi": module.title["vi"],
            "title_en": module.title["en"],
            "edition": module.edition,
            "minutes": module.minutes,
            "learned_from": (day - timedelta(days=2)).isoformat(),
            "learned_to": day.isoformat(),
            "score": plan.score,
            "max_score": 10,
            "percent": plan.score * 10,
            "issued_on": day.isoformat(),
            "is_sample": True,
        }
