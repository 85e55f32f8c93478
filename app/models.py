"""All tables of the house, so that migrations and tests see every one."""

from app.assignments import models as assignments
from app.kernel import audit, jobs
from app.people import models as people
from app.pwa import models as pwa
from app.readiness import models as readiness
from certificates import models as certificates
from courses import models as courses
from quizzes import models as quizzes

__all__ = ["assignments", "audit", "certificates", "courses", "jobs", "people", "pwa", "quizzes", "readiness"]
