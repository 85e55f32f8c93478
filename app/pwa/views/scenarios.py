"""What a device keeps of a module's practice scenarios: the practice phone as its page shows it, and nobody's run."""

from typing import Any

from flask import render_template

from app.kernel.i18n import in_language
from courses.queries import ModuleRow
from courses.queries.practice import list_scenarios
from courses.views.screens import play_page


def scenarios(module: ModuleRow) -> list[dict[str, Any]]:
    """Return a module's scenarios in their order; ``scenario`` is the id under which the server takes their taps."""
    return [
        {
            "key": view.key,
            "scenario": view.id,
            "title": in_language(view.title),
            "minutes": minutes,
            "html": render_template("courses/_play.html", page=play_page(view, None), is_packed=True),
        }
        for view, minutes in list_scenarios(module.version_id)
    ]
