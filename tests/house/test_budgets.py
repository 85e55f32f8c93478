"""How many statements an answer may cost (ruling 18): 12 for a page, 6 for saving an answer, the sign-in's included."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.courses.builders import counted
from tests.house.addresses import Case, cases, rules
from tests.house.asking import ask, expected
from tests.house.world import KEYS, World

PAGE = 12
SAVES = {"quizzes.save": 6, "quizzes.answer": 12}  # by script; and by form, which is a page too
# Pages that cost more, how much at most, and why.
EXCEPTIONS: dict[str, tuple[int, str]] = {
    "director.readiness": (18, "computed from the facts of this moment (ruling 32), a statement for each kind of fact"),
    "coordinator.person": (14, "a person's whole story: what came too late from a device is in a table of its own"),
    "staff.my_data": (60, "asks each table that can hold something of a person"),
    "staff.my_data_file": (60, "asks each table that can hold something of a person"),
    "pwa.pack": (20, "under test the parts and the guide are made for each request; a process holds them for a minute"),
}


def cost_of(world: World, key: str, case: Case) -> int:
    """Return how many statements one request runs, BEGIN and COMMIT left out."""
    with counted(world.database.app) as seen:
        ask(world, world.principals[key], case)
    return len(seen)


@pytest.mark.parametrize("key", KEYS)
def test_no_page_costs_more_statements_than_its_budget(
    world: World, key: str, record_property: Callable[[str, Any], None]
):
    dear, principal = [], world.principals[key]
    for rule, method in rules(world.database.app):
        if method != "GET":
            continue
        for case in cases(world, rule, method, principal):
            if case.idclass == "own" and 200 in expected(case, principal):
                cost, budget = cost_of(world, key, case), EXCEPTIONS.get(rule.endpoint, (PAGE, ""))[0]
                record_property(f"statements {rule.endpoint}", cost)
                if cost > budget:
                    dear.append(f"{rule.endpoint}: {cost} statements, at most {budget}")
    assert not dear, "\n".join(dear)


@pytest.mark.parametrize("endpoint", ["quizzes.save", "quizzes.answer"])
def test_saving_an_answer_costs_at_most_its_budget(world: World, endpoint: str):
    principal = world.principals["staffa1"]
    (rule,) = (each for each, _ in rules(world.database.app) if each.endpoint == endpoint)
    case = next(each for each in cases(world, rule, "POST", principal) if each.idclass == "own")
    assert cost_of(world, principal.key, case) <= SAVES[endpoint]
    assert world.state.added("answer"), "an answer was saved"


def test_the_table_of_exceptions_names_pages_that_are_there(world: World):
    assert EXCEPTIONS.keys() <= {rule.endpoint for rule, _ in rules(world.database.app)}
