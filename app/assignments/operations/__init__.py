"""What changes about assignments and completions."""

from app.assignments.operations.assigning import assign, cancel, change_due, end_rule, follow_rules, undo
from app.assignments.operations.completing import complete

__all__ = ["assign", "cancel", "change_due", "complete", "end_rule", "follow_rules", "undo"]
