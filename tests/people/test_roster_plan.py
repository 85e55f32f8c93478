"""What holds for the import of any roster."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.sheets import read_table
from app.people.rules import messages
from app.people.rules.columns import guess_columns
from app.people.rules.headings import Meaning
from app.people.rules.phones import normal_phone
from app.people.rules.plan import ExistingPerson, Facts, Outcome
from app.people.rules.reading import read_rows
from app.people.rules.roster import phones_in, plan_import
from tests.people.files.make_files import FOLDER, SMALL
from tests.people.files.rosters import HEADINGS, make_roster
from tests.people.planning import BINH, CITY, TUYET, TUYET_ROW, UNITS, applied, person_row, plan_of
from tests.tempo import seconds_of

SECONDS = 3


# People who are not in the file


def test_people_who_are_not_in_the_file_are_kept_unless_someone_says_otherwise():
    plan = plan_of(
        TUYET_ROW, people=[TUYET, BINH, replace(BINH, person_id=9, staff_code="X", phone=None, is_active=False)]
    )
    assert [(each.person_id, each.choice) for each in plan.missing] == [(8, "keep")]
    plan = plan_of(TUYET_ROW, people=[TUYET, BINH], choices={"missing:8": "left", "missing:all": "moved"})
    assert plan.missing[0].choice == "left"
    plan = plan_of(TUYET_ROW, people=[TUYET, BINH], choices={"missing:8": "deleted", "missing:all": "moved"})
    assert plan.missing[0].choice == "moved"


def test_someone_whose_row_is_only_doubted_or_left_out_is_not_missing():
    row = ("NV001", "Phạm Thị Lan", *TUYET_ROW[2:])
    assert plan_of(row, people=[TUYET]).missing == ()
    assert plan_of(row, people=[TUYET], choices={"2:code_other_name:code": "skip_row"}).missing == ()


# The same file again


def _everything_answered(rows, head, facts):
    """Return the plan once every open problem has its first answer that keeps the row."""
    choices = {}
    for _ in range(6):
        plan = plan_of(*rows, head=head, choices=choices, **facts)
        for problem in [*plan.questions, *(each for row in plan.rows for each in row.problems)]:
            wanted = [choice.value for choice in problem.choices if choice.value not in ("skip_row", "leave_empty")]
            choices.setdefault(problem.key, problem.default or (wanted or ["skip_row"])[-1])
        if plan.can_be_applied and not [row for row in plan.rows if row.outcome is Outcome.LOOK]:
            return plan, choices
    raise AssertionError([problem for row in plan.rows for problem in row.problems if problem.is_open])


@pytest.mark.parametrize("size", [40, 400])
def test_the_same_file_again_changes_nothing(size):
    rows = make_roster(size, seed=5)
    facts = {"units": (), "positions": CITY}
    plan, choices = _everything_answered(rows, HEADINGS, facts)
    after = applied(plan, Facts(**facts))
    again = plan_of(*rows, head=HEADINGS, choices=choices, **{name: getattr(after, name) for name in after.__slots__})
    imported = {row.number for row in plan.rows if row.action is not Outcome.SKIP}
    assert imported
    assert {row.outcome for row in again.rows if row.number in imported} == {Outcome.SAME}
    assert again.missing == again.new_units == ()


def test_a_repeated_row_is_quiet_once_its_person_is_in_the_list():
    plan = plan_of(TUYET_ROW, TUYET_ROW, people=[TUYET])
    assert [(row.outcome, row.problems) for row in plan.rows] == [(Outcome.SAME, ()), (Outcome.SAME, ())]


def test_a_clean_file_again_asks_nothing_at_all():
    rows = make_roster(300, seed=6, dirty_every=1000)
    facts = {"units": (), "positions": CITY}
    after = applied(plan_of(*rows, head=HEADINGS, **facts), Facts(**facts))
    again = plan_of(*rows, head=HEADINGS, **{name: getattr(after, name) for name in after.__slots__})
    assert again.counts[Outcome.SAME] == 300
    assert (again.questions, again.missing) == ((), ())


# Rules that hold for any file

NAMES = st.sampled_from(["Lê Ân", "Le An", "Lê Thị Thúy", "Lê Thị Thuý", "Trần Hoa", "Trần Hòa", "", "<b>", None])
PHONES = st.sampled_from(["0901234567", "0901234568", 901234567.0, "12", "0901234567/0901234568", None])
ROWS = st.tuples(
    st.sampled_from(["A1", "a1", "A2", "A3", 12.0, None]),
    NAMES,
    st.sampled_from(["Khoa Khám bệnh", "Khoa Cấp cứuu", "Khoa Lạ", None]),
    st.sampled_from(["Bác sĩ", "Phi công", None]),
    PHONES,
)
PEOPLE = st.builds(
    ExistingPerson,
    person_id=st.just(0),
    name=st.sampled_from(["Lê Ân", "Lê Thị Thúy", "Trần Hòa"]),
    staff_code=st.sampled_from(["A1", "A2", "012", None]),
    phone=st.sampled_from(["+84901234567", "+84901234568", None]),
    unit=st.sampled_from(["1", "2", None]),
    position=st.sampled_from(["doctor", "nurse"]),
    is_active=st.booleans(),
)


def _possible(people):
    """Number people and drop the codes and phones that the database would not hold twice."""
    found, codes, phones = [], set(), set()
    for number, person in enumerate(people, start=1):
        code = None if person.staff_code in codes else person.staff_code
        phone = None if person.phone in phones else person.phone
        codes.add(code)
        phones.add(phone)
        found.append(replace(person, person_id=number, staff_code=code, phone=phone))
    return found


@given(st.lists(ROWS, max_size=6), st.lists(PEOPLE, max_size=4), st.randoms(use_true_random=False))
def test_no_plan_promises_what_the_database_would_refuse(rows, people, dice):
    people = _possible(people)
    choices = {}
    for _ in range(5):
        plan = plan_of(
            *rows, people=people, choices=choices, elsewhere=frozenset({"+84901234568"}) if not people else frozenset()
        )
        for problem in [*plan.questions, *(each for row in plan.rows for each in row.problems)]:
            assert problem.default is None or problem.default in {choice.value for choice in problem.choices}
            choices[problem.key] = choices.get(problem.key) or dice.choice(problem.choices).value
    acting = [row for row in plan.rows if row.action not in (Outcome.SKIP, None)]
    claimed = [row.person_id for row in acting if row.person_id]
    assert len(claimed) == len(set(claimed))
    assert not set(claimed) & {each.person_id for each in plan.missing}
    held = {person.person_id: person for person in people}
    after = dict(held)
    for row in acting:
        number = row.person_id or -row.number
        before = held.get(number)
        after[number] = ExistingPerson(
            number,
            row.name,
            row.code or (before and before.staff_code),
            row.phone or (before and before.phone),
            is_active=True,
        )
    phones = [person.phone for person in after.values() if person.phone]
    codes = [person.staff_code.casefold() for person in after.values() if person.staff_code and person.is_active]
    assert len(phones) == len(set(phones))
    assert len(codes) == len(set(codes))
    for row in acting:
        assert row.name
        if row.action in (Outcome.NEW, Outcome.INVITE):
            assert row.position
            assert row.code or row.phone or row.makes_code
        if row.action is Outcome.SAME:
            assert row.changes == ()
    assert sum(plan.counts.values()) == len(plan.rows)
    assert plan.can_be_applied is (plan.undecided == 0 and all(row.action for row in plan.rows))


@given(st.lists(ROWS, max_size=5))
def test_the_order_of_the_list_does_not_matter(rows):
    people = [TUYET, BINH, ExistingPerson(9, "Lê Ân", "A1", None, "1", "doctor")]
    one, other = plan_of(*rows, people=people), plan_of(*rows, people=people[::-1])
    assert one.rows == other.rows
    assert set(one.missing) == set(other.missing)


# Words


def test_every_code_has_its_words():
    said = set()
    for case in SMALL:
        if isinstance(case.expected, str):
            assert case.expected in messages.FILE_REFUSALS
            continue
        table = read_table(FOLDER / case.name, case.name)
        reading = read_rows(table.rows, guess_columns(table.rows), valueless=table.valueless, choices={})
        plan = plan_import(reading, Facts(people=(TUYET, BINH), units=UNITS, positions=CITY), {})
        assert phones_in(reading) >= {row.phone for row in plan.rows if row.phone}
        for problem in [*plan.questions, *(each for row in plan.rows for each in row.problems)]:
            assert messages.PROBLEMS[problem.code] % problem.values
            for choice in problem.choices:
                assert messages.CHOICES[choice.code] % choice.values
            said.add(problem.code)
        for note in (note for row in plan.rows for note in row.notes):
            assert messages.NOTES[note.code] % note.values
        assert set(table.notes) <= set(messages.TABLE_NOTES)
    assert len(said) > 10
    assert set(messages.MEANINGS) == set(Meaning)
    assert set(messages.OUTCOMES) == set(Outcome)


@pytest.mark.slow
def test_twenty_thousand_rows_meet_twenty_thousand_people_in_three_seconds():
    rows = make_roster(20_000, seed=1)
    people = [
        ExistingPerson(number, str(row[2] or "Lê Ân"), str(row[1]), normal_phone(str(row[5])), "1", "nurse")
        for number, row in enumerate(make_roster(20_000, seed=1, dirty_every=20_001))
    ]
    plans = []
    assert seconds_of(lambda: plans.append(plan_of(*rows, people=people, head=HEADINGS))) < SECONDS
    assert len(plans[0].rows) == 20_000


def test_one_name_twenty_thousand_times_takes_no_quadratic_time():
    rows = [person_row(code=f"NV{n}", phone=f"09{n:08d}") for n in range(5_000)]
    people = [ExistingPerson(n, "Lê Hoàng Ân", f"X{n}", f"+843{n:08d}", "1") for n in range(5_000)]
    plans = []
    assert seconds_of(lambda: plans.append(plan_of(*rows, people=people))) < SECONDS
    assert plans[0].counts[Outcome.NEW] == 5_000
