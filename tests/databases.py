"""Real databases for the suite: SQLite on a file, and a PostgreSQL of its own when none is given."""

import glob
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from flask import Flask, has_app_context
from flask.testing import FlaskClient

from app.factory import create_app
from app.kernel.db import Base, db, migrate
from app.kernel.settings import read

SECRET = "for tests only, nothing is signed with it elsewhere"


class Client(FlaskClient):
    """A client whose requests each have a context of their own, as in life.

    Flask lends a request the context that a test has open: who asked first would then be asking ever after.
    """

    def open(self, *args, **kwargs):
        with self.application.app_context():
            answer = super().open(*args, **kwargs)
        if has_app_context():
            db.session.rollback()  # what the request wrote is read anew
        return answer


class Database:
    """A migrated database with the app on top, and the way to empty it."""

    def __init__(self, app: Flask, url: str, folder: Path) -> None:
        self.app, self.url, self.folder = app, url, folder

    def sweep(self) -> None:
        """Empty every table, the append-only ones too."""
        with self.app.app_context():
            db.session.remove()
            engine = db.engine
            if engine.dialect.name == "sqlite":
                engine.dispose()
                for leftover in ("test.db-wal", "test.db-shm"):
                    (self.folder / leftover).unlink(missing_ok=True)
                shutil.copyfile(self.folder / "template.db", self.folder / "test.db")
                return
            tables = "; ".join(f'delete from "{table.name}"' for table in reversed(Base.metadata.sorted_tables))
            with engine.connect() as connection:
                connection.exec_driver_sql(
                    f"set session_replication_role = replica; {tables}; set session_replication_role = origin"
                )
                connection.commit()


def settings_for(url: str, folder: Path, **more: str):
    """Return test settings for a database address."""
    return read(
        {
            "DATABASE_URL": url,
            "SAN_SANG_INSTANCE": str(folder),
            "SAN_SANG_ENVIRONMENT": "test",
            "SAN_SANG_SECRET_KEY": SECRET,
            "SAN_SANG_SQLITE_SYNCHRONOUS": "OFF",
            "SAN_SANG_LOG_LEVEL": "error",
            "SAN_SANG_PUBLIC_URL": "http://localhost",
            **more,
        }
    )


def open_database(backend: str, worker: str) -> Database:
    """Make and migrate this process's database of the given kind."""
    folder = Path(tempfile.mkdtemp(prefix="ss-"))
    url = f"sqlite:///{folder / 'test.db'}" if backend == "sqlite" else new_postgres_database(f"test_{worker}")
    app = create_app(settings_for(url, folder))
    app.test_client_class = Client
    with app.app_context():
        migrate()
        db.session.remove()
        if backend == "sqlite":
            with db.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            db.engine.dispose()
            shutil.copyfile(folder / "test.db", folder / "template.db")
    return Database(app, url, folder)


def new_postgres_database(name: str) -> str:
    """Create an empty database on the run's server and return its address."""
    server = os.environ["TEST_DATABASE_URL"].replace("+psycopg", "")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'drop database if exists "{name}" with (force)')
        connection.execute(f'create database "{name}"')
    parts = urlsplit(server)
    return parts._replace(path=f"/{name}").geturl().replace("postgresql:", "postgresql+psycopg:")


def start_postgres(*, is_durable: bool = False) -> tuple[str, Callable[[], None]]:
    """Start a PostgreSQL on a socket of its own; returns its address and the way to stop it.

    Without fsync unless ``is_durable``: nothing of a test must outlive it, but a benchmark must pay what life pays.
    """
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda path: int(path.split("/")[-2]))
    own = shutil.which("pg_ctl")
    if not found and not own:
        raise RuntimeError("PostgreSQL is not installed: scripts/bootstrap.sh test installs it")
    binaries = found[-1] if found else os.path.dirname(own or "")
    folder = tempfile.mkdtemp(prefix="pg")  # short: a socket's path may have about 100 bytes
    as_user: dict[str, object] = {}
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        user = pwd.getpwnam("postgres")
        os.chown(folder, user.pw_uid, user.pw_gid)
        as_user = {"user": "postgres", "group": "postgres", "extra_groups": [], "cwd": folder}

    def _run(*words: str) -> None:
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **as_user)

    _run(
        f"{binaries}/initdb",
        "-D",
        f"{folder}/data",
        "-U",
        "postgres",
        "-A",
        "trust",
        "--no-sync",
        "-E",
        "UTF8",
        "--locale=C.UTF-8",
    )
    options = f"-c listen_addresses='' -k {folder}"
    if not is_durable:
        options += " -c fsync=off -c full_page_writes=off -c synchronous_commit=off"
    _run(f"{binaries}/pg_ctl", "-D", f"{folder}/data", "-w", "-l", f"{folder}/log", "-o", options, "start")

    def _stop() -> None:
        _run(f"{binaries}/pg_ctl", "-D", f"{folder}/data", "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)

    return f"postgresql://postgres@/postgres?host={folder}", _stop
