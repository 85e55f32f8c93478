"""Hot statements: compiled once a database, run on the driver itself, read by their own types (decision 7)."""

import json
from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property, lru_cache
from typing import Any

from sqlalchemy import JSON, Boolean, Connection, Date, Dialect, Integer, Select, String, func, select
from sqlalchemy.exc import MultipleResultsFound, NoResultFound
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.selectable import SelectBase
from sqlalchemy.types import TypeDecorator, TypeEngine

Turn = Callable[[Any], Any]

KEPT = 256  # more than a product has hot statements: one database a process, several under test


class Rows(list[Any]):
    """What a statement found: tuples whose fields are named after the columns."""

    def one_or_none(self) -> Any:
        """Return the only row, None when there is none; raises when there are several."""
        if len(self) > 1:
            raise MultipleResultsFound("several rows where one was expected")
        return self[0] if self else None

    def one(self) -> Any:
        """Return the only row; raises when there is none, or several."""
        row = self.one_or_none()
        if row is None:
            raise NoResultFound("no row where one was expected")
        return row

    def scalar_one(self) -> Any:
        """Return the first column of the only row."""
        return self.one()[0]


def run(connection: Connection, statement: SelectBase, values: Mapping[str, Any]) -> Rows:
    """Run a SELECT of plain columns in the connection's transaction and return all its rows."""
    return _compile(statement, connection.dialect).run(connection, values)


def run_together(connection: Connection, statements: Sequence[SelectBase], values: Mapping[str, Any]) -> list[Rows]:
    """Run several of them in one exchange with the database and return the rows of each.

    Their rows travel as JSON; a column that JSON cannot carry exactly raises ``TypeError``.
    """
    dialect = connection.dialect
    found = run(connection, _join(tuple(statements), dialect), values).one()
    return [_compile(each, dialect).read_json(rows) for each, rows in zip(statements, found, strict=True)]


def asked(statement: SelectBase, dialect: Dialect) -> list[str]:
    """Return the names of the values that a statement asks for."""
    return [name for name, _ in _compile(statement, dialect).asked]


@lru_cache(KEPT)
def _join(statements: tuple[SelectBase, ...], dialect: Dialect) -> Select[Any]:
    """Return one statement whose only row holds, for each of these, a JSON list of its rows."""
    is_sqlite = dialect.name == "sqlite"
    rows, row = (func.json_group_array, func.json_array) if is_sqlite else (func.json_agg, func.json_build_array)
    parts = [each.cte(f"part_{place}") for place, each in enumerate(statements)]
    return select(*(select(rows(row(*part.c))).scalar_subquery() for part in parts))


@lru_cache(KEPT)
def _compile(statement: SelectBase, dialect: Dialect) -> "_Compiled":
    return _Compiled(statement.compile(dialect=dialect), dialect)


class _Compiled:
    """A statement for one database: its text, how values go in and how rows come out."""

    def __init__(self, compiled: SQLCompiler, dialect: Dialect) -> None:
        if compiled.post_compile_params:
            raise TypeError("a hot statement is a constant: its text cannot wait for its values")
        self.text = compiled.string
        self.order = compiled.positiontup
        binds = {name: (bind, _on_the_way_in(bind, dialect)) for bind, name in compiled.bind_names.items()}
        self.asked = [(name, turn) for name, (bind, turn) in binds.items() if bind.required]
        self.fixed = {name: turn(bind.value) for name, (bind, turn) in binds.items() if not bind.required}
        columns = compiled._result_columns  # noqa: SLF001  the compiler's only word on names and types
        self.types = [each.type for each in columns]
        self.dialect = dialect
        row_class: Any = namedtuple("Row", [each.keyname for each in columns], rename=True)  # type: ignore[misc]  # noqa: PYI024
        self.name_row = row_class._make
        self.turns = _needed(_on_the_way_out(each, dialect) for each in self.types)

    @cached_property
    def json_turns(self) -> list[tuple[int, Turn]]:
        """How values are read that came as JSON."""
        return _needed(_out_of_json(each, self.dialect) for each in self.types)

    def run(self, connection: Connection, values: Mapping[str, Any]) -> Rows:
        """Run it in sight of the connection's listeners, with errors hidden and sorted as of any statement."""
        given = self._given(values)
        cursor = None
        try:
            cursor = connection.connection.cursor()
            for listener in connection.dispatch.before_cursor_execute:
                listener(connection, cursor, self.text, given, None, False)
            cursor.execute(self.text, given)
            found = cursor.fetchall()
        except BaseException as error:  # noqa: BLE001  always raises, and knows which connections an error breaks
            connection._handle_dbapi_exception(error, self.text, given, cursor, None)  # noqa: SLF001
        cursor.close()
        return Rows([self._read(list(row), self.turns) for row in found])

    def read_json(self, found: Any) -> Rows:
        """Return the rows of a JSON list: a text on SQLite, read by the driver on PostgreSQL and null for no rows."""
        rows = json.loads(found) if isinstance(found, str) else found or ()
        return Rows([self._read(row, self.json_turns) for row in rows])

    def _given(self, values: Mapping[str, Any]) -> Any:
        given = self.fixed | {name: turn(values[name]) for name, turn in self.asked}
        return given if self.order is None else [given[name] for name in self.order]

    def _read(self, row: list[Any], turns: Iterable[tuple[int, Turn]]) -> Any:
        for place, turn in turns:
            row[place] = turn(row[place])
        return self.name_row(row)


def _needed(turns: Iterable[Turn | None]) -> list[tuple[int, Turn]]:
    return [(place, turn) for place, turn in enumerate(turns) if turn is not None]


def _on_the_way_in(bind: Any, dialect: Dialect) -> Turn:
    turn: Turn | None = bind.type.dialect_impl(dialect).bind_processor(dialect)
    return turn or _as_it_is


def _on_the_way_out(column_type: TypeEngine[Any], dialect: Dialect) -> Turn | None:
    turn: Turn | None = column_type.dialect_impl(dialect).result_processor(dialect, None)
    return turn


def _out_of_json(column_type: TypeEngine[Any], dialect: Dialect) -> Turn | None:
    """Return how a value that came as JSON is read: as the driver's own, but for days, which PostgreSQL spells."""
    stored = column_type.impl_instance if isinstance(column_type, TypeDecorator) else column_type
    if not isinstance(stored, Integer | String | Boolean | Date | JSON):
        raise TypeError(f"{column_type!r} does not travel as JSON")
    if isinstance(stored, Date) and dialect.name == "postgresql":
        return _day
    return _on_the_way_out(column_type, dialect)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _as_it_is(value: Any) -> Any:
    return value
