"""The sources that content names by their keys: title and the day each was true."""

from datetime import date

from courses.rules.reading import Document, Problem, Reader

Sources = dict[str, dict[str, str | None]]


def read_sources(folder: str, document: Document, problems: list[Problem]) -> Sources:
    """Return the sources of a folder's sources.yaml by key; days as ISO text, an author's own words as they are."""
    reader = Reader(f"{folder}/sources.yaml", document, problems)
    written = reader.at()
    if not isinstance(written, dict):
        reader.fault("sources.yaml must be a mapping of source keys")
        return {}
    found: Sources = {}
    for key in written:
        if not isinstance(key, str) or not reader.keys(("title", "true_on"), key):
            continue
        day = reader.at(key, "true_on")
        if day is not None and not isinstance(day, (date, str)):
            reader.fault("true_on must be a day, a text in quotes, or null", key, "true_on")
        true_on = day.isoformat() if isinstance(day, date) else day if isinstance(day, str) else None
        found[key] = {"title": reader.text(key, "title"), "true_on": true_on}
    return found


def written_day(true_on: str | None) -> str:
    """Return a source's day as people write it, 30/11/2026; an author's own words for a day stay as they are."""
    try:
        return date.fromisoformat(true_on or "").strftime("%d/%m/%Y")
    except ValueError:
        return true_on or ""
