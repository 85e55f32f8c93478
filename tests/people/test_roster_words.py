"""What the words of a roster mean: units, positions, points, dates, headings, old fonts."""

from dataclasses import replace
from datetime import date

import pytest

from app.kernel.sheets import read_table
from app.people.rules.columns import guess_columns
from app.people.rules.headings import Meaning
from app.people.rules.plan import Known, Outcome
from app.people.rules.positions import POSITIONS
from app.people.rules.reading import read_rows
from tests.people.files.make_files import FOLDER
from tests.people.files.words import encode
from tests.people.planning import HEAD, TUYET, TUYET_ROW, codes_of, only, person_row, plan_of

# Units, positions, points


def test_an_unknown_unit_is_asked_once_for_all_its_rows():
    rows = [
        person_row(code=f"NV{n}", name=name, unit="Khoa Xạ trị", phone=None) for n, name in enumerate(("Lê A", "Lê B"))
    ]
    plan = plan_of(*rows)
    (question,) = plan.questions
    assert (question.code, question.rows, question.default) == ("unit_unknown", (2, 3), "create")
    assert {row.unit for row in plan.rows} == {plan.new_units[0].key}
    assert plan.new_units[0].name == "Khoa Xạ trị"
    assert plan.counts[Outcome.NEW] == 2


def test_a_new_unit_is_named_as_written_in_small_letters():
    rows = [person_row(unit="KHOA XẠ TRỊ"), person_row(code="NV010", name="Võ Thị Lan", unit="Khoa Xạ trị", phone=None)]
    assert [unit.name for unit in plan_of(*rows).new_units] == ["Khoa Xạ trị"]
    assert [unit.name for unit in plan_of(rows[0]).new_units] == ["KHOA XẠ TRỊ"]


def test_a_unit_is_known_by_any_spelling_of_its_words():
    assert plan_of(person_row(unit="KHOA KHAM – BENH")).questions == ()


def test_the_nearest_units_are_proposed_first():
    (question,) = plan_of(person_row(unit="Khoa Cấp cứuu")).questions
    assert (question.choices[0].value, question.default) == ("unit:2", "unit:2")
    (question,) = plan_of(person_row(unit="Khoa Cấp cứu nhi đồng")).questions
    assert (question.choices[0].value, question.default) == ("unit:2", None)
    assert question.choices[-1].value == "create"


def test_rows_wait_for_a_unit_that_is_undecided():
    rows = [person_row(unit="Khoa Cấp cứu nhi đồng")]
    assert (only(plan_of(*rows)).outcome, only(plan_of(*rows)).action) == (Outcome.LOOK, None)
    assert not plan_of(*rows).can_be_applied
    plan = plan_of(*rows, choices={"unit_unknown:khoa cap cuu nhi dong": "unit:2"})
    assert (only(plan).unit, plan.can_be_applied, plan.undecided) == ("2", True, 0)
    assert [(each.kind, each.word, each.key) for each in plan.learned] == [(Meaning.UNIT, "khoa cap cuu nhi dong", "2")]


def test_what_a_word_was_said_to_mean_is_remembered_while_it_exists():
    remembered = {"kb": "1", "cc": "99"}
    assert only(plan_of(person_row(unit="KB"), remembered_units=remembered)).unit == "1"
    assert [each.code for each in plan_of(person_row(unit="CC"), remembered_units=remembered).questions] == [
        "unit_unknown"
    ]


def test_an_unknown_position_is_asked_and_cannot_be_created():
    plan = plan_of(person_row(position="Phi công"))
    (question,) = plan.questions
    assert (question.code, question.default, len(question.choices)) == ("position_unknown", None, len(POSITIONS))
    plan = plan_of(person_row(position="Phi công"), choices={question.key: "position:it"})
    assert (only(plan).position, plan.learned[0].word) == ("it", "phi cong")
    assert only(plan_of(person_row(position="Phi công"), remembered_positions={"phi cong": "it"})).position == "it"


def test_a_title_of_two_positions_proposes_both():
    (question,) = plan_of(person_row(position="Điều dưỡng hành chính")).questions
    assert [choice.value for choice in question.choices][:2] == ["position:nurse", "position:admin"]
    assert question.default is None
    (question,) = plan_of(person_row(position="Điều dưỡngg")).questions
    assert question.default == "position:nurse"


def test_new_people_without_a_position_or_unit_are_asked_about_once():
    rows = [("NV1", "Lê Hoàng Ân", None, None, None), ("NV2", "Võ Thị Lan", None, None, None)]
    plan = plan_of(*rows)
    assert [(each.code, each.default, each.rows) for each in plan.questions] == [
        ("unit_missing", "leave_empty", (2, 3)),
        ("position_missing", None, (2, 3)),
    ]
    assert {row.action for row in plan.rows} == {None}
    plan = plan_of(*rows, choices={"unit_missing": "unit:2", "position_missing": "position:nurse"})
    assert {(row.unit, row.position, row.outcome) for row in plan.rows} == {("2", "nurse", Outcome.NEW)}


def test_people_of_the_list_are_not_asked_for_what_the_file_leaves_out():
    assert plan_of(("NV001", "Nguyễn Thị Ánh Tuyết", None, None, None), people=[TUYET]).questions == ()


def test_headings_of_units_give_the_unit_where_no_column_does():
    name = "unit_headings.xlsx"
    table = read_table(FOLDER / name, name)
    reading = read_rows(table.rows, guess_columns(table.rows), choices={})
    assert [row.unit for row in reading.rows] == ["KHOA KHÁM BỆNH", "KHOA KHÁM BỆNH", "Khoa Cấp cứu"]
    assert [(row.number, row.text) for row in reading.ignored] == [(2, "KHOA KHÁM BỆNH"), (5, "Khoa Cấp cứu")]


@pytest.mark.parametrize(
    ("row", "is_person"),
    [
        (("", "Người lập biểu", "", "", ""), False),
        (("", "Tổng cộng: 25", "", "", ""), False),
        (("", "Giám đốc", "", "", "Người lập biểu"), False),
        (("II. Tổ Hành chính", "", "", "", ""), False),
        (("", "Tổ Hành chính", "", "", ""), False),
        (("", "", "", "", " "), False),
        (("", "Tô Văn An", "", "", ""), True),
        (("", "Khoa Thị Lan", "Khoa Khám bệnh", "", ""), True),
    ],
)
def test_titles_sums_and_signatures_are_no_people(row, is_person):
    plan = plan_of(person_row(), row)
    assert (len(plan.rows), len(plan.ignored)) == ((2, 0) if is_person else (1, 1))


def test_a_service_point_is_found_by_name_or_left_empty():
    head = (*HEAD, "Điểm phục vụ")
    points = (Known("p1", "Quầy tiếp đón 1", "1"),)
    plan = plan_of((*TUYET_ROW, "quầy tiếp đón 1"), people=[TUYET], head=head, points=points)
    assert [(change.column, change.after) for change in only(plan).changes] == [(Meaning.POINT, "p1")]
    standing = replace(TUYET, points=frozenset({"p1"}))
    assert (
        only(plan_of((*TUYET_ROW, "Quầy tiếp đón 1"), people=[standing], head=head, points=points)).outcome
        is Outcome.SAME
    )
    (question,) = plan_of((*TUYET_ROW, "Sảnh B"), people=[TUYET], head=head, points=points).questions
    assert (question.code, question.default) == ("point_unknown", "leave_empty")
    (question,) = plan_of((*TUYET_ROW, "Quầy tiếp đón 11"), people=[TUYET], head=head, points=points).questions
    assert question.default == "point:p1"


# Sign-in, formulas, dates, old fonts


def test_someone_who_could_not_sign_in_is_asked_about():
    row = person_row(code=None, phone=None)
    (question,) = plan_of(row).questions
    assert (question.code, question.default, only(plan_of(row)).action) == ("no_identifier", None, None)
    made = only(plan_of(row, choices={"no_identifier": "make_code"}))
    assert (made.outcome, made.makes_code) == (Outcome.NEW, True)
    assert only(plan_of(row, choices={"no_identifier": "skip_row"})).outcome is Outcome.SKIP


def test_a_formula_without_a_value_is_reported_not_imported():
    row = only(plan_of(person_row(name=None), valueless={(2, 1)}))
    assert (codes_of(row), row.action) == (["value_missing"], Outcome.SKIP)
    row = only(plan_of(person_row(phone=None), valueless={(2, 4)}))
    assert (codes_of(row), row.action, row.phone) == (["value_missing"], Outcome.NEW, None)


DATES = ("Mã NV", "Họ và tên", "Khoa", "Chức danh", "Ngày vào làm")


def _dated(*cells):
    return [(f"NV{n}", f"Lê {('Ân', 'Hà', 'Tú')[n]}", "Khoa Khám bệnh", "Bác sĩ", cell) for n, cell in enumerate(cells)]


def test_days_are_read_and_wrong_ones_asked():
    first, second, third = plan_of(*_dated("31/12/2019", 32873.0, "hôm qua"), head=DATES).rows
    assert (first.start, second.start) == (date(2019, 12, 31), date(1989, 12, 31))
    assert (codes_of(third), third.action, third.start) == (["date_wrong"], Outcome.NEW, None)


def test_which_number_is_the_day_is_always_asked():
    plan = plan_of(*_dated("03/04/2020"), head=DATES)
    (question,) = plan.questions
    assert (question.code, question.default, plan.can_be_applied) == ("date_order", None, False)
    assert [choice.values["day"] for choice in question.choices] == [3, 4]
    assert only(plan_of(*_dated("03/04/2020"), head=DATES, choices={"date_order": "month_first"})).start == date(
        2020, 3, 4
    )


def test_other_rows_may_suggest_the_order_but_not_decide_it():
    plan = plan_of(*_dated("03/04/2020", "31/12/2019"), head=DATES)
    assert plan.questions[0].default == "day_first"
    assert plan.rows[0].start == date(2020, 4, 3)
    assert plan_of(*_dated("03/04/2020", "31/12/2019", "12/31/2019"), head=DATES).questions[0].default is None


def test_an_old_font_is_converted_only_when_confirmed():
    row = tuple(encode(text, "tcvn3") for text in TUYET_ROW)
    plan = plan_of(row)
    (question,) = plan.questions
    assert (question.code, question.default, question.rows) == ("legacy_encoding", None, (2,))
    assert question.values["after"] == "Nguyễn Thị Ánh Tuyết"
    assert (only(plan).outcome, only(plan).action) == (Outcome.LOOK, None)
    converted = plan_of(row, choices={"legacy_encoding": "convert"})
    assert only(converted).name == "Nguyễn Thị Ánh Tuyết"
    assert (only(converted).unit, only(converted).position) == ("1", "nurse")
    kept = plan_of(row, choices={"legacy_encoding": "keep"})
    assert "Nguy" in only(kept).name
    assert only(kept).name != "Nguyễn Thị Ánh Tuyết"


def test_family_and_given_names_in_two_columns_are_one_name():
    plan = plan_of(("NV1", "Nguyễn Thị Ánh", "Tuyết", "0901234567"), head=("Mã NV", "Họ đệm", "Tên", "SĐT"))
    assert only(plan).name == "Nguyễn Thị Ánh Tuyết"
