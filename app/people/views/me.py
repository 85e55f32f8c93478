"""One's own account: devices, phone, password, language, text size."""

from collections.abc import Callable

from flask import Response, make_response, redirect, render_template, request, url_for

from app.kernel import clock
from app.kernel.errors import Conflict, Invalid
from app.kernel.http import safe_next
from app.kernel.i18n import LANGUAGES
from app.kernel.login import asker
from app.kernel.transaction import transaction
from app.people import operations, queries
from app.people.forms.sign_in import OwnPasswordForm, OwnPhoneForm, PasswordForm
from app.people.models import TextSize
from app.people.permissions import Actor
from app.people.rules.phones import show_phone
from app.people.views import common
from app.people.views.common import blueprint


@blueprint.get("/me/devices")
def devices() -> Response:
    """List the browsers on which the person is signed in."""
    return _devices_page(OwnPasswordForm())


def _devices_page(form: OwnPasswordForm) -> Response:
    actor: Actor = asker()
    held = queries.list_devices(actor.person_id, clock.now())
    page = render_template("people/devices.html", form=form, devices=held, here=actor.sign_in_id)
    return make_response(page, 422 if form.is_submitted() else 200)


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
    if not form.validate_on_submit() or not _is_own_password(form):
        return _devices_page(form)
    with transaction():
        act()
    return make_response(redirect(url_for("people.devices"), 303))


def _is_own_password(form: OwnPasswordForm) -> bool:
    """Say whether the password is the person's own, and in the form when it is not; before any transaction."""
    try:
        operations.verify_own_password(asker().person_id, form.present.data or "")
    except Invalid as refusal:
        form.present.errors = [common.problem_words(refusal.code)]
        return False
    return True


@blueprint.route("/me/phone", methods=["GET", "POST"])
def phone() -> Response:
    """Change one's own phone number, after the password."""
    kept = queries.find_phone(asker().person_id)
    form = OwnPhoneForm(phone=show_phone(kept) if kept else "")
    if form.validate_on_submit() and _is_own_password(form) and _change_phone(form):
        return make_response(redirect(url_for("people.phone", changed=1), 303))
    page = render_template("people/phone.html", form=form, is_changed=request.args.get("changed") == "1")
    return make_response(page, 422 if form.is_submitted() else 200)


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
    actor: Actor = asker()
    form, problem = PasswordForm(), ("", "")
    if form.validate_on_submit():
        problem = _change(actor, form)
        if not problem[0]:
            return make_response(redirect(url_for("people.password", changed=1), 303))
    page = render_template(
        "people/password.html", form=form, problem=problem, is_changed=request.args.get("changed") == "1"
    )
    return make_response(page, 422 if form.is_submitted() else 200)


def _change(actor: Actor, form: PasswordForm) -> tuple[str, str]:
    """Change the password; returns the field and the sentence of a refusal, or two empty words."""
    try:
        old_hash = operations.verify_own_password(actor.person_id, form.present.data or "")
        new_hash = operations.prepare_password(
            queries.list_known_words(actor.person_id, clock.now()), form.password.data or ""
        )
        with transaction():
            operations.change_password(actor, old_hash, new_hash, now=clock.now())
    except (Invalid, Conflict) as refusal:
        field = "present" if refusal.code == "password_wrong" else "password"
        return field, common.problem_words(refusal.code)
    return "", ""


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
