"""Clock, pages, tokens, storage, facts and the way things are written."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup
from sqlalchemy import text

from app.factory import create_app
from app.kernel import clock, http, i18n, paging, storage, tokens
from app.kernel.db import UtcDateTime, db
from app.kernel.errors import DomainError, NotFound
from app.kernel.events import Bus, Event
from tests.databases import settings_for


def test_the_civil_day_changes_at_midnight_in_vietnam():
    assert clock.civil_day(datetime(2026, 12, 31, 16, 59, 59, tzinfo=UTC)) == date(2026, 12, 31)
    assert clock.civil_day(datetime(2026, 12, 31, 17, 0, tzinfo=UTC)) == date(2027, 1, 1)
    assert clock.day_ends(date(2026, 11, 30)) == clock.day_begins(date(2026, 12, 1))
    assert clock.day_begins(date(2026, 12, 1)) == datetime(2026, 11, 30, 17, 0, tzinfo=UTC)


def test_a_stopped_clock_stands_still_and_goes_on():
    at = datetime(2026, 11, 23, tzinfo=UTC)
    with clock.stopped(at):
        assert clock.now() == at
        assert clock.today() == date(2026, 11, 23)
    assert clock.now() != at
    with pytest.raises(ValueError, match="naive"), clock.stopped(datetime(2026, 1, 1)):
        pass


@given(st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2200, 1, 1), timezones=st.timezones()))
def test_an_instant_comes_back_from_the_database_as_it_went_in(instant: datetime):
    column = UtcDateTime()
    kept = column.process_bind_param(instant, None)
    assert column.process_result_value(kept, None) == instant.astimezone(UTC)
    assert column.process_result_value(None, None) is None
    assert column.process_bind_param(None, None) is None


def test_a_naive_instant_never_reaches_the_database():
    with pytest.raises(ValueError, match="naive"):
        UtcDateTime().process_bind_param(datetime(2026, 1, 1), None)


@pytest.mark.parametrize(
    ("asked", "page"), [(None, 1), ("", 1), ("0", 1), ("-3", 1), ("x", 1), ("7", 7), ("²", 1), ("999999999", 999999999)]
)
def test_an_odd_page_number_is_the_first_page(asked: str | None, page: int):
    assert paging.page_number(asked) == page


def test_a_page_knows_its_place():
    page = paging.Page(rows=list(range(50)), number=2, size=50, total=120)
    assert (page.first, page.last, page.count, page.has_next, page.has_previous) == (51, 100, 3, True, True)
    empty: paging.Page[int] = paging.Page(rows=[], number=1, size=50, total=0)
    assert (empty.first, empty.last, empty.count, empty.has_next) == (0, 0, 1, False)


def test_a_slip_code_survives_being_read_aloud():
    code = tokens.new_slip_code()
    assert len(code) == 19
    assert tokens.read_slip_code(code.lower().replace("-", " ").replace("0", "o").replace("1", "l")) == (
        code.replace("-", "")
    )
    assert len({tokens.new_slip_code() for _ in range(2000)}) == 2000


def test_a_file_is_kept_under_a_random_name_and_forgotten(context: None):
    key = storage.put(b"roster")
    assert storage.path_of(key).read_bytes() == b"roster"
    storage.remove(key)
    storage.remove(key)
    for name in (key, "../secret", "", "a/b", "x.part"):
        with pytest.raises(NotFound):
            storage.path_of(name)


def test_a_fact_reaches_its_listeners_and_nobody_else():
    @dataclass(frozen=True, slots=True)
    class Happened(Event):
        number: int

    heard: list[int] = []
    bus = Bus()
    bus.announce(Happened(1))
    bus.wire({Happened: [lambda fact: heard.append(fact.number), lambda fact: heard.append(-fact.number)]})
    bus.announce(Happened(2))
    assert heard == [2, -2]


def test_a_refusal_tells_its_code_and_values():
    assert str(DomainError("too_late")) == "too_late"
    assert "by" in str(DomainError("too_late", by=3))


@pytest.mark.parametrize(
    ("language", "number", "score", "minus"),
    [("vi", "1.234.567", "84,9", "−1,4"), ("en", "1,234,567", "84.9", "−1.4")],
)
def test_numbers_are_written_as_the_reader_writes_them(app: Flask, language: str, number: str, score: str, minus: str):
    with app.test_request_context(f"/?lang={language}"):
        assert i18n.number(1234567) == number
        assert i18n.score(Fraction(84999999999999, 10**12)) == score
        assert i18n.score(Fraction(-149, 100)) == minus
        assert i18n.score(Fraction(100)) in {"100,0", "100.0"}
        assert i18n.percent(949, 1000) == "94%"
        assert i18n.percent(1, 0) == "0%"
        assert i18n.language() == language
        assert i18n.in_language({"vi": "vi", "en": "en"}) == language


def test_days_and_times_are_written_as_in_vietnam(app: Flask):
    with app.test_request_context("/"):
        at = datetime(2026, 11, 22, 7, 32, tzinfo=UTC)
        assert (i18n.day(date(2026, 11, 30)), i18n.day(None)) == ("30/11/2026", "")
        assert (i18n.moment(at), i18n.clocktime(at)) == ("14:32, 22/11/2026", "14:32")
        assert i18n.glue("Sẵn sàng giúp người bệnh") == "Sẵn\u00a0sàng giúp người\u00a0bệnh"
        assert type(i18n.glue(Markup("<b>người bệnh</b>"))) is Markup
        assert type(i18n.glue("<b>người bệnh</b>")) is str


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "/\\evil.example",
        "https:evil",
        "%2f%2fevil",
        "/\t/evil",
        "javascript:alert(1)",
        "/a\r\nSet-Cookie: x",
        "/／evil",
        "http://u:p@evil/",
        None,
        "",
        "evil",
        "\\\\evil",
        "/x y",
    ],
)
def test_a_next_that_leads_elsewhere_leads_home(target: str | None):
    assert http.safe_next(target, "/home") == "/home"


@pytest.mark.parametrize("target", ["/", "/learn/m1?card=3", "/f/BV-01/board?state=late#x", "/a%20b"])
def test_a_next_inside_the_site_survives(target: str):
    assert http.safe_next(target, "/home") == target


@pytest.mark.only_db("sqlite")
def test_the_embedded_database_is_durable_and_strict(backend: str, tmp_path: Path):
    """SQLite only: PostgreSQL has no such switches."""
    app = create_app(settings_for(f"sqlite:///{tmp_path / 'x.db'}", tmp_path, SAN_SANG_SQLITE_SYNCHRONOUS="FULL"))
    with app.app_context():
        asked = [
            db.session.execute(text(f"pragma {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        ]
        version = db.session.execute(text("select sqlite_version()")).scalar()
    assert asked == ["wal", 2, 1, 5000]
    assert tuple(map(int, version.split("."))) >= (3, 51, 3), "WAL with many connections needs the fix of 3.51.3"


def test_the_day_after_is_a_day_later():
    assert clock.day_ends(date(2026, 2, 28)) - clock.day_begins(date(2026, 2, 28)) == timedelta(days=1)
