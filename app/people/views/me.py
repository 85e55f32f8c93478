"""One's own account: devices, phone, password, language, text size."""

from collections.abc import Callable

from flask import Response, make_response, redirect, render_template, request, url_for

from app.kernel import clock
from app.kernel.errors import Conflict, Invalid
from app.kernel.forms import Form
from app.kernel.http import safe_next
from app.kernel.i18n import LANGUAGES
from app.kernel.login import asker
from app.kernel.transaction import transaction
from app.people import operations, queries
from app.people.forms.sign_in import OwnPasswordForm, OwnPhoneForm, PasswordForm
from app.people.models import TextSize
from app.people.operations.sign_in import Check
from app.people.permissions import Actor
from app.people.rules.phones import show_phone
from app.people.views import common
from app.people.views.common import blueprint


@blueprint.get("/me/devices")
def devices() -> Response:
    """List the browsers on which the person is signed in."""
    return _devices_page(OwnPasswordForm())


def _devices_page(form: OwnPasswordForm, check: Check | None = None) -> Response:
    actor: Actor = asker()
    held = queries.list_devices(actor.person_id, clock.now())
    return _answer("people/devices.html", form, check, devices=held, here=actor.sign_in_id)


@blueprint.post("/me/devices/<int:sign_in>/end")
def end_device(sign_in: int) -> Response:
    """End one of the person's own sign-ins, after the password (SE-08)."""
    return _end(lambda: operations.end_device(asker(), sign_in, now=clock.now()))


@blueprint.post("/me/devices/end-others")
def end_other_devices() -> Response:
    """End all of the person's sign-ins but this one, after the password."""
    actor: Actor = asker()
    return _end(lambda: operations.end_sign_ins(actor.person_id, now=clock.now(), but=actor.sign_in_id))


def _end(act: Callable[[], None]) -> Response:
    form = OwnPasswordForm()
    check = _prove(form) if form.validate_on_submit() else None
    if check is None or not check.is_right:
        return _devices_page(form, check)
    with transaction():
        act()
    return make_response(redirect(url_for("people.devices"), 303))


@blueprint.route("/me/phone", methods=["GET", "POST"])
def phone() -> Response:
    """Change one's own phone number, after the password."""
    kept = queries.find_phone(asker().person_id)
    form = OwnPhoneForm(phone=show_phone(kept) if kept else "")
    check = _prove(form) if form.validate_on_submit() else None
    if check and check.is_right and _change_phone(form):
        return make_response(redirect(url_for("people.phone", changed=1), 303))
    return _answer("people/phone.html", form, check, is_changed=request.args.get("changed") == "1")


def _change_phone(form: OwnPhoneForm) -> bool:
    """Change the phone; says whether it could be done, and in the form why not."""
    try:
        with transaction():
            operations.change_own_phone(asker(), form.number() or "")
    except Conflict as refusal:
        form.phone.errors = [common.problem_words(refusal.code)]
        return False
    return True


@blueprint.route("/me/password", methods=["GET", "POST"])
def password() -> Response:
    """Change one's own password; every other sign-in ends."""
    form = PasswordForm()
    check = _prove(form) if form.validate_on_submit() else None
    if check and check.password_hash and _change_password(form, check.password_hash):
        return make_response(redirect(url_for("people.password", changed=1), 303))
    return _answer("people/password.html", form, check, is_changed=request.args.get("changed") == "1")


def _change_password(form: PasswordForm, old_hash: str) -> bool:
    """Change the password; says whether it could be done, and in the form why not."""
    actor: Actor = asker()
    try:
        new_hash = operations.prepare_password(
            queries.list_known_words(actor.person_id, clock.now()), form.password.data or ""
        )
        with transaction():
            operations.change_password(actor, old_hash, new_hash, now=clock.now())
    except (Invalid, Conflict) as refusal:
        form.password.errors = [common.problem_words(refusal.code)]
        return False
    return True


def _prove(form: OwnPasswordForm | PasswordForm) -> Check:
    """Check one's own password before any transaction; says in the form why not, and counts it when it is wrong."""
    actor: Actor = asker()
    check = operations.check_own_password(
        actor.person_id,
        form.present.data or "",
        account_key=common.fingerprint("own", str(actor.person_id)),
        place_key=common.fingerprint("sign-in", str(actor.sign_in_id)),
        now=clock.now(),
    )
    if check.wait:
        form.present.errors = [common.wait_words(check.wait)]
    elif not check.is_right:
        form.present.errors = [common.problem_words("password_wrong")]
        with transaction():
            operations.note_failure(check, now=clock.now())
    return check


def _answer(template: str, form: Form, check: Check | None, **shown: object) -> Response:
    """Return a page with its form: 422 with what is wrong in it, 429 when the next try must wait."""
    status = 429 if check and check.wait else 422 if form.is_submitted() else 200
    response = make_response(render_template(template, form=form, **shown), status)
    return common.slow_down(response, check.wait) if check else response


@blueprint.post("/me/language")
def language() -> Response:
    """Remember the language the person reads."""
    chosen = request.form.get("language", "")
    if chosen not in LANGUAGES:
        raise Invalid("language_unknown")
    with transaction():
        operations.set_language(asker(), chosen)
    return make_response(redirect(safe_next(request.form.get("next"), "/"), 303))


@blueprint.post("/me/text-size")
def text_size() -> Response:
    """Remember how large the person likes to read."""
    chosen = request.form.get("size", "")
    if chosen not in set(TextSize):
        raise Invalid("text_size_unknown")
    with transaction():
        operations.set_text_size(asker(), TextSize(chosen))
    return make_response(redirect(safe_next(request.form.get("next"), "/"), 303))
