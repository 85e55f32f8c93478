"""The page on which anyone checks a certificate: no sign-in, no cookie, no script, the same work for every code."""

from collections.abc import Mapping
from urllib.parse import urlencode

from flask import Response, jsonify, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.kernel import clock, i18n
from app.kernel.http import wants_json
from certificates import queries, rules
from certificates.queries import LookUp, Outcome
from certificates.views.doors import blueprint

LONGEST_CODE = 80


@blueprint.get("/x")
def search() -> BaseResponse:
    """Show the box for a code, or answer for the code typed; a whole address pasted into the box is read too."""
    typed = request.args.get("code", "").strip().rstrip("/").rsplit("/", 1)[-1]
    if not typed:
        return _public(_page("search"))
    code = rules.read_code(typed)
    if code is None:
        return _answer(typed, as_json=wants_json())
    return redirect(url_for("certificates.verify", code=code, lang=request.args.get("lang")), 303)


@blueprint.get("/x/<code>")
def verify(code: str) -> BaseResponse:
    """Say what holds of the certificate with this code; 404 when there is none. JSON for whoever accepts it."""
    return _answer(code, as_json=wants_json())


@blueprint.get("/X/<code>")
def scanned(code: str) -> BaseResponse:
    """Answer for the address in the QR code, which is in capitals to keep the square coarse."""
    return _answer(code, as_json=wants_json())


@blueprint.get("/x/<code>.json")
def verify_json(code: str) -> BaseResponse:
    """Say the same to a program."""
    return _answer(code, as_json=True)


def _answer(typed: str, *, as_json: bool) -> Response:
    now = clock.now()
    found = queries.look_up(typed[:LONGEST_CODE], now)
    facts = _facts(found)
    if as_json:
        body: str | Response = jsonify(checked_at=now.isoformat(timespec="seconds"), **facts)
    else:
        shown = rules.show_code(found.certificate.code) if found.certificate else typed[:LONGEST_CODE]
        body = _page("verify", found=found, facts=facts, shown=shown, checked_at=now)
    return _public(body, 404 if found.certificate is None else 200)


def _facts(found: LookUp) -> Mapping[str, object]:
    """Return the fields of CE-04 and no other; days are ISO dates, ``revoked_on`` is that of a replacement too."""
    if found.certificate is None:
        return {"status": found.outcome.value}
    printed = found.certificate.printed
    has_ended = found.outcome in {Outcome.REVOKED, Outcome.REPLACED}
    return {
        "status": found.outcome.value,
        "code": rules.show_code(found.certificate.code),
        "name": printed["name"],
        "module": {"vi": printed["title_vi"], "en": printed["title_en"]},
        "minutes": printed["minutes"],
        "facility": printed["facility"],
        "issuer": printed["parent"],
        "issued_on": printed["issued_on"],
        "last_day": printed["last_day"],
        "revoked_on": found.since.isoformat() if has_ended and found.since else None,
    }


def _page(name: str, **values: object) -> str:
    other = "en" if i18n.language() == "vi" else "vi"
    return render_template(
        f"certificates/{name}.html",
        site=queries.site(),
        lang=request.args.get("lang"),
        other_language_url=f"{request.path}?{urlencode({**request.args, 'lang': other})}",
        **values,
    )


def _public(body: str | Response, status: int = 200) -> Response:
    response = make_response(body, status)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    response.vary.add("Accept")
    return response
