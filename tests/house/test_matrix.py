"""Every route, asked by everybody with every kind of id: who may, may; nobody else learns or changes anything."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import TestResponse

from app.kernel.db import Base
from app.people.permissions import Who
from tests.house.addresses import Case, cases, owners_of, rules
from tests.house.asking import ACCESS, ask, expected, leaks, masked
from tests.house.bodies import BODIES
from tests.house.world import KEYS, Principal, World

ON_POSTGRESQL = {"own", "other_facility", "missing"}
# Written by the request itself, whatever comes of it (rate counters), and never anybody's.
SHOWN_FAULTS = 40


def asked(world: World, principal: Principal) -> list[Case]:
    """Every request of the matrix that this principal makes."""
    found = [
        case
        for rule, method in rules(world.database.app)
        if rule.endpoint in ACCESS
        for case in cases(world, rule, method, principal)
    ]
    return found if world.state.is_sqlite else [case for case in found if case.idclass in ON_POSTGRESQL]


# What anybody may open who is not signed in, and nothing else.
DOORS = {
    "static", "static_release", "pwa.manifest", "pwa.worker", "pwa.shell",
    "health.live", "health.ready", "people.sign_in", "people.sample_sign_in", "people.activate",
    "certificates.verify", "certificates.verify_json", "certificates.scanned", "certificates.search",
}  # fmt: skip
MANAGERS = {Who.COORDINATOR, Who.DIRECTOR, Who.MANAGER}


def test_a_facility_is_open_to_its_managers_alone_and_the_street_to_few_doors(world: World):
    assert {endpoint for endpoint, who in ACCESS.items() if who is Who.PUBLIC} == DOORS
    wide = {rule.endpoint for rule, _ in rules(world.database.app) if "facility" in rule.arguments}
    assert {endpoint for endpoint in wide if ACCESS[endpoint] not in MANAGERS} == set()


def say(case: Case, principal: Principal, words: str) -> str:
    return f"{principal.key}: {case.method} {case.path} [{case.idclass}, {case.rule.endpoint}]: {words}"


def test_every_route_is_in_the_matrix(world: World):
    for rule, method in rules(world.database.app):
        owners_of(rule)
        assert rule.endpoint in ACCESS, f"{rule.endpoint} has no access rule"
        assert method == "GET" or rule.endpoint in BODIES, f"{rule.endpoint}: the table of bodies does not know it"
        assert method in {"GET", "POST"}


@pytest.mark.parametrize("key", KEYS)
def test_everybody_gets_what_the_rules_give_them_and_nothing_else(
    world: World, key: str, record_property: Callable[[str, Any], None]
):
    principal, faults, made = world.principals[key], [], 0
    absent: dict[tuple[str, str, bool], dict[Any, Case]] = defaultdict(dict)
    for case in asked(world, principal):
        answer = ask(world, principal, case)
        made += 1
        faults += judge(world, principal, case, answer)
        if answer.status_code == 404 and case.verdict in {"foreign", "missing"}:
            # An address below a facility of one's own went further than one below a facility that is not.
            absent[case.rule.endpoint, case.method, case.letter == principal.site].setdefault(masked(answer), case)
    faults += [apart(principal, kinds) for (name, *_), kinds in absent.items() if ACCESS[name] is not Who.PUBLIC]
    record_property(f"requests {'sqlite' if world.state.is_sqlite else 'postgresql'}", made)
    faults = [fault for fault in faults if fault]
    assert not faults, f"{len(faults)} faults in {made} requests\n" + "\n".join(faults[:SHOWN_FAULTS])


def apart(principal: Principal, kinds: dict[Any, Case]) -> str:
    """Return what tells a foreign thing from a missing one, or nothing when they answer byte for byte alike."""
    if len(kinds) == 1:
        return ""
    (one, first), (two, second), *_ = kinds.items()
    told = sorted(set(map(str, one)) ^ set(map(str, two)))
    return say(
        first, principal, f"{second.path} [{second.idclass}] answers otherwise, though neither is theirs: {told}"
    )


def judge(world: World, principal: Principal, case: Case, answer: TestResponse) -> list[str]:
    """Return what is wrong with an answer and its effect, and bring the world back when there was one."""
    faults = []
    wanted = expected(case, principal)
    if answer.status_code not in wanted:
        faults.append(f"answers {answer.status_code}, not {sorted(wanted)}")
    if found := leaks(answer, case, principal):
        faults.append(f"shows what is not the asker's: {sorted(found)[:4]}")
    if world.state.is_touched():
        changed = world.state.changes()
        if changed and case.method == "GET":
            faults.append(f"a GET wrote to {sorted(changed)}")
        elif changed and answer.status_code >= 400:
            faults.append(f"refused with {answer.status_code}, and yet wrote to {sorted(changed)}")
        world.state.restore()
    return [say(case, principal, fault) for fault in faults]


def test_the_world_holds_every_kind_of_thing(world: World):
    empty = [
        table for table in sorted(Base.metadata.tables) if table in world.state.rows and not world.state.rows[table]
    ]
    assert set(empty) <= {"job_period"}, "nothing of this kind is in the world, so nothing can be seen to leak"
