"""The director's page: how ready the facility is, why, and what to do next."""

from app.portal.director import page
from app.portal.director.page import blueprint

__all__ = ["blueprint", "page"]
