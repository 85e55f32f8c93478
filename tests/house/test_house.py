"""What the house promises about itself: access rules, addresses, sizes, documents."""

import ast
import re
from pathlib import Path

import pytest
from flask import Flask

from app import access
from app.kernel import jobs
from app.kernel.events import Event
from app.kernel.settings import ROOT, Settings, variable_name

ROOMS = [ROOT / "app", ROOT / "courses", ROOT / "quizzes", ROOT / "certificates"]
SOURCES = sorted(path for room in ROOMS for path in room.rglob("*.py"))
TEMPLATES = sorted(path for room in ROOMS for path in room.rglob("templates/**/*.*ml"))
REFERENCE = ROOT / "docs" / "reference"


def test_every_endpoint_has_an_access_rule_and_every_rule_an_endpoint(app: Flask):
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert endpoints - access.rules().keys() == set(), "an endpoint without a rule is refused to everybody"
    assert access.rules().keys() - endpoints == set(), "a rule for an endpoint that is gone"


def test_every_endpoint_named_in_a_template_exists(app: Flask):
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    named = {
        (path.name, name)
        for path in TEMPLATES
        for name in re.findall(r"url_for\(\s*['\"]([\w.]+)['\"]", path.read_text())
    }
    assert {(file, name) for file, name in named if name not in endpoints} == set()


def test_no_template_has_inline_style_or_script():
    inline = re.compile(r"\sstyle=|<style|\son\w+=|<script(?![^>]*\bsrc=)|javascript:")
    found = [path.name for path in TEMPLATES if inline.search(path.read_text()) and "pdf" not in path.name]
    assert found == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_opens_with_a_sentence_and_stays_readable(path: Path):
    text = path.read_text()
    tree = ast.parse(text)
    sentence = ast.get_docstring(tree)
    assert sentence, "every module opens with one sentence"
    assert len(text.splitlines()) <= 400
    long = [
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno >= 50
    ]
    assert long == [], "no function is longer than fifty lines"


def test_only_the_clock_asks_the_machine_and_only_the_transaction_commits():
    asks = re.compile(r"datetime\.now\(|date\.today\(|datetime\.utcnow\(|time\.time\(")
    commits = re.compile(r"\.commit\(\)")
    for path in SOURCES:
        name = str(path.relative_to(ROOT))
        text = path.read_text()
        if name != "app/kernel/clock.py":
            assert not asks.search(text), f"{name} asks the machine for the time"
        if name != "app/kernel/transaction.py":
            assert not commits.search(text), f"{name} commits"


def test_no_instant_is_kept_in_another_type_than_ours():
    for path in SOURCES:
        names = {node.id for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Name)}
        assert names.isdisjoint({"DateTime", "TIMESTAMP", "Interval"}), path


def documented(name: str) -> str:
    return (REFERENCE / name).read_text()


def test_every_setting_is_documented():
    page = documented("settings.md")
    missing = [name for name in Settings.__dataclass_fields__ if f"`{variable_name(name)}`" not in page]
    assert missing == []


def test_every_job_is_documented():
    page = documented("jobs.md")
    assert [name for name in jobs.names() if not name.startswith("test.") and f"`{name}`" not in page] == []


def test_every_event_is_documented():
    page = documented("events.md")
    known = [each.__name__ for each in Event.__subclasses__() if not each.__module__.startswith("tests")]
    assert [name for name in known if f"`{name}`" not in page] == []


def test_every_command_is_documented(app: Flask):
    page = documented("commands.md")
    own = {"courses", "people", "facilities", "quizzes", "certificates", "readiness", "city", "jobs"}
    missing = [
        f"{group} {name}"
        for group in own & app.cli.commands.keys()
        for name in app.cli.commands[group].commands  # type: ignore[attr-defined]
        if f"`flask {group} {name}" not in page
    ]
    assert missing == []
