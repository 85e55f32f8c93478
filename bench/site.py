"""The product on one database with the sample city, its web server, and people with browsers of their own."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import select

from app.factory import create_app
from app.kernel import clock
from app.kernel.db import db
from app.kernel.errors import Conflict
from app.kernel.settings import ROOT, read
from app.kernel.tokens import hash_token, new_token, sign
from app.kernel.transaction import statement_counter, transaction
from app.people.models import Employment, Facility, Role, RoleGrant, SignIn
from app.people.queries import find_actor
from bench.load import Call, children
from courses.models import Module
from quizzes.operations import Choice, save_answer, start_attempt

SECRET = "for the benchmark only"  # noqa: S105  no secret
OURS = {"DATABASE_URL", "HOST", "PORT"}
ALREADY_ANSWERED = 5


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
        return {"Cookie": f"san-sang={self.token}", "X-CSRFToken": form, **BROWSER}


# What every phone says; without it nothing would be compressed.
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Encoding": "gzip, deflate, br"}


class Site:
    """The product and the floor, each with two processes of eight threads, with the log written as in life."""

    def __init__(self, database_url: str, folder: Path) -> None:
        self.folder, self.port, self.floor_port = folder, free_port(), free_port()
        self.environment = {
            **os.environ,
            "DATABASE_URL": database_url,
            "SAN_SANG_INSTANCE": str(folder),
            "SAN_SANG_SECRET_KEY": SECRET,
            "SAN_SANG_PUBLIC_URL": f"http://127.0.0.1:{self.port}",
            "BENCH_DATABASE": database_url,
            "HOST": "127.0.0.1",
        }
        self.environment.pop("TEST_DATABASE_URL", None)
        self.log = (folder / "log").open("wb")
        words = [sys.executable, "-m", "flask", "--app", "wsgi", "prepare"]
        subprocess.run(words, cwd=ROOT, env=self.environment, check=True, stdout=self.log, stderr=self.log)
        own = {key: value for key, value in self.environment.items() if key in OURS or key.startswith("SAN_SANG")}
        self.app = create_app(read({**own, "SAN_SANG_LOG_LEVEL": "error"}))
        self.servers = [self._serve("wsgi:app", self.port), self._serve("bench.floor:app", self.floor_port)]
        for port, path in ((self.port, "/healthz"), (self.floor_port, "/empty")):
            wait_for(f"http://127.0.0.1:{port}{path}")

    def _serve(self, target: str, port: int) -> subprocess.Popen[bytes]:
        # The product's own settings; only that no process is replaced while its CPU time is counted.
        kept = ["--max-requests", "0", "--max-requests-jitter", "0"]
        words = [sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py", *kept, target]
        environment = {**self.environment, "PORT": str(port)}
        return subprocess.Popen(words, cwd=ROOT, env=environment, stdout=self.log, stderr=self.log)

    def pids(self, server: int) -> list[int]:
        """Return the worker processes of the product (0) or of the floor (1)."""
        return children(self.servers[server].pid)

    def stop(self) -> None:
        """End the servers."""
        for server in self.servers:
            server.terminate()
        for server in self.servers:
            server.wait(20)
        self.log.close()


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
                ends_at=now + timedelta(days=1),
                browser="",
            )
        )
    return Reader(person_id, token)


def open_attempt(reader: Reader, module_id: int) -> None:
    """Bring a reader into the middle of the quiz: started, half of it answered."""
    actor = find_actor(hash_token(reader.token))
    if actor is None:
        raise SystemExit("the sign-in did not hold")
    with transaction():
        attempt = start_attempt(actor, module_id, now=clock.now())
        reader.attempt_id, reader.paper = attempt.id, attempt.draw
    with transaction():
        for place, item in enumerate(reader.paper[:ALREADY_ANSWERED], 1):
            choice = Choice(place, (item["options"][0]["token"],), f"before-{reader.attempt_id}-{place}")
            save_answer(actor, reader.attempt_id, choice, now=clock.now())


def people_of(site: Site, count: int) -> tuple[list[Reader], Reader, str]:
    """Return ``count`` learners in the middle of a quiz, a director, and the code of the director's facility."""
    with site.app.app_context():
        director, code = db.session.execute(
            select(RoleGrant.person_id, Facility.code)
            .join(Facility, Facility.id == RoleGrant.facility_id)
            .where(RoleGrant.role == Role.DIRECTOR)
            .order_by(Facility.code)
            .limit(1)
        ).one()
        managers = select(RoleGrant.person_id)
        ids = db.session.scalars(
            select(Employment.person_id)
            .where(Employment.person_id.not_in(managers), Employment.superseded_at.is_(None))
            .where(Employment.valid_to.is_(None))
            .distinct()
            .order_by(Employment.person_id)
        ).all()
        module_id = db.session.scalars(select(Module.id).where(Module.key == "m1")).one()
        readers: list[Reader] = []
        for each in ids:
            reader = sign_in(each)
            try:
                open_attempt(reader, module_id)
            except Conflict:  # must wait before the next try
                continue
            readers.append(reader)
            if len(readers) == count:
                break
        boss = sign_in(director)
        db.session.remove()
    return readers, boss, code


def save_call(reader: Reader, number: int, mark: str) -> Call:
    """Return the request that saves a choice; ``number`` counts a reader's choices in the run ``mark``."""
    place = number % len(reader.paper)
    body = {
        "op_id": f"bench-{mark}-{reader.attempt_id}-{number}",
        "place": place + 1,
        "chosen": [reader.paper[place]["options"][number % 2]["token"]],
        "flagged": False,
        "seq": ALREADY_ANSWERED + number + 1,
    }
    headers = {**reader.headers, "Content-Type": "application/json"}
    return Call("POST", f"/attempts/{reader.attempt_id}/answers", headers, json.dumps(body).encode())


def submit_call(reader: Reader) -> Call:
    """Return the request that hands a reader's attempt in."""
    headers = {**reader.headers, "Content-Type": "application/x-www-form-urlencoded"}
    return Call("POST", f"/attempts/{reader.attempt_id}/submit", headers, b"sure=1")


class Counter:
    """How many statements a request runs, asked of the product in this process."""

    def __init__(self, site: Site) -> None:
        self.site = site
        with site.app.app_context():
            self.seen = statement_counter(db.engine)
        self.client = site.app.test_client(use_cookies=False)  # its own jar would overwrite our Cookie header

    def count(self, call: Call) -> int:
        """Return the statements of one request, BEGIN and COMMIT left out (ruling 18).

        A page is asked for twice: what a process holds for a minute is there at the second time, as in life.
        """
        if call.method == "GET":
            self._send(call)
        self.seen.clear()
        self._send(call)
        return len(self.seen)

    def _send(self, call: Call) -> None:
        base = f"http://127.0.0.1:{self.site.port}"
        answer = self.client.open(call.path, method=call.method, data=call.body, headers=call.headers, base_url=base)
        if answer.status_code not in {200, 303}:
            raise SystemExit(f"{call.path} answered {answer.status_code}")
