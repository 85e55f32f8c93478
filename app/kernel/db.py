"""The database: our typed base class, its column types and the engine's manners on SQLite and PostgreSQL."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

import pysqlite3.dbapi2 as bundled_sqlite
from flask import Flask, g
from flask_migrate import Migrate, upgrade
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from sqlalchemy import BigInteger, Connection, Dialect, Engine, Enum, Integer, MetaData, String, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.orm import registry as table_registry
from sqlalchemy.sql.selectable import SelectBase
from sqlalchemy.types import TypeDecorator

from app.kernel import hot
from app.kernel.settings import ROOT, Settings

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An instant. Refuses naive values, stores microseconds since 1970 in UTC, gives aware values back.

    An integer and not the database's own type: SQLite has none, and ``DateTime(timezone=True)`` there silently
    stored 08:00+07 as 08:00 (rulings 4 and 32). As integers both databases compare instants alike.
    """

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> int | None:
        """Turn an aware instant into microseconds."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive instant must not reach the database")
        delta = value - _EPOCH
        return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds

    def process_result_value(self, value: Any | None, _dialect: Dialect) -> datetime | None:
        """Turn microseconds into an aware instant in UTC."""
        if value is None:
            return None
        return _EPOCH + timedelta(microseconds=int(value))


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# Sort and search keys are made in Python; "C" makes PostgreSQL compare them byte by byte, as SQLite does.
KeyText = String().with_variant(String(collation="C"), "postgresql")
# A primary key that both databases count up by themselves.
Id = BigInteger().with_variant(Integer(), "sqlite")


class Base(DeclarativeBase):
    """The parent of every table; ``db.Model`` is never used (ruling 7)."""

    registry = table_registry(
        metadata=MetaData(naming_convention=NAMING),
        type_annotation_map={datetime: UtcDateTime()},
    )


def words_of(kind: type[StrEnum]) -> Enum:
    """Return the column type that keeps a member of ``kind`` as its word and gives the member back."""
    return Enum(kind, native_enum=False, length=32, values_callable=lambda members: [each.value for each in members])


class _Session(Session):
    """The session of a request or job. Where it comes into being the page's own reading ends: never two connections."""

    def __init__(self, db: SQLAlchemy, **options: Any) -> None:
        _end_reading()
        super().__init__(db, **options)


db = SQLAlchemy(
    metadata=Base.metadata,
    session_options={"class_": _Session, "expire_on_commit": False, "autoflush": False},
    disable_autonaming=True,
)


def fetch(statement: SelectBase, **values: Any) -> hot.Rows:
    """Run a SELECT of plain columns and return its rows; ``values`` fill its parameters.

    For statements that a page runs at every request: built once, at the top of their module, and run past the ORM,
    which has no objects to load here (docs/decisions/0007). In the session's transaction where there is a session;
    a page that has none reads what is committed. Rows asked for ahead are handed out here, once.
    """
    reading = _reading()
    if reading.ahead:
        found = reading.ahead.pop((statement, frozenset(values.items())), None)
        if found is not None:
            return found
    return hot.run(reading.connection, statement, values)


def fetch_together(*statements: SelectBase, **values: Any) -> list[hot.Rows]:
    """Run several such statements in one exchange and return the rows of each; all draw on the same ``values``."""
    return hot.run_together(_reading().connection, statements, values)


def fetch_ahead(*statements: SelectBase, **values: Any) -> None:
    """Run in one exchange what the page is about to ``fetch`` statement by statement, with these very values.

    For pages that only read: what is written in between is not seen by the ``fetch`` that follows.
    """
    reading = _reading()
    dialect = reading.connection.dialect
    for statement, rows in zip(statements, fetch_together(*statements, **values), strict=True):
        asked = hot.asked(statement, dialect)
        reading.ahead[statement, frozenset((name, values[name]) for name in asked)] = rows


@dataclass(slots=True)
class _Reading:
    """What hot statements share: a connection, since the way to it costs a statement, and rows asked for ahead."""

    connection: Connection
    transaction: object = None
    ahead: dict[tuple[SelectBase, frozenset[tuple[str, Any]]], hot.Rows] = field(default_factory=dict)


def _reading() -> _Reading:
    """Return the reading of the session's transaction, or a page's own: making a session costs more than its pages."""
    if not db.session.registry.has():
        own: _Reading | None = g.get("reading")
        if own is None:
            own = g.reading = _Reading(_connect())
        return own
    session = db.session()
    held: _Reading | None = session.info.get("reading")
    if held is None or held.transaction is not session.get_transaction():
        connection = session.connection()
        held = session.info["reading"] = _Reading(connection, session.get_transaction())
    return held


def _connect() -> Connection:
    """Return a connection on which each statement is a transaction of its own."""
    connection = db.engine.connect()
    if connection.dialect.name == "postgresql":
        driver: Any = connection.connection.dbapi_connection
        driver.autocommit = True
    return connection


def _end_reading(_fault: BaseException | None = None) -> None:
    own: _Reading | None = g.pop("reading", None)
    if own is not None:
        own.connection.close()


def insert_or(table: type[Base]) -> Any:
    """Return an INSERT into ``table`` that knows ON CONFLICT, for the database in use."""
    return (sqlite.insert if db.engine.dialect.name == "sqlite" else postgresql.insert)(table)


def is_sqlite(url: str) -> bool:
    """Say whether a database address means SQLite."""
    return url.startswith("sqlite")


def engine_options(settings: Settings) -> dict[str, object]:
    """Return what SQLAlchemy needs to open the engine for these settings.

    ``hide_parameters``: the text of a database's error goes to the log, and what people typed does not (AD-04).
    """
    if is_sqlite(settings.database_url):
        return {
            "module": bundled_sqlite,
            "pool_size": settings.database_pool,
            "max_overflow": 0,
            "pool_use_lifo": True,  # the connection used last still has its pages at hand
            "pool_timeout": 5,
            "hide_parameters": True,
        }
    return {
        "pool_size": settings.database_pool,
        "max_overflow": 0,
        "pool_timeout": 5,
        "pool_pre_ping": False,
        "hide_parameters": True,
    }


def start(app: Flask, settings: Settings) -> None:
    """Bind the database to the app and teach the engine its manners."""
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(settings)
    db.init_app(app)
    app.teardown_appcontext(_end_reading)
    Migrate(app, db, directory=str(ROOT / "migrations"))
    with app.app_context():
        if is_sqlite(settings.database_url):
            _teach_sqlite(db.engine, settings.sqlite_synchronous)


def _teach_sqlite(engine: Engine, synchronous: str) -> None:
    """Give each SQLite connection WAL, durability, foreign keys and a patient lock (ruling 3)."""

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        for pragma in (
            "busy_timeout=5000",
            "journal_mode=WAL",
            f"synchronous={synchronous}",
            "foreign_keys=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")


def migrate() -> None:
    """Bring the schema of the present app's database to the newest migration."""
    upgrade()
