"""How the rows of a sheet become people, and which rows are none."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.people.rules import legacy
from app.people.rules.cells import Cell, NumberedRow, raw_text, text_of
from app.people.rules.columns import ColumnPlan
from app.people.rules.dates import DateReading, read_date
from app.people.rules.headings import Meaning
from app.people.rules.names import clean_name, clean_text, match_key, term_key
from app.people.rules.phones import PhoneReading, read_phone
from app.people.rules.plan import Choice, IgnoredRow, Question

LEGACY_KEY = "legacy_encoding"
CONVERT, KEEP = "convert", "keep"
_TEXTS = (Meaning.NAME, Meaning.FAMILY, Meaning.GIVEN, Meaning.UNIT, Meaning.POSITION, Meaning.POINT)
# With its marks where it has any: "Tổ Hành chính" is a unit, "Tô Văn An" is not.
_UNIT_HEADING = re.compile(
    r"(?:khoa|phòng|phong|ban|tổ|trung tâm|trung tam|trạm|tram|đơn vị|don vi|bộ phận|bo phan|liên khoa|lien khoa)\b"
)
_FOOTERS = re.compile(r"(?:tong (?:cong|so)|nguoi lap|giam doc|thu truong|ky ten|xac nhan|lap bang|ngay)\b")
_MOST_IN_A_HEADING = 2
_OUTLINE = re.compile(r"(?:[IVX]{1,5}|[A-Z]|\d{1,2})\s*[.)/:\-]\s*")


@dataclass(frozen=True, slots=True)
class RosterRow:
    """A person as the file has them, cleaned; ``waits`` while it is undecided whether an old font is converted."""

    number: int
    name: str
    name_written: str
    match: str
    code: str
    code_is_number: bool
    phone: PhoneReading
    unit: str
    position: str
    point: str
    start: DateReading
    valueless: frozenset[Meaning]
    waits: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """The people of a sheet, the rows that are none, and the question about an old font, if there is one."""

    rows: tuple[RosterRow, ...]
    ignored: tuple[IgnoredRow, ...]
    questions: tuple[Question, ...]


def read_rows(
    rows: Sequence[NumberedRow],
    plan: ColumnPlan,
    *,
    valueless: Collection[tuple[int, int]] = frozenset(),
    choices: Mapping[str, str],
) -> Reading:
    """Return the people in the rows below the headings.

    ``valueless``: (row number, column from 0) of cells whose formula has no value. A row with nothing but a unit's
    name is a heading; where no column has the units, it gives the unit of the rows below it.
    """
    body = [(number, cells) for number, cells in rows if plan.first_row and number >= plan.first_row]
    reader = _Reader(plan, valueless, _proposal(body, plan), choices.get(LEGACY_KEY))
    people = tuple(reader.people(body))
    return Reading(people, tuple(reader.ignored), tuple(reader.questions()))


def _proposal(body: Sequence[NumberedRow], plan: ColumnPlan) -> legacy.Proposal | None:
    places = [column.index for column in plan.columns if column.meaning in _TEXTS]
    return legacy.propose(raw_text(cells[place]) for _, cells in body for place in places if place < len(cells))


class _Reader:
    """Goes down the rows once, remembering the unit whose heading was passed."""

    def __init__(
        self,
        plan: ColumnPlan,
        valueless: Collection[tuple[int, int]],
        proposal: legacy.Proposal | None,
        legacy_choice: str | None,
    ) -> None:
        self.ignored: list[IgnoredRow] = []
        self._places = {meaning: plan.place_of(meaning) for meaning in Meaning}
        unstored = (Meaning.PRIVATE, Meaning.IGNORED)
        self._stored = [column.index for column in plan.columns if column.meaning not in unstored]
        self._valueless = valueless
        self._proposal = proposal
        self._choice = legacy_choice if legacy_choice in (CONVERT, KEEP) else None
        self._unit = ""
        self._old_rows: list[int] = []

    def people(self, body: Sequence[NumberedRow]) -> Iterator[RosterRow]:
        for number, cells in body:
            filled = [cell for cell in cells if isinstance(cell, str) and cell.strip()]
            if self._is_nobody(cells, filled):
                self._pass_by(number, filled)
            else:
                yield self._person(number, cells)

    def questions(self) -> Iterator[Question]:
        if self._proposal is None:
            return
        before, _ = self._proposal.samples[0]
        yield Question(
            key=LEGACY_KEY,
            code=LEGACY_KEY,
            column=Meaning.NAME,
            values={
                "scheme": self._proposal.scheme.label,
                "before": clean_text(before),
                "after": clean_name(self._proposal.convert_name(before)),
                "count": self._proposal.count,
            },
            choices=(Choice(CONVERT, CONVERT), Choice(KEEP, "keep_text")),
            default=None,
            chosen=self._choice,
            rows=tuple(self._old_rows),
        )

    def _is_nobody(self, cells: Sequence[Cell], filled: Sequence[str]) -> bool:
        """Tell whether a row is a heading, a footer or nothing that any column asks for."""
        kept = [text for place in self._stored if place < len(cells) and (text := raw_text(cells[place]).strip())]
        if len(kept) > _MOST_IN_A_HEADING:
            return False
        if all(_FOOTERS.match(term_key(text)) for text in kept):
            return True
        return len(filled) == len(kept) == 1 and bool(_UNIT_HEADING.match(self._heading(filled).casefold()))

    def _pass_by(self, number: int, filled: Sequence[str]) -> None:
        if len(filled) == 1 and _UNIT_HEADING.match(self._heading(filled).casefold()):
            self._unit = self._heading(filled)
        self.ignored.append(IgnoredRow(number, " · ".join(map(clean_text, filled))))

    def _heading(self, filled: Sequence[str]) -> str:
        """Return the one text of a row without its numbering: "II. Khoa Nội" is Khoa Nội."""
        return _OUTLINE.sub("", clean_text(self._unicode(filled[0])), count=1)

    def _person(self, number: int, cells: Sequence[Cell]) -> RosterRow:
        written = {meaning: raw_text(self._cell(cells, meaning)) for meaning in _TEXTS}
        name_written = written[Meaning.NAME] or f"{written[Meaning.FAMILY]} {written[Meaning.GIVEN]}".strip()
        name = clean_name(self._unicode_name(name_written))
        code = self._cell(cells, Meaning.CODE)
        is_old = self._is_old(written.values())
        self._old_rows += [number] if is_old else []
        unit = written[Meaning.UNIT] if self._places[Meaning.UNIT] is not None else self._unit
        return RosterRow(
            number=number,
            name=name,
            name_written=name_written,
            match=match_key(name),
            code=text_of(code).replace(" ", ""),
            code_is_number=isinstance(code, float),
            phone=read_phone(self._cell(cells, Meaning.PHONE)),
            unit=clean_text(self._unicode(unit)),
            position=clean_text(self._unicode(written[Meaning.POSITION])),
            point=clean_text(self._unicode(written[Meaning.POINT])),
            start=read_date(self._cell(cells, Meaning.START)),
            valueless=frozenset(
                meaning for meaning, place in self._places.items() if (number, place) in self._valueless
            ),
            waits=is_old and self._choice is None,
        )

    def _cell(self, cells: Sequence[Cell], meaning: Meaning) -> Cell:
        place = self._places[meaning]
        return cells[place] if place is not None and place < len(cells) else None

    def _is_old(self, texts: Collection[str]) -> bool:
        """Whether the person's words change with the answer about the old font."""
        proposal = self._proposal
        return proposal is not None and any(proposal.convert(text) != text for text in texts if not text.isascii())

    def _unicode(self, text: str) -> str:
        return self._proposal.convert(text) if self._proposal and self._choice == CONVERT else text

    def _unicode_name(self, name: str) -> str:
        return self._proposal.convert_name(name) if self._proposal and self._choice == CONVERT else name
