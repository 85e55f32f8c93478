"""The coordinator's pages: who learns what by when, how far everyone is, and one person at a time."""

from app.portal.coordinator import assigning, board, export, person, undoing
from app.portal.coordinator.doors import blueprint

__all__ = ["assigning", "blueprint", "board", "export", "person", "undoing"]
