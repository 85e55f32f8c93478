"""Two facilities with everything in them, every text naming its owner, and everybody who might ask (trust A3)."""

import itertools
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from app.kernel import clock
from app.kernel.db import db
from app.people.models import Role
from tests.builders import Browser, employ, grant, make_facility, make_person, make_unit
from tests.courses.builders import load, write_library, write_paths, write_scenarios
from tests.courses.guide_builders import write_guide
from tests.databases import Client, Database
from tests.house import imports, things
from tests.house.canaries import canary
from tests.house.state import State
from tests.people.builders import give_password
from tests.readiness.facts import set_policy

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)  # a Monday, ten in the morning in Ho Chi Minh City
YESTERDAY = NOW - timedelta(days=1)
MODULES = ("m7", "m8", "m9")
PASSED, OPEN, UNTOUCHED = MODULES
# What a site calls its people, whoever they are among those who ask.
NAMES = {
    **{f"staff{site}{number}": word for site in "ab" for number, word in ((1, "one"), (2, "two"))},
    **{f"{role}{site}": role for site in "ab" for role in ("coordinator", "director")},
}

_serial = itertools.count(1)


@dataclass
class Principal:
    """Somebody who asks: the site they belong to, the roles they hold, and the cookie of their browser."""

    key: str
    site: str
    roles: frozenset[Role] = frozenset()
    is_signed_in: bool = True
    belongs: bool = True  # to ``site``: by work or by grant
    person_id: int = 0
    token: str = ""
    csrf: str = ""
    own: dict[str, Any] = field(default_factory=dict)

    @property
    def other(self) -> str:
        """The facility that is none of theirs."""
        return "B" if self.site == "A" else "A"


PRINCIPALS = (
    Principal("anonymous", "A", is_signed_in=False, belongs=False),
    Principal("staffa1", "A"),
    Principal("staffa2", "A"),
    Principal("staffb1", "B"),
    Principal("transferred", "B"),
    Principal("suspended", "A", is_signed_in=False),
    Principal("coordinatora", "A", frozenset({Role.COORDINATOR})),
    Principal("coordinatorb", "B", frozenset({Role.COORDINATOR})),
    Principal("directora", "A", frozenset({Role.DIRECTOR})),
    Principal("taskforce", "A", frozenset({Role.TASKFORCE}), belongs=False),
    Principal("author", "A", frozenset({Role.AUTHOR}), belongs=False),
    Principal("admin", "A", frozenset({Role.ADMIN}), belongs=False),
)
KEYS = tuple(each.key for each in PRINCIPALS)


@dataclass
class World:
    """The database with everything in it, and the ids by which it is asked: ``site[letter][kind][which]``."""

    database: Database
    state: State
    principals: dict[str, Principal]
    site: dict[str, dict[str, Any]]
    modules: dict[str, dict[str, int]]
    positions: dict[str, int]
    scenario: int

    def client(self, key: str, *, cookies: str = "") -> Client:
        """A browser with this principal's cookie and no other."""
        client: Any = self.database.app.test_client(use_cookies=False)
        token = self.principals[key].token
        client.environ_base["HTTP_COOKIE"] = cookies or (f"san-sang={token}" if token else "")
        return client

    def still(self) -> AbstractContextManager[None]:
        """The clock of this world."""
        return clock.stopped(NOW)


def build(database: Database, folder: Path) -> World:
    """Fill an empty database and remember it."""
    principals = {each.key: Principal(*_facts(each)) for each in PRINCIPALS}
    with database.app.app_context(), clock.stopped(NOW):
        write_guide(write_paths(write_library(folder, *MODULES)))
        write_scenarios(folder, OPEN)
        with clock.stopped(NOW - timedelta(days=60)):
            load(folder)
        set_policy({"nurse": {PASSED: 1, OPEN: 2}, "admin": {PASSED: 1}})
        site = {letter: make_site(letter) for letter in "AB"}
        inviting = make_site("C")["facility"]
        people = {key: make_principal(each, site) for key, each in principals.items() if key != "anonymous"}
        for letter, place in site.items():
            place["people"] |= {name: make_colleague(letter, name, place) for name in ("gone", "fresh", "second")}
            place["people"]["outsider"] = make_worker(letter, f"outsider{letter.lower()}")
            things.fill(letter, place, YESTERDAY)
        for key, person in people.items():
            things.learn(person, key)
            sign_in(database, principals[key], person)
            principals[key].own = things.own_of(person) | imports.invite(person, inviting)
        sign_in(database, principals["anonymous"], None)
        for place in site.values():
            things.after_learning(place)
        things.print_guide()
        _move(people["transferred"], site)
        things.settle(people["suspended"], site)
        world = World(database, None, principals, site, *things.city_ids())  # type: ignore[arg-type]
        db.session.remove()
    world.state = State(database, "world")
    return world


def _facts(each: Principal) -> tuple[Any, ...]:
    return each.key, each.site, each.roles, each.is_signed_in, each.belongs


def make_site(letter: str) -> dict[str, Any]:
    """One facility with its units; nobody works there yet."""
    facility = make_facility(
        f"BV-{letter}", f"Bệnh viện {canary(letter, 'facility', 'name')}", area=canary(letter, "facility", "area")
    )
    facility = light(facility)
    units = [light(make_unit(facility, f"Khoa {canary(letter, 'unit', 'name', name)}")) for name in ("all", "second")]
    return {"facility": facility, "id": facility.id, "code": f"BV-{letter}", "units": units, "people": {}}


def light(row: Any) -> SimpleNamespace:
    """An id and a name that no session takes back."""
    return SimpleNamespace(id=row.id, name=row.name)


def make_principal(principal: Principal, site: dict[str, Any]) -> Any:
    """The person behind a principal, at work where they belong; the one who moves still works at A."""
    is_moving = principal.key == "transferred"
    letter = "T" if is_moving else "C" if not principal.belongs else principal.site
    person = make_worker(letter, principal.key)
    place = site["A" if is_moving else principal.site]
    if principal.belongs:
        work(person, letter, principal.key, place, "admin" if principal.roles else "nurse")
    for role in principal.roles:
        grant(person, role, place["facility"] if principal.belongs else None)
    give_password(person)
    principal.person_id = person.id
    if principal.belongs:
        place["people"][NAMES.get(principal.key, principal.key)] = person
    return person


def make_worker(letter: str, who: str) -> Any:
    """A person whose name and phone say whose they are."""
    number = {"A": 100, "B": 200, "C": 300, "T": 400}[letter] + next(_serial) % 100
    name = f"Trần Thị {canary(letter, 'person', 'name', who)}"
    return light(make_person(name, phone=f"+84987650{number}"))


def make_colleague(letter: str, name: str, place: dict[str, Any]) -> Any:
    """Somebody of a site who never asks."""
    person = make_worker(letter, f"{name}{letter.lower()}")
    work(person, letter, f"{name}{letter.lower()}", place, "nurse")
    return person


def work(person: Any, letter: str, who: str, place: dict[str, Any], position: str, **more: Any) -> None:
    """Employ a person in the site's first unit."""
    code = canary(letter, "employment", "staff_code", who)
    employ(person, place["facility"], place["units"][0], position, staff_code=code, **more)


def _move(person: Any, site: dict[str, Any]) -> None:
    """The transferred person left A for B yesterday."""
    things.end_work(person, site["A"]["id"], YESTERDAY)
    work(person, "T", "transferred", site["B"], "nurse", valid_from=YESTERDAY)
    del site["A"]["people"]["transferred"]


def sign_in(database: Database, principal: Principal, person: Any) -> None:
    """Give a principal a browser: signed in as a person, or as nobody yet."""
    browser = Browser(database.app.test_client(), person)
    principal.token, principal.csrf = browser.token, browser.csrf_token
