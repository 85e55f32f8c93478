"""The pocket guide on a device: its pages as they are with network, in both languages, once, and the newest."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from flask.testing import FlaskClient

from app.kernel.db import db
from courses.queries import get_guide
from tests.builders import Browser
from tests.courses.builders import edit, load, write_library
from tests.courses.guide_builders import write_guide

GUIDE = "/offline/guide"


@pytest.fixture
def library(cast: SimpleNamespace, tmp_path: Path) -> Path:
    """A published library of one module and a guide."""
    write_guide(write_library(tmp_path))
    load(tmp_path)
    db.session.remove()
    return tmp_path


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_pages_are_those_with_network_but_for_the_way_to_paper(
    client: FlaskClient, cast: SimpleNamespace, language: str
):
    browser = Browser(client, cast.an)
    pages = pages_in(browser, language)
    assert set(pages) == {"/guide", "/guide/errors", "/guide/cards/first", "/guide/cards/second"}
    for address, page in pages.items():
        shown = browser.get(f"{address}?lang={language}").text
        text, edition, foot = page["html"].partition('<p class="edition')
        assert edition and text.strip() in shown
        assert "/guide/papers" in shown and "/guide/papers" not in foot, "paper needs the network"
        assert f"<title>{page['title']} – " in shown
    assert get_guide(language).text["cards"][0]["say"] in pages["/guide/cards/first"]["html"]


def pages_in(browser: Browser, language: str) -> dict[str, dict[str, str]]:
    """Return the pages that a device would keep in a language."""
    (address,) = [part["url"] for part in browser.get(GUIDE).json["parts"] if part["name"] == language]
    return browser.get(address).json


@pytest.mark.usefixtures("library")
def test_a_sentence_says_to_whom(client: FlaskClient, cast: SimpleNamespace):
    pages = pages_in(Browser(client, cast.an), "vi")
    assert "Nói với người bệnh" in pages["/guide/cards/first"]["html"].replace("\u00a0", " ")


@pytest.mark.usefixtures("library")
def test_its_size_is_known_and_part_of_every_pack_s(client: FlaskClient, cast: SimpleNamespace):
    browser = Browser(client, cast.an)
    guide, pack = browser.get(GUIDE).json, browser.get("/offline/packs/m9").json
    assert guide["bytes"] == sum(len(browser.get(part["url"]).data) for part in guide["parts"]) > 4000
    assert pack["guide"] == guide
    assert pack["bytes"] == sum(part["bytes"] for part in pack["parts"]) + guide["bytes"]


def test_its_version_is_another_one_as_soon_as_a_word_is(client: FlaskClient, cast: SimpleNamespace, library: Path):
    browser = Browser(client, cast.an)
    first = browser.get(GUIDE).json["version"]
    assert browser.get(GUIDE).json["version"] == first
    edit(library / "guide" / "guide.yaml", "en: Ask for no code.", "en: Never ask for a code.")
    load(library)
    db.session.remove()
    assert browser.get(GUIDE).json["version"] != first


def test_where_there_is_no_guide_a_pack_comes_without_one(client: FlaskClient, cast: SimpleNamespace):
    assert pages_in(Browser(client, cast.an), "vi") == {}


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("address", [GUIDE, f"{GUIDE}/pages?lang=vi"])
def test_a_shared_computer_keeps_no_guide(client: FlaskClient, cast: SimpleNamespace, address: str):
    assert Browser(client, cast.an).get(address).status_code == 200
    assert Browser(client, cast.an, is_shared=True).get(address).status_code == 409
