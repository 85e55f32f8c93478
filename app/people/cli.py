"""Commands about people and facilities: the first administrator, roles, slips, the city's register."""

import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click
from flask.cli import AppGroup

from app.kernel import clock, i18n, sheets, storage
from app.kernel.errors import DomainError, Invalid
from app.kernel.tokens import new_token
from app.kernel.transaction import transaction
from app.people import jobs, operations, queries
from app.people.models import ImportState, Role
from app.people.operations import imports
from app.people.operations.facilities import Loaded, load_register
from app.people.operations.slips import Slip
from app.people.queries import import_files
from app.people.queries.import_plan import Importer, plan_for, read_people
from app.people.queries.imports import get_import
from app.people.rules.headings import Meaning
from app.people.rules.phones import normal_phone, show_phone
from app.people.rules.register import COLUMNS, RegisterProblem, read_register
from app.people.views import import_report
from app.people.views.import_report import Report

people = AppGroup("people", help="People: the first administrator, roles, activation slips.")
facilities = AppGroup("facilities", help="Facilities: load the city's register.")

_SENTENCES = {
    "password_too_short": "the password needs at least 15 characters",
    "password_too_long": "the password may have at most 256 characters",
    "password_common": "the password is well known or a simple pattern",
    "password_about_you": "the password is made of the name, the phone or the facility",
    "phone_taken": "this phone number belongs to another account",
    "role_scope": "a coordinator or director needs --facility, every other role must not have it",
    "file_empty": "the file holds no rows",
    "column_missing": "the column is missing",
    "cell_missing": "the cell is empty",
    "code_wrong": "a code has at most 32 letters A–Z, digits, '-', '_' or '.'",
    "code_twice": "the code stands in the file twice; the first row counts",
    "type_unknown": "this kind of facility is not known",
    "care_level_unknown": "this level is not known: ban đầu, cơ bản or chuyên sâu",
    "phone_wrong": "no mobile number",
    "phone_of_another": "this phone number belongs to somebody of another name",
}


@people.command("create-admin")
@click.option("--name", prompt="Full name", help="Full name.")
@click.option("--phone", prompt="Phone number", help="Mobile number, the name to sign in with.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input instead of asking.")
def create_admin(name: str, phone: str, password_stdin: bool) -> None:
    """Make an administrator of the city, or give an existing person that role and a new password."""
    stored = _phone(phone)
    if password_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = click.prompt("Password (at least 15 characters)", hide_input=True, confirmation_prompt=True)
    now = clock.now()
    try:
        account = queries.find_account_by_phone(stored)
        words = queries.list_known_words(account.person_id, now) if account else [name, stored]
        password_hash = operations.prepare_password(words, password)
        with transaction():
            person_id = account.person_id if account else operations.make_person(name, stored, now=now).id
            operations.set_password(person_id, password_hash, now=now)
            operations.grant_role(None, person_id, Role.ADMIN, None, now=now)
            operations.end_sign_ins(person_id, now=now)
    except DomainError as refusal:
        raise _refusal(refusal) from refusal
    click.echo(f"administrator {show_phone(stored)}")


@people.command("grant")
@click.argument("role", type=click.Choice([each.value for each in Role]))
@click.option("--phone", required=True, help="Whose: the phone number of the account.")
@click.option("--facility", help="Code of the facility; coordinators and directors only.")
@click.option("--end", "ends", is_flag=True, help="Take the role away instead.")
def grant(role: str, phone: str, facility: str | None, ends: bool) -> None:
    """Give ROLE to a person, for one facility or the whole city, or take it away."""
    account = queries.find_account_by_phone(_phone(phone))
    facility_id = queries.find_facility_id(facility) if facility else None
    if account is None or (facility and facility_id is None):
        raise click.ClickException("no such person" if account is None else f"no facility has the code {facility}")
    change = operations.end_role if ends else operations.grant_role
    try:
        with transaction():
            change(None, account.person_id, Role(role), facility_id, now=clock.now())
    except DomainError as refusal:
        raise _refusal(refusal) from refusal
    click.echo(f"{role} {'ended' if ends else 'granted'}")


@people.command("slip")
@click.option("--phone", required=True, help="Whose: the phone number of the account.")
def slip(phone: str) -> None:
    """Print a new activation code for a person; for those who hold a role nobody else may make one."""
    account = queries.find_account_by_phone(_phone(phone))
    if account is None:
        raise click.ClickException("no such person")
    with transaction():
        made = operations.make_slip(None, account.person_id, now=clock.now())
    click.echo(f"{made.code}  until {i18n.moment(made.expires_at)}")


@people.command("positions")
def positions() -> None:
    """Make the city's list of positions; doing so again changes nothing."""
    with transaction():
        made = operations.ensure_positions()
    click.echo(f"{len(made)} positions")


@people.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--facility", required=True, help="Code of the facility whose list the file holds.")
@click.option("--apply", "applies", is_flag=True, help="Write it; without this nothing is written.")
@click.option(
    "--choices", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Answers: JSON, key to value."
)
@click.option("--json", "as_json", is_flag=True, help="Print counts and problems as JSON.")
@click.option("--lang", type=click.Choice(i18n.LANGUAGES), default="vi", show_default=True, help="Of the sentences.")
def import_roster(file: Path, facility: str, applies: bool, choices: Path | None, as_json: bool, lang: str) -> None:
    """Compare a roster FILE (.xlsx or .csv) with a facility's list, say what is to be decided, and write it if asked.

    Exit status 0 when the file could be applied (with ``--apply``: when it was), 1 otherwise.
    """
    facility_id = queries.find_facility_id(facility)
    if facility_id is None:
        raise click.ClickException(f"no facility has the code {facility}")
    given = json.loads(choices.read_text(encoding="utf-8")) if choices else {}
    with i18n.force_locale(lang):
        report = run_import(facility_id, file, given, applies=applies)
        click.echo(
            json.dumps(report, ensure_ascii=False, indent=1) if as_json else "\n".join(import_report.lines(report))
        )
    sys.exit(0 if report["can_apply"] else 1)


def run_import(facility_id: int, file: Path, given: dict[str, str], *, applies: bool) -> Report:
    """Do in this process what the worker does for the pages, and return the report of it."""
    try:
        upload = import_files.read_upload(file, file.name)
    except Invalid as refusal:
        return import_report.refused(refusal)
    meant = {int(key.partition(":")[2]): Meaning(value) for key, value in given.items() if key.startswith("column:")}
    upload = replace(upload, columns=upload.columns.with_meanings(meant))
    if upload.columns.faults():
        return import_report.faulty_columns(upload.columns)
    planned = plan_for(
        Importer(facility_id, None), read_people(upload.table, upload.columns, given), given, clock.now()
    )
    report = import_report.planned(planned, upload.columns)
    if applies and report["can_apply"]:
        report["can_apply"] = report["applied"] = _apply(facility_id, file.name, upload, given)
    return report


def _apply(facility_id: int, name: str, upload: import_files.Upload, given: dict[str, str]) -> bool:
    """Write an import; False: the list has changed under it and there is something new to decide."""
    key = storage.put(import_files.table_bytes(upload.table))
    sent = imports.Sent(name, key, new_token())
    with transaction():
        columns = import_files.columns_as_json(upload)
        import_id = imports.begin_by_command(facility_id, sent, columns, given, now=clock.now()).id
    jobs.apply_roster(import_id)
    return get_import(facility_id, import_id).state is ImportState.DONE


@facilities.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--slips", type=click.Path(dir_okay=False, path_type=Path), help="Make slips for new managers, in this .xlsx."
)
@click.option("--json", "as_json", is_flag=True, help="Print counts and problems as JSON.")
def import_facilities(file: Path, slips: Path | None, as_json: bool) -> None:
    """Load the city's register from FILE (.xlsx or .csv) and name each facility's first coordinator and director.

    Rows with a problem are left out and listed; loading the same file again changes nothing. Exit status 1 when any row
    had a problem.
    """
    try:
        table = sheets.read_table(file, file.name)
    except DomainError as refusal:
        raise _refusal(refusal) from refusal
    register = read_register([(row.number, row.cells) for row in table.rows])
    with transaction():
        operations.ensure_positions()
        done = load_register(register.rows, with_slips=slips is not None, now=clock.now())
        # Written before the commit: a code that nobody could read must not kill an older slip.
        if slips is not None and done.slips:
            _write_slips(slips, done.slips)
    done.problems[:0] = register.problems
    click.echo(json.dumps(_as_json(done), ensure_ascii=False, indent=1) if as_json else "\n".join(_as_lines(done)))
    sys.exit(1 if done.problems else 0)


def _as_json(done: Loaded) -> dict[str, object]:
    return {
        "new": done.new,
        "changed": done.changed,
        "same": done.same,
        "grants": done.grants,
        "slips": len(done.slips),
        "problems": [
            {"row": each.row, "column": _column(each), "code": each.code, "sentence": _SENTENCES[each.code]}
            for each in done.problems
        ],
    }


def _as_lines(done: Loaded) -> Sequence[str]:
    return [
        f"{done.new} new, {done.changed} changed, {done.same} same, {done.grants} roles, {len(done.slips)} slips",
        *(f"row {each.row}, {_column(each)}: {_SENTENCES[each.code]}" for each in done.problems),
    ]


def _column(problem: RegisterProblem) -> str:
    return COLUMNS[problem.column][0] if problem.column else ""


def _write_slips(target: Path, made: Sequence[tuple[str, Slip]]) -> None:
    titles = ("Mã cơ sở", "Họ và tên", "Mã kích hoạt", "Dùng đến")
    rows = [(code, each.name, each.code, i18n.moment(each.expires_at)) for code, each in made]
    sheets.write_xlsx(target, [sheets.Sheet("Phiếu kích hoạt", [sheets.Column(title, 26) for title in titles], rows)])


def _phone(text: str) -> str:
    stored = normal_phone(text)
    if stored is None:
        raise click.ClickException("a mobile number has 10 digits, such as 0901 234 567")
    return stored


def _refusal(refusal: DomainError) -> click.ClickException:
    return click.ClickException(_SENTENCES.get(refusal.code, str(refusal)))
