"""Reads about what devices have brought."""

from collections.abc import Collection

from sqlalchemy import select

from app.kernel.db import db
from app.pwa.models import Delivery


def list_delivered(person_id: int, op_ids: Collection[str]) -> list[str]:
    """Return which of a person's operations are on record here, after a restored backup perhaps fewer (F-26)."""
    if not op_ids:
        return []
    found = select(Delivery.op_id).where(Delivery.person_id == person_id, Delivery.op_id.in_(op_ids))
    return list(db.session.scalars(found.order_by(Delivery.op_id)))
