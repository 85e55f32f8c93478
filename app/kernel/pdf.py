"""The door to WeasyPrint: pages become PDF from built-in assets alone, in a process of its own with limits."""

import base64
import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.kernel.errors import Unavailable
from app.kernel.settings import ROOT

SCHEME = "asset:"
LARGEST_DATA_URL = 1024 * 1024
LARGEST_FILE = 32 * 1024 * 1024
MOST_PAGES = 400
CPU_SECONDS = 60
MEMORY = 768 * 1024 * 1024
# Pango and fontconfig need to find their libraries and a place to cache; nothing else of ours goes into the process.
_PASSED_ON = ("PATH", "HOME", "XDG_CACHE_HOME", "LD_LIBRARY_PATH", "FONTCONFIG_PATH")
# Pango sorts fonts in threads of its own, more of them at once the busier the machine, and glibc reserves 64 MB of
# address space for each. The limit on memory would then end a small page by chance: with a signal, without a word.
_ONE_ARENA = {"MALLOC_ARENA_MAX": "1"}
_KINDS = {".ttf": "font/ttf", ".svg": "image/svg+xml", ".png": "image/png", ".css": "text/css"}

Assets = Mapping[str, Path | bytes]


def self_test() -> None:
    """Raise ``Unavailable`` when the machine lacks what a good PDF takes.

    Without the HarfBuzz subset library WeasyPrint silently falls back to a font subsetter eight times as slow.
    """
    try:
        from weasyprint.text import ffi
    except OSError as error:  # Pango itself is missing
        raise Unavailable("pdf_without_pango") from error
    if ffi.harfbuzz_subset is None:
        raise Unavailable("pdf_without_harfbuzz")


def render(html: str, assets: Assets, variant: str = "pdf/a-3a") -> bytes:
    """Return the PDF of a page in this very process; ``render_isolated`` is what jobs and commands call.

    ``asset:NAME`` in the page means ``assets[NAME]``: the content itself or the file that holds it. Every other address
    is refused and leaves a gap (SR-01). Raises ``Unavailable("pdf_too_long")`` above ``MOST_PAGES``.
    """
    from weasyprint import HTML

    # A base of our own: with none, WeasyPrint breaks down at a relative @import instead of leaving it out.
    document = HTML(string=html, base_url=SCHEME, url_fetcher=_fetcher(assets)).render(pdf_variant=variant)
    if len(document.pages) > MOST_PAGES:
        raise Unavailable("pdf_too_long", pages=len(document.pages))
    pdf: bytes = document.write_pdf(pdf_variant=variant)
    return pdf


def _fetcher(assets: Assets) -> Any:
    from weasyprint import URLFetcher
    from weasyprint.urls import URLFetcherResponse

    class _BuiltIn(URLFetcher):
        """Knows the given assets and small ``data:`` addresses; it holds no handler that could open anything else."""

        def fetch(self, url: str, headers: object = None) -> Any:
            if url.startswith("data:") and len(url) <= LARGEST_DATA_URL:
                return super().fetch(url, headers)
            name = url.removeprefix(SCHEME)
            if name == url or name not in assets:
                raise ValueError("not a built-in asset")
            kind = _KINDS.get(Path(name).suffix, "application/octet-stream")
            return URLFetcherResponse(url, _content(assets[name]), {"Content-Type": kind})

    return _BuiltIn(allowed_protocols=("data",), allow_redirects=False)


def _content(asset: Path | bytes) -> bytes:
    return asset if isinstance(asset, bytes) else asset.read_bytes()


def render_isolated(
    html: str, assets: Assets, variant: str = "pdf/a-3a", *, seconds: int = CPU_SECONDS, memory: int = MEMORY
) -> bytes:
    """Return the PDF of a page, laid out in a process with limits and without network (ruling 9).

    ``seconds`` bounds its processor time (twice that: the wait), ``memory`` its address space in bytes. Raises
    ``Unavailable("pdf_failed")`` with the last words of the process when it ends without a PDF.
    """
    page = {
        "html": html,
        "variant": variant,
        "seconds": seconds,
        "memory": memory,
        "assets": {name: base64.b64encode(_content(asset)).decode() for name, asset in assets.items()},
    }
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    # WeasyPrint writes the fonts of a page into files: whatever ends the process, its folder goes.
    with tempfile.TemporaryDirectory(prefix="san-sang-pdf-") as folder:
        try:
            ended = subprocess.run(
                (sys.executable, "-m", "app.kernel.pdf"),
                input=json.dumps(page).encode(),
                capture_output=True,
                cwd=ROOT,
                env={**environment, **_ONE_ARENA, "TMPDIR": folder},
                timeout=seconds * 2,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise Unavailable("pdf_failed", reason="time") from error
    if ended.returncode != 0 or not ended.stdout.startswith(b"%PDF-"):
        lines = ended.stderr.decode(errors="replace").strip().splitlines()
        raise Unavailable("pdf_failed", status=ended.returncode, reason=lines[-1] if lines else "")
    return ended.stdout


def _refuse_outside(event: str, _arguments: tuple[object, ...]) -> None:
    if event.startswith("socket.") or event in {"subprocess.Popen", "os.system", "os.exec", "os.posix_spawn"}:
        raise PermissionError(f"{event} is refused while a page is laid out")


def _main() -> None:
    page = json.load(sys.stdin.buffer)
    resource.setrlimit(resource.RLIMIT_AS, (page["memory"], page["memory"]))
    resource.setrlimit(resource.RLIMIT_CPU, (page["seconds"], page["seconds"]))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE, LARGEST_FILE))
    sys.addaudithook(_refuse_outside)
    assets = {name: base64.b64decode(content) for name, content in page["assets"].items()}
    sys.stdout.buffer.write(render(page["html"], assets, page["variant"]))
    sys.stdout.flush()
    # Python's own way out unloads Pango's library, and a thread of it that is still sorting fonts then runs nowhere:
    # seen on busy machines as signal 11 after the last byte of a good PDF.
    os._exit(0)


if __name__ == "__main__":
    _main()
