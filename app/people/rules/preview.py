"""What the check page shows of a plan, in sections, as plain values that a file can keep."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypedDict

from app.people.rules.phones import mask_phone
from app.people.rules.plan import Choice, Facts, MissingChoice, Outcome, Plan, PlannedRow, Problem, Question, Values

SHOWN_ROWS = 5
# Choices that name a thing of the lists are kept as their value alone; ``Preview.names`` has the words.
_NAMED = frozenset({"use_unit", "use_position", "use_point"})


class Section(StrEnum):
    """The parts of the check page, in their order."""

    LOOK = "look"
    DECIDED = "decided"
    NEW = "new"
    UPDATE = "update"
    INVITE = "invite"
    NOTES = "notes"
    LEFT_OUT = "left_out"
    MISSING = "missing"


_SHOWN_UNDER = {
    Outcome.NEW: Section.NEW,
    Outcome.UPDATE: Section.UPDATE,
    Outcome.INVITE: Section.INVITE,
    Outcome.SKIP: Section.LEFT_OUT,
}


class Asked(TypedDict):
    """A problem or question; a choice is its value alone, or (value, code, values)."""

    key: str
    code: str
    column: str
    values: Values
    choices: list[str | tuple[str, str, Values]]
    default: str | None
    chosen: str | None


class Item(TypedDict, total=False):
    """One line of the page: a row of the file (``row``), a question (``rows``, ``count``) or a missing person."""

    row: int
    rows: list[int]
    count: int
    name: str
    code: str
    unit: str
    position: str
    phone: str
    text: str
    outcome: str
    asked: list[Asked]
    changes: list[tuple[str, str, str]]
    notes: list[tuple[str, Values]]


class ResultLine(TypedDict):
    """What became of a row (``outcome`` is an Outcome), or (``row`` None) of someone whom the file did not have."""

    row: int | None
    name: str
    code: str
    unit: str
    position: str
    outcome: str
    notes: list[tuple[str, Values]]


@dataclass(frozen=True, slots=True)
class Preview:
    """The items of each section, the keys still open, and the names of units, positions and points by choice value."""

    sections: Mapping[Section, Sequence[Item]]
    open_keys: Sequence[str]
    names: Mapping[str, str]


def preview_of(plan: Plan, facts: Facts) -> Preview:
    """Return what the check page shows of a plan; what waits for an answer comes first."""
    names = _names(plan, facts)
    sections: dict[Section, list[Item]] = {section: [] for section in Section}
    for question in plan.questions:
        section = Section.LOOK if question.chosen is None else Section.DECIDED
        sections[section].append(_question(question))
    for row in plan.rows:
        item = _row(row, names)
        for section in _sections_of(row):
            sections[section].append(item)
    sections[Section.LEFT_OUT] += [{"row": ignored.number, "text": ignored.text} for ignored in plan.ignored]
    sections[Section.MISSING] = list(_missing(plan, facts, names))
    sections[Section.LOOK].sort(key=lambda item: not any(_is_open(asked) for asked in item["asked"]))
    return Preview(sections, list(_open_keys(plan)), names)


def _is_open(asked: Asked) -> bool:
    return asked["chosen"] is None and asked["default"] is None


def _open_keys(plan: Plan) -> Iterator[str]:
    for question in plan.questions:
        if question.is_open:
            yield question.key
    for row in plan.rows:
        for problem in row.problems:
            if problem.is_open:
                yield problem.key


def _sections_of(row: PlannedRow) -> Iterator[Section]:
    if row.problems:
        is_decided = all(problem.chosen for problem in row.problems)
        yield Section.DECIDED if is_decided else Section.LOOK
    if row.outcome in _SHOWN_UNDER:
        yield _SHOWN_UNDER[row.outcome]
    if row.notes:
        yield Section.NOTES


def _names(plan: Plan, facts: Facts) -> dict[str, str]:
    """Return the names behind the keys, under the values that choices have for them: ``unit:12``."""
    names = {f"unit:{unit.key}": unit.name for unit in facts.units}
    names |= {f"unit:{unit.key}": unit.name for unit in plan.new_units}
    names |= {f"position:{position.key}": position.name for position in facts.positions}
    return names | {f"point:{point.key}": point.name for point in facts.points}


def _row(row: PlannedRow, names: Mapping[str, str]) -> Item:
    item: Item = {
        "row": row.number,
        "name": row.name,
        "outcome": row.outcome.value,
        "code": row.code or "",
        "unit": names.get(f"unit:{row.unit}", ""),
        "position": row.position or "",
        "phone": mask_phone(row.phone) if row.phone else "",
    }
    if row.problems:
        item["asked"] = [_asked(problem) for problem in row.problems]
    if row.changes:
        item["changes"] = [
            (
                change.column.value,
                _shown(change.column.value, change.before, names),
                _shown(change.column.value, change.after, names),
            )
            for change in row.changes
        ]
    if row.notes:
        item["notes"] = [(note.code, note.values) for note in row.notes]
    return item


def _shown(column: str, value: str | None, names: Mapping[str, str]) -> str:
    """Return a value as the page shows it; a position stays a code, its name depends on the reader's language."""
    if value is None:
        return ""
    if column == "phone":
        return mask_phone(value)
    return value if column == "position" else names.get(f"{column}:{value}", value)


def _question(question: Question) -> Item:
    return {"asked": [_asked(question)], "rows": list(question.rows[:SHOWN_ROWS]), "count": len(question.rows)}


def _asked(problem: Problem) -> Asked:
    return {
        "key": problem.key,
        "code": problem.code,
        "column": problem.column.value,
        "values": problem.values,
        "choices": [_choice(choice) for choice in problem.choices],
        "default": problem.default,
        "chosen": problem.chosen,
    }


def _choice(choice: Choice) -> str | tuple[str, str, Values]:
    return choice.value if choice.code in _NAMED else (choice.value, choice.code, choice.values)


def _missing(plan: Plan, facts: Facts, names: Mapping[str, str]) -> Iterator[Item]:
    people = {person.person_id: person for person in facts.people}
    for missing in plan.missing:
        person = people[missing.person_id]
        yield {
            "name": person.name,
            "code": person.staff_code or "",
            "unit": names.get(f"unit:{person.unit}", ""),
            "position": person.position or "",
            "phone": mask_phone(person.phone) if person.phone else "",
            "asked": [
                {
                    "key": missing.key,
                    "code": "missing",
                    "column": "",
                    "values": {},
                    "choices": ["keep", "left", "moved"],
                    "default": None,
                    "chosen": missing.choice.value,
                }
            ],
        }


def result_lines(plan: Plan, facts: Facts, codes: Mapping[int, str]) -> Iterator[ResultLine]:
    """Yield what becomes of each row of the file and of each person missing from it that leaves, in that order."""
    names = _names(plan, facts)
    for row in plan.rows:
        yield {
            "row": row.number,
            "name": row.name,
            "code": row.code or codes.get(row.number, ""),
            "unit": names.get(f"unit:{row.unit}", ""),
            "position": row.position or "",
            "outcome": (row.action or row.outcome).value,
            "notes": [(note.code, note.values) for note in row.notes],
        }
    people = {person.person_id: person for person in facts.people}
    for missing in plan.missing:
        if missing.choice is not MissingChoice.KEEP:
            person = people[missing.person_id]
            yield {
                "row": None,
                "name": person.name,
                "code": person.staff_code or "",
                "unit": names.get(f"unit:{person.unit}", ""),
                "position": person.position or "",
                "outcome": missing.choice.value,
                "notes": [],
            }
