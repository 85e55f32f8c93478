"""Looking a word up in the guide, one language of two, and what is printed on which sheet."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses import rules

TEXT = "Giấy chuyển chỉ có trong máy, có được không? Đổi máy, 1900.0368"
WORDS = st.text(alphabet="aăâbcdđeêghiklmnoôơpqrstuưvxyắằẵộờữỹ ,.!", max_size=40)


@pytest.mark.parametrize(
    ("asked", "is_there"),
    [
        ("", True),
        ("giay chuyen", True),
        ("GIẤY", True),
        ("chuyen giay", True),
        ("giay ch", True),
        ("doi may", True),
        ("1900", True),
        ("1900.0368", True),
        ("uyen", False),
        ("giay hen", False),
        ("??", True),
    ],
)
def test_words_are_found_without_marks_by_their_beginning(asked: str, is_there: bool):
    key = rules.find_key(TEXT)
    assert rules.found_among(asked, [key]) == ({key} if is_there else set())


def test_words_that_follow_each_other_are_meant_before_words_that_stand_apart():
    together, apart = rules.find_key("Sổ tôi trống trơn."), rules.find_key("Trong sổ có gì, trống không?")
    assert rules.found_among("trống trơn", [together, apart]) == {together}
    assert rules.found_among("trong so", [together, apart]) == {apart}
    assert rules.found_among("so trong", [together, apart]) == {together, apart}


@given(WORDS)
def test_every_word_of_a_text_finds_it_with_and_without_marks(text: str):
    key = rules.find_key(text)
    for word in text.replace(",", " ").replace(".", " ").replace("!", " ").split():
        assert rules.found_among(word, [key])
        assert rules.found_among(unicodedata.normalize("NFD", word.upper()), [key])


def test_one_language_is_taken_out_of_every_pair():
    content = {"title": {"vi": "Sổ", "en": "Book"}, "steps": [{"vi": "a", "en": "b"}, 3], "id": "x", "day": None}
    assert rules.in_one_language(content, "vi") == {"title": "Sổ", "steps": ["a", 3], "id": "x", "day": None}
    assert rules.in_one_language(content, "en")["title"] == "Book"


@pytest.mark.parametrize(
    ("kind", "language", "size"),
    [
        ("booklet", "vi", "A5"), ("booklet", "en", "A5"), ("sheet", "vi", "A4"), ("sheet", "en", "A4"),
        ("poster-scam", "vi", "A3"), ("poster-scam", "en", "A4"),
    ],
)  # fmt: skip
def test_posters_hang_large_in_vietnamese(kind: str, language: str, size: str):
    assert rules.sheet_size(kind, language) == size


def test_every_poster_is_a_paper_of_its_own():
    assert rules.paper_kinds({"posters": [{"id": "a"}, {"id": "b"}]}) == ("booklet", "sheet", "poster-a", "poster-b")


@pytest.mark.parametrize(
    ("written", "shown"),
    [("2026-01-31", "31/01/2026"), ("2024-11", "2024-11"), ("after 07/11/2024", "after 07/11/2024"), (None, "")],
)
def test_a_sources_day_is_written_as_people_write_it(written: str | None, shown: str):
    assert rules.written_day(written) == shown
