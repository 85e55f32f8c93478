"""What the pages of the first journey cost, beside an empty page and a raw SQL statement. Prints one table a database.

usage: python -m bench.pages [--db sqlite|postgresql|both] [--seconds 4]
"""

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import select

from app.factory import create_app
from app.kernel import clock
from app.kernel.db import db
from app.kernel.settings import ROOT, read
from app.kernel.tokens import hash_token, new_token, sign
from app.kernel.transaction import statement_counter, transaction
from app.people.models import Employment, Facility, Role, RoleGrant, SignIn
from app.people.queries import find_actor
from bench.load import Call, Measured, children, run
from courses.models import Module
from quizzes.operations import start_attempt
from tests.databases import new_postgres_database, start_postgres

SECRET = "for the benchmark only"  # noqa: S105
THREADS = 8


@dataclass
class Reader:
    """A person with a browser: the token, and the open attempt if there is one."""

    person_id: int
    token: str
    attempt_id: int = 0
    paper: list[dict[str, Any]] = field(default_factory=list)

    @property
    def headers(self) -> dict[str, str]:
        """Return the headers of a signed-in browser that may send forms."""
        form = URLSafeTimedSerializer(SECRET, salt="wtf-csrf-token").dumps(sign(SECRET, "form", self.token))
        return {"Cookie": f"san-sang={self.token}", "X-CSRFToken": form}


class Site:
    """The product on one database with the sample city, and the floor beside it."""

    def __init__(self, database_url: str, folder: Path) -> None:
        self.folder, self.port, self.floor_port = folder, free_port(), free_port()
        self.environment = {
            **os.environ,
            "DATABASE_URL": database_url,
            "SAN_SANG_INSTANCE": str(folder),
            "SAN_SANG_SECRET_KEY": SECRET,
            "SAN_SANG_LOG_LEVEL": "error",
            "SAN_SANG_PUBLIC_URL": f"http://127.0.0.1:{self.port}",
            "BENCH_DATABASE": database_url,
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
        }
        self.environment.pop("TEST_DATABASE_URL", None)
        words = [sys.executable, "-m", "flask", "--app", "wsgi", "prepare"]
        subprocess.run(words, cwd=ROOT, env=self.environment, check=True, stdout=subprocess.DEVNULL)
        self.app = create_app(read({k: v for k, v in self.environment.items() if k in _OURS or "SAN_SANG" in k}))
        self.servers = [self._serve("wsgi:app", self.port), self._serve("bench.floor:app", self.floor_port)]
        for port, path in ((self.port, "/healthz"), (self.floor_port, "/empty")):
            wait_for(f"http://127.0.0.1:{port}{path}")

    def _serve(self, target: str, port: int) -> subprocess.Popen[bytes]:
        words = [
            sys.executable,
            "-m",
            "gunicorn",
            "--bind",
            f"127.0.0.1:{port}",
            "--workers",
            "2",
            "--threads",
            "8",
            "--worker-class",
            "gthread",
            "--log-level",
            "warning",
            target,
        ]
        return subprocess.Popen(words, cwd=ROOT, env=self.environment)

    def pids(self, server: int) -> list[int]:
        """Return the worker processes of the product (0) or of the floor (1)."""
        return children(self.servers[server].pid)

    def stop(self) -> None:
        """End the servers."""
        for server in self.servers:
            server.terminate()
            server.wait(20)


_OURS = {"DATABASE_URL", "HOST", "PORT"}


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def wait_for(url: str) -> None:
    """Wait until an address answers."""
    for _ in range(150):
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit(f"{url} did not answer")


def sign_in(person_id: int) -> Reader:
    """Give a person a browser."""
    token, now = new_token(), clock.now()
    with transaction() as session:
        session.add(
            SignIn(
                token_hash=hash_token(token),
                person_id=person_id,
                is_shared=False,
                began_at=now,
                seen_at=now,
                ends_at=now + clock.timedelta(days=1),
                browser="",
            )
        )
    return Reader(person_id, token)


def open_attempts(readers: list[Reader]) -> None:
    """Start the quiz of the first module for each reader."""
    module_id = db.session.scalars(select(Module.id).where(Module.key == "m1")).one()
    for reader in readers:
        actor = find_actor(hash_token(reader.token))
        with transaction():
            attempt = start_attempt(actor, module_id, now=clock.now())
            reader.attempt_id, reader.paper = attempt.id, attempt.draw


def people_of(app: Any, count: int) -> tuple[list[Reader], Reader, str]:
    """Return learners with open attempts, a director, and the director's facility."""
    with app.app_context():
        director, code = db.session.execute(
            select(RoleGrant.person_id, Facility.code)
            .join(Facility, Facility.id == RoleGrant.facility_id)
            .where(RoleGrant.role == Role.DIRECTOR)
            .order_by(Facility.code)
            .limit(1)
        ).one()
        ids = db.session.scalars(
            select(Employment.person_id).where(Employment.person_id != director).order_by(Employment.id).limit(count)
        ).all()
        readers = [sign_in(each) for each in ids]
        open_attempts(readers)
        boss = sign_in(director)
        db.session.remove()
    return readers, boss, code


def save_call(reader: Reader, number: int, mark: str) -> Call:
    """Return the request that saves a choice."""
    item = reader.paper[number % len(reader.paper)]
    body = {
        "op_id": f"bench-{mark}-{reader.attempt_id}-{number}",
        "place": number % len(reader.paper) + PLACE_FROM,
        "chosen": [item["options"][number % 2]["token"]],
        "flagged": False,
        "seq": number + 1,
    }
    return Call(
        "POST",
        f"/attempts/{reader.attempt_id}/answers",
        {**reader.headers, "Content-Type": "application/json"},
        json.dumps(body).encode(),
    )


PLACE_FROM = 1


def measure(site: Site, seconds: float) -> list[tuple[str, Measured, int | None]]:
    """Return each page with its figures and its statements a request."""
    readers, boss, code = people_of(site.app, 400)
    plain: dict[str, str] = {}
    first, board = readers[0], f"/f/{code}/readiness"
    pages = [
        ("sign-in page", lambda _t, _n: Call("GET", "/sign-in", plain)),
        ("learner home", lambda t, _n: Call("GET", "/", readers[t].headers)),
        ("card", lambda t, _n: Call("GET", "/learn/m1/m1-what-it-is?card=2", readers[t].headers)),
        ("quiz page", lambda t, n: Call("GET", f"/attempts/{readers[t].attempt_id}/{n % 10 + 1}", readers[t].headers)),
        ("answer save", lambda t, n: save_call(readers[t], n, "a")),
        ("director board", lambda _t, _n: Call("GET", board, boss.headers)),
    ]
    rows: list[tuple[str, Measured, int | None]] = []
    floor = {"empty page": "/empty", "raw SQL": "/sql"}
    for name, path in floor.items():
        rows.append(
            (name, timed(site.floor_port, site.pids(1), lambda _t, _n, p=path: Call("GET", p, plain), seconds), None)
        )
    for name, make in pages:
        rows.append((name, timed(site.port, site.pids(0), make, seconds), statements(site, make(0, 10_000))))
    submit = lambda t, n: Call(  # noqa: E731
        "POST",
        f"/attempts/{readers[100 + t * 30 + n].attempt_id}/submit",
        {**readers[100 + t * 30 + n].headers, "Content-Type": "application/x-www-form-urlencoded"},
        b"sure=1",
    )
    counted = statements(site, submit(7, 29))
    rows.append(("submit", run(site.port, site.pids(0), submit, threads=7, count=30), counted))
    paced = lambda t, n: save_call(readers[10 + t], n, "p")  # noqa: E731
    rows.append(
        (
            "answer save at 50/s",
            run(site.port, site.pids(0), paced, threads=10, count=int(seconds * 10), pace=0.2),
            None,
        )
    )
    _ = first
    return rows


def timed(port: int, pids: list[int], make: Any, seconds: float) -> Measured:
    """Warm up, then measure for about ``seconds``."""
    warm = run(port, pids, make, threads=THREADS, count=5)
    count = max(5, int(warm.per_second * seconds / THREADS))
    return run(port, pids, lambda t, n: make(t, n + 5), threads=THREADS, count=count)


def statements(site: Site, call: Call) -> int:
    """Return how many statements one request runs, in this process."""
    with site.app.app_context():
        seen = statement_counter(db.engine)
    client = site.app.test_client()
    before = len(seen)
    client.open(
        call.path, method=call.method, data=call.body, headers=call.headers, base_url=f"http://127.0.0.1:{site.port}"
    )
    return len(seen) - before


def show(title: str, rows: list[tuple[str, Measured, int | None]]) -> None:
    """Print one table."""
    empty = rows[0][1].cpu_ms
    print(f"\n{title}")
    print(f"{'':22}{'req/s':>8}{'CPU ms':>9}{'x empty':>9}{'median':>9}{'p95 ms':>9}{'queries':>9}{'wrong':>7}")
    for name, row, count in rows:
        print(
            f"{name:22}{row.per_second:8.0f}{row.cpu_ms:9.2f}{row.cpu_ms / empty:9.1f}{row.median_ms:9.1f}"
            f"{row.p95_ms:9.1f}{'–' if count is None else count:>9}{row.wrong:7d}"
        )


def main() -> None:
    """Measure on the databases asked for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--db", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--seconds", type=float, default=4)
    chosen = parser.parse_args()
    kinds = ("sqlite", "postgresql") if chosen.db == "both" else (chosen.db,)
    stop = None
    if "postgresql" in kinds and "TEST_DATABASE_URL" not in os.environ:
        os.environ["TEST_DATABASE_URL"], stop = start_postgres()
    for kind in kinds:
        folder = Path(tempfile.mkdtemp(prefix="bench-"))
        url = f"sqlite:///{folder / 'bench.db'}" if kind == "sqlite" else new_postgres_database("bench")
        site = Site(url, folder)
        try:
            show(
                f"{kind}, {'synchronous=FULL' if kind == 'sqlite' else 'fsync off'}, 2 processes x 8 threads",
                measure(site, chosen.seconds),
            )
        finally:
            site.stop()
            shutil.rmtree(folder, ignore_errors=True)
    if stop:
        stop()


if __name__ == "__main__":
    main()
