"""How taps on the practice phone are taken in: each once, in order, judged by the rules and never by a browser."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.kernel.db import db
from app.kernel.errors import Conflict, Invalid, NotFound
from app.kernel.events import bus
from app.people.models import Person
from app.people.permissions import Actor
from courses import rules
from courses.events import ScenarioPassed
from courses.models import ModuleVersion, Scenario, ScenarioRun, ScenarioTap
from courses.queries import practice
from courses.rules import Graph, Outcome, Stand


@dataclass(frozen=True, slots=True)
class Tap:
    """What a browser sends for one tap; ``op_id`` is its own, ``seq`` counts the taps of the run from 1."""

    op_id: str
    seq: int
    screen: str
    choice: str


@dataclass(frozen=True, slots=True)
class Kept:
    """What stands after taps were taken in; valid only once the transaction has ended. ``seq`` is the last one held."""

    run_id: int
    run_key: str
    seq: int
    outcome: Outcome | None


def take_taps(actor: Actor, scenario_id: int, run_key: str, taps: Sequence[Tap], *, now: datetime) -> Kept:
    """Write the taps of one run, all or none, and say how the run stands; taps known already change nothing.

    The first tap of a new run begins it, and ends one that was left open as such. A run that reaches an ending is
    frozen, and announced when it passed. Raises ``NotFound`` for no such scenario or another person's run,
    ``Invalid("tap_unfit")`` for a tap that cannot be there, and ``Conflict`` with the code ``run_over`` after the end,
    ``run_moved`` when another window has tapped since, ``tap_missing`` (value: the last ``seq`` held) when one is not
    here yet, ``operation_used`` when an id belongs to another tap.
    """
    # One at a time for a person: two windows must not begin the same run, nor both end it.
    db.session.execute(select(Person.id).where(Person.id == actor.person_id).with_for_update(key_share=True))
    run = db.session.scalar(select(ScenarioRun).where(ScenarioRun.run_key == run_key))
    if run is None:
        run = _begin(actor, scenario_id, run_key, now=now)
    elif run.person_id != actor.person_id:
        raise NotFound("scenario_run", run_key=run_key)
    elif run.scenario_id != scenario_id:
        raise Invalid("other_scenario", run_key=run_key)
    known = {tap.seq: tap for tap in practice.list_taps(run.id)}
    new = [tap for tap in taps if not _is_known(known, tap)]
    if new:
        _append(run, known, new, now=now)
    return Kept(run.id, run.run_key, len(known) + len(new), run.outcome)


def _begin(actor: Actor, scenario_id: int, run_key: str, *, now: datetime) -> ScenarioRun:
    row = db.session.execute(
        select(ModuleVersion.module_id, ModuleVersion.id, Scenario.key)
        .join(ModuleVersion, ModuleVersion.id == Scenario.module_version_id)
        .where(Scenario.id == scenario_id)
    ).one_or_none()
    if row is None:
        raise NotFound("scenario", id=scenario_id)
    module_id, version_id, key = row
    left = select(ScenarioRun).where(
        ScenarioRun.person_id == actor.person_id,
        ScenarioRun.module_id == module_id,
        ScenarioRun.scenario_key == key,
        ScenarioRun.ended_at.is_(None),
    )
    for each in db.session.scalars(left):
        each.ended_at, each.outcome = now, Outcome.LEFT
    db.session.flush()
    run = ScenarioRun(
        run_key=run_key,
        person_id=actor.person_id,
        module_id=module_id,
        module_version_id=version_id,
        scenario_id=scenario_id,
        scenario_key=key,
        started_at=now,
        ended_at=None,
        outcome=None,
    )
    db.session.add(run)
    db.session.flush()
    return run


def _is_known(known: dict[int, ScenarioTap], tap: Tap) -> bool:
    held = known.get(tap.seq)
    if held is None:
        return False
    if (held.op_id, held.screen, held.choice) != (tap.op_id, tap.screen, tap.choice):
        raise Conflict("run_moved", seq=len(known))
    return True


def _append(run: ScenarioRun, known: dict[int, ScenarioTap], new: Sequence[Tap], *, now: datetime) -> None:
    if run.ended_at is not None:
        raise Conflict("run_over", seq=len(known))
    if db.session.scalar(select(ScenarioTap.id).where(ScenarioTap.op_id.in_([tap.op_id for tap in new])).limit(1)):
        raise Conflict("operation_used", seq=len(known))
    graph = rules.graph_of(practice.get_content(run.scenario_id))
    stand = rules.play(graph, [known[seq].choice for seq in sorted(known)])
    seen = {tap.screen for tap in known.values()}
    for seq, tap in enumerate(new, len(known) + 1):
        if tap.seq != seq:
            raise Conflict("tap_missing", seq=len(known))
        before, stand = stand, _after(graph, stand, tap)
        verdict = stand.last.kind if stand.last else None
        db.session.add(
            ScenarioTap(
                run_id=run.id,
                op_id=tap.op_id,
                seq=seq,
                screen=before.screen,
                choice=tap.choice,
                verdict=verdict,
                is_first=before.screen not in seen,
                recorded_at=now,
            )
        )
        seen.add(before.screen)
    _end(run, graph, stand, now=now)
    db.session.flush()


def _after(graph: Graph, stand: Stand, tap: Tap) -> Stand:
    if tap.screen != stand.screen:
        raise Invalid("tap_unfit", seq=tap.seq)
    try:
        return rules.after(graph, stand, tap.choice)
    except rules.TapError as error:
        raise Invalid("tap_unfit", seq=tap.seq) from error


def _end(run: ScenarioRun, graph: Graph, stand: Stand, *, now: datetime) -> None:
    score = rules.score(graph, stand)
    if score.outcome is None:
        return
    run.ended_at, run.outcome = now, score.outcome
    run.steps, run.steps_all, run.wrong_turns = score.steps, score.steps_all, score.wrong_turns
    run.forbidden = stand.forbidden
    db.session.flush()
    if score.outcome is Outcome.PASSED:
        bus.announce(
            ScenarioPassed(
                run_id=run.id,
                person_id=run.person_id,
                module_id=run.module_id,
                module_version_id=run.module_version_id,
                scenario_key=run.scenario_key,
                at=now,
            )
        )
