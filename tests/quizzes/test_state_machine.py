"""QZ-12: whatever is asked in whatever order, no step can be skipped; the product agrees with a model of itself."""

import uuid
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from app.assignments.models import Completion
from app.kernel import clock
from app.kernel.db import db
from app.kernel.errors import DomainError
from app.kernel.transaction import transaction
from quizzes import operations
from quizzes.jobs import sweep
from quizzes.models import Attempt, AttemptState
from tests.builders import employ as give_work
from tests.builders import make_facility, make_person
from tests.quizzes.builders import as_actor, publish_module, right_tokens, wrong_tokens

LENGTH, PASS_MARK, MINUTES = 3, 2, 15


class Learner(RuleBasedStateMachine):
    """One person, one timed quiz of three questions, and a clock that only goes forward."""

    def __init__(self) -> None:
        super().__init__()
        self.now = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
        self.attempt = None
        self.right: set[int] = set()
        self.deadline = self.now
        self.fails: list[datetime] = []
        self.passes = self.ended = 0

    @initialize()
    def arrive(self) -> None:
        self.person = make_person()
        give_work(self.person, make_facility())
        self.module = publish_module(count=8, length=LENGTH, pass_mark=PASS_MARK, minutes=MINUTES)

    # What the model expects -------------------------------------------------------------------------------------

    @property
    def is_open(self) -> bool:
        return self.attempt is not None

    @property
    def is_late(self) -> bool:
        return self.is_open and self.now > self.deadline

    @property
    def is_over(self) -> bool:
        """Nothing more can count: the grace for answers on their way is over too (QZ-09)."""
        return self.is_open and self.now > self.deadline + timedelta(seconds=120)

    def end_in_model(self) -> None:
        if len(self.right) >= PASS_MARK:
            self.passes, self.fails = self.passes + 1, []
        else:
            self.fails.append(min(self.now, self.deadline))
        self.ended += 1
        self.attempt, self.right = None, set()

    def gate(self) -> str:
        if len(self.fails) >= 4:
            return "talk_first"
        return "wait" if len(self.fails) == 2 and self.now < self.fails[1] + timedelta(hours=24) else "open"

    # What may be asked ------------------------------------------------------------------------------------------

    def asking(self, act) -> str:
        try:
            with clock.stopped(self.now), transaction():
                act()
        except DomainError as refusal:
            return refusal.code
        return "done"

    @rule()
    def start(self) -> None:
        was_running, late = self.is_open and not self.is_over, self.is_over
        if late:
            # An overdue attempt ends first; if the gate is shut the whole request is taken back, the sweeper ends it.
            kept = (self.attempt, set(self.right), list(self.fails), self.passes, self.ended)
            self.end_in_model()
        answer = self.asking(lambda: operations.start_attempt(as_actor(self.person), self.module.id, now=self.now))
        if was_running:
            assert answer == "done"
            return
        expected = self.gate()
        assert answer == ("done" if expected == "open" else expected)
        if answer == "done":
            self.attempt = db.session.scalars(select(Attempt).where(Attempt.state == AttemptState.OPEN)).one()
            self.deadline, self.right = self.now + timedelta(minutes=MINUTES), set()
        elif late:
            self.attempt, self.right, self.fails, self.passes, self.ended = kept

    @rule(place=st.integers(0, LENGTH + 1), is_right=st.booleans())
    def save(self, place, is_right) -> None:
        attempt = self.attempt or db.session.scalars(select(Attempt).order_by(Attempt.id.desc())).first()
        if attempt is None:
            return
        known = 1 <= place <= LENGTH
        pick = right_tokens if is_right else wrong_tokens
        tokens = pick(attempt, place) if known else []
        choice = operations.Choice(place=place, chosen=tuple(tokens), op_id=str(uuid.uuid4()))
        answer = self.asking(lambda: operations.save_answer(as_actor(self.person), attempt.id, choice, now=self.now))
        if not self.is_open:
            assert answer == "attempt_over"
        elif self.is_late:
            assert answer == "time_is_up"
        elif not known:
            assert answer == "unknown_place"
        else:
            assert answer == "done"
            self.right = self.right | {place} if is_right else self.right - {place}

    @rule()
    def submit(self) -> None:
        attempt = self.attempt or db.session.scalars(select(Attempt).order_by(Attempt.id.desc())).first()
        attempt_id = attempt.id if attempt is not None else 999_999
        answer = self.asking(lambda: operations.submit_attempt(as_actor(self.person), attempt_id, now=self.now))
        assert answer == ("done" if attempt is not None else "attempt")
        if self.is_open:
            self.end_in_model()

    @rule()
    def sweep(self) -> None:
        with clock.stopped(self.now):
            sweep()
        if self.is_over:
            self.end_in_model()

    @rule(minutes=st.sampled_from([1, 2, 14, 16, 60, 24 * 60]))
    def wait(self, minutes) -> None:
        self.now += timedelta(minutes=minutes)

    # What must always hold --------------------------------------------------------------------------------------

    @invariant()
    def agrees_with_the_model(self) -> None:
        if not hasattr(self, "module"):
            return
        db.session.rollback()
        db.session.expire_all()
        mine = db.session.scalars(select(Attempt).where(Attempt.person_id == self.person.id)).all()
        still_open = [each for each in mine if each.state is AttemptState.OPEN]
        ended = [each for each in mine if each.state is not AttemptState.OPEN]
        assert len(still_open) == int(self.is_open)
        assert len(ended) == self.ended
        assert all(each.receipt and each.score is not None and each.ended_at for each in ended)
        assert sum(bool(each.passed) for each in ended) == self.passes
        # No completion without a pass, none without its attempt.
        completed = set(db.session.scalars(select(Completion.attempt_id).where(Completion.person_id == self.person.id)))
        assert completed <= {each.id for each in ended if each.passed}


def test_no_order_of_requests_skips_a_step(database, context):
    class Clean(Learner):
        def teardown(self) -> None:
            db.session.remove()
            database.sweep()

    run_state_machine_as_test(
        Clean, settings=settings(max_examples=12, stateful_step_count=18, suppress_health_check=list(HealthCheck))
    )
