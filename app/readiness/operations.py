"""What changes in readiness: the policy, the requirements, and the snapshots that lists read."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import delete, insert, literal, or_, select, update

from app.kernel import audit, clock
from app.kernel.db import UtcDateTime, db, insert_or
from app.kernel.errors import Invalid
from app.people.models import Employment, Facility, Position
from app.readiness import queries
from app.readiness.models import LegalCap, ReadinessPolicy, Requirement, Snapshot, StaleFacility
from app.readiness.queries import Counted
from app.readiness.rules import CaseError, Level, PolicyDocument, dump_policy, parse_policy_document
from courses.models import Module

# A snapshot's columns that order the city table: whole numbers, so that both databases sort alike.
SORT_SCALE = 1_000_000
WRITE_BATCH = 400
CAPS = (Level.B, Level.C, Level.D, Level.E)


@dataclass(frozen=True, slots=True)
class PolicyReport:
    """What loading a policy changed; requirements are pairs of position and module codes.

    ``waiting`` names the modules that the document requires and the library does not have yet.
    """

    label: str
    is_new: bool
    required: tuple[tuple[str, str], ...]
    dropped: tuple[tuple[str, str], ...]
    waiting: tuple[str, ...]

    @property
    def has_changed(self) -> bool:
        """Say whether anything was written."""
        return self.is_new or bool(self.required or self.dropped)


def load_policy(document: Mapping[str, Any], *, now: datetime, actor_id: int | None = None) -> PolicyReport:
    """Make ``document`` (as ``parse_policy_document`` reads it) the city's policy; loading it again changes nothing.

    What was in force is closed at ``now``, not edited. The city's first policy and requirements hold from the
    document's ``required_from`` on; later ones from ``now``, so that a new module brings everybody its days of grace.
    Raises ``Invalid`` with the code ``policy_wrong`` or ``policy_unknown_position``.
    """
    try:
        wanted = parse_policy_document(document)
    except CaseError as error:
        raise Invalid("policy_wrong", reason=str(error)) from error
    is_new = _replace_policy(wanted, _begins(ReadinessPolicy, wanted, now), now)
    report = _replace_requirements(wanted, _begins(Requirement, wanted, now), now, is_new=is_new)
    if report.has_changed:
        audit.record(actor_id, "readiness.policy_loaded", "readiness_policy", queries.get_policy_at(now).id)
        mark_every_facility(now=now)
    return report


def _begins(fact: type[ReadinessPolicy | Requirement], wanted: PolicyDocument, now: datetime) -> datetime:
    is_first = db.session.scalar(select(fact.id).limit(1)) is None
    return min(now, clock.day_begins(wanted.required_from)) if is_first and wanted.required_from else now


def _replace_policy(wanted: PolicyDocument, begins: datetime, now: datetime) -> bool:
    content = dump_policy(wanted.policy)
    content_hash = hashlib.sha256(json.dumps([wanted.label, content], sort_keys=True).encode()).hexdigest()
    if queries.find_policy(content_hash) is not None:
        return False
    for old in db.session.scalars(
        select(ReadinessPolicy).where(ReadinessPolicy.superseded_at.is_(None), ReadinessPolicy.valid_to.is_(None))
    ):
        _end(old, now)
    db.session.add(
        ReadinessPolicy(
            label=wanted.label, content=content, content_hash=content_hash, valid_from=begins, recorded_at=now
        )
    )
    db.session.flush()
    return True


def _replace_requirements(wanted: PolicyDocument, begins: datetime, now: datetime, *, is_new: bool) -> PolicyReport:
    positions: dict[str, int] = dict(db.session.execute(select(Position.code, Position.id)).all())
    modules: dict[str, int] = dict(db.session.execute(select(Module.key, Module.id)).all())
    unknown = sorted({role for role, _ in wanted.requirements} - positions.keys())
    if unknown:
        raise Invalid("policy_unknown_position", position=unknown[0])
    held = {
        (role, module): row
        for role, module, row in db.session.execute(
            select(Position.code, Module.key, Requirement)
            .join(Position, Position.id == Requirement.position_id)
            .join(Module, Module.id == Requirement.module_id)
            .where(Requirement.superseded_at.is_(None), Requirement.valid_to.is_(None))
        )
    }
    # A requirement may name a module that is still being written.
    asked = {pair: weight for pair, weight in wanted.requirements.items() if pair[1] in modules}
    gone = [pair for pair, row in held.items() if asked.get(pair) != row.weight]
    new = [pair for pair, weight in asked.items() if pair not in held or held[pair].weight != weight]
    for pair in gone:
        _end(held[pair], now)
    db.session.add_all(
        Requirement(
            position_id=positions[role],
            module_id=modules[module],
            weight=asked[role, module],
            valid_from=begins,
            recorded_at=now,
        )
        for role, module in new
    )
    db.session.flush()
    waiting = sorted({module for _, module in wanted.requirements} - modules.keys())
    return PolicyReport(wanted.label, is_new, tuple(new), tuple(sorted(set(gone) - set(new))), tuple(waiting))


def _end(row: ReadinessPolicy | Requirement | LegalCap, now: datetime) -> None:
    """Close a fact that ends now: its row is superseded by one that ends, so that the past stays readable."""
    ended = type(row)(
        **{
            column.key: getattr(row, column.key)
            for column in row.__table__.columns
            if column.key not in {"id", "valid_to", "recorded_at", "superseded_at"}
        },
        valid_to=now,
        recorded_at=now,
    )
    row.superseded_at = now
    db.session.add(ended)


def set_cap(facility_id: int, level: Level, *, document: str, until: date | None, now: datetime) -> LegalCap:
    """Hold a facility's level at ``level`` or worse from ``now`` through the civil day ``until`` (None: until ended).

    ``document`` names the paper that says so. Several caps may hold at once; the worst one counts. Raises ``Invalid``
    with the code ``cap_wrong`` for a level that caps nothing, an empty document or a day that is over.
    """
    ends = None if until is None else clock.day_ends(until)
    if level not in CAPS or not document.strip() or (ends is not None and ends <= now):
        raise Invalid("cap_wrong")
    cap = LegalCap(
        facility_id=facility_id, level=level.value, document=document, valid_from=now, valid_to=ends, recorded_at=now
    )
    db.session.add(cap)
    db.session.flush()
    audit.record(None, "readiness.cap_set", "legal_cap", cap.id, facility_id=facility_id, level=level.value)
    mark_stale([facility_id], now=now)
    return cap


def end_caps(facility_id: int, *, now: datetime) -> int:
    """End every cap that holds now; returns how many, and 0 changes nothing."""
    caps = db.session.scalars(
        select(LegalCap)
        .where(LegalCap.facility_id == facility_id, LegalCap.superseded_at.is_(None))
        .where(or_(LegalCap.valid_to.is_(None), LegalCap.valid_to > now))
    ).all()
    for cap in caps:
        _end(cap, now)
        audit.record(None, "readiness.cap_ended", "legal_cap", cap.id, facility_id=facility_id)
    if caps:
        mark_stale([facility_id], now=now)
    return len(caps)


def mark_stale(facility_ids: Iterable[int], *, now: datetime) -> None:
    """Mark facilities whose snapshot no longer tells the truth; marking twice is fine."""
    db.session.add_all(StaleFacility(facility_id=each, marked_at=now) for each in sorted(set(facility_ids)))
    db.session.flush()


def facilities_of(person_id: int) -> Sequence[int]:
    """Return the facilities where a person works as far as is known now."""
    return db.session.scalars(
        select(Employment.facility_id)
        .where(Employment.person_id == person_id, Employment.superseded_at.is_(None))
        .distinct()
    ).all()


def mark_every_facility(*, now: datetime) -> None:
    """Mark all facilities: a policy, a requirement or a module's edition has changed."""
    from_every = select(Facility.id, literal(now, UtcDateTime()))
    db.session.execute(insert(StaleFacility).from_select(["facility_id", "marked_at"], from_every))


def write_snapshots(
    counted: Mapping[int, Counted],
    *,
    policy_id: int,
    marks: Mapping[int, Sequence[int]],
    taken: Mapping[int, datetime],
    now: datetime,
) -> None:
    """Write today's snapshot of these facilities, counted at ``now``, and take away the marks seen before counting.

    ``taken`` (facility id to instant) is what ``list_taken`` said before the marks and the facts were read. Where
    someone has written since, their count may have seen more than this one: it stays, and so do the marks.
    """
    today = clock.civil_day(now)
    # One writer at a time, or two that have not seen each other would both find nothing written.
    db.session.execute(select(ReadinessPolicy.id).order_by(ReadinessPolicy.id).limit(1).with_for_update(key_share=True))
    held = queries.list_taken(today)
    mine = [each for facility_id, each in counted.items() if held.get(facility_id) == taken.get(facility_id)]
    # The fictional city writes its past after its present.
    later = set(db.session.scalars(select(Snapshot.facility_id).where(Snapshot.taken_on > today)))
    rows = [_snapshot(each, policy_id, today, now) | {"is_newest": each.facility_id not in later} for each in mine]
    for start in range(0, len(rows), WRITE_BATCH):
        ids = [row["facility_id"] for row in rows[start : start + WRITE_BATCH]]
        older = (Snapshot.facility_id.in_(ids), Snapshot.is_newest, Snapshot.taken_on < today)
        db.session.execute(update(Snapshot).where(*older).values(is_newest=False))
        statement = insert_or(Snapshot).values(rows[start : start + WRITE_BATCH])
        changed = {name: statement.excluded[name] for name in rows[start] if name not in {"facility_id", "taken_on"}}
        db.session.execute(statement.on_conflict_do_update(index_elements=["facility_id", "taken_on"], set_=changed))
    seen = [mark for each in mine for mark in marks.get(each.facility_id, ())]
    for start in range(0, len(seen), WRITE_BATCH):
        db.session.execute(delete(StaleFacility).where(StaleFacility.id.in_(seen[start : start + WRITE_BATCH])))


def _snapshot(counted: Counted, policy_id: int, today: date, now: datetime) -> dict[str, Any]:
    score = counted.score
    return {
        "facility_id": counted.facility_id,
        "taken_on": today,
        "taken_at": now,
        "policy_id": policy_id,
        "level": score.level.value,
        "total": None if score.T is None else str(score.T),
        "total_sort": _scaled(score.T),
        "coverage_sort": _scaled(score.C),
        "people": score.people,
        "den": score.D,
        "num_c": score.num_c,
        "figures": queries.figures_of(score),
    }


def _scaled(value: Fraction | None) -> int | None:
    return None if value is None else value.numerator * SORT_SCALE // value.denominator
