"""The progress board (S8): one sentence, four states that add up, units, and the people under each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date

from flask import g, render_template, request, url_for

from app.assignments import queries
from app.assignments.queries import Board, BoardPerson, Subject, Tally, UnitRow
from app.assignments.rules import TARGET, BoardState
from app.kernel import clock
from app.kernel.i18n import _, in_language, moment, ngettext
from app.kernel.login import asker
from app.kernel.paging import Page, page_number
from app.people.rules import search_key
from app.portal.coordinator.doors import SHAPES, blueprint, may_change, read_id, revoked_at, when
from quizzes.rules import GateKind

PAGE_SIZE = 50
UNIT_SORTS = ("name", "done", "overdue", "activity")
PEOPLE_SORTS = ("name", "unit", "due", "activity")
# By the word in the address: the shape of the chip, its colour, and who belongs to it.
_CHIPS: Mapping[str, tuple[str, str, Callable[[BoardPerson], bool]]] = {
    "not_started": ("none", "", lambda person: person.row.state is BoardState.NOT_STARTED),
    "learning": ("learning", "dusk", lambda person: person.row.state is BoardState.LEARNING),
    "not_passed": ("failed", "amber", lambda person: person.row.state is BoardState.NOT_PASSED),
    "done": ("done", "jade", lambda person: person.row.state is BoardState.DONE),
    "overdue": ("overdue", "coral", lambda person: person.row.is_overdue),
    "lapsed": ("void", "coral", lambda person: person.row.has_lapsed),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the reader asks of the board, as the address says it; ``unit`` is an id, 0 for people without a unit."""

    module: str = ""
    state: str = ""
    q: str = ""
    unit: int | None = None
    sort: str = "name"

    @property
    def narrows(self) -> bool:
        """Say whether people are looked for rather than units."""
        return bool(self.state or self.q)

    def address(self, facility: str, **changes: object) -> str:
        """Return the board's address with these changes; what says nothing is left out."""
        said = {**asdict(self), **changes}
        if said["sort"] == "name":
            said["sort"] = ""
        kept = {name: value for name, value in said.items() if value not in {None, ""}}
        return url_for("coordinator.board", facility=facility, **kept)


@dataclass(frozen=True, slots=True)
class Line:
    """One person as the board shows them, in the reader's language."""

    person_id: int
    name: str
    unit: str
    position: str
    shape: str
    state: str
    detail: str
    due_on: date | None
    activity: str


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One unit as the board shows it."""

    row: UnitRow
    name: str
    url: str
    activity: str
    is_open: bool
    people: Sequence[Line]


def read_asked(given: Mapping[str, str]) -> Asked:
    """Read the filters of an address or a form; anything odd is no filter."""
    state, sort = given.get("state", ""), given.get("sort", "name")
    return Asked(
        module=given.get("module", "")[:60],
        state=state if state in _CHIPS else "",
        q=" ".join(given.get("q", "").split())[:100],
        unit=read_id(given.get("unit", "")),
        sort=sort if sort.lstrip("-") in {*UNIT_SORTS, *PEOPLE_SORTS} else "name",
    )


@blueprint.get("/f/<facility>/board")
def board(facility: str) -> str:
    """Show how far the facility's people are with what is asked of them."""
    now, asked = clock.now(), read_asked(request.args)
    subjects = queries.list_subjects()
    subject = next((each for each in subjects.values() if each.key == asked.module), None)
    shown = read_board(g.facility_id, subject, subjects)
    return render_template(
        "portal/board.html",
        facility=facility,
        asked=asked,
        subject=subject,
        modules=[("", _("All modules")), *((each.key, in_language(each.title)) for each in subjects.values())],
        board=shown,
        sentence=_sentence(shown),
        target=int(TARGET * 100),
        chips=_chips(facility, asked, shown.tally),
        units=[] if asked.narrows else _unit_lines(facility, asked, shown),
        page=_people_page(asked, shown) if asked.narrows else None,
        can_change=may_change(asker(), g.facility_id),
        at=moment(now),
        unit_sort=lambda key: asked.address(facility, sort=key),
        page_address=lambda number: asked.address(facility, page=number),
    )


def read_board(facility_id: int, subject: Subject | None, subjects: Mapping[int, Subject]) -> Board:
    """Return the board as of now, for one module or for all, with revoked certificates seen."""
    now = clock.now()
    revoked = revoked_at(facility_id, now)
    module_id = subject.id if subject else None
    return queries.board(facility_id, now, module_id=module_id, revoked=revoked, subjects=subjects)


def _sentence(shown: Board) -> str:
    """Say what is missing until when: the sentence before the chart."""
    pace, target = shown.pace, int(TARGET * 100)
    if not pace.missing:
        return str(_("The target of %(target)d%% is reached.", target=target))
    words: str
    due = pace.due_on.strftime("%d/%m") if pace.due_on else ""
    if pace.a_day is None:
        words = ngettext(
            "The due day %(due)s is over: %(num)d person is still missing for %(target)d%%.",
            "The due day %(due)s is over: %(num)d people are still missing for %(target)d%%.",
            pace.missing,
            due=due,
            target=target,
        )
        return words
    words = ngettext(
        "%(num)d more person by the end of %(due)s, about %(a_day)d a day.",
        "%(num)d more people by the end of %(due)s, about %(a_day)d a day.",
        pace.missing,
        due=due,
        a_day=pace.a_day,
    )
    return words


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter with its count; ``url`` takes the filter away when it is the present one.

    ``is_across`` says that it lies across the four states that add up.
    """

    key: str
    words: str
    count: int
    shape: str
    colour: str
    url: str
    is_current: bool
    is_across: bool


def _chips(facility: str, asked: Asked, tally: Tally) -> list[Chip]:
    words = state_words()
    counts = asdict(tally)
    return [
        Chip(
            key,
            words[key],
            counts[key],
            shape,
            colour,
            asked.address(facility, state="" if asked.state == key else key, unit=None, sort="name"),
            asked.state == key,
            key not in set(BoardState),
        )
        for key, (shape, colour, _belongs) in _CHIPS.items()
    ]


def state_words() -> dict[str, str]:
    """Return the words of the chips, by the key in the address."""
    return {
        "not_started": _("Not started"),
        "learning": _("Learning"),
        "not_passed": _("Not passed yet"),
        "done": _("Done"),
        "overdue": _("Overdue"),
        "lapsed": _("No longer valid"),
    }


def choose(asked: Asked, shown: Board) -> list[BoardPerson]:
    """Return the people who fit the filters: chip, search (marks do not matter), unit."""
    people = list(shown.people)
    if asked.state:
        people = [person for person in people if _CHIPS[asked.state][2](person)]
    if asked.q:
        key = search_key(asked.q)
        people = [
            person
            for person in people
            if key in person.colleague.search_key or asked.q == (person.colleague.staff_code or "")
        ]
    if asked.unit is not None:
        people = [person for person in people if (person.colleague.unit_id or 0) == asked.unit]
    return _sorted_people(people, asked.sort)


def _sorted_people(people: list[BoardPerson], sort: str) -> list[BoardPerson]:
    keys: dict[str, Callable[[BoardPerson], object]] = {
        "unit": lambda person: (person.colleague.unit_id is None, person.colleague.unit_sort_key),
        "due": lambda person: person.due_on or date.max,
        "activity": lambda person: person.last_activity.timestamp() if person.last_activity else 0.0,
    }
    key = keys.get(sort.lstrip("-"))
    # The board's own order is by name; sorting is stable, so equal ones stay in it.
    if key is None:
        return people[::-1] if sort == "-name" else people
    return sorted(people, key=key, reverse=sort.startswith("-"))  # type: ignore[arg-type]  # each key orders itself


def _people_page(asked: Asked, shown: Board) -> Page[Line]:
    people = choose(asked, shown)
    number = page_number(request.args.get("page"))
    today = clock.civil_day(shown.at)
    rows = [line_of(person, today) for person in people[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]]
    return Page(rows, number, PAGE_SIZE, len(people))


def _unit_lines(facility: str, asked: Asked, shown: Board) -> list[UnitLine]:
    today = clock.civil_day(shown.at)
    lines = []
    for row in _sorted_units(shown.units, asked.sort):
        is_open = asked.unit is not None and asked.unit == (row.unit_id or 0)
        people = choose(replace(asked, sort="name"), shown) if is_open else []
        lines.append(
            UnitLine(
                row,
                row.unit or _("Without a unit"),
                asked.address(facility, unit=None if is_open else row.unit_id or 0),
                when(row.last_activity, today),
                is_open,
                [line_of(person, today) for person in people],
            )
        )
    return lines


def _sorted_units(units: list[UnitRow], sort: str) -> list[UnitRow]:
    keys: dict[str, Callable[[UnitRow], float]] = {
        "done": lambda row: row.tally.done / row.tally.total,
        "overdue": lambda row: row.tally.overdue,
        "activity": lambda row: row.last_activity.timestamp() if row.last_activity else 0.0,
    }
    key = keys.get(sort.lstrip("-"))
    if key is None:
        return units[::-1] if sort == "-name" else units
    return sorted(units, key=key, reverse=sort.startswith("-"))


def line_of(person: BoardPerson, today: date) -> Line:
    """Return a person's line in the reader's language."""
    late = ngettext("%(num)d day overdue", "%(num)d days overdue", person.overdue_days)
    shape = SHAPES[person.row.state]
    words = state_words()[person.row.state.value]
    if person.row.is_overdue:
        state, shape, rest = late, "overdue", [words]
    elif person.row.has_lapsed:
        state, shape, rest = state_words()["lapsed"], "void", [words]
    else:
        state, rest = words, []
    return Line(
        person_id=person.colleague.person_id,
        name=person.colleague.name,
        unit=person.colleague.unit or _("Without a unit"),
        position=in_language(person.colleague.position),
        shape=shape,
        state=state,
        detail=" · ".join([*rest, *_details(person)]),
        due_on=person.due_on,
        activity=when(person.last_activity, today),
    )


def _details(person: BoardPerson) -> list[str]:
    """Say what is known beyond the state: how many modules are done, or how far the one is."""
    if person.row.state is BoardState.DONE:
        return []
    if len(person.pairs) > 1:
        done = sum(pair.row.state is BoardState.DONE for pair in person.pairs)
        return [_("%(done)d/%(all)d modules done", done=done, all=len(person.pairs))]
    pair = person.pairs[0]
    graded = [each for each in pair.learning.tries if each.score is not None]
    if graded and pair.row.state is not BoardState.NOT_STARTED:
        best = max(graded, key=lambda each: each.score or 0)
        words = [f"{best.score}/{best.max_score}"]
        gate = pair.situation.gate
        if gate.kind is GateKind.NEEDS_TALK:
            words.append(_("needs a talk"))
        elif gate.until is not None:
            words.append(_("again from %(moment)s", moment=moment(gate.until)))
        return [", ".join(words)]
    finished = pair.learning.lessons_finished
    return [ngettext("%(num)d lesson read", "%(num)d lessons read", finished)] if finished else []
