"""What the pages of a roster import show: the check page's lines and chips, the columns, the outcome as a sheet."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.kernel import sheets
from app.kernel.i18n import NBSP, _, ngettext
from app.kernel.paging import Page
from app.kernel.xlsx_parts import column_letters
from app.people.models import RosterImport
from app.people.queries.import_files import Shown, load_page
from app.people.rules.columns import Column
from app.people.rules.headings import Meaning
from app.people.rules.preview import Asked, Item, ResultLine, Section
from app.people.views import import_words
from app.people.views.import_words import Answer, Words

# Longer answers stand below each other; more than these are a select.
SHORT, MOST_RADIOS = 44, 4
SHOWN_PROBLEMS = 8
OFFERED = (
    Meaning.NAME, Meaning.FAMILY, Meaning.GIVEN, Meaning.CODE, Meaning.PHONE, Meaning.UNIT, Meaning.POSITION,
    Meaning.START, Meaning.POINT, Meaning.IGNORED,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class AskView:
    """Something asked: ``number`` names its fields on the page; ``look`` is text, line, tall or select."""

    number: int
    key: str
    reason: str
    answers: Sequence[Answer]
    chosen: str
    is_open: bool
    look: str


@dataclass(frozen=True, slots=True)
class LineView:
    """One line of the check page; a question about several rows stands at the first and is about all of them."""

    row: int | None
    name: str
    about: str
    asks: Sequence[AskView]
    changes: Sequence[tuple[str, str, str]]
    notes: Sequence[str]


@dataclass(frozen=True, slots=True)
class CheckView:
    """The check page: the lines of one section, what is still open anywhere, and the sections that hold something."""

    section: Section
    page: Page[Item]
    lines: Sequence[LineView]
    open_count: int
    problems: Sequence[tuple[str, str]]
    chips: Sequence[tuple[Section, str, int]]


def check_view(made: RosterImport, section: Section, number: int) -> CheckView:
    """Return one page of a section of the check page, with the answers given so far."""
    shown = load_page(made, section, number)
    lines = list(_lines(shown, made.choices))
    problems = [
        (f"ask-{ask.number}", _("Row %(row)s: %(reason)s", row=line.row, reason=ask.reason))
        for line in lines
        for ask in line.asks
        if ask.is_open
    ]
    still_open = sum(key not in made.choices for key in shown.open_keys)
    return CheckView(section, shown.page, lines, still_open, problems[:SHOWN_PROBLEMS], list(_chips(made)))


def asked_keys(made: RosterImport, section: Section, number: int) -> set[str]:
    """Return the keys of everything that a page asks."""
    items = load_page(made, section, number).page.rows
    return {asked["key"] for item in items for asked in item.get("asked", ())}


def open_after(made: RosterImport, choices: Mapping[str, str]) -> bool:
    """Say whether something is undecided even with these answers."""
    return any(key not in made.choices and key not in choices for key in load_page(made, Section.LOOK, 1).open_keys)


def _lines(shown: Shown, choices: Mapping[str, object]) -> Iterator[LineView]:
    words, number = Words(shown.names), 0
    for item in shown.page.rows:
        asks = []
        for asked in item.get("asked", ()):
            asks.append(_ask(number, asked, words, choices))
            number += 1
        yield LineView(
            row=item["row"] if "row" in item else next(iter(item.get("rows", ())), None),
            name=_count_words(item) or item.get("name") or item.get("text", ""),
            about=_rows_words(item) or " · ".join(part for part in _about(item, words) if part),
            asks=asks,
            changes=[words.change(*change) for change in item.get("changes", ())],
            notes=[import_words.note(code, values) for code, values in item.get("notes", ())],
        )


def _about(item: Item, words: Words) -> Iterator[str]:
    yield item.get("code", "")
    yield item.get("unit", "")
    yield words.position(item.get("position", ""))
    yield item.get("phone", "").replace(" ", NBSP)


def _count_words(item: Item) -> str:
    """Say how many rows a question is about; nothing for a row of its own."""
    words: str = ngettext("%(num)s row", "%(num)s rows", item["count"]) if "count" in item else ""
    return words


def _rows_words(item: Item) -> str:
    """Say which rows a question is about, the first few of them."""
    rows = item.get("rows", ())
    more = ", …" if item.get("count", 0) > len(rows) else ""
    return f"{', '.join(map(str, rows))}{more}" if len(rows) > 1 else ""


def _ask(number: int, asked: Asked, words: Words, choices: Mapping[str, object]) -> AskView:
    answers = words.answers(asked)
    given = choices.get(asked["key"])
    chosen = str(given) if given in {each.value for each in answers} else asked["chosen"] or asked["default"] or ""
    reason = "" if asked["code"] == "missing" else words.question(asked)
    return AskView(number, asked["key"], reason, answers, chosen, not chosen, _look(answers, chosen))


def _look(answers: Sequence[Answer], chosen: str) -> str:
    if len(answers) == 1 and chosen:
        return "text"
    if len(answers) > MOST_RADIOS:
        return "select"
    return "line" if sum(len(each.words) for each in answers) <= SHORT else "tall"


def _chips(made: RosterImport) -> Iterator[tuple[Section, str, int]]:
    words = {
        Section.LOOK: _("To decide"),
        Section.DECIDED: _("Decided"),
        Section.NEW: _("New"),
        Section.UPDATE: _("Updated"),
        Section.INVITE: _("To be invited"),
        Section.NOTES: _("Good to know"),
        Section.LEFT_OUT: _("Left out"),
        Section.MISSING: _("Not in the file"),
    }
    totals = made.preview["totals"]
    assert isinstance(totals, dict)  # noqa: S101  preview_bytes wrote it
    for section, label in words.items():
        if totals[section.value] or section is Section.LOOK:
            yield section, label, totals[section.value]


def column_name(column: Column) -> str:
    """Return what a column is called: its heading, or its letters as Excel shows them."""
    return column.heading or _("Column %(letters)s", letters=column_letters(column.index + 1))


def result_sheet(lines: Iterator[ResultLine]) -> sheets.Sheet:
    """Return the outcome of each row as a sheet."""
    words = Words({})
    columns = [
        sheets.Column(_("Row in the file"), 10), sheets.Column(_("Full name"), 28), sheets.Column(_("Staff code"), 12),
        sheets.Column(_("Unit"), 28), sheets.Column(_("Position"), 28), sheets.Column(_("Outcome"), 18),
        sheets.Column(_("Good to know"), 48),
    ]  # fmt: skip
    rows: Iterator[list[sheets.Value]] = (
        [
            line["row"],
            line["name"],
            line["code"],
            line["unit"],
            words.position(line["position"]),
            import_words.outcome(line["outcome"]),
            " ".join(import_words.note(code, values) for code, values in line["notes"]),
        ]
        for line in lines
    )
    return sheets.Sheet(_("Outcome"), columns, rows)


def template_sheet() -> sheets.Sheet:
    """Return the sheet to fill in: headings that are read without asking, codes and numbers as text."""
    columns = [
        sheets.Column(_("Staff code"), 14, is_text=True), sheets.Column(_("Full name"), 30),
        sheets.Column(_("Unit"), 30), sheets.Column(_("Position"), 30),
        sheets.Column(_("Phone number"), 16, is_text=True), sheets.Column(_("First day of work"), 18),
        sheets.Column(_("Service point"), 24),
    ]  # fmt: skip
    return sheets.Sheet(_("People"), columns, [])
