"""Signing in, signing out, and the sample accounts of the fictional city."""

from datetime import timedelta

from flask import Response, make_response, redirect, render_template, request, url_for

from app.kernel import clock, login
from app.kernel.errors import Conflict, NotFound
from app.kernel.http import safe_next
from app.kernel.i18n import _, _l
from app.kernel.tokens import new_token
from app.kernel.transaction import transaction
from app.people import operations, queries
from app.people.forms.sign_in import DEVICES, OWN, SHARED, SignInForm
from app.people.models import Role
from app.people.operations.sign_in import Check, Login, Place
from app.people.rules.names import clean_text
from app.people.rules.phones import normal_phone
from app.people.views import common
from app.people.views.common import blueprint

_ROLES = {
    None: _l("Learner"),
    Role.COORDINATOR: _l("Coordinator"),
    Role.DIRECTOR: _l("Director"),
    Role.AUTHOR: _l("Content author"),
    Role.TASKFORCE: _l("Task force"),
    Role.ADMIN: _l("Administrator"),
}


@blueprint.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> Response:
    """Ask who someone is, and let them in."""
    form = SignInForm(
        facility=request.args.get("facility") or common.remembered_facility(),
        device=OWN if common.is_phone() else SHARED,
        next=request.args.get("next", ""),
    )
    if not form.validate_on_submit():
        return page(form, status=422 if form.is_submitted() else 200)
    known = common.device_cookie()
    check = operations.check_password(
        _login(form), form.password.data or "", common.place(is_shared=form.is_shared, device=known), now=clock.now()
    )
    refusal = _refusal(form, check)
    return refusal or let_in(check, form, known or new_token())


def _login(form: SignInForm) -> Login:
    facility, who = clean_text(form.facility.data or ""), clean_text(form.who.data or "")
    phone = normal_phone(who)
    key = (
        common.fingerprint("account", phone) if phone else common.fingerprint("account", facility.upper(), who.upper())
    )
    return Login(key=key, phone=phone, facility_code=facility, staff_code=who)


def _refusal(form: SignInForm, check: Check) -> Response | None:
    """Return the page that says no: wait, wrong, or not on this kind of device; None when the person may come in."""
    if check.is_right:
        return None if check.limits else page(form, status=422, problem=common.problem_words("own_device_only"))
    if check.wait:
        return page(form, status=429, problem=common.wait_words(check.wait), wait=check.wait)
    with transaction():
        operations.note_failure(check, now=clock.now())
    return page(form, status=422, problem=common.problem_words("sign_in_wrong"))


def let_in(check: Check, form: SignInForm, device: str) -> Response:
    """Begin the sign-in of a right check and lead on to where the person was going."""
    held = check.limits
    replaces = login.token_hash()
    token_hash = login.begin(None if held is None or held.ends_with_browser else held.overall)
    place = common.place(is_shared=form.is_shared, device=device)
    try:
        with transaction():
            operations.begin_sign_in(check, place, token_hash, replaces=replaces, now=clock.now())
    except Conflict as refusal:
        login.end()
        return page(form, status=409, problem=common.problem_words(refusal.code))
    facility_code = clean_text(form.facility.data or "") if form.is_shared else None
    return common.remember(onward(form.next.data), device=device, facility_code=facility_code)


def onward(target: str | None) -> Response:
    """Return the redirect to a page of ours that was asked for before, or home."""
    return make_response(redirect(safe_next(target, "/"), 303))


def page(form: SignInForm, *, status: int, problem: str = "", wait: timedelta = timedelta(0)) -> Response:
    """Return the sign-in page with what was typed, the password left out."""
    accounts = [
        {"key": each.key, "name": each.name, "role": role_words(each.role), "facility": each.facility or _("The city")}
        for each in queries.list_sample_accounts()
    ]
    response = make_response(
        render_template(
            "people/sign_in.html",
            form=form,
            problem=problem,
            accounts=accounts,
            devices=DEVICES,
            other_language_url=common.other_language_url(),
        ),
        status,
    )
    return common.slow_down(response, wait)


def role_words(role: Role | None) -> str:
    """Return what a role is called."""
    return str(_ROLES[role])


@blueprint.post("/sign-in/sample")
def sample_sign_in() -> Response:
    """Sign in as one of the offered sample accounts; there is no such page where real people are."""
    key = request.form.get("account", "")
    account = queries.find_sample_account(int(key)) if key.isascii() and key.isdigit() else None
    if account is None:
        raise NotFound("sample_account")
    replaces, token_hash = login.token_hash(), login.begin(None)
    with transaction():
        operations.record_sign_in(account.key, _sample_place(), token_hash, replaces=replaces, now=clock.now())
    return onward(request.form.get("next"))


def _sample_place() -> Place:
    return common.place(is_shared=False, device=None)


@blueprint.post("/sign-out")
def sign_out() -> Response:
    """End this browser's sign-in."""
    with transaction():
        operations.end_sign_in(login.token_hash(), now=clock.now())
    login.end()
    # No Clear-Site-Data: it would take unsent work with it. The page lets the key die instead (docs/decisions/0009).
    return make_response(redirect(url_for("people.sign_in"), 303))
