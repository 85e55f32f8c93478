"""A machine that installs tomorrow gets what this one has: pins, hashes, extras, and nobody's address."""

import re
from importlib.metadata import PackageNotFoundError, requires

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from app.kernel.settings import ROOT

FILES = ["requirements.txt", "requirements-dev.txt"]


def pins(file: str) -> dict[str, Requirement]:
    lines = re.findall(r"^([\w.-]+(?:\[[^]]*\])?==[^\s;\\]+)", (ROOT / file).read_text(), re.MULTILINE)
    return {canonicalize_name(pin.name): pin for pin in map(Requirement, lines)}


@pytest.mark.parametrize("file", FILES)
def test_no_requirement_is_loose_or_comes_from_a_named_address(file: str):
    text = (ROOT / file).read_text()
    assert "://" not in text
    for block in re.split(r"\n(?=\S)", text.strip()):
        assert re.match(r"[\w.-]+(\[[\w, -]+\])?==\S+", block), block[:80]
        assert "--hash=sha256:" in block, block[:80]


@pytest.mark.parametrize("file", FILES)
def test_what_is_asked_for_with_an_extra_is_pinned_with_it(file: str):
    # pip looks for the newest release of an extra that no pin names, finds it without a hash, and installs nothing.
    pinned = pins(file)
    missing = []
    for name, pin in pinned.items():
        for line in _requires(name):
            asked = Requirement(line)
            held = pinned.get(canonicalize_name(asked.name))
            wanted = asked.marker is None or any(
                asked.marker.evaluate({"extra": extra}) for extra in (pin.extras or {""})
            )
            if held is not None and wanted and not asked.extras <= held.extras:
                missing.append(f"{name} asks for {asked}, pinned is {held}")
    assert missing == []


def _requires(name: str) -> list[str]:
    try:
        return requires(name) or []
    except PackageNotFoundError:
        return []  # meant for another system
