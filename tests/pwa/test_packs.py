"""What a device keeps of a module: its size first, all its cards, the key for its owner alone, and never an answer."""

import base64
import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask.testing import FlaskClient

from app.pwa import rules
from app.pwa.permissions import may_keep
from courses import queries
from tests.builders import Browser
from tests.courses.builders import load, write_library, write_scenarios
from tests.quizzes.builders import as_actor

KEY = "/offline/key"


@pytest.fixture
def module(cast: SimpleNamespace, tmp_path: Path) -> str:
    """A published module with lessons and two practice scenarios."""
    load(write_scenarios(write_library(tmp_path, "m7"), "m7", "find-the-book", "again"))
    return "m7"


def parts_of(browser: Browser, module: str) -> dict[str, dict]:
    index = browser.get(f"/offline/packs/{module}").json
    return {each["name"]: browser.get(each["url"]) for each in index["parts"]}


def vietnamese(browser: Browser, module: str) -> tuple[dict, dict]:
    """Return what a pack says of its module and its lessons in Vietnamese."""
    parts = parts_of(browser, module)
    return parts["vi/about"].json, parts["vi/lessons"].json


def test_the_size_is_known_before_anything_is_kept(client: FlaskClient, cast: SimpleNamespace, module: str):
    browser = Browser(client, cast.an)
    index = browser.get(f"/offline/packs/{module}").json
    parts = sum(len(answer.data) for answer in parts_of(browser, module).values())
    assert index["bytes"] == parts + index["guide"]["bytes"]
    names = [f"{language}/{part}" for language in ("vi", "en") for part in ("about", "lessons", "scenarios")]
    assert [part["name"] for part in index["parts"]] == names


def test_a_pack_has_every_card_and_each_answer_of_its_checks_and_no_token(
    client: FlaskClient, cast: SimpleNamespace, module: str
):
    browser = Browser(client, cast.an)
    about, lessons = vietnamese(browser, module)
    assert [lesson["key"] for lesson in about["lessons"]] == sorted(lessons, reverse=True)
    checks = 0
    for lesson in about["lessons"]:
        cards = lessons[lesson["key"]]
        assert len(cards) == lesson["cards"]
        for place, card in enumerate(cards, 1):
            page = browser.get(f"/learn/{module}/{lesson['key']}?card={place}").text
            assert card["html"].split('<div id="check">')[0].strip() in page
            checks += bool(card["answered"])
            for choice, html in card["answered"].items():
                page = browser.get(f"/learn/{module}/{lesson['key']}?card={place}&choice={choice}").text
                assert html.strip() in page
    assert checks
    assert "csrf" not in str(lessons)


def test_a_pack_has_the_module_in_both_languages(client: FlaskClient, cast: SimpleNamespace, module: str):
    parts = parts_of(Browser(client, cast.an), module)
    title = queries.get_module(module).title
    assert {each: parts[f"{each}/about"].json["title"] for each in ("vi", "en")} == title
    cards = {each: next(iter(parts[f"{each}/lessons"].json.values()))[0] for each in ("vi", "en")}
    assert "2 nguồn" in cards["vi"]["html"] and "2 sources" in cards["en"]["html"], "the words around the card too"


@pytest.mark.parametrize(
    ("language", "title", "mark"),
    [
        ("vi", "Tìm cuốn sổ", "MÔ PHỎNG – không phải ứng dụng VNeID"),
        ("en", "Find the book", "PRACTICE – not the VNeID app"),
    ],
)
def test_a_pack_has_every_scenario_as_its_page_shows_it(
    client: FlaskClient, cast: SimpleNamespace, module: str, language: str, title: str, mark: str
):
    browser = Browser(client, cast.an)
    kept = parts_of(browser, module)[f"{language}/scenarios"].json
    assert [(each["key"], each["title"], each["minutes"]) for each in kept] == [
        ("find-the-book", title, 2),
        ("again", title, 2),
    ]
    for each in kept:
        page = browser.get(f"/practice/{module}/{each['key']}?lang={language}").text
        _form, screens = each["html"].split("</form>")
        assert screens.strip() in page
        assert f'name="scenario" value="{each["scenario"]}"' in each["html"] and f'value="{each["scenario"]}"' in page
        frames = each["html"].count('class="sim') - each["html"].count('class="sim-')
        assert frames == 5 and each["html"].replace("\u00a0", " ").count(mark) == frames + 2, "each frame, each ending"
    told = str(kept)
    assert "csrf" not in told and "/offline/" not in told, "nothing of the one who asked for it first"
    assert 'name="run" value=""' in told, "and no run"


def test_a_pack_never_has_a_question_of_the_quiz(client: FlaskClient, cast: SimpleNamespace, module: str):
    questions = queries.get_version(queries.get_module(module).version_id).content["questions"]
    told = "".join(answer.text for answer in parts_of(Browser(client, cast.an), module).values())
    for question in questions:
        assert question["text"]["vi"] not in told


def test_a_shared_computer_keeps_nothing_and_says_so(client: FlaskClient, cast: SimpleNamespace, module: str):
    browser = Browser(client, cast.an, is_shared=True)
    assert "máy dùng chung" in browser.get(f"/learn/{module}").text
    for answer in (browser.get(f"/offline/packs/{module}"), browser.post(KEY)):
        assert answer.status_code == 409


def test_an_unprotected_address_keeps_nothing_and_says_so(client: FlaskClient, cast: SimpleNamespace, module: str):
    browser = Browser(client, cast.an)
    client.set_cookie("san-sang", browser.token, domain="hoc.example.vn")
    client.application.config["TRUSTED_HOSTS"].append("hoc.example.vn")
    try:
        page = browser.get(f"/learn/{module}", base_url="http://hoc.example.vn")
        pack = browser.get(f"/offline/packs/{module}", base_url="http://hoc.example.vn")
    finally:
        client.application.config["TRUSTED_HOSTS"].remove("hoc.example.vn")
    assert "không có https" in page.text
    assert pack.status_code == 409


def test_the_key_is_the_same_for_a_person_and_a_device_and_for_nobody_else(client: FlaskClient, cast: SimpleNamespace):
    browser = Browser(client, cast.an)
    first = browser.post(KEY)
    assert "san-sang-device" in first.headers["Set-Cookie"] and "HttpOnly" in first.headers["Set-Cookie"]
    assert browser.post(KEY).json == first.json
    assert len(base64.b64decode(first.json["key"])) == 32
    other = Browser(client, cast.binh).post(KEY).json  # the next person on the same device
    assert other["key"] != first.json["key"] and other["owner"] != first.json["owner"]
    assert cast.an.name not in json.dumps(first.json)


def test_a_key_is_made_of_person_device_and_secret():
    keys = {
        rules.store_key(secret, person, device) for secret in ("a", "b") for person in (1, 2) for device in ("d", "e")
    }
    assert len(keys) == 8
    assert rules.owner_tag("a", 1) != rules.owner_tag("a", 2) != rules.owner_tag("b", 2)


@pytest.mark.parametrize(("is_shared", "is_safe", "may"), [(0, 1, 1), (1, 1, 0), (0, 0, 0), (1, 0, 0)])
def test_only_an_own_device_at_a_safe_address_may_keep(is_shared: int, is_safe: int, may: int):
    person = SimpleNamespace(id=1, name="An")
    actor = as_actor(person)
    actor = type(actor)(**{**{f: getattr(actor, f) for f in actor.__slots__}, "is_shared": bool(is_shared)})
    assert may_keep(actor, is_safe_place=bool(is_safe)) is bool(may)
