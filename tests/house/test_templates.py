"""What no template may say, because it is settled once for all readers (docs/decisions/0011)."""

import re

from app.kernel.settings import ROOT

TEMPLATES = sorted(path for path in ROOT.glob("*/**/templates/**/*") if path.is_file() and ".venv" not in path.parts)
ADDRESS = re.compile(r"(?:url_for|content_url)\(([^()]*(?:\([^()]*\)[^()]*)*)\)")


def test_there_are_templates():
    assert len(TEMPLATES) > 100


def test_addresses_in_templates_depend_on_no_host_and_no_blueprint():
    for path in TEMPLATES:
        for arguments in ADDRESS.findall(path.read_text("utf-8")):
            assert not arguments.lstrip().startswith(("'.", '".')), f"{path.name}: {arguments} depends on who draws it"
            assert "_external" not in arguments, f"{path.name}: {arguments} depends on the host"
