"""Reads about what is asked of people, how far they are, and what a unit looks like as a whole."""

from app.assignments.queries.board import (
    Board,
    BoardPerson,
    Colleague,
    Pair,
    Tally,
    UnitRow,
    board,
    list_pairs,
)
from app.assignments.queries.orders import (
    get_assignment,
    get_batch,
    get_rule,
    held_by,
    list_assigned_since,
    list_members,
    list_named,
    list_rules,
    names_of,
    people_of,
    preview,
)
from app.assignments.queries.subjects import Subject, list_subjects
from app.assignments.queries.tasks import OF_TASKS, Task, list_tasks

__all__ = [
    "OF_TASKS",
    "Board",
    "BoardPerson",
    "Colleague",
    "Pair",
    "Subject",
    "Tally",
    "Task",
    "UnitRow",
    "board",
    "get_assignment",
    "get_batch",
    "get_rule",
    "held_by",
    "list_assigned_since",
    "list_members",
    "list_named",
    "list_pairs",
    "list_rules",
    "list_subjects",
    "list_tasks",
    "names_of",
    "people_of",
    "preview",
]
