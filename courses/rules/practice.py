"""The practice phone as a graph: which tap leads where, how a run stands after some taps, and how it ends."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

# The frame's own choice after a wrong turn: "Thử lại bước này". No author may use the name.
BACK = "back"
HINT_AFTER, RING_AFTER = 2, 3
# No run is longer: who has gone astray so often begins anew.
MOST_TAPS = 500
# The parts of a screen that can be tapped, in the order in which a keyboard meets them.
PARTS = ("elements", "answers", "acts")

Path = tuple[str | int, ...]
Texts = Mapping[str, str]


class MoveKind(StrEnum):
    """What a tap is: a right step, a wrong one, or an act that ends the run at once."""

    RIGHT = "right"
    WRONG = "wrong"
    FORBIDDEN = "forbidden"


class ScreenKind(StrEnum):
    """The drawn phone, what the patient says with answers to choose from, or an ending."""

    PHONE = "phone"
    TALK = "talk"
    END = "end"


class Outcome(StrEnum):
    """How a run ended; ``LEFT``: begun anew before its end."""

    PASSED = "passed"
    FAILED = "failed"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Move:
    """What one tap does. ``to`` None: the screen stays. ``words`` by language; ``at``: where its author wrote it."""

    kind: MoveKind
    to: str | None
    words: Texts | None = None
    at: Path = ()


@dataclass(frozen=True, slots=True)
class Screen:
    """One screen by what can be tapped on it; ``outcome`` is an ending's and None elsewhere."""

    id: str
    kind: ScreenKind
    moves: Mapping[str, Move] = field(default_factory=dict)
    outcome: Outcome | None = None
    has_hint: bool = False
    at: Path = ()

    @property
    def is_end(self) -> bool:
        """Say whether a run ends here."""
        return self.kind is ScreenKind.END

    def rights(self) -> Iterator[str]:
        """Yield the screens that right steps lead to."""
        return (move.to for move in self.moves.values() if move.kind is MoveKind.RIGHT and move.to)


@dataclass(frozen=True, slots=True)
class Graph:
    """A scenario as screens by id, and what passing takes."""

    start: str
    screens: Mapping[str, Screen]
    most_wrong: int
    least_right: int = 0

    def way(self, screen: str) -> tuple[str, ...]:
        """Return the screens that right steps still lead through from here, this one first, the ending left out."""
        found: list[str] = []
        here = self.screens.get(screen)
        while here is not None and here.id not in found and not here.is_end:
            found.append(here.id)
            here = self.screens.get(next(here.rights(), ""))
        return tuple(found)

    def main(self) -> frozenset[str]:
        """Return the screens that right steps alone lead to from the start: solving these counts."""
        found: set[str] = set()
        waiting = [self.start]
        while waiting:
            screen = waiting.pop()
            if screen in found or screen not in self.screens:
                continue
            found.add(screen)
            waiting += self.screens[screen].rights()
        return frozenset(found)


class TapError(ValueError):
    """A tap that cannot be on this screen: nothing of that name is there, or the run has ended."""


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a run stands. ``wrong`` counts by screen; ``came_from`` is where a wrong turn was made, while off the way.

    ``last`` is the move of the last tap and ``tapped_on`` its screen; ``forbidden`` names the act that ended the run.
    """

    screen: str
    tapped_on: str
    solved: frozenset[str] = frozenset()
    wrong: Mapping[str, int] = field(default_factory=dict)
    came_from: str | None = None
    last: Move | None = None
    forbidden: str | None = None

    @property
    def wrong_turns(self) -> int:
        """Return how many taps were wrong so far."""
        return sum(self.wrong.values())

    @property
    def wrong_here(self) -> int:
        """Return how many taps on this screen were wrong, however often it was left and found again."""
        return self.wrong.get(self.screen, 0)

    @property
    def shows_hint(self) -> bool:
        """Say whether the hint stands in words."""
        return self.wrong_here >= HINT_AFTER

    @property
    def shows_ring(self) -> bool:
        """Say whether the right place is ringed."""
        return self.wrong_here >= RING_AFTER


@dataclass(frozen=True, slots=True)
class Score:
    """What a run has come to: right steps done, of how many, and the outcome once an ending is reached."""

    steps: int
    steps_all: int
    wrong_turns: int
    outcome: Outcome | None


def graph_of(scenario: Mapping[str, Any]) -> Graph:
    """Return the graph of a scenario's plain data (docs/content-format.md); of twins the first counts."""
    screens: dict[str, Screen] = {}
    for place, screen in enumerate(scenario["screens"]):
        at = ("screens", place)
        screens.setdefault(
            screen["id"],
            Screen(
                id=screen["id"],
                kind=ScreenKind(screen["kind"]),
                moves=dict(_moves(screen, at)),
                outcome=Outcome(screen["outcome"]) if screen.get("outcome") else None,
                has_hint=bool(screen.get("hint")),
                at=at,
            ),
        )
    passing = scenario["passing"]
    return Graph(scenario["start"], screens, passing["most_wrong"], passing["least_right"])


def _moves(screen: Mapping[str, Any], at: Path) -> Iterator[tuple[str, Move]]:
    for part in PARTS:
        for place, tappable in enumerate(screen.get(part, ())):
            move = tappable["move"]
            if move:
                where = (*at, part, place)
                yield tappable["id"], Move(MoveKind(move["kind"]), move["to"], move["words"], where)


def begin(graph: Graph) -> Stand:
    """Return how a run stands before the first tap."""
    return Stand(graph.start, graph.start)


def after(graph: Graph, stand: Stand, choice: str) -> Stand:
    """Return how a run stands after a tap; raises ``TapError``."""
    here = graph.screens[stand.screen]
    if choice == BACK and stand.came_from:
        return replace(stand, screen=stand.came_from, tapped_on=here.id, came_from=None, last=None)
    move = here.moves.get(choice)
    if move is None:
        raise TapError(f"there is no {choice} on {here.id}")
    there = move.to or here.id
    if move.kind is MoveKind.RIGHT:
        return Stand(there, here.id, stand.solved | {here.id}, stand.wrong, None, move)
    if move.kind is MoveKind.FORBIDDEN:
        return replace(
            stand, screen=there, tapped_on=here.id, came_from=None, last=move, forbidden=f"{here.id}/{choice}"
        )
    counted = {**stand.wrong, here.id: stand.wrong.get(here.id, 0) + 1}
    has_turned = there != here.id and not graph.screens[there].is_end
    came_from = here.id if has_turned else stand.came_from if there == here.id else None
    return replace(stand, screen=there, tapped_on=here.id, wrong=counted, came_from=came_from, last=move)


def play(graph: Graph, choices: Iterable[str]) -> Stand:
    """Return how a run stands after all these taps; raises ``TapError``."""
    stand = begin(graph)
    for choice in choices:
        stand = after(graph, stand, choice)
    return stand


def score(graph: Graph, stand: Stand) -> Score:
    """Return what a run has come to; only its taps decide, whatever a browser says (S3)."""
    main, here = graph.main(), graph.screens[stand.screen]
    steps = len(stand.solved & main)
    ahead = () if here.outcome is Outcome.PASSED else graph.way(stand.tapped_on if here.is_end else here.id)
    steps_all = steps + len([each for each in ahead if each in main and each not in stand.solved])
    if not here.is_end:
        return Score(steps, steps_all, stand.wrong_turns, None)
    has_passed = (
        here.outcome is Outcome.PASSED
        and stand.forbidden is None
        and stand.wrong_turns <= graph.most_wrong
        and steps >= graph.least_right
    )
    return Score(steps, steps_all, stand.wrong_turns, Outcome.PASSED if has_passed else Outcome.FAILED)


def required_scenarios(requires: Iterable[str], keys: Iterable[str]) -> frozenset[str]:
    """Return the scenarios that completing a module asks for; ``requires`` names them, or all by ``scenarios``."""
    named = frozenset(requires)
    return frozenset(key for key in keys if key in named or "scenarios" in named)
