"""Runs of a practice scenario in every state that a page knows: in hand with help, passed, failed."""

import uuid

from sqlalchemy import select

from app.kernel import clock
from app.kernel.db import db
from app.kernel.transaction import transaction
from app.people.models import Person
from courses.models import Module, ModuleVersion, Scenario
from courses.operations import Tap, take_taps
from courses.queries.practice import get_content
from courses.rules import after, begin, graph_of
from tests.quizzes.builders import as_actor

WAY = ("look-together", "me", "account", "needs-level-two", "any-office", "card-is-enough")


def make_runs(people: dict[str, int]) -> dict[str, int]:
    """Let people of the world practise in m2; returns the ids of runs that have ended."""
    scenario = db.session.scalars(
        select(Scenario.id)
        .join(ModuleVersion)
        .join(Module, Module.id == ModuleVersion.module_id)
        .where(Module.key == "m2", Scenario.key == "check-the-level")
        .order_by(Scenario.id.desc())
    ).first()
    run(people["late"], scenario, "look-together", "wallet", "services", "help")
    run(people["new"], scenario, "look-together", "health")
    return {
        "practised": run(people["holder"], scenario, "look-together", "wallet", *WAY[1:]),
        "practised_badly": run(people["failed"], scenario, "look-together", "take-the-phone"),
    }


def run(person_id: int, scenario_id: int, *choices: str) -> int:
    """Tap through a run as a browser would; returns its id."""
    graph = graph_of(get_content(scenario_id))
    stand, taps = begin(graph), []
    for seq, choice in enumerate(choices, 1):
        taps.append(Tap(str(uuid.uuid4()), seq, stand.screen, choice))
        stand = after(graph, stand, choice)
    actor = as_actor(db.session.get_one(Person, person_id))
    with transaction():
        return take_taps(actor, scenario_id, str(uuid.uuid4()), taps, now=clock.now()).run_id
