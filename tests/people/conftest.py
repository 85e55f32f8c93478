"""A way to count what a page asks of the database."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from flask import Flask
from sqlalchemy import event

from app.kernel.db import db


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
