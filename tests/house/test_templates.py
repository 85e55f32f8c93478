"""What no template may say: what depends on a reader (docs/decisions/0011), and scripts that two releases might mix."""

import re

from app.kernel.http import STATIC
from app.kernel.settings import ROOT

TEMPLATES = sorted(path for path in ROOT.glob("*/**/templates/**/*") if path.is_file() and ".venv" not in path.parts)
SCRIPT = re.compile(r"\b(release_)?asset\('(js/[^']+)'\)")
ADDRESS = re.compile(r"(?:url_for|content_url)\(([^()]*(?:\([^()]*\)[^()]*)*)\)")


def test_there_are_templates():
    assert len(TEMPLATES) > 100


def test_addresses_in_templates_depend_on_no_host_and_no_blueprint():
    for path in TEMPLATES:
        for arguments in ADDRESS.findall(path.read_text("utf-8")):
            assert not arguments.lstrip().startswith(("'.", '".')), f"{path.name}: {arguments} depends on who draws it"
            assert "_external" not in arguments, f"{path.name}: {arguments} depends on the host"


def test_a_script_that_imports_others_is_named_by_its_release():
    named = [found for path in TEMPLATES for found in SCRIPT.findall(path.read_text("utf-8"))]
    assert len(named) > 10
    for by_release, name in named:
        assert by_release or not re.search(r"^import ", (STATIC / name).read_text(), re.MULTILINE), name
