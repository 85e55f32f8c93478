"""Takes a roster import back within a day, for everyone whose life at the facility has not gone on since."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from app.kernel import audit
from app.kernel.db import db
from app.kernel.errors import Conflict
from app.kernel.events import bus
from app.people.events import EmploymentEnded, RosterChanged
from app.people.models import (
    ActivationSlip,
    Credential,
    Duty,
    Employment,
    Facility,
    ImportState,
    Invitation,
    Person,
    RosterImport,
    SignIn,
)
from app.people.operations.import_writing import Receipt
from app.people.queries.imports import chunks, has_later_import
from app.people.rules.names import search_key, sort_key

Fact = TypeVar("Fact", Employment, Duty)

UNDO_WITHIN = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Undone:
    """How many people an import was taken back for, and for how many it stands because their life went on."""

    undone: int
    kept: int


def may_undo(made: RosterImport, now: datetime) -> bool:
    """Say whether an import can still be taken back as a whole: within a day, and before the next one."""
    if made.state is not ImportState.DONE or made.applied_at is None:
        return False
    return now < made.applied_at + UNDO_WITHIN and not has_later_import(made)


def touched(receipt: Receipt) -> list[int]:
    """Return the ids of the people whom an import made or changed."""
    ids = {*receipt.new, *(person_id for person_id, *_ in (*receipt.names, *receipt.phones))}
    for table, made in ((Employment, receipt.employments_made), (Duty, receipt.duties_made)):
        for part in chunks(made):
            ids.update(db.session.scalars(select(table.person_id).where(table.id.in_(part))))
    for part in chunks(receipt.employments_ended):
        ids.update(db.session.scalars(select(Employment.person_id).where(Employment.id.in_(part))))
    return sorted(ids)


def undo_import(
    actor_id: int | None, made: RosterImport, receipt: Receipt, *, busy: Collection[int], now: datetime
) -> Undone:
    """Take an import back but for those who signed in, were changed or are ``busy`` since (ruling 36).

    ``busy`` is what the rooms above know: who was given something to learn since. What was written is superseded, what
    it had superseded holds again; nothing is deleted but unanswered invitations. Again: nothing. Raises
    ``Conflict("undo_too_late")``, and ``Conflict("undo_nobody")`` when everyone's life has gone on.
    """
    db.session.scalars(select(Facility.id).where(Facility.id == made.facility_id).with_for_update(key_share=True)).one()
    db.session.refresh(made, with_for_update=True)
    if made.state is ImportState.UNDONE:
        return Undone(0, 0)
    if not may_undo(made, now):
        raise Conflict("undo_too_late")
    people = touched(receipt)
    kept = {*busy, *_signed_in_since(people, made), *_changed_since(people, receipt, made)} & set(people)
    back = [person_id for person_id in people if person_id not in kept]
    if people and not back:
        raise Conflict("undo_nobody")
    try:
        _take_back_facts(Employment, receipt.employments_made, receipt.employments_ended, set(back), now)
        _take_back_facts(Duty, receipt.duties_made, receipt.duties_ended, set(back), now)
        _take_back_accounts(receipt, set(back), now)
    except IntegrityError as error:  # a staff code that was given to somebody else meanwhile
        raise Conflict("undo_too_late") from error
    db.session.execute(
        delete(Invitation).where(
            Invitation.import_id == made.id, Invitation.accepted_at.is_(None), Invitation.declined_at.is_(None)
        )
    )
    done = Undone(len(back), len(kept))
    made.state, made.undone_at = ImportState.UNDONE, now
    made.counts = {**made.counts, "undone": done.undone, "kept": done.kept}
    audit.record(
        actor_id, "people.roster_undone", "roster_import", made.id, facility_id=made.facility_id,
        undone=done.undone, kept=sorted(kept),
    )  # fmt: skip
    db.session.flush()
    for person_id in sorted(set(receipt.new) & set(back)):
        bus.announce(EmploymentEnded(person_id, made.facility_id))
    bus.announce(RosterChanged(made.facility_id))
    return done


def read_receipt(kept: dict[str, Any]) -> Receipt:
    """Return a receipt as its file keeps it."""
    return Receipt(**{each.name: [_tupled(value) for value in kept[each.name]] for each in fields(Receipt)})


def _tupled(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _signed_in_since(people: Sequence[int], made: RosterImport) -> set[int]:
    """Return who of these signed in, or chose a password, since the import."""
    found: set[int] = set()
    for part in chunks(people):
        found.update(
            db.session.scalars(
                select(SignIn.person_id).where(SignIn.person_id.in_(part), SignIn.began_at > made.applied_at)
            )
        )
        chose = select(Credential.person_id).where(
            Credential.person_id.in_(part), Credential.changed_at > made.applied_at
        )
        found.update(db.session.scalars(chose))
    return found


def _changed_since(people: Sequence[int], receipt: Receipt, made: RosterImport) -> set[int]:
    """Return whose employment or duty here was changed again since the import."""
    found: set[int] = set()
    for table, ids in ((Employment, receipt.employments_made), (Duty, receipt.duties_made)):
        for part in chunks(ids):
            again = select(table.person_id).where(table.id.in_(part), table.superseded_at.is_not(None))
            found.update(db.session.scalars(again))
    for part in chunks(people):
        later = select(Employment.person_id).where(
            Employment.person_id.in_(part),
            Employment.facility_id == made.facility_id,
            Employment.recorded_at > made.applied_at,
        )
        found.update(db.session.scalars(later))
    return found


def _take_back_facts(
    table: type[Fact], made: Sequence[int], ended: Sequence[int], back: set[int], now: datetime
) -> None:
    """Supersede what was made, and let copies of what had been superseded hold again."""
    for fact in _facts(table, made):
        if fact.person_id in back:
            fact.superseded_at = now
    db.session.flush()
    columns = {each.key for each in table.__mapper__.column_attrs} - {"id", "superseded_at", "recorded_at"}
    for fact in _facts(table, ended):
        if fact.person_id in back:
            db.session.add(table(**{name: getattr(fact, name) for name in columns}, recorded_at=now))
    db.session.flush()


def _facts(table: type[Fact], ids: Sequence[int]) -> Iterable[Fact]:
    for part in chunks(ids):
        yield from db.session.scalars(select(table).where(table.id.in_(part)))


def _take_back_accounts(receipt: Receipt, back: set[int], now: datetime) -> None:
    """Give names and phones back, let the phones of new accounts go, and end their slips."""
    new = [person_id for person_id in receipt.new if person_id in back]
    for part in chunks(new):
        db.session.execute(
            update(ActivationSlip)
            .where(ActivationSlip.person_id.in_(part))
            .where(ActivationSlip.used_at.is_(None), ActivationSlip.replaced_at.is_(None))
            .values(replaced_at=now)
        )
    _take_back_phones(new, [each for each in receipt.phones if each[0] in back])
    for person_id, before, after in receipt.names:
        if person_id in back:
            db.session.execute(
                update(Person)
                .where(Person.id == person_id, Person.name == after)
                .values(name=before, search_key=search_key(before), sort_key=sort_key(before))
            )


def _take_back_phones(new: Sequence[int], changed: Sequence[tuple[int, str | None, str]]) -> None:
    """Let go of every number the import gave, then give each its earlier one if nobody has it now."""
    held: dict[int, str | None] = {}
    for part in chunks([person_id for person_id, *_ in changed]):
        rows = db.session.execute(select(Person.id, Person.phone).where(Person.id.in_(part)))
        held.update((person_id, phone) for person_id, phone in rows)
    again = {person_id: before for person_id, before, after in changed if held[person_id] == after}
    for part in chunks([*new, *again]):
        db.session.execute(update(Person).where(Person.id.in_(part)).values(phone=None))
    taken: set[str | None] = set()
    for part in chunks([phone for phone in again.values() if phone]):
        taken.update(db.session.scalars(select(Person.phone).where(Person.phone.in_(part))))
    for person_id, phone in again.items():
        if phone and phone not in taken:
            db.session.execute(update(Person).where(Person.id == person_id).values(phone=phone))
