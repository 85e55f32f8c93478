"""Whom an order of learning reaches, and what it changes for each of them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Member:
    """A person at work in a facility."""

    person_id: int
    unit_id: int | None
    position_id: int
    import_id: int | None = None
    begins_on: date | None = None


@dataclass(frozen=True, slots=True)
class Audience:
    """Units × positions (an empty set means any), or everyone, or those of one roster import; and people by name."""

    is_everyone: bool = False
    unit_ids: frozenset[int] = frozenset()
    position_ids: frozenset[int] = frozenset()
    import_id: int | None = None
    person_ids: frozenset[int] = frozenset()

    @property
    def has_group(self) -> bool:
        """Say whether the audience is more than people chosen by name."""
        return self.has_lasting_group or self.import_id is not None

    @property
    def has_lasting_group(self) -> bool:
        """Say whether people who come later can belong to it: to one import or a list of names nobody can."""
        return bool(self.is_everyone or self.unit_ids or self.position_ids)

    def includes(self, member: Member) -> bool:
        """Say whether ``member`` is meant."""
        return member.person_id in self.person_ids or (
            self.has_group
            and (not self.unit_ids or member.unit_id in self.unit_ids)
            and (not self.position_ids or member.position_id in self.position_ids)
            and (self.import_id is None or member.import_id == self.import_id)
        )


class Overlap(StrEnum):
    """What becomes of the due day of those who are assigned already: the earlier of both, or the new one."""

    EARLIER = "earlier"
    CHANGE = "change"


@dataclass(frozen=True, slots=True)
class Order:
    """Who shall learn what by when; with ``days_to_learn`` also everyone of the group who comes later."""

    audience: Audience
    module_ids: tuple[int, ...]
    due_on: date
    overlap: Overlap = Overlap.EARLIER
    days_to_learn: int | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """How a person stands with a module before the order: the open assignment if any, done or not, lapsed or not."""

    assignment_id: int | None = None
    due_on: date | None = None
    is_done: bool = False
    has_lapsed: bool = False


NOTHING_HELD = Held()


@dataclass(frozen=True, slots=True)
class Move:
    """That an open assignment gets another due day."""

    assignment_id: int
    due_before: date
    due_on: date


@dataclass(frozen=True, slots=True)
class PlanLine:
    """The numbers of one module: people newly assigned, already done, assigned before, of these with a new due day."""

    module_id: int
    new: int
    done: int
    overlapping: int
    moved: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What an order does: new pairs (person, module), moved due days, the numbers of each module."""

    people: int
    new: tuple[tuple[int, int], ...]
    moves: tuple[Move, ...]
    lines: tuple[PlanLine, ...]

    def only_new_for(self, known: Collection[tuple[int, int]]) -> "Plan":
        """Return the plan without moved due days and without the pairs in ``known``: a standing rule only adds."""
        return replace(self, new=tuple(pair for pair in self.new if pair not in known), moves=())

    @property
    def learners(self) -> int:
        """Return how many people get something new to learn."""
        return len({person_id for person_id, _ in self.new})

    @property
    def counts(self) -> dict[str, int]:
        """Return the numbers of the order; people, and person × module for the rest."""
        return {
            "people": self.people,
            "learners": self.learners,
            "new": len(self.new),
            "done": sum(line.done for line in self.lines),
            "overlapping": sum(line.overlapping for line in self.lines),
            "moved": len(self.moves),
        }


def plan(people: Iterable[int], order: Order, held: Mapping[tuple[int, int], Held]) -> Plan:
    """Return what ``order`` does to these people; ``held`` is by (person, module).

    Who holds a valid certificate is skipped; who is assigned already keeps that one assignment. When a certificate has
    ended since, the old due day is over too, and the order's own day begins the new cycle whatever the choice.
    """
    reached = tuple(dict.fromkeys(people))
    new: list[tuple[int, int]] = []
    moves: list[Move] = []
    lines: list[PlanLine] = []
    for module_id in dict.fromkeys(order.module_ids):
        line_new, line_moves, done, overlapping = _plan_module(reached, module_id, order, held)
        new += line_new
        moves += line_moves
        lines.append(PlanLine(module_id, len(line_new), done, overlapping, len(line_moves)))
    return Plan(len(reached), tuple(new), tuple(moves), tuple(lines))


def _plan_module(
    people: Sequence[int], module_id: int, order: Order, held: Mapping[tuple[int, int], Held]
) -> tuple[list[tuple[int, int]], list[Move], int, int]:
    new: list[tuple[int, int]] = []
    moves: list[Move] = []
    done = overlapping = 0
    for person_id in people:
        own = held.get((person_id, module_id), NOTHING_HELD)
        if own.is_done:
            done += 1
        elif own.assignment_id is None or own.due_on is None:
            new.append((person_id, module_id))
        else:
            overlapping += 1
            due_on = _due_of(own.due_on, order, has_lapsed=own.has_lapsed)
            if due_on != own.due_on:
                moves.append(Move(own.assignment_id, own.due_on, due_on))
    return new, moves, done, overlapping


def _due_of(before: date, order: Order, *, has_lapsed: bool) -> date:
    if has_lapsed or order.overlap is Overlap.CHANGE:
        return order.due_on
    return min(before, order.due_on)
