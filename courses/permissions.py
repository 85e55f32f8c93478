"""Which endpoints of this room are open to whom."""

from app.people.permissions import Who

ACCESS: dict[str, Who] = {}
