"""Reads about practice: a scenario to play, where a run stands, how a person did, and where people go wrong first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select

from app.kernel.db import db
from app.kernel.errors import NotFound
from app.kernel.held import held
from courses.models import Module, ModuleVersion, Scenario, ScenarioRun, ScenarioTap
from courses.rules import MoveKind, Outcome


@dataclass(frozen=True, slots=True)
class ScenarioView:
    """One scenario of a module; ``content`` as the rules read it, texts by language."""

    id: int
    key: str
    title: dict[str, str]
    module_key: str
    content: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class OpenRun:
    """A run that has not ended, and the choices tapped so far in their order."""

    run_key: str
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Practised:
    """One scenario of a version and how a person did at it in this edition; ``best`` is None before a run has ended."""

    key: str
    title: dict[str, str]
    minutes: int
    best: ScenarioRun | None
    is_open: bool

    @property
    def is_passed(self) -> bool:
        """Say whether the best run passed."""
        return self.best is not None and self.best.outcome is Outcome.PASSED


@dataclass(frozen=True, slots=True)
class FirstTap:
    """How often the first tap on a screen was right: ``right`` of ``runs`` that came to it."""

    scenario_key: str
    screen: str
    right: int
    runs: int


_SCENARIOS = (
    select(Scenario.id, Scenario.key, Scenario.title, Module.key)
    .join(ModuleVersion, ModuleVersion.id == Scenario.module_version_id)
    .join(Module, Module.id == ModuleVersion.module_id)
)


def get_scenario(module_key: str, scenario_key: str) -> ScenarioView:
    """Return a scenario of the module's current version; raises ``NotFound``."""
    row = db.session.execute(
        _SCENARIOS.where(Module.key == module_key, Scenario.key == scenario_key, ModuleVersion.number == _newest())
    ).one_or_none()
    if row is None:
        raise NotFound("scenario", module=module_key, scenario=scenario_key)
    return ScenarioView(*row, get_content(row[0]))


def get_played(scenario_id: int) -> ScenarioView:
    """Return a scenario by its id, of whatever version it is."""
    row = db.session.execute(_SCENARIOS.where(Scenario.id == scenario_id)).one()
    return ScenarioView(*row, get_content(row[0]))


def get_scenario_id(module_key: str, scenario_key: str, scenario_id: int) -> int:
    """Return the id of a scenario, of an older version too, if it is the one its address names; raises ``NotFound``."""
    found = db.session.scalar(
        select(Scenario.id)
        .join(ModuleVersion, ModuleVersion.id == Scenario.module_version_id)
        .join(Module, Module.id == ModuleVersion.module_id)
        .where(Module.key == module_key, Scenario.key == scenario_key, Scenario.id == scenario_id)
    )
    if found is None:
        raise NotFound("scenario", module=module_key, scenario=scenario_key)
    return found


def list_scenarios(version_id: int) -> list[tuple[ScenarioView, int]]:
    """Return the scenarios of a version in their order, each with its minutes."""
    rows = db.session.execute(
        _SCENARIOS.where(Scenario.module_version_id == version_id)
        .order_by(Scenario.place)
        .add_columns(Scenario.minutes, Scenario.content)
    )
    return [
        (ScenarioView(scenario_id, key, title, module_key, content), minutes)
        for scenario_id, key, title, module_key, minutes, content in rows
    ]


def _newest() -> Any:
    return (
        select(func.max(ModuleVersion.number))
        .where(ModuleVersion.module_id == Module.id)
        .correlate(Module)
        .scalar_subquery()
    )


def get_content(scenario_id: int) -> Mapping[str, Any]:
    """Return a scenario's content, which never changes, so that a process holds it."""

    def _ask() -> Mapping[str, Any]:
        found: Mapping[str, Any] = db.session.execute(
            select(Scenario.content).where(Scenario.id == scenario_id)
        ).scalar_one()
        return found

    return held(("courses.scenario", scenario_id), _ask)


def find_open_run(person_id: int, scenario_id: int) -> OpenRun | None:
    """Return a person's run of a scenario that has not ended, or None."""
    run = db.session.execute(
        select(ScenarioRun.id, ScenarioRun.run_key).where(
            ScenarioRun.person_id == person_id,
            ScenarioRun.scenario_id == scenario_id,
            ScenarioRun.ended_at.is_(None),
        )
    ).one_or_none()
    return None if run is None else OpenRun(run[1], tuple(each.choice for each in list_taps(run[0])))


def list_taps(run_id: int) -> Sequence[ScenarioTap]:
    """Return the taps of a run in their order."""
    return db.session.scalars(select(ScenarioTap).where(ScenarioTap.run_id == run_id).order_by(ScenarioTap.seq)).all()


def get_run(person_id: int, run_id: int) -> ScenarioRun:
    """Return a person's own run; raises ``NotFound``, for anyone else's too."""
    found = db.session.scalar(select(ScenarioRun).where(ScenarioRun.id == run_id, ScenarioRun.person_id == person_id))
    if found is None:
        raise NotFound("scenario_run", id=run_id)
    return found


def list_practised(person_id: int, version_id: int) -> list[Practised]:
    """Return the scenarios of a version with the person's best run of each in the same edition."""
    scenarios = db.session.execute(
        select(Scenario.key, Scenario.title, Scenario.minutes, ModuleVersion.module_id, ModuleVersion.edition)
        .join(ModuleVersion, ModuleVersion.id == Scenario.module_version_id)
        .where(Scenario.module_version_id == version_id)
        .order_by(Scenario.place)
    ).all()
    if not scenarios:
        return []
    runs: dict[str, list[ScenarioRun]] = {}
    for run in _runs(person_id, scenarios[0][3], scenarios[0][4]):
        runs.setdefault(run.scenario_key, []).append(run)
    return [
        Practised(
            key,
            title,
            minutes,
            max((run for run in runs.get(key, ()) if run.steps is not None), key=_goodness, default=None),
            any(run.ended_at is None for run in runs.get(key, ())),
        )
        for key, title, minutes, _module, _edition in scenarios
    ]


def _runs(person_id: int, module_id: int, edition: int) -> Sequence[ScenarioRun]:
    """Return a person's runs of a module's edition that are open or came to an ending, oldest first."""
    return db.session.scalars(
        select(ScenarioRun)
        .join(ModuleVersion, ModuleVersion.id == ScenarioRun.module_version_id)
        .where(
            ScenarioRun.person_id == person_id,
            ScenarioRun.module_id == module_id,
            ScenarioRun.outcome.is_distinct_from(Outcome.LEFT),
            ModuleVersion.edition == edition,
        )
        .order_by(ScenarioRun.id)
    ).all()


def _goodness(run: ScenarioRun) -> tuple[bool, int, int]:
    return run.outcome is Outcome.PASSED, run.steps or 0, -(run.wrong_turns or 0)


def list_passed(person_id: int, module_id: int, edition: int, *, since: datetime | None = None) -> frozenset[str]:
    """Return the scenarios of a module's edition that a person passed, after ``since`` when it is given."""
    passed = (
        select(ScenarioRun.scenario_key)
        .join(ModuleVersion, ModuleVersion.id == ScenarioRun.module_version_id)
        .where(
            ScenarioRun.person_id == person_id,
            ScenarioRun.module_id == module_id,
            ScenarioRun.outcome == Outcome.PASSED,
            ModuleVersion.edition == edition,
        )
    )
    if since is not None:
        passed = passed.where(ScenarioRun.ended_at > since)
    return frozenset(db.session.scalars(passed))


def list_first_taps(version_id: int) -> list[FirstTap]:
    """Return for each screen of a version's scenarios how often the first tap on it was right."""
    right = func.sum(case((ScenarioTap.verdict == MoveKind.RIGHT, 1), else_=0))
    rows = db.session.execute(
        select(ScenarioRun.scenario_key, ScenarioTap.screen, right, func.count())
        .join(ScenarioRun, ScenarioRun.id == ScenarioTap.run_id)
        .where(ScenarioRun.module_version_id == version_id, ScenarioTap.is_first.is_(True))
        .group_by(ScenarioRun.scenario_key, ScenarioTap.screen)
        .order_by(ScenarioRun.scenario_key, ScenarioTap.screen)
    )
    return [FirstTap(*row) for row in rows]
