"""One write transaction: it begins late, ends whole, and nothing writes outside it."""

import threading

import pytest
from flask import Flask
from sqlalchemy import func, select, text, update

from app.kernel import audit, clock
from app.kernel.audit import AuditEntry
from app.kernel.db import db
from app.kernel.errors import Unavailable
from app.kernel.transaction import transaction
from app.people.models import Person
from tests.builders import make_person


def test_a_transaction_keeps_all_or_nothing(context: None):
    with pytest.raises(RuntimeError, match="halfway"), transaction():
        audit.record(None, "tested", "nothing")
        db.session.flush()
        raise RuntimeError("halfway")
    assert db.session.scalar(select(func.count()).select_from(AuditEntry)) == 0


def test_a_flush_outside_a_transaction_is_refused(context: None):
    audit.record(None, "tested", "nothing")
    with pytest.raises(RuntimeError, match="outside transaction"):
        db.session.flush()
    db.session.rollback()


def test_a_statement_that_writes_outside_a_transaction_is_refused(context: None):
    with pytest.raises(RuntimeError, match="outside transaction"):
        db.session.execute(update(Person).values(name="x"))


def _is_in_transaction() -> bool:
    driver = db.session.connection().connection.dbapi_connection
    return driver.in_transaction if db.engine.dialect.name == "sqlite" else not driver.autocommit


def test_only_sqlite_needs_a_transaction_to_read(context: None):
    assert make_person("Trần Văn Sơn").id
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Person)) == 1
    assert _is_in_transaction() is (db.engine.dialect.name == "sqlite")
    with transaction():
        audit.record(None, "tested", "nothing")
        db.session.flush()
        assert _is_in_transaction()
        with db.session.begin_nested():
            assert _is_in_transaction()


def test_whoever_takes_a_connection_past_the_session_is_in_a_transaction(app: Flask, context: None):
    make_person("Trần Văn Sơn")
    assert db.session.scalar(select(func.count()).select_from(Person)) == 1
    db.session.remove()
    with db.engine.connect() as connection:
        connection.execute(update(Person).values(name="x"))
    assert db.session.scalars(select(Person.name)).all() == ["Trần Văn Sơn"]


def test_a_transaction_does_not_nest(context: None):
    with pytest.raises(RuntimeError, match="nest"), transaction(), transaction():
        pass


def test_what_was_loaded_before_is_read_again_inside(app: Flask, context: None):
    person = make_person("Trần Văn Sơn")
    assert person.name == "Trần Văn Sơn"

    def _rename() -> None:
        with app.app_context(), transaction() as session:
            session.execute(update(Person).values(name="Trần Văn Sang"))

    other = threading.Thread(target=_rename)
    other.start()
    other.join()
    with transaction():
        assert person.name == "Trần Văn Sang"


def test_two_writers_lose_no_update(app: Flask, context: None):
    person_id = make_person("0").id
    db.session.remove()

    def _count_up() -> None:
        with app.app_context():
            for _ in range(25):
                with transaction() as session:
                    person = session.get(Person, person_id, with_for_update=True)
                    person.name = str(int(person.name) + 1)
            db.session.remove()

    writers = [threading.Thread(target=_count_up) for _ in range(4)]
    for each in writers:
        each.start()
    for each in writers:
        each.join()
    assert db.session.get(Person, person_id).name == "100"


@pytest.mark.only_db("sqlite")
def test_a_writer_waits_and_then_says_busy(app: Flask, context: None):
    """SQLite only: PostgreSQL locks rows, not the whole file."""
    with app.app_context(), db.engine.connect() as holder:
        holder.exec_driver_sql("ROLLBACK")
        holder.exec_driver_sql("BEGIN IMMEDIATE")
        with db.engine.connect() as other:
            other.exec_driver_sql("PRAGMA busy_timeout=50")
        db.session.execute(text("PRAGMA busy_timeout=50"))
        with pytest.raises(Unavailable, match="database_busy"), transaction():
            audit.record(None, "tested", "nothing")
        holder.exec_driver_sql("ROLLBACK")
        holder.exec_driver_sql("BEGIN")


def test_the_database_itself_keeps_the_audit_append_only(context: None):
    with transaction():
        audit.record(7, "tested", "nothing", 3, facility_id=2, count=4)
    entry = db.session.scalars(select(AuditEntry)).one()
    assert (entry.actor_id, entry.action, entry.subject_id, entry.details) == (7, "tested", 3, {"count": 4})
    assert entry.at <= clock.now()
    for statement in ("update audit_entry set action = 'else'", "delete from audit_entry"):
        with pytest.raises(Exception, match="append-only"), transaction() as session:
            session.execute(text(statement))
