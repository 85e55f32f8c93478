"""One app a database and process, a clean database a test, a stopped clock on request, the cast of five."""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from types import SimpleNamespace

import coverage
import pytest
from flask import Flask
from flask.testing import FlaskClient
from xdist.scheduler import LoadScopeScheduling

from app.kernel import clock, jobs
from app.kernel.db import db
from scripts import translations
from tests import rules_profiles  # noqa: F401  registers the Hypothesis profiles
from tests.builders import make_cast
from tests.databases import Database, open_database, start_postgres

BACKENDS = ("sqlite", "postgresql")


# What is dear to start, or to draw, is for one worker alone: one city with one Chromium, each paper drawn once.
TOGETHER = ("tests/browser/", "tests/courses/test_guide_papers.py")


class Spread(LoadScopeScheduling):
    """Spreads single tests over the workers, but for those that stay together.

    xdist's own groups are written into the ids of tests, which pytest 9 no longer lets it do.
    """

    def _split_scope(self, nodeid: str) -> str:
        return next((each for each in TOGETHER if nodeid.startswith(each)), nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Spread:
    return Spread(config, log)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--db", choices=(*BACKENDS, "both"), default="both", help="which databases the suite runs on")


def pytest_configure(config: pytest.Config) -> None:
    is_worker = hasattr(config, "workerinput")
    if not is_worker:
        translations.compile_words()
    if is_worker or config.option.collectonly or config.getoption("--db") == "sqlite":
        return
    if "TEST_DATABASE_URL" not in os.environ:
        url, stop = start_postgres()
        os.environ["TEST_DATABASE_URL"] = url
        config.add_cleanup(stop)
        config.add_cleanup(lambda: os.environ.pop("TEST_DATABASE_URL", None))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "backend" in metafunc.fixturenames:
        chosen = metafunc.config.getoption("--db")
        wanted = BACKENDS if chosen == "both" else (chosen,)
        marker = metafunc.definition.get_closest_marker("only_db")
        if marker is not None:
            wanted = tuple(each for each in wanted if each in marker.args)
        metafunc.parametrize("backend", wanted)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Measure coverage where it tells something: tracing costs up to half as much as the test.

    Of a test that runs on both databases the one on SQLite tells; what is slow has a small brother that is measured.
    """
    measuring = coverage.Coverage.current()
    callspec = getattr(item, "callspec", None)
    is_on_postgres = callspec is not None and callspec.params.get("backend") == "postgresql"
    is_twin = is_on_postgres and not item.get_closest_marker("only_db")
    if measuring is None or not (is_twin or item.get_closest_marker("slow")):
        return (yield)
    measuring.stop()
    try:
        return (yield)
    finally:
        measuring.start()


_databases: dict[str, Database] = {}


@pytest.fixture
def database(backend: str, worker_id: str) -> Iterator[Database]:
    """A migrated, empty database; what a test leaves is swept away before the next one."""
    if backend not in _databases:
        _databases[backend] = open_database(backend, worker_id)
    held = _databases[backend]
    yield held
    held.sweep()


@pytest.fixture
def app(database: Database) -> Flask:
    return database.app


@pytest.fixture
def context(app: Flask) -> Iterator[None]:
    """An app context for tests that call operations and queries directly."""
    with app.app_context():
        yield


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def morning() -> Iterator[datetime]:
    """The clock stands still at 08:00 on Monday 23 November 2026 in Ho Chi Minh City."""
    at = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
    with clock.stopped(at):
        yield at


@pytest.fixture
def cast(context: None) -> SimpleNamespace:
    """An, Bình, Chi, Dũng and Én with their two facilities; see ``tests/builders.py``."""
    return make_cast()


@pytest.fixture
def run_jobs(app: Flask) -> Callable[[], int]:
    """Run every promised job that is due, as the worker would; returns how many ran."""

    def _run() -> int:
        ran = 0
        with app.app_context():
            while rows := jobs.due():
                ran += sum(jobs.run(outbox_id, lease=jobs.timedelta(seconds=60)) for outbox_id, _ in rows)
            db.session.remove()
        return ran

    return _run
