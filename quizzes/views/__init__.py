"""The pages of a quiz: before it, one question a screen, the look back before handing in, and the inbox about it."""

from quizzes.views import asking, inbox
from quizzes.views.blueprint import blueprint

__all__ = ["asking", "blueprint", "inbox"]
