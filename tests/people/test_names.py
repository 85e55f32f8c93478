"""How names are cleaned, searched and put in order."""

import sqlite3
import unicodedata
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app.kernel.db import db
from app.people.models import Person
from app.people.rules import names
from tests.builders import save
from tests.people.files.words import make_names

VIETNAMESE = st.text(
    alphabet="AĂÂBĐEÊIKOÔƠUƯYaăâbđeêgikoôơtuưyÁạẢẫỜợ '-\u0301\u0323\u00a0\u200b\u3000Ａｂ\u00d0", max_size=24
)
ANYTHING = st.one_of(VIETNAMESE, st.text(max_size=24))


def _shuffled(words):
    return words[::-2] + words[-2::-2]


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("Nguyễn Thị Ánh Tuyết", "Nguyễn Thị Ánh Tuyết"),
        ("  Nguyễn   Thị Ánh ", "Nguyễn Thị Ánh"),
        (unicodedata.normalize("NFD", "Nguyễn Thị Ánh"), "Nguyễn Thị Ánh"),
        ("NGUYỄN THỊ ÁNH", "Nguyễn Thị Ánh"),
        ("nguyễn thị ánh", "Nguyễn Thị Ánh"),
        ("NGUYỄN THỊ ÁNH-TUYẾT", "Nguyễn Thị Ánh-Tuyết"),
        ("K’BRỪNG", "K'Brừng"),
        ("H'HEN NIÊ", "H'Hen Niê"),
        ("Nguyễn\u00a0Thị\u200b Ánh\ufeff", "Nguyễn Thị Ánh"),
        ("Nguyễn\nThị\tÁnh", "Nguyễn Thị Ánh"),
        ("Ｎｇｕｙễｎ　Thị Ánh", "Nguyễn Thị Ánh"),
        ("Ðặng Thị Ánh", "Đặng Thị Ánh"),
        ("Lê Văn\u202e Cường", "Lê Văn Cường"),
        ("Nguyễn Văn\x00 An", "Nguyễn Văn An"),
        ("de la Cruz", "de la Cruz"),
        ("AN", "An"),
        ("", ""),
    ],
)
def test_a_name_is_stored_in_one_form(written, stored):
    assert names.clean_name(written) == stored


@given(ANYTHING)
def test_cleaning_twice_changes_nothing_more(text_):
    for clean in (names.clean_name, names.clean_text, names.search_key):
        assert clean(clean(text_)) == clean(text_)


@given(ANYTHING)
def test_a_clean_name_is_nfc_and_has_nothing_invisible(text_):
    cleaned = names.clean_name(text_)
    assert unicodedata.is_normalized("NFC", cleaned)
    assert not [letter for letter in cleaned if unicodedata.category(letter)[0] == "C"]
    assert cleaned == " ".join(cleaned.split())


@pytest.mark.parametrize(
    ("written", "searched"),
    [("Nguyễn Thị ÁNH", "nguyen thi anh"), ("Đặng Đình", "dang dinh"), ("Khoa Nội 2", "khoa noi 2"), ("Hà", "ha")],
)
def test_search_ignores_marks_and_case(written, searched):
    assert names.search_key(written) == searched


def test_a_search_key_can_be_searched_for_marks_written_apart():
    assert names.search_key(unicodedata.normalize("NFD", "Thủy Đặng")) == "thuy dang"


@pytest.mark.parametrize(
    "in_order",
    [
        "ma mà mả mã má mạ",
        "Duy Đặng Oanh Ôn Ơn Uyên Ước",
        "a ă â b c d đ e ê g h i k l m n o ô ơ p q r s t u ư v x y",
        "An Án Ang Anh Ánh Ân Bình",
    ],
)
def test_names_stand_in_the_order_of_the_dictionary(in_order):
    words = in_order.split()
    assert sorted(_shuffled(words), key=names.sort_key) == words
    assert sorted(_shuffled(words), key=names.text_sort_key) == words


def test_people_stand_by_given_name_then_middle_then_family():
    in_order = [
        "An",
        "Lê An",
        "Trần Văn An",
        "Lê Thị Án",
        "Nguyễn Thị Ánh",
        "Lê Văn Ánh",
        "Nguyễn Văn Ánh",
        "Nguyễn Văn Đạt Ánh",
    ]
    assert sorted(_shuffled(in_order), key=names.sort_key) == in_order


def test_the_given_name_weighs_more_than_any_tone_before_it():
    assert names.sort_key("Trần Văn An") < names.sort_key("Nguyễn Thị Ánh")


@pytest.mark.parametrize(("one", "other"), [("Thuý", "Thúy"), ("Hoà", "Hòa"), ("TRẦN AN", "Trần An")])
def test_spellings_of_one_name_share_a_place(one, other):
    assert names.sort_key(one) == names.sort_key(other)


def test_other_names_stand_left_to_right_and_by_number():
    in_order = ["Ban Giám đốc", "Khoa Nội 2", "Khoa Nội 02 B", "Khoa Nội 10", "Khoa Nội A", "Khoa Nội – Tim mạch"]
    assert sorted(_shuffled(in_order), key=names.text_sort_key) == in_order


def test_letters_of_other_scripts_come_last_and_other_marks_after_the_tones():
    in_order = ["Zung", "Ван"]
    assert sorted(_shuffled(in_order), key=names.text_sort_key) == in_order
    assert names.sort_key("Ma") < names.sort_key("Mạ") < names.sort_key("Mä") < names.sort_key("Me")


@given(ANYTHING, ANYTHING)
def test_sort_keys_are_ascii_so_every_database_orders_them_alike(one, other):
    keys = [names.sort_key(one), names.sort_key(other), names.text_sort_key(one), names.text_sort_key(other)]
    assert all(key.isascii() and key.isprintable() for key in keys)
    assert sorted(keys) == sorted(keys, key=str.encode)


def test_sqlite_orders_two_thousand_names_as_python_does():
    people = make_names(2000, seed=1)
    assert len(people) == 2000
    with sqlite3.connect(":memory:") as database:
        database.execute("create table person (name text, sort_key text)")
        database.executemany("insert into person values (?, ?)", [(name, names.sort_key(name)) for name in people])
        rows = database.execute("select name from person order by sort_key, name").fetchall()
    database.close()
    assert [name for (name,) in rows] == sorted(people, key=lambda name: (names.sort_key(name), name))


def test_both_databases_order_people_as_python_does(context):
    people = make_names(500, seed=2)
    now = datetime(2026, 11, 23, tzinfo=UTC)
    save(*[Person(name=name, search_key="", sort_key=names.sort_key(name), created_at=now) for name in people])
    stored = list(db.session.scalars(select(Person.sort_key).order_by(Person.sort_key)))
    assert stored == sorted(names.sort_key(name) for name in people)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Nguyễn Thị Thuý", "Nguyễn Thị Thúy"),
        ("Đặng Đức", "Dang Duc"),
        ("Lý Mỹ Vy", "Lí Mĩ Vi"),
        ("Quý", "Quí"),
        ("NGUYEN THI ANH", "Nguyễn Thị Ánh"),
        ("H'Hen Niê", "H’Hen Nie"),
    ],
)
def test_spellings_of_one_name_share_a_match_key(one, other):
    assert names.match_key(one) == names.match_key(other)
    assert names.may_be_same_name(one, other)


@pytest.mark.parametrize(("one", "other"), [("Mai", "May"), ("Thủy", "Thủi"), ("Duy", "Dui"), ("An", "Ân Ân")])
def test_different_names_have_different_match_keys(one, other):
    assert names.match_key(one) != names.match_key(other)
    assert not names.may_be_same_name(one, other)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("Lê Hoa", "Lê Hòa", True), ("Lê Hóa", "Lê Hòa", False), ("Lê Hoà", "Lê Hòa", True), ("Lí Hoà", "Lý Hòa", True)],
)
def test_two_marked_names_with_other_tones_are_two_names(one, other, same):
    assert names.may_be_same_name(one, other) is same


def test_people_are_called_by_their_last_word():
    assert names.given_name("Nguyễn Thị Ánh Tuyết") == "Tuyết"
    assert names.given_name("") == ""


@pytest.mark.parametrize(("name", "letters"), [("Nguyễn Thị Ánh", "NÁ"), ("an", "A"), ("", ""), ("Đặng Ơn", "ĐƠ")])
def test_initials_are_those_of_the_first_and_last_word(name, letters):
    assert names.initials(name) == letters
