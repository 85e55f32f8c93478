"""Starts the house: ``gunicorn wsgi:app``, ``flask --app wsgi``, ``celery -A wsgi:celery``."""

from app.factory import create_app
from app.kernel.jobs import celery

app = create_app()

__all__ = ["app", "celery"]
