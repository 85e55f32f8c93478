"""What changes the places: facilities, units, service points and who stands there; the city's list of positions."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.kernel import audit, clock
from app.kernel.db import db
from app.kernel.errors import Conflict, Invalid
from app.kernel.events import bus
from app.people import queries
from app.people.events import RosterChanged
from app.people.models import Duty, Position, ServicePoint, ServicePointTerm, Unit
from app.people.operations.facts import end_fact
from app.people.rules.names import clean_text, search_key, text_sort_key
from app.people.rules.positions import POSITIONS


def ensure_positions() -> list[Position]:
    """Make the city's list of positions as the rules know it, and return it; doing so again changes nothing."""
    held = {position.code: position for position in queries.list_positions()}
    for rank, known in enumerate(POSITIONS, start=1):
        position = held.get(known.code)
        if position is None:
            db.session.add(Position(code=known.code, name_vi=known.vi, name_en=known.en, rank=rank))
        else:
            position.name_vi, position.name_en, position.rank = known.vi, known.en, rank
    db.session.flush()
    return queries.list_positions()


def add_unit(actor_id: int | None, facility_id: int, name: str, *, now: datetime) -> Unit:
    """Add a department to a facility; raises ``Invalid("name_missing")``, ``Conflict("unit_exists")``."""
    clean = _clean(name)
    unit = Unit(
        facility_id=facility_id,
        name=clean,
        search_key=search_key(clean),
        sort_key=text_sort_key(clean),
        created_at=now,
    )
    db.session.add(unit)
    _flush("unit_exists")
    audit.record(actor_id, "people.unit_added", "unit", unit.id, facility_id=facility_id)
    return unit


def rename_unit(actor_id: int | None, facility_id: int, unit_id: int, name: str) -> Unit:
    """Give a unit another name; raises ``NotFound``, ``Invalid``, ``Conflict("unit_exists")``."""
    unit = queries.get_unit(facility_id, unit_id)
    unit.name = _clean(name)
    unit.search_key, unit.sort_key = search_key(unit.name), text_sort_key(unit.name)
    _flush("unit_exists")
    audit.record(actor_id, "people.unit_renamed", "unit", unit_id, facility_id=facility_id)
    return unit


def add_point(
    actor_id: int | None, facility_id: int, unit_id: int, name: str, shift: str, *, now: datetime
) -> ServicePoint:
    """Add a service point (unit × shift) without a term yet; raises ``NotFound``, ``Conflict("point_exists")``."""
    queries.get_unit(facility_id, unit_id)
    clean, clean_shift = _clean(name), clean_text(shift)
    point = ServicePoint(
        facility_id=facility_id,
        unit_id=unit_id,
        name=clean,
        shift=clean_shift,
        search_key=search_key(f"{clean} {clean_shift}"),
        created_at=now,
    )
    db.session.add(point)
    _flush("point_exists")
    audit.record(actor_id, "people.point_added", "service_point", point.id, facility_id=facility_id)
    return point


def set_term(
    actor_id: int | None,
    point: ServicePoint,
    opens: date,
    closes: date | None,
    need: int | None,
    *,
    now: datetime,
) -> None:
    """Let a point be open from ``opens`` to ``closes`` (inclusive; None: until further notice) and need that many.

    Terms before ``opens`` stay; whatever was recorded from there on is superseded (ruling 5). Raises ``Invalid``.
    """
    if closes is not None and closes < opens:
        raise Invalid("term_backwards")
    if need is not None and need < 1:
        raise Invalid("need_positive")
    starts, ends = clock.day_begins(opens), clock.day_ends(closes) if closes else None
    terms = select(ServicePointTerm).where(
        ServicePointTerm.service_point_id == point.id, ServicePointTerm.superseded_at.is_(None)
    )
    for term in db.session.scalars(terms.with_for_update()):
        if term.valid_to is None or term.valid_to > starts:
            end_fact(term, starts, now=now)
    db.session.add(
        ServicePointTerm(service_point_id=point.id, valid_from=starts, valid_to=ends, need=need, recorded_at=now)
    )
    db.session.flush()
    audit.record(actor_id, "people.point_changed", "service_point", point.id, facility_id=point.facility_id)
    bus.announce(RosterChanged(facility_id=point.facility_id))


def set_duty(actor_id: int | None, point: ServicePoint, person_ids: Collection[int], *, now: datetime) -> None:
    """Let exactly these people stand at a service point from ``now`` on.

    Raises ``Invalid("duty_stranger")`` for anyone who does not work at the point's facility.
    """
    wanted = set(person_ids)
    own = {each.person_id for each in queries.list_colleagues(point.facility_id)}
    if not wanted <= own:
        raise Invalid("duty_stranger")
    held = db.session.scalars(
        select(Duty)
        .where(Duty.service_point_id == point.id, Duty.superseded_at.is_(None), Duty.valid_to.is_(None))
        .with_for_update()
    ).all()
    for duty in held:
        if duty.person_id not in wanted:
            end_fact(duty, now, now=now)
    new = wanted - {duty.person_id for duty in held}
    db.session.add_all(
        Duty(person_id=person_id, service_point_id=point.id, valid_from=now, recorded_at=now)
        for person_id in sorted(new)
    )
    db.session.flush()
    if new or len(held) != len(wanted):
        audit.record(actor_id, "people.duty_changed", "service_point", point.id, facility_id=point.facility_id)
        bus.announce(RosterChanged(facility_id=point.facility_id))


def _clean(name: str) -> str:
    clean = clean_text(name)
    if not clean:
        raise Invalid("name_missing")
    return clean


def _flush(code: str) -> None:
    try:
        db.session.flush()
    except IntegrityError as error:
        raise Conflict(code) from error
