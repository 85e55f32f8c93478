"""A network between a browser and the site that can be away, slow, lossy, or a café's sign-in page."""

import contextlib
import random
import socket
import threading
import time
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

PAGE = b"<!doctype html><title>Wi-Fi</title><p>Please accept our terms.</p>"
PORTAL = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(PAGE) + PAGE
)


class WeakNetwork:
    """A door to a site on an address of its own; every byte of pages and workers goes through it.

    ``mode``: open; away (connections end at once); portal (200 and a page that is not ours, whatever is asked);
    lossy (each reply late, and of ten exchanges three are cut: before the request arrives, or half way back);
    deaf (what is posted arrives, and its reply is cut half way).
    ``rewrite`` may change what comes back, as another release of the site would answer, and ``ask`` what is
    asked; ``carried`` counts the bytes that come back.
    """

    def __init__(self, site_url: str, *, seed: int = 1, is_readable: bool = True) -> None:
        self.target = (urlsplit(site_url).hostname, urlsplit(site_url).port)
        self.mode, self.delay, self.loss, self.dice = "open", 0.0, 0.0, random.Random(seed)
        self.ask: Callable[[bytes], bytes] = lambda data: data
        self.rewrite: Callable[[bytes], bytes] = lambda data: data
        self.is_readable, self.carried = is_readable, 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.open_ends: set[socket.socket] = set()
        threading.Thread(target=self._accept, daemon=True).start()

    def set(self, mode: str, *, delay: float = 0.0, loss: float = 0.0) -> None:
        """Be like this from now on; what was under way is cut."""
        self.mode, self.delay, self.loss = mode, delay, loss
        for end in list(self.open_ends):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Let nobody in any more."""
        self.set("away")
        self.listener.close()

    def _accept(self) -> None:
        while True:
            try:
                browser, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(browser,), daemon=True).start()

    def _serve(self, browser: socket.socket) -> None:
        self.open_ends.add(browser)
        with browser, contextlib.suppress(OSError):
            if self.mode == "portal":
                browser.recv(65_536)
                browser.sendall(PORTAL)
            elif self.mode != "away":
                self._carry(browser)
        self.open_ends.discard(browser)

    def _carry(self, browser: socket.socket) -> None:
        with socket.create_connection(self.target) as site:
            self.open_ends.add(site)
            posts = threading.Event()  # while the request under way is one that changes something
            back = threading.Thread(target=self._replies, args=(site, browser, posts), daemon=True)
            back.start()
            self._requests(browser, site, posts)
            back.join()
            self.open_ends.discard(site)

    def _requests(self, browser: socket.socket, site: socket.socket, posts: threading.Event) -> None:
        with _ending(browser, site):
            while data := browser.recv(65_536):
                if data.startswith(b"POST "):
                    posts.set()
                elif data.startswith(b"GET "):
                    posts.clear()
                if self.dice.random() < self.loss / 2:
                    break
                if self.is_readable:  # uncompressed, so that replies can be rewritten
                    data = self.ask(data.replace(b"Accept-Encoding:", b"Accept-Nothing-:"))
                site.sendall(data)

    def _replies(self, site: socket.socket, browser: socket.socket, posts: threading.Event) -> None:
        with _ending(site, browser):
            while data := site.recv(65_536):
                self.carried += len(data)
                time.sleep(self.delay)
                if (self.mode == "deaf" and posts.is_set()) or self.dice.random() < self.loss / 2:
                    browser.sendall(data[: len(data) // 2])
                    break
                browser.sendall(self.rewrite(data))


@contextlib.contextmanager
def _ending(*ends: socket.socket) -> Iterator[None]:
    """End a connection in both directions when the block is left, also when somebody has cut it already."""
    with contextlib.suppress(OSError):
        yield
    for end in ends:
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
