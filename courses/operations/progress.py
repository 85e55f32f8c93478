"""How a reader's position moves on, the same on every device."""

from datetime import datetime

from sqlalchemy import select

from app.kernel.db import db
from app.kernel.events import bus
from app.people.models import Person
from courses import queries, rules
from courses.events import LessonFinished
from courses.models import LessonProgress
from courses.queries import LessonView


def leave_card(
    person_id: int, module_key: str, lesson_key: str, place: int, *, now: datetime, is_short: bool = False
) -> LessonView:
    """Write that the person pressed "Tiếp" on the card at ``place`` (from 1); returns the lesson as it stands then.

    Sending the same move twice changes nothing more, and the lesson is finished, and announced, once. In a short
    sitting a lesson that is finished only comes back: it was seen, and its place stays. Raises ``NotFound`` for a
    lesson that is not in the module's current version.
    """
    # One row of progress a person and lesson: two devices queue here, instead of both inserting the first row.
    db.session.execute(select(Person.id).where(Person.id == person_id).with_for_update(key_share=True))
    view = queries.get_lesson(person_id, module_key, lesson_key)
    held = db.session.scalar(
        select(LessonProgress).where(
            LessonProgress.person_id == person_id,
            LessonProgress.module_id == view.module.id,
            LessonProgress.lesson_key == lesson_key,
        )
    )
    if is_short and held is not None and held.finished_at is not None:
        held.seen_at = now
        db.session.flush()
        return view
    count = view.lesson.card_count
    before = rules.Position(held.card, held.furthest) if held else None
    after = rules.after_card(before, place, count)
    if held is None:
        held = LessonProgress(
            person_id=person_id, module_id=view.module.id, lesson_key=lesson_key, began_at=now, finished_at=None
        )
        db.session.add(held)
    held.card, held.furthest, held.seen_at, held.content_hash = (
        after.card,
        after.furthest,
        now,
        view.lesson.content_hash,
    )
    is_first_time = held.finished_at is None and place >= count
    if is_first_time:
        held.finished_at = now
    db.session.flush()
    if is_first_time:
        bus.announce(LessonFinished(person_id=person_id, module_id=view.module.id, lesson_key=lesson_key))
    return view
