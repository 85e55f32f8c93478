"""When an edit becomes a new version, what it asks of people who hold the old one, and which lessons changed."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from courses.rules.reading import Problem
from courses.rules.shapes import Release

NOTICE = timedelta(days=30)


def content_hash(content: object) -> str:
    """Return the fingerprint of plain data; the order of keys does not matter."""
    written = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


def check_release(release: Release, today: date) -> Problem | None:
    """Return why this edit may not follow an earlier version today: a major one is announced 30 days ahead."""
    if release.change != "major":
        if release.required_from is None:
            return None
        return Problem(release.file, release.day_line, "only a major change has a required_from day")
    if release.required_from is None:
        sentence = "a major change needs a required_from day; a smaller one says change: minor or editorial"
        return Problem(release.file, release.change_line, sentence)
    if release.required_from < today + NOTICE:
        sentence = f"required_from must be {(today + NOTICE).isoformat()} or later: people get 30 days"
        return Problem(release.file, release.day_line, sentence)
    return None


def next_edition(edition: int | None, change: str) -> int:
    """Return the edition of a new version: 1 for the first, and one more for each major change after it."""
    if edition is None:
        return 1
    return edition + 1 if change == "major" else edition


def changed_lessons(
    before: Mapping[str, str], after: Sequence[tuple[str, str]]
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Return the keys of new, changed and removed lessons from their hashes, in the order of the lessons."""
    new = tuple(key for key, _ in after if key not in before)
    changed = tuple(key for key, mark in after if key in before and before[key] != mark)
    kept = {key for key, _ in after}
    return new, changed, tuple(key for key in before if key not in kept)
