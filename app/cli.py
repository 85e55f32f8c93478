"""Every command of the house, gathered from the rooms, and the one that makes a new house ready."""

from datetime import timedelta

import click
from flask import Flask
from flask.cli import with_appcontext

from app.kernel import cli as ground
from app.kernel import clock, db, markup, pdf
from app.kernel.errors import Unavailable
from app.kernel.settings import ROOT
from app.kernel.transaction import transaction
from app.people import cli as people
from app.people import operations as people_operations
from app.readiness import cli as readiness
from app.readiness import operations as readiness_operations
from app.sample import cli as sample
from app.sample.operations import has_people
from certificates import cli as certificates
from courses import cli as courses
from courses import operations as courses_operations
from quizzes import cli as quizzes

LIBRARY = ROOT / "courses" / "library"
#: The fictional city has a past: its material and its policy are older than its people's certificates.
SAMPLE_PAST = timedelta(days=500)


@click.command("prepare")
@click.option("--empty", is_flag=True, help="No sample data; make the first admin with `flask people create-admin`.")
@with_appcontext
def prepare(empty: bool) -> None:
    """Migrate, load the shipped material and policy, and, once, the fictional city. Safe to run at every start."""
    try:
        pdf.self_test()
    except Unavailable as error:
        raise click.ClickException(
            f"PDF cannot be made on this machine ({error.code}): run scripts/bootstrap.sh"
        ) from error
    db.migrate()
    is_new_city = not empty and not has_people()
    now = clock.now() - SAMPLE_PAST if is_new_city else clock.now()
    library = courses_operations.read_library(LIBRARY)
    policy = markup.load_yaml(readiness.SHIPPED.read_text(encoding="utf-8")).data
    with transaction():
        people_operations.ensure_positions()
        courses_operations.publish_library(library, now=now)
        readiness_operations.load_policy(policy, now=now)
    if is_new_city:
        sample.seed_city(facilities=24, staff=1800, seed=1)


def start(app: Flask) -> None:
    """Give ``flask`` the click group of each room."""
    app.cli.add_command(prepare)
    app.cli.add_command(ground.jobs)
    app.cli.add_command(people.people)
    app.cli.add_command(people.facilities)
    app.cli.add_command(courses.courses)
    app.cli.add_command(quizzes.quizzes)
    app.cli.add_command(certificates.certificates)
    app.cli.add_command(sample.city)
    app.cli.add_command(readiness.readiness)
