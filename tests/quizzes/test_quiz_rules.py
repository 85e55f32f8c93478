"""Drawing, showing, answering and grading a quiz, and when the next attempt may start."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes import rules
from quizzes.rules import AnswerOperation, Gate, GateKind, Kind, Outcome, Question, QuizRuleError

SALT = b"of this attempt"
ONE = Question(11, Kind.ONE, (False, True, False))
SEVERAL = Question(12, Kind.SEVERAL, (True, False, True, False))
TRUEFALSE = Question(13, Kind.TRUEFALSE, (False, True))
QUESTIONS = (ONE, SEVERAL, TRUEFALSE)
PAPER = rules.freeze(QUESTIONS, seed="s", salt=SALT)


def _content(kind, *rights):
    return {"kind": kind, "options": [{"right": right, "text": {}, "reason": {}} for right in rights]}


@pytest.mark.parametrize(
    ("content", "question"),
    [
        (_content("one", False, True, False), ONE),
        (_content("several", True, False, True, False), SEVERAL),
        (_content("truefalse", False, True), TRUEFALSE),
    ],
)
def test_a_question_is_read_from_the_module_format(content, question):
    assert rules.question_from(question.id, content) == question


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ({}, "question 7: the kind must be one of one, several, truefalse"),
        ({"kind": "essay"}, "question 7: the kind must be one of one, several, truefalse"),
        ({"kind": "one"}, "question 7: the options must be a list of objects"),
        ({"kind": "one", "options": ["a", "b", "c"]}, "question 7: the options must be a list of objects"),
        (_content("one", True, False), "question 7: one has 3 to 4 options, not 2"),
        (_content("one", True, True, False), "question 7: one has 1 to 1 right options, not 2"),
        (_content("one", "yes", "no", "no"), "question 7: one has 1 to 1 right options, not 0"),
        (_content("several", True, False, False, False), "question 7: several has 2 to 5 right options, not 1"),
        (_content("truefalse", True, False, False), "question 7: truefalse has 2 to 2 options, not 3"),
    ],
)
def test_a_question_whose_kind_and_options_do_not_fit_is_refused(content, sentence):
    with pytest.raises(QuizRuleError) as refusal:
        rules.question_from(7, content)
    assert str(refusal.value) == sentence


POOLS = st.sets(st.integers(1, 60), min_size=10)
SEEDS = st.text(max_size=8)


@given(POOLS, st.dictionaries(st.integers(1, 60), st.integers(0, 3)), SEEDS)
def test_a_draw_takes_the_unseen_first_and_then_the_least_seen(pool, seen, seed):
    drawn = rules.draw(pool, seen, length=10, seed=seed)
    left = pool - set(drawn)
    assert len(set(drawn)) == 10
    assert set(drawn) <= pool
    assert max(seen.get(one, 0) for one in drawn) <= min((seen.get(one, 0) for one in left), default=3)


@given(st.lists(st.integers(1, 60), min_size=10, unique=True), SEEDS, st.randoms(use_true_random=False))
def test_the_same_seed_draws_the_same_paper_whatever_the_order_of_the_pool(pool, seed, random):
    shuffled = random.sample(pool, len(pool))
    assert rules.draw(pool, {}, length=10, seed=seed) == rules.draw(shuffled, {}, length=10, seed=seed)


def test_two_seeds_draw_different_papers_in_different_orders():
    papers = {rules.draw(range(30), {}, length=10, seed=str(seed)) for seed in range(50)}
    assert len(papers) == 50
    assert len({tuple(rules.draw(range(10), {}, length=10, seed=str(seed))) for seed in range(50)}) == 50


def test_an_attempt_that_follows_another_shows_no_question_again_while_the_pool_lasts():
    seen = Counter()
    for attempt in range(3):
        drawn = rules.draw(range(30), seen, length=10, seed=str(attempt))
        assert all(seen[one] == 0 for one in drawn)
        seen.update(drawn)


def test_what_was_seen_does_not_stand_at_the_end_of_the_paper():
    seen = dict.fromkeys(range(5), 1)
    papers = [rules.draw(range(10), seen, length=10, seed=str(seed)) for seed in range(50)]
    assert any(paper[0] in seen for paper in papers)


def test_a_pool_smaller_than_the_quiz_is_refused():
    with pytest.raises(QuizRuleError, match=r"^the pool holds 9 questions, the quiz needs 10$"):
        rules.draw(range(9), {}, length=10, seed="s")


def test_a_paper_is_frozen_by_its_seed_and_salt():
    assert rules.freeze(QUESTIONS, seed="s", salt=SALT) == PAPER
    assert [(one.place, one.id, one.kind) for one in PAPER] == [
        (1, 11, Kind.ONE),
        (2, 12, Kind.SEVERAL),
        (3, 13, Kind.TRUEFALSE),
    ]


def test_the_order_of_the_options_carries_no_information():
    places = Counter()
    for seed in range(1000):
        (frozen,) = rules.freeze([ONE], seed=str(seed), salt=SALT)
        places[[option.right for option in frozen.options].index(True)] += 1
    chi_square = sum((places[place] - 1000 / 3) ** 2 / (1000 / 3) for place in range(3))
    assert chi_square < 9.21  # two degrees of freedom, p > 0.01


def test_the_token_of_an_option_means_nothing_in_another_attempt():
    here = {token for question in PAPER for token in question.tokens}
    there = {token for question in rules.freeze(QUESTIONS, seed="s", salt=b"another") for token in question.tokens}
    assert len(here) == 9
    assert here.isdisjoint(there)
    assert all(len(token) == 30 for token in here)


def _tokens(question, *indices):
    return {option.token for option in PAPER[question].options if option.index in indices}


@pytest.mark.parametrize(
    ("place", "indices", "outcome"),
    [
        (1, (1,), Outcome.RIGHT),
        (1, (0,), Outcome.WRONG),
        (1, (), Outcome.UNANSWERED),
        (2, (0, 2), Outcome.RIGHT),
        (2, (0,), Outcome.WRONG),
        (2, (0, 1, 2), Outcome.WRONG),
        (2, (1, 3), Outcome.WRONG),
        (3, (1,), Outcome.RIGHT),
        (3, (0,), Outcome.WRONG),
    ],
)
def test_an_answer_is_right_only_when_it_is_exactly_the_right_set(place, indices, outcome):
    grade = rules.grade(PAPER, {place: _tokens(place - 1, *indices)})
    marks = {mark.place: mark.outcome for mark in grade.marks}
    assert marks.pop(place) is outcome
    assert set(marks.values()) == {Outcome.UNANSWERED}


def test_an_empty_paper_earns_nothing_and_a_perfect_one_everything():
    perfect = rules.grade(PAPER, {question.place: question.right_tokens for question in PAPER})
    assert (perfect.score, perfect.max_score) == (3, 3)
    assert [mark.id for mark in perfect.marks] == [11, 12, 13]
    assert rules.grade(PAPER, {}).score == 0


def test_who_reaches_the_pass_mark_exactly_has_passed():
    two_right = rules.grade(PAPER, {1: _tokens(0, 1), 3: _tokens(2, 1)})
    assert two_right.score == 2
    assert (two_right.has_passed(2), two_right.has_passed(3)) == (True, False)


@pytest.mark.parametrize(
    ("question", "chosen", "possible"),
    [
        (0, set(), True),
        (0, _tokens(0, 0), True),
        (0, _tokens(0, 0, 1), False),
        (2, _tokens(2, 0, 1), False),
        (1, _tokens(1, 0, 1), True),
        (1, _tokens(0, 0), False),
        (0, {"made up"}, False),
    ],
)
def test_only_a_questions_own_options_can_be_chosen_and_one_where_one_is_asked(question, chosen, possible):
    assert rules.can_choose(PAPER[question], chosen) is possible


OPERATIONS = st.lists(
    st.builds(
        AnswerOperation,
        op_id=st.text("0123456789abcdef", min_size=1, max_size=4),
        client_seq=st.integers(0, 4),
        place=st.integers(1, 3),
        chosen=st.frozensets(st.sampled_from("abc")),
    ),
    max_size=10,
    unique_by=lambda operation: operation.op_id,
)


def _model(operations):
    """At each place the operation with the greatest sequence number, and of those the greatest id."""
    places = {operation.place for operation in operations}
    return {
        place: max((o for o in operations if o.place == place), key=lambda o: (o.client_seq, o.op_id))
        for place in places
    }


@given(OPERATIONS, st.data())
def test_saved_answers_may_arrive_in_any_order_and_any_number_of_times(operations, data):
    arrived = data.draw(st.permutations(operations + data.draw(st.lists(st.sampled_from(operations or [None])))))
    arrived = [operation for operation in arrived if operation is not None]
    assert rules.fold(arrived) == _model(operations)


@given(OPERATIONS, st.data())
def test_an_answer_that_never_arrived_changes_nothing_but_itself(operations, data):
    arrived = [operation for operation in operations if data.draw(st.booleans())]
    assert rules.fold(arrived) == _model(arrived)


@given(OPERATIONS, OPERATIONS)
def test_folding_again_what_already_stands_loses_nothing(earlier, later):
    assert rules.fold([*rules.fold(earlier).values(), *later]) == rules.fold([*earlier, *later])


START = datetime(2026, 11, 2, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


def _failures(count):
    return [START + 48 * HOUR * number for number in range(count)]


@pytest.mark.parametrize("count", [0, 1, 3])
def test_the_next_attempt_is_open_at_once(count):
    failures = _failures(count)
    assert rules.next_attempt(failures, now=max(failures, default=START)) == Gate(GateKind.OPEN)


def test_after_the_second_failure_the_next_attempt_waits_24_hours_from_its_end():
    failures = [START + HOUR, START]
    until = START + 25 * HOUR
    waiting = rules.next_attempt(failures, now=until - timedelta(seconds=1))
    assert waiting == Gate(GateKind.WAIT_UNTIL, until)
    assert rules.next_attempt(failures, now=until) == Gate(GateKind.OPEN)


@pytest.mark.parametrize("count", [4, 5])
def test_after_the_fourth_failure_the_coordinator_talks_first_however_long_one_waits(count):
    later = START + timedelta(days=365)
    assert rules.next_attempt(_failures(count), now=later) == Gate(GateKind.NEEDS_TALK)


def test_a_talk_opens_the_next_attempt_only_when_it_came_after_the_last_failure():
    failures = _failures(4)
    for cleared_at, kind in [
        (failures[-1], GateKind.NEEDS_TALK),
        (failures[-1] + HOUR, GateKind.OPEN),
        (failures[0], GateKind.NEEDS_TALK),
    ]:
        assert rules.next_attempt(failures, now=START + 999 * HOUR, cleared_at=cleared_at) == Gate(kind)


def test_a_talk_does_not_shorten_the_wait_after_the_second_failure():
    failures = [START, START + HOUR]
    gate = rules.next_attempt(failures, now=START + 2 * HOUR, cleared_at=START + 2 * HOUR)
    assert gate.kind is GateKind.WAIT_UNTIL


@pytest.mark.parametrize(
    ("passed", "failures", "shown"), [(True, 0, True), (False, 1, False), (False, 3, False), (False, 4, True)]
)
def test_reasons_are_shown_after_a_pass_or_the_last_try(passed, failures, shown):
    assert rules.may_see_reasons(passed=passed, failures=failures) is shown


@pytest.mark.parametrize(("failures", "offered"), [(0, True), (1, False), (4, False)])
def test_going_straight_to_the_quiz_is_offered_until_the_first_fail(failures, offered):
    assert rules.may_test_out(failures) is offered
