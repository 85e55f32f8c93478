"""The room's one blueprint, apart from the views so that each of them can import it."""

from flask import Blueprint

blueprint = Blueprint("quizzes", __name__, template_folder="../templates")
