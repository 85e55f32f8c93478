"""The counters of the content check: sentences, words not to use, minutes, marks, reasons, pools and chance."""

import math
import unicodedata
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from courses.rules.lint import minutes, pools, reasons, sources, translations, words
from courses.rules.lint.chances import chi_square_tail, spread_chance
from courses.rules.lint.exceptions import LongSentence
from courses.rules.lint.sentences import faults as long_sentences
from courses.rules.lint.sentences import sentences, sentences_of
from courses.rules.lint.texts import Text
from courses.rules.reading import count_words
from courses.rules.shapes import Kind, Question, QuestionOption

FILE = "m9/lessons/01-open.vi.md"
LONG = "Khoản 2: " + "từ " * 18 + "cuối."


def written(said: str, kind: Kind = Kind.BODY, language: str = "vi", line: int = 7) -> Text:
    return Text(FILE, line, language, kind, said)


def asked(*options: tuple[bool, str], kind: str = "one", objective: str = "open-book") -> Question:
    made = tuple(QuestionOption(right, {"vi": text, "en": text}, {"vi": "", "en": ""}) for right, text in options)
    return Question(0, "m9-q01", objective, 1, kind, ("S1",), "m9-open/first", {"vi": "?", "en": "?"}, made)


def at_place(place: int, count: int = 4, kind: str = "one") -> Question:
    return asked(*((each == place, "lựa chọn") for each in range(count)), kind=kind)


# Sentences


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Một câu", ["Một câu"]),
        ("Một câu. Hai câu! Ba câu? Hết…", ["Một câu.", "Hai câu!", "Ba câu?", "Hết…"]),
        ("Một câu\ntrên hai dòng.  Câu nữa.", ["Một câu trên hai dòng.", "Câu nữa."]),
        ("Gọi 1900.0368 nha. Rồi chờ.", ["Gọi 1900.0368 nha.", "Rồi chờ."]),
        ("“Khoan đã!” bác nói. Em chờ.", ["“Khoan đã!” bác nói.", "Em chờ."]),
        ("“Khoan đã.” Em chờ.", ["“Khoan đã.”", "Em chờ."]),
        ("Dạ… em chờ.", ["Dạ… em chờ."]),
        ("Bác hỏi: “Ở đâu?” Em chỉ.", ["Bác hỏi:", "“Ở đâu?”", "Em chỉ."]),
        ('Bác hỏi: "Ở đâu vậy?"', ["Bác hỏi:", '"Ở đâu vậy?"']),
        ("Đúng: bác tự mở; em chỉ từ xa.", ["Đúng: bác tự mở; em chỉ từ xa."]),
        ("**Mở sổ.** *Rồi chờ.* Hết.", ["**Mở sổ.**", "*Rồi chờ.*", "Hết."]),
        ("Mở sổ (ở VNeID.) Rồi chờ.", ["Mở sổ (ở VNeID.)", "Rồi chờ."]),
        ("Bản 2.2.6 trở lên. 3 bước thôi.", ["Bản 2.2.6 trở lên.", "3 bước thôi."]),
        ("Xong. Ừ.", ["Xong.", "Ừ."]),
        ("Xong. Đợi chút.", ["Xong.", "Đợi chút."]),
        ("", [""]),
    ],
)
def test_a_text_falls_into_its_sentences(text: str, found: list[str]):
    assert list(sentences(text)) == found


PIECES = st.lists(
    st.sampled_from(["Bác", "mở", "sổ.", "“Đâu?”", "hỏi:", "Dạ…", "2.2.6", "**Xong!**", "\n", "em", "ạ)."])
)


@given(PIECES)
def test_no_word_is_lost_or_counted_twice(pieces: list[str]):
    text = " ".join(pieces)
    found = sentences(text)
    assert " ".join(found) == " ".join(text.split())
    assert sum(map(count_words, found)) == count_words(text)
    assert all(sentences(each) == (each,) for each in found), "a sentence is not cut again"


@example(20, Kind.BODY)
@example(21, Kind.BODY)
@given(st.integers(1, 60), st.sampled_from([Kind.BODY, Kind.SAY, Kind.REASON, Kind.TITLE]))
def test_more_than_twenty_words_are_too_many(count: int, kind: Kind):
    text = written("từ " * (count - 1) + "cuối.", kind)
    found = [each.sentence for each in long_sentences("m9", [text])]
    assert found == ([f"a sentence has {count} words; 20 are allowed: “từ từ từ từ từ từ…”"] if count > 20 else [])


def test_a_summary_has_its_own_limit():
    assert sentences_of(written(LONG, Kind.SUMMARY)) == ()


def test_a_long_sentence_is_excepted_as_often_as_it_stands_and_only_while_it_does():
    texts = [written(LONG), written(f"Ngắn. {LONG}", line=9), written("Ngắn.", language="en")]
    allowed = [LongSentence("m9", "vi", LONG, "the law's own words"), LongSentence("m8", "vi", "Khác.", "another's")]
    assert [each.line for each in long_sentences("m9", texts, ())] == [7, 9]
    assert list(long_sentences("m9", texts, allowed)) == []
    stale = [*allowed, LongSentence("m9", "en", LONG, "once"), LongSentence("m9", "vi", "Ngắn.", "once")]
    assert [str(each) for each in long_sentences("m9", texts, stale)] == [
        "m9/module.yaml:1: the exception for a long sentence in en is not needed: “Khoản 2: từ từ từ từ…”",
        "m9/module.yaml:1: the exception for a long sentence in vi is not needed: “Ngắn.”",
    ]


# Words not to use


@pytest.mark.parametrize(
    ("word", "text", "is_used"),
    [
        ("bệnh nhân", "Mời bệnh nhân vào.", True),
        ("bệnh nhân", "Mời Bệnh\n  Nhân vào.", True),
        ("bệnh nhân", "BỆNH NHÂN", True),
        ("bệnh nhân", unicodedata.normalize("NFD", "Mời bệnh nhân vào."), True),
        ("bệnh nhân", "**bệnh** nhân", True),
        ("bệnh nhân", "bệnh, nhân viên", False),
        ("bệnh nhân", "người bệnh nhân hậu", True),
        ("app", "Tải app.", True),
        ("app", "happy, apps, app1, miniapp, ứng dụng", False),
        ("app", "Mở App Store hoặc App  store.", False),
        ("app", "Mở App Store rồi tải app.", True),
        ("app", "Bác hỏi: “App nào?”", False),
        ("app", 'Bác hỏi: "App nào?"', False),
        ("app", "Bác hỏi: “App nào?” Em mở app.", True),
        ("click", "Bác hỏi: “Click vô đâu?”", True),
        ("sai rồi", "sai rời", False),
        ("user", "user’s", True),
        ("module", "Module: học phần", True),
    ],
)
def test_a_word_is_found_whole_in_any_case_and_composition(word: str, text: str, is_used: bool):
    row = next(each for each in words.AVOIDED if each.word == word)
    assert words.is_used(row, text) is is_used


@pytest.mark.parametrize(
    ("kind", "count"), [(Kind.BODY, 1), (Kind.REASON, 1), (Kind.SAY, 0), (Kind.TELL, 0), (Kind.OPTION, 0)]
)
def test_who_speaks_may_say_app_but_nothing_else_of_the_list(kind: Kind, count: int):
    assert len(list(words.faults([written("Mở app nha.", kind)]))) == count
    assert len(list(words.faults([written("Click nha.", kind)]))) == 1


def test_a_word_is_avoided_in_its_own_language_only():
    assert list(words.faults([written("This module, this quiz.", language="en")])) == []
    (fault,) = words.faults([written("Click here.", language="en")])
    assert str(fault) == f"{FILE}:7: the word “click” is not used; say “tap”"


LETTERS = st.text(alphabet="aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạấầẩẫậếềểễệ", min_size=1, max_size=6)


@given(LETTERS, LETTERS, st.sampled_from([" ", ".", "“", "\n", "", "-", "a", "ạ", "1"]), st.booleans(), st.booleans())
def test_a_word_counts_exactly_where_no_letter_touches_it(first, second, edge, is_upper, is_composed):
    row = words.Avoided("vi", f"{first} {second}", "khác")
    text = f"trước{edge}{first} {second}{edge}sau" if edge else f"{first} {second}"
    text = unicodedata.normalize("NFC" if is_composed else "NFD", text.upper() if is_upper else text)
    assert words.is_used(row, text) is not (edge.isalnum() if edge else False)


def test_the_list_says_for_each_word_what_to_say_instead():
    keys = [(each.language, each.word.casefold()) for each in words.AVOIDED]
    assert len(keys) == len(set(keys))
    for each in words.AVOIDED:
        assert each.language in {"vi", "en"}
        replaced = [other for other in words.AVOIDED if other.language == each.language]
        assert not any(words.is_used(other, each.instead) for other in replaced), each.instead


# Minutes


@pytest.mark.parametrize(
    ("count", "checks", "exact"), [(180, 0, Fraction(1)), (0, 3, Fraction(1, 2)), (540, 3, Fraction(7, 2)), (0, 0, 0)]
)
def test_a_minute_has_a_hundred_and_eighty_words_and_a_check_ten_seconds(count: int, checks: int, exact: Fraction):
    assert minutes.reading_minutes(count, checks) == exact


@given(st.integers(0, 3000), st.integers(0, 8))
def test_minutes_to_a_tenth_are_never_too_few(count: int, checks: int):
    exact = minutes.reading_minutes(count, checks)
    shown = Fraction(str(minutes.to_a_tenth(exact)))
    assert exact <= shown < exact + Fraction(1, 10)
    assert math.ceil(shown) == math.ceil(exact)


# Translations, reasons, sources


@pytest.mark.parametrize(
    "name", ["VNeID", "VssID.", "CH Play, App Store", "156", "1900.0368", "“BHYT”", "!", "Passcode", "OTP, passcode"]
)
def test_names_and_numbers_are_the_same_in_every_language(name: str):
    assert translations.is_name(name)


@pytest.mark.parametrize("text", ["Listen", "Nghe.", "the book", "VNeID app", "Mở VNeID ra"])
def test_whatever_has_words_is_translated(text: str):
    assert not translations.is_name(text)


def test_a_text_is_compared_with_those_of_the_same_kind():
    unit = {"vi": (written("Mở sổ ra", Kind.OPTION),), "en": (written("mở  sổ ra", Kind.REASON, "en"),)}
    assert list(translations.faults([unit])) == []
    copied = {**unit, "en": (written("mở  sổ ra", Kind.OPTION, "en"),)}
    assert [each.sentence for each in translations.faults([copied])] == [
        "the option is the same in vi and en: one is not translated"
    ]


@pytest.mark.parametrize(
    ("option", "reason", "count"),
    [
        ("Mở VNeID", "Mở VNeID", 1),
        ("Mở VNeID", "“Mở  vneid.”", 1),
        ("Mở VNeID", unicodedata.normalize("NFD", "Mở VNeID!"), 1),
        ("Mở VNeID", "Đúng: mở VNeID thì thấy sổ.", 0),
    ],
)
def test_a_reason_that_repeats_its_option_is_none(option: str, reason: str, count: int):
    texts = [written(option, Kind.OPTION), written(reason, Kind.REASON), written(option, Kind.OPTION)]
    assert len(list(reasons.faults(texts))) == count


@pytest.mark.parametrize(
    ("key", "title", "is_marked"),
    [
        ("S1", "Báo A: Sổ sức khỏe điện tử", False),
        ("S1", "UNSOURCED", True),
        ("S1", "Báo A (unsourced, check)", True),
        ("S1", "Báo A (check)", True),
        ("S1", "Báo A [check before printing]", True),
        ("S1", "Báo A, check", True),
        ("S1", "Báo A: check.", True),
        ("S1", "check: Báo A", True),
        ("S1", "Check", True),
        ("S1", "not found", True),
        ("S1", "Báo A: periodic health check data", False),
        ("S1", "Báo A (check-up data)", False),
        ("S1", "How to check your insurance card", False),
        ("S1", "Báo A: check your card", False),
        ("unsourced", "Báo A", True),
        ("S12-check", "Báo A", True),
        ("checklist", "Báo A", False),
        ("own", None, False),
    ],
)
def test_a_source_is_marked_in_its_key_or_its_title(key: str, title: str | None, is_marked: bool):
    assert sources.is_marked(key, title) is is_marked
    assert sources.is_marked(key, "Báo", title) is is_marked


# Pools


@pytest.mark.parametrize(
    ("lengths", "is_longest"), [((9, 3, 3), True), ((3, 9, 3), False), ((9, 9, 3), True), ((3, 3, 3), True)]
)
def test_the_right_option_is_the_longest_when_no_other_is_longer(lengths: tuple[int, ...], is_longest: bool):
    question = asked(*((place == 0, "ờ" * length) for place, length in enumerate(lengths)))
    assert pools.longest_right([question], "vi") == is_longest
    decomposed = asked(*((o.right, unicodedata.normalize("NFD", o.text["vi"])) for o in question.options[:1]),
                       *((o.right, o.text["vi"]) for o in question.options[1:]))  # fmt: skip
    assert pools.longest_right([decomposed], "vi") == is_longest


def test_only_questions_with_one_right_option_among_several_count():
    pool = [at_place(0, kind="several"), at_place(0, 2, kind="truefalse"), at_place(9), at_place(1), at_place(2, 3)]
    assert len(pools.ones(pool)) == 2
    assert pools.positions(pool) == {3: [0, 0, 1], 4: [0, 1, 0, 0]}
    assert pools.by_place(pool) == (0, 1, 1, 0)
    assert pools.by_place([]) == ()


@given(st.lists(st.tuples(st.integers(3, 4), st.integers(0, 2)), max_size=40), st.randoms(use_true_random=False))
def test_the_order_of_a_pool_changes_no_figure(drawn: list[tuple[int, int]], dice):
    pool = [at_place(place, count) for count, place in drawn]
    shuffled = list(pool)
    dice.shuffle(shuffled)
    assert pools.positions(shuffled) == pools.positions(pool)
    assert pools.by_place(shuffled) == pools.by_place(pool)
    assert sum(pools.by_place(pool)) == len(pools.ones(pool)) == len(pool)
    assert pools.longest_right(shuffled, "vi") == pools.longest_right(pool, "vi") == len(pool)


# Chance


@pytest.mark.parametrize(
    ("statistic", "freedom", "chance"),
    [  # critical values of the usual tables
        (3.841, 1, 0.05), (5.991, 2, 0.05), (7.815, 3, 0.05), (9.488, 4, 0.05), (11.070, 5, 0.05),
        (6.635, 1, 0.01), (9.210, 2, 0.01), (11.345, 3, 0.01), (13.277, 4, 0.01), (15.086, 5, 0.01),
        (0.115, 3, 0.99), (16.266, 3, 0.001),
    ],
)  # fmt: skip
def test_the_tail_of_chi_square_is_that_of_the_tables(statistic: float, freedom: int, chance: float):
    assert chi_square_tail(statistic, freedom) == pytest.approx(chance, rel=0.01)


@given(st.floats(0, 200), st.floats(0, 50), st.integers(1, 12))
def test_a_larger_statistic_is_never_more_likely(statistic: float, more: float, freedom: int):
    tail = chi_square_tail(statistic, freedom)
    assert 0 <= tail <= 1
    assert chi_square_tail(statistic + more, freedom) <= tail + 1e-12
    assert tail <= chi_square_tail(statistic, freedom + 1) + 1e-12
    assert chi_square_tail(0, freedom) == 1


@pytest.mark.parametrize(
    ("groups", "chance"),
    [
        ([], 1),
        ([[0, 0, 0, 0]], 1),
        ([[6, 6, 6, 6]], 1),
        ([[6, 6, 6, 6], [2, 2, 2]], 1),
        ([[12, 4, 4, 4]], 0.0460),  # χ² 8 with 3 degrees of freedom
        ([[12, 4, 4, 4], [6, 0, 0]], 0.00118),  # χ² 8 + 12 with 3 + 2
    ],
)
def test_an_uneven_spread_is_as_unlikely_as_it_is(groups: list[list[int]], chance: float):
    assert spread_chance(groups) == pytest.approx(chance, rel=0.1)


@given(st.lists(st.lists(st.integers(0, 20), min_size=3, max_size=4), max_size=3))
def test_the_names_of_the_places_do_not_matter(groups: list[list[int]]):
    assert spread_chance([sorted(counts) for counts in groups]) == pytest.approx(spread_chance(groups))
