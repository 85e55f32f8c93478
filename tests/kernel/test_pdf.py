"""Paper is made from built-in assets alone, in a process that can neither call out nor grow without end (SR-01)."""

import base64
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from weasyprint.text import ffi

from app.kernel import pdf
from app.kernel.errors import Unavailable
from app.kernel.settings import ROOT

FONTS = ROOT / "certificates" / "assets" / "fonts"
DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)

# WeasyPrint leaves its colour profile to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed file .*sRGB2014:ResourceWarning")

FORMS = [
    '<img src="{url}">',
    '<link rel="stylesheet" href="{url}">',
    '<style>@import url("{url}");</style>',
    '<object data="{url}"></object>',
    '<svg xmlns="http://www.w3.org/2000/svg"><image href="{url}" width="9" height="9"/></svg>',
    '<link rel="attachment" href="{url}"><a rel="attachment" href="{url}">a</a>',
    '<p style="background: url({url})">p</p>',
    '<style>@font-face {{ font-family: F; src: url("{url}"); }} p {{ font-family: F }}</style><p>p</p>',
]


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    file = tmp_path / "canary.svg"
    file.write_text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text>CANARY</text></svg>')
    return file


def foreign(canary: Path) -> list[str]:
    return [
        "http://127.0.0.1:9/a.png",
        "https://127.0.0.1:9/a.png",
        "HTTP://localhost/a.png",
        "//127.0.0.1:9/a.png",
        "ftp://127.0.0.1/a.png",
        f"file://{canary}",
        f"FILE://{canary}",
        f"file:{canary}",
        str(canary),
        "canary.svg",
        "../../etc/hostname",
        "asset:unknown.svg",
        f"asset:{canary}",
        "asset:../known.png",
        "data:image/png;base64," + "A" * (pdf.LARGEST_DATA_URL + 1),
    ]


_watching: list[list[tuple[str, str]]] = []


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    if _watching and event == "open":
        _watching[-1].append((event, str(arguments[0])))
    elif _watching and event.startswith("socket."):
        _watching[-1].append((event, str(arguments)))


@pytest.fixture
def touched(canary: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[str, str]]]:
    """Every file opened and every socket call; connecting raises."""

    def _refuse(*_arguments: object) -> None:
        raise AssertionError("a page tried to call out")

    monkeypatch.setattr(socket.socket, "connect", _refuse)
    monkeypatch.setattr(socket, "getaddrinfo", _refuse)
    pdf.render("<p>warm</p>", {})  # what WeasyPrint reads of its own when it is first used
    if not any(hook is _watch for hook in _hooked):
        sys.addaudithook(_watch)
        _hooked.append(_watch)
    seen: list[tuple[str, str]] = []
    _watching.append(seen)
    yield seen
    _watching.remove(seen)


_hooked: list[object] = []


def test_no_address_but_a_built_in_asset_is_ever_opened(canary: Path, touched):
    tried = [form.format(url=url) for form in FORMS for url in foreign(canary)]
    assert len(tried) >= 40
    for html in tried:
        made = pdf.render(f"<title>t</title>{html}", {"known.png": DOT})
        assert b"CANARY" not in made
        assert b"/EmbeddedFile" not in made
    assert [call for call in touched if call[0] != "open"] == []
    own = (str(Path(pdf.__file__).parents[2] / ".venv"), sys.prefix, sys.base_prefix)
    outside = {path for _, path in touched if not path.startswith(own) and "weasyprint-" not in path}
    assert outside == set()


def test_a_built_in_asset_and_a_small_data_address_are_drawn():
    page = '<html lang="vi"><title>t</title><img alt="a" src="{}"></html>'
    without = pdf.render(page.format("asset:missing.png"), {"known.png": DOT})
    assert b"/Image" not in without
    assert b"/Image" in pdf.render(page.format("asset:known.png"), {"known.png": DOT})
    small = "data:image/png;base64," + base64.b64encode(DOT).decode()
    assert b"/Image" in pdf.render(page.format(small), {})


def test_the_process_of_its_own_gives_the_same_page_without_our_settings(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SAN_SANG_SECRET_KEY", "not for the renderer")
    html = '<html lang="vi"><title>Một trang</title><h1>Sẵn sàng</h1></html>'
    assert pdf.render_isolated(html, {}) == pdf.render(html, {})


def test_a_page_that_takes_too_long_or_too_much_ends_as_a_refusal():
    endless = "<table>" + "<tr><td>x</td></tr>" * 60_000 + "</table>"
    with pytest.raises(Unavailable) as refused:
        pdf.render_isolated(endless, {}, seconds=2)
    assert refused.value.code == "pdf_failed"
    with pytest.raises(Unavailable) as refused:
        pdf.render_isolated("<p>small</p>", {}, memory=60 * 1024 * 1024)
    assert refused.value.code == "pdf_failed"


WATCHED = """#!{python}
import os, pathlib, runpy, sys
leave, sys.argv, sys.path[0] = os._exit, sys.argv[2:], os.getcwd()

def tell(code):
    lines = pathlib.Path("/proc/self/status").read_text().splitlines()
    peak = next(line for line in lines if line.startswith("VmPeak:"))
    pathlib.Path("{told}").write_text(peak.split()[1] + " " + os.environ["TMPDIR"])
    leave(code)

os._exit = tell
runpy.run_module("app.kernel.pdf", run_name="__main__")
"""


def test_a_page_of_many_sizes_takes_no_memory_for_threads_and_leaves_no_file(tmp_path: Path, monkeypatch):
    told, watched = tmp_path / "told", tmp_path / "python"
    watched.write_text(WATCHED.format(python=sys.executable, told=told))
    watched.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(watched))
    sizes = "".join(f'<p style="font-size: {8 + size / 7:.3f}px">Ẫ Ỗ Ữ {size}</p>' for size in range(60))
    css = b"@font-face { font-family: P; src: url(asset:P.ttf) } html { font-family: P }"
    page = f'<html lang="vi"><title>t</title><link rel="stylesheet" href="asset:p.css">{sizes}</html>'
    assert pdf.render_isolated(page, {"p.css": css, "P.ttf": FONTS / "Tinos-Regular.ttf"})
    peak, folder = told.read_text().split()
    # 110 to 140 MB, however busy the machine; with an arena for each of Pango's threads 220 to 440 MB.
    assert int(peak) < 180 * 1024
    assert not Path(folder).exists()


def test_a_page_may_not_become_a_book(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(pdf, "MOST_PAGES", 2)
    with pytest.raises(Unavailable) as refused:
        pdf.render("<p style='break-after: page'>1</p>" * 3, {})
    assert refused.value.code == "pdf_too_long"


def test_the_self_test_asks_for_the_harfbuzz_subset_library(monkeypatch: pytest.MonkeyPatch):
    pdf.self_test()
    monkeypatch.setattr(ffi, "harfbuzz_subset", None)
    with pytest.raises(Unavailable) as refused:
        pdf.self_test()
    assert refused.value.code == "pdf_without_harfbuzz"


def test_the_process_refuses_sockets_and_other_programs():
    code = (
        "import sys, socket, subprocess\n"
        "from app.kernel import pdf\n"
        "sys.addaudithook(pdf._refuse_outside)\n"
        "refused = 0\n"
        "for act in (lambda: socket.socket().connect(('127.0.0.1', 9)), lambda: subprocess.run(['true'])):\n"
        "    try: act()\n"
        "    except PermissionError: refused += 1\n"
        "print(refused)\n"
    )
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "2"


@pytest.mark.skipif(shutil.which("pdffonts") is None, reason="poppler-utils is missing")
def test_fonts_are_embedded_whatever_the_letters(tmp_path: Path):
    css = b"@font-face { font-family: P; src: url(asset:Tinos-Regular.ttf) } html { font-family: P }"
    html = '<html lang="vi"><title>t</title><link rel="stylesheet" href="asset:p.css"><p>Ẫ Ỗ Ữ Ặ ợ ỵ đ Đ ₫</p></html>'
    made = tmp_path / "p.pdf"
    made.write_bytes(pdf.render(html, {"p.css": css, "Tinos-Regular.ttf": FONTS / "Tinos-Regular.ttf"}))
    rows = subprocess.run(["pdffonts", made], capture_output=True, text=True, check=True).stdout.splitlines()[2:]
    assert rows
    assert all(" yes yes yes " in row for row in rows)
