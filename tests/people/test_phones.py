"""How phone numbers are read, stored and shown."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.people.rules.phones import PhoneState, mask_phone, normal_phone, read_phone, show_phone

STORED = "+84901234567"


@pytest.mark.parametrize(
    "written",
    [
        "0901234567",
        "0901 234 567",
        "0901.234.567",
        "0901-234-567",
        "0901 - 234 - 567",
        "(0901) 234567",
        "+84901234567",
        "+84 901 234 567",
        "+84 (0)901 234 567",
        "84901234567",
        84901234567.0,
        "0084901234567",
        "'0901234567",
        "\u200b0901234567\u00a0",
        "０９０１２３４５６７",
    ],
)
def test_a_number_is_stored_in_one_form(written):
    reading = read_phone(written)
    assert (reading.state, reading.number) == (PhoneState.GOOD, STORED)


@pytest.mark.parametrize("written", [901234567.0, "901234567", " 901 234 567"])
def test_a_number_whose_zero_excel_took_is_repaired_and_marked(written):
    reading = read_phone(written)
    assert (reading.state, reading.number) == (PhoneState.ZERO_LOST, STORED)


@pytest.mark.parametrize("written", ["0901234567 / 0912345678", "0901234567\n0912345678", "028 3829; 0901234567"])
def test_of_several_numbers_the_first_mobile_is_proposed(written):
    reading = read_phone(written)
    assert (reading.state, reading.number) == (PhoneState.SEVERAL, STORED)


@pytest.mark.parametrize(
    "written",
    [
        "0283829123",
        "01201234567",
        "090123456",
        "09012345678",
        "không có",
        "+901234567",
        1.5,
        date(2020, 1, 2),
        "0901234567x",
        "/",
        "٠٩٠١٢٣٤٥٦٧",
    ],
)
def test_anything_else_is_no_mobile_number(written):
    reading = read_phone(written)
    assert (reading.state, reading.number) == (PhoneState.WRONG, None)
    assert reading.written


@pytest.mark.parametrize("cell", [None, "", "  ", "\u200b", True])
def test_an_empty_cell_is_no_number_and_no_mistake(cell):
    assert read_phone(cell).state is PhoneState.EMPTY


def test_a_typed_number_must_be_whole():
    assert normal_phone("0901 234 567") == STORED
    assert normal_phone("901234567") is None


def test_numbers_are_shown_in_groups_and_masked_in_the_middle():
    assert show_phone(STORED) == "0901 234 567"
    assert mask_phone(STORED) == "0901 ••• 567"


@given(st.from_regex(r"\A0[35789][0-9]{8}\Z"))
def test_what_is_shown_reads_back_as_the_same_number(local):
    stored = normal_phone(local)
    assert stored == f"+84{local[1:]}"
    assert normal_phone(show_phone(stored)) == stored
    assert read_phone(float(local)).number == stored


@given(st.one_of(st.text(), st.floats(), st.booleans(), st.none()))
def test_any_cell_can_be_read(cell):
    reading = read_phone(cell)
    assert reading.number is None or normal_phone(reading.number) == reading.number
