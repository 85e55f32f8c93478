"""The city's table (S10a): how many facilities are ready, and each facility's level, from the snapshots alone."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from io import BytesIO
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for

from app.kernel import audit, clock
from app.kernel.i18n import _, moment, ngettext, percent, score
from app.kernel.login import asker
from app.kernel.paging import Page, page_number
from app.kernel.sheets import Column, Sheet, Value, write_xlsx
from app.kernel.transaction import transaction
from app.people.models import FacilityType
from app.people.rules import search_key
from app.portal.levels import SHAPES, level_name, level_words
from app.readiness import queries
from app.readiness.queries import BEHIND, FEW, NEAR, OUT_OF_SCOPE, READY, CityFilter, CityRow, CitySort, CitySummary
from app.readiness.rules import Level

PAGE_SIZE = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# By the word in the address: the levels it means, the shape of the chip and its colour.
_CHIPS: Mapping[str, tuple[tuple[Level, ...], str, str]] = {
    "ready": (READY, "done", "jade"),
    "near": (NEAR, "learning", "dusk"),
    "behind": (BEHIND, "overdue", "coral"),
    "outside": (OUT_OF_SCOPE, "none", ""),
}
_WIDTHS = (14, 44, 24, 28, 22, 10, 12, 14, 14, 10, 18)

blueprint = Blueprint("taskforce", __name__, template_folder="templates")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the reader asks of the table, as the address says it."""

    state: str = ""
    type: str = ""
    area: str = ""
    q: str = ""
    sort: str = "name"

    @property
    def wanted(self) -> CityFilter:
        """Return the filter these words mean."""
        return CityFilter(
            type=FacilityType(self.type) if self.type else None,
            area=self.area,
            search=search_key(self.q),
            levels=_CHIPS[self.state][0] if self.state else (),
        )

    @property
    def narrows(self) -> bool:
        """Say whether something else than the chips is asked for."""
        return bool(self.type or self.area or self.q)

    def address(self, **changes: object) -> str:
        """Return the table's address with these changes; what says nothing is left out."""
        said = {**asdict(self), **changes}
        if said["sort"] == "name":
            said["sort"] = ""
        return url_for("taskforce.city", **{name: value for name, value in said.items() if value not in {None, ""}})


def read_asked(given: Mapping[str, str]) -> Asked:
    """Read the filters of an address or a form; anything odd is no filter."""
    state, kind, sort = given.get("state", ""), given.get("type", ""), given.get("sort", "name")
    return Asked(
        state=state if state in _CHIPS else "",
        type=kind if kind in set(FacilityType) else "",
        area=given.get("area", "")[:100],
        q=" ".join(given.get("q", "").split())[:100],
        sort=sort if sort.removeprefix("-") in set(CitySort) else "name",
    )


@dataclass(frozen=True, slots=True)
class Line:
    """One facility as the table shows it; the numbers of a few people are words."""

    name: str
    about: str
    shape: str
    level: str
    total: str
    coverage: str
    points: str
    taken: str


@blueprint.get("/city")
def city() -> str:
    """Show the share of ready facilities and a page of the table; no names of people, no facts, only snapshots."""
    asked = read_asked(request.args)
    whole = queries.city_summary(CityFilter())
    narrowed = queries.city_summary(asked.wanted) if asked.narrows else whole
    total = narrowed.count(*asked.wanted.levels) if asked.state else narrowed.count(*Level)
    number = min(page_number(request.args.get("page")), max(1, -(-total // PAGE_SIZE)))
    rows = queries.city_page(asked.wanted, sort=asked.sort, page=number, size=PAGE_SIZE)
    return render_template(
        "portal/city.html",
        asked=asked,
        whole=whole,
        share=percent(whole.ready, whole.in_scope) if whole.in_scope else "",
        sentence=_sentence(whole),
        pooled=percent(whole.pooled) if whole.pooled is not None else "",
        taken=moment(whole.newest_at) if whole.newest_at else "",
        chips=_chips(asked, narrowed),
        types=[("", _("All types")), *((each.value, type_name(each)) for each in FacilityType)],
        areas=[("", _("All areas")), *((area, area) for area in queries.list_areas() if area)],
        page=Page([_line(row) for row in rows], number, PAGE_SIZE, total),
        sort_address=lambda key: asked.address(sort=key),
        page_address=lambda at: asked.address(page=at),
    )


def _sentence(whole: CitySummary) -> str:
    """Say how many facilities are ready, and how many are near or need help."""
    said: str = ngettext(
        "%(ready)s/%(num)d facility is ready.",
        "%(ready)s/%(num)d facilities are ready.",
        whole.in_scope,
        ready=whole.ready,
    )
    near, behind = whole.count(*NEAR), whole.count(*BEHIND)
    rest = _("%(near)d nearly ready, %(behind)d in need of help.", near=near, behind=behind)
    return f"{said} {rest}"


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter by level with its count."""

    words: str
    count: int
    shape: str
    colour: str
    url: str
    is_current: bool


def _chips(asked: Asked, summary: CitySummary) -> list[Chip]:
    words = {
        "ready": _("Ready"),
        "near": _("Nearly ready"),
        "behind": _("Needs help"),
        "outside": _("Out of scope"),
    }
    every = Chip(_("All"), summary.count(*Level), "", "", asked.address(state=""), not asked.state)
    return [every] + [
        Chip(words[key], summary.count(*levels), shape, colour, asked.address(state=key), asked.state == key)
        for key, (levels, shape, colour) in _CHIPS.items()
    ]


def type_name(kind: FacilityType) -> str:
    """Return the name of a kind of facility in the reader's language."""
    names: dict[FacilityType, str] = {
        FacilityType.HOSPITAL: _("Hospital"),
        FacilityType.HEALTH_CENTRE: _("Health centre"),
        FacilityType.HEALTH_STATION: _("Health station"),
        FacilityType.POLYCLINIC: _("Polyclinic"),
        FacilityType.SPECIALIST_CLINIC: _("Specialist clinic"),
        FacilityType.MATERNITY_HOME: _("Maternity home"),
        FacilityType.OTHER: _("Other facility"),
    }
    return names[kind]


def _line(row: CityRow) -> Line:
    few = _few(row)
    return Line(
        name=row.name,
        about=" · ".join(filter(None, (type_name(row.type), row.area))),
        shape=SHAPES[row.level],
        level=str(_("Needs help")) if row.level in BEHIND else level_name(row.level),
        total=few or (score(row.total) if row.total is not None else "–"),
        coverage=few or (percent(row.coverage) if row.coverage is not None else "–"),
        points=few or (f"{row.points_ready}/{row.points}" if row.points else "–"),
        taken=moment(row.taken_at),
    )


def _few(row: CityRow) -> str:
    """Return the words that stand for the numbers of under five people, empty for everyone else."""
    if row.total is None or row.people >= FEW:
        return ""
    return str(_("few people")) if row.people else str(_("nobody yet"))


@blueprint.post("/city/export")
def export() -> Response:
    """Send the facilities the table shows as .xlsx, and write in the audit who took how many rows."""
    asked = read_asked(request.form)
    file = BytesIO()
    columns = [Column(title, width) for title, width in zip(_titles(), _WIDTHS, strict=True)]
    found = queries.city_rows(asked.wanted, sort=asked.sort)
    count = write_xlsx(file, [Sheet(_("Readiness"), columns, _cells(found))])
    with transaction():
        audit.record(
            asker().person_id, "city.export", "city", rows=count, state=asked.state, type=asked.type, kind="xlsx"
        )
    name = f"muc-san-sang-{clock.today():%Y-%m-%d}.xlsx"
    return Response(file.getvalue(), mimetype=XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _titles() -> list[str]:
    return [
        _("Code"),
        _("Facility"),
        _("Type"),
        _("Area"),
        _("Level"),
        _("Points"),
        _("Coverage (%)"),
        _("Service points covered"),
        _("Service points"),
        _("People"),
        _("Updated at"),
    ]


def _cells(rows: Iterator[CityRow]) -> Iterator[list[Value]]:
    for row in rows:
        few = _few(row)
        numbers: list[Any] = (
            [few, few, few, few, few]
            if few
            else [
                None if row.total is None else int(row.total * 10) / 10,
                None if row.coverage is None else int(row.coverage * 1000) / 10,
                row.points_ready,
                row.points,
                row.people,
            ]
        )
        yield [
            row.code,
            row.name,
            type_name(row.type),
            row.area,
            level_words(row.level),
            *numbers,
            row.taken_at,
        ]
