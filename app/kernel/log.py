"""The log: JSON lines with the request's id, and no personal data."""

import logging
import sys

import structlog

from app.kernel.settings import Settings


def start(settings: Settings) -> None:
    """Write JSON lines to standard error from the given severity up."""
    level = getattr(logging, settings.log_level.upper())
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=settings.environment != "test",
    )


def error(event: str, fault: Exception) -> None:
    """Write down a fault with its trace, beside the request's id; the values of variables are left out."""
    structlog.get_logger("fault").error(event, exc_info=fault)
