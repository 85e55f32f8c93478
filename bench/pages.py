"""What the pages of the first journey cost, beside an empty page and a raw SQL statement. Prints one table a database.

usage: python -m bench.pages [--db sqlite|postgresql|both] [--seconds 4] [--rounds 3]
"""

import argparse
import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from statistics import median

from bench.load import Call, Measured, run
from bench.site import BROWSER, Counter, Reader, Site, people_of, save_call, submit_call
from tests.databases import new_postgres_database, start_postgres

THREADS = 8
SAVERS = 100
SUBMITS = 10  # a thread and round
HANDED_IN = THREADS * SUBMITS + 1
PACE = 50  # answer saves a second

Make = Callable[[int, int], Call]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: the request, what the rounds measured, and its statements (None: not counted)."""

    name: str
    measured: Measured
    statements: int | None
    server: int


class Bench:
    """The people of one run and the requests they send."""

    def __init__(self, site: Site, seconds: float, rounds: int) -> None:
        self.site, self.seconds, self.rounds = site, seconds, rounds
        self.readers, self.boss, self.code = people_of(site, THREADS + SAVERS + rounds * HANDED_IN)
        self.savers = self.readers[THREADS : THREADS + SAVERS]
        self.counter = Counter(site)

    def rows(self) -> list[Row]:
        """Return every line, each figure the median of the rounds; a round measures all lines one after another."""
        rounds = [self._round(number) for number in range(self.rounds)]
        return [_middle([each[at] for each in rounds]) for at in range(len(rounds[0]))]

    def _round(self, number: int) -> list[Row]:
        found = [
            self._timed("empty page", lambda _t, _n: Call("GET", "/empty", BROWSER), server=1),
            self._timed("raw SQL", lambda _t, _n: Call("GET", "/sql", BROWSER), server=1),
            self._timed("product's empty page", lambda _t, _n: Call("GET", "/healthz", BROWSER)),
        ]
        found += [self._timed(name, make) for name, make in self._pages().items()]
        found.append(self._timed("answer save", lambda t, n: self._save(t, n, f"a{number}")))
        found.append(self._submits(number))
        paced = run(
            self.site.port,
            self.site.pids(0),
            lambda t, n: self._save(t, n, f"p{number}"),
            threads=10,
            count=int(self.seconds * PACE / 10),
            pace=10 / PACE,
        )
        found.append(Row(f"answer save at {PACE}/s", paced, None, 0))
        return found

    def _pages(self) -> dict[str, Make]:
        def _own(path: Callable[[Reader, int], str]) -> Make:
            return lambda t, n: Call("GET", path(self.readers[t], n), self.readers[t].headers)

        boss = self.boss.headers
        return {
            "sign-in page": lambda _t, _n: Call("GET", "/sign-in", BROWSER),
            "learner home": _own(lambda _reader, _n: "/"),
            "card": _own(lambda _reader, n: f"/learn/m1/m1-what-it-is?card={n % 5 + 1}"),
            "quiz page": _own(lambda reader, n: f"/attempts/{reader.attempt_id}/{n % len(reader.paper) + 1}"),
            "readiness board": lambda _t, _n: Call("GET", f"/f/{self.code}/readiness", boss),
            "progress board": lambda _t, _n: Call("GET", f"/f/{self.code}/board", boss),
        }

    def _save(self, thread: int, number: int, mark: str) -> Call:
        # Each person's few answers go round, as in life: no attempt gets thousands.
        turn, saver = divmod(number * 10 + thread, SAVERS)
        return save_call(self.savers[saver], turn, mark)

    def _timed(self, name: str, make: Make, server: int = 0) -> Row:
        """Warm up, then measure for about the seconds asked for."""
        port = self.site.floor_port if server else self.site.port
        pids = self.site.pids(server)
        warm = run(port, pids, make, threads=THREADS, count=10)
        count = max(5, int(warm.per_second * self.seconds / THREADS))
        measured = run(port, pids, lambda t, n: make(t, n + 10), threads=THREADS, count=count)
        return Row(name, measured, None if server else self.counter.count(make(0, 100_000)), server)

    def _submits(self, number: int) -> Row:
        """Hand in attempts that nobody else of this run touches; each can be handed in but once."""
        begin = THREADS + SAVERS + number * HANDED_IN
        own = self.readers[begin : begin + HANDED_IN]
        counted = self.counter.count(submit_call(own[-1]))
        measured = run(
            self.site.port,
            self.site.pids(0),
            lambda t, n: submit_call(own[t * SUBMITS + n]),
            threads=THREADS,
            count=SUBMITS,
        )
        return Row("submit", measured, counted, 0)


def _middle(rows: list[Row]) -> Row:
    measured = Measured(*(median(getattr(row.measured, each.name) for row in rows) for each in fields(Measured)))
    return Row(rows[0].name, measured, rows[0].statements, rows[0].server)


def show(title: str, rows: list[Row]) -> None:
    """Print one table."""
    empty = rows[0].measured.cpu_ms
    print(f"\n{title}")
    print(f"{'':22}{'req/s':>8}{'CPU ms':>9}{'x empty':>9}{'median':>9}{'p95 ms':>9}{'queries':>9}{'wrong':>7}")
    for row in rows:
        it = row.measured
        print(
            f"{row.name:22}{it.per_second:8.0f}{it.cpu_ms:9.2f}{it.cpu_ms / empty:9.1f}{it.median_ms:9.1f}"
            f"{it.p95_ms:9.1f}{'–' if row.statements is None else row.statements:>9}{it.wrong:7.0f}"
        )


def main() -> None:
    """Measure on the databases asked for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--db", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    kinds = ("sqlite", "postgresql") if chosen.db == "both" else (chosen.db,)
    stop = None
    if "postgresql" in kinds and "TEST_DATABASE_URL" not in os.environ:
        os.environ["TEST_DATABASE_URL"], stop = start_postgres(is_durable=True)
    for kind in kinds:
        folder = Path(tempfile.mkdtemp(prefix="bench-"))
        url = f"sqlite:///{folder / 'bench.db'}" if kind == "sqlite" else new_postgres_database("bench")
        site = Site(url, folder)
        try:
            how = "synchronous=FULL" if kind == "sqlite" else "fsync and synchronous_commit on"
            title = f"{kind}, {how}, 2 processes x 8 threads, median of {chosen.rounds} rounds"
            show(title, Bench(site, chosen.seconds, chosen.rounds).rows())
        finally:
            site.stop()
            shutil.rmtree(folder, ignore_errors=True)
    if stop:
        stop()


if __name__ == "__main__":
    main()
