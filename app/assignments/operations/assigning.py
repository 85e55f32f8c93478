"""Asks people to learn, by hand or by a standing rule, and takes it back."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, exists, insert, select, update
from sqlalchemy.exc import IntegrityError

from app.assignments.models import Assignment, AssignmentBatch, AssignmentRule
from app.assignments.queries.orders import find_batch, held_by, list_newcomers, list_rules, preview
from app.assignments.rules import Audience, Member, Order, Plan, civil_day, plan
from app.kernel import audit
from app.kernel.db import db
from app.kernel.errors import Conflict, Forbidden, Invalid
from app.kernel.tokens import new_token
from app.people.models import Facility
from app.people.permissions import Actor
from courses.models import LessonProgress, Module
from quizzes.models import Attempt, Quiz

UNDO_WITHIN = timedelta(minutes=10)


def assign(
    actor: Actor, facility_id: int, order: Order, *, token: str, now: datetime, revoked: Collection[int] = ()
) -> AssignmentBatch:
    """Carry out an order in a facility and return its batch; the same ``token`` again returns the same batch.

    Does exactly what ``queries.preview`` says; people of other facilities are never reached, whoever was named.
    ``revoked`` holds ids of completions whose certificate was revoked. Raises ``Invalid`` with ``nobody``,
    ``no_module``, ``due_in_the_past`` or ``rule_needs_a_group``.
    """
    # One order at a time in a facility: who is assigned already is decided under this lock.
    _lock(facility_id)
    made = find_batch(facility_id, token)
    if made is not None:
        return made
    _check(order, now)
    planned = preview(facility_id, order, now, revoked=revoked)
    if not planned.people and order.days_to_learn is None:
        raise Invalid("nobody")
    rule = _make_rule(actor, facility_id, order, now)
    batch = AssignmentBatch(
        token=token,
        facility_id=facility_id,
        made_by=actor.person_id,
        made_at=now,
        rule_id=rule.id if rule else None,
        module_ids=list(order.module_ids),
        due_on=order.due_on,
    )
    _carry_out(batch, planned, now)
    audit.record(
        actor.person_id,
        "assignments.assign",
        "assignment_batch",
        batch.id,
        facility_id=facility_id,
        modules=list(order.module_ids),
        due_on=order.due_on.isoformat(),
        rule_id=batch.rule_id,
        **planned.counts,
    )
    return batch


def _lock(facility_id: int) -> None:
    db.session.scalars(select(Facility.id).where(Facility.id == facility_id).with_for_update(key_share=True)).one()


def _check(order: Order, now: datetime) -> None:
    known = db.session.scalars(select(Module.id).where(Module.id.in_(order.module_ids))).all()
    if not order.module_ids or len(known) != len(set(order.module_ids)):
        raise Invalid("no_module")
    if order.due_on < civil_day(now):
        raise Invalid("due_in_the_past", due_on=order.due_on)
    if order.days_to_learn is not None and (order.days_to_learn < 1 or not order.audience.has_lasting_group):
        raise Invalid("rule_needs_a_group")


def _make_rule(actor: Actor, facility_id: int, order: Order, now: datetime) -> AssignmentRule | None:
    if order.days_to_learn is None:
        return None
    rule = AssignmentRule(
        facility_id=facility_id,
        audience={
            "everyone": order.audience.is_everyone,
            "unit_ids": sorted(order.audience.unit_ids),
            "position_ids": sorted(order.audience.position_ids),
        },
        module_ids=list(order.module_ids),
        days_to_learn=order.days_to_learn,
        made_by=actor.person_id,
        made_at=now,
    )
    db.session.add(rule)
    db.session.flush()
    return rule


def _carry_out(batch: AssignmentBatch, planned: Plan, now: datetime) -> None:
    batch.counts = planned.counts
    batch.moved = {str(move.assignment_id): move.due_before.isoformat() for move in planned.moves}
    db.session.add(batch)
    try:
        db.session.flush()
        _insert(batch, planned.new, now)
    except IntegrityError as error:
        raise Conflict("assigned_meanwhile") from error
    for due_on, ids in _by_due((move.assignment_id, move.due_on) for move in planned.moves).items():
        db.session.execute(update(Assignment).where(Assignment.id.in_(ids)).values(due_on=due_on))


def _insert(batch: AssignmentBatch, pairs: Sequence[tuple[int, int]], now: datetime) -> None:
    rows = [
        {
            "person_id": person_id,
            "facility_id": batch.facility_id,
            "module_id": module_id,
            "batch_id": batch.id,
            "assigned_at": now,
            "due_on": batch.due_on,
        }
        for person_id, module_id in pairs
    ]
    if rows:
        db.session.execute(insert(Assignment), rows)


def _by_due(days: Iterable[tuple[int, date]]) -> dict[date, list[int]]:
    found: dict[date, list[int]] = {}
    for assignment_id, due_on in days:
        found.setdefault(due_on, []).append(assignment_id)
    return found


def follow_rules(facility_id: int, *, now: datetime) -> int:
    """Apply a facility's standing rules to those who have come since each was made; return how many assignments.

    Runs once an operation on the roster, however many people came; who was ever assigned since the rule was made
    (and perhaps taken out again by hand) is left alone, so it may run any number of times.
    """
    rules = list_rules(facility_id)
    if not rules:
        return 0
    _lock(facility_id)
    return sum(_follow(rule, now) for rule in rules)


def _follow(rule: AssignmentRule, now: datetime) -> int:
    audience = Audience(
        is_everyone=rule.audience["everyone"],
        unit_ids=frozenset(rule.audience["unit_ids"]),
        position_ids=frozenset(rule.audience["position_ids"]),
    )
    today = civil_day(now)
    known = _assigned_since(rule)
    made = 0
    for begins_on, people in _by_first_day(
        list_newcomers(rule.facility_id, rule.made_at, now), audience, today
    ).items():
        order = Order(audience, tuple(rule.module_ids), begins_on + timedelta(days=rule.days_to_learn))
        held = held_by(rule.facility_id, rule.module_ids, now)
        planned = plan(people, order, held).only_new_for(known)
        if planned.new:
            batch = AssignmentBatch(
                token=new_token(),
                facility_id=rule.facility_id,
                made_at=now,
                rule_id=rule.id,
                module_ids=rule.module_ids,
                due_on=order.due_on,
            )
            _carry_out(batch, planned, now)
            audit.record(
                None,
                "assignments.follow_rule",
                "assignment_rule",
                rule.id,
                facility_id=rule.facility_id,
                **planned.counts,
            )
            made += len(planned.new)
    return made


def _by_first_day(members: Iterable[Member], audience: Audience, today: date) -> dict[date, list[int]]:
    """Return the people the audience means, by the day from which their days to learn are counted."""
    found: dict[date, list[int]] = {}
    for member in members:
        if audience.includes(member):
            found.setdefault(max(today, member.begins_on or today), []).append(member.person_id)
    return found


def _assigned_since(rule: AssignmentRule) -> set[tuple[int, int]]:
    rows = db.session.execute(
        select(Assignment.person_id, Assignment.module_id).where(
            Assignment.facility_id == rule.facility_id,
            Assignment.module_id.in_(rule.module_ids),
            Assignment.assigned_at >= rule.made_at,
        )
    )
    return {(person_id, module_id) for person_id, module_id in rows}


def end_rule(actor: Actor, rule: AssignmentRule, *, now: datetime) -> None:
    """End a standing rule: who comes from now on is not assigned by it. Again: nothing."""
    if rule.ended_at is None:
        rule.ended_at = now
        db.session.flush()
        audit.record(actor.person_id, "assignments.end_rule", "assignment_rule", rule.id, facility_id=rule.facility_id)


def undo(actor: Actor, batch: AssignmentBatch, *, now: datetime) -> int:
    """Take an order back within ten minutes, by its maker; return how many assignments were cancelled.

    What somebody has started stays. Moved due days go back, and a standing rule made by the order ends. Again: 0.
    Raises ``Forbidden`` and ``Conflict("too_late")``.
    """
    _lock(batch.facility_id)
    db.session.refresh(batch)
    if batch.made_by != actor.person_id:
        raise Forbidden("not_your_order")
    if batch.undone_at is not None:
        return 0
    if now > batch.made_at + UNDO_WITHIN:
        raise Conflict("too_late")
    cancelled = _cancel_untouched(batch, now)
    for due_on, ids in _by_due((int(key), date.fromisoformat(day)) for key, day in batch.moved.items()).items():
        moved = update(Assignment).where(Assignment.id.in_(ids), Assignment.due_on == batch.due_on)
        db.session.execute(moved.values(due_on=due_on))
    if batch.rule_id is not None:
        end_rule(actor, db.session.get_one(AssignmentRule, batch.rule_id), now=now)
    batch.undone_at = now
    db.session.flush()
    audit.record(
        actor.person_id,
        "assignments.undo",
        "assignment_batch",
        batch.id,
        facility_id=batch.facility_id,
        cancelled=cancelled,
    )
    return cancelled


def _cancel_untouched(batch: AssignmentBatch, now: datetime) -> int:
    read = exists().where(
        LessonProgress.person_id == Assignment.person_id,
        LessonProgress.module_id == Assignment.module_id,
        LessonProgress.seen_at >= Assignment.assigned_at,
    )
    tried = exists().where(
        Attempt.person_id == Assignment.person_id,
        Attempt.quiz_id == Quiz.id,
        Quiz.module_id == Assignment.module_id,
        Attempt.started_at >= Assignment.assigned_at,
    )
    done: CursorResult[Any] = db.session.execute(  # type: ignore[assignment]  # an UPDATE gives a cursor's result
        update(Assignment)
        .where(Assignment.batch_id == batch.id, Assignment.cancelled_at.is_(None), ~read, ~tried)
        .values(cancelled_at=now)
        .execution_options(synchronize_session=False)
    )
    return done.rowcount


def change_due(actor: Actor, assignment: Assignment, due_on: date, *, now: datetime) -> None:
    """Give an open assignment another due day; raises ``Invalid("due_in_the_past")``."""
    if due_on < civil_day(now):
        raise Invalid("due_in_the_past", due_on=due_on)
    before, assignment.due_on = assignment.due_on, due_on
    db.session.flush()
    audit.record(
        actor.person_id,
        "assignments.change_due",
        "assignment",
        assignment.id,
        facility_id=assignment.facility_id,
        before=before.isoformat(),
        due_on=due_on.isoformat(),
    )


def cancel(actor: Actor, assignment: Assignment, *, now: datetime) -> None:
    """Ask a module of a person no more; what was learned stays."""
    assignment.cancelled_at = now
    db.session.flush()
    audit.record(actor.person_id, "assignments.cancel", "assignment", assignment.id, facility_id=assignment.facility_id)
