"""Short ways to modules, people at work, orders, attempts and passes, for tests about assignments."""

import itertools
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import insert, inspect, select

from app.assignments import operations
from app.assignments.models import Assignment, AssignmentBatch, Completion
from app.assignments.rules import Audience, Order
from app.kernel import clock
from app.kernel.db import db
from app.kernel.tokens import new_token
from app.kernel.transaction import is_writing, transaction
from app.people.models import Employment, Person
from app.people.permissions import Actor
from courses.models import Change, Course, Lesson, LessonProgress, Module, ModuleVersion
from quizzes.events import QuizPassed
from quizzes.models import Attempt, AttemptState, Blueprint, Quiz
from tests.builders import Browser, employ, make_person, make_position, save

_numbers = itertools.count(1)


def make_module(title: str = "Mở Sổ sức khỏe điện tử", *, lessons: int = 3, **more: Any) -> Module:
    """A published module with a quiz."""
    number = next(_numbers)
    course = db.session.scalar(select(Course).limit(1)) or save(Course(key="book", title={"vi": "Sổ", "en": "Book"}))
    module = save(Module(course_id=course.id, key=f"t{number}", code=f"T{number}", rank=number))
    make_version(module, title, lessons=lessons, **more)
    save(Quiz(module_id=module.id))
    return module


def make_version(module: Module, title: str = "Mở Sổ", *, number: int = 1, lessons: int = 3, **more: Any):
    values = {
        "edition": number,
        "change": Change.MAJOR,
        "validity_months": 12,
        "refresh_days": 180,
        "published_at": clock.now() - timedelta(days=300),
        "required_from": None,
        **more,
    }
    version = save(
        ModuleVersion(
            module_id=module.id,
            number=number,
            content_hash=f"{module.key}-{number}",
            minutes=4 * lessons,
            title={"vi": title, "en": f"{title} (en)"},
            content={},
            **values,
        )
    )
    save(
        version,
        *(
            Lesson(
                module_version_id=version.id,
                key=f"{module.key}-l{place}",
                place=place,
                minutes=4,
                card_count=5,
                title={"vi": f"Bài {place}", "en": f"Lesson {place}"},
                content_hash="x",
                content={},
            )
            for place in range(1, lessons + 1)
        ),
    )
    return version


def version_of(module: Module) -> ModuleVersion:
    newest = select(ModuleVersion).where(ModuleVersion.module_id == module.id).order_by(ModuleVersion.number.desc())
    return db.session.scalars(newest).first()


def change(row: Any, **values: Any) -> None:
    """Change columns of a row in a transaction of its own."""
    with transaction():
        for name, value in values.items():
            setattr(row, name, value)


def actor_of(person: Person, *facilities: Any) -> Actor:
    return Actor(
        person_id=person.id,
        sign_in_id=0,
        name=person.name,
        language="vi",
        is_shared=False,
        grants=frozenset(),
        facility_ids=frozenset(each.id for each in facilities),
    )


def named(*people: Person) -> Audience:
    return Audience(person_ids=frozenset(person.id for person in people))


def give(maker: Person, facility: Any, order: Order, *, now: datetime, token: str | None = None, **more: Any):
    """Press "Giao học"."""
    with transaction():
        return operations.assign(actor_of(maker), facility.id, order, token=token or new_token(), now=now, **more)


def ask(maker: Person, facility: Any, *people: Person, module: Module, due_on: date, now: datetime):
    """Assign one module to these people."""
    return give(maker, facility, Order(named(*people), (module.id,), due_on), now=now)


def read(person: Person, module: Module, *, place: int = 1, at: datetime, finished: bool = False) -> LessonProgress:
    return save(
        LessonProgress(
            person_id=person.id,
            module_id=module.id,
            lesson_key=f"{module.key}-l{place}",
            content_hash="x",
            card=2,
            furthest=2,
            began_at=at,
            seen_at=at,
            finished_at=at if finished else None,
        )
    )


def attempt(person: Person, module: Module, *, at: datetime, score: int = 10, passed: bool | None = True) -> Attempt:
    """One sitting of ten minutes that ended with ``score`` of 10."""
    quiz = db.session.scalars(select(Quiz).where(Quiz.module_id == module.id)).one()
    version = version_of(module)
    blueprint = db.session.scalar(select(Blueprint).where(Blueprint.module_version_id == version.id)) or save(
        Blueprint(quiz_id=quiz.id, module_version_id=version.id, length=10, pass_mark=8, time_limit_minutes=None)
    )
    return save(
        Attempt(
            person_id=person.id,
            quiz_id=quiz.id,
            blueprint_id=blueprint.id,
            state=AttemptState.SUBMITTED,
            seed=new_token(),
            draw=[],
            started_at=at - timedelta(minutes=10),
            ended_at=at,
            score=score,
            max_score=10,
            passed=passed,
        )
    )


def fact_of(tried: Attempt, module: Module, at: datetime) -> QuizPassed:
    return QuizPassed(
        attempt_id=tried.id,
        person_id=tried.person_id,
        module_id=module.id,
        module_version_id=version_of(module).id,
        score=10,
        max_score=10,
        at=at,
    )


def passes(person: Person, module: Module, *, at: datetime) -> Completion:
    """Pass the quiz at ``at`` and let the completion be written."""
    fact = fact_of(attempt(person, module, at=at), module, at)
    with transaction():
        return operations.complete(fact, now=at)


def make_staff(facility: Any, unit: Any, count: int, **more: Any) -> list[Person]:
    people = [make_person(f"Nguyễn Văn Thử {number}") for number in range(count)]
    for person in people:
        employ(person, facility, unit, **more)
    return people


def make_crowd(facility: Any, unit: Any, count: int) -> list[int]:
    """Many people of one unit in two statements; returns their ids."""
    now, position = clock.now() - timedelta(days=400), make_position("nurse").id
    names = [f"Nguyễn Văn Đông {number}" for number in range(count)]
    people = [
        {
            "name": name,
            "search_key": name.lower(),
            "sort_key": name,
            "language": "vi",
            "is_sample": False,
            "created_at": now,
        }
        for name in names
    ]
    with transaction() as session:
        ids = list(session.scalars(insert(Person).returning(Person.id), people))
        session.execute(
            insert(Employment),
            [
                {
                    "person_id": person_id,
                    "facility_id": facility.id,
                    "unit_id": unit.id,
                    "position_id": position,
                    "valid_from": now,
                    "recorded_at": now,
                }
                for person_id in ids
            ],
        )
    return ids


def browse(client: Any, cast: Any, who: str = "binh") -> Browser:
    """Sign one of the cast in, and bind the cast to the test's session again: signing in lets go of it."""
    browser = Browser(client, getattr(cast, who))
    for name, row in vars(cast).items():
        setattr(cast, name, db.session.get(type(row), inspect(row).identity[0]))
    return browser


def fresh() -> None:
    """See what requests and other threads have written since."""
    if not is_writing():
        db.session.rollback()
        db.session.expire_all()


def open_assignments(facility: Any) -> list[Assignment]:
    fresh()
    statement = select(Assignment).where(Assignment.facility_id == facility.id, Assignment.cancelled_at.is_(None))
    return list(db.session.scalars(statement.order_by(Assignment.id)))


def batches() -> list[AssignmentBatch]:
    fresh()
    return list(db.session.scalars(select(AssignmentBatch).order_by(AssignmentBatch.id)))
