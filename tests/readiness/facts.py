"""Facts in the database from which readiness follows: modules, requirements, certificates, service points, a policy."""

import itertools
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from app.assignments.models import Completion
from app.kernel import clock
from app.kernel.db import db
from app.kernel.events import bus
from app.kernel.transaction import transaction
from app.people.models import Duty, Facility, Person, ServicePoint, ServicePointTerm, Unit
from app.people.rules import search_key
from app.readiness import operations
from app.readiness.rules import DEFAULT_POLICY, dump_policy
from certificates.events import CertificateIssued
from certificates.models import Certificate
from courses.models import Change, Course, Module, ModuleVersion
from tests.builders import LONG_AGO, make_position, save

_numbers = itertools.count(1)


def let_go(*rows: Any) -> None:
    """Read rows once and let the session forget them, so that a request does not leave them without one."""
    for row in rows:
        db.session.refresh(row)
    for row in rows:
        db.session.expunge(row)


def make_module(key: str, title: str | None = None, *, minutes: int = 20) -> Module:
    """A published module with this key."""
    course = db.session.scalar(select(Course).limit(1)) or save(Course(key="book", title={"vi": "Sổ", "en": "Book"}))
    module = save(Module(course_id=course.id, key=key, code=key.upper(), rank=next(_numbers)))
    title = title or f"Học phần {key}"
    save(
        ModuleVersion(
            module_id=module.id,
            number=1,
            edition=1,
            change=Change.MAJOR,
            content_hash=key,
            title={"vi": title, "en": f"{title} (en)"},
            minutes=minutes,
            validity_months=12,
            refresh_days=180,
            published_at=clock.now() - LONG_AGO,
            required_from=None,
            content={},
        )
    )
    return module


def set_policy(requirements: dict[str, dict[str, int]], *, label: str = "Bản thử", **weights: Any) -> None:
    """Make a policy since long ago: requirements map a position to its modules and their weights."""
    for position in requirements:
        make_position(position)
    roles = dict.fromkeys(requirements, 1) | dict(DEFAULT_POLICY.role_weight)
    document = {
        "label": label,
        "policy": dump_policy(DEFAULT_POLICY) | {"role_weight": roles} | weights,
        "requirements": [{"position": each, "modules": modules} for each, modules in requirements.items()],
    }
    with transaction():
        operations.load_policy(document, now=clock.now() - LONG_AGO)


def certify(
    person: Person,
    module: Module,
    facility: Facility,
    *,
    days_ago: int = 10,
    days_left: int = 300,
    refresh_in: int = 150,
    announce: bool = False,
) -> Certificate:
    """Give a person a certificate for a module; ``announce`` tells the rooms above, as a pass would."""
    now = clock.now()
    issued = now - timedelta(days=days_ago)
    today = clock.civil_day(now)
    dates = {"last_day": today + timedelta(days=days_left), "refresh_due_on": today + timedelta(days=refresh_in)}
    with transaction() as session:
        completion = Completion(
            person_id=person.id,
            module_id=module.id,
            module_version_id=session.scalar(
                select(func.max(ModuleVersion.id)).where(ModuleVersion.module_id == module.id)
            ),
            cycle=next(_numbers),
            edition=1,
            completed_at=issued,
            anchor_on=clock.civil_day(issued),
            recorded_at=issued,
            **dates,
        )
        session.add(completion)
        session.flush()
        certificate = Certificate(
            completion_id=completion.id,
            code=f"TEST{completion.id:012d}",
            person_id=person.id,
            module_id=module.id,
            facility_id=facility.id,
            edition=1,
            serial_year=2026,
            serial_number=completion.id,
            issued_at=issued,
            printed={"title_vi": module.key, "title_en": module.key},
            recorded_at=issued,
            **dates,
        )
        session.add(certificate)
        session.flush()
        if announce:
            bus.announce(CertificateIssued(certificate.id, person.id, module.id))
    return certificate


def make_point(unit: Unit, name: str, *, need: int | None = 1, since: datetime | None = None) -> ServicePoint:
    """An open service point of a unit."""
    began = since or clock.now() - LONG_AGO
    point = save(
        ServicePoint(
            facility_id=unit.facility_id, unit_id=unit.id, name=name, search_key=search_key(name), created_at=began
        )
    )
    save(ServicePointTerm(service_point_id=point.id, need=need, valid_from=began, recorded_at=began))
    return point


def put_on_duty(person: Person, point: ServicePoint) -> None:
    """Let a person stand at a service point since long ago."""
    began = clock.now() - LONG_AGO
    save(Duty(person_id=person.id, service_point_id=point.id, valid_from=began, recorded_at=began))
