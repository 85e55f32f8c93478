"""The app on a phone: it can be installed, knows its release, and its shell is nobody's."""

import json
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from app.kernel.http import STATIC, release

FILES = re.compile(r'"(/static/[^"]+)"')
IMPORT = re.compile(r"""(?:from|import\() ?"(\.[^"]+)\"""")


def fetch(client: FlaskClient, address: str):
    """Return an answer with all of it read, and the file behind it closed."""
    answer = client.get(address)
    answer.get_data()
    answer.close()
    return answer


@pytest.mark.parametrize(("language", "words"), [("vi", "Bài học ngắn"), ("en", "Short lessons")])
def test_the_manifest_speaks_the_reader_s_language_and_names_icons_that_are_there(
    client: FlaskClient, language: str, words: str
):
    answer = client.get(f"/manifest.webmanifest?lang={language}")
    assert answer.mimetype == "application/manifest+json"
    found = json.loads(answer.text)
    assert found["lang"] == language and words in found["description"]
    assert (found["start_url"], found["scope"], found["display"]) == ("/", "/", "standalone")
    assert {icon["purpose"] for icon in found["icons"]} == {"any", "maskable"}
    for icon in found["icons"]:
        picture = fetch(client, icon["src"])
        assert picture.data.startswith(b"\x89PNG"), icon
        size = int(icon["sizes"].split("x")[0])
        assert int.from_bytes(picture.data[16:20]) == int.from_bytes(picture.data[20:24]) == size


def test_the_worker_names_files_that_are_there_and_a_release(client: FlaskClient):
    text = client.get("/sw.js").text
    files = FILES.findall(text)
    assert len(files) > 10
    for address in files:
        assert fetch(client, address).status_code == 200, address
    assert f"/static/r/{release()}/js/offline/worker.js" in text


def imports_of(script: Path) -> list[Path]:
    return [(script.parent / name).resolve() for name in IMPORT.findall(script.read_text())]


def test_the_worker_keeps_what_its_scripts_import(client: FlaskClient):
    own, files = f"/static/r/{release()}/", FILES.findall(client.get("/sw.js").text)
    kept = {STATIC / address.removeprefix(own) for address in files if address.startswith(own)}
    assert len(kept) > 20
    for script in kept:
        assert set(imports_of(script)) <= kept, script.name


def test_a_script_of_another_release_is_not_mixed_with_this_one_s(client: FlaskClient):
    mine = fetch(client, f"/static/r/{release()}/js/offline/store.js")
    assert mine.status_code == 200 and "max-age=31536000" in mine.headers["Cache-Control"]
    other = fetch(client, "/static/r/0123456789/js/offline/store.js")
    assert other.status_code == 404 and other.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(("language", "words"), [("vi", "Mất mạng – bài được giữ trên máy này."), ("en", "No network")])
def test_the_shell_is_honest_and_nobody_s(client: FlaskClient, language: str, words: str):
    answer = client.get(f"/offline?lang={language}")
    assert words in answer.text.replace("\u00a0", " ")
    assert "csrf" not in answer.text and "Set-Cookie" not in answer.headers
