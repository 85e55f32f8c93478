"""Which endpoints of this room are open to whom."""

from app.people.permissions import Who

# A person's own attempts are found by person and id together, so that anyone else's answers like a missing one.
ACCESS: dict[str, Who] = {
    "quizzes.start": Who.SIGNED_IN,
    "quizzes.ask_why": Who.SIGNED_IN,
    "quizzes.test_out": Who.SIGNED_IN,
    "quizzes.question": Who.SIGNED_IN,
    "quizzes.answer": Who.SIGNED_IN,
    "quizzes.save": Who.SIGNED_IN,
    "quizzes.review": Who.SIGNED_IN,
    "quizzes.submit": Who.SIGNED_IN,
    "quizzes.report": Who.SIGNED_IN,
    "quizzes.confide": Who.SIGNED_IN,
    "quizzes.reports": Who.COORDINATOR,
    "quizzes.answer_report": Who.COORDINATOR,
    "quizzes.clear_talk": Who.COORDINATOR,
}
