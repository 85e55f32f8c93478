"""The doors of people and places."""

from app.people.views import activation, imports, invitations, me, person, places, roster, sign_in, slips
from app.people.views.common import blueprint

__all__ = ["activation", "blueprint", "imports", "invitations", "me", "person", "places", "roster", "sign_in", "slips"]
