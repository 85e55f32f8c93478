"""Whether a scenario can be walked: every screen found and left, every ending reached, nobody lost without help."""

from collections.abc import Callable, Iterable, Iterator

from courses.rules.practice import Graph, Move, MoveKind, Outcome, Path, Screen

Fault = tuple[Path, str]


def graph_faults(graph: Graph) -> list[Fault]:
    """Return what is wrong with a scenario's graph: where its author wrote it, and a sentence."""
    faults = [*_targets(graph)]
    if graph.start not in graph.screens:
        return [*faults, (("start",), f"the scenario begins at {graph.start!r}, which is not one of its screens")]
    if graph.screens[graph.start].is_end:
        return [*faults, (("start",), "the scenario begins with an ending")]
    checks: tuple[Callable[[Graph], Iterable[Fault]], ...] = (
        _endings, _exits, _reached, _circles, _dead_ends, _loops, _passing
    )  # fmt: skip
    for check in checks:
        faults += check(graph)
    return faults


def _targets(graph: Graph) -> Iterator[Fault]:
    for _screen, _choice, move in _all_moves(graph):
        if move.to is not None and move.to not in graph.screens:
            yield move.at, f"the tap leads to {move.to!r}, which is not one of the screens"
        elif move.kind is not MoveKind.WRONG and move.to is None:
            yield move.at, f"a {move.kind} tap must say where it leads"


def _endings(graph: Graph) -> Iterator[Fault]:
    """Let no right step lead to failing, no wrong one to passing, and every forbidden act to failing."""
    for _screen, _choice, move in _all_moves(graph):
        there = graph.screens.get(move.to or "")
        outcome = there.outcome if there else None
        if move.kind is MoveKind.RIGHT and outcome is Outcome.FAILED:
            yield move.at, f"a right step leads to the failed ending {move.to}"
        elif move.kind is MoveKind.WRONG and outcome is Outcome.PASSED:
            yield move.at, f"a wrong tap leads to the passed ending {move.to}"
        elif move.kind is MoveKind.FORBIDDEN and there and outcome is not Outcome.FAILED:
            yield move.at, f"a forbidden act must lead to a failed ending, not to {move.to}"
    if not any(screen.outcome is Outcome.PASSED for screen in graph.screens.values()):
        yield ("screens",), "there is no ending with outcome: passed"


def _exits(graph: Graph) -> Iterator[Fault]:
    for screen in graph.screens.values():
        if not screen.is_end and not any(to != screen.id for to in screen.rights()):
            yield screen.at, f"the screen {screen.id} has no exit: no right tap leads out of it"


def _reached(graph: Graph) -> Iterator[Fault]:
    found = _reach(graph, graph.start, _any_move)
    for screen in graph.screens.values():
        if screen.id not in found:
            yield screen.at, f"the {'ending' if screen.is_end else 'screen'} {screen.id} cannot be reached"


def _circles(graph: Graph) -> Iterator[Fault]:
    for screen, _choice, move in _all_moves(graph):
        if move.kind is MoveKind.RIGHT and move.to and screen.id in _reach(graph, move.to, _right_move):
            yield move.at, f"right steps go round in a circle: from {screen.id} back to itself"


def _dead_ends(graph: Graph) -> Iterator[Fault]:
    for screen in graph.screens.values():
        if screen.is_end or not any(True for _each in screen.rights()):
            continue  # an ending, or a screen without exit, which has a fault of its own
        ends = {graph.screens[each].outcome for each in _reach(graph, screen.id, _right_move)}
        if Outcome.PASSED not in ends:
            yield screen.at, f"the screen {screen.id} is a dead end: right steps from it reach no passed ending"


def _loops(graph: Graph) -> Iterator[Fault]:
    """Ask for a hint wherever the same wrong tap can be made again and again."""
    noted: set[str] = set()
    for screen, _choice, move in _all_moves(graph):
        if move.kind is not MoveKind.WRONG or screen.has_hint or screen.id in noted:
            continue
        if move.to is None or screen.id in _reach(graph, move.to, _any_move):
            noted.add(screen.id)
            yield move.at, f"a loop without a hint: the screen {screen.id} can be got wrong again and again"


def _passing(graph: Graph) -> Iterator[Fault]:
    longest = _longest(graph)
    if graph.least_right > longest:
        sentence = f"the score cannot be reached: {graph.least_right} right steps are asked, {longest} can be made"
        yield ("passing", "least_right"), sentence


def _longest(graph: Graph) -> int:
    """Return the most right steps on a way from the start to a passed ending; circles are a fault of their own."""

    def steps(screen: str, seen: frozenset[str]) -> int | None:
        here = graph.screens.get(screen)
        if here is None or screen in seen:
            return None
        if here.is_end:
            return 0 if here.outcome is Outcome.PASSED else None
        known = found.get(screen)
        if known is None:
            below = [steps(to, seen | {screen}) for to in here.rights()]
            known = found[screen] = max((1 + each for each in below if each is not None), default=-1)
        return None if known < 0 else known

    found: dict[str, int] = {}
    return steps(graph.start, frozenset()) or 0


def _all_moves(graph: Graph) -> Iterator[tuple[Screen, str, Move]]:
    for screen in graph.screens.values():
        for choice, move in screen.moves.items():
            yield screen, choice, move


def _any_move(_move: Move) -> bool:
    return True


def _right_move(move: Move) -> bool:
    return move.kind is MoveKind.RIGHT


def _reach(graph: Graph, start: str, follows: Callable[[Move], bool]) -> set[str]:
    """Return the screens that such moves lead to from a screen, itself among them."""
    found: set[str] = set()
    waiting = [start]
    while waiting:
        screen = waiting.pop()
        if screen in found or screen not in graph.screens:
            continue
        found.add(screen)
        waiting += [move.to for move in graph.screens[screen].moves.values() if move.to and follows(move)]
    return found
