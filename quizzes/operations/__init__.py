"""What changes in this room, one verb a use case."""

from quizzes.operations.attempts import (
    Choice,
    Receipt,
    end_overdue,
    grade_of,
    is_graded_alike,
    save_answer,
    start_attempt,
    submit_attempt,
)
from quizzes.operations.late import Ago, Delivered, take_answer
from quizzes.operations.publishing import build_quiz
from quizzes.operations.talks import (
    answer_report,
    claim_prior_learning,
    clear_talk,
    report_question,
    say_confidence,
)
from quizzes.operations.tickets import Travel, deliver_answer, deliver_hand_in, issue_ticket

__all__ = [
    "Ago",
    "Choice",
    "Delivered",
    "Receipt",
    "Travel",
    "answer_report",
    "build_quiz",
    "claim_prior_learning",
    "clear_talk",
    "deliver_answer",
    "deliver_hand_in",
    "end_overdue",
    "grade_of",
    "is_graded_alike",
    "issue_ticket",
    "report_question",
    "save_answer",
    "say_confidence",
    "start_attempt",
    "submit_attempt",
    "take_answer",
]
