"""What the city's register of facilities says: its columns, kinds and levels, row by row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.people.rules.names import clean_name, clean_text, search_key
from app.people.rules.phones import normal_phone

# Column headings without marks; the first of each is the template's own.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "code": ("ma", "ma co so", "code"),
    "name": ("ten", "ten co so", "name"),
    "type": ("loai", "loai hinh", "type"),
    "area": ("phuong/xa", "phuong xa", "phuong, xa", "dia ban", "area"),
    "parent": ("cap tren", "co quan chu quan", "parent"),
    "care_level": ("cap chuyen mon", "care level"),
    "coordinator_name": ("ho ten dieu phoi", "nguoi dieu phoi", "coordinator name"),
    "coordinator_phone": ("dien thoai dieu phoi", "coordinator phone"),
    "director_name": ("ho ten lanh dao", "ho ten giam doc", "director name"),
    "director_phone": ("dien thoai lanh dao", "dien thoai giam doc", "director phone"),
}
NEEDED = ("code", "name", "type")
_TYPES = {
    "hospital": "benh vien|hospital",
    "health_centre": "trung tam y te|health centre|health center",
    "health_station": "tram y te|health station",
    "polyclinic": "phong kham da khoa|polyclinic",
    "specialist_clinic": "phong kham chuyen khoa|specialist clinic",
    "maternity_home": "nha ho sinh|maternity home",
    "other": "khac|other",
}
_LEVELS = {"initial": "ban dau|initial", "basic": "co ban|basic", "specialised": "chuyen sau|specialised"}
_CODE = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")
_LONGEST_CODE = 32


@dataclass(frozen=True, slots=True)
class Manager:
    """A first coordinator or director: name, and phone as stored."""

    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One facility of the register, cleaned; ``number`` is its row in the file."""

    number: int
    code: str
    name: str
    type: str
    area: str
    parent: str
    care_level: str | None
    coordinator: Manager | None
    director: Manager | None


@dataclass(frozen=True, slots=True)
class RegisterProblem:
    """What is wrong with a row: its number, the column's key, a stable code, the text as written."""

    row: int
    column: str
    code: str
    written: str = ""


@dataclass(slots=True)
class Register:
    """The rows that can be used, and every problem."""

    rows: list[RegisterRow] = field(default_factory=list)
    problems: list[RegisterProblem] = field(default_factory=list)


def read_register(rows: Sequence[tuple[int, Sequence[object]]]) -> Register:
    """Read (row number, cells) of a sheet, the first row being the headings; a row with a problem is left out."""
    found = Register()
    if not rows:
        found.problems.append(RegisterProblem(1, "", "file_empty"))
        return found
    number, heading = rows[0]
    places = _places(heading)
    missing = [column for column in NEEDED if column not in places]
    found.problems.extend(RegisterProblem(number, column, "column_missing") for column in missing)
    if missing:
        return found
    seen: dict[str, int] = {}
    for number, cells in rows[1:]:
        texts = {column: _text(cells, place) for column, place in places.items()}
        problems, row = _read_row(number, texts)
        if row is not None and row.code in seen:
            problems, row = [RegisterProblem(number, "code", "code_twice", row.code)], None
        found.problems.extend(problems)
        if row is not None:
            seen[row.code] = number
            found.rows.append(row)
    return found


def _places(heading: Sequence[object]) -> dict[str, int]:
    words = [search_key(str(cell or "")) for cell in heading]
    return {
        column: next(place for place, word in enumerate(words) if word in spellings)
        for column, spellings in COLUMNS.items()
        if any(word in spellings for word in words)
    }


def _text(cells: Sequence[object], place: int) -> str:
    cell = cells[place] if place < len(cells) else None
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else clean_text(str(cell))


def _read_row(number: int, texts: Mapping[str, str]) -> tuple[list[RegisterProblem], RegisterRow | None]:
    problems = [RegisterProblem(number, column, "cell_missing") for column in NEEDED if not texts[column]]
    code = texts["code"].upper()
    if code and (not _CODE.issuperset(code) or len(code) > _LONGEST_CODE):
        problems.append(RegisterProblem(number, "code", "code_wrong", texts["code"]))
    kind, level = _meaning(texts["type"], _TYPES), _meaning(texts.get("care_level", ""), _LEVELS)
    if texts["type"] and kind is None:
        problems.append(RegisterProblem(number, "type", "type_unknown", texts["type"]))
    if texts.get("care_level") and level is None:
        problems.append(RegisterProblem(number, "care_level", "care_level_unknown", texts["care_level"]))
    managers = {role: _manager(number, role, texts, problems) for role in ("coordinator", "director")}
    if problems:
        return problems, None
    return [], RegisterRow(
        number=number,
        code=code,
        name=texts["name"],
        type=kind or "",
        area=texts.get("area", ""),
        parent=texts.get("parent", ""),
        care_level=level,
        coordinator=managers["coordinator"],
        director=managers["director"],
    )


def _meaning(text: str, words: Mapping[str, str]) -> str | None:
    key = search_key(text)
    return next((meaning for meaning, spellings in words.items() if key and key in spellings.split("|")), None)


def _manager(number: int, role: str, texts: Mapping[str, str], problems: list[RegisterProblem]) -> Manager | None:
    name, phone = clean_name(texts.get(f"{role}_name", "")), texts.get(f"{role}_phone", "")
    if not name and not phone:
        return None
    stored = normal_phone(phone) or normal_phone(f"0{phone}")
    if not name:
        problems.append(RegisterProblem(number, f"{role}_name", "cell_missing"))
    if stored is None:
        problems.append(RegisterProblem(number, f"{role}_phone", "phone_wrong" if phone else "cell_missing", phone))
    return Manager(name, stored) if name and stored else None
