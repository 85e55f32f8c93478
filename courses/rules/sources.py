"""The sources that content names by their keys: title and the day each was true."""

from datetime import date

from courses.rules.reading import Document, Problem, Reader, Step

Sources = dict[str, dict[str, str | None]]


def read_sources(folder: str, document: Document, problems: list[Problem]) -> Sources:
    """Return the sources of a folder's sources.yaml by key; days as ISO text, an author's own words as they are."""
    return sources_at(Reader(f"{folder}/sources.yaml", document, problems))


def sources_at(reader: Reader, *above: Step) -> Sources:
    """Return the sources that stand below ``above`` in an author's file; none when there is no mapping."""
    written = reader.at(*above)
    if not isinstance(written, dict):
        reader.fault(f"{above[-1] if above else 'sources.yaml'} must be a mapping of source keys", *above)
        return {}
    found: Sources = {}
    for key in written:
        at = (*above, key)
        if not isinstance(key, str) or not reader.keys(("title", "true_on"), *at):
            continue
        day = reader.at(*at, "true_on")
        if day is not None and not isinstance(day, (date, str)):
            reader.fault("true_on must be a day, a text in quotes, or null", *at, "true_on")
        true_on = day.isoformat() if isinstance(day, date) else day if isinstance(day, str) else None
        found[key] = {"title": reader.text(*at, "title"), "true_on": true_on}
    return found


def written_day(true_on: str | None) -> str:
    """Return a source's day as people write it, 30/11/2026; an author's own words for a day stay as they are."""
    try:
        return date.fromisoformat(true_on or "").strftime("%d/%m/%Y")
    except ValueError:
        return true_on or ""
