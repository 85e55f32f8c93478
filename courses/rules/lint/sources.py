"""Whether every source is used, and none is still to be found or checked."""

import re
from collections.abc import Iterator

from courses.rules.library import ModuleFiles
from courses.rules.reading import Problem
from courses.rules.shapes import ModuleText

# As authors mark what they have not found: "(check)", "…, check", "check: …", "UNSOURCED", "not found".
_MARK = re.compile(
    r"\bunsourced\b|\bnot found\b|[(\[]\s*check\b(?!-)|[,;:]\s*check\W*\Z|\A\W*check\s*(?:\Z|:)", re.IGNORECASE
)
_KEY = re.compile(r"(?<![a-z])(?:unsourced|check)(?![a-z])", re.IGNORECASE)


def faults(files: ModuleFiles, module: ModuleText) -> Iterator[Problem]:
    """Return a fault for each source that nothing names, and for each that is marked as uncertain."""
    lessons = (lesson for pair in module.lessons for lesson in pair.values())
    used = {key for lesson in lessons for card in lesson.cards for key in card.sources}
    used |= {key for question in module.questions for key in question.sources}
    used |= {key for scenario in module.scenarios for key in scenario["sources"]}
    for key, source in module.sources.items():
        file, line = f"{files.folder}/sources.yaml", files.sources.line(key)
        if key not in used:
            yield Problem(file, line, f"the source {key} is never used")
        if is_marked(key, source["title"], source["true_on"]):
            yield Problem(file, line, f"the source {key} is marked as not found or still to be checked")


def is_marked(key: str, *texts: str | None) -> bool:
    """Tell whether a source's key, title or day carries the mark of a fact that nobody has found yet."""
    return _KEY.search(key) is not None or any(_MARK.search(text or "") for text in texts)
