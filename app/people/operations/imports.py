"""How a roster import goes from step to step; each step may be asked for twice and is taken once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from app.kernel import audit
from app.kernel.db import db
from app.kernel.jobs import enqueue
from app.people.models import ImportState, RosterImport
from app.people.queries.imports import get_import
from app.people.rules.headings import Meaning

READ, MATCH, APPLY = "people.read_roster", "people.match_roster", "people.apply_roster"
LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class Sent:
    """A file that was sent: its name as data, where it is kept, and the form's own token."""

    file_name: str
    file_key: str
    token: str


@dataclass(frozen=True, slots=True)
class Kept:
    """The files of an import that was written: what became of each row, and what to take back if it is undone."""

    result: str
    receipt: str


def start_import(actor_id: int, facility_id: int, sent: Sent, *, now: datetime) -> RosterImport:
    """Let the worker read a file; the same form sent again returns the import it already made."""
    held = db.session.scalar(
        select(RosterImport).where(RosterImport.facility_id == facility_id, RosterImport.token == sent.token)
    )
    if held is not None:
        return held
    made = RosterImport(
        facility_id=facility_id,
        made_by=actor_id,
        token=sent.token,
        file_name=_short(sent.file_name),
        file_key=sent.file_key,
        state=ImportState.READING,
        made_at=now,
    )
    db.session.add(made)
    db.session.flush()
    audit.record(actor_id, "people.roster_sent", "roster_import", made.id, facility_id=facility_id)
    enqueue(READ, import_id=made.id)
    return made


def keep_reading(made: RosterImport, file_key: str, columns: Mapping[str, object]) -> None:
    """Keep the rows of a file that was read and our guess of its columns; step 2 begins."""
    made.preview = {"upload": made.file_key}
    made.file_key, made.columns, made.state, made.progress = file_key, dict(columns), ImportState.COLUMNS, 0
    db.session.flush()


def refuse_file(made: RosterImport, code: str, values: Mapping[str, object]) -> None:
    """Say that a file cannot be read, and why."""
    made.state, made.refusal = ImportState.REFUSED, {"code": code, "values": dict(values)}
    db.session.flush()


def choose_columns(facility_id: int, import_id: int, meanings: Mapping[int, Meaning]) -> None:
    """Take the user's word for what the columns mean and let the worker compare the rows with the list.

    What was never kept cannot be given a meaning. Choices about rows are forgotten when a meaning changes.
    """
    made = _lock(facility_id, import_id, ImportState.COLUMNS, ImportState.CHECK)
    if made is None:
        return
    columns = made.columns
    before = columns["columns"]
    assert isinstance(before, list)  # noqa: S101  columns_as_json wrote it
    after = [
        [
            index,
            heading,
            meaning if meaning == Meaning.PRIVATE else meanings.get(index, Meaning(meaning)).value,
            samples,
        ]
        for index, heading, meaning, samples in before
    ]
    if after != before:
        made.choices = {}
    made.columns = {**columns, "columns": after}
    _match(made)


def answer(facility_id: int, import_id: int, choices: Mapping[str, str]) -> None:
    """Keep what the user chose and let the worker work out what follows from it."""
    made = _lock(facility_id, import_id, ImportState.CHECK)
    if made is not None:
        made.choices = {**made.choices, **choices}
        _match(made)


def order_import(facility_id: int, import_id: int, choices: Mapping[str, str], *, is_open: bool) -> None:
    """Keep what the user chose last and let the worker write it all; ``is_open``: not while something is undecided."""
    made = _lock(facility_id, import_id, ImportState.CHECK)
    if made is None:
        return
    made.choices = {**made.choices, **choices}
    if not is_open:
        made.state, made.progress = ImportState.APPLYING, 0
        enqueue(APPLY, import_id=made.id)
    db.session.flush()


def keep_plan(made: RosterImport, counts: Mapping[str, int], preview: Mapping[str, object], *, came_back: bool) -> None:
    """Keep what an import would do, for the check page; ``came_back``: it was to be written and more must be asked."""
    made.counts, made.preview = dict(counts), {**preview, "came_back": came_back}
    made.state, made.progress = ImportState.CHECK, 0
    db.session.flush()


def begin_by_command(
    facility_id: int, sent: Sent, columns: Mapping[str, object], choices: Mapping[str, str], *, now: datetime
) -> RosterImport:
    """Record an import that a command is about to write by itself."""
    made = RosterImport(
        facility_id=facility_id,
        file_name=_short(sent.file_name),
        file_key=sent.file_key,
        token=sent.token,
        columns=dict(columns),
        choices=dict(choices),
        state=ImportState.APPLYING,
        made_at=now,
    )
    db.session.add(made)
    db.session.flush()
    return made


def finish_import(made: RosterImport, counts: Mapping[str, int], kept: Kept, *, now: datetime) -> None:
    """Say that an import is written; of its file only the outcome of each row is kept on."""
    made.state, made.progress, made.applied_at = ImportState.DONE, 0, now
    made.counts, made.columns, made.choices = dict(counts), {}, {}
    made.file_key, made.preview = kept.result, {"receipt": kept.receipt}
    db.session.flush()


def note_progress(import_id: int, percent: int) -> None:
    """Write how far the worker is, for the bar of the waiting page."""
    db.session.execute(update(RosterImport).where(RosterImport.id == import_id).values(progress=percent))


def forget_files(import_id: int) -> None:
    """Let an import keep no file any more; who was imported when, and the numbers, stay."""
    made = db.session.get_one(RosterImport, import_id, with_for_update=True)
    made.file_key, made.preview, made.columns, made.choices = "", {}, {}, {}
    if made.state not in (ImportState.DONE, ImportState.UNDONE):
        made.state, made.refusal = ImportState.REFUSED, {"code": "import_too_old", "values": {}}
    db.session.flush()


def _short(name: str) -> str:
    """Return a file's name, cut in the middle if it is long: its end says what kind of file it is."""
    half = LONGEST_NAME // 2
    return name if len(name) <= LONGEST_NAME else f"{name[: half - 1]}…{name[-half:]}"


def _match(made: RosterImport) -> None:
    made.state, made.progress = ImportState.MATCHING, 0
    enqueue(MATCH, import_id=made.id)
    db.session.flush()


def lock_import(import_id: int, *states: ImportState) -> RosterImport | None:
    """Return the import if it stands at one of these steps; None: someone, or a second click, was faster."""
    made = db.session.get(RosterImport, import_id, with_for_update=True)
    return made if made is not None and made.state in states else None


def _lock(facility_id: int, import_id: int, *states: ImportState) -> RosterImport | None:
    get_import(facility_id, import_id)
    return lock_import(import_id, *states)
