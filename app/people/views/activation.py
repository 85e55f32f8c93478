"""First access: the code on a slip, then a password of one's own."""

from flask import Response, make_response, render_template, request

from app.kernel import clock, login
from app.kernel.errors import Conflict, Invalid
from app.kernel.tokens import new_token
from app.kernel.transaction import transaction
from app.people import operations, queries
from app.people.forms.sign_in import DEVICES, OWN, SHARED, ActivateForm, CodeForm
from app.people.queries.slips import OpenSlip
from app.people.rules.limits import limits_for
from app.people.rules.names import given_name
from app.people.views import common
from app.people.views.common import blueprint
from app.people.views.sign_in import onward


@blueprint.route("/activate", methods=["GET", "POST"])
def activate() -> Response:
    """Ask for a slip's code, then for the password its person chooses; then they are signed in."""
    form = CodeForm()
    if not form.validate_on_submit():
        return _ask_code(form, status=422 if form.is_submitted() else 200)
    now = clock.now()
    code_hash = operations.hash_slip_code(form.code.data or "")
    # Counted a code and not "all codes": a hospital's thousands activate behind one address on the same morning.
    key = common.fingerprint("slip", code_hash)
    waiting = operations.check_wait(key, common.place(is_shared=True, device=None), now=now)
    if waiting.wait:
        return common.slow_down(_ask_code(form, status=429, problem=common.wait_words(waiting.wait)), waiting.wait)
    slip = queries.find_slip(code_hash, now)
    if slip is None:
        with transaction():
            operations.note_failure(waiting, now=now)
        return _ask_code(form, status=422, problem=common.problem_words("slip_dead"))
    return _choose_password(slip) if "password" in request.form else _ask_password(slip, ActivateForm(), status=200)


def _choose_password(slip: OpenSlip) -> Response:
    form = ActivateForm()
    now = clock.now()
    if not form.validate():
        return _ask_password(slip, form, status=422)
    held = limits_for(queries.list_roles(slip.person_id, now), is_shared=form.is_shared)
    if held is None:
        return _ask_password(slip, form, status=422, problem=common.problem_words("own_device_only"))
    device = common.device_cookie() or new_token()
    try:
        password_hash = operations.prepare_password(
            queries.list_known_words(slip.person_id, now), form.password.data or ""
        )
        replaces = login.token_hash()
        token_hash = login.begin(None if held.ends_with_browser else held.overall)
        with transaction():
            person_id = operations.use_slip(slip.slip_id, password_hash, now=now)
            place = common.place(is_shared=form.is_shared, device=device)
            operations.record_sign_in(person_id, place, token_hash, replaces=replaces, now=now)
    except Invalid as refusal:
        return _ask_password(slip, form, status=422, problem=common.problem_words(refusal.code))
    except Conflict as refusal:
        login.end()
        return _ask_code(CodeForm(formdata=None), status=409, problem=common.problem_words(refusal.code))
    return common.remember(onward("/"), device=device, facility_code=slip.facility_code if form.is_shared else None)


def _ask_code(form: CodeForm, *, status: int, problem: str = "") -> Response:
    return make_response(
        render_template(
            "people/activate.html", form=form, problem=problem, other_language_url=common.other_language_url()
        ),
        status,
    )


def _ask_password(slip: OpenSlip, form: ActivateForm, *, status: int, problem: str = "") -> Response:
    form.device.data = form.device.data or (OWN if common.is_phone() else SHARED)
    return make_response(
        render_template(
            "people/choose_password.html",
            slip=slip,
            called=given_name(slip.name),
            form=form,
            problem=problem,
            devices=DEVICES,
        ),
        status,
    )
