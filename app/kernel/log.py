"""The log: JSON lines with the request's id, and no personal data."""

import json
import logging
import sys

import structlog
from flask import g, has_request_context
from structlog.typing import EventDict

from app.kernel.settings import Settings

_ENCODER = json.JSONEncoder(ensure_ascii=False, default=str)


def start(settings: Settings) -> None:
    """Write JSON lines to standard error from the given severity up."""
    level = getattr(logging, settings.log_level.upper())
    structlog.configure(
        processors=[
            _name_request,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(_write),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=settings.environment != "test",
    )


def _name_request(_logger: object, _severity: str, event: EventDict) -> EventDict:
    """Say which request speaks; read here, since the library's own memory is emptied and filled for every request."""
    if has_request_context() and "request_id" in g:
        event["request_id"] = g.request_id
    return event


def _write(event: EventDict, **_how: object) -> str:
    return _ENCODER.encode(event)


def error(event: str, fault: Exception) -> None:
    """Write down a fault with its trace, beside the request's id; the values of variables are left out."""
    structlog.get_logger("fault").error(event, exc_info=fault)
