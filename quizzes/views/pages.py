"""What the pages of an attempt show: never a right answer, a reason or a weight before the end (QZ-01)."""

from dataclasses import dataclass
from datetime import datetime

from app.kernel.i18n import in_language
from quizzes import queries, rules
from quizzes.models import Attempt, AttemptState
from quizzes.queries import Given, Sheet


@dataclass(frozen=True, slots=True)
class StartPage:
    """What stands before a quiz; ``gate`` says whether it may start, ``running`` is an open attempt to go on with."""

    module_key: str
    title: dict[str, str]
    length: int
    pass_mark: int
    minutes: int
    time_limit: int | None
    number: int
    tries_left: int
    has_quiz: bool
    gate: rules.Gate
    running: Attempt | None
    passed: Attempt | None


@dataclass(frozen=True, slots=True)
class OptionView:
    """One option as it stands on the page."""

    token: str
    text: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class QuestionPage:
    """One question of an open attempt; ``seq`` is the highest number any device has given so far."""

    attempt: Sheet
    place: int
    count: int
    kind: str
    text: str
    options: tuple[OptionView, ...]
    is_flagged: bool
    answered: int
    saved_at: datetime | None
    seq: int

    @property
    def is_several(self) -> bool:
        """Say whether more than one option may be chosen."""
        return self.kind == rules.Kind.SEVERAL


@dataclass(frozen=True, slots=True)
class TimeLeft:
    """The time of a timed quiz as a page shows it: until when, how long from now, and the server's tick."""

    deadline_at: datetime
    milliseconds: int
    tick: str


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One question on the page of review."""

    place: int
    is_answered: bool
    is_flagged: bool


def start_page(person_id: int, module_key: str, *, now: datetime) -> StartPage:
    """Return what stands before the quiz of a module for this person; raises ``NotFound``."""
    quiz = queries.get_quiz(module_key)
    blueprint = quiz.blueprint
    attempts = [] if blueprint is None else list(queries.list_attempts(person_id, blueprint.quiz_id))
    running = next((each for each in attempts if is_answerable(each, now=now)), None)
    ended = [each for each in attempts if each.state is not AttemptState.OPEN]
    failures = len(queries.failures_of(attempts))
    return StartPage(
        module_key=quiz.module_key,
        title=quiz.title,
        length=blueprint.length if blueprint else 0,
        pass_mark=blueprint.pass_mark if blueprint else 0,
        minutes=-(-blueprint.length * 3 // 5) if blueprint else 0,
        time_limit=blueprint.time_limit_minutes if blueprint else None,
        number=failures + 1,
        tries_left=rules.tries_left(failures),
        has_quiz=blueprint is not None,
        gate=queries.gate_of(attempts, now=now),
        running=running,
        passed=ended[-1] if ended and ended[-1].passed else None,
    )


def is_answerable(attempt: Attempt | Sheet, *, now: datetime) -> bool:
    """Say whether an attempt is open and in time."""
    return attempt.state is AttemptState.OPEN and not rules.is_late(attempt.deadline_at, now)


def time_left(attempt: Sheet, *, now: datetime, secret: str) -> TimeLeft | None:
    """Return how long an attempt may go on, None without a limit; the device's own clock is never asked."""
    if attempt.deadline_at is None:
        return None
    tick = rules.write_tick(rules.Tick(attempt.id, now), secret=secret)
    return TimeLeft(attempt.deadline_at, int((attempt.deadline_at - now).total_seconds() * 1000), tick)


def question_page(attempt: Sheet, place: int) -> QuestionPage:
    """Return the question at ``place`` of an attempt as its person sees it, with what they chose."""
    item = attempt.draw[place - 1]
    content = queries.get_question(item["version"])
    standing = queries.list_standing(attempt.id)
    held = standing.get(place)
    chosen = set(held.chosen) if held else set()
    return QuestionPage(
        attempt=attempt,
        place=place,
        count=len(attempt.draw),
        kind=item["kind"],
        text=in_language(content["text"]),
        options=tuple(
            OptionView(
                option["token"], in_language(content["options"][option["index"]]["text"]), option["token"] in chosen
            )
            for option in item["options"]
        ),
        is_flagged=held.flagged if held else False,
        answered=sum(bool(each.chosen) for each in standing.values()),
        saved_at=held.recorded_at if held else None,
        seq=max((each.client_seq for each in standing.values()), default=0),
    )


def review_rows(attempt: Attempt | Sheet, standing: dict[int, Given]) -> list[ReviewRow]:
    """Return every question of an attempt with what stands there."""
    rows = []
    for place in range(1, len(attempt.draw) + 1):
        held = standing.get(place)
        rows.append(ReviewRow(place, bool(held and held.chosen), bool(held and held.flagged)))
    return rows


def first_open_place(attempt: Attempt) -> int:
    """Return the place to go on at: the first one without a choice, else the last."""
    rows = review_rows(attempt, queries.list_standing(attempt.id))
    return next((row.place for row in rows if not row.is_answered), len(rows))
