"""Hot statements: compiled once a database, run on the driver itself, read by their own types (decision 7)."""

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect
from sqlalchemy.exc import MultipleResultsFound, NoResultFound
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.selectable import SelectBase

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
        row_class: Any = namedtuple("Row", [each.keyname for each in columns], rename=True)  # type: ignore[misc]  # noqa: PYI024
        self.name_row = row_class._make
        turns = ((place, _on_the_way_out(each.type, dialect)) for place, each in enumerate(columns))
        self.turns = [(place, turn) for place, turn in turns if turn is not None]

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
        return Rows(map(self._read, found))

    def _given(self, values: Mapping[str, Any]) -> Any:
        given = self.fixed | {name: turn(values[name]) for name, turn in self.asked}
        return given if self.order is None else [given[name] for name in self.order]

    def _read(self, found: Sequence[Any]) -> Any:
        row = list(found)
        for place, turn in self.turns:
            row[place] = turn(row[place])
        return self.name_row(row)


def _on_the_way_in(bind: Any, dialect: Dialect) -> Callable[[Any], Any]:
    turn: Callable[[Any], Any] | None = bind.type.dialect_impl(dialect).bind_processor(dialect)
    return turn or _as_it_is


def _on_the_way_out(column_type: Any, dialect: Dialect) -> Callable[[Any], Any] | None:
    turn: Callable[[Any], Any] | None = column_type.dialect_impl(dialect).result_processor(dialect, None)
    return turn


def _as_it_is(value: Any) -> Any:
    return value
