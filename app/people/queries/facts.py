"""What it means for a dated fact to hold at an instant, as known now."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_

from app.people.models import Dated


def holds(fact: type[Dated], now: datetime) -> ColumnElement[bool]:
    """Return the condition that a fact is valid at ``now`` and not superseded."""
    return and_(fact.superseded_at.is_(None), fact.valid_from <= now, or_(fact.valid_to.is_(None), fact.valid_to > now))
