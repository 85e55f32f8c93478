"""What is wrong with single rows, and with staff codes that stand in several."""

import re
from collections.abc import Iterable, Sequence

from app.people.rules.drafts import EMPTY, SKIP, Desk, Draft
from app.people.rules.headings import Meaning
from app.people.rules.matching import code_key
from app.people.rules.plan import LEAVE_EMPTY, SKIP_ROW, Choice, Values
from app.people.rules.reading import RosterRow

LIMITS = {
    Meaning.NAME: 100,
    Meaning.CODE: 32,
    Meaning.UNIT: 120,
    Meaning.POSITION: 120,
    Meaning.POINT: 120,
}
_WORDS = (Meaning.UNIT, Meaning.POSITION, Meaning.POINT)
_NOT_IN_A_NAME = re.compile(r"[\d<>=@{}\[\]|\\/#$%^*_~\"+;:?!]")


def begin(rows: Iterable[RosterRow], desk: Desk) -> list[Draft]:
    """Return a draft of each row, with what is wrong with its own cells."""
    return [_begin(row, desk) for row in rows]


def settle_codes(drafts: Sequence[Draft], desk: Desk) -> None:
    """Ask about staff codes that stand in more than one row; a row that repeats another is left out."""
    holders: dict[str, Draft] = {}
    for draft in drafts:
        if draft.is_settled or not draft.code:
            continue
        first = holders.setdefault(code_key(draft.code), draft)
        if first is not draft and _settle_code(draft, first, desk):
            holders[code_key(draft.code)] = draft


def _begin(row: RosterRow, desk: Desk) -> Draft:
    words = {Meaning.UNIT: row.unit, Meaning.POSITION: row.position, Meaning.POINT: row.point}
    draft = Draft(row=row, name=row.name, code=row.code or None, phone=row.phone.number, words=words)
    if row.waits:
        draft.is_open = True
        return draft
    _check_name(draft, desk)
    for meaning in (Meaning.CODE, *_WORDS, Meaning.PHONE, Meaning.START):
        if meaning in row.valueless:
            desk.ask(draft, "value_missing", meaning, [EMPTY, SKIP], values={}, default=LEAVE_EMPTY)
    for meaning, text in ((Meaning.CODE, row.code), *words.items()):
        if len(text) > LIMITS[meaning]:
            desk.ask(draft, "text_too_long", meaning, [EMPTY, SKIP], values={"limit": LIMITS[meaning]})
            draft.words[meaning] = ""
            draft.code = None if meaning is Meaning.CODE else draft.code
    return draft


def _check_name(draft: Draft, desk: Desk) -> None:
    name = draft.name
    if Meaning.NAME in draft.row.valueless:
        desk.ask(draft, "value_missing", Meaning.NAME, [SKIP], values={}, default=SKIP_ROW)
    elif not name:
        desk.ask(draft, "name_missing", Meaning.NAME, [SKIP], values={}, default=SKIP_ROW)
    elif len(name) > LIMITS[Meaning.NAME]:
        desk.ask(draft, "text_too_long", Meaning.NAME, [SKIP], values={"limit": LIMITS[Meaning.NAME]}, default=SKIP_ROW)
    elif _NOT_IN_A_NAME.search(name) or not any(letter.isalpha() for letter in name):
        desk.ask(draft, "name_odd", Meaning.NAME, [Choice("keep_text", "keep_text"), SKIP], values={"name": name})
    if name and name != draft.row.name_written:
        draft.note("name_cleaned", Meaning.NAME, before=draft.row.name_written, after=name)


def _settle_code(draft: Draft, first: Draft, desk: Desk) -> bool:
    """Ask what to do with the second row of a staff code; True: the code is now this row's."""
    if _contents(draft) == _contents(first):
        draft.twin = first
        desk.ask(
            draft,
            "duplicate_row",
            Meaning.NAME,
            [SKIP],
            values={"row": first.number, "name": draft.name},
            default=SKIP_ROW,
        )
        return False
    is_one_name = draft.row.match == first.row.match
    choices = [
        SKIP,
        Choice("use_this", "use_this_row", {"row": first.number}),
        *([] if is_one_name else [EMPTY]),
    ]
    values: Values = {"code": draft.code or "", "row": first.number, "other": first.name, "name": draft.name}
    answer = desk.ask(draft, "code_twice", Meaning.CODE, choices, values=values)
    if answer == "use_this":
        first.is_skipped = True
        first.note("replaced_by_row", Meaning.CODE, row=draft.number)
    elif answer == LEAVE_EMPTY:
        draft.code = None
    return answer == "use_this"


def _contents(draft: Draft) -> tuple[object, ...]:
    row = draft.row
    return row.match, code_key(draft.code), row.phone.number, row.unit, row.position, row.point
