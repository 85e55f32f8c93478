"""The room's one blueprint, and what its doors share: whether this browser may keep anything, and its mark."""

from flask import Blueprint, Response, current_app, request

from app.kernel.errors import Conflict
from app.kernel.http import is_https
from app.kernel.login import asker, find_asker
from app.kernel.tokens import new_token
from app.people.permissions import Actor
from app.people.views import common
from app.pwa.permissions import may_keep
from app.pwa.rules import owner_tag

blueprint = Blueprint("pwa", __name__, template_folder="../templates")

_ITSELF = frozenset({"localhost", "127.0.0.1"})


def is_safe_place() -> bool:
    """Say whether browsers let a page of this address encrypt and keep: https, or the machine itself."""
    return is_https() or request.host.rsplit(":", 1)[0] in _ITSELF


@blueprint.app_template_global()
def store_state() -> str:
    """Return for a page's script ``nobody``, ``shared`` or ``plain`` (no offline store there), or ``own``."""
    actor: Actor | None = find_asker()
    if actor is None:
        return "nobody"
    if actor.is_shared:
        return "shared"
    return "own" if is_safe_place() else "plain"


@blueprint.app_template_global()
def store_owner() -> str:
    """Return the word that stands for the reader in their device's store; nothing where there is no store."""
    return owner_tag(secret(), asker().person_id) if store_state() == "own" else ""


def keeper() -> Actor:
    """Return who asks, on a device of their own; raises ``Conflict("no_store")`` where nothing may be kept."""
    actor: Actor = asker()
    if not may_keep(actor, is_safe_place=is_safe_place()):
        raise Conflict("no_store")
    return actor


def device_mark() -> tuple[str, bool]:
    """Return the mark of this browser, and whether it is a new one that the answer must set."""
    known = common.device_cookie()
    return (known, False) if known else (new_token(), True)


def marked(response: Response, mark: str, *, is_new: bool) -> Response:
    """Let the browser keep a new mark."""
    return common.remember(response, device=mark, facility_code=None) if is_new else response


def secret() -> str:
    """Return the installation's secret."""
    found: str = current_app.extensions["settings"].secret_key
    return found
