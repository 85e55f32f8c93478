"""The app's shell, the packs a device keeps, and the doors through which its work comes back."""

from app.pwa.views import guide, packs, rescue, shell, sync
from app.pwa.views.blueprint import blueprint

__all__ = ["blueprint", "guide", "packs", "rescue", "shell", "sync"]
