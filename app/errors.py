"""How a refusal becomes a page for people or JSON for programs: one place, one look, a request id, a way on."""

from flask import Flask, Response, g, jsonify, make_response, render_template
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from app.kernel import log
from app.kernel.db import db
from app.kernel.errors import DomainError
from app.kernel.forms import FormExpired
from app.kernel.http import wants_json
from app.kernel.i18n import _


def start(app: Flask) -> None:
    """Answer every kind of error of this app."""
    app.register_error_handler(DomainError, _domain)
    app.register_error_handler(FormExpired, lambda _error: _answer(400, "form_expired"))
    app.register_error_handler(HTTPException, _web)
    app.register_error_handler(OperationalError, _database)
    app.register_error_handler(Exception, _unexpected)


def _domain(error: DomainError) -> Response:
    return _answer(error.status, error.code)


def _web(error: HTTPException) -> Response:
    return _answer(error.code or 500, f"http_{error.code}", dict(error.get_headers()).get("Retry-After"))


def _database(error: OperationalError) -> Response:
    db.session.rollback()
    log.error("database away", error)
    return _answer(503, "database_away")


def _unexpected(error: Exception) -> Response:
    db.session.rollback()
    log.error("unexpected", error)
    return _answer(500, "http_500")


def _answer(status: int, code: str, retry_after: str | None = None) -> Response:
    request_id = g.get("request_id", "")
    if wants_json():
        response = jsonify(error=code, request_id=request_id)
    else:
        response = make_response(
            render_template(
                "errors/page.html", status=status, code=code, sentence=sentence(status, code), request_id=request_id
            )
        )
    response.status_code = status
    if status in {429, 503}:
        response.headers["Retry-After"] = retry_after or "5"
    return response


def sentence(status: int, code: str) -> str:
    """Return the plain sentence for a refusal, in the reader's language."""
    sentences: dict[str, str] = {
        "form_expired": _("This page has been open for too long. Go back, load it again and send once more."),
        "database_busy": _("Many people are saving just now. Please try again in a few seconds."),
    }
    by_status: dict[int, str] = {
        400: _("The request could not be read. Go back and try again."),
        401: _("Please sign in first."),
        403: _("Your role does not include this page."),
        404: _("There is no such page, or it is not yours to see."),
        405: _("This address does not take that kind of request."),
        409: _("Something has changed in the meantime. Load the page again to see how things stand."),
        413: _("The file is too large."),
        422: _("What was entered does not fit. Go back and check it."),
        429: _("Too many tries. Please wait a little."),
        500: _("Something went wrong on our side. It has been written down; nothing you saved is lost."),
        503: _("The system is busy. What you have saved is safe; please try again in a moment."),
    }
    return sentences.get(code) or by_status.get(status) or by_status[500]
