"""What the worker does for roster imports: reads the file, compares it with the list, writes it."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import timedelta

from app.kernel import clock, storage
from app.kernel.db import db
from app.kernel.errors import Conflict, Invalid, NotFound
from app.kernel.jobs import daily, finish, job
from app.kernel.transaction import transaction
from app.people.models import ImportState, RosterImport
from app.people.operations import imports
from app.people.operations.import_writing import Prepared, prepare, write_import
from app.people.queries import import_files
from app.people.queries import imports as queries
from app.people.queries.import_plan import Importer, Planned, plan_for, read_people
from app.people.rules.preview import preview_of, result_lines

# So often a list that changes under the plan is planned anew before the user is asked to look again.
TRIES = 3
UNFINISHED_FOR = timedelta(days=7)
FINISHED_FOR = timedelta(days=30)


@job(imports.READ)
def read_roster(import_id: int) -> None:
    """Read the file of an import and guess its columns; the file itself is not kept (PR-08)."""
    made = _find(import_id, ImportState.READING)
    if made is None:
        return
    sent, name = made.file_key, made.file_name
    db.session.rollback()  # the read ends here: reading the file takes its time
    try:
        upload = import_files.read_upload(storage.path_of(sent), name)
        if not upload.columns.first_row:
            raise Invalid("file_no_rows")  # noqa: TRY301  refused like any other file
    except (Invalid, NotFound) as refusal:
        _refuse(import_id, ImportState.READING, refusal)
        storage.remove(sent)
        return
    with _new_files() as files:
        key = files.put(import_files.table_bytes(upload.table))
        with finish():
            held = imports.lock_import(import_id, ImportState.READING)
            if held is not None:
                imports.keep_reading(held, key, import_files.columns_as_json(upload))
        if held is not None:
            files.keep()
    storage.remove(sent)


@job(imports.MATCH)
def match_roster(import_id: int) -> None:
    """Work out what an import would do, for the check page."""
    made = _find(import_id, ImportState.MATCHING)
    if made is None:
        return
    before = import_files.kept_files(made)
    try:
        planned = _plan(made)
    except NotFound as gone:
        _refuse(import_id, ImportState.MATCHING, gone)
        return
    _show(import_id, planned, ImportState.MATCHING, before)


@job(imports.APPLY)
def apply_roster(import_id: int) -> None:
    """Write an import, all of it or nothing; back to the check page when the list has changed and more must be asked.

    Everything is prepared before the lock is taken; under it the list is read again, and only if it still stands as it
    stood is the plan written.
    """
    for _ in range(TRIES):
        made = _find(import_id, ImportState.APPLYING)
        if made is None:
            return
        before = import_files.kept_files(made)
        try:
            planned = _plan(made)
        except NotFound as gone:
            _refuse(import_id, ImportState.APPLYING, gone)
            return
        if not planned.plan.can_be_applied:
            break
        if _write(import_id, prepare(planned), before):
            return
    _show(import_id, planned, ImportState.APPLYING, before)


@daily("people.forget_imports")
def forget_imports() -> None:
    """Remove the files of imports that were left unfinished for a week or finished a month ago."""
    now = clock.now()
    for import_id in queries.list_stale_imports(now - UNFINISHED_FOR, now - FINISHED_FOR):
        made = queries.find_import(import_id)
        keys = import_files.kept_files(made) if made else []
        with transaction():
            imports.forget_files(import_id)
        for key in keys:
            storage.remove(key)


def _find(import_id: int, state: ImportState) -> RosterImport | None:
    """Return the import while it waits for this step; None: the step was taken, or taken back."""
    made = queries.find_import(import_id)
    return made if made is not None and made.state is state else None


def _plan(made: RosterImport) -> Planned:
    """Plan an import from its kept rows; raises ``NotFound`` when they are gone."""
    importer, choices, import_id = Importer(made.facility_id, made.made_by), _words(made.choices), made.id
    columns, table = import_files.columns_of(made), import_files.load_rows(made)
    _note(import_id, 20)
    reading = read_people(table, columns, choices)
    _note(import_id, 60)
    planned = plan_for(importer, reading, choices, clock.now())
    db.session.rollback()  # the read ends here
    return planned


def _words(choices: dict[str, object]) -> dict[str, str]:
    return {key: str(value) for key, value in choices.items()}


def _note(import_id: int, percent: int) -> None:
    with transaction():
        imports.note_progress(import_id, percent)


def _show(import_id: int, planned: Planned, state: ImportState, before: list[str]) -> None:
    """Keep a plan for the check page in place of the one before; the rows stay."""
    content, index = import_files.preview_bytes(preview_of(planned.plan, planned.standing.facts))
    with _new_files() as files:
        key = files.put(content)
        with finish():
            held = imports.lock_import(import_id, state)
            if held is not None:
                came_back = state is ImportState.APPLYING
                imports.keep_plan(held, planned.counts, {**index, "file": key}, came_back=came_back)
        if held is not None:
            files.keep(instead_of=before[1:])


def _write(import_id: int, prepared: Prepared, before: list[str]) -> bool:
    """Write a prepared plan; False: the list has changed since it was read, nothing was written."""
    planned = prepared.planned
    lines = result_lines(planned.plan, planned.standing.facts, prepared.codes)
    counts = {**planned.counts, "left": len(planned.leaving)}
    with _new_files() as files:
        result = files.put(import_files.lines_bytes(lines))
        try:
            with finish():
                held = imports.lock_import(import_id, ImportState.APPLYING)
                if held is not None:
                    now = clock.now()
                    receipt = write_import(held, prepared, now=now)
                    kept = imports.Kept(result, files.put(json.dumps(asdict(receipt)).encode()))
                    imports.finish_import(held, counts, kept, now=now)
        except Conflict:
            return False
        if held is not None:
            files.keep(instead_of=before)
    return True


@dataclass(slots=True)
class _NewFiles:
    """Files that are forgotten again unless the transaction that names them was committed."""

    keys: list[str] = field(default_factory=list)

    def put(self, content: bytes) -> str:
        """Keep content, for now."""
        self.keys.append(storage.put(content))
        return self.keys[-1]

    def keep(self, *, instead_of: Sequence[str] = ()) -> None:
        """Keep the files for good, in place of these."""
        self.keys = list(instead_of)


@contextmanager
def _new_files() -> Iterator[_NewFiles]:
    files = _NewFiles()
    try:
        yield files
    finally:
        for key in files.keys:
            storage.remove(key)


def _refuse(import_id: int, state: ImportState, refusal: Invalid | NotFound) -> None:
    code = refusal.code if isinstance(refusal, Invalid) else "import_too_old"
    with finish():
        held = imports.lock_import(import_id, state)
        if held is not None:
            imports.refuse_file(held, code, refusal.values)
