"""The command that makes a fictional city of any size."""

import csv
from datetime import timedelta
from pathlib import Path

import click
from flask.cli import AppGroup
from sqlalchemy import select

from app.assignments.models import Assignment, Completion
from app.kernel import clock, passwords
from app.kernel.db import db
from app.kernel.errors import Conflict
from app.kernel.transaction import transaction
from app.people.models import Employment, Facility, Person
from app.people.rules.passwords import SAMPLE_PASSWORD
from app.readiness import jobs as readiness
from app.sample import operations
from app.sample.rules import content_hash, plan_city

WEEKS_BACK = 14
SMALL_CITY = 100

city = AppGroup("city", help="A fictional city, for trying and for load tests; never over real people.")


@city.command("seed")
@click.option("--facilities", default=24, show_default=True, type=click.IntRange(min=1))
@click.option("--staff", default=1800, show_default=True, type=click.IntRange(min=2))
@click.option("--seed", default=1, show_default=True)
@click.option(
    "--sign-in",
    "sign_in",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Write facility code and staff code of learners with open assignments to this CSV file.",
)
def seed(facilities: int, staff: int, seed: int, sign_in: Path | None) -> None:
    """Fill an empty database with a fictional city; the same seed makes the same city."""
    count = seed_city(facilities=facilities, staff=staff, seed=seed)
    required = operations.required_modules()
    print_hash = content_hash(plan_city(facilities=facilities, staff=staff, seed=seed, required=required))
    click.echo(f"{facilities} facilities, {count} people, content {print_hash}")
    if sign_in is not None:
        click.echo(f"{write_sign_in(sign_in)} learners in {sign_in}")


def seed_city(*, facilities: int, staff: int, seed: int) -> int:
    """Seed the city and take everyone's first snapshot; returns how many people it has."""
    password_hash = passwords.hash_password(SAMPLE_PASSWORD)
    try:
        with transaction():
            count = operations.seed_city(
                facilities=facilities, staff=staff, seed=seed, password_hash=password_hash, now=clock.now()
            )
    except Conflict as error:
        raise click.ClickException(
            "This database already holds people. A fictional city is only made in an empty one."
        ) from error
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    _take_snapshots(facilities)
    return count


def _take_snapshots(facilities: int) -> None:
    """Take today's snapshot of everyone, and, in a small city, those of the weeks before, so that lines have a past."""
    now = clock.now()
    if facilities <= SMALL_CITY:
        for weeks in range(WEEKS_BACK, 0, -1):
            with clock.stopped(now - timedelta(weeks=weeks)):
                readiness.nightly()
    readiness.nightly()


def write_sign_in(path: Path) -> int:
    """Write the learners with open assignments, two columns and no heading row left out; returns how many."""
    rows = db.session.execute(
        select(Facility.code, Employment.staff_code)
        .join(Employment, Employment.facility_id == Facility.id)
        .join(Person, Person.id == Employment.person_id)
        .join(Assignment, (Assignment.person_id == Person.id) & (Assignment.facility_id == Facility.id))
        .outerjoin(
            Completion,
            (Completion.person_id == Person.id) & (Completion.module_id == Assignment.module_id),
        )
        .where(Person.is_sample, Employment.superseded_at.is_(None), Assignment.cancelled_at.is_(None))
        .where(Completion.id.is_(None))
        .distinct()
        .order_by(Facility.code, Employment.staff_code)
    ).all()
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["facility", "staff_code"])
        writer.writerows(rows)
    return len(rows)
