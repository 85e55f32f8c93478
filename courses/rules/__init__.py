"""What teaching material must look like, and how far a reader has come in it."""

from courses.rules.guide import GuideFiles, read_guide
from courses.rules.lessons import split_front_matter
from courses.rules.library import LessonFile, ModuleFiles, check_library
from courses.rules.lint import Figures, LessonFigures, figures_of, lint_module
from courses.rules.papers import SHEETS_MM, in_one_language, paper_kinds, sheet_size
from courses.rules.paths import PATHS_FILE, Fit, PathText, fitting, lint_paths, read_paths
from courses.rules.positions import Position, after_card, last_card, minutes_left, shown_card
from courses.rules.practice import (
    BACK,
    MOST_TAPS,
    Graph,
    MoveKind,
    Outcome,
    Score,
    ScreenKind,
    Stand,
    TapError,
    after,
    begin,
    graph_of,
    play,
    required_scenarios,
    score,
)
from courses.rules.reading import Document, Problem
from courses.rules.search import find_key, found_among
from courses.rules.shapes import Card, LessonText, ModuleText, Option, Pair, Question, Release
from courses.rules.sittings import LessonLeft, Sitting, SittingKind, choose_sitting, due_again, places_of
from courses.rules.sources import written_day
from courses.rules.versions import changed_lessons, check_release, content_hash, next_edition

__all__ = [
    "BACK",
    "MOST_TAPS",
    "PATHS_FILE",
    "SHEETS_MM",
    "Card",
    "Document",
    "Figures",
    "Fit",
    "Graph",
    "GuideFiles",
    "LessonFigures",
    "LessonFile",
    "LessonLeft",
    "LessonText",
    "ModuleFiles",
    "ModuleText",
    "MoveKind",
    "Option",
    "Outcome",
    "Pair",
    "PathText",
    "Position",
    "Problem",
    "Question",
    "Release",
    "Score",
    "ScreenKind",
    "Sitting",
    "SittingKind",
    "Stand",
    "TapError",
    "after",
    "after_card",
    "begin",
    "changed_lessons",
    "check_library",
    "check_release",
    "choose_sitting",
    "content_hash",
    "due_again",
    "figures_of",
    "find_key",
    "fitting",
    "found_among",
    "graph_of",
    "in_one_language",
    "last_card",
    "lint_module",
    "lint_paths",
    "minutes_left",
    "next_edition",
    "paper_kinds",
    "places_of",
    "play",
    "read_guide",
    "read_paths",
    "required_scenarios",
    "score",
    "sheet_size",
    "shown_card",
    "split_front_matter",
    "written_day",
]
