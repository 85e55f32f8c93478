"""What makes the product an app on a phone: its name, its icons, its worker, and the page it shows without network."""

import hashlib

from flask import Response, jsonify, render_template, url_for

from app.kernel.held import held
from app.kernel.http import STATIC, asset, release_asset
from app.kernel.i18n import LANGUAGES, _, force_locale, language
from app.pwa.views.blueprint import blueprint

#: What the shell needs besides its own scripts, kept by the worker for three releases.
FILES = (
    *(f"css/{name}.css" for name in ("app", "guide", "practice", "print")),
    *(f"icons/{name}.svg" for name in ("sprite", "practice", "favicon")),
    *("js/app.js", "js/guide.js"),
)
#: Named by the style sheet, without a hash.
FONTS = (
    *(f"fonts/be-vietnam-pro-{weight}.woff2" for weight in (400, 600, 800)),
    *(f"fonts/ss-digits-{weight}.woff2" for weight in (600, 800)),
)
PAPER = "#FBF8F2"
ICONS = (
    ("app-192.png", 192, "any"),
    ("app-512.png", 512, "any"),
    ("app-maskable-192.png", 192, "maskable"),
    ("app-maskable-512.png", 512, "maskable"),
)


@blueprint.get("/manifest.webmanifest")
def manifest() -> Response:
    """Describe the app to the phone that installs it, in the reader's language."""
    answer = jsonify(
        id="/",
        name="Sẵn Sàng",
        short_name="Sẵn Sàng",
        description=_(
            "Short lessons, certificates with a code that anyone can check. For health workers of Ho Chi Minh City."
        ),
        lang=language(),
        dir="ltr",
        start_url="/",
        scope="/",
        display="standalone",
        background_color=PAPER,
        theme_color=PAPER,
        icons=[_icon(name, size, purpose) for name, size, purpose in ICONS],
    )
    answer.mimetype = "application/manifest+json"
    return answer


def _icon(name: str, size: int, purpose: str) -> dict[str, str]:
    return {"src": asset(f"icons/{name}"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}


@blueprint.get("/sw.js")
def worker() -> Response:
    """Serve the worker: a few lines that name this release and import the rest."""
    files = [asset(path) for path in FILES] + [url_for("static", filename=path) for path in FONTS]
    scripts = [release_asset(f"js/offline/{path.name}") for path in sorted((STATIC / "js/offline").glob("*.js"))]
    # The same player, and the same ids and lines, with and without network.
    scripts += [release_asset(f"js/{name}.js") for name in ("practice", "sending")]
    shells = {each: url_for("pwa.shell", lang=each) for each in LANGUAGES}
    name = _release((*files, *scripts))
    text = render_template("pwa/worker.js", files=[*files, *scripts], shells=shells, release=name)
    return Response(text, mimetype="text/javascript")


def _release(addresses: tuple[str, ...]) -> str:
    """Return the name of what the worker keeps: another one as soon as any file or word of it changes."""
    pages = held("pwa.shells", lambda: [_drawn(each) for each in LANGUAGES])
    return hashlib.sha256("\0".join((*addresses, *pages)).encode()).hexdigest()[:10]


def _drawn(spoken: str) -> str:
    with force_locale(spoken):
        return render_template("pwa/shell.html", locale=spoken)


@blueprint.get("/offline")
def shell() -> str:
    """Show the page that stands in for the others without network: it is nobody's until the store draws in it."""
    return render_template("pwa/shell.html")
