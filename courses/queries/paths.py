"""Learning paths, as the library loaded last has them."""

from collections.abc import Sequence

from sqlalchemy import select

from app.kernel.db import db
from courses.models import LearningPath


def list_paths() -> Sequence[LearningPath]:
    """Return every learning path in the order of the library."""
    return db.session.scalars(select(LearningPath).order_by(LearningPath.rank)).all()
