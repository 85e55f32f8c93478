"""A way to count what a page asks of the database, and a coordinator who imports rosters."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from app.kernel.db import db
from tests.people.importing import ImportDesk, open_desk


@pytest.fixture
def statements(app: Flask) -> Callable[[], AbstractContextManager[list[str]]]:
    """Give a block a list that grows by each statement, BEGIN and COMMIT left out (ruling 18)."""

    @contextmanager
    def _count() -> Iterator[list[str]]:
        seen: list[str] = []

        def _note(_connection, _cursor, statement, *_rest):
            if not statement.startswith("BEGIN"):
                seen.append(statement)

        with app.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", _note)
        try:
            yield seen
        finally:
            event.remove(engine, "before_cursor_execute", _note)

    return _count


@pytest.fixture
def desk(client: FlaskClient, cast: SimpleNamespace, run_jobs: Callable[[], int]) -> ImportDesk:
    """Bình at the import pages of her facility."""
    return open_desk(client, cast, run_jobs)
