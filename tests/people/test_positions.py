"""What facilities' own job titles mean in the city's list."""

import pytest

from app.people.rules.guesses import nearest
from app.people.rules.positions import PHRASES, POSITIONS, position_named, positions_named


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("BS", "doctor"),
        ("Bác sỹ CKI", "doctor"),
        ("BSCKII", "doctor"),
        ("Ths.BS", "doctor"),
        ("Y sĩ YHCT", "doctor"),
        ("ĐD", "nurse"),
        ("Điều dưỡng trưởng", "nurse"),
        ("Điều dưỡng trưởng khoa Nội", "nurse"),
        ("Cử nhân điều dưỡng hạng III", "nurse"),
        ("KTV", "nurse"),
        ("KTV. Xét nghiệm", "nurse"),
        ("NHS", "nurse"),
        ("Thu ngân", "reception"),
        ("Nhân viên tiếp đón", "reception"),
        ("CNTT", "it"),
        ("Kỹ thuật viên CNTT", "it"),
        ("NV hành chính", "admin"),
        ("Thư ký Giám đốc", "admin"),
        ("Trưởng khoa", "leader"),
        ("Bác sĩ trưởng khoa", "leader"),
        ("Trưởng phòng CNTT", "leader"),
        ("Phó Giám đốc", "leader"),
        ("Dược sĩ đại học", "pharmacist"),
        ("Nhân viên CTXH", "guide"),
        ("HỘ LÝ", "support"),
        ("Bao ve", "support"),
        ("Cộng tác viên dân số", "collaborator"),
        ("Nurse", "nurse"),
        ("Head of department", "leader"),
        ("bac si\u00a0", "doctor"),
    ],
)
def test_a_job_title_names_its_position(title, code):
    assert position_named(title) == code


@pytest.mark.parametrize("position", POSITIONS, ids=lambda position: position.code)
def test_the_citys_own_names_mean_themselves(position):
    assert position_named(position.vi) == position.code
    assert position_named(position.en) == position.code


@pytest.mark.parametrize("title", ["", "Nhân viên", "Phi công", "Bscc", "123"])
def test_an_unknown_title_names_nothing(title):
    assert position_named(title) is None


def test_a_title_that_names_two_positions_is_left_to_the_coordinator():
    assert positions_named("Điều dưỡng hành chính") == ("nurse", "admin")
    assert position_named("Điều dưỡng hành chính") is None


def test_no_phrase_means_two_positions():
    assert {position.code for position in POSITIONS} == set(PHRASES.values())


def test_the_nearest_names_are_proposed_best_first_and_each_key_once():
    names = {"khoa kham benh": "1", "phong kham benh": "1", "khoa cap cuu": "2", "ban giam doc": "3"}
    guesses = nearest("khoa kham benhh", names)
    assert [guess.key for guess in guesses][:1] == ["1"]
    assert guesses[0].score > 90
    assert len({guess.key for guess in guesses}) == len(guesses)
    assert nearest("zzz", names) == []
