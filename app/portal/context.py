"""What every page knows besides its own matter: who reads it, in which language, and which pages are theirs."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Flask, current_app, g, request, url_for
from werkzeug.local import LocalProxy

from app.kernel import clock
from app.kernel.i18n import _, language
from app.kernel.login import find_asker
from app.kernel.settings import Settings
from app.people import rules as people_rules
from app.people.models import Role, TextSize
from app.people.permissions import Actor, may_open
from app.people.queries import get_facility
from app.people.queries.accounts import is_sample_mode
from app.people.queries.workplaces import Workplace, list_workplaces
from certificates import queries as certificates
from certificates.queries import HeldCertificate
from certificates.rules import State
from quizzes import queries as quizzes


@dataclass(frozen=True, slots=True)
class Viewer:
    """The reader of a page, with the facility and the role that the page sees them in."""

    name: str
    given_name: str
    initials: str
    facility_name: str
    unit: str
    role_label: str
    workplaces: tuple[Workplace, ...]


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """One link of the menu."""

    url: str
    label: str
    icon: str
    current: bool


def start(app: Flask) -> None:
    """Give this app's templates ``viewer``, ``menu``, ``locale``, ``text_size``, ``sample_mode``, ``help_phone``.

    Viewer, menu and sample mode are asked of the database only by a page that shows them.
    """
    settings: Settings = app.extensions["settings"]

    @app.context_processor
    def _context() -> dict[str, Any]:
        return {
            "viewer": LocalProxy(find_viewer),
            "menu": LocalProxy(menu),
            "proof_of": proof_of,
            "may_test_out": may_test_out,
            "sample_mode": LocalProxy(is_sample_mode),
            "locale": language(),
            "text_size": text_size(),
            "help_phone": settings.help_phone,
        }


def now() -> datetime:
    """Return the instant at which the request is answered, the same for all parts of its page."""
    if "now" not in g:
        g.now = clock.now()
    found: datetime = g.now
    return found


def text_size() -> str:
    """Return how large the reader likes to read, "normal" for nobody known."""
    actor: Actor | None = find_asker()
    return TextSize.NORMAL if actor is None else actor.text_size


def find_viewer() -> Viewer | None:
    """Return who reads the page, None when nobody is signed in; asked once a request."""
    found: Viewer | None = g.get("viewer")
    if found is None:
        actor: Actor | None = find_asker()
        found = g.viewer = None if actor is None else _viewer(actor)
    return found


def _viewer(actor: Actor) -> Viewer:
    workplaces = tuple(list_workplaces(actor.person_id, now()))
    facility_id = g.get("facility_id") or (workplaces[0].facility_id if workplaces else _managed(actor))
    here = next((each for each in workplaces if each.facility_id == facility_id), None)
    if here is not None:
        facility_name = here.facility_name
    else:
        facility_name = get_facility(facility_id).name if facility_id is not None else ""
    return Viewer(
        name=actor.name,
        given_name=people_rules.given_name(actor.name),
        initials=people_rules.initials(actor.name),
        facility_name=facility_name,
        unit=here.unit if here else "",
        role_label=_role_label(actor, facility_id) or (here.position[language()] if here else ""),
        workplaces=workplaces,
    )


def _managed(actor: Actor) -> int | None:
    """Return the facility that a manager without a workplace acts for, None when there is none."""
    return min(actor.facilities_as(Role.COORDINATOR, Role.DIRECTOR), default=None)


def _role_label(actor: Actor, facility_id: int | None) -> str:
    # The last that holds wins: a director who is also the coordinator is called a director.
    labels: dict[bool, str] = {
        actor.has(Role.ADMIN): _("Administrator"),
        actor.has(Role.TASKFORCE): _("City task force"),
        actor.has(Role.COORDINATOR, facility_id): _("Training coordinator"),
        actor.has(Role.DIRECTOR, facility_id): _("Director"),
    }
    return labels.get(True, "")


def menu() -> list[MenuEntry]:
    """Return the links of the reader's menu: the pages of the present facility and the city's."""
    if "menu" not in g:
        actor: Actor | None = find_asker()
        g.menu = [] if actor is None else list(_entries(actor))
    found: list[MenuEntry] = g.menu
    return found


def list_proofs() -> list[HeldCertificate]:
    """Return the reader's certificates, the newest first, asked once a request; replaced ones are left out."""
    if "proofs" not in g:
        actor: Actor | None = find_asker()
        held = [] if actor is None else certificates.list_held(actor.person_id, now())
        g.proofs = [each for each in held if each.state is not State.REPLACED]
    found: list[HeldCertificate] = g.proofs
    return found


def proof_of(module_id: int) -> HeldCertificate | None:
    """Return the reader's valid certificate for a module, None without one; for the pages of lower rooms."""
    return next((each for each in list_proofs() if each.module_id == module_id and each.is_valid), None)


def may_test_out(module_id: int) -> bool:
    """Say whether the reader is offered to go straight to a module's quiz; for the pages of lower rooms."""
    actor: Actor | None = find_asker()
    return actor is not None and proof_of(module_id) is None and quizzes.may_test_out(actor.person_id, module_id)


def boards() -> list[tuple[str, list[MenuEntry]]]:
    """Return what the reader manages, for the start page: pairs of a facility's name (or "") and its pages."""
    actor: Actor | None = find_asker()
    if actor is None:
        return []
    managed = sorted(actor.facilities_as(Role.COORDINATOR, Role.DIRECTOR))
    found = [(get_facility(each).name, list(_facility_entries(actor, each))) for each in managed]
    found.append(("", list(_city_entries(actor))))
    return [(name, entries) for name, entries in found if entries]


def _entries(actor: Actor) -> Iterator[MenuEntry]:
    facility_id = g.get("facility_id") or _managed(actor)
    if facility_id is not None:
        yield from _facility_entries(actor, facility_id)
    yield from _city_entries(actor)


def _facility_entries(actor: Actor, facility_id: int) -> Iterator[MenuEntry]:
    is_director_first = actor.has(Role.DIRECTOR, facility_id)
    # On a page of this facility the address has the code already.
    given = request.view_args if g.get("facility_id") == facility_id else None
    code = given["facility"] if given else get_facility(facility_id).code
    pages = [
        ("coordinator.board", _("Progress"), "chart-column"),
        ("coordinator.assign", _("Assign learning"), "send"),
        ("people.roster", _("People"), "users"),
        ("certificates.issued", _("Certificates"), "award"),
        ("quizzes.reports", _("Reported questions"), "flag"),
    ]
    readiness = ("director.readiness", _("Readiness"), "gauge")
    for endpoint, label, icon in [readiness, *pages] if is_director_first else [*pages, readiness]:
        # Asked of the rules themselves, so that no link leads to a refusal.
        if _opens(actor, endpoint, facility_id):
            url = url_for(endpoint, facility=code)
            is_here = g.get("facility_id") in {None, facility_id}
            yield MenuEntry(url, label, icon, is_here and _is_current(endpoint))


def _city_entries(actor: Actor) -> Iterator[MenuEntry]:
    if _opens(actor, "taskforce.city", None):
        yield MenuEntry(url_for("taskforce.city"), _("Whole city"), "building-2", _is_current("taskforce.city"))


def _opens(actor: Actor, endpoint: str, facility_id: int | None) -> bool:
    who = current_app.extensions["access"].get(endpoint)
    return endpoint in current_app.view_functions and who is not None and may_open(actor, who, facility_id)


# Pages below a page of the menu: the menu marks the one they belong to.
_BELOW = {
    "people.start_import": "people.roster",
    "people.roster_import": "people.roster",
    "people.import_columns": "people.roster",
    "people.add_point": "people.roster",
    "people.point": "people.roster",
    "people.places": "people.roster",
    "people.slips": "people.roster",
    "people.end": "people.roster",
    "people.edit": "people.roster",
    "people.add": "people.roster",
    "coordinator.person": "coordinator.board",
    "coordinator.assigned": "coordinator.assign",
    "coordinator.order": "coordinator.assign",
    "certificates.detail": "certificates.issued",
    "certificates.end": "certificates.issued",
}


def _is_current(endpoint: str) -> bool:
    here = request.endpoint or ""
    return endpoint in {here, _BELOW.get(here)}
