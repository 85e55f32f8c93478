"""How a dated fact is corrected: the old row is superseded, what was true before stays true, the new row begins."""

from datetime import datetime
from typing import TypeVar

from sqlalchemy import inspect

from app.kernel.db import db
from app.people.models import Dated

Fact = TypeVar("Fact", bound=Dated)


def end_fact(fact: Fact, at: datetime, *, now: datetime) -> Fact | None:
    """Let a fact end at ``at`` (ruling 5): the row is superseded and a shorter copy recorded; None: it never began."""
    fact.superseded_at = now
    db.session.flush()
    return _copy(fact, valid_from=fact.valid_from, valid_to=at, now=now) if fact.valid_from < at else None


def change_fact(fact: Fact, *, now: datetime, **values: object) -> Fact:
    """Let a fact be different from ``now`` on: it ends, and one with these values begins until the old end."""
    until = fact.valid_to
    end_fact(fact, now, now=now)
    return _copy(fact, valid_from=max(now, fact.valid_from), valid_to=until, now=now, **values)


def _copy(fact: Fact, *, valid_from: datetime, valid_to: datetime | None, now: datetime, **values: object) -> Fact:
    columns = {each.key for each in inspect(type(fact)).column_attrs} - {"id", "superseded_at"}
    held = {name: getattr(fact, name) for name in columns}
    made = type(fact)(**{**held, "valid_from": valid_from, "valid_to": valid_to, "recorded_at": now, **values})
    db.session.add(made)
    db.session.flush()
    return made
