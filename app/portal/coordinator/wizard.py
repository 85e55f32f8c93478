"""What a coordinator has chosen so far in the assign wizard, carried in the address and in hidden fields."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from flask import url_for
from werkzeug.datastructures import MultiDict

from app.assignments.rules import Audience, Order, Overlap
from app.portal.coordinator.doors import read_id

STEPS = ("who", "what", "when", "check")
DAYS_TO_LEARN = 14
_MOST_DAYS = 365
_DAY = re.compile(r"\s*(\d{1,2})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{4})\s*")


def read_day(text: str) -> date | None:
    """Read a day as people in Vietnam write it, 30/11/2026; None when it is none."""
    found = _DAY.fullmatch(text)
    if not found:
        return None
    day, month, year = map(int, found.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Draft:
    """The choices; texts are as typed, so that a mistake can be shown back.

    A learning path is a choice of its own: what it means is asked of the paths of today, each time (``Desk.order``).
    """

    step: str = "who"
    is_everyone: bool = False
    unit_ids: tuple[int, ...] = ()
    position_ids: tuple[int, ...] = ()
    person_ids: tuple[int, ...] = ()
    import_id: int | None = None
    is_standing: bool = False
    path_keys: tuple[str, ...] = ()
    module_ids: tuple[int, ...] = ()
    due: str = ""
    days: str = str(DAYS_TO_LEARN)
    overlap: Overlap = Overlap.EARLIER
    find: str = ""

    @property
    def audience(self) -> Audience:
        """Return whom the choices mean."""
        return Audience(
            is_everyone=self.is_everyone,
            unit_ids=frozenset(self.unit_ids),
            position_ids=frozenset(self.position_ids),
            import_id=self.import_id,
            person_ids=frozenset(self.person_ids),
        )

    @property
    def due_on(self) -> date | None:
        """Return the due day typed, None when it cannot be read."""
        return read_day(self.due)

    @property
    def days_to_learn(self) -> int | None:
        """Return the days a newcomer has, None when it is no number from 1 to 365."""
        number = read_id(self.days.strip())
        return number if number is not None and 1 <= number <= _MOST_DAYS else None

    def order(self, module_ids: tuple[int, ...], otherwise: date) -> Order:
        """Return the order of these choices for some modules; ``otherwise`` stands for a due day not chosen yet."""
        return Order(
            self.audience,
            module_ids,
            self.due_on or otherwise,
            self.overlap,
            self.days_to_learn if self.is_standing else None,
        )

    def fields(self, *, without: Sequence[str] = ()) -> list[tuple[str, str]]:
        """Return the choices as names and values of hidden fields, but for the fields a page shows itself."""
        said = [
            *([("everyone", "1")] if self.is_everyone else []),
            *(("unit", str(each)) for each in self.unit_ids),
            *(("position", str(each)) for each in self.position_ids),
            *(("person", str(each)) for each in self.person_ids),
            *([("import", str(self.import_id))] if self.import_id is not None else []),
            *([("standing", "1")] if self.is_standing else []),
            *(("path", each) for each in self.path_keys),
            *(("module", str(each)) for each in self.module_ids),
            ("due", self.due),
            ("days", self.days),
            ("overlap", self.overlap.value),
        ]
        return [(name, value) for name, value in said if name not in without and value]

    def address(self, facility: str, **changes: Any) -> str:
        """Return the wizard's address with these choices, but for the changes."""
        changed = replace(self, **changes)
        query: dict[str, list[str]] = {"step": [changed.step]}
        for name, value in changed.fields():
            query.setdefault(name, []).append(value)
        return url_for("coordinator.assign", facility=facility, **query)  # type: ignore[arg-type]  # lists repeat a name


def read_draft(given: MultiDict[str, str]) -> Draft:
    """Read the choices of an address or a form; what is odd is not chosen."""
    step, overlap = given.get("step", "who"), given.get("overlap", "")
    return Draft(
        step=step if step in STEPS else "who",
        is_everyone=given.get("everyone") == "1",
        unit_ids=_ids(given, "unit"),
        position_ids=_ids(given, "position"),
        person_ids=_ids(given, "person"),
        import_id=read_id(given.get("import", "")),
        is_standing=given.get("standing") == "1",
        path_keys=tuple(dict.fromkeys(each[:60] for each in given.getlist("path"))),
        module_ids=_ids(given, "module"),
        due=given.get("due", "")[:20],
        days=given.get("days", str(DAYS_TO_LEARN))[:6],
        overlap=Overlap(overlap) if overlap in {each.value for each in Overlap} else Overlap.EARLIER,
        find=" ".join(given.get("find", "").split())[:100],
    )


def _ids(given: MultiDict[str, str], name: str) -> tuple[int, ...]:
    found = (read_id(text) for text in given.getlist(name))
    return tuple(dict.fromkeys(each for each in found if each is not None))


def quick_days(today: date) -> list[tuple[str, date]]:
    """Return due days worth a tap, soonest first: (a word for it, the day); the month's end only when a week off."""
    first_of_next = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
    end_of_month = first_of_next - timedelta(days=1)
    days = [("week", today + timedelta(days=7)), ("two_weeks", today + timedelta(days=14))]
    if end_of_month - today >= timedelta(days=7):
        days.append(("month_end", end_of_month))
    days.append(("month", today + timedelta(days=30)))
    by_day = {day: word for word, day in reversed(days)}
    return [(by_day[day], day) for day in sorted(by_day)]
