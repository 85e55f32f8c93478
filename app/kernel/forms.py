"""The door to Flask-WTF: every form carries a token tied to the browser's cookie, with no time limit (ruling 14)."""

import os
from typing import Any

from flask import Flask, request
from flask_wtf import CSRFProtect, FlaskForm
from flask_wtf.csrf import CSRFError as FormExpired
from flask_wtf.csrf import generate_csrf as form_token
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import BadRequest
from wtforms.validators import ValidationError

from app.kernel.http import UNSAFE
from app.kernel.i18n import _

__all__ = ["Form", "FormExpired", "check_file", "form_token", "start"]

protection = CSRFProtect()


class Form(FlaskForm):
    """The parent of the product's forms: shape of input only, no database."""

    class Meta(FlaskForm.Meta):
        """WTForms' own settings."""

        locales = ("en",)  # its built-in sentences are never shown; ours are translated where they are written

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """Read a form from a form: Flask-WTF would take a JSON body for one, and fall over ``[7]``."""
            return None if request.is_json else super().wrap_formdata(form, formdata)


def check_file(sent: object, *, most: int, too_large: str) -> None:
    """Raise ValidationError for a form without a file, an empty file, and one of more than ``most`` bytes."""
    if not isinstance(sent, FileStorage) or not sent.filename:
        raise ValidationError(_("Choose a file first."))
    size = sent.stream.seek(0, os.SEEK_END)
    sent.stream.seek(0)
    if not size:
        raise ValidationError(_("The file is empty."))
    if size > most:
        raise ValidationError(too_large)


def start(app: Flask) -> None:
    """Ask a token of every unsafe request of this app; JSON carries it in the header ``X-CSRFToken``."""
    app.config.update(
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,  # http.py checks the Origin of every unsafe request instead
        WTF_CSRF_METHODS={"POST", "PUT", "PATCH", "DELETE"},
    )
    protection.init_app(app)
    app.before_request(_refuse_nul)


def _refuse_nul() -> None:
    """Refuse the one letter that PostgreSQL cannot keep and no keyboard has."""
    if request.method in UNSAFE and any("\0" in value for _name, value in request.form.items(multi=True)):
        raise BadRequest("a NUL in a form")
