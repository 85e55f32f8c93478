"""What every answer carries: headers, cookies, pages without anything inline, and errors that people can read."""

import html
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import brotli
import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from app.errors import sentence
from app.factory import create_app
from app.kernel.db import db
from app.kernel.errors import Unavailable
from app.kernel.http import POLICY
from app.kernel.i18n import force_locale
from app.people.permissions import Who
from tests.builders import Browser
from tests.databases import Client, Database, settings_for
from tests.house.addresses import cases, rules
from tests.house.asking import send
from tests.house.world import World
from tests.people.builders import GOOD

STATUSES = (400, 401, 403, 404, 405, 409, 413, 422, 429, 500, 503)
SECRET_WORDS = "CNRY-A-person-name-all in a variable"
ALWAYS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
ADDRESS_ATTRIBUTES = {"href", "src", "action", "formaction"}


def planted(database: Database, folder: Path, **settings: str) -> Flask:
    """The product once more, with routes that fail in every way."""
    app = create_app(settings_for(database.url, folder, **settings))
    app.test_client_class = Client

    def _refuse(status: int) -> str:
        abort(status)

    def _fault() -> str:
        raise RuntimeError(SECRET_WORDS)

    def _away() -> str:
        raise OperationalError("select 1", {"name": SECRET_WORDS}, OSError("gone"))

    def _busy() -> str:
        raise Unavailable("database_busy")

    for name, view in (("refuse/<int:status>", _refuse), ("fault", _fault), ("away", _away), ("busy", _busy)):
        endpoint = f"test.{name.split('/')[0]}"
        app.add_url_rule(f"/test/{name}", endpoint, view)
        app.extensions["access"][endpoint] = Who.PUBLIC
    return app


@pytest.fixture
def failing(database: Database, tmp_path: Path) -> Iterator[FlaskClient]:
    """A browser at the product with routes that fail."""
    app = planted(database, tmp_path)
    yield app.test_client()
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def behind_https(database: Database, tmp_path: Path) -> Iterator[FlaskClient]:
    """A browser at the product where people reach it by https."""
    app = planted(database, tmp_path, SAN_SANG_PUBLIC_URL="https://localhost")
    yield app.test_client()
    with app.app_context():
        db.engine.dispose()


def every_answer(world: World) -> Iterator[tuple[str, TestResponse]]:
    """Each route with ids of one's own, as everybody, by GET; and once by POST with a body that is refused."""
    for key, principal in world.principals.items():
        for rule, method in rules(world.database.app):
            for case in cases(world, rule, method, principal):
                if case.idclass != "own":
                    continue
                body = {} if method == "GET" else {"data": {}, "headers": {"X-CSRFToken": "no"}}
                yield f"{key}: {method} {case.path}", send(world, key, case.path, method=method, **body)


def test_every_answer_carries_the_headers_and_no_personal_page_is_kept(world: World):
    seen = 0
    for said, answer in every_answer(world):
        seen += 1
        for name, value in ALWAYS.items():
            assert answer.headers.get(name) == value, f"{said}: {name}"
        assert answer.headers["Referrer-Policy"] in {"same-origin", "no-referrer"}, said
        assert "Strict-Transport-Security" not in answer.headers, said
        if "/static/" not in said:
            assert answer.headers["Cache-Control"] == "no-store", said
    assert seen > 500
    assert world.state.changes() == {}


class Page(HTMLParser):
    """What a page has that it must not have, and its addresses."""

    def __init__(self) -> None:
        super().__init__()
        self.inline: list[str] = []
        self.addresses: list[str] = []
        self.get_forms_with_token = 0
        self._is_get_form = False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        bad = [name for name in given if name == "style" or name.startswith("on")]
        self.inline += [f"<{tag} {name}>" for name in bad]
        if tag == "style" or (tag == "script" and "src" not in given):
            self.inline.append(f"<{tag}>")
        self.addresses += [value for name, value in given.items() if name in ADDRESS_ATTRIBUTES]
        if tag == "form":
            self._is_get_form = given.get("method", "get").lower() == "get"
        if tag == "input" and given.get("name") == "csrf_token":
            self.get_forms_with_token += self._is_get_form


def test_no_page_has_anything_inline_or_from_elsewhere_or_a_token_in_an_address(world: World):
    seen = 0
    for said, answer in every_answer(world):
        if answer.mimetype != "text/html" or said.split(": ")[1].startswith("POST"):
            continue
        seen += 1
        page = Page()
        page.feed(answer.text)
        assert page.inline == [], said
        assert page.get_forms_with_token == 0, said
        for address in (*page.addresses, answer.headers.get("Location", "")):
            assert not re.match(r"(?!https?://localhost)(\w+:)?//|javascript:", address), f"{said}: {address}"
            assert "csrf" not in address and "token=" not in address, f"{said}: {address}"
    assert seen > 300


def sign_in(client: FlaskClient, cookie: str, **more: Any) -> TestResponse:
    """Sign in as a browser does, first page first."""
    first = client.get("/sign-in", **more)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', first.text)
    assert token, "the page has a form with its token"
    assert client.get_cookie(cookie) is not None
    who = "CNRY-A-employment-staff_code-staffa1"
    form = {"facility": "BV-A", "who": who, "password": GOOD, "device": "shared", "csrf_token": token[1]}
    return client.post("/sign-in", data=form, **more)


def test_cookies_are_closed_to_scripts_and_to_other_sites(world: World, failing: FlaskClient):
    answer = sign_in(failing, "san-sang")
    assert answer.status_code == 303
    cookies = answer.headers.getlist("Set-Cookie")
    assert {cookie.split("=")[0] for cookie in cookies} == {"san-sang", "san-sang-device", "san-sang-facility"}
    for cookie in cookies:
        assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Path=/" in cookie, cookie
        assert "Secure" not in cookie and "Domain" not in cookie, cookie


def test_by_https_cookies_are_secure_and_the_browser_is_told_to_stay_there(world: World, behind_https: FlaskClient):
    answer = sign_in(behind_https, "__Host-san-sang", base_url="https://localhost")
    assert answer.status_code == 303, answer.text
    for cookie in answer.headers.getlist("Set-Cookie"):
        assert cookie.startswith("__Host-") and "Secure" in cookie and "HttpOnly" in cookie, cookie
        assert "Path=/" in cookie and "Domain" not in cookie, cookie
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert behind_https.get("/nowhere", base_url="https://localhost").headers["Strict-Transport-Security"]


def test_the_cookie_holds_nothing_that_can_be_read(world: World, failing: FlaskClient):
    answer = sign_in(failing, "san-sang")
    for cookie in answer.headers.getlist("Set-Cookie"):
        name, value = cookie.split(";")[0].split("=", 1)
        assert name == "san-sang-facility" or re.fullmatch(r"[\w-]{43}", value), cookie


def test_verifying_a_certificate_leaves_no_cookie(world: World):
    code = world.site["A"]["certificate"]["own"]
    for path in (f"/x/{code}", f"/X/{code}", f"/x/{code}.json", "/x", "/x/ABCD"):
        answer = world.database.app.test_client(use_cookies=False).get(path)
        assert "Set-Cookie" not in answer.headers, path
        assert "noindex" in answer.headers["X-Robots-Tag"], path


def test_another_host_is_refused_whatever_is_asked(world: World):
    for said, path in ((rule.endpoint, rule.rule) for rule, method in rules(world.database.app) if method == "GET"):
        if "<" in path:
            continue
        answer = send(world, "coordinatora", path, headers={"Host": "evil.example"})
        assert answer.status_code == 400, said
        assert "evil.example" not in answer.text, said
        assert answer.headers["Content-Security-Policy"] == POLICY, said


def readable(answer: TestResponse) -> str:
    return re.sub(r"\s+", " ", html.unescape(answer.text).replace("\u00a0", " "))


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("status", STATUSES)
def test_an_error_is_a_sentence_with_a_number_and_a_way_on(failing: FlaskClient, status: int, language: str):
    paths = {500: "/test/fault", 503: "/test/away"}
    answer = failing.get(paths.get(status, f"/test/refuse/{status}"), query_string={"lang": language})
    assert answer.status_code == status
    text = readable(answer)
    with failing.application.test_request_context(), force_locale(language):
        wanted = sentence(status, f"http_{status}")
    assert wanted.replace("\u00a0", " ") in text
    assert f'<html lang="{language}"' in text
    assert answer.headers["X-Request-Id"] in text
    assert 'href="/"' in text
    for secret in ("Traceback", "File &quot;", "sqlalchemy", "RuntimeError", "select 1", "CNRY"):
        assert secret not in answer.text
    assert {name: answer.headers.get(name) for name in ALWAYS} == ALWAYS
    assert ("Retry-After" in answer.headers) is (status in {429, 503})


@pytest.mark.parametrize("status", STATUSES)
def test_a_program_gets_an_error_as_json(failing: FlaskClient, status: int):
    paths = {500: "/test/fault", 503: "/test/busy"}
    answer = failing.get(paths.get(status, f"/test/refuse/{status}"), headers={"Accept": "application/json"})
    assert answer.status_code == status
    assert answer.json is not None and answer.json.keys() == {"error", "request_id"}
    assert "CNRY" not in answer.text


def test_a_body_that_is_too_large_is_refused_in_words(failing: FlaskClient):
    browser = Browser(failing)
    small = {"who": "x" * 300_000}
    parts = {f"field{number}": "x" for number in range(300)}
    for data, kind in ((small, "application/x-www-form-urlencoded"), (parts, "multipart/form-data")):
        answer = browser.post("/sign-in", data, content_type=kind)
        assert answer.status_code == 413
        assert "quá lớn" in readable(answer)
    answer = failing.post("/sign-in", data=b"{" * 300_000, content_type="application/json")
    assert answer.status_code == 413 and answer.json["error"] == "http_413"


def test_who_is_not_signed_in_is_led_to_the_page_and_back(world: World, failing: FlaskClient):
    deep = "/learn/m8?card=2"
    led = failing.get(deep)
    assert led.status_code == 302
    assert led.headers["Location"] == "/sign-in?next=/learn/m8?card%3D2"
    assert failing.get(deep, headers={"Accept": "application/json"}).status_code == 401
    assert failing.post("/attempts/1/answers", json={}).status_code == 401
    page = failing.get(led.headers["Location"])
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
    kept = re.search(r'name="next"[^>]*value="([^"]+)"', page.text)
    assert token and kept and html.unescape(kept[1]) == deep
    who = "CNRY-A-employment-staff_code-staffa1"
    form = {"facility": "BV-A", "who": who, "password": GOOD, "device": "own", "csrf_token": token[1], "next": kept[1]}
    back = failing.post("/sign-in", data=form)
    assert (back.status_code, back.headers["Location"]) == (303, deep)


ELSEWHERE = (
    "//evil.example", "///evil.example", "/\\evil.example", "https:evil.example", "https://evil.example",
    "%2f%2fevil.example", "/%2f/evil", "/%09/evil.example", "javascript:alert(1)", "/\r\nX: y", "/\u2215evil",
    "/a@evil.example:80//", "\\\\evil", " /", "",
)  # fmt: skip


@pytest.mark.parametrize("target", ELSEWHERE)
def test_after_signing_in_nobody_is_led_elsewhere(world: World, failing: FlaskClient, target: str):
    first = failing.get("/sign-in", query_string={"next": target})
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', first.text)
    assert token
    who = "CNRY-A-employment-staff_code-staffa1"
    form = {"facility": "BV-A", "who": who, "password": GOOD, "device": "own", "csrf_token": token[1], "next": target}
    led = failing.post("/sign-in", data=form)
    assert led.status_code == 303
    where = led.headers["Location"]
    assert where == "/" or (where.startswith("/") and not where.startswith(("//", "/\\")) and where == target)


def test_a_file_of_words_comes_as_small_as_can_be_and_whole(world: World):
    client = world.client("anonymous")
    with client.get("/static/css/app.css") as answer:
        plain = answer.data
    with client.get("/static/css/app.css", headers={"Accept-Encoding": "gzip, br"}) as answer:
        assert answer.headers["Content-Encoding"] == "br"
        assert "Accept-Encoding" in answer.headers["Vary"]
        assert brotli.decompress(answer.data) == plain
        assert len(answer.data) < len(plain) / 4
    with client.get("/static/fonts/be-vietnam-pro-400.woff2", headers={"Accept-Encoding": "br"}) as answer:
        assert "Content-Encoding" not in answer.headers
