"""The one write transaction of a request, a job or a command: it begins late, ends whole, and nothing else commits."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from flask import Flask
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction, UOWTransaction

from app.kernel.db import db
from app.kernel.errors import Unavailable

_writing: ContextVar[bool] = ContextVar("writing", default=False)


def is_writing() -> bool:
    """Say whether a write transaction is open here."""
    return _writing.get()


@contextmanager
def transaction() -> Iterator[Session]:
    """Open the write transaction: ends the read before it, takes the lock, commits all of it or nothing.

    The lock begins here and not at the first SELECT of a POST (ruling 1): what was loaded before is expired and will
    be read again inside. Raises ``Unavailable("database_busy")`` when the lock cannot be had in five seconds.
    """
    if _writing.get():
        raise RuntimeError("transaction() does not nest: operations flush, the door commits")
    session = db.session()
    session.rollback()
    # A rollback expires nothing when no read was open; what was loaded before the lock must not decide anything.
    session.expire_all()
    token = _writing.set(True)
    try:
        yield session
        session.commit()
    except OperationalError as error:
        session.rollback()
        if _is_busy(error):
            raise Unavailable("database_busy") from error
        raise
    except BaseException:
        session.rollback()
        raise
    finally:
        _writing.reset(token)


def _is_busy(error: OperationalError) -> bool:
    text = str(error.orig)
    return "database is locked" in text or "lock timeout" in text or "deadlock detected" in text


def start(app: Flask) -> None:
    """Teach the app's engine how transactions begin, and the session that reads do not write."""
    with app.app_context():
        engine = db.engine
    if engine.dialect.name == "sqlite":
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "checkin", _checked_in)
    # Our own sessions only: the SQLite broker has sessions of its own in the same process.
    if not event.contains(db.session.session_factory.class_, "before_flush", _refuse_flush):
        event.listen(db.session, "before_flush", _refuse_flush)
        event.listen(db.session, "do_orm_execute", _refuse_statement)
        event.listen(db.session, "after_begin", _began)


def _begin_sqlite(connection: Connection) -> None:
    # Deferred for reads, immediate for writes: with the lock taken by every request, reads fell from 181/s to 4/s.
    if _writing.get():
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        # Said to the driver itself: it takes no lock, so it cannot be refused, and every request says it.
        connection.connection.cursor().execute("BEGIN")


def _began(_session: Session, _transaction: SessionTransaction, connection: Connection) -> None:
    # Under READ COMMITTED each statement sees what is committed when it begins, in a transaction or not: a page that
    # only reads is spared the two exchanges around its own.
    driver: Any = connection.connection.dbapi_connection
    if connection.dialect.name == "postgresql" and driver.autocommit is _writing.get():
        driver.autocommit = not _writing.get()


def _checked_in(driver: Any, _record: object) -> None:
    if driver is not None:  # None: the connection was given up
        driver.autocommit = False


def _refuse_flush(_session: Session, _context: UOWTransaction, _instances: object) -> None:
    if not _writing.get():
        raise RuntimeError("a write outside transaction(): GET never writes (ruling 2)")


def _refuse_statement(state: ORMExecuteState) -> None:
    if not _writing.get() and (state.is_insert or state.is_update or state.is_delete):
        raise RuntimeError("a write outside transaction(): GET never writes (ruling 2)")


def statement_counter(engine: Engine) -> list[str]:
    """Return a list that grows by each statement the engine runs, BEGIN and COMMIT left out (ruling 18)."""
    seen: list[str] = []

    def _count(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith("BEGIN"):
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", _count)
    return seen
