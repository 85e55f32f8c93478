"""The facts of one facility at one instant, as the world that the published rules score."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, union_all
from sqlalchemy import null as sql_null

from app.kernel.db import db
from app.people.models import (
    Dated,
    Duty,
    Employment,
    FacilityClosure,
    Leave,
    Person,
    Position,
    ServicePoint,
    ServicePointTerm,
    Unit,
)
from app.readiness.models import LegalCap
from app.readiness.models import Requirement as RequirementRow
from app.readiness.rules import (
    Assign,
    Cap,
    Case,
    Cert,
    Closure,
    Level,
    Point,
    Policy,
    Requirement,
    Version,
    World,
)
from app.readiness.rules import (
    Leave as LeaveFact,
)
from certificates.models import Certificate, CertificateEndorsement, CertificateRevocation
from courses.models import Module, ModuleVersion


@dataclass(frozen=True, slots=True)
class Roll:
    """A facility's world with what a page says about its people: names and units by person, points by id.

    Modules are named by key; of several versions the newest tells title and minutes.
    """

    world: World
    names: Mapping[str, str]
    units: Mapping[str, str]
    unit_names: Mapping[str, str]
    point_names: Mapping[str, str]
    minutes: Mapping[str, int]
    titles: Mapping[str, Mapping[str, str]]
    module_ids: Mapping[str, int]


def known(fact: type[Dated], known_at: datetime | None) -> ColumnElement[bool]:
    """Say in SQL that a dated fact was held true at ``known_at`` (None: now)."""
    if known_at is None:
        return fact.superseded_at.is_(None)
    return and_(fact.recorded_at <= known_at, or_(fact.superseded_at.is_(None), fact.superseded_at > known_at))


def alive(fact: type[Dated], at: datetime) -> ColumnElement[bool]:
    """Say in SQL that a dated fact is valid at ``at`` (half open)."""
    return and_(fact.valid_from <= at, or_(fact.valid_to.is_(None), fact.valid_to > at))


def case_of(facility_id: int, policy: Policy, *, as_of: datetime, known_at: datetime | None = None) -> Case:
    """Return the facility's case at ``as_of``, person and point ids as text."""
    roll = load_roll(facility_id, as_of=as_of, known_at=known_at)
    return Case(facility=str(facility_id), as_of=as_of, known_at=known_at, world=roll.world, policy=policy)


def load_roll(facility_id: int, *, as_of: datetime, known_at: datetime | None = None) -> Roll:
    """Read everything that the score of one facility at ``as_of`` depends on; a constant number of statements."""
    staff = _staff(facility_id, as_of, known_at)
    duties = _duties(facility_id, as_of, known_at)
    points = _points(facility_id, as_of, known_at)
    assigns = [*_posts(facility_id, staff, duties, points), *_past(facility_id, as_of, known_at)]
    module_keys, versions, minutes, titles = _modules()
    closed, caps = _standing(facility_id, known_at)
    world = World(
        assigns=tuple(assigns),
        certs=tuple(_certs(facility_id, module_keys, as_of, known_at)),
        leaves=tuple(_leaves(facility_id, known_at)),
        reqs=tuple(_requirements(module_keys, known_at)),
        versions=tuple(versions),
        points=tuple(Point(str(p.id), str(facility_id), p.valid_from, p.valid_to, p.need) for p in points),
        closed=closed,
        caps=caps,
    )
    return Roll(
        world=world,
        names={str(row.person_id): row.name for row in staff},
        units={str(row.person_id): str(row.unit_id) for row in staff if row.unit_id is not None},
        unit_names={str(row.unit_id): row.unit_name for row in staff if row.unit_id is not None},
        point_names={str(p.id): p.name if not p.shift else f"{p.name}, {p.shift}" for p in points},
        minutes=minutes,
        titles=titles,
        module_ids={key: module_id for module_id, key in module_keys.items()},
    )


def _staff(facility_id: int, as_of: datetime, known_at: datetime | None) -> Sequence[Any]:
    return db.session.execute(
        select(
            Employment.person_id,
            Employment.unit_id,
            Employment.valid_from,
            Employment.valid_to,
            Person.name,
            Unit.name.label("unit_name"),
            Position.code.label("role"),
        )
        .join(Person, Person.id == Employment.person_id)
        .join(Position, Position.id == Employment.position_id)
        .outerjoin(Unit, Unit.id == Employment.unit_id)
        .where(Employment.facility_id == facility_id, known(Employment, known_at), alive(Employment, as_of))
        .order_by(Person.sort_key, Employment.person_id)
    ).all()


def _past(facility_id: int, as_of: datetime, known_at: datetime | None) -> Iterable[Assign]:
    """Yield where these people have worked otherwise: the grace of 30 days runs once, from the first exposure."""
    here = select(Employment.person_id).where(
        Employment.facility_id == facility_id, known(Employment, known_at), alive(Employment, as_of)
    )
    rows = db.session.execute(
        select(Employment.person_id, Employment.facility_id, Employment.valid_from, Employment.valid_to, Position.code)
        .join(Position, Position.id == Employment.position_id)
        .where(
            Employment.person_id.in_(here),
            known(Employment, known_at),
            Employment.valid_from <= as_of,
            ~and_(Employment.facility_id == facility_id, alive(Employment, as_of)),
        )
        .order_by(Employment.person_id, Employment.valid_from)
    )
    for person_id, place, start, end, role in rows:
        yield Assign(str(person_id), str(place), None, role, start, end)


def _duties(facility_id: int, as_of: datetime, known_at: datetime | None) -> Sequence[Any]:
    return db.session.execute(
        select(Duty.person_id, Duty.service_point_id, ServicePoint.unit_id)
        .join(ServicePoint, ServicePoint.id == Duty.service_point_id)
        .where(ServicePoint.facility_id == facility_id, known(Duty, known_at), alive(Duty, as_of))
        .distinct()
        .order_by(Duty.person_id, Duty.service_point_id)
    ).all()


def _points(facility_id: int, as_of: datetime, known_at: datetime | None) -> Sequence[Any]:
    return db.session.execute(
        select(
            ServicePoint.id,
            ServicePoint.unit_id,
            ServicePoint.name,
            ServicePoint.shift,
            ServicePointTerm.need,
            ServicePointTerm.valid_from,
            ServicePointTerm.valid_to,
        )
        .join(ServicePointTerm, ServicePointTerm.service_point_id == ServicePoint.id)
        .where(
            ServicePoint.facility_id == facility_id,
            known(ServicePointTerm, known_at),
            alive(ServicePointTerm, as_of),
        )
        .order_by(ServicePoint.id)
    ).all()


def _posts(facility_id: int, staff: Sequence[Any], duties: Sequence[Any], points: Sequence[Any]) -> Iterable[Assign]:
    """Yield where each person stands (ruling 31): by duty; else, where the unit has no duty list, at its points."""
    by_person: dict[int, list[int]] = {}
    for person_id, point_id, _unit_id in duties:
        by_person.setdefault(person_id, []).append(point_id)
    listed = {unit_id for _, _, unit_id in duties}
    by_unit: dict[int, list[int]] = {}
    for point in points:
        by_unit.setdefault(point.unit_id, []).append(point.id)
    for row in staff:
        stands = by_person.get(row.person_id)
        if stands is None and row.unit_id not in listed:
            stands = by_unit.get(row.unit_id)
        for point in map(str, stands) if stands else (None,):
            yield Assign(str(row.person_id), str(facility_id), point, row.role, row.valid_from, row.valid_to)


def _modules() -> tuple[dict[int, str], list[Version], dict[str, int], dict[str, Mapping[str, str]]]:
    keys: dict[int, str] = {}
    versions: dict[tuple[str, int], Version] = {}
    minutes: dict[str, int] = {}
    titles: dict[str, Mapping[str, str]] = {}
    rows = db.session.execute(
        select(
            Module.id,
            Module.key,
            ModuleVersion.edition,
            ModuleVersion.required_from,
            ModuleVersion.minutes,
            ModuleVersion.title,
        )
        .join(ModuleVersion, ModuleVersion.module_id == Module.id)
        .order_by(Module.rank, ModuleVersion.number)
    )
    for module_id, key, edition, required_from, length, title in rows:
        keys[module_id], minutes[key], titles[key] = key, length, title
        if required_from is not None:
            versions.setdefault((key, edition), Version(key, edition, required_from))
    return keys, list(versions.values()), minutes, titles


def _certs(
    facility_id: int, module_keys: Mapping[int, str], as_of: datetime, known_at: datetime | None
) -> Iterable[Cert]:
    here = select(Employment.person_id).where(
        Employment.facility_id == facility_id, known(Employment, known_at), alive(Employment, as_of)
    )
    until = as_of if known_at is None else min(as_of, known_at)
    endorsed = (
        select(CertificateEndorsement.certificate_id, func.max(CertificateEndorsement.edition).label("edition"))
        .where(CertificateEndorsement.recorded_at <= until)
        .group_by(CertificateEndorsement.certificate_id)
        .subquery()
    )
    rows = db.session.execute(
        select(
            Certificate.id,
            Certificate.person_id,
            Certificate.module_id,
            Certificate.issued_at,
            Certificate.last_day,
            Certificate.refresh_due_on,
            Certificate.edition,
            Certificate.recorded_at,
            CertificateRevocation.effective_at,
            CertificateRevocation.is_void,
            CertificateRevocation.recorded_at.label("revoke_recorded"),
            endorsed.c.edition.label("endorsed"),
        )
        .outerjoin(endorsed, endorsed.c.certificate_id == Certificate.id)
        .outerjoin(CertificateRevocation, CertificateRevocation.certificate_id == Certificate.id)
        .where(Certificate.person_id.in_(here))
        .order_by(Certificate.id)
    )
    for row in rows:
        yield Cert(
            person=str(row.person_id),
            module=module_keys[row.module_id],
            issued=row.issued_at,
            last_day=row.last_day,
            version=max(row.edition, row.endorsed or 0),
            refresh_due=row.refresh_due_on,
            revoked=row.effective_at,
            void=bool(row.is_void),
            recorded=row.recorded_at,
            revoke_recorded=row.revoke_recorded,
        )


def _leaves(facility_id: int, known_at: datetime | None) -> Iterable[LeaveFact]:
    rows = db.session.execute(
        select(Leave.person_id, Leave.valid_from, Leave.valid_to)
        .where(Leave.facility_id == facility_id, known(Leave, known_at))
        .order_by(Leave.id)
    )
    return (LeaveFact(str(person_id), start, end) for person_id, start, end in rows)


def _requirements(module_keys: Mapping[int, str], known_at: datetime | None) -> Iterable[Requirement]:
    rows = db.session.execute(
        select(
            Position.code,
            RequirementRow.module_id,
            RequirementRow.weight,
            RequirementRow.valid_from,
            RequirementRow.valid_to,
        )
        .join(Position, Position.id == RequirementRow.position_id)
        .where(known(RequirementRow, known_at))
        .order_by(Position.rank, RequirementRow.module_id, RequirementRow.valid_from)
    )
    return (Requirement(role, module_keys[module], weight, start, end) for role, module, weight, start, end in rows)


def _standing(facility_id: int, known_at: datetime | None) -> tuple[tuple[Closure, ...], tuple[Cap, ...]]:
    """Return when the facility was closed and when its level was capped, in one statement."""
    closed = select(sql_null(), FacilityClosure.valid_from, FacilityClosure.valid_to).where(
        FacilityClosure.facility_id == facility_id, known(FacilityClosure, known_at)
    )
    capped = select(LegalCap.level, LegalCap.valid_from, LegalCap.valid_to).where(
        LegalCap.facility_id == facility_id, known(LegalCap, known_at)
    )
    rows: Sequence[Any] = db.session.execute(union_all(closed, capped)).all()
    place = str(facility_id)
    return (
        tuple(Closure(place, start, end) for level, start, end in rows if level is None),
        tuple(Cap(place, Level(level), start, end) for level, start, end in rows if level is not None),
    )


def pseudonymous(case: Case, facility_code: str) -> Case:
    """Return the case with invented ids for people and points (ruling 34); the facility keeps its public code."""
    people = _numbered("p", [assign.person for assign in case.world.assigns])
    points = _numbered("q", [point.id for point in case.world.points])
    facilities = {case.facility: facility_code}
    for assign in case.world.assigns:
        facilities.setdefault(assign.facility, f"elsewhere{len(facilities)}")
    world = case.world
    return replace(
        case,
        facility=facility_code,
        world=replace(
            world,
            assigns=tuple(
                replace(
                    each,
                    person=people[each.person],
                    facility=facilities[each.facility],
                    point=points.get(each.point or ""),
                )
                for each in world.assigns
            ),
            certs=tuple(replace(each, person=people[each.person]) for each in world.certs),
            leaves=tuple(replace(each, person=people[each.person]) for each in world.leaves if each.person in people),
            points=tuple(replace(each, id=points[each.id], facility=facility_code) for each in world.points),
            closed=tuple(replace(each, facility=facility_code) for each in world.closed),
            caps=tuple(replace(each, facility=facility_code) for each in world.caps),
        ),
    )


def _numbered(letter: str, ids: Sequence[str]) -> dict[str, str]:
    distinct = list(dict.fromkeys(ids))
    width = len(str(len(distinct)))
    return {each: f"{letter}{place:0{width}}" for place, each in enumerate(distinct, start=1)}
