"""The public code and its check, the serial, and the state of a certificate on a day."""

import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates import rules
from certificates.rules import Endorsement, State, Verdict

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
BITS = st.binary(min_size=10, max_size=10)


def _codes(count):
    """Codes of bytes that are as good as random and the same in every run."""
    return [rules.make_code(sha256(str(number).encode()).digest()[:10]) for number in range(count)]


@pytest.mark.parametrize(
    ("random_bytes", "code"),
    [
        (bytes(10), "000000000000000000"),
        (bytes(9) + b"\x01", "000000000000000101"),
        ((1020).to_bytes(10, "big"), "00000000000000ZWZW"),
        ((1021).to_bytes(10, "big"), "00000000000000ZX00"),
        (bytes([255] * 10), "ZZZZZZZZZZZZZZZZDJ"),
    ],
)
def test_a_code_is_the_number_in_base_32_followed_by_the_number_mod_1021(random_bytes, code):
    check = int.from_bytes(random_bytes, "big") % 1021
    assert code[-2:] == ALPHABET[check // 32] + ALPHABET[check % 32]
    assert rules.make_code(random_bytes) == code


def test_a_code_is_shown_in_three_groups_of_six():
    assert rules.show_code("0123456789ABCDEFGH") == "012345-6789AB-CDEFGH"


@pytest.mark.parametrize("size", [0, 9, 11])
def test_any_other_number_of_random_bytes_is_refused(size):
    with pytest.raises(ValueError, match=f"^a code holds 10 random bytes, not {size}$"):
        rules.make_code(bytes(size))


@given(BITS)
def test_every_code_is_well_formed_and_can_be_read_back(random_bytes):
    code = rules.make_code(random_bytes)
    assert re.fullmatch(f"[{ALPHABET}]{{18}}", code)
    assert rules.read_code(code) == code == rules.read_code(rules.show_code(code))


@given(BITS, st.data())
def test_case_hyphens_spaces_and_look_alikes_are_forgiven(random_bytes, data):
    code = rules.make_code(random_bytes)
    alike = {"0": "0Oo", "1": "1IiLl"}
    separators = st.sampled_from(["", "", "-", " ", "–", "\u00a0", " - ", "\n"])
    typed = "".join(
        data.draw(st.sampled_from(alike.get(one, one + one.lower()))) + data.draw(separators) for one in code
    )
    assert rules.read_code(typed) == code


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "000000-000000-00000",
        "000000-000000-0000000",
        "00000000000000000U",
        "0000000000000000ồ0",
        "٠" * 18,
        "ß" * 9,
    ],
)
def test_what_cannot_be_a_code_is_told_as_mistyped(typed):
    assert rules.read_code(typed) is None


@pytest.mark.parametrize("foreign", ["U", "u", "!", "ồ"])
def test_a_foreign_character_is_not_passed_over_in_silence(foreign):
    (code,) = _codes(1)
    assert rules.read_code(f"{code[:7]}{foreign}{code[7:]}") is None


def _substitutions(code):
    return [code[:at] + other + code[at + 1 :] for at in range(18) for other in ALPHABET if other != code[at]]


def _neighbour_swaps(code):
    pairs = enumerate(pairwise(code))
    return [code[:at] + right + left + code[at + 2 :] for at, (left, right) in pairs if left != right]


def test_no_single_wrong_character_goes_undetected():
    wrong = [typed for code in _codes(36) for typed in _substitutions(code)]
    assert len(wrong) >= 20_000
    assert not [typed for typed in wrong if rules.read_code(typed)]


def test_no_swap_of_two_neighbours_goes_undetected():
    wrong = [typed for code in _codes(1_220) for typed in _neighbour_swaps(code)]
    assert len(wrong) >= 20_000
    assert not [typed for typed in wrong if rules.read_code(typed)]


@given(BITS, st.data())
def test_the_check_holds_for_any_code(random_bytes, data):
    code = rules.make_code(random_bytes)
    assert rules.read_code(data.draw(st.sampled_from(_substitutions(code)))) is None
    for typed in _neighbour_swaps(code):
        assert rules.read_code(typed) is None


def test_the_three_check_values_that_no_number_has_are_mistyped():
    for unused in ("ZX", "ZY", "ZZ"):
        assert rules.read_code("0" * 16 + unused) is None


def test_a_hundred_thousand_codes_do_not_repeat_and_have_no_order():
    codes = _codes(100_000)
    assert len(set(codes)) == 100_000
    rising = sum(left < right for left, right in pairwise(codes))
    assert 49_000 < rising < 51_000


def test_random_strings_pass_about_once_in_a_thousand():
    strings = ["".join(ALPHABET[byte % 32] for byte in sha256(str(n).encode()).digest()[:18]) for n in range(20_000)]
    passed = Counter(rules.read_code(typed) is not None for typed in strings)[True]
    assert passed < 40


@pytest.mark.parametrize(
    ("number", "unit", "printed"),
    [(418, "HS", "0418/GCN-HS"), (1, "BVA", "0001/GCN-BVA"), (12345, "HS", "12345/GCN-HS")],
)
def test_the_serial_is_printed_as_people_file_it(number, unit, printed):
    assert rules.serial(number, unit) == printed


LAST = date(2027, 6, 15)
TODAY = date(2026, 12, 1)
TOMORROW = TODAY + timedelta(days=1)


@pytest.mark.parametrize(
    ("day", "facts", "verdict"),
    [
        (TODAY, {}, Verdict(State.VALID)),
        (LAST, {}, Verdict(State.VALID)),
        (LAST + timedelta(days=1), {}, Verdict(State.EXPIRED, LAST)),
        (TODAY, {"revoked_on": TODAY}, Verdict(State.REVOKED, TODAY)),
        (TODAY, {"revoked_on": TOMORROW}, Verdict(State.VALID)),
        (LAST + timedelta(days=9), {"revoked_on": TODAY}, Verdict(State.REVOKED, TODAY)),
        (TODAY, {"replaced_on": TODAY}, Verdict(State.REPLACED, TODAY)),
        (TODAY, {"replaced_on": TOMORROW}, Verdict(State.VALID)),
        (LAST + timedelta(days=9), {"replaced_on": TODAY}, Verdict(State.REPLACED, TODAY)),
        (TOMORROW, {"revoked_on": TODAY, "replaced_on": TODAY}, Verdict(State.REPLACED, TODAY)),
        (TODAY, {"revoked_on": TODAY, "replaced_on": TOMORROW}, Verdict(State.REVOKED, TODAY)),
    ],
)
def test_the_state_of_a_certificate_on_a_day(day, facts, verdict):
    assert rules.verdict_on(day, last_day=LAST, **facts) == verdict


NOW = datetime(2026, 12, 1, 2, tzinfo=UTC)


def test_a_certificate_speaks_for_the_newest_edition_endorsed_so_far():
    endorsements = [Endorsement(3, NOW), Endorsement(2, NOW - timedelta(days=30))]
    editions = [
        rules.endorsed_edition(1, endorsements, at=NOW - before)
        for before in (timedelta(days=31), timedelta(days=30), timedelta(seconds=1), timedelta(0))
    ]
    assert editions == [1, 2, 2, 3]


def test_an_endorsement_never_lowers_the_edition():
    assert rules.endorsed_edition(3, [Endorsement(2, NOW)], at=NOW) == 3


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (date(2026, 11, 22), "ngày 22 tháng 11 năm 2026"),
        (date(2026, 2, 5), "ngày 05 tháng 02 năm 2026"),
        (date(2026, 1, 31), "ngày 31 tháng 01 năm 2026"),
        (date(2026, 3, 9), "ngày 09 tháng 3 năm 2026"),
        (date(2026, 10, 10), "ngày 10 tháng 10 năm 2026"),
    ],
)
def test_days_on_paper_leave_no_room_for_another_digit(day, written):
    assert rules.written_day(day) == written
