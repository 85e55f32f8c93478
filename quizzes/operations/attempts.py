"""How an attempt is started, answered and ended, so that nothing acknowledged is lost and nothing counts twice."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite

from app.kernel import tokens
from app.kernel.db import db, fetch
from app.kernel.errors import Conflict, Invalid, NotFound
from app.kernel.events import bus
from app.people.models import Person
from app.people.permissions import Actor
from courses.models import Module
from quizzes import queries, rules
from quizzes.events import QuizFailed, QuizPassed
from quizzes.models import Answer, Attempt, AttemptState, Blueprint, LateAnswer, Quiz


@dataclass(frozen=True, slots=True)
class Choice:
    """What a browser sends for one question; ``client_seq`` None lets the server count on (a page without script)."""

    place: int
    chosen: tuple[str, ...]
    op_id: str
    flagged: bool = False
    client_seq: int | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the server gives back for a choice that is written; valid only once the transaction has ended.

    ``newest_seq`` is the highest number at this place: above ``client_seq`` it says that another window chose later.
    ``is_late`` says that the choice is kept but does not count.
    """

    op_id: str
    receipt: str
    place: int
    chosen: tuple[str, ...]
    flagged: bool
    client_seq: int
    recorded_at: datetime
    newest_seq: int
    is_late: bool = False


# What saving an answer says to the database, built once (docs/decisions/0007).
_OPEN_SHEET = (
    select(Attempt.state, Attempt.receipt, Attempt.deadline_at, Attempt.draw)
    .where(Attempt.id == bindparam("attempt_id"), Attempt.person_id == bindparam("person_id"))
    .with_for_update(read=True)
)
_KNOWN = select(
    Answer.attempt_id,
    Answer.op_id,
    Answer.place,
    Answer.chosen,
    Answer.flagged,
    Answer.client_seq,
    Answer.recorded_at,
    Answer.receipt,
).where(Answer.op_id == bindparam("op_id"))
_NEWEST_SEQ = select(func.max(Answer.client_seq)).where(
    Answer.attempt_id == bindparam("attempt_id"), Answer.place == bindparam("place")
)
_ANSWERS = Answer.metadata.tables["answer"]
_WRITE_SQLITE = sqlite.insert(_ANSWERS).on_conflict_do_nothing().returning(_ANSWERS.c.id)
_WRITE_POSTGRESQL = postgresql.insert(_ANSWERS).on_conflict_do_nothing().returning(_ANSWERS.c.id)


def start_attempt(actor: Actor, module_id: int, *, now: datetime) -> Attempt:
    """Return the person's open attempt at a module's quiz, starting one when the gate lets them (ruling 22).

    However many callers ask at once, all land in the same attempt (QZ-03). Raises ``NotFound`` without such a module,
    ``Conflict("no_quiz")`` without questions, ``Conflict("wait", until=…)`` and ``Conflict("talk_first", fails=…)``.
    """
    if db.session.scalar(select(Module.id).where(Module.id == module_id)) is None:
        raise NotFound("module", id=module_id)
    blueprint = queries.find_blueprint(module_id)
    if blueprint is None:
        raise Conflict("no_quiz", module_id=module_id)
    # Two starts of one person wait for each other: between reading the gate and writing nothing may end (QZ-04).
    db.session.execute(select(Person.id).where(Person.id == actor.person_id).with_for_update(key_share=True))
    attempts = list(queries.list_attempts(actor.person_id, blueprint.quiz_id))
    running = _running(attempts, now=now)
    if running is not None:
        return running
    _ask_gate(attempts, now=now)
    return _insert_attempt(actor, blueprint, attempts, now=now)


def _running(attempts: Sequence[Attempt], *, now: datetime) -> Attempt | None:
    """Return the open attempt; one whose time and grace are over is ended on the spot.

    In the grace it is still the open one: answers may be on their way, and its own page hands it in.
    """
    for attempt in attempts:
        if attempt.state is not AttemptState.OPEN:
            continue
        if not rules.is_over(attempt.deadline_at, now):
            return attempt
        end_overdue(attempt.id, now=now)
    return None


def _ask_gate(attempts: Sequence[Attempt], *, now: datetime) -> None:
    gate = queries.gate_of(attempts, now=now)
    if gate.kind is rules.GateKind.WAIT_UNTIL:
        raise Conflict("wait", until=gate.until)
    if gate.kind is rules.GateKind.NEEDS_TALK:
        raise Conflict("talk_first")


def _insert_attempt(actor: Actor, blueprint: Blueprint, attempts: Sequence[Attempt], *, now: datetime) -> Attempt:
    seed = tokens.random_bytes(16).hex()
    limit = blueprint.time_limit_minutes
    statement = _insert(Attempt).values(
        person_id=actor.person_id,
        quiz_id=blueprint.quiz_id,
        blueprint_id=blueprint.id,
        state=AttemptState.OPEN,
        seed=seed,
        draw=_draw(blueprint, attempts, seed=seed),
        started_at=now,
        deadline_at=None if limit is None else now + timedelta(minutes=limit),
    )
    # The partial unique index on open attempts decides; who comes second reads what the first has written.
    db.session.execute(statement.on_conflict_do_nothing())
    return db.session.scalars(
        select(Attempt).where(
            Attempt.person_id == actor.person_id,
            Attempt.quiz_id == blueprint.quiz_id,
            Attempt.state == AttemptState.OPEN,
        )
    ).one()


def _draw(blueprint: Blueprint, attempts: Sequence[Attempt], *, seed: str) -> list[dict[str, Any]]:
    """Return the frozen draw: by place the question version and its options in the order shown, each with its token."""
    pool = queries.list_pool(blueprint.id)
    seen = Counter(item["question"] for attempt in attempts for item in attempt.draw)
    # Seen or not is asked of the question, not of its version: a mended comma does not make it new.
    drawn = rules.draw(pool, seen, length=blueprint.length, seed=seed)
    contents = queries.get_contents([pool[question_id] for question_id in drawn])
    questions = [rules.question_from(pool[one], contents[pool[one]]) for one in drawn]
    # The tokens are kept with the draw, so nobody needs their salt again.
    paper = rules.freeze(questions, seed=seed, salt=tokens.random_bytes(16))
    return [
        {
            "question": question_id,
            "version": frozen.id,
            "kind": frozen.kind.value,
            "options": [{"token": option.token, "index": option.index} for option in frozen.options],
        }
        for question_id, frozen in zip(drawn, paper, strict=True)
    ]


def save_answer(
    actor: Actor, attempt_id: int, choice: Choice, *, now: datetime, made_at: datetime | None = None
) -> Receipt:
    """Write one choice and return its receipt; the same operation again gives the same receipt and changes nothing.

    ``made_at`` marks a choice that was made earlier: on a device without network, or by a tick of a timed quiz.

    Raises ``NotFound`` for another person's attempt, ``Invalid`` for an unknown place or token, ``Conflict`` with code
    ``attempt_over`` after the end (values: state, receipt), ``time_is_up`` when made after the deadline or arriving
    after the grace, and ``operation_used`` when the id belongs to another choice (QZ-05, 06, 08, 09, 11).
    """
    # Shared: saves of one attempt may pass each other, but never its submission.
    attempt = fetch(_OPEN_SHEET, attempt_id=attempt_id, person_id=actor.person_id).one_or_none()
    if attempt is None:
        raise NotFound("attempt", id=attempt_id)
    known = fetch(_KNOWN, op_id=choice.op_id).one_or_none()
    if known is not None:
        return _repeat(known, attempt_id, choice)
    _ask_open(attempt, choice, now if made_at is None else made_at, now=now)
    check_choice(attempt, choice)
    seq = choice.client_seq if choice.client_seq is not None else _next_seq(attempt_id)
    operation = rules.AnswerOperation(choice.op_id, seq, choice.place, frozenset(choice.chosen))
    receipt = rules.answer_receipt(attempt_id, operation, flagged=choice.flagged)
    answer = {
        "attempt_id": attempt_id,
        "op_id": choice.op_id,
        "place": choice.place,
        "chosen": list(choice.chosen),
        "flagged": choice.flagged,
        "client_seq": seq,
        "recorded_at": now,
        "receipt": receipt,
        "made_at": made_at,
    }
    statement = _WRITE_SQLITE if db.session.get_bind().dialect.name == "sqlite" else _WRITE_POSTGRESQL
    if db.session.execute(statement, answer).first() is None:  # the same operation came in twice at the same moment
        return _repeat(fetch(_KNOWN, op_id=choice.op_id).one(), attempt_id, choice)
    newest = _newest_seq(attempt_id, choice.place)
    return Receipt(choice.op_id, receipt, choice.place, choice.chosen, choice.flagged, seq, now, newest)


def _repeat(known: Any, attempt_id: int, choice: Choice) -> Receipt:
    same = (known.attempt_id, known.place, tuple(known.chosen), known.flagged) == (
        attempt_id,
        choice.place,
        choice.chosen,
        choice.flagged,
    )
    if not same or choice.client_seq not in {None, known.client_seq}:
        raise Conflict("operation_used", op_id=choice.op_id)
    return Receipt(
        op_id=known.op_id,
        receipt=known.receipt,
        place=known.place,
        chosen=tuple(known.chosen),
        flagged=known.flagged,
        client_seq=known.client_seq,
        recorded_at=known.recorded_at,
        newest_seq=_newest_seq(attempt_id, known.place),
    )


def _ask_open(attempt: Any, choice: Choice, made: datetime, *, now: datetime) -> None:
    if attempt.state is not AttemptState.OPEN:
        raise Conflict("attempt_over", state=attempt.state.value, receipt=attempt.receipt)
    is_late = rules.lateness_in_time(attempt.deadline_at, made, arrived=now) is not None
    # What was once said to be late stays late, whatever a device counts the second time.
    if is_late or (rules.is_late(attempt.deadline_at, now) and _is_kept_late(choice.op_id)):
        raise Conflict("time_is_up", deadline_at=attempt.deadline_at)


def _is_kept_late(op_id: str) -> bool:
    return db.session.scalar(select(LateAnswer.id).where(LateAnswer.op_id == op_id)) is not None


def check_choice(attempt: Any, choice: Choice) -> None:
    """Raise ``Invalid`` with ``unknown_place`` or ``unknown_option`` for a choice that the paper does not offer."""
    if not 1 <= choice.place <= len(attempt.draw):
        raise Invalid("unknown_place", place=choice.place)
    item = attempt.draw[choice.place - 1]
    known = {option["token"] for option in item["options"]}
    is_one_too_many = item["kind"] != rules.Kind.SEVERAL and len(choice.chosen) > 1
    if not known.issuperset(choice.chosen) or len(set(choice.chosen)) != len(choice.chosen) or is_one_too_many:
        raise Invalid("unknown_option", place=choice.place)


def _next_seq(attempt_id: int) -> int:
    return (db.session.scalar(select(func.max(Answer.client_seq)).where(Answer.attempt_id == attempt_id)) or 0) + 1


def _newest_seq(attempt_id: int, place: int) -> int:
    newest: int | None = fetch(_NEWEST_SEQ, attempt_id=attempt_id, place=place).scalar_one()
    return newest or 0


def submit_attempt(actor: Actor, attempt_id: int, *, now: datetime) -> Attempt:
    """End the person's attempt and freeze its grade; once ended it stays as it is, with the same receipt (QZ-06).

    After the deadline it ends as expired, graded with what was made and came in time: whoever hands in waits for
    nothing more.
    """
    attempt = _lock(actor.person_id, attempt_id)
    if attempt.state is AttemptState.OPEN:
        late = rules.is_late(attempt.deadline_at, now)
        _end(attempt, AttemptState.EXPIRED if late else AttemptState.SUBMITTED, now=now)
    return attempt


def end_overdue(attempt_id: int, *, now: datetime) -> bool:
    """End an open attempt once nothing more can count, graded with what came in time; say if this call did (QZ-10)."""
    attempt = _lock(None, attempt_id)
    if attempt.state is not AttemptState.OPEN or not rules.is_over(attempt.deadline_at, now):
        return False
    _end(attempt, AttemptState.EXPIRED, now=now)
    return True


def _lock(person_id: int | None, attempt_id: int) -> Attempt:
    statement = select(Attempt).where(Attempt.id == attempt_id)
    if person_id is not None:
        statement = statement.where(Attempt.person_id == person_id)
    locked = statement.with_for_update().execution_options(populate_existing=True)
    attempt = db.session.scalar(locked)
    if attempt is None:
        raise NotFound("attempt", id=attempt_id)
    return attempt


def _end(attempt: Attempt, state: AttemptState, *, now: datetime) -> None:
    blueprint = db.session.get_one(Blueprint, attempt.blueprint_id)
    grade = grade_of(attempt)
    # It ended at its deadline, however late anybody looks: no wait gets longer because the worker was down.
    ended_at = attempt.deadline_at if state is AttemptState.EXPIRED and attempt.deadline_at else now
    attempt.state = state
    attempt.ended_at = ended_at
    attempt.marks = _marks_of(grade)
    attempt.score, attempt.max_score = grade.score, grade.max_score
    attempt.passed = grade.has_passed(blueprint.pass_mark)
    attempt.receipt = rules.receipt_code(attempt.seed)
    db.session.flush()
    fact = QuizPassed if attempt.passed else QuizFailed
    module_id = db.session.scalars(select(Quiz.module_id).where(Quiz.id == attempt.quiz_id)).one()
    bus.announce(
        fact(
            attempt_id=attempt.id,
            person_id=attempt.person_id,
            module_id=module_id,
            module_version_id=blueprint.module_version_id,
            score=grade.score,
            max_score=grade.max_score,
            at=ended_at,
        )
    )


def grade_of(attempt: Attempt) -> rules.Grade:
    """Return the grade of an attempt from its frozen questions and recorded answers alone (QZ-14)."""
    contents = queries.get_contents([item["version"] for item in attempt.draw])
    standing = queries.list_standing(attempt.id)
    paper = queries.paper_of(attempt, contents)
    return rules.grade(paper, {place: answer.chosen for place, answer in standing.items()})


def is_graded_alike(attempt: Attempt) -> bool:
    """Say whether grading an ended attempt again gives the marks, score and outcome that are stored (QZ-14)."""
    grade = grade_of(attempt)
    again = (_marks_of(grade), grade.score, grade.max_score, grade.has_passed(attempt.blueprint.pass_mark))
    return again == (attempt.marks, attempt.score, attempt.max_score, attempt.passed)


def _marks_of(grade: rules.Grade) -> list[dict[str, Any]]:
    return [{"place": mark.place, "outcome": mark.outcome.value} for mark in grade.marks]


def _insert(table: type[Attempt]) -> "sqlite.Insert | postgresql.Insert":
    """Return an insert that knows ON CONFLICT in the words of the database in use."""
    dialect = db.session.get_bind().dialect.name
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
