"""The one blueprint that all doors of this room hang on."""

from flask import Blueprint

blueprint = Blueprint("courses", __name__, template_folder="../templates")
