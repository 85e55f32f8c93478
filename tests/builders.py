"""Short ways to say what a test is about: ``make_*`` builders, and the cast of five."""

import itertools
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer

from app.kernel import clock
from app.kernel.db import db
from app.kernel.tokens import hash_token, new_token, sign
from app.kernel.transaction import is_writing, transaction
from app.people.models import (
    Employment,
    Facility,
    FacilityType,
    Person,
    Position,
    Role,
    RoleGrant,
    SignIn,
    Unit,
)
from app.people.rules import search_key, sort_key, text_sort_key
from tests.databases import SECRET

_numbers = itertools.count(1)
LONG_AGO = timedelta(days=400)


def save(*rows: Any) -> Any:
    """Write rows in one transaction, the caller's when it has one open, and return the first."""
    if is_writing():
        db.session.add_all(rows)
        db.session.flush()
        return rows[0]
    with transaction() as session:
        session.add_all(rows)
    return rows[0]


def make_facility(code: str | None = None, name: str = "Bệnh viện Hoa Sen", **more: Any) -> Facility:
    code = code or f"BV{next(_numbers):04d}"
    values = {"type": FacilityType.HOSPITAL, "area": "Phường Hoa Lư", "created_at": clock.now() - LONG_AGO, **more}
    return save(Facility(code=code, name=name, search_key=search_key(name), sort_key=text_sort_key(name), **values))


def make_unit(facility: Facility, name: str = "Khoa Khám bệnh") -> Unit:
    return save(
        Unit(
            facility_id=facility.id,
            name=name,
            search_key=search_key(name),
            sort_key=text_sort_key(name),
            created_at=clock.now() - LONG_AGO,
        )
    )


def make_position(code: str = "nurse") -> Position:
    found = db.session.query(Position).filter_by(code=code).one_or_none()
    return found or save(Position(code=code, name_vi=code.title(), name_en=code.title(), rank=next(_numbers)))


def make_person(name: str = "Nguyễn Thị Ánh Tuyết", **more: Any) -> Person:
    return save(
        Person(
            name=name, search_key=search_key(name), sort_key=sort_key(name), created_at=clock.now() - LONG_AGO, **more
        )
    )


def employ(person: Person, facility: Facility, unit: Unit | None = None, position: str = "nurse", **more: Any):
    """Give a person a workplace since long ago."""
    began = clock.now() - LONG_AGO
    values = {"staff_code": f"NV{next(_numbers):05d}", "valid_from": began, "recorded_at": began, **more}
    return save(
        Employment(
            person_id=person.id,
            facility_id=facility.id,
            unit_id=unit.id if unit else None,
            position_id=make_position(position).id,
            **values,
        )
    )


def grant(person: Person, role: Role, facility: Facility | None = None) -> RoleGrant:
    began = clock.now() - LONG_AGO
    return save(
        RoleGrant(
            person_id=person.id,
            role=role,
            facility_id=facility.id if facility else None,
            valid_from=began,
            recorded_at=began,
        )
    )


def make_cast() -> SimpleNamespace:
    """An, a nurse; Bình, her coordinator; Chi, their director; Dũng of the task force; Én, a nurse elsewhere."""
    with transaction():
        cast = _five()
    # Read once and let go: the next transaction expires what the session holds, and a request closes the session.
    for each in vars(cast).values():
        db.session.refresh(each)
    db.session.expunge_all()
    return cast


def _five() -> SimpleNamespace:
    here = make_facility("BV-HOASEN", "Bệnh viện Hoa Sen")
    there = make_facility("BV-SONGXANH", "Bệnh viện Nhi Sông Xanh")
    ward, other_ward = make_unit(here), make_unit(there, "Khoa Cấp cứu")
    an = make_person("Nguyễn Thị Ánh Tuyết An")
    binh, chi = make_person("Trần Mỹ Bình"), make_person("Lê Quỳnh Chi")
    dung, en = make_person("Ngô Thị Diễm Dũng"), make_person("Phạm Hoàng Én")
    employ(an, here, ward, staff_code="00001")
    employ(binh, here, ward, "admin", staff_code="00002")
    employ(chi, here, None, "leader", staff_code="00003")
    employ(en, there, other_ward, staff_code="00001")
    grant(binh, Role.COORDINATOR, here)
    grant(chi, Role.DIRECTOR, here)
    grant(dung, Role.TASKFORCE)
    return SimpleNamespace(
        here=here, there=there, ward=ward, other_ward=other_ward, an=an, binh=binh, chi=chi, dung=dung, en=en
    )


class Browser:
    """A browser on which one person is signed in; forms carry their token by themselves."""

    def __init__(self, client: FlaskClient, person: Person | None = None, *, is_shared: bool = False) -> None:
        self.client, self.token = client, new_token()
        client.set_cookie("san-sang", self.token, domain="localhost")
        if person is not None:
            now = clock.now()
            save(
                SignIn(
                    token_hash=hash_token(self.token),
                    person_id=person.id,
                    is_shared=is_shared,
                    began_at=now,
                    seen_at=now,
                    ends_at=now + timedelta(days=30),
                    browser="",
                )
            )
            db.session.remove()

    @property
    def csrf_token(self) -> str:
        return URLSafeTimedSerializer(SECRET, salt="wtf-csrf-token").dumps(sign(SECRET, "form", self.token))

    def get(self, path: str, **more: Any):
        return self.client.get(path, **more)

    def post(self, path: str, data: dict[str, Any] | None = None, **more: Any):
        return self.client.post(path, data={"csrf_token": self.csrf_token, **(data or {})}, **more)

    def post_json(self, path: str, json: Any, **more: Any):
        return self.client.post(path, json=json, headers={"X-CSRFToken": self.csrf_token}, **more)
