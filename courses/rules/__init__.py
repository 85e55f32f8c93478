"""What teaching material must look like, and how far a reader has come in it."""

from courses.rules.lessons import split_front_matter
from courses.rules.library import LessonFile, ModuleFiles, check_library
from courses.rules.lint import Figures, LessonFigures, figures_of, lint_module
from courses.rules.positions import Position, after_card, minutes_left, shown_card
from courses.rules.reading import Document, Problem
from courses.rules.shapes import Card, LessonText, ModuleText, Option, Pair, Question, Release
from courses.rules.versions import changed_lessons, check_release, content_hash, next_edition

__all__ = [
    "Card",
    "Document",
    "Figures",
    "LessonFigures",
    "LessonFile",
    "LessonText",
    "ModuleFiles",
    "ModuleText",
    "Option",
    "Pair",
    "Position",
    "Problem",
    "Question",
    "Release",
    "after_card",
    "changed_lessons",
    "check_library",
    "check_release",
    "content_hash",
    "figures_of",
    "lint_module",
    "minutes_left",
    "next_edition",
    "shown_card",
    "split_front_matter",
]
