"""What changes teaching material and reading progress."""

from courses.operations.guide import PRINT, GuideReport, ask_print, keep_print, publish_guide
from courses.operations.library import Library, LintReport, LoadedGuide, LoadedModule, lint_library, read_library
from courses.operations.practice import Kept, Tap, take_taps
from courses.operations.progress import leave_card
from courses.operations.publishing import LibraryRefused, ModuleReport, Report, load_library, publish_library

__all__ = [
    "PRINT",
    "GuideReport",
    "Kept",
    "Library",
    "LibraryRefused",
    "LintReport",
    "LoadedGuide",
    "LoadedModule",
    "ModuleReport",
    "Report",
    "Tap",
    "ask_print",
    "keep_print",
    "leave_card",
    "lint_library",
    "load_library",
    "publish_guide",
    "publish_library",
    "read_library",
    "take_taps",
]
