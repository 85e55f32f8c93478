"""How a quiz is drawn, shown, answered and graded, and when the next attempt may start."""

import hashlib
import hmac
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

WAITS_AFTER_FAILURES = 2
WAIT = timedelta(hours=24)
TALKS_AFTER_FAILURES = 4

_TOKEN_BYTES = 15

# Crockford's letters: none is mistaken for another when a receipt is read aloud.
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class QuizRuleError(ValueError):
    """A question or a draw that cannot be meant; the sentence says why."""


class Kind(StrEnum):
    """How a question is answered: one option, several, or true/false."""

    ONE = "one"
    SEVERAL = "several"
    TRUEFALSE = "truefalse"


# By kind: how many options there may be, and how many of them may be right (docs/content-format.md).
_OPTION_COUNTS = {Kind.ONE: (3, 4), Kind.SEVERAL: (4, 5), Kind.TRUEFALSE: (2, 2)}
_RIGHT_COUNTS = {Kind.ONE: (1, 1), Kind.SEVERAL: (2, 5), Kind.TRUEFALSE: (1, 1)}


@dataclass(frozen=True, slots=True)
class Question:
    """What grading must know of a question version: its id, its kind, and which options are right, as authored."""

    id: int
    kind: Kind
    rights: tuple[bool, ...]


def question_from(question_id: int, content: Mapping[str, object]) -> Question:
    """Return the question in the authored ``content`` (docs/content-format.md, questions.yaml).

    Raises QuizRuleError when kind and options do not fit each other.
    """
    kinds = {kind.value: kind for kind in Kind}
    kind, options = kinds.get(str(content.get("kind"))), content.get("options")
    if kind is None:
        raise QuizRuleError(f"question {question_id}: the kind must be one of {', '.join(kinds)}")
    if not isinstance(options, list) or not all(isinstance(option, Mapping) for option in options):
        raise QuizRuleError(f"question {question_id}: the options must be a list of objects")
    rights = tuple(option.get("right") is True for option in options)
    for count, (least, most), what in (
        (len(rights), _OPTION_COUNTS[kind], "options"),
        (sum(rights), _RIGHT_COUNTS[kind], "right options"),
    ):
        if not least <= count <= most:
            raise QuizRuleError(f"question {question_id}: {kind} has {least} to {most} {what}, not {count}")
    return Question(question_id, kind, rights)


def draw(pool: Iterable[int], seen_counts: Mapping[int, int], *, length: int, seed: str) -> tuple[int, ...]:
    """Return ``length`` question ids of the pool, unseen first, then the least seen, in an order of their own.

    The same pool, counts and seed give the same draw, whatever the order of the pool. Raises QuizRuleError when the
    pool is too small: a shorter quiz could make the pass mark unreachable.
    """
    ids = set(pool)
    if len(ids) < length:
        raise QuizRuleError(f"the pool holds {len(ids)} questions, the quiz needs {length}")
    least_seen = sorted(ids, key=lambda one: (seen_counts.get(one, 0), _chance(seed, "draw", one)))
    return tuple(sorted(least_seen[:length], key=lambda one: _chance(seed, "order", one)))


def _chance(seed: str, *what: object) -> bytes:
    """Return bytes that are as good as random and the same for the same seed: sorting by them shuffles.

    A hash and no generator: it does not depend on what was drawn before, nor on the version of Python, so a paper can
    be built again years later.
    """
    return hashlib.sha256("/".join([seed, *map(str, what)]).encode()).digest()


@dataclass(frozen=True, slots=True)
class FrozenOption:
    """An option as it is shown: its unguessable token, and its place in the authored question."""

    token: str
    index: int
    right: bool


@dataclass(frozen=True, slots=True)
class FrozenQuestion:
    """A question as one attempt shows it; ``place`` counts from 1."""

    place: int
    id: int
    kind: Kind
    options: tuple[FrozenOption, ...]

    @property
    def tokens(self) -> frozenset[str]:
        """All options that can be chosen."""
        return frozenset(option.token for option in self.options)

    @property
    def right_tokens(self) -> frozenset[str]:
        """The options that make the answer right."""
        return frozenset(option.token for option in self.options if option.right)


def freeze(questions: Sequence[Question], *, seed: str, salt: bytes) -> tuple[FrozenQuestion, ...]:
    """Return the paper of one attempt: the questions in their drawn order, the options shuffled by the seed.

    ``salt`` is the server's secret for this attempt: without it no token tells which option it stands for, and no
    token of one attempt means anything in another.
    """
    return tuple(_frozen(place, question, seed, salt) for place, question in enumerate(questions, start=1))


def _frozen(place: int, question: Question, seed: str, salt: bytes) -> FrozenQuestion:
    indices = sorted(range(len(question.rights)), key=lambda index: _chance(seed, "option", question.id, index))
    options = tuple(
        FrozenOption(option_token(question.id, index, salt=salt), index, question.rights[index]) for index in indices
    )
    return FrozenQuestion(place, question.id, question.kind, options)


def option_token(question_id: int, index: int, *, salt: bytes) -> str:
    """Return the token of an option: 30 hexadecimal digits that only the holder of ``salt`` can make."""
    return hmac.digest(salt, f"option/{question_id}/{index}".encode(), "sha256")[:_TOKEN_BYTES].hex()


def can_choose(question: FrozenQuestion, chosen: Collection[str]) -> bool:
    """Tell whether these tokens are an answer to this question: its own, and only one where only one may be chosen."""
    return question.tokens.issuperset(chosen) and (question.kind is Kind.SEVERAL or len(set(chosen)) <= 1)


@dataclass(frozen=True, slots=True)
class AnswerOperation:
    """One recorded choice, with the operation id and the sequence number that the client gave it."""

    op_id: str
    client_seq: int
    place: int
    chosen: frozenset[str]


def fold(operations: Iterable[AnswerOperation]) -> dict[int, AnswerOperation]:
    """Return the operation that stands at each place of one attempt: the highest client_seq, ties by op_id.

    Repeats change nothing and the order of arrival is irrelevant, so a replay after a broken connection is safe.
    """
    standing: dict[int, AnswerOperation] = {}
    for operation in operations:
        held = standing.get(operation.place, operation)
        standing[operation.place] = max(held, operation, key=lambda one: (one.client_seq, one.op_id))
    return standing


def answer_receipt(attempt_id: int, operation: AnswerOperation, *, flagged: bool) -> str:
    """Return the fingerprint of a recorded choice, 20 hexadecimal digits: the same choice has the same receipt."""
    chosen = " ".join(sorted(operation.chosen))
    words = (attempt_id, operation.op_id, operation.client_seq, operation.place, chosen, int(flagged))
    return hashlib.sha256("\x00".join(map(str, words)).encode()).hexdigest()[:20]


class Outcome(StrEnum):
    """What became of one question; unanswered counts as wrong but is told apart."""

    RIGHT = "right"
    WRONG = "wrong"
    UNANSWERED = "unanswered"


@dataclass(frozen=True, slots=True)
class Mark:
    """The outcome of one question of the paper."""

    place: int
    id: int
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Grade:
    """The marks of a whole paper, one point a question."""

    marks: tuple[Mark, ...]

    @property
    def score(self) -> int:
        """The number of right answers."""
        return sum(mark.outcome is Outcome.RIGHT for mark in self.marks)

    @property
    def max_score(self) -> int:
        """The number of questions."""
        return len(self.marks)

    def has_passed(self, pass_mark: int) -> bool:
        """Tell whether the score reaches the pass mark, a number of questions."""
        return self.score >= pass_mark


def grade(paper: Sequence[FrozenQuestion], answers: Mapping[int, Collection[str]]) -> Grade:
    """Return the grade of the chosen tokens by place; a pure function, so recomputing gives the same (QZ-14).

    An answer is right only when the chosen set equals the right set.
    """
    return Grade(tuple(Mark(one.place, one.id, _outcome(one, frozenset(answers.get(one.place, ())))) for one in paper))


def _outcome(question: FrozenQuestion, chosen: frozenset[str]) -> Outcome:
    if not chosen:
        return Outcome.UNANSWERED
    return Outcome.RIGHT if chosen == question.right_tokens else Outcome.WRONG


def receipt_code(seed: str) -> str:
    """Return the receipt of a paper handed in, such as ``7F3K-21``: to be read aloud, neither secret nor unique."""
    number = int.from_bytes(_chance(seed, "receipt")[:8])
    letters = "".join(_LETTERS[number >> 5 * at & 31] for at in range(4))
    return f"{letters}-{(number >> 20) % 100:02d}"


class GateKind(StrEnum):
    """Whether the next attempt may start: now, after a wait, or after a talk with the coordinator."""

    OPEN = "open"
    WAIT_UNTIL = "wait_until"
    NEEDS_TALK = "needs_talk"


class Gate(NamedTuple):
    """The answer to "may I try again?"; ``until`` is the instant at which a wait ends."""

    kind: GateKind
    until: datetime | None = None


def next_attempt(failures: Collection[datetime], *, now: datetime, cleared_at: datetime | None = None) -> Gate:
    """Return when the next attempt may start, from the instants at which the failed ones of this cycle ended.

    Ruling 22: after the second failure 24 hours from its end; after the fourth, and every later one, the coordinator
    talks first, which stands recorded by a ``cleared_at`` later than the last failure.
    """
    ended = sorted(failures)
    if len(ended) >= TALKS_AFTER_FAILURES:
        has_talked = cleared_at is not None and cleared_at > ended[-1]
        return Gate(GateKind.OPEN if has_talked else GateKind.NEEDS_TALK)
    if len(ended) >= WAITS_AFTER_FAILURES:
        until = ended[WAITS_AFTER_FAILURES - 1] + WAIT
        if now < until:
            return Gate(GateKind.WAIT_UNTIL, until)
    return Gate(GateKind.OPEN)


def may_test_out(failures: int) -> bool:
    """Tell whether going straight to the quiz is offered: after a fail of this cycle the lessons come first."""
    return failures == 0


def may_see_reasons(*, passed: bool, failures: int) -> bool:
    """Tell whether the reasons per option are shown: after a pass, or after the last try before the talk."""
    return passed or failures >= TALKS_AFTER_FAILURES


def tries_left(failures: int) -> int:
    """Return how many tries remain before the coordinator talks first."""
    return max(0, TALKS_AFTER_FAILURES - failures)
