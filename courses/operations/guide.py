"""How the guide becomes an immutable version, and how its papers are asked for and kept."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import undefer

from app.kernel.db import db, insert_or
from app.kernel.jobs import enqueue
from courses import queries
from courses.models import GuidePrint, GuideVersion
from courses.operations.library import LoadedGuide

PRINT = "courses.print_guide"


@dataclass(frozen=True, slots=True)
class GuideReport:
    """What loading did to the guide: the version it has now, and the ids of the cards that moved."""

    number: int
    has_changed: bool
    changed_cards: tuple[str, ...] = ()


def publish_guide(loaded: LoadedGuide, *, now: datetime) -> GuideReport:
    """Publish the guide as a new version where it differs from the present one, and nothing a second time."""
    current = _current()
    if current is not None and current.content_hash == loaded.hash:
        return GuideReport(current.number, has_changed=False)
    before = {card["id"]: card for card in current.content["cards"]} if current else {}
    made = GuideVersion(
        number=current.number + 1 if current else 1,
        content_hash=loaded.hash,
        published_at=now,
        content=loaded.content,
    )
    db.session.add(made)
    db.session.flush()
    after = {card["id"]: card for card in loaded.content["cards"]}
    moved = [each for each in {**before, **after} if before.get(each) != after.get(each)]
    return GuideReport(made.number, has_changed=True, changed_cards=tuple(moved))


def _current() -> GuideVersion | None:
    newest = select(GuideVersion).order_by(GuideVersion.number.desc()).limit(1)
    return db.session.scalar(newest.with_for_update().options(undefer(GuideVersion.content)))


def ask_print(paper: queries.Paper, *, now: datetime) -> None:
    """Have a paper of the guide made, once: asking again while it is in the making or made changes nothing."""
    fresh = insert_or(GuidePrint).values(**paper.key, asked_at=now)
    print_id = db.session.scalar(fresh.on_conflict_do_nothing().returning(GuidePrint.id))
    if print_id is None:
        asked = _locked(select(GuidePrint).filter_by(**paper.key))
        if asked.file_key is not None or now - asked.asked_at < queries.ASK_AGAIN:
            return
        asked.asked_at, print_id = now, asked.id
        db.session.flush()
    enqueue(PRINT, print_id=print_id)


def keep_print(print_id: int, file_key: str, size: int, *, now: datetime) -> bool:
    """Keep the key of a paper that was made; False when another worker was faster and its file is kept."""
    asked = _locked(select(GuidePrint).where(GuidePrint.id == print_id))
    if asked.file_key is not None:
        return False
    asked.file_key, asked.size, asked.made_at = file_key, size, now
    db.session.flush()
    return True


def _locked(asked: Select[GuidePrint]) -> GuidePrint:
    return db.session.scalars(asked.with_for_update().execution_options(populate_existing=True)).one()
