"""Everything that is kept about the reader: a page to read and one complete file (PR-04).

Found by the foreign keys of the tables themselves, so that a table added tomorrow is in the file without a word here.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

from flask import Response, render_template
from sqlalchemy import Column, ForeignKey, RowMapping, Table, select

from app.kernel import clock
from app.kernel.audit import AuditEntry
from app.kernel.db import Base, UtcDateTime, db
from app.kernel.i18n import _
from app.kernel.login import asker
from app.people.models import Person
from app.people.rules.phones import show_phone
from app.portal import staff

PERSON = Person.__tablename__
OWNER = "person_id"
# What opens an account, or would turn a quiz into something else, stays in the house; the row and its dates do not.
WITHHELD = frozenset({"password_hash", "token_hash", "code_hash", "device_hash", "seed", "draw", "marks", "file_key"})
HIDDEN = "withheld"
SOMEBODY = "another_person"

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class MyData:
    """Rows by table: ``own`` are about the person, ``acts`` only say that the person did something, and when."""

    own: dict[str, list[Record]]
    acts: dict[str, list[Record]]


@dataclass(frozen=True, slots=True)
class Group:
    """A part of the page: what it is, what it is kept for, how many rows, and the newest instant in them."""

    title: str
    purpose: str
    count: int
    newest: datetime | None


def collect(person_id: int) -> MyData:
    """Return every row that leads to the person by foreign keys, and nothing of anybody else."""
    own: dict[str, Sequence[RowMapping]] = {PERSON: _rows(Base.metadata.tables[PERSON], "id", [person_id])}
    for table in _tables():
        if _points_to(table, PERSON, OWNER):
            own[table.name] = _rows(table, OWNER, [person_id])
    for table, parents in _children():
        found = [row for parent, column in parents for row in _below(table, column, own.get(parent, ()))]
        own[table.name] = list({_key_of(table, row): row for row in found}.values())
    acts = {table.name: _acts(table, person_id) for table in _tables()}
    own[AuditEntry.__tablename__] = _entries(person_id)
    return MyData(
        {name: [_record(name, row, person_id) for row in rows] for name, rows in own.items() if rows},
        {name: rows for name, rows in acts.items() if rows},
    )


def _entries(person_id: int) -> Sequence[RowMapping]:
    """Return what was done to the person's account: the ground's entries hold ids without keys (ruling 6)."""
    about = (AuditEntry.subject == PERSON, AuditEntry.subject_id == person_id)
    found: Sequence[Any] = db.session.execute(
        select(AuditEntry.id, AuditEntry.at, AuditEntry.action).where(*about).order_by(AuditEntry.id)
    ).all()
    return found


def _tables() -> Sequence[Table]:
    return Base.metadata.sorted_tables


def _points_to(table: Table, target: str, column: str) -> bool:
    return any(key.column.table.name == target and key.parent.name == column for key in table.foreign_keys)


def _children() -> Iterator[tuple[Table, list[tuple[str, Column[Any]]]]]:
    """Yield the tables without an owner of their own that hang below owned ones, parents first, with their links."""
    owned = {table.name for table in _tables() if _points_to(table, PERSON, OWNER)}
    for table in _tables():
        if table.name == PERSON or table.name in owned:
            continue
        links = [(key.column.table.name, key.parent) for key in table.foreign_keys if _leads(key, owned)]
        if links:
            owned.add(table.name)
            yield table, links


def _leads(key: ForeignKey, owned: set[str]) -> bool:
    return key.column.table.name in owned


def _below(table: Table, column: Column[Any], parents: Sequence[RowMapping]) -> Sequence[RowMapping]:
    key = next(key.column.name for key in column.foreign_keys)
    return _rows(table, column.name, [row[key] for row in parents]) if parents else ()


def _key_of(table: Table, row: RowMapping) -> tuple[Any, ...]:
    return tuple(row[column.name] for column in table.primary_key)


def _rows(table: Table, column: str, values: Sequence[int]) -> Sequence[RowMapping]:
    return (
        db.session.execute(select(table).where(table.c[column].in_(values)).order_by(*table.primary_key))
        .mappings()
        .all()
    )


def _acts(table: Table, person_id: int) -> list[Record]:
    """Return what the person did to others: the row's key and its instants, nothing of whom it was done to."""
    makers = [key.parent for key in table.foreign_keys if key.column.table.name == PERSON and key.parent.name != OWNER]
    instants = [column for column in table.c if isinstance(column.type, UtcDateTime)]
    found = []
    for maker in makers:
        rows = select(*table.primary_key, *instants).where(maker == person_id).order_by(*table.primary_key)
        found += [{"as": maker.name} | {name: _plain(value) for name, value in row.items()}
                  for row in db.session.execute(rows).mappings()]  # fmt: skip
    return found


def _record(name: str, row: RowMapping, person_id: int) -> Record:
    """Return a row as the file has it: secrets withheld, other people without their number."""
    table = Base.metadata.tables[name]
    people = {key.parent.name for key in table.foreign_keys if key.column.table.name == PERSON}
    record = {}
    for column, value in row.items():
        if value is not None and column in WITHHELD:
            record[column] = HIDDEN
        elif column in people and value not in {None, person_id}:
            record[column] = SOMEBODY
        else:
            record[column] = _plain(value)
    return record


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, datetime | date) else value


def _groups(found: MyData) -> list[Group]:
    """Return the parts of the page; a table that no part names stands in the last one of the person's own."""
    parts: list[tuple[str, str, tuple[str, ...]]] = [
        (_("Who you are"), _("to greet you, print your certificates and let you sign in"), (PERSON, "credential")),
        (
            _("Where you work"),
            _("to know what your facility asks of you"),
            ("employment", "duty", "leave", "role_grant", "invitation"),
        ),
        (
            _("Certificates and completed modules"),
            _("to prove what you can do, as long as you want to prove it"),
            tuple(name for name in found.own if name.startswith(("certificate", "completion"))),
        ),
        (
            _("Devices and sign-ins"),
            _("so that nobody else uses your account"),
            ("sign_in", "known_device", "activation_slip", "audit_entry"),
        ),
    ]
    named = {name for _title, _purpose, names in parts for name in names}
    learning = tuple(name for name in found.own if name not in named)
    parts.insert(2, (_("What you learn"), _("so that you go on where you stopped, and nothing is lost"), learning))
    groups = [_group(title, purpose, [row for name in names for row in found.own.get(name, ())])
              for title, purpose, names in parts]  # fmt: skip
    acts = [row for rows in found.acts.values() for row in rows]
    groups.append(_group(_("What you did for others"), _("to know who decided what, and when"), acts))
    return [group for group in groups if group.count]


def _group(title: str, purpose: str, rows: Sequence[Record]) -> Group:
    instants = [datetime.fromisoformat(value) for row in rows for value in row.values() if _is_instant(value)]
    return Group(title, purpose, len(rows), max((at for at in instants if at <= clock.now()), default=None))


def _is_instant(value: Any) -> bool:
    return isinstance(value, str) and value.endswith("+00:00") and "T" in value


@staff.blueprint.get("/me/data")
def my_data() -> str:
    """Show what is kept about the reader, and what for."""
    found = collect(asker().person_id)
    (person,) = found.own[PERSON]
    phone = show_phone(person["phone"]) if person["phone"] else ""
    return render_template("portal/my_data.html", groups=_groups(found), phone=phone, now=clock.now())


@staff.blueprint.get("/me/data.json")
def my_data_file() -> Response:
    """Send everything that is kept about the reader as one file."""
    found = collect(asker().person_id)
    content = {"made_at": clock.now().isoformat(), "withheld": sorted(WITHHELD), "own": found.own, "acts": found.acts}
    file = Response(json.dumps(content, ensure_ascii=False, indent=1), mimetype="application/json")
    file.headers["Content-Disposition"] = 'attachment; filename="du-lieu-cua-toi.json"'
    return file
