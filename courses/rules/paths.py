"""Learning paths: which modules a position learns, in which order (domain.md §7, "who takes what")."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from courses.rules.lint.sources import is_marked
from courses.rules.reading import Document, Problem, Reader, Texts
from courses.rules.sources import sources_at

PATHS_FILE = "paths.yaml"


@dataclass(frozen=True, slots=True)
class PathText:
    """A learning path as written: the codes of the positions it is for, and the ids of its modules in their order."""

    id: str
    title: Texts
    positions: tuple[str, ...]
    modules: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Fit:
    """How a path fits the people chosen: how many of them it is for, and whether it is for every one."""

    key: str
    people: int
    is_for_all: bool


def read_paths(
    document: Document, modules: Collection[str], positions: Collection[str], problems: list[Problem]
) -> tuple[PathText, ...]:
    """Return the paths of paths.yaml and add every fault to ``problems``; use them only when there is none.

    ``modules`` are the ids of the library's modules, ``positions`` the codes of the city's list.
    """
    reader = Reader(PATHS_FILE, document, problems)
    if not reader.keys(("sources", "paths")):
        return ()
    sources = sources_at(reader, "sources")
    found: dict[str, PathText] = {}
    for place, _ in enumerate(reader.items("paths")):
        at = ("paths", place)
        if not reader.keys(("id", "title", "positions", "modules", "source"), *at):
            continue
        path = PathText(
            id=reader.identifier(*at, "id"),
            title=reader.both(*at, "title"),
            positions=_known(reader, positions, "position", *at, "positions"),
            modules=_known(reader, modules, "module", *at, "modules"),
            source=reader.choice(sources, *at, "source"),
        )
        if path.id in found:
            reader.fault(f"the path {path.id} stands twice", *at, "id")
        found[path.id] = path
    return tuple(found.values())


def _known(reader: Reader, known: Collection[str], what: str, *at: str | int) -> tuple[str, ...]:
    names = reader.names(*at)
    for place, name in enumerate(names):
        if name not in known:
            reader.fault(f"there is no {what} {name}", *at, place)
    return names


def lint_paths(document: Document, paths: Iterable[PathText]) -> tuple[Problem, ...]:
    """Return a fault for each source of paths.yaml that no path names, or that is still to be found or checked."""
    problems: list[Problem] = []
    reader = Reader(PATHS_FILE, document, problems)
    used = {path.source for path in paths}
    # What cannot be read has been named by read_paths.
    for key, source in sources_at(Reader(PATHS_FILE, document, []), "sources").items():
        if key not in used:
            reader.fault(f"the source {key} is never used", "sources", key)
        if is_marked(key, source["title"], source["true_on"]):
            reader.fault(f"the source {key} is marked as not found or still to be checked", "sources", key)
    return tuple(problems)


def fitting(paths: Mapping[str, Collection[str]], chosen: Mapping[str, int]) -> tuple[Fit, ...]:
    """Return which paths fit the positions chosen: those for everyone first, then those for most of the people.

    ``paths`` maps a path's key to its positions, in the order of the library; ``chosen`` maps each position chosen to
    the people who hold it, none while a standing rule waits for the first.
    """
    fits = [
        Fit(key, sum(chosen[each] for each in chosen.keys() & set(positions)), chosen.keys() <= set(positions))
        for key, positions in paths.items()
        if chosen.keys() & set(positions)
    ]
    return tuple(sorted(fits, key=lambda fit: (not fit.is_for_all, -fit.people)))
