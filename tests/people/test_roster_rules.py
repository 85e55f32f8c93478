"""Who the rows of a roster are, and what they would change."""

from dataclasses import replace

import pytest

from app.people.rules.headings import Meaning
from app.people.rules.plan import ExistingPerson, Outcome
from tests.people.planning import BINH, BINH_ROW, TUYET, TUYET_ROW, codes_of, only, person_row, plan_of

# New, changed, same


def test_someone_the_list_does_not_have_is_new():
    row = only(plan_of(person_row()))
    assert (row.outcome, row.action, row.person_id, row.changes) == (Outcome.NEW, Outcome.NEW, None, ())
    assert (row.name, row.code, row.phone) == ("Lê Hoàng Ân", "NV009", "+84387654321")
    assert (row.unit, row.position) == ("1", "doctor")


def test_a_row_that_says_what_the_list_says_changes_nothing():
    plan = plan_of(TUYET_ROW, BINH_ROW, people=[TUYET, BINH])
    assert [row.outcome for row in plan.rows] == [Outcome.SAME, Outcome.SAME]
    assert [row.person_id for row in plan.rows] == [7, 8]
    assert (plan.missing, plan.questions, plan.can_be_applied) == ((), (), True)
    assert plan.counts[Outcome.SAME] == 2


def test_what_the_file_says_otherwise_is_an_update():
    row = only(plan_of(("nv001", "Nguyễn Thị Ánh Tuyết", "Khoa Cấp cứu", "Trưởng khoa", "0333444555"), people=[TUYET]))
    assert row.outcome is Outcome.UPDATE
    assert {(change.column, change.before, change.after) for change in row.changes} == {
        (Meaning.UNIT, "1", "2"),
        (Meaning.POSITION, "nurse", "leader"),
        (Meaning.PHONE, "+84901234567", "+84333444555"),
    }


def test_empty_cells_take_nothing_away():
    row = only(plan_of(("NV001", "Nguyễn Thị Ánh Tuyết", None, None, None), people=[TUYET]))
    assert (row.outcome, row.problems) == (Outcome.SAME, ())


def test_counts_add_up_to_the_rows():
    plan = plan_of(TUYET_ROW, person_row(), person_row(code="X1", name=None), people=[TUYET])
    assert sum(plan.counts.values()) == 3
    assert plan.counts == {
        Outcome.NEW: 1, Outcome.UPDATE: 0, Outcome.SAME: 1, Outcome.LOOK: 1, Outcome.SKIP: 0, Outcome.INVITE: 0
    }  # fmt: skip


# Names


def test_a_row_without_a_name_is_left_out_and_shown():
    row = only(plan_of(person_row(name=" ")))
    assert (row.outcome, row.action, codes_of(row)) == (Outcome.LOOK, Outcome.SKIP, ["name_missing"])


def test_a_cleaned_name_is_told_and_not_asked():
    row = only(plan_of(person_row(name="LÊ  HOÀNG ÂN")))
    assert (row.outcome, row.name) == (Outcome.NEW, "Lê Hoàng Ân")
    assert [(note.code, note.values) for note in row.notes] == [
        ("name_cleaned", {"before": "LÊ  HOÀNG ÂN", "after": "Lê Hoàng Ân"})
    ]


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "=HYPERLINK(1)", "Lê Ân 2", "a@b.vn", "---"])
def test_what_does_not_look_like_a_name_is_asked(name):
    row = only(plan_of(person_row(name=name)))
    assert (row.outcome, row.action, codes_of(row)) == (Outcome.LOOK, None, ["name_odd"])
    kept = only(plan_of(person_row(name=name), choices={"2:name_odd:name": "keep_text"}))
    assert (kept.outcome, kept.name) == (Outcome.NEW, row.name)


def test_a_name_or_code_of_any_length_is_not_stored():
    assert codes_of(only(plan_of(person_row(name="Lê " + "â" * 100)))) == ["text_too_long"]
    row = only(plan_of(person_row(code="X" * 33), choices={"2:text_too_long:code": "leave_empty"}))
    assert (row.outcome, row.code) == (Outcome.NEW, None)
    assert only(plan_of(person_row(unit="Khoa " + "x" * 200))).action is None


@pytest.mark.parametrize("written", ["Nguyen Thi Anh Tuyet", "NGUYEN THI ANH TUYET", "Nguyễn Thi Ánh Tuyết"])
def test_a_name_without_marks_never_replaces_one_with_marks(written):
    row = only(plan_of(("NV001", written, *TUYET_ROW[2:]), people=[TUYET]))
    assert (row.outcome, row.name) == (Outcome.SAME, "Nguyễn Thị Ánh Tuyết")
    assert row.notes[-1].code == "name_marks_kept"


def test_another_place_of_the_tone_is_no_change():
    thuy = replace(TUYET, name="Nguyễn Thị Thúy")
    row = only(plan_of(("NV001", "Nguyễn Thị Thuý", *TUYET_ROW[2:]), people=[thuy]))
    assert (row.outcome, row.name, row.notes[-1].code) == (Outcome.SAME, "Nguyễn Thị Thúy", "name_spelling_kept")


def test_marks_that_the_list_lacked_are_an_update():
    bare = replace(TUYET, name="Nguyen Thi Anh Tuyet")
    row = only(plan_of(TUYET_ROW, people=[bare]))
    assert (row.outcome, [change.after for change in row.changes]) == (Outcome.UPDATE, ["Nguyễn Thị Ánh Tuyết"])


# Staff codes


def test_a_code_that_belongs_to_another_name_is_asked():
    row = only(plan_of(("NV001", "Phạm Thị Lan", *TUYET_ROW[2:]), people=[TUYET]))
    assert (row.outcome, row.action, codes_of(row)) == (Outcome.LOOK, None, ["code_other_name"])
    assert [choice.value for choice in row.problems[0].choices] == ["keep_name", "change_name", "skip_row"]


@pytest.mark.parametrize(
    ("answer", "outcome", "name"),
    [
        ("keep_name", Outcome.SAME, "Nguyễn Thị Ánh Tuyết"),
        ("change_name", Outcome.UPDATE, "Phạm Thị Lan"),
        ("skip_row", Outcome.SKIP, "Phạm Thị Lan"),
        ("same:999", Outcome.LOOK, "Phạm Thị Lan"),
    ],
)
def test_the_answer_about_a_code_decides(answer, outcome, name):
    choices = {"2:code_other_name:code": answer}
    plan = plan_of(("NV001", "Phạm Thị Lan", *TUYET_ROW[2:]), people=[TUYET], choices=choices)
    assert (only(plan).outcome, only(plan).name) == (outcome, name)
    assert plan.missing == ()


def test_the_code_of_someone_who_left_may_go_to_someone_new():
    gone = replace(TUYET, is_active=False, phone=None)
    choices = {"2:code_other_name:code": "new_person"}
    assert (
        only(plan_of(("NV001", "Phạm Thị Lan", *TUYET_ROW[2:]), people=[gone], choices=choices)).action is Outcome.NEW
    )


def test_a_code_in_two_rows_is_asked_at_the_second():
    rows = (person_row(), person_row(name="Phạm Thị Lan", phone="0332345678"))
    first, second = plan_of(*rows).rows
    assert (first.outcome, second.outcome, codes_of(second)) == (Outcome.NEW, Outcome.LOOK, ["code_twice"])
    assert second.problems[0].values["row"] == 2
    first, second = plan_of(*rows, choices={"3:code_twice:code": "use_this"}).rows
    assert (first.outcome, second.outcome) == (Outcome.SKIP, Outcome.NEW)
    assert first.notes[0].code == "replaced_by_row"
    first, second = plan_of(*rows, choices={"3:code_twice:code": "leave_empty"}).rows
    assert (second.outcome, second.code) == (Outcome.NEW, None)


def test_one_person_in_two_units_cannot_lose_the_code():
    second = plan_of(person_row(), person_row(unit="Khoa Cấp cứu")).rows[1]
    assert [choice.value for choice in second.problems[0].choices] == ["skip_row", "use_this"]


def test_a_row_that_repeats_another_is_left_out():
    first, second = plan_of(person_row(), person_row()).rows
    assert (first.outcome, second.outcome, second.action) == (Outcome.NEW, Outcome.LOOK, Outcome.SKIP)
    assert codes_of(second) == ["duplicate_row"]


def test_zeros_that_excel_took_from_a_code_are_given_back():
    person = replace(TUYET, staff_code="00123")
    row = only(plan_of((123.0, *TUYET_ROW[1:]), people=[person]))
    assert (row.outcome, row.code, row.notes[0].code) == (Outcome.SAME, "00123", "code_zeros_restored")
    assert only(plan_of((123.0, "Phạm Thị Lan", *TUYET_ROW[2:4], None), people=[person])).outcome is Outcome.NEW
    assert only(plan_of(("123", *TUYET_ROW[1:]), people=[person])).outcome is not Outcome.SAME


def test_two_rows_cannot_mean_one_person():
    person = replace(TUYET, staff_code="0123")
    plan = plan_of(("0123", *TUYET_ROW[1:]), (123.0, *TUYET_ROW[1:4], None), people=[person])
    assert (codes_of(plan.rows[1]), plan.rows[1].action) == (["person_twice"], Outcome.SKIP)


# Likely duplicates


def test_two_spellings_in_one_unit_are_asked_and_never_merged():
    thuy = ExistingPerson(9, "Nguyễn Thị Thúy", "NV100", None, "1", "nurse")
    row = only(plan_of(person_row(code="NV200", name="Nguyễn Thị Thuý", phone=None), people=[thuy]))
    assert (row.outcome, row.action, codes_of(row)) == (Outcome.LOOK, None, ["likely_duplicate"])
    assert [choice.value for choice in row.problems[0].choices] == ["same:9", "two_people"]
    assert row.problems[0].default is None


@pytest.mark.parametrize(
    ("answer", "outcome", "person_id"), [("same:9", Outcome.UPDATE, 9), ("two_people", Outcome.NEW, None)]
)
def test_the_answer_about_a_likely_duplicate_decides(answer, outcome, person_id):
    thuy = ExistingPerson(9, "Nguyễn Thị Thúy", "NV100", None, "1", "nurse")
    choices = {"2:likely_duplicate:name": answer}
    row = only(plan_of(person_row(code="NV200", name="Nguyễn Thị Thuý", phone=None), people=[thuy], choices=choices))
    assert (row.outcome, row.person_id) == (outcome, person_id)
    assert row.name == ("Nguyễn Thị Thúy" if person_id else "Nguyễn Thị Thuý")


@pytest.mark.parametrize(
    ("name", "code", "phone", "is_asked"),
    [
        ("Nguyen Thi Hoa", None, None, True),
        ("Nguyễn Thị Hoa", None, "0332345678", True),
        ("Nguyễn Thị Hoa", "NV200", None, False),
        ("Nguyễn Thị Hóa", None, "0332345678", False),
        ("Nguyễn Thị Hòa", "NV200", "0332345678", True),
        ("Nguyễn Thị Hoà", "NV200", "0901234567", True),
        ("Nguyễn Thị Mai", None, None, False),
    ],
)
def test_only_what_may_be_one_person_is_asked(name, code, phone, is_asked):
    hoa = ExistingPerson(
        9, "Nguyễn Thị Hòa", "NV100", "+84901234567" if code and phone and "9" in phone[:3] else None, "1"
    )
    row = only(plan_of(person_row(code=code, name=name, phone=phone), people=[hoa]))
    assert ("likely_duplicate" in codes_of(row)) is is_asked


def test_two_different_identifiers_say_two_people():
    hoa = ExistingPerson(9, "Nguyễn Thị Hòa", "NV100", "+84901234567", "1")
    assert only(plan_of(person_row(code="NV200", name="Nguyễn Thị Hòa"), people=[hoa])).outcome is Outcome.NEW


def test_one_phone_and_name_is_one_person_unless_codes_differ():
    row = only(plan_of(person_row(code=None, name=TUYET.name, phone="0901234567"), people=[TUYET]))
    assert (row.outcome, row.person_id) == (Outcome.UPDATE, 7)
    row = only(plan_of(person_row(code="NV999", name=TUYET.name, phone="0901234567"), people=[TUYET]))
    assert codes_of(row)[:1] == ["likely_duplicate"]
    chosen = {"2:likely_duplicate:name": "same:7"}
    row = only(plan_of(person_row(code="NV999", name=TUYET.name, phone="0901234567"), people=[TUYET], choices=chosen))
    assert (Meaning.CODE, "NV001", "NV999") in {(each.column, each.before, each.after) for each in row.changes}


def test_two_spellings_with_one_phone_are_asked_in_the_list_and_in_the_file():
    thuy = ExistingPerson(9, "Nguyễn Thị Thúy", None, "+84387654321", None)
    (problem,) = only(plan_of(person_row(name="Nguyễn Thị Thuý"), people=[thuy])).problems
    assert [choice.code for choice in problem.choices] == ["same_person", "two_people"]
    second = plan_of(person_row(), person_row(code="NV010", name="Le Hoang An", unit="Khoa Cấp cứu")).rows[1]
    assert [choice.code for choice in second.problems[0].choices] == ["same_row", "two_people"]


def test_rows_that_look_alike_are_asked_at_the_second():
    rows = (person_row(code=None), person_row(code=None, name="Le Hoang An", phone=None))
    first, second = plan_of(*rows).rows
    assert (first.outcome, codes_of(second)) == (Outcome.NEW, ["likely_duplicate"])
    assert [choice.value for choice in second.problems[0].choices] == ["row:2", "two_people"]
    assert plan_of(*rows, choices={"3:likely_duplicate:name": "row:2"}).rows[1].outcome is Outcome.SKIP


def test_a_row_is_compared_with_those_already_known_wherever_they_stand():
    plan = plan_of(person_row(code=None, name="Nguyen Thi Anh Tuyet", phone=None), TUYET_ROW, people=[TUYET])
    assert codes_of(plan.rows[0]) == ["likely_duplicate"]
    assert plan.rows[1].outcome is Outcome.SAME


def test_without_any_identifier_the_same_name_in_the_same_unit_is_the_same_person():
    twins = [ExistingPerson(n, "Lê Hoàng Ân", f"M{n}", None, "1", job) for n, job in ((1, "nurse"), (2, "doctor"))]
    rows = [person_row(code=None, phone=None), person_row(code=None, phone=None, position="Điều dưỡng")]
    assert [(row.person_id, row.outcome) for row in plan_of(*rows, people=twins).rows] == [
        (2, Outcome.SAME),
        (1, Outcome.SAME),
    ]


def test_someone_who_left_and_returns_is_asked():
    gone = replace(TUYET, is_active=False)
    row = only(plan_of(TUYET_ROW, people=[gone]))
    assert (row.outcome, row.action, row.returns, codes_of(row)) == (
        Outcome.LOOK,
        Outcome.UPDATE,
        True,
        ["left_before"],
    )
    row = only(plan_of(TUYET_ROW, people=[gone], choices={"2:left_before:name": "skip_row"}))
    assert (row.outcome, row.returns) == (Outcome.SKIP, False)
