"""What changes about assignments and completions."""

from app.assignments.operations.assigning import UNDO_WITHIN, assign, cancel, change_due, end_rule, follow_rules, undo
from app.assignments.operations.completing import complete, complete_by_practice, end_completion

__all__ = [
    "UNDO_WITHIN",
    "assign",
    "cancel",
    "change_due",
    "complete",
    "complete_by_practice",
    "end_completion",
    "end_rule",
    "follow_rules",
    "undo",
]
