"""Quizzes: the question bank, attempts, answers and grades."""
