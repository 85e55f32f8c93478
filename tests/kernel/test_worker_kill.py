"""A worker killed in mid-job leaves exactly one effect, on the SQLite file and on Redis."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from app.kernel.db import db
from app.kernel.jobs import enqueue
from app.kernel.settings import ROOT
from app.kernel.transaction import transaction
from tests.databases import Database
from tests.kernel import long_job  # noqa: F401  registers the job that is promised here

pytestmark = [pytest.mark.slow]


@contextmanager
def redis_server(folder: Path) -> Iterator[str]:
    socket = folder / "redis.sock"
    process = subprocess.Popen(
        ["redis-server", "--port", "0", "--unixsocket", str(socket), "--save", "", "--dir", str(folder)],
        stdout=subprocess.DEVNULL,
    )
    wait_until(socket.exists, 10)
    try:
        yield f"redis+socket://{socket}"
    finally:
        process.terminate()
        process.wait(10)


def wait_until(is_true: Callable[[], bool], seconds: float) -> None:
    until = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.1)


class Worker:
    """A real Celery worker with its beat, in a process group of its own."""

    def __init__(self, database: Database, broker: str, folder: Path, job_seconds: float) -> None:
        self.marks = folder / "marks"
        self.marks.touch()
        environment = {
            **os.environ,
            "DATABASE_URL": database.url,
            "BROKER_URL": broker,
            "SAN_SANG_INSTANCE": str(folder),
            "SAN_SANG_JOB_LEASE_SECONDS": "3",
            "TEST_MARKS": str(self.marks),
            "TEST_JOB_SECONDS": str(job_seconds),
        }
        environment.pop("TEST_DATABASE_URL", None)
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "celery",
                "-A",
                "tests.kernel.worker_app:celery",
                "worker",
                "--beat",
                "--pool",
                "threads",
                "--concurrency",
                "2",
                "--loglevel",
                "ERROR",
                "--without-gossip",
                "--without-mingle",
            ],
            cwd=ROOT,
            env=environment,
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def started(self) -> int:
        return len(self.marks.read_text().splitlines())

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)


@pytest.mark.parametrize("broker", ["sqlite-file", "redis"])
def test_a_worker_killed_in_mid_job_leaves_exactly_one_effect(database: Database, broker: str):
    folder = Path(tempfile.mkdtemp(prefix="job-"))
    with redis_server(folder) if broker == "redis" else sqlite_broker(folder) as url:
        with database.app.app_context():
            with transaction():
                enqueue("test.long", number=1)
            db.session.remove()
        first = Worker(database, url, folder, job_seconds=60)
        try:
            wait_until(lambda: first.started() == 1, 30)
        finally:
            first.kill()
        assert count(database, "select count(*) from audit_entry") == 0
        second = Worker(database, url, folder, job_seconds=0.1)
        try:
            wait_until(lambda: count(database, "select count(*) from outbox where done_at is null") == 0, 45)
            time.sleep(1.5)  # time for a second delivery, were there one
            assert count(database, "select count(*) from audit_entry") == 1
            assert second.started() == 2
        finally:
            second.kill()
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def sqlite_broker(folder: Path) -> Iterator[str]:
    yield f"sqla+sqlite:///{folder / 'broker.db'}"


def count(database: Database, statement: str) -> int:
    with database.app.app_context(), db.engine.connect() as connection:
        return connection.execute(text(statement)).scalar_one()
