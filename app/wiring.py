"""Who hears what: every listener of the house on one page, all in the transaction of the fact itself."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from app.assignments import listeners as assignments
from app.assignments.events import ModuleCompleted
from app.kernel.events import Event, bus
from app.people import jobs as people_jobs
from app.people.events import RosterChanged
from app.readiness import jobs as readiness_jobs
from app.readiness import listeners as readiness
from certificates import jobs as certificates_jobs
from certificates import listeners as certificates
from certificates.events import CertificateIssued, CertificateRevoked
from courses import jobs as courses_jobs
from courses.events import ModuleVersionPublished, ScenarioPassed
from quizzes import jobs as quizzes_jobs
from quizzes import listeners as quizzes
from quizzes.events import QuizPassed

LISTENERS: Mapping[type[Event], Sequence[Callable[[Any], None]]] = {
    RosterChanged: (assignments.follow_rules, readiness.on_roster),
    QuizPassed: (assignments.complete,),
    ScenarioPassed: (assignments.complete_by_practice,),
    ModuleCompleted: (certificates.issue_certificate,),
    CertificateIssued: (readiness.on_certificate,),
    CertificateRevoked: (readiness.on_certificate,),
    ModuleVersionPublished: (quizzes.build_quiz, readiness.on_version),
}

# Importing a room's jobs makes them known.
JOBS = (people_jobs, courses_jobs, quizzes_jobs, certificates_jobs, readiness_jobs)


def start() -> None:
    """Wire the bus."""
    bus.wire(LISTENERS)
