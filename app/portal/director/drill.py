"""What lies under a component: its units or service points with people counted, and the names of one of them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from app.kernel.i18n import _, ngettext
from app.portal.director.words import module_title, unit_name
from app.readiness.queries import Roll
from app.readiness.rules import Pair, Post, Score

HOLDS: dict[str, Callable[[Pair], bool]] = {
    "C": lambda pair: pair.valid,
    "U": lambda pair: pair.outlives,
    "K": lambda pair: pair.fresh,
}
POINTS = "B"


@dataclass(frozen=True, slots=True)
class Group:
    """A unit or a service point: how many of its people are done, and of how many; ``key`` opens it.

    ``need`` is what a service point needs, None for a unit.
    """

    key: str
    name: str
    done: int
    people: int
    need: int | None = None

    @property
    def is_short(self) -> bool:
        """Say whether somebody is missing here."""
        return self.done < (self.people if self.need is None else self.need)


@dataclass(frozen=True, slots=True)
class Someone:
    """One person of an open group and what is missing, in words (empty: nothing)."""

    person_id: int
    name: str
    missing: str


def list_units(letter: str, reached: Score, roll: Roll) -> list[Group]:
    """Return the units, those that miss most people first; people who need not hold anything yet are left out."""
    people: dict[str | None, dict[str, bool]] = {}
    for post in reached.posts:
        pairs = [pair for pair in post.pairs if not pair.neutral]
        if pairs:
            here = people.setdefault(roll.units.get(post.person), {})
            here[post.person] = here.get(post.person, True) and all(HOLDS[letter](pair) for pair in pairs)
    groups = [Group(unit or "0", unit_name(unit, roll), sum(done.values()), len(done)) for unit, done in people.items()]
    return sorted(groups, key=lambda group: (group.done - group.people, group.name))


def list_points(reached: Score, roll: Roll) -> list[Group]:
    """Return the service points, those that miss most people first."""
    groups = [
        Group(point.id, roll.point_names[point.id], point.ready, point.rostered, point.need) for point in reached.points
    ]
    return sorted(groups, key=lambda group: (group.done - (group.need or 0), group.name))


def list_people(letter: str, key: str, reached: Score, roll: Roll) -> list[Someone]:
    """Return the people of one unit or service point, those who miss something first, each group by name."""
    if letter == POINTS:
        posts = [post for post in reached.posts if post.point == key]
        holds = HOLDS["C"]
    else:
        posts = [post for post in reached.posts if (roll.units.get(post.person) or "0") == key]
        holds = HOLDS[letter]
    missing: dict[str, set[str]] = {}
    for post in posts:
        missing.setdefault(post.person, set()).update(_missing(post, holds, neutral_counts=letter == POINTS))
    # The names come in their own order from the roll.
    known = [person for person in roll.names if person in missing]
    lines = [Someone(int(person), roll.names[person], _words(missing[person], roll)) for person in known]
    return sorted(lines, key=lambda line: not line.missing)


def _missing(post: Post, holds: Callable[[Pair], bool], *, neutral_counts: bool) -> Iterable[str]:
    # Days of grace make nobody ready: a service point asks for every module.
    return (pair.module for pair in post.pairs if not holds(pair) and (neutral_counts or not pair.neutral))


def _words(modules: set[str], roll: Roll) -> str:
    if not modules:
        return ""
    titles = [module_title(key, roll) for key in roll.titles if key in modules]
    if len(titles) == 1:
        return titles[0]
    count: str = ngettext("%(num)d module", "%(num)d modules", len(titles))
    return str(_("%(count)s: %(titles)s", count=count, titles=", ".join(titles)))
