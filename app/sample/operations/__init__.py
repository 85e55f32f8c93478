"""Fills an empty database with a fictional city."""

from datetime import datetime
from random import Random

from sqlalchemy import select

from app.kernel.db import db
from app.kernel.errors import Conflict
from app.people.models import Person
from app.sample.operations.learning import required_modules
from app.sample.operations.writer import Writer
from app.sample.rules import plan_city

__all__ = ["has_people", "required_modules", "seed_city"]


def has_people() -> bool:
    """Say whether the database holds anyone at all."""
    return db.session.scalar(select(Person.id).limit(1)) is not None


def seed_city(*, facilities: int, staff: int, seed: int, password_hash: str, now: datetime) -> int:
    """Write a fictional city and return how many people it has; raises ``Conflict`` over a database with people.

    A city laid over real people would put the mark of sample data on them, and its shared password beside them.
    """
    if has_people():
        raise Conflict("database_has_people")
    writer = Writer(now, password_hash)
    for plan in plan_city(facilities=facilities, staff=staff, seed=seed, required=required_modules()):
        writer.add(plan, Random(f"{seed}:codes:{plan.code}"))  # noqa: S311  codes of sample data protect nothing
    writer.finish()
    return writer.people
