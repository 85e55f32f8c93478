"""Text that people write is data: only named doors call it markup, no shell is asked, and it comes back as written."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from markupsafe import Markup

from app.kernel.i18n import in_template
from app.kernel.settings import ROOT
from tests.house.world import World

ROOMS = ("app", "courses", "quizzes", "certificates")
SOURCES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
TEMPLATES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("templates/**/*.*ml"))
# Who may say that a text is markup: the sanitiser's own door, the squares that our code draws, our own drawn templates.
TRUSTED = {"app/kernel/markup.py", "app/kernel/qr.py", "app/kernel/pages.py"}


def faults_of(path: Path) -> Iterator[str]:
    """Every text called markup outside the doors, and every shell that is asked."""
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        is_ours = all(isinstance(each, ast.Constant) for each in node.args)
        if called == "Markup" and str(path.relative_to(ROOT)) not in TRUSTED and not is_ours:
            yield f"line {node.lineno} calls a text markup"
        if any(word.arg == "shell" for word in node.keywords) or called in {"system", "popen", "from_string"}:
            yield f"line {node.lineno} calls {called}"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_code_trusts_a_text_outside_the_doors(path: Path):
    assert list(faults_of(path)) == []


def test_no_template_trusts_a_text_that_is_not_its_own():
    # A literal of the template itself ends in a quotation mark.
    trusts = re.compile(r"(?<!['\"])\s*\|\s*safe\b|autoescape\s+false|\bMarkup\b")
    assert [path.name for path in TEMPLATES if trusts.search(path.read_text())] == []


def test_templates_translate_sentences_of_their_own_only():
    # A translated sentence is markup: the name of a variable here would make whatever it holds markup too.
    variable = re.compile(r"(?<![\w.])(?:_|gettext|ngettext)\(\s*(?![\"'\s])")
    assert [path.name for path in TEMPLATES if variable.search(path.read_text())] == []


def test_a_sentence_is_words_and_never_markup(app: Flask):
    with app.test_request_context("/?lang=en"):
        said = in_template("<b>%(name)s</b> & %(drawn)s", name="<i>", drawn=Markup("<em>drawn</em>"))
        assert said == "&lt;b&gt;&lt;i&gt;&lt;/b&gt; &amp; <em>drawn</em>"
        assert in_template("<b>") == "&lt;b&gt;"


def test_what_people_type_comes_back_as_they_typed_it(world: World):
    boss, odd = world.principals["coordinatora"], "{{7*7}} <b onclick=x> =1+1 & \"'"
    client = world.client(boss.key)
    made = client.post("/f/BV-A/places/units", data={"name": f"Khoa {odd}"}, headers={"X-CSRFToken": boss.csrf})
    assert made.status_code == 303, made.text
    page = client.get("/f/BV-A/places").text
    assert "Khoa {{7*7}} &lt;b onclick=x&gt; =1+1 &amp; &#34;&#39;" in page
    assert "<b onclick" not in page
