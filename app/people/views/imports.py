"""The import of a roster in four steps: the file, its columns, a last look, done."""

from io import BytesIO
from typing import Any

from flask import Response, g, make_response, redirect, render_template, request, send_file, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as AnyResponse

from app.kernel import clock, sheets, storage
from app.kernel.errors import NotFound
from app.kernel.i18n import _
from app.kernel.login import asker
from app.kernel.paging import page_number
from app.kernel.tokens import new_token
from app.kernel.transaction import transaction
from app.people.forms.imports import UploadForm, read_choices, read_meanings
from app.people.models import ImportState, RosterImport
from app.people.operations import imports as operations
from app.people.operations.import_undoing import UNDO_WITHIN, may_undo
from app.people.queries import import_files
from app.people.queries import imports as queries
from app.people.rules.columns import ColumnPlan
from app.people.rules.preview import Section
from app.people.rules.roster import ALL_MISSING
from app.people.views import import_words
from app.people.views.common import blueprint, url_if_there
from app.people.views.import_pages import (
    OFFERED,
    asked_keys,
    check_view,
    column_name,
    open_after,
    result_sheet,
    template_sheet,
)

WORKING = {ImportState.READING: 1, ImportState.MATCHING: 3, ImportState.APPLYING: 4}


@blueprint.route("/f/<facility>/people/import", methods=["GET", "POST"])
def start_import(facility: str) -> AnyResponse:
    """Choose a file; below, what was imported before."""
    form = UploadForm()
    if form.validate_on_submit():
        return redirect(_address(facility, _send(form)), 303)
    page = render_template(
        "people/import_start.html",
        facility=facility,
        form=form,
        token=new_token(),
        imports=queries.list_imports(g.facility_id),
        state_words=state_words,
        labels=_labels(),
        limits=_limits(),
    )
    return make_response(page, 422 if form.is_submitted() else 200)


def _send(form: UploadForm) -> int:
    """Keep the file and let the worker read it; the same form sent twice is one import."""
    sent: FileStorage = form.file.data
    key, is_new = storage.put(sent.read()), False
    try:
        with transaction():
            file = operations.Sent(sent.filename or "", key, form.token.data or new_token())
            made = operations.start_import(asker().person_id, g.facility_id, file, now=clock.now())
            import_id, is_kept = made.id, made.file_key == key
        is_new = is_kept
    finally:
        if not is_new:
            storage.remove(key)
    return import_id


@blueprint.get("/f/<facility>/people/import/template.xlsx")
def roster_template(facility: str) -> AnyResponse:
    """Give the sheet to fill in."""
    return _file(template_sheet(), f"mau-danh-sach-{facility}.xlsx")


@blueprint.get("/f/<facility>/people/import/<int:import_id>")
def roster_import(facility: str, import_id: int) -> AnyResponse:
    """Show the step at which an import is."""
    made = queries.get_import(g.facility_id, import_id)
    if made.state in WORKING:
        return make_response(_page("working", made, facility, now_step=WORKING[made.state]))
    if made.state is ImportState.REFUSED:
        return make_response(_refused(made, facility))
    if made.state is ImportState.COLUMNS or (made.state is ImportState.CHECK and request.args.get("step") == "columns"):
        return make_response(_columns(made, facility, import_files.columns_of(made), ()))
    return make_response(_check(made, facility) if made.state is ImportState.CHECK else _done(made, facility))


@blueprint.post("/f/<facility>/people/import/<int:import_id>/columns")
def import_columns(facility: str, import_id: int) -> AnyResponse:
    """Say what the columns mean."""
    made, meanings = queries.get_import(g.facility_id, import_id), read_meanings(request.form)
    plan = import_files.columns_of(made).with_meanings(meanings)
    if made.state in (ImportState.COLUMNS, ImportState.CHECK) and plan.faults():
        return make_response(_columns(made, facility, plan, plan.faults()), 422)
    with transaction():
        operations.choose_columns(g.facility_id, import_id, meanings)
    return redirect(_address(facility, import_id), 303)


@blueprint.post("/f/<facility>/people/import/<int:import_id>/choices")
def import_choices(facility: str, import_id: int) -> AnyResponse:
    """Keep the answers of a page and work out what follows from them."""
    made = queries.get_import(g.facility_id, import_id)
    if made.state is ImportState.CHECK:
        choices = _choices(made)
        with transaction():
            operations.answer(g.facility_id, import_id, choices)
    return redirect(_address(facility, import_id, show=request.form.get("show") or None), 303)


@blueprint.post("/f/<facility>/people/import/<int:import_id>/apply")
def apply_import(facility: str, import_id: int) -> AnyResponse:
    """Let the worker write it all, or say what is still undecided."""
    made = queries.get_import(g.facility_id, import_id)
    is_open = False
    if made.state is ImportState.CHECK:
        choices = _choices(made)
        is_open = open_after(made, choices)
        with transaction():
            operations.order_import(g.facility_id, import_id, choices, is_open=is_open)
    return redirect(_address(facility, import_id, undecided=1 if is_open else None), 303)


@blueprint.get("/f/<facility>/people/import/<int:import_id>/result.xlsx")
def import_result(facility: str, import_id: int) -> AnyResponse:
    """Give the outcome of each row."""
    made = queries.get_import(g.facility_id, import_id)
    if made.applied_at is None or not made.file_key:
        raise NotFound("roster_import")
    day = clock.civil_day(made.applied_at).isoformat()
    return _file(result_sheet(import_files.load_lines(made.file_key)), f"ket-qua-nhap-{facility}-{day}.xlsx")


def _choices(made: RosterImport) -> dict[str, str]:
    section, number = _shown(request.form)
    allowed = asked_keys(made, section, number) | {ALL_MISSING}
    return read_choices(request.form, allowed, made.choices)


def _shown(given: Any) -> tuple[Section, int]:
    """Read which part of the check page is meant; anything odd is the first."""
    show = given.get("show", "")
    section = Section(show) if show in {each.value for each in Section} else Section.LOOK
    return section, page_number(given.get("page"))


def _page(step: str, made: RosterImport, facility: str, **more: Any) -> str:
    return render_template(f"people/import_{step}.html", facility=facility, made=made, labels=_labels(), **more)


def _refused(made: RosterImport, facility: str) -> str:
    refusal: Any = made.refusal or {"code": "file_unreadable"}
    sentence = import_words.refusal(refusal["code"], refusal.get("values", {}))
    return _page("refused", made, facility, sentence=sentence)


def _columns(made: RosterImport, facility: str, plan: ColumnPlan, faults: tuple[str, ...]) -> str:
    kept: Any = made.columns
    return _page(
        "columns",
        made,
        facility,
        plan=plan,
        rows=kept["rows"],
        notes=[import_words.table_note(code) for code in kept["notes"]],
        problems=[("columns", import_words.column_fault(code)) for code in faults],
        options=[(meaning.value, import_words.meaning(meaning)) for meaning in OFFERED],
        private=import_words.meaning,
        column_name=column_name,
    )


def _check(made: RosterImport, facility: str) -> str:
    section, number = _shown(request.args)
    return _page(
        "check",
        made,
        facility,
        check=check_view(made, section, number),
        counts=made.counts,
        is_asked_again="undecided" in request.args,
        came_back=made.preview.get("came_back"),
        missing=made.choices.get(ALL_MISSING, "keep"),
        all_missing=ALL_MISSING,
        to_page=lambda page: _address(facility, made.id, show=section.value, page=page),
        to_section=lambda other: _address(facility, made.id, show=other),
    )


def _done(made: RosterImport, facility: str) -> str:
    return _page(
        "done",
        made,
        facility,
        counts=made.counts,
        can_undo=may_undo(made, clock.now()),
        undo_until=made.applied_at + UNDO_WITHIN if made.applied_at else None,
        undo_url=url_if_there("coordinator.undo_import", facility=facility, import_id=made.id),
        assign_url=url_if_there("coordinator.assign", facility=facility, **{"import": made.id}),
    )


def _file(sheet: sheets.Sheet, name: str) -> Response:
    target = BytesIO()
    sheets.write_xlsx(target, [sheet])
    target.seek(0)
    return send_file(target, as_attachment=True, download_name=name)


def _address(facility: str, import_id: int, **more: Any) -> str:
    return url_for("people.roster_import", facility=facility, import_id=import_id, **more)


def _labels() -> list[str]:
    return [_("File"), _("Columns"), _("Check"), _("Finished")]


def _limits() -> dict[str, int]:
    return {"mb": sheets.MAX_BYTES // 1024**2, "rows": 20_000}


def state_words(state: ImportState) -> tuple[str, str]:
    """Return the pill and the word of where an import stands."""
    words = {
        ImportState.READING: ("learning", _("Being read")),
        ImportState.COLUMNS: ("none", _("Columns to confirm")),
        ImportState.MATCHING: ("learning", _("Being compared")),
        ImportState.CHECK: ("none", _("To be checked")),
        ImportState.APPLYING: ("learning", _("Being written")),
        ImportState.DONE: ("done", _("Imported")),
        ImportState.REFUSED: ("void", _("Not imported")),
        ImportState.UNDONE: ("void", _("Taken back")),
    }
    return words[state]
