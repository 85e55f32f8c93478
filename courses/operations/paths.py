"""How the library's learning paths become those that coordinators are offered."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import delete, select

from app.kernel.db import db
from courses.models import LearningPath
from courses.rules import PathText


def publish_paths(paths: Iterable[PathText]) -> tuple[str, ...]:
    """Make these the learning paths and return the keys of those that are new, changed or gone.

    A path has no versions: an order keeps the modules it was expanded to, never the path.
    """
    before = {path.key: path for path in db.session.scalars(select(LearningPath).with_for_update())}
    after = {path.id: _row(path, rank) for rank, path in enumerate(paths, 1)}
    db.session.execute(delete(LearningPath).where(LearningPath.key.in_(before.keys() - after.keys())))
    moved = before.keys() - after.keys()
    for key, row in after.items():
        held = before.get(key) or LearningPath(key=key)
        changes = {name: value for name, value in row.items() if getattr(held, name) != value}
        for name, value in changes.items():
            setattr(held, name, value)
        db.session.add(held)
        moved |= {key} if changes else set()
    db.session.flush()
    return tuple(sorted(moved))


def _row(path: PathText, rank: int) -> dict[str, Any]:
    return {
        "rank": rank,
        "title": path.title,
        "positions": list(path.positions),
        "modules": list(path.modules),
        "source": path.source,
    }
