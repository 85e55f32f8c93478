"""The words and shapes of readiness levels, the same on the director's page and in the city's table."""

from app.kernel.i18n import _
from app.readiness.rules import Level

#: The pill and its shape: done, nearly there, needs help, nothing to say.
SHAPES = {
    Level.A: "done",
    Level.B: "done",
    Level.C: "learning",
    Level.D: "overdue",
    Level.E: "overdue",
    Level.N: "none",
    Level.X: "void",
}


def level_name(level: Level) -> str:
    """Return a level's name in the reader's language."""
    names: dict[Level, str] = {
        Level.A: _("Ready for good"),
        Level.B: _("Ready"),
        Level.C: _("Nearly ready"),
        Level.D: _("Not ready yet"),
        Level.E: _("Just started"),
        Level.N: _("Nothing to count yet"),
        Level.X: _("Closed at present"),
    }
    return names[level]


def level_words(level: Level) -> str:
    """Return the words of a level's pill: its letter and name; outside the scale only the name."""
    if level in {Level.N, Level.X}:
        return level_name(level)
    return str(_("Level %(letter)s – %(name)s", letter=level.value, name=level_name(level)))
