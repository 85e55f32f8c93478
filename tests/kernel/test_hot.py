"""Hot statements: past the ORM, but never past the transaction, the types, the errors or the counting."""

from datetime import date, timedelta

import pytest
from flask import Flask, g
from sqlalchemy import Boolean, Date, LargeBinary, String, bindparam, false, func, select
from sqlalchemy.exc import DBAPIError, MultipleResultsFound, NoResultFound

from app.kernel import audit, clock
from app.kernel.audit import AuditEntry
from app.kernel.db import db, fetch, fetch_ahead, fetch_together
from app.kernel.transaction import statement_counter, transaction

_BY_ACTION = select(AuditEntry.id, AuditEntry.at, AuditEntry.details, AuditEntry.action).where(
    AuditEntry.action == bindparam("action")
)
_LATER = select(func.count()).where(AuditEntry.at > bindparam("at"), AuditEntry.action == "tested")
_BROKEN = select(func.no_such_function(bindparam("secret", type_=String)))


def test_values_go_in_and_come_out_by_their_types(context: None):
    before = clock.now()
    with transaction():
        audit.record(7, "tested", "nothing", 3, count=4)
    row = fetch(_BY_ACTION, action="tested").one()
    assert row.details == {"count": 4}
    assert before <= row.at <= clock.now()
    assert row.action == "tested"
    assert fetch(_LATER, at=before - timedelta(seconds=1)).scalar_one() == 1
    assert fetch(_LATER, at=clock.now() + timedelta(seconds=1)).scalar_one() == 0


def test_it_reads_what_its_own_transaction_wrote(context: None):
    with pytest.raises(RuntimeError, match="halfway"), transaction() as session:
        audit.record(7, "tested", "nothing")
        session.flush()
        assert len(fetch(_BY_ACTION, action="tested")) == 1
        raise RuntimeError("halfway")
    assert fetch(_BY_ACTION, action="tested") == []


def test_each_transaction_is_read_through_its_own_connection(context: None):
    with transaction():
        audit.record(7, "tested", "nothing")
    assert len(fetch(_BY_ACTION, action="tested")) == 1
    db.session.rollback()
    with transaction():
        audit.record(7, "tested", "nothing")
        db.session.flush()
        with db.session.begin_nested():
            assert len(fetch(_BY_ACTION, action="tested")) == 2
    db.session.remove()
    assert len(fetch(_BY_ACTION, action="tested")) == 2


def test_one_row_is_told_from_none_and_several(context: None):
    assert fetch(_BY_ACTION, action="tested").one_or_none() is None
    with pytest.raises(NoResultFound):
        fetch(_BY_ACTION, action="tested").one()
    with transaction():
        audit.record(7, "tested", "nothing")
        audit.record(7, "tested", "nothing")
    with pytest.raises(MultipleResultsFound):
        fetch(_BY_ACTION, action="tested").one_or_none()


def test_a_statement_is_counted_like_any_other(context: None):
    seen = statement_counter(db.engine)
    fetch(_BY_ACTION, action="tested")
    assert len(seen) == 1
    assert "audit_entry" in seen[0]


def test_an_error_hides_what_was_asked(context: None):
    with pytest.raises(DBAPIError) as caught:
        fetch(_BROKEN, secret="0912345678")
    assert "0912345678" not in str(caught.value)
    assert "no_such_function" in str(caught.value)
    db.session.rollback()
    assert fetch(_BY_ACTION, action="tested") == []


def test_a_connection_the_database_dropped_is_not_used_again(context: None, app: Flask):
    connection = db.session.connection()
    connection.connection.dbapi_connection.close()
    with pytest.raises(Exception, match="closed"):
        fetch(_BY_ACTION, action="tested")
    db.session.remove()
    assert fetch(_BY_ACTION, action="tested") == []


def test_a_text_that_depends_on_its_values_is_no_constant(context: None):
    with pytest.raises(TypeError, match="constant"):
        fetch(select(AuditEntry.id).where(AuditEntry.id.in_(bindparam("ids", expanding=True))), ids=[1])
    with pytest.raises(KeyError):
        fetch(_BY_ACTION)


_NEWEST_FIRST = (
    select(AuditEntry.id, AuditEntry.at, AuditEntry.details, AuditEntry.subject_id)
    .where(AuditEntry.action == bindparam("action"))
    .order_by(AuditEntry.id.desc())
)
_SAID = select(
    bindparam("day", type_=Date).label("day"),
    bindparam("text", type_=String).label("text"),
    bindparam("yes", type_=Boolean).label("yes"),
    bindparam("none", type_=Date).label("none"),
)


def _record(*ids: int) -> None:
    with transaction():
        for each in ids:
            audit.record(7, "tested", "nothing", each, words='Đặng "Thị" \\ ệ')


def test_statements_asked_together_give_what_each_gives_alone(context: None):
    _record(1, 2, 3)
    values = {"action": "tested", "day": date(2026, 2, 28), "text": '["1", null]', "yes": True, "none": None}
    together = fetch_together(_NEWEST_FIRST, _SAID, _BY_ACTION, _LATER, **values, at=clock.now())
    alone = [
        fetch(_NEWEST_FIRST, action="tested"),
        fetch(_SAID, **{name: values[name] for name in ("day", "text", "yes", "none")}),
        fetch(_BY_ACTION, action="tested"),
    ]
    assert together[:3] == alone
    assert [row.subject_id for row in together[0]] == [3, 2, 1]
    assert together[1].one() == (date(2026, 2, 28), '["1", null]', True, None)
    assert together[3].scalar_one() == 0


def test_what_finds_nothing_is_told_from_what_finds_something(context: None):
    _record(1)
    nothing, something = fetch_together(_BY_ACTION.where(false()), _BY_ACTION, action="tested")
    assert nothing == []
    assert len(something) == 1


def test_statements_asked_together_count_once(context: None):
    seen = statement_counter(db.engine)
    fetch_together(_BY_ACTION, _LATER, action="tested", at=clock.now())
    assert len(seen) == 1


def test_what_was_asked_ahead_is_handed_out_once_and_for_the_same_values(context: None):
    _record(1)
    fetch_ahead(_BY_ACTION, _LATER, action="tested", at=clock.now())
    seen = statement_counter(db.engine)
    assert len(fetch(_BY_ACTION, action="other")) == 0
    assert len(seen) == 1
    assert fetch(_BY_ACTION, action="tested").one().details == {"words": 'Đặng "Thị" \\ ệ'}
    assert len(seen) == 1
    assert len(fetch(_BY_ACTION, action="tested")) == 1
    assert len(seen) == 2


def test_what_was_asked_ahead_is_forgotten_by_the_next_transaction(context: None):
    fetch_ahead(_BY_ACTION, action="tested")
    _record(1)
    assert len(fetch(_BY_ACTION, action="tested")) == 1
    fetch_ahead(_BY_ACTION, action="tested")
    with transaction():
        audit.record(7, "tested", "nothing")
        db.session.flush()
        assert len(fetch(_BY_ACTION, action="tested")) == 2


def test_what_json_cannot_carry_is_refused(context: None):
    with pytest.raises(TypeError, match="JSON"):
        fetch_together(select(bindparam("file", type_=LargeBinary)), file=b"\x00")


def _held_connections() -> int:
    return db.engine.pool.checkedout()


def test_a_page_that_only_fetches_makes_no_session_and_holds_one_connection(app: Flask):
    with app.app_context():
        fetch(_BY_ACTION, action="tested")
        fetch(_LATER, at=clock.now())
        assert not db.session.registry.has()
        assert _held_connections() == 1
        kept = g.reading  # nobody's tidying up in passing gives it back
    with app.app_context():
        assert _held_connections() == 0
    assert kept.connection.closed


def test_its_connection_goes_back_where_a_session_comes_into_being(app: Flask):
    with app.app_context():
        fetch(_BY_ACTION, action="tested")
        _record(1)
        assert _held_connections() == 0
        assert len(fetch(_BY_ACTION, action="tested")) == 1
        assert _held_connections() == 1


def test_it_sees_at_each_fetch_what_is_committed(app: Flask):
    with app.app_context():
        assert fetch(_BY_ACTION, action="tested") == []
        with app.app_context():
            _record(1)
        assert len(fetch(_BY_ACTION, action="tested")) == 1
