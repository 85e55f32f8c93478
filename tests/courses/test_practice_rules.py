"""The practice phone's rules: what a tap does, when help comes, how a run is scored, and that it can be ended."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from courses.rules import BACK, MoveKind, Outcome, Stand, TapError, after, begin, play, required_scenarios, score
from courses.rules.graphs import graph_faults
from courses.rules.practice import Graph, Move, Screen, ScreenKind

SAID = {"vi": "Chưa.", "en": "No."}


def right(to: str) -> Move:
    return Move(MoveKind.RIGHT, to)


def wrong(to: str | None = None) -> Move:
    return Move(MoveKind.WRONG, to, SAID)


def forbidden(to: str) -> Move:
    return Move(MoveKind.FORBIDDEN, to, SAID)


def phone(name: str, *, hint: bool = True, **moves: Move) -> Screen:
    return Screen(name, ScreenKind.PHONE, moves, has_hint=hint)


def end(name: str, outcome: Outcome) -> Screen:
    return Screen(name, ScreenKind.END, outcome=outcome)


def graph(*screens: Screen, most_wrong: int = 2, least_right: int = 0) -> Graph:
    return Graph(screens[0].id, {each.id: each for each in screens}, most_wrong, least_right)


PASSED, FAILED = end("good", Outcome.PASSED), end("bad", Outcome.FAILED)
THREE = graph(
    phone("one", go=right("two"), no=wrong(), astray=wrong("side")),
    phone("two", go=right("three"), no=wrong(), take=forbidden("bad")),
    phone("three", go=right("good"), no=wrong(), give_up=wrong("bad"), again=wrong("one")),
    phone("side", home=right("one")),
    PASSED,
    FAILED,
)


def test_the_graph_of_this_page_has_no_fault():
    assert graph_faults(THREE) == []


def test_right_steps_lead_to_passing():
    stand = play(THREE, ["go", "go", "go"])
    got = score(THREE, stand)
    assert (got.steps, got.steps_all, got.wrong_turns, got.outcome) == (3, 3, 0, Outcome.PASSED)


def test_before_the_first_tap_all_steps_are_ahead():
    got = score(THREE, begin(THREE))
    assert (got.steps, got.steps_all, got.outcome) == (0, 3, None)


def test_a_wrong_tap_stays_and_is_counted():
    stand = after(THREE, begin(THREE), "no")
    assert (stand.screen, stand.wrong_turns, stand.last.words) == ("one", 1, SAID)
    assert stand.came_from is None


@pytest.mark.parametrize(
    ("taps", "hint", "ring"), [(0, False, False), (1, False, False), (2, True, False), (3, True, True)]
)
def test_words_help_after_the_second_wrong_tap_and_a_ring_after_the_third(taps: int, hint: bool, ring: bool):
    stand = play(THREE, ["no"] * taps)
    assert (stand.shows_hint, stand.shows_ring) == (hint, ring)


def test_help_is_remembered_when_the_screen_is_found_again():
    stand = play(THREE, ["astray", BACK, "astray", BACK, "no"])
    assert (stand.screen, stand.wrong_here, stand.shows_ring) == ("one", 3, True)


def test_a_wrong_turn_leads_away_and_the_step_can_be_tried_again():
    stand = after(THREE, begin(THREE), "astray")
    assert (stand.screen, stand.came_from) == ("side", "one")
    back = after(THREE, stand, BACK)
    assert (back.screen, back.came_from, back.wrong_turns, back.last) == ("one", None, 1, None)
    assert after(THREE, stand, "home").screen == "one"


def test_a_detour_counts_as_a_wrong_turn_and_never_as_a_step():
    got = score(THREE, play(THREE, ["astray", "home", "go", "go", "go"]))
    assert (got.steps, got.steps_all, got.wrong_turns, got.outcome) == (3, 3, 1, Outcome.PASSED)


def test_a_step_done_twice_counts_once():
    stand = play(THREE, ["go", "go", "again"])
    assert (score(THREE, stand).steps, score(THREE, stand).steps_all) == (2, 3)


def test_a_forbidden_act_fails_the_run_at_once_and_is_named():
    stand = play(THREE, ["go", "take"])
    got = score(THREE, stand)
    assert (got.outcome, got.steps, got.steps_all, stand.forbidden) == (Outcome.FAILED, 1, 3, "two/take")


def test_a_wrong_tap_may_end_in_failing():
    got = score(THREE, play(THREE, ["go", "go", "give_up"]))
    assert (got.outcome, got.steps, got.steps_all, got.wrong_turns) == (Outcome.FAILED, 2, 3, 1)


def test_too_many_wrong_turns_fail_at_the_end_and_not_before():
    stand = play(THREE, ["no", "no", "no"])
    assert score(THREE, stand).outcome is None
    assert score(THREE, play(THREE, ["no", "no", "no", "go", "go", "go"])).outcome is Outcome.FAILED
    assert score(THREE, play(THREE, ["no", "no", "go", "go", "go"])).outcome is Outcome.PASSED


def test_a_short_cut_can_be_too_short():
    forked = graph(phone("one", long=right("two"), short=right("good")), phone("two", go=right("good")), PASSED,
                   least_right=2)  # fmt: skip
    assert graph_faults(forked) == []
    assert score(forked, play(forked, ["short"])).outcome is Outcome.FAILED
    assert score(forked, play(forked, ["long", "go"])).outcome is Outcome.PASSED


@pytest.mark.parametrize("choices", [["nothing"], [BACK], ["go", "go", "go", "go"], ["astray", BACK, BACK]])
def test_a_tap_on_what_is_not_there_is_refused(choices: list[str]):
    with pytest.raises(TapError):
        play(THREE, choices)


@pytest.mark.parametrize(
    ("requires", "asked"),
    [(["quiz"], set()), (["quiz", "scenarios"], {"a", "b"}), (["quiz", "b"], {"b"}), (["quiz", "gone"], set())],
)
def test_a_module_asks_for_none_all_or_some_of_its_scenarios(requires: list[str], asked: set[str]):
    assert required_scenarios(requires, ["a", "b"]) == asked


# Random graphs: mostly forward and without what nobody finds, so that many are accepted; others have a fault planted.
NAMES = ("s0", "s1", "s2", "s3", "s4")


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    names = NAMES[: draw(st.integers(1, len(NAMES)))]
    is_faulty = draw(st.booleans())
    screens = []
    for place, name in enumerate(names):
        ahead, anywhere = [*names[place + 1 :], "good"], [*names, "bad"]
        moves = {"go": right(draw(st.sampled_from(ahead)))}
        if is_faulty and draw(st.booleans()):
            # A step that leads round, or one that is no right one.
            astray = st.one_of(
                st.builds(right, st.sampled_from(names)), st.builds(wrong, st.sampled_from(ahead[:-1] or ["s0"]))
            )
            moves = {"go": draw(astray)}
        for number in range(draw(st.integers(0, 3))):
            others = st.one_of(
                st.builds(wrong, st.sampled_from([None, *anywhere])),
                st.builds(right, st.sampled_from(ahead)),
                st.just(forbidden("bad")),
            )
            moves[f"other{number}"] = draw(others)
        screens.append(phone(name, hint=not is_faulty or draw(st.integers(0, 3)) > 0, **moves))
    whole = graph(*screens, PASSED, FAILED, most_wrong=draw(st.integers(0, 4)), least_right=draw(st.integers(0, 1)))
    found = {"s0"}
    for _round in whole.screens:
        found |= {move.to for name in found for move in whole.screens[name].moves.values() if move.to}
    return graph(*(each for each in whole.screens.values() if each.id in found), most_wrong=whole.most_wrong,
                 least_right=whole.least_right)  # fmt: skip


@given(graphs(), st.data())
def test_what_the_checker_accepts_can_always_be_finished(found: Graph, data: st.DataObject):
    assume(graph_faults(found) == [])
    stand = begin(found)
    for _tap in range(data.draw(st.integers(0, 12))):
        here = found.screens[stand.screen]
        if here.is_end:
            break
        stand = after(found, stand, data.draw(st.sampled_from(sorted(here.moves))))
    stand = finish(found, stand)
    got = score(found, stand)
    assert found.screens[stand.screen].is_end
    assert got.outcome in {Outcome.PASSED, Outcome.FAILED}
    assert 0 <= got.steps <= got.steps_all


def finish(found: Graph, stand: Stand) -> Stand:
    """Follow what would be ringed; gives up after as many taps as there are screens."""
    for _tap in found.screens:
        here = found.screens[stand.screen]
        if here.is_end:
            break
        stand = after(found, stand, next(name for name, move in here.moves.items() if move.kind is MoveKind.RIGHT))
    return stand


@given(graphs())
def test_passing_can_be_reached_without_a_wrong_tap(found: Graph):
    assume(graph_faults(found) == [])
    best = max(_right_ways(found, begin(found)), key=lambda stand: score(found, stand).steps)
    assert score(found, best).outcome is Outcome.PASSED


def _right_ways(found: Graph, stand: Stand):
    here = found.screens[stand.screen]
    if here.is_end:
        yield stand
    for name, move in here.moves.items():
        if move.kind is MoveKind.RIGHT:
            yield from _right_ways(found, after(found, stand, name))


@given(graphs())
def test_every_screen_and_every_ending_is_reached_by_some_taps(found: Graph):
    assume(graph_faults(found) == [])
    seen, waiting = set(), [begin(found)]
    while waiting:
        stand = waiting.pop()
        if stand.screen in seen:
            continue
        seen.add(stand.screen)
        waiting += [after(found, stand, name) for name in found.screens[stand.screen].moves]
    assert seen == found.screens.keys()
