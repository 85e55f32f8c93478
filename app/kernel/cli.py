"""Commands about promised jobs: what waits, what failed, try again."""

import click
from flask.cli import AppGroup
from sqlalchemy import select, update

from app.kernel import clock, i18n
from app.kernel.db import db
from app.kernel.jobs import Outbox
from app.kernel.transaction import transaction

jobs = AppGroup("jobs", help="Jobs that were promised: list them, try failed ones again.")


@jobs.command("list")
@click.option("--done", is_flag=True, help="Show finished jobs too.")
@click.option("--limit", default=50, show_default=True)
def list_jobs(done: bool, limit: int) -> None:
    """List open and failed jobs, failed ones first, each with its last error."""
    statement = select(Outbox).order_by(Outbox.failed_at.is_(None), Outbox.created_at).limit(limit)
    if not done:
        statement = statement.where(Outbox.done_at.is_(None))
    rows = db.session.scalars(statement).all()
    for row in rows:
        state = "failed" if row.failed_at else "done" if row.done_at else "running" if row.owner else "waiting"
        click.echo(f"{state:8} {row.task:28} {row.tries} tries  {i18n.moment(row.created_at)}  {row.id}")
        if row.error:
            click.echo(f"         {row.error.splitlines()[-1]}")
    click.echo(f"{len(rows)} jobs")


@jobs.command("retry")
@click.argument("job_id")
def retry(job_id: str) -> None:
    """Give a failed job its tries back."""
    with transaction() as session:
        changed = session.execute(
            update(Outbox)
            .where(Outbox.id == job_id, Outbox.failed_at.is_not(None))
            .values(failed_at=None, tries=0, send_at=clock.now(), owner=None, lease_until=None)
        )
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise click.ClickException(f"no failed job is called {job_id}")
    click.echo("waiting")
