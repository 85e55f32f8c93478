"""Rows of a fictional facility and its people, gathered by table and written in bulk."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import func, insert, select, text

from app.assignments.models import AssignmentBatch
from app.kernel import clock
from app.kernel.db import Base, db
from app.people.models import (
    Credential,
    Duty,
    Employment,
    Facility,
    FacilityParent,
    FacilityType,
    Leave,
    Person,
    Position,
    Role,
    RoleGrant,
    ServicePoint,
    ServicePointTerm,
    Unit,
)
from app.people.rules import search_key, sort_key, text_sort_key
from app.sample.operations.learning import Learning
from app.sample.rules import FacilityPlan, PersonPlan
from certificates.models import SerialCounter

FLUSH_AT = 20_000
YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Place:
    """A facility that is being written: ids of its units, points and batch, and its serial numbers."""

    plan: FacilityPlan
    facility_id: int
    units: Mapping[str, int]
    points: list[int]
    batch_id: int
    serials: dict[int, int] = field(default_factory=dict)


class Writer:
    """Gives ids, gathers rows by table and writes them when there are many."""

    def __init__(self, now: datetime, password_hash: str) -> None:
        self.now, self.password_hash = now, password_hash
        self.today = clock.civil_day(now)
        self.people = 0
        self.rows: dict[type[Base], list[dict[str, Any]]] = {}
        self.last_ids: dict[type[Base], int] = {}
        self.waiting = 0
        # Parents before children, as the foreign keys ask.
        self.order = {table.name: place for place, table in enumerate(Base.metadata.sorted_tables)}
        self.positions = dict(db.session.execute(select(Position.code, Position.id)).all())
        self.position_names = dict(db.session.execute(select(Position.code, Position.name_vi)).all())
        self.learning = Learning(self)

    def put(self, table: type[Base], **values: Any) -> int:
        """Add a row with the next id of its table and return the id."""
        if table not in self.last_ids:
            self.last_ids[table] = db.session.scalar(select(func.max(table.__table__.c.id))) or 0
        self.last_ids[table] += 1
        self.put_plain(table, id=self.last_ids[table], **values)
        return self.last_ids[table]

    def put_plain(self, table: type[Base], **values: Any) -> None:
        """Add a row whose key is among its values."""
        self.rows.setdefault(table, []).append(values)
        self.waiting += 1

    def flush(self) -> None:
        """Write what was gathered, parents before children."""
        for table in sorted(self.rows, key=lambda each: self.order[each.__tablename__]):
            db.session.execute(insert(table), self.rows[table])
        self.rows.clear()
        self.waiting = 0

    def finish(self) -> None:
        """Write the rest and let PostgreSQL go on counting after our ids."""
        self.flush()
        if db.engine.dialect.name != "postgresql":
            return
        for table in self.last_ids:
            name = table.__tablename__
            db.session.execute(
                text(f"select setval(pg_get_serial_sequence('{name}', 'id'), (select max(id) from \"{name}\"))")  # noqa: S608  our own table names
            )

    def dated(self, days_ago: int) -> dict[str, datetime | None]:
        """Return the columns of a fact that is true since some days ago and was recorded then."""
        since = self.now - timedelta(days=days_ago)
        return {"valid_from": since, "valid_to": None, "recorded_at": since, "superseded_at": None}

    def add(self, plan: FacilityPlan, dice: Random) -> None:
        """Write one facility with everything in it."""
        long_ago = self.now - 3 * YEAR
        facility_id = self.put(
            Facility,
            code=plan.code,
            name=plan.name,
            search_key=search_key(plan.name),
            sort_key=text_sort_key(plan.name),
            type=FacilityType(plan.type),
            care_level=None,
            area=plan.area,
            is_sample=True,
            created_at=long_ago,
        )
        self.put(
            FacilityParent,
            facility_id=facility_id,
            parent="Sở Y tế Thành phố Hồ Chí Minh",
            parent_facility_id=None,
            **self.dated(1000),
        )
        units = {
            name: self.put(
                Unit,
                facility_id=facility_id,
                name=name,
                search_key=search_key(name),
                sort_key=text_sort_key(name),
                created_at=long_ago,
            )
            for name in plan.units
        }
        points = self._add_points(plan, facility_id, units)
        batch_id = self._add_batch(plan, facility_id)
        place = Place(plan, facility_id, units, points, batch_id)
        for index, person in enumerate(plan.people):
            self._add_person(place, index, person, dice)
        for year, last in place.serials.items():
            self.put_plain(SerialCounter, facility_id=facility_id, year=year, last=last)
        if self.waiting > FLUSH_AT:
            self.flush()

    def _add_batch(self, plan: FacilityPlan, facility_id: int) -> int:
        return self.put(
            AssignmentBatch,
            token=f"sample-{plan.code}",
            facility_id=facility_id,
            made_by=None,
            made_at=self.now - timedelta(days=20),
            undone_at=None,
            rule_id=None,
            module_ids=[module.id for module in self.learning.modules.values()],
            due_on=self.today + timedelta(days=plan.due_in_days),
            counts={},
            moved={},
        )

    def _add_points(self, plan: FacilityPlan, facility_id: int, units: Mapping[str, int]) -> list[int]:
        ids = []
        for point in plan.points:
            point_id = self.put(
                ServicePoint,
                facility_id=facility_id,
                unit_id=units[point.unit],
                name=point.name,
                shift=point.shift,
                search_key=search_key(f"{point.name} {point.shift}"),
                created_at=self.now - 2 * YEAR,
            )
            self.put(ServicePointTerm, service_point_id=point_id, need=point.need, **self.dated(700))
            ids.append(point_id)
        return ids

    def _add_person(self, place: Place, index: int, person: PersonPlan, dice: Random) -> None:
        person_id = self.put(
            Person,
            name=person.name,
            search_key=search_key(person.name),
            sort_key=sort_key(person.name),
            phone=person.phone,
            language="vi",
            is_sample=True,
            suspended_at=None,
            created_at=self.now - timedelta(days=person.days_employed),
        )
        self.people += 1
        self.put_plain(Credential, person_id=person_id, password_hash=self.password_hash, changed_at=self.now)
        self.put(
            Employment,
            person_id=person_id,
            facility_id=place.facility_id,
            unit_id=place.units[person.unit],
            position_id=self.positions[person.position],
            staff_code=person.staff_code,
            import_id=None,
            **self.dated(person.days_employed),
        )
        for point in person.points:
            self.put(
                Duty,
                person_id=person_id,
                service_point_id=place.points[point],
                **self.dated(min(person.days_employed, 300)),
            )
        if person.is_on_leave:
            self.put(
                Leave,
                person_id=person_id,
                facility_id=place.facility_id,
                **self.dated(20) | {"valid_to": self.now + timedelta(days=100)},
            )
        if person.position in {"admin", "leader"}:
            self._grant(place, index, person, person_id)
        self.learning.add(place, person, person_id, dice)

    def _grant(self, place: Place, index: int, person: PersonPlan, person_id: int) -> None:
        role = {0: Role.COORDINATOR, 1: Role.DIRECTOR}.get(index)
        if role is not None:
            self.put(
                RoleGrant,
                person_id=person_id,
                role=role,
                facility_id=place.facility_id,
                granted_by=None,
                **self.dated(min(person.days_employed, 300)),
            )
        if role is Role.DIRECTOR and place.plan.code.endswith("-0001"):
            for city_wide in (Role.TASKFORCE, Role.ADMIN):
                self._add_official(city_wide)

    def _add_official(self, role: Role) -> None:
        """Write a person of the city who works in no facility."""
        name = {Role.TASKFORCE: "Ngô Thị Diễm Dũng", Role.ADMIN: "Tạ Quang Khôi"}[role]
        phone = {Role.TASKFORCE: "+84999999991", Role.ADMIN: "+84999999992"}[role]
        person_id = self.put(
            Person,
            name=name,
            search_key=search_key(name),
            sort_key=sort_key(name),
            phone=phone,
            language="vi",
            is_sample=True,
            suspended_at=None,
            created_at=self.now - YEAR,
        )
        self.put_plain(Credential, person_id=person_id, password_hash=self.password_hash, changed_at=self.now)
        self.put(RoleGrant, person_id=person_id, role=role, facility_id=None, granted_by=None, **self.dated(300))
