"""Short ways to a published module with a tiny quiz, to an attempt and to answers in it."""

import itertools
import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.kernel import clock
from app.kernel.db import db
from app.kernel.events import bus
from app.kernel.transaction import transaction
from app.people.models import Person
from app.people.permissions import Actor
from courses.events import ModuleVersionPublished
from courses.models import Change, Course, Lesson, Module, ModuleVersion
from quizzes import operations
from quizzes.models import Attempt, Question, QuestionVersion

_numbers = itertools.count(1)


def words(text: str) -> dict[str, str]:
    """The same text in both languages, each marked so that a page in the wrong one is noticed."""
    return {"vi": f"{text} (vi)", "en": f"{text} (en)"}


def raw_question(
    key: str, *, kind: str = "one", right: tuple[int, ...] = (0,), options: int = 4, **more: Any
) -> dict[str, Any]:
    """A question as the library has it; ``right`` are the places of its right options."""
    return {
        "id": key,
        "objective": "what-it-is",
        "difficulty": 1,
        "kind": kind,
        "sources": ["own"],
        "card": "l1/c2",
        "text": words(f"Question {key}"),
        "options": [
            {"right": at in right, "text": words(f"{key} option {at}"), "reason": words(f"REASON-{key}-{at}")}
            for at in range(options)
        ],
        **more,
    }


def raw_questions(count: int) -> list[dict[str, Any]]:
    """``count`` questions, every fifth with several right options and every seventh true or false."""
    made = []
    for at in range(count):
        objective = ("what-it-is", "four-groups", "legal-value")[at % 3]
        if at % 5 == 4:
            made.append(raw_question(f"q{at:02d}", kind="several", right=(0, 2), options=5, objective=objective))
        elif at % 7 == 6:
            made.append(raw_question(f"q{at:02d}", kind="truefalse", right=(1,), options=2, objective=objective))
        else:
            made.append(raw_question(f"q{at:02d}", right=(at % 4,), objective=objective))
    return made


def tiny_content(
    questions: list[dict[str, Any]], *, length: int, pass_mark: int, minutes: int | None = None
) -> dict[str, Any]:
    """A version's content with one lesson of three cards."""
    names = ("what-it-is", "four-groups", "legal-value")
    return {
        "objectives": [{"id": name, "text": words(f"Objective {name}")} for name in names],
        "quiz": {"length": length, "pass_mark": pass_mark, "time_limit_minutes": minutes},
        "questions": questions,
        "lessons": [
            {
                "id": "l1",
                "minutes": 3,
                "title": words("Lesson one"),
                "cards": [{"id": f"c{at}", "heading": words(f"Card {at}")} for at in (1, 2, 3)],
            }
        ],
    }


def publish_module(
    *,
    count: int = 30,
    length: int = 10,
    pass_mark: int = 8,
    minutes: int | None = None,
    questions: list[dict[str, Any]] | None = None,
    key: str | None = None,
) -> Module:
    """A module with one published version, heard of by everyone who listens."""
    key = key or f"m{next(_numbers)}"
    with transaction() as session:
        course = Course(key=f"course-{key}", title=words("Course"))
        session.add(course)
        session.flush()
        module = Module(course_id=course.id, key=key, code=key.upper(), rank=1)
        session.add(module)
        session.flush()
    made = raw_questions(count) if questions is None else questions
    publish_version(module, tiny_content(made, length=length, pass_mark=pass_mark, minutes=minutes))
    return module


def publish_version(module: Module, content: dict[str, Any]) -> ModuleVersion:
    """The next version of a module with this content."""
    with transaction() as session:
        numbers = session.scalars(select(ModuleVersion.number).where(ModuleVersion.module_id == module.id)).all()
        version = ModuleVersion(
            module_id=module.id,
            number=max(numbers, default=0) + 1,
            edition=1,
            change=Change.MAJOR,
            content_hash=uuid.uuid4().hex,
            title=words("Hiểu đúng về Sổ sức khỏe điện tử"),
            minutes=20,
            validity_months=12,
            refresh_days=180,
            published_at=clock.now(),
            required_from=None,
            content=content,
        )
        session.add(version)
        session.flush()
        session.add(
            Lesson(
                module_version_id=version.id,
                key="l1",
                place=1,
                title=words("Lesson one"),
                minutes=3,
                card_count=3,
                content_hash="one",
                content=content["lessons"][0],
            )
        )
        session.flush()
        bus.announce(ModuleVersionPublished(module_id=module.id, module_version_id=version.id))
    return version


def as_actor(person: Person, *facilities: int) -> Actor:
    """The person as an asker without grants."""
    return Actor(
        person_id=person.id,
        sign_in_id=0,
        name=person.name,
        language="vi",
        is_shared=False,
        grants=frozenset(),
        facility_ids=frozenset(facilities),
    )


def start(person: Person, module: Module, *, now: datetime | None = None) -> Attempt:
    """An open attempt of the person."""
    with transaction():
        return operations.start_attempt(as_actor(person), module.id, now=now or clock.now())


def save_answer(person: Person, attempt: Attempt, place: int, chosen: list[str], **more: Any) -> Any:
    """One saved choice; ``op_id``, ``client_seq``, ``flagged`` and ``now`` may be given."""
    values = {"op_id": str(uuid.uuid4()), "client_seq": 1, "flagged": False, "now": clock.now(), **more}
    with transaction():
        return operations.save_answer(
            as_actor(person),
            attempt.id,
            operations.Choice(
                place=place,
                chosen=tuple(chosen),
                op_id=values["op_id"],
                flagged=values["flagged"],
                client_seq=values["client_seq"],
            ),
            now=values["now"],
        )


def submit(person: Person, attempt: Attempt, *, now: datetime | None = None) -> Attempt:
    """The attempt, ended by the person."""
    with transaction():
        return operations.submit_attempt(as_actor(person), attempt.id, now=now or clock.now())


def right_tokens(attempt: Attempt, place: int) -> list[str]:
    """The tokens of the right options at a place of an attempt."""
    return [token for token, is_right in tokens_of(attempt, place) if is_right]


def wrong_tokens(attempt: Attempt, place: int) -> list[str]:
    """A choice at a place that is not right, of one option."""
    return [token for token, is_right in tokens_of(attempt, place) if not is_right][:1]


def tokens_of(attempt: Attempt, place: int) -> list[tuple[str, bool]]:
    """Every option at a place in the order shown: its token and whether it is right."""
    item = attempt.draw[place - 1]
    version = db.session.get_one(QuestionVersion, item["version"])
    return [(option["token"], version.content["options"][option["index"]]["right"]) for option in item["options"]]


def take(person: Person, module: Module, *, right: int, now: datetime | None = None) -> Attempt:
    """A whole attempt with ``right`` right answers, the rest wrong."""
    at = now or clock.now()
    attempt = start(person, module, now=at)
    for place in range(1, len(attempt.draw) + 1):
        pick = right_tokens if place <= right else wrong_tokens
        save_answer(person, attempt, place, pick(attempt, place), now=at)
    return submit(person, attempt, now=at)


def key_of(version_id: int) -> str:
    """The question's own key, from one of its versions."""
    version = db.session.get_one(QuestionVersion, version_id)
    return db.session.get_one(Question, version.question_id).key
