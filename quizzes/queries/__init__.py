"""Reads about quizzes: what stands on the pages of a learner."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import joinedload

from app.kernel.db import db, fetch, fetch_ahead
from app.kernel.errors import NotFound
from app.kernel.held import held
from courses.models import Module, ModuleVersion
from quizzes import rules
from quizzes.models import (
    Answer,
    Attempt,
    AttemptState,
    Blueprint,
    PoolEntry,
    PriorLearning,
    QuestionVersion,
    Quiz,
    TalkClearance,
)


class HasEnd(Protocol):
    """The little of an attempt that tells whether it failed."""

    @property
    def passed(self) -> bool | None:
        """Say whether it passed; None before the end."""

    @property
    def ended_at(self) -> datetime | None:
        """Return when it ended."""


@dataclass(frozen=True, slots=True)
class QuizRow:
    """A module's quiz in its newest version; ``blueprint`` is None while there are no questions."""

    module_id: int
    module_key: str
    title: dict[str, str]
    blueprint: Blueprint | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the pages of a running attempt need of it; ``draw`` as ``Attempt`` keeps it."""

    id: int
    state: AttemptState
    draw: list[dict[str, Any]]
    deadline_at: datetime | None
    module_key: str


@dataclass(frozen=True, slots=True)
class Given:
    """One recorded choice, as ``Answer`` keeps it."""

    op_id: str
    client_seq: int
    place: int
    chosen: list[str]
    flagged: bool
    recorded_at: datetime


def get_module_content(module_version_id: int) -> dict[str, Any]:
    """Return the raw content of a module version (docs/content-format.md)."""
    content: dict[str, Any] | None = db.session.scalar(
        select(ModuleVersion.content).where(ModuleVersion.id == module_version_id)
    )
    if content is None:
        raise NotFound("module_version", id=module_version_id)
    return content


def get_quiz(module_key: str) -> QuizRow:
    """Return the quiz of the newest version of a module; NotFound when there is no such module or version."""
    row = db.session.execute(
        select(Module.id, Module.key, ModuleVersion.title, Blueprint)
        .join(ModuleVersion, ModuleVersion.module_id == Module.id)
        .outerjoin(Blueprint, Blueprint.module_version_id == ModuleVersion.id)
        .where(Module.key == module_key)
        .order_by(ModuleVersion.number.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        raise NotFound("module", key=module_key)
    return QuizRow(*row)


def find_blueprint(module_id: int) -> Blueprint | None:
    """Return the blueprint of the newest version of a module, or None while there are no questions."""
    return db.session.scalar(
        select(Blueprint)
        .join(ModuleVersion, ModuleVersion.id == Blueprint.module_version_id)
        .where(
            ModuleVersion.module_id == module_id,
            ModuleVersion.number
            == select(func.max(ModuleVersion.number)).where(ModuleVersion.module_id == module_id).scalar_subquery(),
        )
    )


def get_attempt(person_id: int, attempt_id: int) -> Attempt:
    """Return a person's own attempt with its blueprint, version and module; NotFound for anyone else's."""
    found = db.session.scalar(
        select(Attempt)
        .options(
            joinedload(Attempt.blueprint).joinedload(Blueprint.module_version).joinedload(ModuleVersion.module),
        )
        .where(Attempt.id == attempt_id, Attempt.person_id == person_id)
    )
    if found is None:
        raise NotFound("attempt", id=attempt_id)
    return found


_SHEET = (
    select(Attempt.id, Attempt.state, Attempt.draw, Attempt.deadline_at, Module.key)
    .join(Blueprint, Blueprint.id == Attempt.blueprint_id)
    .join(ModuleVersion, ModuleVersion.id == Blueprint.module_version_id)
    .join(Module, Module.id == ModuleVersion.module_id)
    .where(Attempt.id == bindparam("attempt_id"), Attempt.person_id == bindparam("person_id"))
)
_GIVEN = select(Answer.op_id, Answer.client_seq, Answer.place, Answer.chosen, Answer.flagged, Answer.recorded_at).where(
    Answer.attempt_id == bindparam("attempt_id")
)
_QUESTION = select(QuestionVersion.content).where(QuestionVersion.id == bindparam("version_id"))


def get_sheet(person_id: int, attempt_id: int) -> Sheet:
    """Return what the pages of a person's own attempt need of it; NotFound for anyone else's.

    What was answered comes along, since each of those pages goes on to ``list_standing``.
    """
    fetch_ahead(_SHEET, _GIVEN, attempt_id=attempt_id, person_id=person_id)
    found = fetch(_SHEET, attempt_id=attempt_id, person_id=person_id).one_or_none()
    if found is None:
        raise NotFound("attempt", id=attempt_id)
    return Sheet(*found)


def list_attempts(person_id: int, quiz_id: int) -> Sequence[Attempt]:
    """Return all attempts of a person at a quiz, oldest first."""
    return db.session.scalars(
        select(Attempt).where(Attempt.person_id == person_id, Attempt.quiz_id == quiz_id).order_by(Attempt.id)
    ).all()


def gate_of(attempts: Sequence[Attempt], *, now: datetime) -> rules.Gate:
    """Return whether the person of these attempts (all of one quiz, oldest first) may start another one."""
    failures = failures_of(attempts)
    cleared_at = None
    if len(failures) >= rules.TALKS_AFTER_FAILURES:
        cleared_at = db.session.scalar(
            select(func.max(TalkClearance.cleared_at)).where(
                TalkClearance.person_id == attempts[0].person_id, TalkClearance.quiz_id == attempts[0].quiz_id
            )
        )
    return rules.next_attempt(failures, now=now, cleared_at=cleared_at)


def failures_of(attempts: Sequence[HasEnd]) -> list[datetime]:
    """Return when the failed attempts since the last pass ended; ``attempts`` of one quiz, oldest first."""
    failures: list[datetime] = []
    for each in attempts:
        if each.passed:
            failures = []
        elif each.ended_at is not None:
            failures.append(each.ended_at)
    return failures


_RESULTS = (
    select(Attempt.passed, Attempt.ended_at)
    .join(Quiz, Quiz.id == Attempt.quiz_id)
    .where(Attempt.person_id == bindparam("person_id"), Quiz.module_id == bindparam("module_id"))
    .order_by(Attempt.id)
)


def may_test_out(person_id: int, module_id: int) -> bool:
    """Say whether a person may go straight to a module's quiz, in one statement (``rules.may_test_out``)."""
    return rules.may_test_out(len(failures_of(fetch(_RESULTS, person_id=person_id, module_id=module_id))))


def list_quizzes_of(person_id: int, module_ids: Sequence[int]) -> list[tuple[int, int, PriorLearning | None]]:
    """Return the quizzes of these modules as (module id, quiz id, what the person said before going straight to it).

    A quiz stands once for each time something was said, oldest first, and once with None when nothing was.
    """
    rows = db.session.execute(
        select(Quiz.module_id, Quiz.id, PriorLearning)
        .outerjoin(PriorLearning, (PriorLearning.quiz_id == Quiz.id) & (PriorLearning.person_id == person_id))
        .where(Quiz.module_id.in_(module_ids))
        .order_by(PriorLearning.id)
    )
    return [(module_id, quiz_id, said) for module_id, quiz_id, said in rows]


def list_pool(blueprint_id: int) -> dict[int, int]:
    """Return the pool of a blueprint: question ids, each with the id of its version there."""
    rows = db.session.execute(
        select(QuestionVersion.question_id, QuestionVersion.id)
        .join(PoolEntry, PoolEntry.question_version_id == QuestionVersion.id)
        .where(PoolEntry.blueprint_id == blueprint_id)
    )
    return dict(rows.all())


def get_contents(version_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Return the frozen content of question versions by id."""
    rows = db.session.execute(
        select(QuestionVersion.id, QuestionVersion.content).where(QuestionVersion.id.in_(version_ids))
    )
    return dict(rows.all())


def get_question(version_id: int) -> dict[str, Any]:
    """Return the frozen content of one question version, which never changes, so that a process holds it."""
    content: dict[str, Any] = held(
        ("quizzes.question", version_id), lambda: fetch(_QUESTION, version_id=version_id).scalar_one()
    )
    return content


def paper_of(attempt: Attempt, contents: dict[int, dict[str, Any]]) -> list[rules.FrozenQuestion]:
    """Return an attempt's paper as it was frozen, with what is right in it: for grading and for after the end."""
    paper = []
    for place, item in enumerate(attempt.draw, 1):
        question = rules.question_from(item["version"], contents[item["version"]])
        options = tuple(
            rules.FrozenOption(option["token"], option["index"], question.rights[option["index"]])
            for option in item["options"]
        )
        paper.append(rules.FrozenQuestion(place, question.id, question.kind, options))
    return paper


def list_standing(attempt_id: int) -> dict[int, Given]:
    """Return the answer that stands at each answered place of an attempt; repeats and older choices fold away."""
    rows = [Given(*row) for row in fetch(_GIVEN, attempt_id=attempt_id)]
    by_operation = {each.op_id: each for each in rows}
    standing = rules.fold(
        rules.AnswerOperation(each.op_id, each.client_seq, each.place, frozenset(each.chosen)) for each in rows
    )
    return {place: by_operation[operation.op_id] for place, operation in standing.items()}


def list_overdue_ids(now: datetime) -> Sequence[int]:
    """Return the ids of open attempts in which nothing more can count: their time and the grace are over."""
    overdue = select(Attempt.id).where(Attempt.state == AttemptState.OPEN, Attempt.deadline_at < now - rules.GRACE)
    return db.session.scalars(overdue.order_by(Attempt.id)).all()


def list_ended(batch: int = 500) -> Iterator[Attempt]:
    """Yield every ended attempt, in batches of ids, so that any number of them fits into memory."""
    last = 0
    while True:
        rows = db.session.scalars(
            select(Attempt)
            .where(Attempt.id > last, Attempt.state != AttemptState.OPEN)
            .options(joinedload(Attempt.blueprint))
            .order_by(Attempt.id)
            .limit(batch)
        ).all()
        if not rows:
            return
        yield from rows
        last = rows[-1].id
