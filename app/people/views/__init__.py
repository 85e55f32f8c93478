"""The doors of people and places."""

from app.people.views import activation, me, sign_in
from app.people.views.common import blueprint

__all__ = ["activation", "blueprint", "me", "sign_in"]
