"""Commands about quizzes: grade everything again and compare."""

import click
from flask.cli import AppGroup

from quizzes import operations, queries

quizzes = AppGroup("quizzes", help="Quizzes: grade ended attempts again.")


@quizzes.command("regrade")
@click.option("--check", is_flag=True, required=True, help="Only compare; a stored grade is never changed here.")
def regrade(check: bool) -> None:  # noqa: ARG001  the option is required so that nobody expects a change
    """Grade every ended attempt from its frozen questions and answers, and count where the stored grade differs."""
    total, differing = 0, []
    for attempt in queries.list_ended():
        total += 1
        if not operations.is_graded_alike(attempt):
            differing.append(attempt.id)
    for attempt_id in differing:
        click.echo(f"attempt {attempt_id} differs")
    click.echo(f"{total} attempts graded again, difference = {len(differing)}")
    if differing:
        raise click.exceptions.Exit(1)
