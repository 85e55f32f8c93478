"""The product with one more job, for the tests that kill its worker."""

from app.factory import create_app
from app.kernel.jobs import celery
from tests.kernel import long_job  # noqa: F401  registers the job

app = create_app()
__all__ = ["app", "celery"]
