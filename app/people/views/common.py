"""What the doors of this room share: the blueprint, where a request comes from, sentences for refusals."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from ipaddress import ip_address
from math import ceil

from flask import Blueprint, Response, current_app, g, request

from app.kernel import clock, i18n
from app.kernel.errors import Unavailable
from app.kernel.http import is_https
from app.kernel.i18n import _, ngettext
from app.kernel.login import find_asker
from app.kernel.settings import Settings
from app.kernel.tokens import hash_token, new_token, sign
from app.kernel.transaction import transaction
from app.people import operations
from app.people.operations.sign_in import SEEN_EVERY, Place

blueprint = Blueprint("people", __name__, template_folder="../templates")

_ID = re.compile(r"\d{1,15}", re.ASCII)
_YEAR = timedelta(days=365)
_PHONES = ("Mobi", "Android", "iPhone")
_BROWSERS = (
    ("Edg", "Edge"),
    ("SamsungBrowser", "Samsung Internet"),
    ("coc_coc", "Cốc Cốc"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_MACHINES = ("iPhone", "iPad", "Android", "Windows", "Mac", "Linux")


@blueprint.app_template_filter("local_day")
def local_day(instant: datetime) -> str:
    """Write the day in the city at an instant."""
    return i18n.day(clock.civil_day(instant))


@blueprint.app_template_filter("last_local_day")
def last_local_day(instant: datetime) -> str:
    """Write the last day before an instant at which something is over."""
    return i18n.day(clock.civil_day(instant - timedelta(microseconds=1)))


@blueprint.app_template_filter("last_iso_day")
def last_iso_day(instant: datetime) -> str:
    """Write the last day before an instant as a date field takes it."""
    return clock.civil_day(instant - timedelta(microseconds=1)).isoformat()


@blueprint.after_app_request
def note_seen(response: Response) -> Response:
    """Write that the sign-in was used: at most once a minute, after the page's own reading has ended (ruling 2)."""
    # access.py sets facility_id on every request it permitted to someone who is signed in; others are not asked.
    actor = find_asker() if "facility_id" in g else None
    now = clock.now()
    if actor is None or actor.seen_at is None or now - actor.seen_at < SEEN_EVERY:
        return response
    try:
        with transaction():
            operations.note_seen(actor.sign_in_id, now=now)
    except Unavailable:
        current_app.logger.info("last seen not written: the database is busy")
    return response


def is_phone() -> bool:
    """Say whether the browser is a phone's, so that the device is more likely the person's own."""
    return any(word in request.user_agent.string for word in _PHONES)


def browser_name() -> str:
    """Return what people would call this browser: ``Chrome · Android``; nothing that tells two of a kind apart."""
    agent = request.user_agent.string
    browser = next((name for word, name in _BROWSERS if word in agent), "")
    machine = next((name for name in _MACHINES if name in agent), "")
    return " · ".join(word for word in (browser, machine) if word)


def fingerprint(kind: str, *parts: str) -> str:
    """Return a fingerprint keyed by the installation's secret."""
    return sign(current_app.extensions["settings"].secret_key, kind, *parts)


def place(*, is_shared: bool, device: str | None) -> Place:
    """Return where this request comes from; ``device`` is the browser's device cookie or a new one."""
    return Place(
        network_key=fingerprint("network", _network()),
        device_hash=hash_token(device) if device else None,
        browser=browser_name(),
        is_shared=is_shared,
    )


def _network() -> str:
    """Return the address of the network: an IPv6 household owns a whole /64."""
    address = request.remote_addr or ""
    return ":".join(ip_address(address).exploded.split(":")[:4]) if ":" in address else address


def device_cookie() -> str | None:
    """Return the browser's device cookie when it is one of ours."""
    token = request.cookies.get(_cookie("device"), "")
    return token if len(token) == len(new_token()) else None


def remember(response: Response, *, device: str, facility_code: str | None) -> Response:
    """Let the browser keep its device mark, and on a shared device the facility's code."""
    response.set_cookie(
        _cookie("device"), device, max_age=_YEAR, secure=is_https(), httponly=True, samesite="Lax", path="/"
    )
    if facility_code:
        response.set_cookie(
            _cookie("facility"), facility_code, max_age=_YEAR, secure=is_https(), httponly=True, samesite="Lax"
        )
    return response


def remembered_facility() -> str:
    """Return the facility's code that a shared device keeps, or nothing."""
    return request.cookies.get(_cookie("facility"), "")[:64]


def _cookie(what: str) -> str:
    return f"__Host-san-sang-{what}" if is_https() else f"san-sang-{what}"


def other_language_url() -> str:
    """Return the address of this very page in the other language."""
    other = "en" if i18n.language() == "vi" else "vi"
    values = {**(request.view_args or {}), **request.args.to_dict(), "lang": other}
    return current_app.url_for(request.endpoint or "people.sign_in", **values)


def read_ids(texts: Iterable[str]) -> list[int]:
    """Return the ids among typed words; a word that can be none of ours is left out."""
    return [int(text) for text in texts if _ID.fullmatch(text)]


def public_address() -> str:
    """Return the address at which people activate an account, as printed on slips."""
    settings: Settings = current_app.extensions["settings"]
    return settings.public_url + current_app.url_for("people.activate", _external=False)


def url_if_there(endpoint: str, **values: object) -> str:
    """Return the address of another room's page, or nothing where that room is left out."""
    return current_app.url_for(endpoint, **values) if endpoint in current_app.view_functions else ""  # type: ignore[arg-type]


def slow_down(response: Response, wait: timedelta) -> Response:
    """Say in the header, in whole seconds, how long the next try must wait; nothing when it need not."""
    if wait:
        response.headers["Retry-After"] = str(_seconds(wait))
    return response


def _seconds(wait: timedelta) -> int:
    return max(1, ceil(wait.total_seconds()))


def wait_words(wait: timedelta) -> str:
    """Say how long to wait before the next try."""
    seconds = _seconds(wait)
    words = ngettext(
        "There were several wrong tries. Please wait %(num)d second, then try again.",
        "There were several wrong tries. Please wait %(num)d seconds, then try again.",
        seconds,
    )
    return str(words)


def problem_words(code: str) -> str:
    """Return the sentence for a refusal of this room, in the reader's language."""
    sentences = {
        "sign_in_wrong": _("The code or the password is not right. First time here? Use the code on your slip."),
        "sign_in_changed": _("The account changed a moment ago. Please try once more."),
        "own_device_only": _("An administrator signs in on their own device only."),
        "slip_dead": _(
            "This code does not work: mistyped, used before, older than 14 days, or replaced by a newer slip."
        ),
        "password_too_short": _("At least 15 characters. Four or five words you can remember make a good password."),
        "password_too_long": _("At most 256 characters."),
        "password_common": _("This password is well known or a simple pattern. Put together a few unrelated words."),
        "password_about_you": _("This password is made of your name, phone, code or facility. Choose other words."),
        "password_wrong": _("This is not your present password."),
        "phone_not_yours": _("This number cannot be used here. Ask your training coordinator."),
        "phone_taken": _("This phone number belongs to another account."),
        "staff_code_taken": _("Someone else of this facility has this staff code."),
        "already_employed": _("This person is on the list already."),
        "name_missing": _("Please fill in the name."),
        "not_yourself": _("You cannot do this to your own account."),
        "works_elsewhere": _("This person works at another facility too: end the employment here instead."),
        "holds_a_role": _("This person holds a role; the city's administrator decides about it."),
        "leave_backwards": _("The last day is before the first."),
        "leave_overlaps": _("Another absence is recorded for these days."),
        "term_backwards": _("The last day is before the first."),
        "unit_exists": _("There is a unit of this name already."),
        "point_exists": _("There is a service point of this name and shift already."),
        "duty_stranger": _("Someone chosen does not work here any more. Load the page again."),
    }
    return str(sentences.get(code) or _("What was entered does not fit. Go back and check it."))
