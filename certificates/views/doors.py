"""The one blueprint that all doors of this room hang on."""

from flask import Blueprint

# The folder above this package: templates belong to the room.
blueprint = Blueprint("certificates", "certificates", template_folder="templates")
