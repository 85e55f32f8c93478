"""How old fonts and misread files are recognised, and how everything else is left alone."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.people.rules import legacy
from app.people.rules.legacy import Scheme, decode, propose, scheme_of
from app.people.rules.names import clean_name
from app.people.rules.syllables import is_syllable
from tests.people.files.words import FOREIGN_NAMES, FOREIGN_TEXT, OLD_FONTS, encode, make_names

SCHEMES = list(Scheme)


@pytest.mark.parametrize(("scheme", "written", "meant"), OLD_FONTS)
def test_known_samples_read_as_they_were_meant(scheme, written, meant):
    assert clean_name(decode(written, Scheme(scheme))) == meant
    assert scheme_of(written) is Scheme(scheme)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_two_thousand_names_come_back_as_they_were(scheme):
    people = make_names(2000, seed=3)
    typed = [encode(name, scheme) for name in people]
    proposal = propose(typed)
    assert proposal.scheme is scheme
    assert proposal.is_whole
    assert proposal.count > 1500
    assert [proposal.convert_name(name) for name in typed] == people


@pytest.mark.parametrize("scheme", SCHEMES)
def test_names_in_capitals_come_back_too(scheme):
    people = make_names(300, seed=4)
    typed = [encode(name.upper(), scheme) for name in people]
    proposal = propose(typed)
    assert [clean_name(proposal.convert_name(name)) for name in typed] == people


def test_ten_thousand_unicode_names_are_never_taken_for_old_fonts():
    people = make_names(10_000, seed=5)
    assert [name for name in people if scheme_of(name) or scheme_of(name.upper())] == []
    assert propose(people) is None
    assert propose([unicodedata.normalize("NFD", name) for name in people]) is None


@pytest.mark.parametrize("text", FOREIGN_NAMES + FOREIGN_TEXT)
def test_foreign_names_and_texts_are_never_taken_for_old_fonts(text):
    assert scheme_of(text) is None
    for word in text.split():
        assert scheme_of(word) is None


@pytest.mark.parametrize("scheme", SCHEMES)
def test_in_a_mixed_file_only_what_is_certain_is_converted(scheme):
    old = encode("Nguyễn Thị Ánh", scheme)
    proposal = propose([old, "Trần Thị Hường", "Vò Tó", "Zoé Martin"])
    assert not proposal.is_whole
    assert proposal.samples[0][0] == old
    assert proposal.convert_name(old) == "Nguyễn Thị Ánh"
    for kept in ("Trần Thị Hường", "Vò Tó", "Zoé Martin", "Khoa KB"):
        assert proposal.convert_name(kept) == kept
        assert proposal.convert(kept) == kept


def test_in_a_whole_file_abbreviations_stand_beside_converted_words():
    proposal = propose([encode("Nguyễn Thị Ánh", Scheme.TCVN3)])
    assert proposal.convert(encode("KTV điện tâm đồ", Scheme.TCVN3)) == "KTV điện tâm đồ"
    assert proposal.convert("Zoé Martin") == "Zoé Martin"


def test_a_file_in_two_schemes_is_proposed_by_the_more_frequent_one():
    typed = [encode(name, Scheme.VNI) for name in make_names(9, seed=6)] + [encode("Trần Thị Ánh", Scheme.TCVN3)]
    assert propose(typed).scheme is Scheme.VNI
    assert len(propose(typed).samples) == 3


def test_plain_text_proposes_nothing():
    assert propose(["Nguyen Thi Anh", "", "Khoa KB"]) is None


def test_what_is_not_twice_encoded_stays():
    assert decode("Ánh ễ", Scheme.UTF8_TWICE) == "Ánh ễ"
    assert decode("Ánh", Scheme.UTF8_TWICE) == "Ánh"


@pytest.mark.parametrize("word", ["Nguyễn", "Thị", "Ánh", "Quỳnh", "Giang", "Gì", "Nghĩa", "Yến", "Ý", "Hoá", "quyết"])
def test_syllables_of_the_language_are_known(word):
    assert is_syllable(word)
    assert is_syllable(unicodedata.normalize("NFD", word.upper()))


@pytest.mark.parametrize("word", ["Dupont", "quốcc", "hật́", "hatè", "mạs", "càt", "Kha", "cê", "", "NguyÔn"])
def test_other_words_are_not(word):
    assert is_syllable(word) is (word == "Kha")


@given(st.text(max_size=30))
def test_any_text_can_be_looked_at(text):
    found = scheme_of(text)
    proposal = propose([text])
    assert (proposal is None) is (found is None)
    for scheme in Scheme:
        assert isinstance(decode(text, scheme), str)


@given(st.text(alphabet=st.characters(max_codepoint=127)))
def test_plain_ascii_is_never_converted(text):
    assert scheme_of(text) is None
    assert legacy.Proposal(Scheme.VNI, 1, (), is_whole=True).convert(text) == text
