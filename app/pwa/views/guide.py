"""The pocket guide for a device that keeps modules: once, however many they are, in every language."""

import hashlib
from typing import Any

from flask import Response, current_app, jsonify, url_for

from app.kernel.held import held
from app.kernel.i18n import LANGUAGES, force_locale, language
from app.pwa.views.blueprint import blueprint, keeper
from courses import queries
from courses.views.guide import packed_pages


@blueprint.get("/offline/guide")
def guide() -> Response:
    """Say which guide there is now, for a device that may keep an older one."""
    keeper()
    return jsonify(guide_index())


@blueprint.get("/offline/guide/pages")
def guide_pages() -> Response:
    """Return the guide's pages in the reader's language, by their addresses."""
    keeper()
    return Response(_texts()[language()], mimetype="application/json")


def guide_index() -> dict[str, Any]:
    """Return what the guide is made of, its size in bytes, and its version: another one as soon as any word changes."""
    texts = _texts()
    return {
        "version": hashlib.sha256(b"".join(texts.values())).hexdigest()[:10],
        "bytes": sum(map(len, texts.values())),
        "parts": [{"name": spoken, "url": url_for("pwa.guide_pages", lang=spoken)} for spoken in LANGUAGES],
    }


def _texts() -> dict[str, bytes]:
    """Return the guide by language as it travels; drawn once a minute a process, but a new version at once."""
    now = queries.find_guide(language())
    return held(("pwa.guide", now and now.version_id), lambda: {spoken: _drawn(spoken) for spoken in LANGUAGES})


def _drawn(spoken: str) -> bytes:
    with force_locale(spoken):
        return current_app.json.dumps(packed_pages()).encode()
