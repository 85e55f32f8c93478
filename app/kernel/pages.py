"""How templates are drawn: as Flask does it, without looking every global up in two places."""

from collections.abc import MutableMapping
from typing import Any

from flask import Flask
from flask.templating import Environment


class Templates(Environment):
    """Flask's environment whose templates hold their globals in one plain dict.

    Jinja keeps a chain of two maps, so that a global added later is seen by a template loaded before, and pays for it
    at each render and each import of a macro: a sixth of a learner's page. Here every global is set while the app is
    built, before the first template is loaded.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return the globals of one template: the app's, with the template's own over them."""
        return {**self.globals, **(d or {})}


def start(app: Flask) -> None:
    """Give the app our templates; before anything asks for ``app.jinja_env``."""
    app.jinja_environment = Templates
