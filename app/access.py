"""Deny by default: which endpoint is open to whom, from every room's ``ACCESS``, asked before each request."""

from flask import Flask, Response, abort, g, redirect, request, url_for

from app.assignments import permissions as assignments
from app.kernel import http
from app.kernel.login import find_asker
from app.people import permissions as people
from app.people import queries as people_queries
from app.people.permissions import Actor, Who, may_open
from app.portal import permissions as portal
from app.pwa import permissions as pwa
from app.readiness import permissions as readiness
from certificates import permissions as certificates
from courses import permissions as courses
from quizzes import permissions as quizzes

GROUND: dict[str, Who] = {
    "static": Who.PUBLIC,
    "static_release": Who.PUBLIC,
    "health.live": Who.PUBLIC,
    "health.ready": Who.PUBLIC,
}
ROOMS = (people, courses, quizzes, assignments, certificates, readiness, portal, pwa)


def rules() -> dict[str, Who]:
    """Return every endpoint's rule; raises when two rooms speak of the same endpoint."""
    merged = dict(GROUND)
    for room in ROOMS:
        twice = merged.keys() & room.ACCESS.keys()
        if twice:
            raise RuntimeError(f"two access rules for {sorted(twice)}")
        merged.update(room.ACCESS)
    return merged


def start(app: Flask) -> None:
    """Ask the rules before every request of this app."""
    merged = rules()
    app.extensions["access"] = merged

    @app.before_request
    def _permit() -> Response | None:
        endpoint = request.endpoint
        if endpoint is None:  # no such address: the 404 page answers
            return None
        who = merged.get(endpoint)
        if who is None:
            abort(403)
        return None if who is Who.PUBLIC else _ask(who)


def _ask(who: Who) -> Response | None:
    actor: Actor | None = find_asker()
    if actor is None:
        return _to_sign_in()
    code = (request.view_args or {}).get("facility")
    facility_id = None
    if code is not None:
        facility_id = people_queries.find_facility_id(code)
        # A foreign facility answers exactly like a missing one (house §5.3).
        if facility_id is None or not actor.belongs_to(facility_id):
            abort(404)
    if not may_open(actor, who, facility_id):
        abort(403)
    g.facility_id = facility_id
    return None


def _to_sign_in() -> Response:
    if http.wants_json() or request.method not in {"GET", "HEAD"}:
        abort(401)
    target = request.full_path if request.query_string else request.path
    return redirect(url_for("people.sign_in", next=target))  # type: ignore[return-value]  # werkzeug's is a Response
