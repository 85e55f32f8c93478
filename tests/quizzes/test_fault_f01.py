"""Fault F-01: the app is killed with ``kill -9`` under load, again and again; what was acknowledged is there, once.

Twenty virtual learners save choices as fast as they are answered. Each writes its own ledger, flushed to the disk:
``TRY`` before an operation is sent, ``ACK`` after its receipt came. Whoever gets no receipt sends the same operation
again. ``F01_KILLS=20`` makes it the long version.
"""

import http.client
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import func, select, text

from app.assignments.models import Completion
from app.kernel import clock
from app.kernel.db import db
from app.kernel.settings import ROOT
from app.kernel.tokens import hash_token, new_token, sign
from app.people.models import SignIn
from certificates.models import Certificate
from quizzes import operations, queries
from quizzes.models import Answer, Attempt, AttemptState
from tests.builders import employ, make_facility, make_person, make_unit, save
from tests.databases import SECRET, Database, open_database
from tests.quizzes.builders import publish_module, start

KILLS = int(os.environ.get("F01_KILLS", "4"))
LEARNERS = 20
HOST = "127.0.0.1"


@dataclass
class Learner:
    """One browser with its ledger."""

    number: int
    attempt_id: int
    draw: list
    token: str
    ledger: Path
    lines: int = 0
    retries: int = 0
    acknowledged: int = 0
    result: str = ""
    dice: random.Random = field(default_factory=random.Random)

    def write(self, file, word: str, *more: object) -> None:
        file.write(json.dumps([word, *more]) + "\n")
        file.flush()
        os.fsync(file.fileno())
        self.lines += 1


class Server:
    """gunicorn with two workers on a port of its own; killed as a whole group."""

    def __init__(self, database: Database, port: int) -> None:
        self.port = port
        self.environment = {
            **os.environ,
            "DATABASE_URL": database.url,
            "SAN_SANG_INSTANCE": str(database.folder),
            "SAN_SANG_SECRET_KEY": SECRET,
            "SAN_SANG_SQLITE_SYNCHRONOUS": "FULL",
            "SAN_SANG_PUBLIC_URL": f"http://{HOST}:{port}",
            "SAN_SANG_LOG_LEVEL": "error",
            "PORT": str(port),
        }
        self.environment.pop("TEST_DATABASE_URL", None)
        self.log = (database.folder / "gunicorn.log").open("ab")
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        gunicorn = Path(sys.executable).parent / "gunicorn"
        self.process = subprocess.Popen(
            [gunicorn, "wsgi:app", "-w", "2", "--threads", "8", "-b", f"{HOST}:{self.port}", "--no-control-socket"],
            cwd=ROOT,
            env=self.environment,
            stdout=self.log,
            stderr=self.log,
            start_new_session=True,
        )

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.kill()
        self.log.close()


def form_token(token: str) -> str:
    return URLSafeTimedSerializer(SECRET, salt="wtf-csrf-token").dumps(sign(SECRET, "form", token))


class Line:
    """One connection of a learner; any failure is no reply."""

    def __init__(self, learner: Learner, port: int) -> None:
        self.learner, self.port = learner, port
        self.connection: http.client.HTTPConnection | None = None

    def ask(self, path: str, body: str, kind: str) -> tuple[int, str, str] | None:
        """POST and return (status, text, location), or None when nothing valid came back."""
        headers = {"Content-Type": kind, "Cookie": f"san-sang={self.learner.token}", "Accept": kind,
                   "X-CSRFToken": form_token(self.learner.token)}  # fmt: skip
        try:
            if self.connection is None:
                self.connection = http.client.HTTPConnection(HOST, self.port, timeout=10)
            self.connection.request("POST", path, body, headers)
            reply = self.connection.getresponse()
            return reply.status, reply.read().decode(), reply.getheader("Location", "")
        except (OSError, http.client.HTTPException):
            self.close()
            return None

    def close(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None


def live(learner: Learner, port: int, has_ended: threading.Event, failures: list[str]) -> None:
    """Save choices until the end, then hand in; every operation is repeated until its receipt is there."""
    line, seq = Line(learner, port), 0
    with learner.ledger.open("a") as file:
        while not has_ended.is_set():
            seq += 1
            place = learner.dice.randint(1, len(learner.draw))
            token = learner.dice.choice(learner.draw[place - 1]["options"])["token"]
            operation = {"op_id": str(uuid.uuid4()), "place": place, "chosen": [token], "flagged": False, "seq": seq}
            learner.write(file, "TRY", operation)
            receipt = save_until_acknowledged(learner, line, operation, failures)
            learner.write(file, "ACK", operation, receipt)
            learner.acknowledged += 1
            if learner.dice.random() < 0.1:  # an answer that was read twice, a button pressed again
                save_until_acknowledged(learner, line, operation, failures)
        body = f"sure=1&csrf_token={form_token(learner.token)}"
        while (reply := line.ask(f"/attempts/{learner.attempt_id}/submit", body,
                                 "application/x-www-form-urlencoded")) is None or reply[0] != 303:  # fmt: skip
            learner.retries += 1
            time.sleep(0.05)
        learner.result = reply[2]
    line.close()


def save_until_acknowledged(learner: Learner, line: Line, operation: dict, failures: list[str]) -> str:
    for _ in range(600):
        reply = line.ask(f"/attempts/{learner.attempt_id}/answers", json.dumps(operation), "application/json")
        if reply is not None and reply[0] == 200:
            found = json.loads(reply[1])
            assert (found["op_id"], found["place"], found["chosen"]) == (
                operation["op_id"], operation["place"], operation["chosen"])  # fmt: skip
            return found["receipt"]
        if reply is not None and reply[0] not in {502, 503}:
            failures.append(f"{reply[0]} {reply[1][:200]}")
        learner.retries += 1
        time.sleep(0.05)
    raise AssertionError("no receipt in 30 seconds")


@pytest.fixture
def stage(backend, worker_id):
    """A database of its own with twenty learners, each signed in and with an open attempt."""
    database = open_database(backend, f"{worker_id}_f01")
    with database.app.app_context():
        facility = make_facility("BV-F01")
        unit = make_unit(facility)
        module = publish_module(key="f01", count=12, length=10, pass_mark=0)
        learners = []
        for number in range(LEARNERS):
            person = make_person(f"Nguyễn Văn Thử {number}")
            employ(person, facility, unit)
            token, now = new_token(), clock.now()
            save(SignIn(token_hash=hash_token(token), person_id=person.id, is_shared=False, began_at=now, seen_at=now,
                        ends_at=now + timedelta(days=1), browser=""))  # fmt: skip
            attempt = start(person, module)
            learners.append(Learner(number, attempt.id, attempt.draw, token, database.folder / f"ledger-{number}"))
        db.session.remove()
        db.engine.dispose()
    server = Server(database, port=8300 + os.getpid() % 500 + (500 if backend == "sqlite" else 0))
    yield SimpleNamespace(database=database, learners=learners, server=server, backend=backend)
    server.stop()


def run_under_fire(stage) -> tuple[float, list[str]]:
    """Let the learners live while the app is killed at random ``KILLS`` times; return the seconds and odd replies."""
    has_ended, failures = threading.Event(), []
    stage.server.start()
    threads = [
        threading.Thread(target=live, args=(each, stage.server.port, has_ended, failures), daemon=True)
        for each in stage.learners
    ]
    began = time.monotonic()
    for each in threads:
        each.start()
    dice = random.Random()
    for number in range(KILLS):
        wait_for(stage.learners, dice.randint(60, 350))
        if number == KILLS - 1:
            has_ended.set()  # the last one falls into the handing in
            time.sleep(dice.uniform(0, 0.2))
        stage.server.kill()
        stage.server.start()
    for each in threads:
        each.join(timeout=40)
    assert not any(each.is_alive() for each in threads), "a learner never got an answer"
    return time.monotonic() - began, failures


def wait_for(learners: list[Learner], more: int) -> None:
    """Wait until so many further operations are acknowledged, at most a minute: a busy machine is slow, not wrong."""
    target = sum(each.acknowledged for each in learners) + more
    limit = time.monotonic() + 60
    while sum(each.acknowledged for each in learners) < target and time.monotonic() < limit:
        time.sleep(0.01)


def read_ledgers(learners: list[Learner]) -> tuple[dict, dict]:
    tried, acknowledged = {}, {}
    for learner in learners:
        for line in learner.ledger.read_text().splitlines():
            word, operation, *receipt = json.loads(line)
            key, content = operation["op_id"], (learner.attempt_id, operation["place"], tuple(operation["chosen"]),
                                                operation["seq"])  # fmt: skip
            tried[key] = content
            if word == "ACK":
                acknowledged[key] = (content, receipt[0])
    return tried, acknowledged


@pytest.mark.slow
def test_what_was_acknowledged_survives_the_killing_of_the_app(stage, capsys):
    seconds, failures = run_under_fire(stage)
    stage.server.stop()
    tried, acknowledged = read_ledgers(stage.learners)
    with stage.database.app.app_context():
        rows = db.session.scalars(select(Answer)).all()
        held = Counter(each.op_id for each in rows)
        content = {each.op_id: (each.attempt_id, each.place, tuple(each.chosen), each.client_seq) for each in rows}
        receipts = {each.op_id: each.receipt for each in rows}
        missing = [key for key, (sent, receipt) in acknowledged.items()
                   if content.get(key) != sent or receipts.get(key) != receipt]  # fmt: skip
        doubled = [key for key, count in held.items() if count > 1]
        invented = [key for key in held if tried.get(key) != content[key]]
        with capsys.disabled():
            sys.stdout.write(
                f"\nF-01 {stage.backend}: {KILLS} kills, {len(acknowledged)} acknowledged in {seconds:.0f} s "
                f"({len(acknowledged) / seconds:.0f}/s), {sum(each.retries for each in stage.learners)} retries, "
                f"missing {len(missing)}, doubled {len(doubled)}\n"
            )
        assert not failures, Counter(failures).most_common(3)
        assert not missing, "I1: an acknowledged answer is lost or changed"
        assert not doubled, "I2: an operation has two effects"
        assert not invented, "I2: an answer that nobody sent, or half of one"
        assert len(acknowledged) >= KILLS * 40
        check_attempts()
        if stage.backend == "sqlite":
            assert db.session.scalar(text("pragma integrity_check")) == "ok"
        db.session.remove()
        db.engine.dispose()


def check_attempts() -> None:
    """I3 whole, I4 limits, I5 derived: every attempt ended once, with its grade, completion and certificate."""
    attempts = db.session.scalars(select(Attempt)).all()
    assert len(attempts) == LEARNERS
    assert all(each.state is AttemptState.SUBMITTED and each.receipt for each in attempts)
    assert all(operations.is_graded_alike(each) for each in queries.list_ended())
    completed = Counter(db.session.scalars(select(Completion.attempt_id)))
    assert completed == Counter(each.id for each in attempts)
    certified = Counter(db.session.scalars(select(Certificate.completion_id)))
    assert certified == Counter(db.session.scalars(select(Completion.id)))
    assert db.session.scalar(select(func.count()).select_from(Attempt).where(Attempt.state == AttemptState.OPEN)) == 0
