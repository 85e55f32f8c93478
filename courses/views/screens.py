"""The screens of the practice phone as a learner sees them: one language, what each tap does, and how a run ended."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.kernel.i18n import in_language
from courses import rules
from courses.models import ScenarioRun
from courses.queries import practice as queries
from courses.queries.practice import OpenRun, Practised, ScenarioView
from courses.rules import Graph, MoveKind, Outcome, ScreenKind, Stand
from courses.views.cards import shown_source


@dataclass(frozen=True, slots=True)
class TapPage:
    """Something on a screen; ``move`` is right, wrong, forbidden, or empty for what is only looked at."""

    id: str
    kind: str
    icon: str
    text: str
    is_filled: bool
    move: str
    to: str
    words: str


@dataclass(frozen=True, slots=True)
class ScreenPage:
    """One screen in the reader's language; ``way`` are the steps that right taps still lead through from here.

    ``is_main``: solving this screen counts as a step.
    """

    id: str
    kind: str
    title: str
    patient: str
    hint: str
    elements: tuple[TapPage, ...]
    answers: tuple[TapPage, ...]
    acts: tuple[TapPage, ...]
    outcome: str
    text: str
    say: str
    way: tuple[str, ...]
    is_main: bool


@dataclass(frozen=True, slots=True)
class PlayPage:
    """A run in play: every screen, the one in hand, and what stands there. ``seq`` is the number of the next tap."""

    view: ScenarioView
    title: str
    task: str
    screens: tuple[ScreenPage, ...]
    screen: ScreenPage
    stand: Stand
    score: rules.Score
    most_wrong: int
    least_right: int
    run_key: str
    op_id: str
    seq: int
    said: str
    valid_on: date | None
    app_version: str | None
    sources: tuple[tuple[str, str], ...]

    @property
    def step(self) -> int:
        """Return which step is in hand, from 1."""
        return min(self.score.steps + 1, self.score.steps_all)


@dataclass(frozen=True, slots=True)
class EndedPage:
    """How a run ended; ``reason`` says what ended it before its time, ``too_many`` that only the wrong taps did."""

    title: str
    module_key: str
    scenario_key: str
    run: ScenarioRun
    end: ScreenPage
    reason: str
    too_many: bool
    most_wrong: int
    following: Practised | None

    @property
    def is_passed(self) -> bool:
        """Say whether the run passed."""
        return self.run.outcome is Outcome.PASSED


def play_page(view: ScenarioView, run: OpenRun | None) -> PlayPage:
    """Return a scenario in play: where the open run stands, or before the first tap of a new one."""
    content = view.content
    graph = rules.graph_of(content)
    stand = rules.play(graph, run.choices if run else ())
    screens = _screens(content, graph)
    valid_on = content["valid_on"]
    return PlayPage(
        view=view,
        title=in_language(view.title),
        task=in_language(content["task"]),
        screens=screens,
        screen=next(each for each in screens if each.id == stand.screen),
        stand=stand,
        score=rules.score(graph, stand),
        most_wrong=graph.most_wrong,
        least_right=graph.least_right,
        run_key=run.run_key if run else str(uuid.uuid4()),
        op_id=str(uuid.uuid4()),
        seq=len(run.choices) + 1 if run else 1,
        said=in_language(dict(stand.last.words)) if stand.last and stand.last.words else "",
        valid_on=date.fromisoformat(valid_on) if valid_on else None,
        app_version=content["app_version"],
        sources=tuple(shown_source(each) for each in content["sources"].values()),
    )


def ended_page(run: ScenarioRun, view: ScenarioView) -> EndedPage | None:
    """Return how a run ended, None when it has not come to an ending."""
    if run.steps is None:
        return None
    graph = rules.graph_of(view.content)
    stand = rules.play(graph, [each.choice for each in queries.list_taps(run.id)])
    end = next(each for each in _screens(view.content, graph) if each.id == stand.screen)
    was_wrong = stand.last is not None and stand.last.kind is not MoveKind.RIGHT and stand.last.words
    left = [each for each in queries.list_practised(run.person_id, run.module_version_id) if not each.is_passed]
    return EndedPage(
        title=in_language(view.title),
        module_key=view.module_key,
        scenario_key=view.key,
        run=run,
        end=end,
        reason=in_language(dict(stand.last.words)) if was_wrong and stand.last and stand.last.words else "",
        too_many=run.outcome is Outcome.FAILED and end.outcome == Outcome.PASSED,
        most_wrong=graph.most_wrong,
        following=next((each for each in left if each.key != run.scenario_key), None),
    )


def _screens(content: Mapping[str, Any], graph: Graph) -> tuple[ScreenPage, ...]:
    main = graph.main()
    return tuple(
        ScreenPage(
            id=screen["id"],
            kind=ScreenKind(screen["kind"]),
            title=_said(screen, "title"),
            patient=_said(screen, "patient"),
            hint=_said(screen, "hint"),
            elements=_taps(screen, "elements"),
            answers=_taps(screen, "answers"),
            acts=_taps(screen, "acts"),
            outcome=screen.get("outcome") or "",
            text=_said(screen, "text"),
            say=_said(screen, "say"),
            way=tuple(each for each in graph.way(screen["id"]) if each in main),
            is_main=screen["id"] in main,
        )
        for screen in content["screens"]
    )


def _said(screen: Mapping[str, Any], name: str) -> str:
    return in_language(screen[name]) if screen.get(name) else ""


def _taps(screen: Mapping[str, Any], part: str) -> tuple[TapPage, ...]:
    return tuple(
        TapPage(
            id=each["id"],
            kind=each.get("kind") or "button",
            icon=each.get("icon") or "",
            text=in_language(each["text"]),
            is_filled=bool(each.get("filled")),
            move=each["move"]["kind"] if each["move"] else "",
            to=(each["move"]["to"] or "") if each["move"] else "",
            words=in_language(each["move"]["words"]) if each["move"] and each["move"]["words"] else "",
        )
        for each in screen.get(part, ())
    )
