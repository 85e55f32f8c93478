"""The board as a file: a row for each person and module, for the coordinator's own spreadsheet (EX-01…03)."""

from collections.abc import Iterator
from io import BytesIO

from flask import Response, g, request

from app.assignments import queries
from app.assignments.queries import BoardPerson
from app.kernel import audit, clock
from app.kernel.i18n import _, in_language
from app.kernel.login import asker
from app.kernel.sheets import Column, Sheet, Value, write_csv, write_xlsx
from app.kernel.transaction import transaction
from app.portal.coordinator.board import choose, read_asked, read_board, state_words
from app.portal.coordinator.doors import blueprint

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WIDTHS = (30, 14, 28, 20, 34, 16, 12, 14, 12, 10, 8, 18, 14)


def _titles() -> list[str]:
    return [
        _("Full name"),
        _("Staff code"),
        _("Unit"),
        _("Position"),
        _("Module"),
        _("State"),
        _("Overdue"),
        _("No longer valid"),
        _("Due day"),
        _("Best score"),
        _("Out of"),
        _("Last activity"),
        _("Valid until"),
    ]


@blueprint.post("/f/<facility>/board/export")
def export(facility: str) -> Response:
    """Send the people the board shows as .xlsx or .csv, and write in the audit who took how many rows."""
    now, asked = clock.now(), read_asked(request.form)
    subjects = queries.list_subjects()
    subject = next((each for each in subjects.values() if each.key == asked.module), None)
    people = choose(asked, read_board(g.facility_id, subject, subjects))
    is_csv = request.form.get("format") == "csv"
    file = BytesIO()
    if is_csv:
        rows = write_csv(file, _titles(), _rows(people), separator=";")
    else:
        columns = [Column(title, width) for title, width in zip(_titles(), _WIDTHS, strict=True)]
        rows = write_xlsx(file, [Sheet(_("Progress"), columns, _rows(people))])
    with transaction():
        audit.record(
            asker().person_id,
            "board.export",
            "facility",
            g.facility_id,
            facility_id=g.facility_id,
            rows=rows,
            kind="csv" if is_csv else "xlsx",
            module_id=subject.id if subject else None,
            state=asked.state,
        )
    name = f"tien-do-{facility}-{clock.civil_day(now):%Y-%m-%d}.{'csv' if is_csv else 'xlsx'}"
    return Response(
        file.getvalue(),
        mimetype="text/csv" if is_csv else XLSX,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _rows(people: list[BoardPerson]) -> Iterator[list[Value]]:
    words, yes, no = state_words(), _("Yes"), _("No")
    for person in people:
        who = person.colleague
        for pair in person.pairs:
            best = max(
                (each for each in pair.learning.tries if each.score is not None),
                default=None,
                key=lambda each: each.score or 0,
            )
            last = pair.learning.last_pass
            yield [
                who.name,
                who.staff_code or "",
                who.unit,
                in_language(who.position),
                in_language(pair.subject.title),
                words[pair.row.state.value],
                yes if pair.row.is_overdue else no,
                yes if pair.row.has_lapsed else no,
                pair.due_on,
                best.score if best else None,
                best.max_score if best else None,
                pair.learning.last_activity,
                last.last_day if last else None,
            ]
