"""Which phone number each person of a roster ends up with."""

from app.people.rules.plan import ExistingPerson, Outcome
from tests.people.planning import BINH, TUYET, TUYET_ROW, codes_of, only, person_row, plan_of

# Phones


def test_a_repaired_phone_is_marked_and_confirmed():
    row = only(plan_of(person_row(phone=387654321.0)))
    assert (row.outcome, row.action, row.phone, codes_of(row)) == (
        Outcome.LOOK, Outcome.NEW, "+84387654321", ["phone_zero_lost"]
    )  # fmt: skip
    assert (
        only(plan_of(person_row(phone=387654321.0), choices={"2:phone_zero_lost:phone": "leave_empty"})).phone is None
    )
    assert (
        only(plan_of(person_row(phone=387654321.0), choices={"all:phone_zero_lost:phone": "repair"})).outcome
        is Outcome.NEW
    )


def test_a_repaired_phone_that_is_stored_already_is_not_asked_again():
    assert only(plan_of((*TUYET_ROW[:4], 901234567.0), people=[TUYET])).outcome is Outcome.SAME


def test_where_a_whole_column_lost_its_zeros_it_is_asked_once():
    rows = [person_row(code=f"NV{n}", name=f"Lê Thị {'ABCDEFGHIKLM'[n]}nh", phone=387654300.0 + n) for n in range(12)]
    plan = plan_of(*rows)
    assert [question.code for question in plan.questions] == ["phone_zero_lost_all"]
    assert (plan.questions[0].default, len(plan.questions[0].rows)) == ("repair", 12)
    assert plan.counts[Outcome.NEW] == 12
    key = plan.questions[0].key
    emptied = plan_of(*rows, choices={key: "leave_empty"})
    assert emptied.questions[0].chosen == "leave_empty"
    assert {row.phone for row in emptied.rows} == {None}
    assert plan_of(*rows, choices={key: "nonsense"}).questions[0].chosen is None


def test_of_several_phones_the_first_is_proposed():
    row = only(plan_of(person_row(phone="0387654321 / 0901234567")))
    assert (row.action, row.phone, codes_of(row)) == (Outcome.NEW, "+84387654321", ["phone_several"])


def test_a_wrong_phone_of_someone_new_is_asked():
    row = only(plan_of(person_row(phone="028 3829")))
    assert (row.action, row.phone, codes_of(row)) == (Outcome.NEW, None, ["phone_wrong"])
    assert (
        only(plan_of(person_row(phone="028 3829"), choices={"2:phone_wrong:phone": "skip_row"})).outcome is Outcome.SKIP
    )


def test_a_wrong_phone_never_takes_a_stored_one_away():
    row = only(plan_of((*TUYET_ROW[:4], "028 3829"), people=[TUYET]))
    assert (row.outcome, row.changes, row.notes[0].code) == (Outcome.SAME, (), "phone_wrong_kept")


def test_one_phone_in_two_rows_is_asked_at_the_second():
    rows = (person_row(), person_row(code="NV010", name="Phạm Thị Lan"))
    first, second = plan_of(*rows).rows
    assert (first.outcome, codes_of(second), second.action) == (Outcome.NEW, ["phone_twice"], None)
    first, second = plan_of(*rows, choices={"3:phone_twice:phone": "use_this"}).rows
    assert (first.phone, second.phone) == (None, "+84387654321")
    first, second = plan_of(*rows, choices={"3:phone_twice:phone": "leave_empty"}).rows
    assert (first.phone, second.phone) == ("+84387654321", None)


def test_the_phone_of_someone_in_the_list_stays_theirs():
    rows = (TUYET_ROW, person_row(phone="0901234567"))
    second = plan_of(*rows, people=[TUYET]).rows[1]
    assert [choice.value for choice in second.problems[0].choices] == ["leave_empty", "skip_row"]


def test_a_phone_of_someone_not_in_the_file_is_asked():
    row = only(plan_of(person_row(phone="0901234567"), people=[TUYET]))
    assert (codes_of(row), row.action) == (["phone_of_other"], None)
    choices = {"2:phone_of_other:phone": "same:7"}
    row = only(plan_of(person_row(phone="0901234567"), people=[TUYET], choices=choices))
    assert (row.person_id, row.name, row.outcome) == (7, "Lê Hoàng Ân", Outcome.UPDATE)
    choices = {"2:phone_of_other:phone": "leave_empty"}
    row = only(plan_of(person_row(phone="0901234567"), people=[TUYET], choices=choices))
    assert (row.outcome, row.phone) == (Outcome.NEW, None)


def test_a_phone_that_its_holder_gives_up_in_the_same_file_is_free():
    plan = plan_of((*TUYET_ROW[:4], "0333444555"), person_row(phone="0901234567"), people=[TUYET])
    assert [row.outcome for row in plan.rows] == [Outcome.UPDATE, Outcome.NEW]


def test_a_freed_phone_that_is_kept_after_all_is_asked_again():
    rows = (
        TUYET_ROW,
        person_row(phone="0912345678"),
        ("NV002", "Trần Văn Bình", "Khoa Cấp cứu", "Bác sĩ", "0901234567"),
    )
    plan = plan_of(*rows, people=[TUYET, BINH])
    assert [codes_of(row) for row in plan.rows] == [[], ["phone_of_other"], ["phone_twice"]]
    plan = plan_of(*rows, people=[TUYET, BINH], choices={"4:phone_twice:phone": "leave_empty"})
    assert [(row.action, codes_of(row)) for row in plan.rows[1:]] == [
        (None, ["phone_of_other"]),
        (Outcome.SAME, ["phone_twice"]),
    ]


def test_a_chain_of_freed_phones_falls_back_together():
    chi = ExistingPerson(9, "Hồ Thị Chi", "NV003", "+84333000333", "1", "nurse")
    dung = ExistingPerson(10, "Lý Văn Dũng", "NV004", "+84333000444", "1", "nurse")
    bring = {"NV002": "0333000333", "NV003": "0333000444"}
    rows = [(p.staff_code, p.name, "Khoa Khám bệnh", None, bring[p.staff_code]) for p in (BINH, chi)]
    plan = plan_of(*rows, people=[BINH, chi, dung])
    assert [codes_of(row) for row in plan.rows] == [["phone_of_other"], ["phone_of_other"]]


def test_someone_known_elsewhere_is_invited_and_nothing_is_said_about_them():
    row = only(plan_of(person_row(), elsewhere=frozenset({"+84387654321"})))
    assert (row.outcome, row.action, row.person_id, row.problems, row.notes) == (
        Outcome.INVITE, Outcome.INVITE, None, (), ()
    )  # fmt: skip


def test_a_phone_known_elsewhere_is_not_put_on_someone_of_the_list():
    row = only(plan_of((*TUYET_ROW[:4], "0333444555"), people=[TUYET], elsewhere=frozenset({"+84333444555"})))
    assert (row.outcome, row.phone, row.notes[0].code) == (Outcome.SAME, None, "phone_unconfirmed")
    row = only(plan_of(TUYET_ROW, people=[TUYET], elsewhere=frozenset({"+84901234567"})))
    assert row.outcome is Outcome.SAME
