"""What the database holds, told apart from what it held before: fingerprints, differences, and the way back."""

import os
import shutil
from pathlib import Path
from typing import Any

import psycopg
import pysqlite3.dbapi2 as sqlite

from app.kernel.db import Base, db
from tests.databases import Database

# Written by a GET, each in its own short transaction (ruling 2), and nothing that belongs to anybody.
IGNORED_TABLES = frozenset({"sign_in_failure"})
IGNORED_COLUMNS = frozenset({("sign_in", "seen_at")})

Row = tuple[tuple[str, str], ...]
Rows = dict[str, set[Row]]


class State:
    """One database in a known state; ``changes()`` says what differs from it, ``restore()`` brings it back."""

    def __init__(self, database: Database, name: str) -> None:
        self.database = database
        self.tables = sorted(set(Base.metadata.tables) - IGNORED_TABLES)
        self.is_sqlite = database.url.startswith("sqlite")
        self.file, self.kept = database.folder / "test.db", database.folder / f"{name}.db"
        self._close_engine()
        if self.is_sqlite:
            self._checkpoint()
            shutil.copyfile(self.file, self.kept)
        self.connection = self._connect()
        self.copies = {} if self.is_sqlite else {table: self._copy_out(table) for table in Base.metadata.tables}
        self.rows = self._read()
        self.files = {name: (self._folder() / name).read_bytes() for name in self._files()}
        self.mark = self._mark()

    def restore(self) -> None:
        """Bring the database back, whatever happened since."""
        for name in self._files() - self.files.keys():
            (self._folder() / name).unlink()
        for name in self.files.keys() - self._files():
            (self._folder() / name).write_bytes(self.files[name])
        if self.is_sqlite:
            self.connection.close()
            self._close_engine()
            for leftover in ("test.db-wal", "test.db-shm"):
                (self.database.folder / leftover).unlink(missing_ok=True)
            shutil.copyfile(self.kept, self.file)
            self.connection = self._connect()
        else:
            if self.connection.closed:
                self.connection = self._connect()
            self._restore_postgres()
        self.mark = self._mark()

    def leave(self) -> None:
        """Let go of the database, so that whoever is next may replace its file."""
        self.connection.close()

    def is_touched(self) -> bool:
        """Say whether anything was committed since the last look; cheap, and true for ignored tables too."""
        return self._mark() != self.mark or self._files() != self.files.keys()

    def changes(self) -> Rows:
        """Return the rows that came or went, by table; files kept for people count as a table of their own."""
        if not self.is_touched():
            return {}
        now = self._read()
        found = {table: now[table] ^ self.rows[table] for table in self.tables if now[table] != self.rows[table]}
        files = self._files() ^ self.files.keys()
        return {**found, **({"files": {(("name", name),) for name in files}} if files else {})}

    def added(self, table: str) -> list[dict[str, str]]:
        """Return the rows of a table that are there now and were not, each as column to text."""
        return [dict(row) for row in self._rows_of(table) - self.rows[table]]

    def _folder(self) -> Path:
        return self.database.folder / "files"

    def _files(self) -> set[str]:
        return set(os.listdir(self._folder())) if self._folder().is_dir() else set()

    def _close_engine(self) -> None:
        with self.database.app.app_context():
            db.session.remove()
            db.engine.dispose()

    def _checkpoint(self) -> None:
        with sqlite.connect(self.file) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()

    def _connect(self) -> Any:
        if self.is_sqlite:
            connection = sqlite.connect(self.file)
            connection.isolation_level = None
            return connection
        return psycopg.connect(self.database.url.replace("+psycopg", ""), autocommit=True)

    def _mark(self) -> int:
        # Both grow when anybody else commits a write, and only then (PostgreSQL's own vacuum too: a full look follows).
        asked = "PRAGMA data_version" if self.is_sqlite else "select pg_snapshot_xmax(pg_current_snapshot())::text"
        return int(self.connection.execute(asked).fetchone()[0])

    def _read(self) -> Rows:
        return {table: self._rows_of(table) for table in self.tables}

    def _rows_of(self, table: str) -> set[Row]:
        cursor = self.connection.execute(f'select * from "{table}"')
        names = [each[0] for each in cursor.description]
        kept = [at for at, name in enumerate(names) if (table, name) not in IGNORED_COLUMNS]
        return {tuple((names[at], str(row[at])) for at in kept) for row in cursor.fetchall()}

    def _copy_out(self, table: str) -> bytes:
        with self.connection.cursor().copy(f'copy "{table}" to stdout') as copy:
            return b"".join(bytes(part) for part in copy)

    def _restore_postgres(self) -> None:
        changed = [table for table in Base.metadata.tables if self._copy_out(table) != self.copies[table]]
        with self.connection.transaction():
            self.connection.execute("set local session_replication_role = replica")
            for table in changed:
                self.connection.execute(f'delete from "{table}"')
                with self.connection.cursor().copy(f'copy "{table}" from stdin') as copy:
                    copy.write(self.copies[table])
                self._wind_back(table)

    def _wind_back(self, table: str) -> None:
        """Let the next id be what it would have been, so that the same request gives the same rows."""
        if "id" in Base.metadata.tables[table].columns and Base.metadata.tables[table].c.id.type.python_type is int:
            counter = f"pg_get_serial_sequence('\"{table}\"', 'id')"
            self.connection.execute(
                f'select setval({counter}, coalesce((select max(id) from "{table}"), 0) + 1, false)'
            )
