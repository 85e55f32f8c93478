"""Small random cities in the database: everything that readiness reads, with all its edges."""

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

from app.assignments.models import Completion
from app.kernel.clock import civil_day
from app.kernel.db import db
from app.kernel.transaction import transaction
from app.people.models import (
    Duty,
    Employment,
    Facility,
    FacilityClosure,
    FacilityType,
    Leave,
    Person,
    Position,
    ServicePoint,
    ServicePointTerm,
    Unit,
)
from app.readiness.models import LegalCap, Requirement
from app.readiness.rules import DEFAULT_POLICY
from certificates.models import Certificate, CertificateEndorsement, CertificateRevocation
from courses.models import Change, Course, Module, ModuleVersion

NOW = datetime(2026, 9, 1, 1, 0, tzinfo=UTC)
MODULES = ("m1", "m2", "m3")


def make_city(seed: int, facilities: int) -> list[int]:
    """Fill the empty database with a random city and return the ids of its facilities."""
    with transaction():
        city = _City(random.Random(seed))
        return [city.add_facility(place) for place in range(facilities)]


def save(row: Any) -> Any:
    db.session.add(row)
    db.session.flush()
    return row


class _City:
    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        self.people: list[int] = []
        self.open_places: set[tuple[int, int]] = set()
        self.positions = [
            save(Position(code=code, name_vi=code, name_en=code, rank=rank)).id
            for rank, code in enumerate(DEFAULT_POLICY.role_weight)
        ]
        self.modules = self._add_modules()
        self._add_requirements()

    def instant(self, least: int, most: int) -> datetime:
        """Return an instant some days from now, now and then exactly at the hour or at a local midnight."""
        day = self.dice.randint(least, most)
        return NOW + timedelta(days=day, hours=self.dice.choice((0, 0, 0, 16, -8, 5)))

    def dated(self, *, open_share: float = 0.8) -> dict[str, Any]:
        began = self.instant(-400, 10)
        ended = None if self.dice.random() < open_share else began + timedelta(days=self.dice.randint(1, 500))
        recorded = began if self.dice.random() < 0.8 else self.instant(-100, 20)
        superseded = None if self.dice.random() < 0.9 else recorded + timedelta(days=self.dice.randint(0, 300))
        return {"valid_from": began, "valid_to": ended, "recorded_at": recorded, "superseded_at": superseded}

    def _add_modules(self) -> list[int]:
        course = save(Course(key="c", title={"vi": "c", "en": "c"}))
        ids = []
        for rank, key in enumerate(MODULES):
            module = save(Module(course_id=course.id, key=key, code=key.upper(), rank=rank))
            ids.append(module.id)
            for edition in range(1, self.dice.choice((2, 2, 3))):
                self.version_id = save(
                    ModuleVersion(
                        module_id=module.id,
                        number=edition,
                        edition=edition,
                        change=Change.MAJOR,
                        content_hash="x",
                        title={"vi": key, "en": key},
                        minutes=20,
                        validity_months=12,
                        refresh_days=180,
                        published_at=NOW - timedelta(days=300),
                        required_from=None if edition == 1 else civil_day(self.instant(-60, 60)),
                        content={},
                    )
                ).id
        return ids

    def _add_requirements(self) -> None:
        for position in self.positions:
            for module in self.modules:
                if self.dice.random() < 0.7:
                    save(
                        Requirement(
                            position_id=position,
                            module_id=module,
                            weight=self.dice.randint(1, 3),
                            **self.dated(open_share=0.85),
                        )
                    )

    def add_facility(self, place: int) -> int:
        dice = self.dice
        facility = save(
            Facility(
                code=f"F{place}",
                name=f"F{place}",
                search_key="f",
                sort_key="f",
                area="",
                type=FacilityType.HOSPITAL,
                created_at=NOW,
            )
        )
        units = [
            save(Unit(facility_id=facility.id, name=f"U{n}", search_key=f"u{n}", sort_key="u", created_at=NOW)).id
            for n in range(dice.randint(0, 3))
        ]
        points = self._add_points(facility.id, units)
        for _ in range(dice.choice((0, 1, 3, 6, 9))):
            self._add_worker(facility.id, units, points)
        if dice.random() < 0.08:
            save(FacilityClosure(facility_id=facility.id, **self.dated()))
        if dice.random() < 0.15:
            save(LegalCap(facility_id=facility.id, level=dice.choice("CDE"), document="x", **self.dated()))
        return facility.id

    def _add_points(self, facility_id: int, units: list[int]) -> list[int]:
        points = []
        for number in range(self.dice.randint(0, 4) if units else 0):
            point = save(
                ServicePoint(
                    facility_id=facility_id,
                    unit_id=self.dice.choice(units),
                    name=f"Q{number}",
                    search_key=f"q{number}",
                    created_at=NOW,
                )
            )
            points.append(point.id)
            save(
                ServicePointTerm(
                    service_point_id=point.id,
                    need=self.dice.choice((None, 1, 2)),
                    **self.dated(open_share=0.9) | {"superseded_at": None},
                )
            )
        return points

    def _add_worker(self, facility_id: int, units: list[int], points: list[int]) -> None:
        dice = self.dice
        person_id = dice.choice(self.people) if self.people and dice.random() < 0.2 else self._add_person()
        facts = self.dated()
        unit_id = dice.choice([*units, None])
        is_open = facts["valid_to"] is None and facts["superseded_at"] is None
        if is_open and (person_id, facility_id) in self.open_places:
            return
        if is_open:
            self.open_places.add((person_id, facility_id))
        save(
            Employment(
                person_id=person_id,
                facility_id=facility_id,
                unit_id=unit_id,
                staff_code=None,
                position_id=dice.choice(self.positions),
                **facts,
            )
        )
        for _ in range(dice.choice((0, 0, 0, 1, 2)) if points else 0):
            save(Duty(person_id=person_id, service_point_id=dice.choice(points), **self.dated()))
        if dice.random() < 0.15:
            began = self.instant(-60, 5)
            length = dice.choice((10, 29, 30, 31, 90, None))
            save(
                Leave(
                    person_id=person_id,
                    facility_id=facility_id,
                    valid_from=began,
                    valid_to=None if length is None else began + timedelta(days=length),
                    recorded_at=began,
                )
            )

    def _add_person(self) -> int:
        person = save(Person(name="x", search_key="x", sort_key="x", created_at=NOW))
        self.people.append(person.id)
        for module_id in self.modules:
            for cycle in range(1, self.dice.choice((1, 2, 2, 2, 3))):
                self._add_certificate(person.id, module_id, cycle)
        return person.id

    def _add_certificate(self, person_id: int, module_id: int, cycle: int) -> None:
        dice = self.dice
        issued = self.instant(-420, 3)
        last_day = civil_day(issued) + timedelta(days=dice.choice((365, 365, 30, 31, 29, 100)))
        if dice.random() < 0.2:
            last_day = civil_day(NOW) + timedelta(days=dice.choice((-1, 0, 1, 29, 30, 31)))
        refresh = civil_day(issued) + timedelta(days=180) if dice.random() < 0.8 else civil_day(NOW)
        completion = save(
            Completion(
                person_id=person_id,
                module_id=module_id,
                module_version_id=self.version_id,
                cycle=cycle,
                edition=1,
                completed_at=issued,
                anchor_on=date(2026, 1, 1),
                last_day=last_day,
                refresh_due_on=refresh,
                recorded_at=issued,
            )
        )
        number = completion.id
        certificate = save(
            Certificate(
                completion_id=completion.id,
                code=f"C{number}",
                person_id=person_id,
                module_id=module_id,
                facility_id=self._any_facility(),
                edition=dice.choice((1, 1, 2)),
                serial_year=2026,
                serial_number=number,
                issued_at=issued,
                last_day=last_day,
                refresh_due_on=refresh,
                printed={},
                recorded_at=issued if dice.random() < 0.85 else issued + timedelta(days=dice.randint(0, 40)),
            )
        )
        if dice.random() < 0.15:
            effective = self.instant(-60, 40)
            save(
                CertificateRevocation(
                    certificate_id=certificate.id,
                    effective_at=effective,
                    is_void=dice.random() < 0.3,
                    reason="x",
                    recorded_at=max(effective, issued) + timedelta(days=dice.choice((0, 0, 5))),
                )
            )
        if dice.random() < 0.2:
            save(CertificateEndorsement(certificate_id=certificate.id, edition=2, recorded_at=self.instant(-40, 10)))

    def _any_facility(self) -> int:
        if not hasattr(self, "registry"):
            self.registry = save(
                Facility(
                    code="REG", name="x", search_key="x", sort_key="x", area="", type=FacilityType.OTHER, created_at=NOW
                )
            ).id
        return self.registry
