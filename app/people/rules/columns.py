"""Where the headings of a roster are and what each of its columns means: our guess, for the user to change."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from app.people.rules.cells import Cell, NumberedRow, raw_text, text_of
from app.people.rules.headings import Meaning, meaning_of
from app.people.rules.names import clean_text, term_key
from app.people.rules.phones import read_phone
from app.people.rules.positions import positions_named
from app.people.rules.syllables import is_syllable

HEADINGS_WITHIN = 30
SAMPLE_ROWS = 200
SHOWN_SAMPLES = 3
# A citizen's number: place, century and sex, year, six more. Excel takes the leading zero of most of them.
_CITIZEN = re.compile(r"0?(?:0[1-9]|[1-8]\d|9[0-6])\d{9}", re.ASCII)
_CODE = re.compile(r"[A-Za-zĐđ]{0,6}[.\-]?\d{2,10}", re.ASCII)
_NUMBERING = re.compile(r"\(?(\d{1,2})\)?|\(?([A-Z])\)?", re.ASCII)
_FAMILY_NAMES = (
    "nguyen tran le pham huynh hoang phan vu vo dang bui do ho ngo duong ly dinh doan lam mai truong trinh ta chau cao "
    "luong luu to ton thai dao ha quach kieu la lai mac nghiem nong phung quan thach tang thi tieu trieu tu vuong "
    "vi au banh bach chu cu dam diep dong giang giap han hua khuc khuong kim khong ninh nhan ong phi son thieu van"
)
_UNIT_WORDS = re.compile(r"(?:khoa|phong|ban|to|trung tam|tram|don vi|bo phan|phong kham|lien khoa)\b")
_MOST, _HALF = 0.6, 0.5


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its place from 0, its heading, what it means, and up to three values (none of a private one)."""

    index: int
    heading: str
    meaning: Meaning
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ColumnPlan:
    """How a sheet is to be read: the row of the headings (None: there are none), the first row of people, columns."""

    heading_row: int | None
    first_row: int
    columns: tuple[Column, ...]

    def place_of(self, meaning: Meaning) -> int | None:
        """Return the place of the first column with this meaning, or None."""
        return next((column.index for column in self.columns if column.meaning is meaning), None)

    def with_meanings(self, meanings: Mapping[int, Meaning]) -> "ColumnPlan":
        """Return the plan with the user's meanings, by place; unnamed columns keep theirs."""
        columns = (replace(column, meaning=meanings.get(column.index, column.meaning)) for column in self.columns)
        return replace(self, columns=tuple(columns))

    def faults(self) -> tuple[str, ...]:
        """Return the codes of what must be mended before reading: no name, no identifier, a meaning given twice."""
        meanings = [column.meaning for column in self.columns]
        stored = [meaning for meaning in meanings if meaning not in (Meaning.PRIVATE, Meaning.IGNORED)]
        checks = {
            "column_name_missing": not {Meaning.NAME, Meaning.GIVEN} & set(meanings),
            "column_identifier_missing": not {Meaning.CODE, Meaning.PHONE} & set(meanings),
            "column_twice": len(stored) > len(set(stored)),
        }
        return tuple(code for code, holds in checks.items() if holds)


def guess_columns(rows: Sequence[NumberedRow]) -> ColumnPlan:
    """Return our guess for the rows of a sheet that hold something: from the headings first, then from the values."""
    headings, heading_row, body = _headings(rows)
    width = max((len(cells) for _, cells in rows), default=0)
    headings += [""] * (width - len(headings))
    texts = [[text_of(cells[place]) for _, cells in body[:SAMPLE_ROWS] if place < len(cells)] for place in range(width)]
    values = [[text for text in column if text] for column in texts]
    meanings = [
        Meaning.PRIVATE if _share(values[place], _is_citizen_number) >= _HALF else meaning_of(heading)
        for place, heading in enumerate(headings)
    ]
    _settle_names(meanings, headings, values)
    _settle_doubles(meanings, values)
    _guess_by_values(meanings, values)
    columns = (
        _column(place, clean_text(headings[place]), meaning or Meaning.IGNORED, values[place])
        for place, meaning in enumerate(meanings)
    )
    return ColumnPlan(heading_row, body[0][0] if body else 0, tuple(columns))


def _column(place: int, heading: str, meaning: Meaning, values: Sequence[str]) -> Column:
    samples = () if meaning is Meaning.PRIVATE else tuple(values[:SHOWN_SAMPLES])
    return Column(place, heading, meaning, samples)


def _headings(rows: Sequence[NumberedRow]) -> tuple[list[str], int | None, Sequence[NumberedRow]]:
    """Return the headings as written, the number of their (last) row, and the rows below.

    Titles may stand above, and headings may fill two rows: the lower one is read first, the upper where it is empty.
    """
    best: tuple[int, int, list[str]] = (1, -1, [])
    for at, (_, cells) in enumerate(rows[:HEADINGS_WITHIN]):
        single = [raw_text(cell) for cell in cells]
        candidates = [single]
        if at and _knowledge(single) and _knowledge(above := [raw_text(cell) for cell in rows[at - 1][1]]):
            candidates.append([low or high for low, high in zip_longest(single, above, fillvalue="")])
        best = max([best, *((_knowledge(each), at, each) for each in candidates)], key=lambda found: found[0])
    _, at, headings = best
    body = rows[at + 1 :]
    while body and _is_numbering(body[0][1]):
        body = body[1:]
    return headings, rows[at][0] if headings else None, body


def _knowledge(headings: Sequence[str]) -> int:
    """Return how many different meanings these cells name as headings, nothing without a person's name."""
    meanings = set(map(meaning_of, headings)) - {None}
    return len(meanings) if meanings & {Meaning.NAME, Meaning.FAMILY, Meaning.GIVEN} else 0


def _is_numbering(cells: Sequence[Cell]) -> bool:
    """Tell whether a row only numbers the columns: (1) (2) (3), or A B 1 2."""
    texts = [text for cell in cells if (text := text_of(cell))]
    return len(texts) > 1 and all(_NUMBERING.fullmatch(text) for text in texts)


def _settle_names(meanings: list[Meaning | None], headings: Sequence[str], values: Sequence[Sequence[str]]) -> None:
    """Decide between one name column and two: "Họ và tên" is often one heading over two columns."""
    if Meaning.NAME in meanings:
        place = meanings.index(Meaning.NAME)
        is_split = place + 1 < len(meanings) and not headings[place + 1].strip()
        if is_split and _share(values[place + 1], _is_one_word) >= _MOST:
            meanings[place], meanings[place + 1] = Meaning.FAMILY, Meaning.GIVEN
            return
        _replace_all(meanings, {Meaning.FAMILY: Meaning.IGNORED, Meaning.GIVEN: Meaning.IGNORED})
    elif not {Meaning.FAMILY, Meaning.GIVEN} <= set(meanings):
        _replace_all(meanings, {Meaning.FAMILY: Meaning.NAME, Meaning.GIVEN: Meaning.NAME})


def _replace_all(meanings: list[Meaning | None], by: Mapping[Meaning, Meaning]) -> None:
    meanings[:] = [by.get(meaning, meaning) if meaning else None for meaning in meanings]


def _settle_doubles(meanings: list[Meaning | None], values: Sequence[Sequence[str]]) -> None:
    """Of several columns with one meaning keep the fullest: "Chức vụ" is filled for leaders only."""
    for meaning in set(meanings) - {None, Meaning.PRIVATE, Meaning.IGNORED}:
        places = [place for place, other in enumerate(meanings) if other is meaning]
        fullest = max(places, key=lambda place: len(values[place]))
        for place in places:
            if place != fullest:
                meanings[place] = Meaning.IGNORED


def _guess_by_values(meanings: list[Meaning | None], values: Sequence[Sequence[str]]) -> None:
    """Give columns without a telling heading the meaning that most of their values have."""
    has_name = {Meaning.NAME, Meaning.GIVEN} & set(meanings)
    taken = {*meanings, *([Meaning.NAME] if has_name else [])}
    for place, texts in enumerate(values):
        if meanings[place] is None and texts:
            guess = next((each for each, test in _TESTS.items() if each not in taken and test(texts)), None)
            meanings[place] = guess
            taken.add(guess)


def _share(texts: Sequence[str], test: Callable[[str], bool]) -> float:
    return sum(map(test, texts)) / len(texts) if texts else 0


def _is_citizen_number(text: str) -> bool:
    digits = re.sub(r"[\s.']", "", text)
    return _CITIZEN.fullmatch(digits) is not None and read_phone(digits).number is None


def _is_one_word(text: str) -> bool:
    return " " not in text and text.isalpha()


def _is_name(text: str) -> bool:
    words = term_key(text).split(" ")
    return len(words) > 1 and words[0] in _FAMILY_NAMES.split(" ") and all(map(is_syllable, text.split(" ")))


def _are_codes(texts: Sequence[str]) -> bool:
    """Tell whether these are staff codes: each once, and not just 1, 2, 3 down the page."""
    is_counting = texts == [str(number) for number in range(1, len(texts) + 1)]
    is_each_once = len(set(texts)) == len(texts)
    return is_each_once and not is_counting and _share(texts, lambda text: bool(_CODE.fullmatch(text))) >= _MOST


_TESTS: dict[Meaning, Callable[[Sequence[str]], bool]] = {
    Meaning.PHONE: lambda texts: _share(texts, lambda text: read_phone(text).number is not None) >= _MOST,
    Meaning.NAME: lambda texts: _share(texts, _is_name) >= _MOST,
    Meaning.UNIT: lambda texts: _share(texts, lambda text: bool(_UNIT_WORDS.match(term_key(text)))) >= _HALF,
    Meaning.POSITION: lambda texts: _share(texts, lambda text: bool(positions_named(text))) >= _MOST,
    Meaning.CODE: _are_codes,
}
