"""What the content check asks beyond what the loader needs: words, sentences, minutes, sources, reasons, pools."""

from courses.rules.lint.checking import lint_module
from courses.rules.lint.figures import Figures, LessonFigures, figures_of

__all__ = ["Figures", "LessonFigures", "figures_of", "lint_module"]
