"""How dates in a roster are read."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.people.rules.dates import DateOrder, DateState, read_date

LAST_DAY = date(1989, 12, 31)


@pytest.mark.parametrize(
    "cell",
    [
        LAST_DAY,
        32873.0,
        "31/12/1989",
        "31-12-1989",
        "31.12.89",
        "12/31/1989",
        "1989-12-31",
        "1989-12-31 00:00:00",
        "31/12/1989 00:00",
        "ngày 31 tháng 12 năm 1989",
        "31 Tháng 12 Năm 1989",
    ],
)
def test_a_day_is_read_however_it_is_written(cell):
    reading = read_date(cell)
    assert (reading.state, reading.day(None)) == (DateState.GOOD, LAST_DAY)


@pytest.mark.parametrize(
    "cell", ["1989", 1989.0, "31/02/2020", "32/13/2020", "hôm qua", date(1900, 1, 1), "1/1/1900", 1e9]
)
def test_what_is_no_day_is_said_to_be_none(cell):
    reading = read_date(cell)
    assert (reading.state, reading.day(None), reading.proves) == (DateState.WRONG, None, None)


@pytest.mark.parametrize("cell", [None, "", " ", True])
def test_no_date_is_no_mistake(cell):
    assert read_date(cell).state is DateState.EMPTY


def test_a_day_that_could_be_a_month_is_never_guessed():
    reading = read_date("03/04/2020")
    assert (reading.state, reading.day(None)) == (DateState.EITHER, None)
    assert reading.day(DateOrder.DAY_FIRST) == date(2020, 4, 3)
    assert reading.day(DateOrder.MONTH_FIRST) == date(2020, 3, 4)


def test_the_same_number_twice_is_certain_and_proves_nothing():
    assert read_date("04/04/2020").day(None) == date(2020, 4, 4)
    assert read_date("04/04/2020").proves is None


@pytest.mark.parametrize(
    ("written", "order"),
    [
        ("31/12/2019", DateOrder.DAY_FIRST),
        ("12/31/2019", DateOrder.MONTH_FIRST),
        ("03/04/2020", None),
        ("2019-12-31", None),
    ],
)
def test_a_day_above_twelve_proves_the_order(written, order):
    assert read_date(written).proves is order


def test_two_digits_of_a_year_mean_the_nearest_century():
    assert read_date("31/12/26").day(None) == date(2026, 12, 31)
    assert read_date("31/12/71").day(None) == date(1971, 12, 31)


@given(st.dates(date(1955, 1, 1), date(2060, 1, 1)))
def test_each_day_reads_back_from_every_certain_form(day):
    serial = float((day - date(1899, 12, 30)).days)
    for cell in (day, serial, day.isoformat(), f"ngày {day.day} tháng {day.month} năm {day.year}"):
        assert read_date(cell).day(None) == day
    assert read_date(f"{day:%d/%m/%Y}").day(DateOrder.DAY_FIRST) == day


@given(st.one_of(st.text(max_size=20), st.floats(), st.none(), st.booleans()))
def test_any_cell_can_be_read(cell):
    assert read_date(cell).state in DateState
