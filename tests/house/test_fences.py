"""What stands inside a request reaches no further than its address: ids, extra fields, searches, odd words, jobs."""

import inspect
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Enum, String, Text

from app.kernel import jobs
from app.kernel.db import Base
from tests.house.addresses import MISSING, OWNERS, Case, cases, rules
from tests.house.asking import ACCESS, ask, expected, leaks, send
from tests.house.bodies import BODIES, valid_body
from tests.house.canaries import MARK
from tests.house.world import Principal, World

# Fields that would be worth forging: no form of ours has them, and no form of ours may ever read them (AC-05).
FORGED = {"role": "admin", "score": "10", "passed": "1", "issued_at": "2020-01-01", "is_sample": "1", "made_by": "1"}
WATCHED = frozenset({*FORGED, "facility_id", "person_id", "last_day", "suspended_at", "actor_id"})
HOSTILE = ("\x00", "9" * 30, "x" * 6000, "=1+1", "'\"><script>{{7*7}}", "\u202egnp.exe", "\ud800")
ASKED = (
    "q",
    "sort",
    "unit",
    "page",
    "state",
    "module",
    "code",
    "card",
    "next",
    "lang",
    "find",
    "person",
    "area",
    "type",
)
# Text that is a code, a hash, a word of a fixed list or nobody's, and so carries no canary.
CODES = {
    "activation_slip.code_hash", "answer.op_id", "answer.receipt", "assignment_batch.token", "attempt.receipt",
    "attempt.seed", "audit_entry.action", "audit_entry.request_id", "audit_entry.subject", "certificate.code",
    "attempt_ticket.device_hash", "late_answer.op_id", "late_answer.receipt", "delivery.op_id", "delivery.receipt",
    "certificate_print.file_key", "credential.password_hash", "facility.code", "known_device.device_hash",
    "legal_cap.level", "outbox.error", "outbox.id", "outbox.owner", "outbox.task", "person.language", "person.phone",
    "question_version.content_hash", "readiness_snapshot.level", "readiness_snapshot.total", "roster_import.file_key",
    "roster_import.token", "roster_mapping.kind", "scenario_run.forbidden", "scenario_run.run_key",
    "scenario_run.scenario_key", "scenario_tap.choice", "scenario_tap.op_id", "scenario_tap.screen", "sign_in.browser",
    "sign_in.token_hash", "sign_in_failure.account_key",
    "sign_in_failure.network_key", "unit.sort_key", "facility.sort_key", "person.sort_key",
}  # fmt: skip
# The city's own: taught to everybody, so it belongs to no facility.
CITY_TABLES = {"course", "job_period", "lesson", "lesson_progress", "module", "module_version", "position", "question",
               "readiness_policy", "guide_version", "guide_print", "scenario", "learning_path"}  # fmt: skip


def owned_requests(world: World, key: str, *methods: str) -> Iterator[Case]:
    """Every request with ids of one's own that this principal may make."""
    for rule, method in rules(world.database.app):
        if method in methods:
            for case in cases(world, rule, method, world.principals[key]):
                is_plain = case.idclass == "own" and "?" not in case.path
                if is_plain and expected(case, world.principals[key]) <= {200, 303}:
                    yield case


def fields_of(body: dict[str, Any]) -> dict[str, Any]:
    return body.get("data") or body.get("json") or {}


def with_field(body: dict[str, Any], name: str, value: Any) -> dict[str, Any]:
    kind = "json" if "json" in body else "data"
    return {kind: {**body.get(kind, {}), name: value}}


def test_ids_of_another_facility_in_a_form_reach_nothing(world: World):
    boss, faults, tried = world.principals["coordinatora"], [], 0
    there = world.site["B"]
    for case in owned_requests(world, boss.key, "POST"):
        mine, theirs = (valid_body(case.rule.endpoint, world, boss, letter) for letter in "AB")
        if "facility" not in case.rule.arguments:
            continue
        for name, value in fields_of(theirs).items():
            if fields_of(mine).get(name) == value or name in {"token", "op_id", "file"}:
                continue
            answer = ask(world, boss, case, **with_field(mine, name, value))
            tried += 1
            if answer.status_code >= 500 or leaks(answer, case, boss) or touched(world, there):
                faults.append((case.rule.endpoint, name, answer.status_code, leaks(answer, case, boss)))
            world.state.restore()
    assert tried >= 5
    assert faults == []


def touched(world: World, place: dict[str, Any]) -> list[Any]:
    """Rows that changed and speak of a place or of its people."""
    people = {str(person.id) for person in place["people"].values()}
    units = {str(unit.id) for unit in place["units"]}
    theirs = {"facility_id": {str(place["id"])}, "unit_id": units, "person_id": people}
    return [
        (table, row)
        for table, rows in world.state.changes().items()
        for row in rows
        if any(value in theirs.get(name, ()) for name, value in row)
    ]


@pytest.mark.parametrize("key", ["staffa1", "coordinatora"])
def test_fields_nobody_asked_for_change_nothing(world: World, key: str):
    principal, faults = world.principals[key], []
    for case in owned_requests(world, key, "POST"):
        body = valid_body(case.rule.endpoint, world, principal, case.letter)
        if case.rule.endpoint in {"people.sign_in", "people.activate", "people.password"}:
            continue  # each hashes a password, and tests/people forges their fields
        plain = effect(world, principal, case, body)
        more = {
            **FORGED,
            "facility_id": str(world.site["B"]["id"]),
            "person_id": str(world.principals["staffb1"].person_id),
        }
        forged = body
        for name, value in more.items():
            forged = forged if name in fields_of(body) else with_field(forged, name, value)
        if plain != effect(world, principal, case, forged):
            faults.append(case.rule.endpoint)
    assert faults == []


def effect(world: World, principal: Principal, case: Case, body: dict[str, Any]) -> tuple[int, list[str]]:
    """What a request changed in the columns worth forging."""
    answer = ask(world, principal, case, **body)
    seen = [
        json.dumps([table, sorted((name, value) for name, value in row if name in WATCHED)])
        for table, rows in world.state.changes().items()
        for row in rows
    ]
    world.state.restore()
    return answer.status_code, sorted(seen)


@pytest.mark.parametrize("key", ["coordinatora", "taskforce"])
def test_hostile_words_are_answered_and_never_a_fault_of_ours(world: World, key: str):
    principal, faults, tried = world.principals[key], [], 0
    for case in owned_requests(world, key, "POST", "GET"):
        for name, body in hostile(world, principal, case):
            headers = {"X-CSRFToken": principal.csrf}
            answer = send(world, key, case.path, method=case.method, headers=headers, **body)
            tried += 1
            if answer.status_code >= 500:
                faults.append((case.rule.endpoint, case.method, name, answer.status_code))
            if world.state.is_touched():
                world.state.restore()
    assert tried > 100
    assert not faults, "\n".join(map(str, faults))


def hostile(world: World, principal: Principal, case: Case) -> Iterator[tuple[str, dict[str, Any]]]:
    """Bodies and queries that no page of ours would send."""
    if case.method == "GET":
        for word in HOSTILE:
            yield f"?…={word[:9]!r}", {"query_string": dict.fromkeys(ASKED, safe(word))}
        return
    body = valid_body(case.rule.endpoint, world, principal, case.letter)
    for odd in ([], {}, "words", 7, None, [[[]]], {"place": {}, "chosen": 5, "op_id": []}):
        yield f"json {odd!r}", as_json(odd)
    if case.rule.endpoint in {"people.sign_in", "people.activate", "people.password"}:
        return
    for name in (name for name, value in fields_of(body).items() if isinstance(value, str | int | list)):
        for word in HOSTILE:
            if "json" in body:
                yield f"{name}={word[:9]!r}", as_json({**body["json"], name: word})
            else:
                yield f"{name}={word[:9]!r}", with_field(body, name, safe(word))


def as_json(value: Any) -> dict[str, Any]:
    """A body in which letters are escaped, so that half a surrogate arrives too."""
    return {"data": json.dumps(value, ensure_ascii=True), "content_type": "application/json"}


def safe(word: str) -> str:
    """A word as a browser could send it: half a surrogate is no text, so its place is taken."""
    return word.encode("utf-8", "replace").decode()


SEARCHES = ("q", "find")
FILTERS = {"unit": "unit", "person": "person", "import": "import", "batch": "batch"}


@pytest.mark.parametrize("key", ["coordinatora", "directora"])
def test_searches_and_filters_find_nobody_elsewhere_and_do_not_say_that_there_is_anybody(world: World, key: str):
    principal, faults = world.principals[key], []
    there = world.site["B"]
    for case in owned_requests(world, key, "GET"):
        for name in SEARCHES:
            told = [page(world, case, principal, name, f"CNRY-{letter}-person-name-staff{letter}1") for letter in "BX"]
            if told[0] != told[1]:
                faults.append((case.rule.endpoint, name, "a search tells that someone works elsewhere"))
        for name, kind in FILTERS.items():
            theirs, nobodys = there[kind]["own"], MISSING
            if page(world, case, principal, name, theirs) != page(world, case, principal, name, nobodys):
                faults.append((case.rule.endpoint, name, "a filter tells that something is elsewhere"))
    assert faults == []


def page(world: World, case: Case, principal: Principal, name: str, value: Any) -> tuple[int, str]:
    """An answer without what was asked, its request id and its one-time words."""
    query = {name: value, "step": "who", "everyone": "1"}
    answer = send(world, principal.key, case.path, query_string=query)
    if answer.mimetype != "text/html":
        return answer.status_code, ""
    said = re.escape(str(value))
    echoed = said if isinstance(value, str) else rf'(?<={name}=){said}(?!\d)|(?<=name="{name}" value="){said}(?=")'
    text = re.sub(echoed, "?", answer.text)
    return answer.status_code, re.sub(r'(name="(?:csrf_token|token|op_id)"[^>]*|content)="[^"]*"', "?", text)


def test_a_job_carries_ids_and_leaves_quietly_when_nothing_is_there(world: World):
    for name in jobs.names():
        if name.startswith("test."):
            continue
        wanted = inspect.signature(jobs._bodies[name]).parameters
        assert all(each.endswith(("_id", "_ids")) for each in wanted), f"{name} carries more than ids: {list(wanted)}"
        if not wanted:
            continue
        with world.database.app.app_context():
            jobs._bodies[name](**{each: [MISSING] if each.endswith("s") else MISSING for each in wanted})
        assert world.state.changes() == {}, f"{name} wrote something for an id that is nobody's"


def test_every_text_of_the_world_says_whose_it_is(world: World):
    bare = []
    for table in Base.metadata.sorted_tables:
        if table.name in CITY_TABLES:
            continue
        for column in table.columns:
            is_text = isinstance(column.type, String | Text) and not isinstance(column.type, Enum)
            if not is_text or f"{table.name}.{column.name}" in CODES:
                continue
            texts = " ".join(dict(row)[column.name] for row in world.state.rows[table.name])
            if not {"A", "B"} <= {found[0].upper() for found in MARK.findall(texts)}:
                bare.append(f"{table.name}.{column.name}")
    assert bare == [], "a leak of these columns would not be seen"


def test_the_matrix_knows_no_route_that_is_gone(world: World):
    known = {rule.endpoint for rule, _ in rules(world.database.app)}
    assert OWNERS.keys() - known == set()
    assert BODIES.keys() - known == set()
    assert known <= ACCESS.keys()
