"""A real server, a real worker and a real Chromium for the tests of this folder."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from app.factory import create_app
from app.kernel.db import db
from app.kernel.settings import ROOT, read

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 800}
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker(pytest.mark.browser)


def chromium() -> str:
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if not found:
        raise RuntimeError("Chromium is not installed: scripts/bootstrap.sh test installs it, or set CHROMIUM")
    return found


def frameless() -> str:
    """Chromium without its own window: the same engine at half the work, without background sync or a full print."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium-headless-shell") or chromium()


@dataclass
class Site:
    """A running product: its address, its folder, and the app in this process on the same database."""

    url: str
    folder: Path
    app: Flask
    environment: dict[str, str]
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def stop(self) -> None:
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait(20)
        shutil.rmtree(self.folder, ignore_errors=True)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def start_site(*, with_sample_city: bool = False) -> Site:
    folder, port = Path(tempfile.mkdtemp(prefix="site-")), free_port()
    url = f"http://127.0.0.1:{port}"
    environment = {
        "SAN_SANG_INSTANCE": str(folder),
        "SAN_SANG_PUBLIC_URL": url,
        "SAN_SANG_SQLITE_SYNCHRONOUS": "NORMAL",
        "SAN_SANG_LOG_LEVEL": "error",
        "HOST": "127.0.0.1",
        "PORT": str(port),
    }
    full = {**{k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "BROKER_URL"}}, **environment}
    prepare = [sys.executable, "-m", "flask", "--app", "wsgi", "prepare"]
    subprocess.run(
        prepare + ([] if with_sample_city else ["--empty"]), cwd=ROOT, env=full, check=True, stdout=subprocess.DEVNULL
    )
    site = Site(url, folder, create_app(read(environment)), environment)
    for words in (
        ["gunicorn", "--config", "deploy/gunicorn.conf.py", "wsgi:app"],
        [
            "celery",
            "-A",
            "wsgi:celery",
            "worker",
            "--beat",
            "--pool",
            "threads",
            "--concurrency",
            "2",
            "--loglevel",
            "ERROR",
            "--without-gossip",
            "--without-mingle",
        ],
    ):
        site.processes.append(
            subprocess.Popen(
                [sys.executable, "-m", *words], cwd=ROOT, env=full, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
        )
    wait_for(f"{url}/readyz")
    return site


def wait_for(url: str, seconds: float = 90) -> None:
    until = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            pass
        assert time.monotonic() < until, f"{url} did not answer in time"
        time.sleep(0.2)


@pytest.fixture(scope="session")
def sample_site() -> Iterator[Site]:
    """The product with its fictional city, as ``./run`` starts it."""
    site = start_site(with_sample_city=True)
    yield site
    site.stop()


@pytest.fixture(scope="session")
def world(sample_site: Site):
    """The people of the sample city in whose hands each page shows; one for all tests of this folder."""
    # Here and not above: that module needs this one's Site.
    from tests.browser.every_page import make_world

    return make_world(sample_site)


@pytest.fixture(scope="module")
def empty_site() -> Iterator[Site]:
    """The product with its material and policy, and nobody in it."""
    site = start_site()
    yield site
    site.stop()


@pytest.fixture(scope="session")
def chrome() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=frameless(), args=FLAGS)
        yield browser
        browser.close()


class Watch:
    """What a browser must never show while people work: policy reports, script errors, requests to elsewhere."""

    def __init__(self, context: BrowserContext, own: str) -> None:
        self.faults: list[str] = []
        context.on("console", lambda message: self._on_console(message.type, message.text))
        context.on("weberror", lambda error: self.faults.append(str(error.error)))
        context.on("request", lambda request: self._on_request(request.url, own))

    def _on_console(self, kind: str, text: str) -> None:
        if "Content Security Policy" in text or kind == "error":
            self.faults.append(text)

    def _on_request(self, url: str, own: str) -> None:
        if not url.startswith((own, "data:", "blob:", "about:")):
            self.faults.append(f"a request to elsewhere: {url}")


@pytest.fixture
def open_page(chrome: Browser):
    """Open pages on fresh browsers: ``open_page(site, PHONE)`` gives a page that watches for faults."""
    contexts: list[tuple[BrowserContext, Watch]] = []

    def _open(site: Site, size: dict[str, int], **more: object) -> Page:
        is_phone = size["width"] < 600
        context = chrome.new_context(
            viewport=size,
            base_url=site.url,
            has_touch=is_phone,
            is_mobile=is_phone,
            locale="vi-VN",
            timezone_id="Asia/Ho_Chi_Minh",
            **more,
        )
        context.set_default_timeout(15_000)
        contexts.append((context, Watch(context, site.url)))
        return context.new_page()

    yield _open
    for context, watch in contexts:
        context.close()
        assert watch.faults == []


@pytest.fixture
def in_database(request: pytest.FixtureRequest):
    """Look into a site's database: ``with in_database(site): …``."""

    def _look(site: Site):
        return site.app.app_context()

    yield _look
    db.session.remove()


@pytest.fixture
def phone(chrome: Browser, empty_site: Site, tmp_path: Path):
    """A phone of one's own, where no script may fail."""
    from tests.browser.phone import Phone  # that module needs this one's Site

    held = Phone(chrome, empty_site, tmp_path)
    yield held
    held.close()
    assert held.faults == []


@pytest.fixture
def learner(empty_site: Site) -> int:
    """A nurse who is to learn the first module."""
    from tests.browser.every_page import LONG_NAME
    from tests.browser.phone import make_learner

    return make_learner(empty_site, LONG_NAME)
