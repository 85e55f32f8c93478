"""The world of two facilities, built once a process and database and brought back for each test that asks for it."""

from collections import Counter
from collections.abc import Iterator

import pytest
from _pytest.terminal import TerminalReporter

from tests.databases import Database
from tests.house import world as worlds

_built: dict[str, worlds.World] = {}


@pytest.fixture
def world(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[worlds.World]:
    """Two facilities with everything in them; see ``tests/house/world.py``."""
    if database.url in _built:
        _built[database.url].state.restore()
    else:
        _built[database.url] = worlds.build(database, tmp_path_factory.mktemp("library"))
    held = _built[database.url]
    with held.still():
        yield held
    held.state.leave()


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """Say how many requests the access matrix has made on each database."""
    made: Counter[str] = Counter()
    for reports in terminalreporter.stats.values():
        for report in reports:
            for name, value in getattr(report, "user_properties", ()):
                if report.when == "call" and name.startswith("requests "):
                    made[name] += value
    for name, count in sorted(made.items()):
        terminalreporter.write_line(f"access matrix, {name}: {count}")
