"""Every fault of one module that does not keep it from being loaded, but from being taught."""

from courses.rules.library import ModuleFiles
from courses.rules.lint import minutes, pools, reasons, sentences, sources, translations, words
from courses.rules.lint.texts import every_text, units_of
from courses.rules.reading import Problem
from courses.rules.shapes import ModuleText


def lint_module(files: ModuleFiles, module: ModuleText) -> tuple[Problem, ...]:
    """Return the faults of a module in the order of files and lines; what the loader has noted is not named again."""
    units = tuple(units_of(files, module))
    texts = tuple(every_text(units))
    found = {
        *words.faults(texts),
        *sentences.faults(files.folder, texts),
        *translations.faults(units),
        *reasons.faults(texts),
        *minutes.faults(files, module),
        *sources.faults(files, module),
        *pools.faults(files, module),
    }
    return tuple(sorted(found))
