"""What every answer of the web server carries, and what no request may bring."""

import hashlib
import time
import uuid
from functools import cache
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

import brotli
import structlog
from flask import Flask, Response, current_app, g, request, url_for
from flask_compress import Compress
from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map

from app.kernel.settings import Settings

POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
    )
)
SMALL_BODY = 256 * 1024
LARGEST_ID = 2**63 - 1
NEEDLESS_ON_STATIC = ("Content-Disposition", "Last-Modified", "Expires", "Accept-Ranges")
UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})
STATIC = Path(__file__).resolve().parents[1] / "static"
#: Files that never change under their address: asset() and release_asset() put a hash into it.
KEPT = frozenset({"static", "static_release"})

WORDS = ("text/html", "text/css", "text/javascript", "application/json", "image/svg+xml", "text/plain")

log = structlog.get_logger("http")


class IdConverter(IntegerConverter):
    """Reads a number that a database can keep; a larger one is no address of ours, rather than a fault of ours."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=LARGEST_ID)


def start(app: Flask, settings: Settings) -> None:
    """Bind headers, limits, host and origin checks, compression and the request log to the app."""
    app.config.update(
        MAX_CONTENT_LENGTH=settings.max_upload_mb * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        MAX_FORM_PARTS=200,
        TRUSTED_HOSTS=_hosts(settings),
        SEND_FILE_MAX_AGE_DEFAULT=31_536_000,  # asset() puts the content's hash into the address
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_BR_LEVEL=1,  # half the time of 3 for 3 % more bytes
        COMPRESS_EVALUATE_CONDITIONAL_REQUEST=False,  # no page carries a tag to compare
        COMPRESS_MIN_SIZE=400,
        COMPRESS_MIMETYPES=list(WORDS),
    )
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    Compress(app)
    app.url_map.converters["int"] = IdConverter
    app.before_request(_open_request)
    app.after_request(_close_request)
    app.extensions["is_https"] = settings.is_https
    app.add_template_global(asset)
    app.add_template_global(release_asset)
    app.add_url_rule("/static/r/<name>/<path:filename>", "static_release", _release_file)


def _hosts(settings: Settings) -> list[str]:
    own = urlsplit(settings.public_url).hostname or "localhost"
    return list(dict.fromkeys([own, settings.host, "127.0.0.1", "localhost", *settings.hosts]))


def _open_request() -> None:
    g.request_id = uuid.uuid4().hex[:12]
    g.started = time.perf_counter()
    _ = request.host  # raises 400 for a host that is not ours (HD-03)
    if "\0" in request.path or b"%00" in request.query_string:  # PostgreSQL cannot even be asked for it
        raise BadRequest("a NUL in an address")
    if request.method in UNSAFE:
        _refuse_foreign_origin()
    if request.mimetype != "multipart/form-data":
        request.max_content_length = SMALL_BODY


def _refuse_foreign_origin() -> None:
    origin = request.headers.get("Origin")
    if origin and origin != "null" and urlsplit(origin).netloc != request.host:
        raise BadRequest("foreign origin")


def _close_request(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", POLICY)
    headers["X-Content-Type-Options"] = "nosniff"
    headers.setdefault("Referrer-Policy", "same-origin")
    headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    if request.endpoint in KEPT and response.status_code < HTTPStatus.BAD_REQUEST:
        _squeeze(response)
        # On a weak network every file's headers count; the address holds the content's hash, so it never changes.
        for name in NEEDLESS_ON_STATIC:
            headers.pop(name, None)
    else:
        headers["X-Request-Id"] = g.get("request_id", "")
        headers["Cache-Control"] = "no-store"  # send_file would let a shared machine keep a list of people for a year
    if request.scheme == "https":
        headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    _log(response)
    return response


def _squeeze(response: Response) -> None:
    """Send a file of words as small as Brotli makes it; a page is squeezed at every request and must be quick."""
    if response.status_code != HTTPStatus.OK or response.mimetype not in WORDS:
        return
    if not request.accept_encodings.quality("br"):
        return
    name = (request.view_args or {})["filename"]
    response.close()  # the file that was opened to be sent as it is
    response.direct_passthrough = False
    response.set_data(_squeezed(name))
    response.headers["Content-Encoding"] = "br"
    response.vary.add("Accept-Encoding")


@cache
def _squeezed(name: str) -> bytes:
    return bytes(brotli.compress((STATIC / name).read_bytes()))


def _log(response: Response) -> None:
    if request.endpoint in KEPT or request.endpoint == "health.live":
        return
    took = (time.perf_counter() - g.get("started", time.perf_counter())) * 1000
    # The rule and never the path: a path may hold a certificate's code or a person's id.
    log.info(
        "request",
        method=request.method,
        route=request.url_rule.rule if request.url_rule else None,
        status=response.status_code,
        ms=round(took, 1),
    )


@cache
def asset(path: str) -> str:
    """Return the address of a static file, with the hash of its content so that it may be kept for a year.

    Kept once made: the product is served at the root of its host, and its files change with a new start only.
    """
    return url_for("static", filename=path, v=hashlib.sha256((STATIC / path).read_bytes()).hexdigest()[:10])


@cache
def release() -> str:
    """Return the name of this release's scripts: a hash over all of them, so that it changes when any of them does."""
    digest = hashlib.sha256()
    for path in sorted((STATIC / "js").rglob("*.js")):
        digest.update(path.relative_to(STATIC).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:10]


def release_asset(path: str) -> str:
    """Return the address of a script that imports others: they stand below the release, so all are of the same one."""
    return url_for("static_release", name=release(), filename=path)


def _release_file(name: str, filename: str) -> Response:
    """Serve a file of this release; those of earlier ones are in the browser that has their pages (SY-06)."""
    if name != release():
        raise NotFound
    return current_app.send_static_file(filename)


def is_https() -> bool:
    """Say whether this request came by https."""
    return request.scheme == "https"


def wants_json() -> bool:
    """Say whether the asker reads JSON rather than a page."""
    return request.is_json or request.accept_mimetypes.best_match(["text/html", "application/json"]) == (
        "application/json"
    )


def safe_next(target: str | None, default: str) -> str:
    """Return ``target`` if it is a plain path of this site, else ``default`` (SR-04)."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return default
    if any(letter <= " " or letter == "\\" for letter in target) or "%2f%2f" in target.lower()[:8]:
        return default
    if not target.isascii():
        return default
    parts = urlsplit(target)
    return default if parts.scheme or parts.netloc else target
