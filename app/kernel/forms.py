"""The door to Flask-WTF: every form carries a token tied to the browser's cookie, with no time limit (ruling 14)."""

from flask import Flask
from flask_wtf import CSRFProtect, FlaskForm
from flask_wtf.csrf import CSRFError as FormExpired

__all__ = ["Form", "FormExpired", "start"]

protection = CSRFProtect()


class Form(FlaskForm):
    """The parent of the product's forms: shape of input only, no database."""

    class Meta(FlaskForm.Meta):
        """WTForms' own settings."""

        locales = ("en",)  # its built-in sentences are never shown; ours are translated where they are written


def start(app: Flask) -> None:
    """Ask a token of every unsafe request of this app; JSON carries it in the header ``X-CSRFToken``."""
    app.config.update(
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,  # http.py checks the Origin of every unsafe request instead
        WTF_CSRF_METHODS={"POST", "PUT", "PATCH", "DELETE"},
    )
    protection.init_app(app)
