"""What a changing request must bring, what it leaves in the audit, and what no log line may say."""

import io
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from sqlalchemy import event

from app.kernel.audit import AuditEntry
from tests.house.addresses import Case, cases, rules
from tests.house.asking import ask, expected, send
from tests.house.bodies import valid_body
from tests.house.canaries import MARK, PHONE
from tests.house.world import Principal, World
from tests.people.builders import GOOD

# Changes without an entry of their own, and why: what they write is itself the dated record of who did it.
UNAUDITED = {
    "people.sign_out": "ends the sign-in's row with its time",
    "people.end_other_devices": "ends the sign-ins' rows with their time",
    "people.language": "a taste, not an act",
    "people.text_size": "a taste, not an act",
    "people.import_columns": "a draft: nothing is written until the import is",
    "people.import_choices": "a draft: nothing is written until the import is",
    "people.apply_import": "the worker writes the entry with the import itself",
    "courses.move": "the position is the record",
    "courses.ask_guide_paper": "the print's row says when it was asked for; it is the same for everybody",
    "courses.tap": "the run and its taps are the record",
    "courses.taps": "the run and its taps are the record",
    "quizzes.start": "the attempt is the record",
    "quizzes.test_out": "what was said is the record, with its time",
    "pwa.ticket": "the ticket's row says which device has which paper since when",
    "pwa.sync": "each operation that took effect has its row, with its receipt",
    "quizzes.answer": "the answer is the record, with its receipt",
    "quizzes.save": "the answer is the record, with its receipt",
    "quizzes.submit": "the attempt keeps its end, score and receipt; a certificate that follows has its entry",
    "quizzes.confide": "kept with the attempt",
    "quizzes.report": "the report is the record",
    "certificates.ask_pdf": "the print's row says when it was asked for",
}
# Whoever signs in acts as themselves, whoever had the browser before.
BEGINNINGS = {"people.sign_in", "people.activate"}


def allowed_posts(world: World) -> Iterator[tuple[Principal, Case]]:
    """Each changing route once, as the first principal who may ask it, with ids of their own."""
    for rule, method in rules(world.database.app):
        if method == "GET":
            continue
        for key in ("coordinatora", "staffa1", *world.principals):
            principal = world.principals[key]
            case = next((each for each in cases(world, rule, method, principal) if each.idclass == "own"), None)
            if case is not None and expected(case, principal) & {200, 303}:
                yield principal, case
                break
        else:
            assert rule.endpoint == "people.sample_sign_in", f"nobody may ask {rule.endpoint}"


def bodies(world: World, principal: Principal, case: Case) -> list[dict[str, Any]]:
    """The valid body, and the same as JSON."""
    body = valid_body(case.rule.endpoint, world, principal, case.letter)
    plain = {name: value for name, value in body.get("data", {}).items() if isinstance(value, str)}
    return [body, {"json": plain}] if "data" in body else [body]


def refusals(world: World, who: Principal, case: Case) -> Iterator[tuple[str, Any]]:
    """The request without a good token, in every way."""
    others = world.principals["staffb1" if who.key != "staffb1" else "staffa1"]
    for body in bodies(world, who, case):
        kind = "json" if "json" in body else "form"
        ways: dict[str, dict[str, Any]] = {
            "without a token": {},
            "with an empty token": {"headers": {"X-CSRFToken": ""}},
            "with another browser's token": {"headers": {"X-CSRFToken": others.csrf}},
            "with a token of the form secret's own making": {"headers": {"X-CSRFToken": who.csrf[:-3] + "AAA"}},
            "with the token in the address": {"query_string": {"csrf_token": who.csrf}},
            "from another site": {"headers": {"X-CSRFToken": who.csrf, "Origin": "https://evil.example"}},
        }
        for way, more in ways.items():
            yield f"{kind} {way}", send(world, who.key, case.path, method=case.method, **body, **more)


def test_a_change_needs_the_token_of_this_very_browser_and_this_very_site(world: World):
    faults, tried = [], 0
    for principal, case in allowed_posts(world):
        for way, answer in refusals(world, principal, case):
            tried += 1
            if answer.status_code != 400:
                faults.append((case.rule.endpoint, way, answer.status_code))
            if world.state.changes():
                faults.append((case.rule.endpoint, way, f"wrote to {sorted(world.state.changes())}"))
                world.state.restore()
    assert tried > 300
    assert faults == []


def test_each_act_leaves_its_entry_in_the_audit(world: World):
    missing, needless = [], []
    for principal, case in allowed_posts(world):
        answer = ask(world, principal, case)
        changed, entries = world.state.changes(), world.state.added("audit_entry")
        endpoint = case.rule.endpoint
        if changed and not entries and endpoint not in UNAUDITED:
            missing.append(endpoint)
        if entries and endpoint in UNAUDITED:
            needless.append(endpoint)
        for entry in entries:
            assert entry["request_id"] == answer.headers["X-Request-Id"], endpoint
            assert not MARK.search(json.dumps(entry)) and not PHONE.search(json.dumps(entry)), entry
            assert entry["actor_id"] in {str(principal.person_id), "None"} or endpoint in BEGINNINGS, entry
        world.state.restore()
    assert missing == [], "acts that nobody could ever trace"
    assert needless == [], "the table of acts without an entry is out of date"


def test_an_act_whose_entry_fails_has_not_happened(world: World):
    def _fail(*_mapper: object) -> None:
        raise OSError("no entry can be written")

    event.listen(AuditEntry, "before_insert", _fail)
    try:
        for principal, case in allowed_posts(world):
            answer = ask(world, principal, case)
            changed = set(world.state.changes()) - {"files"}
            # Who needs no entry goes on; whoever does must have failed whole.
            assert answer.status_code == 500 or case.rule.endpoint in UNAUDITED or not changed, case.rule.endpoint
            assert answer.status_code < 500 or not changed, f"{case.rule.endpoint} wrote to {sorted(changed)}"
            world.state.restore()
    finally:
        event.remove(AuditEntry, "before_insert", _fail)


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that is logged, at the most talkative level."""
    kept, written = structlog.get_config(), io.StringIO()
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(0), logger_factory=structlog.PrintLoggerFactory(written)
    )
    yield written
    structlog.configure(**kept)


def lines_of(log: io.StringIO) -> list[dict[str, Any]]:
    """The log's lines, each of them whole JSON."""
    return [json.loads(line) for line in log.getvalue().splitlines()]


def test_the_log_of_a_whole_day_names_nobody(world: World, log: io.StringIO):
    asked = 0
    secrets = {GOOD, world.site["A"]["slip"], world.site["B"]["slip"]}
    for key in ("anonymous", "staffa1", "coordinatora", "directora", "taskforce"):
        principal = world.principals[key]
        secrets |= {principal.token, principal.csrf} - {""}
        for rule, method in rules(world.database.app):
            for case in cases(world, rule, method, principal):
                if case.idclass in {"own", "other_facility"}:
                    ask(world, principal, case, headers={"User-Agent": "CNRY-A-person-name-all"})
                    asked += 1
                    world.state.restore() if world.state.is_touched() else None
    said = log.getvalue()
    assert len([line for line in lines_of(log) if line["event"] == "request"]) > asked * 0.9
    assert MARK.findall(said) == []
    assert PHONE.findall(said) == []
    assert [secret for secret in secrets if secret in said] == []
    assert not re.search(r"[Tt]raceback", said)


def test_a_fault_is_logged_without_what_was_typed(world: World, log: io.StringIO):
    def _fail(*_mapper: object) -> None:
        raise OSError("the disk is gone")

    event.listen(AuditEntry, "before_insert", _fail)
    try:
        principal = world.principals["coordinatora"]
        path = f"/f/BV-A/people/{world.site['A']['person']['own']}/phone"
        form = {"phone": "0987 650 777"}
        answer = send(world, principal.key, path, method="POST", data=form, headers={"X-CSRFToken": principal.csrf})
    finally:
        event.remove(AuditEntry, "before_insert", _fail)
    assert answer.status_code == 500
    said = log.getvalue()
    assert "the disk is gone" in said and answer.headers["X-Request-Id"] in said
    assert "987650777" not in said and "0987" not in said and not MARK.search(said)
    assert lines_of(log)


def test_nobody_can_write_a_line_of_their_own_into_the_log(world: World, log: io.StringIO):
    evil = 'x\r\n{"event": "forged"}\n\x1b[31m\u2028'
    principal = world.principals["coordinatora"]
    for name in ("name", "reason", "phone", "words", "who"):
        for path in ("/f/BV-A/people/new", "/sign-in", "/f/BV-A/places/units", "/me/language", "/activate"):
            form = {name: evil, "csrf_token": principal.csrf}
            send(
                world,
                principal.key,
                path,
                method="POST",
                data=form,
                headers={"User-Agent": evil.replace("\r\n", " ").replace("\n", " ")},
            )
    send(world, principal.key, "/x/%0d%0a%7b%22event%22%3a%22forged%22%7d%1b")
    send(world, principal.key, "/nowhere%0a%7b%22event%22%3a%22forged%22%7d?q=%0aforged")
    lines = lines_of(log)
    assert len(lines) >= 27
    assert {line["event"] for line in lines} <= {"request"}
    assert "\x1b" not in log.getvalue() and "forged" not in log.getvalue()
