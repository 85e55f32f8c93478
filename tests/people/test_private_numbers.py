"""Citizens' numbers are taken out of whatever cell they stand in; phones, codes and days are left alone (PR-08)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.people.rules.private import without_citizen_numbers

PLACES = st.integers(1, 96).map(lambda place: f"{place:03d}")
NUMBERS = st.tuples(PLACES, st.integers(0, 999_999_999)).map(lambda parts: f"{parts[0]}{parts[1]:09d}")


@pytest.mark.parametrize(
    ("cell", "left"),
    [
        ("079190123456", None),
        ("CCCD 079190123456", "CCCD"),
        ("079 190 123 456", None),
        ("079.190.123456 cấp 2021", "cấp 2021"),
        (79190123456.0, None),
        ("79190123456", None),
        ("0901234567", "0901234567"),
        ("+84901234567", "+84901234567"),
        (84901234567.0, 84901234567.0),
        ("0901234567 - 0912345678", "0901234567 - 0912345678"),
        ("0901 234 567; 0912 345 678", "0901 234 567; 0912 345 678"),
        ("028 3829 1234", "028 3829 1234"),
        ("NV00123", "NV00123"),
        ("123456789012", "123456789012"),
        ("1079190123456", "1079190123456"),
        (20240101.0, 20240101.0),
        (True, True),
        (None, None),
    ],
)
def test_what_is_left_of_a_cell(cell, left):
    assert without_citizen_numbers([cell]) == (left,)


@given(NUMBERS, st.text("abcđ ,;:()", max_size=8), st.text("abcđ ,;:()", max_size=8))
def test_no_number_survives_in_any_words(number, before, after):
    (left,) = without_citizen_numbers([f"{before}{number}{after}"])
    assert number not in (left or "")


@given(st.lists(st.one_of(st.text(), st.floats(allow_nan=False), st.none(), st.booleans())))
def test_cleaning_twice_is_cleaning_once_and_no_cell_is_lost(cells):
    once = without_citizen_numbers(cells)
    assert without_citizen_numbers(once) == once
    assert len(once) == len(cells)
