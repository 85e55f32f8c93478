"""The doors of people and places."""

from app.people.views import activation, me, person, places, roster, sign_in, slips
from app.people.views.common import blueprint

__all__ = ["activation", "blueprint", "me", "person", "places", "roster", "sign_in", "slips"]
