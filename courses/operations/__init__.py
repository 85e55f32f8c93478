"""What changes teaching material and reading progress."""

from courses.operations.library import Library, LintReport, LoadedModule, lint_library, read_library
from courses.operations.progress import leave_card
from courses.operations.publishing import LibraryRefused, ModuleReport, Report, load_library, publish_library

__all__ = [
    "Library",
    "LibraryRefused",
    "LintReport",
    "LoadedModule",
    "ModuleReport",
    "Report",
    "leave_card",
    "lint_library",
    "load_library",
    "publish_library",
    "read_library",
]
