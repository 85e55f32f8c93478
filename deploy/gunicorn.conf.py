"""How the web server runs: a few processes with threads, because phones on poor Wi-Fi hold a connection for long."""

import gc
import os

from app.kernel.settings import read

_settings = read(os.environ)
bind = f"{_settings.host}:{_settings.port}"
workers = _settings.web_workers
worker_class = "gthread"
threads = _settings.web_threads
timeout = 60
graceful_timeout = 25
keepalive = 15
max_requests = 20_000
max_requests_jitter = 2_000
accesslog = None  # the product writes its own lines, without paths and addresses
loglevel = "warning"
preload_app = False
control_socket_disable = True


def post_worker_init(worker: object) -> None:
    """Leave what the process starts with out of every later search for garbage: it lives as long as the process."""
    gc.collect()
    gc.freeze()


def when_ready(server: object) -> None:
    """Say where the pages are."""
    print(f"Sẵn Sàng: {_settings.public_url}", flush=True)  # noqa: T201  the one line a person waits for
