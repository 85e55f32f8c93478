"""What one person has done about one module, and the standing that follows from it."""

from collections.abc import Collection, Iterator
from datetime import date, datetime
from typing import NamedTuple

from app.assignments.rules.board import BoardFacts, BoardRow, BoardState, board_row
from app.assignments.rules.retraining import MajorVersion, RetrainingRules, Standing, State, civil_day, state_at
from quizzes.rules import Gate, GateKind, next_attempt


class Pass(NamedTuple):
    """One completion: when it was earned and through which day (inclusive) it speaks."""

    completion_id: int
    completed_at: datetime
    last_day: date
    edition: int


class Try(NamedTuple):
    """One attempt; ``ended_at`` is None while it is open, ``passed`` until it is graded."""

    started_at: datetime
    ended_at: datetime | None
    passed: bool | None
    score: int | None
    max_score: int | None


class Learning(NamedTuple):
    """Everything one person has done about one module: passes and tries oldest first, the last look at a lesson."""

    passes: tuple[Pass, ...] = ()
    tries: tuple[Try, ...] = ()
    seen_at: datetime | None = None
    lessons_finished: int = 0
    cleared_at: datetime | None = None

    @property
    def last_pass(self) -> Pass | None:
        """Return the newest completion."""
        return self.passes[-1] if self.passes else None

    @property
    def last_activity(self) -> datetime | None:
        """Return when the person last read a card, began or ended an attempt, or completed the module."""
        return max((*self._learned_at(), *(each.completed_at for each in self.passes)), default=None)

    def began_after(self, instant: datetime | None) -> bool:
        """Say whether anything was learned or tried after ``instant`` (None: ever)."""
        last = max(self._learned_at(), default=None)
        return last is not None and (instant is None or last > instant)

    def _learned_at(self) -> Iterator[datetime]:
        if self.seen_at:
            yield self.seen_at
        for each in self.tries:
            yield each.started_at
            if each.ended_at:
                yield each.ended_at


NOTHING_LEARNED = Learning()
# The spans around the last day are the same for every module; how long a pass lasts is the version's own.
RULES = RetrainingRules()


class Situation(NamedTuple):
    """Where one person stands with one module now: the fine state and, when something is asked, the board's row."""

    state: State
    row: BoardRow | None
    gate: Gate

    @property
    def is_done(self) -> bool:
        """Say whether nothing has to be learned today."""
        return self.row is not None and self.row.state is BoardState.DONE


class Asked(NamedTuple):
    """What is asked of a person: since when, by which due day, and the module's major versions."""

    since: datetime
    due_on: date | None
    majors: tuple[MajorVersion, ...] = ()


def situation_of(
    learning: Learning, asked: Asked, now: datetime, *, revoked: Collection[int], rules: RetrainingRules
) -> Situation:
    """Return where a person stands at ``now``; ``revoked`` holds the ids of completions whose certificate fell."""
    last = learning.last_pass
    cycle_began = last.completed_at if last else None
    is_revoked = last is not None and last.completion_id in revoked
    has_begun = learning.began_after(cycle_began)
    state = state_at(
        Standing(
            required_from=min(asked.since, now),
            started=asked.since if has_begun else None,
            last_day=last.last_day if last else None,
            version=last.edition if last else 1,
            revoked=cycle_began if is_revoked else None,
            times_certified=len(learning.passes),
            majors=asked.majors,
        ),
        now,
        rules,
    )
    gate = _gate(learning, cycle_began, now)
    facts = BoardFacts(state, asked.due_on, has_begun=has_begun, waits_after_fail=gate.kind is not GateKind.OPEN)
    return Situation(state, board_row(facts, civil_day(now)), gate)


def _gate(learning: Learning, since: datetime | None, now: datetime) -> Gate:
    """Return whether the next attempt of the present cycle, which began at ``since``, may start (ruling 22)."""
    failures = [
        each.ended_at
        for each in learning.tries
        if each.passed is False and each.ended_at and (since is None or each.ended_at > since)
    ]
    return next_attempt(failures, now=now, cleared_at=learning.cleared_at)


def done_since(learning: Learning) -> date | None:
    """Return the civil day since which the person has held the module without a gap; None without a completion."""
    since: date | None = None
    until: date | None = None
    for each in learning.passes:
        on = civil_day(each.completed_at)
        if until is None or on > until:
            since = on
        until = each.last_day
    return since
