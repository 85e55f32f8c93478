"""Receipts, deadlines and remaining tries, as pure rules."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from quizzes import rules

OPERATION = rules.AnswerOperation("operation-1", 3, 2, frozenset({"a", "b"}))
DEADLINE = datetime(2026, 11, 23, 1, 15, tzinfo=UTC)


def test_the_same_choice_has_the_same_receipt_and_any_other_another():
    same = rules.answer_receipt(1, OPERATION, flagged=False)
    assert same == rules.answer_receipt(1, OPERATION, flagged=False)
    others = {
        rules.answer_receipt(2, OPERATION, flagged=False),
        rules.answer_receipt(1, OPERATION, flagged=True),
        rules.answer_receipt(1, rules.AnswerOperation("operation-2", 3, 2, OPERATION.chosen), flagged=False),
        rules.answer_receipt(1, rules.AnswerOperation("operation-1", 4, 2, OPERATION.chosen), flagged=False),
        rules.answer_receipt(1, rules.AnswerOperation("operation-1", 3, 1, OPERATION.chosen), flagged=False),
        rules.answer_receipt(1, rules.AnswerOperation("operation-1", 3, 2, frozenset({"a"})), flagged=False),
    }
    assert len(others | {same}) == 7


def test_the_receipt_of_a_paper_can_be_read_aloud():
    codes = {rules.receipt_code(str(seed)) for seed in range(200)}
    assert all(re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}-\d\d", code) for code in codes)
    assert len(codes) == 200
    assert rules.receipt_code("one seed") == rules.receipt_code("one seed")


@pytest.mark.parametrize(("micros", "late"), [(-1, False), (0, False), (1, True)])
def test_the_deadlines_own_instant_is_in_time(micros, late):
    assert rules.is_late(DEADLINE, DEADLINE + timedelta(microseconds=micros)) is late
    assert not rules.is_late(None, DEADLINE)


@pytest.mark.parametrize(("failures", "left"), [(0, 4), (1, 3), (3, 1), (4, 0), (5, 0)])
def test_four_tries_come_before_the_talk(failures, left):
    assert rules.tries_left(failures) == left
