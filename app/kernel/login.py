"""Who is asking: a random cookie, the sign-in record behind it, and nothing readable in between (ruling 14)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Protocol, cast

from flask import Flask, Request, Response, g, has_request_context, session
from flask.sessions import SessionInterface, SessionMixin
from flask_login import LoginManager, UserMixin, current_user

from app.kernel.settings import Settings
from app.kernel.tokens import TOKEN_LETTERS, hash_token, new_token, sign

FindAsker = Callable[[str], Any | None]

_UNASKED = object()


class HasLanguage(Protocol):
    """The little the ground needs to know of an asker."""

    person_id: int
    language: str


class _SignedIn(UserMixin):
    """The wrapper that Flask-Login hands around."""

    def __init__(self, asker: HasLanguage) -> None:
        self.asker = asker

    def get_id(self) -> str:
        return str(self.asker.person_id)


class _DerivedSession(dict[str, Any], SessionMixin):
    """What Flask calls a session: the cookie's token, and the form secret derived from it. Nothing is stored."""

    def __init__(self, token: str, secret: str, *, is_fresh: bool) -> None:
        super().__init__(csrf_token=sign(secret, "form", token))
        self.token = token
        self.is_fresh = is_fresh
        self.shown_in_form = False

    def __getitem__(self, key: str) -> Any:
        if key == "csrf_token":
            self.shown_in_form = True
        return super().__getitem__(key)


class _CookieSessions(SessionInterface):
    """Reads the cookie; sets it only when a form needs it, so that a public page leaves no cookie behind."""

    def __init__(self, settings: Settings) -> None:
        self.secret = settings.secret_key
        self.is_https = settings.is_https
        self.cookie = "__Host-san-sang" if settings.is_https else "san-sang"

    def open_session(self, _app: Flask, request: Request) -> _DerivedSession:
        token = request.cookies.get(self.cookie, "")
        # Whatever has not the length of a token of ours is replaced, so a planted short word never becomes one.
        is_fresh = len(token) != TOKEN_LETTERS
        return _DerivedSession(new_token() if is_fresh else token, self.secret, is_fresh=is_fresh)

    def save_session(self, _app: Flask, session: SessionMixin, response: Response) -> None:
        ours = cast("_DerivedSession", session)
        change = g.get("sign_in_cookie")
        if change is not None:
            token, lifetime = change
            self._set(response, token, lifetime)
        elif ours.is_fresh and ours.shown_in_form:
            self._set(response, ours.token, None)
        if ours.shown_in_form:
            response.vary.add("Cookie")

    def _set(self, response: Response, token: str, lifetime: timedelta | None) -> None:
        response.set_cookie(
            self.cookie, token, max_age=lifetime, secure=self.is_https, httponly=True, samesite="Lax", path="/"
        )


def start(app: Flask, settings: Settings, find_asker: FindAsker) -> None:
    """Bind sign-in to the app; ``find_asker`` maps the hash of a cookie's token to the asker behind it, or None."""
    app.session_interface = _CookieSessions(settings)
    manager = LoginManager()
    manager.session_protection = None
    manager.init_app(app)

    @manager.request_loader
    def _load(_request: Request) -> _SignedIn | None:
        own = _own_session()
        if own.is_fresh:
            return None
        asker = find_asker(hash_token(own.token))
        return None if asker is None else _SignedIn(asker)


def _own_session() -> _DerivedSession:
    return cast("_DerivedSession", session._get_current_object())  # type: ignore[attr-defined]  # noqa: SLF001  a proxy's documented way


def find_asker() -> Any | None:
    """Return who asks, or None when nobody is signed in; asked once a request, however often a page wants to know."""
    if not has_request_context():
        return None
    found = g.get("asker", _UNASKED)
    if found is _UNASKED:
        found = g.asker = getattr(current_user, "asker", None)
    return found


def asker() -> Any:
    """Return who asks; only for endpoints that the access rules keep for people who are signed in."""
    found = find_asker()
    if found is None:
        raise RuntimeError("asker() on an endpoint open to people who are not signed in")
    return found


def token_hash() -> str:
    """Return the hash under which this browser's token is, or would be, kept."""
    return hash_token(_own_session().token)


def begin(lifetime: timedelta | None) -> str:
    """Give the browser a new token (the old one is dead: SE-01) and return its hash; None: until it closes."""
    token = new_token()
    g.sign_in_cookie = (token, lifetime)
    return hash_token(token)


def end() -> None:
    """Give the browser a token that no sign-in knows."""
    begin(None)
