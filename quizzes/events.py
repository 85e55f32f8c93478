"""How attempts end, as facts for the floors above."""

from dataclasses import dataclass
from datetime import datetime

from app.kernel.events import Event


@dataclass(frozen=True, slots=True)
class QuizPassed(Event):
    """An attempt reached the pass mark."""

    attempt_id: int
    person_id: int
    module_id: int
    module_version_id: int
    score: int
    max_score: int
    at: datetime


@dataclass(frozen=True, slots=True)
class QuizFailed(Event):
    """An attempt ended below the pass mark."""

    attempt_id: int
    person_id: int
    module_id: int
    module_version_id: int
    score: int
    max_score: int
    at: datetime
