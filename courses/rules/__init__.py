"""What teaching material must look like, and how far a reader has come in it."""

from courses.rules.guide import GuideFiles, read_guide
from courses.rules.lessons import split_front_matter
from courses.rules.library import LessonFile, ModuleFiles, check_library
from courses.rules.lint import Figures, LessonFigures, figures_of, lint_module
from courses.rules.papers import SHEETS_MM, in_one_language, paper_kinds, sheet_size
from courses.rules.positions import Position, after_card, minutes_left, shown_card
from courses.rules.reading import Document, Problem
from courses.rules.search import find_key, found_among
from courses.rules.shapes import Card, LessonText, ModuleText, Option, Pair, Question, Release
from courses.rules.sources import written_day
from courses.rules.versions import changed_lessons, check_release, content_hash, next_edition

__all__ = [
    "SHEETS_MM",
    "Card",
    "Document",
    "Figures",
    "GuideFiles",
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
    "find_key",
    "found_among",
    "in_one_language",
    "lint_module",
    "minutes_left",
    "next_edition",
    "paper_kinds",
    "read_guide",
    "sheet_size",
    "shown_card",
    "split_front_matter",
    "written_day",
]
