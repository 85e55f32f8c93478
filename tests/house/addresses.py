"""Who owns the ids in each address, and the addresses to ask: own, same facility, foreign, missing, malformed, over."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from flask import Flask
from werkzeug.routing import Rule

from app.kernel.http import release
from tests.house.world import Principal, World

MISSING = 7_654_321
# The last one is a number that no database keeps.
MALFORMED = {"int": ("1x", "9" * 25), "string": ("x'--", "%00", "x" * 300)}


@dataclass(frozen=True)
class Site:
    """An object of the facility in the address; ``ties``: it belongs to the other objects of the address too."""

    kind: str
    ties: bool = True


@dataclass(frozen=True)
class Self:
    """An object of the asker alone; everybody else's answers like a missing one, a manager's asking too."""

    kind: str
    ended: str = ""


@dataclass(frozen=True)
class Paper:
    """A certificate on the way to paper: its holder's, and of managers of the issuing facility."""


@dataclass(frozen=True)
class City:
    """Something that is everybody's, or how to find it; ``missing`` is such a thing that does not exist."""

    value: str | Callable[[World], int]
    missing: str = "khong-co"


@dataclass(frozen=True)
class Open:
    """A certificate's public code: whoever has it may ask."""


# Every canary's name begins so: a search that reached further than the page's facility would find them all.
LOOKING = "q=cnry&find=cnry&all=1&everyone=1"

Owner = Site | Self | Paper | City | Open
PERSON = {"person": Site("person")}
MODULE, LESSON, SCENARIO = City("m8"), City("m8-hands"), City("find-the-book")
VERSION = City(lambda world: world.modules["m8"]["version"], str(MISSING))
QUIZ = City(lambda world: world.modules["m9"]["quiz"], str(MISSING))
IMPORT = {"import_id": Site("import")}
ATTEMPT = {"attempt": Self("open", "ended")}
PLACE = City("1", "99")
PAPER_OF_GUIDE = {"kind": City("sheet"), "lang": City("vi", "fr")}

# An endpoint with ids in its address that is not named here fails the matrix.
OWNERS: dict[str, dict[str, Owner]] = {
    "static": {"filename": City("css/app.css")},
    "static_release": {"name": City(release(), "0" * 10), "filename": City("js/app.js")},
    "pwa.pack": {"module": MODULE},
    "pwa.ticket": {"module": City("m9")},
    "pwa.part": {"module": MODULE, "version": VERSION, "part": City("lessons")},
    "courses.module": {"module": MODULE},
    "courses.lesson": {"module": MODULE, "lesson": LESSON},
    "courses.move": {"module": MODULE, "lesson": LESSON},
    "courses.check": {"module": MODULE, "lesson": LESSON},
    "courses.guide_card": {"card": City("first")},
    "courses.guide_paper": PAPER_OF_GUIDE,
    "courses.ask_guide_paper": PAPER_OF_GUIDE,
    "courses.practice": {"module": MODULE, "scenario": SCENARIO},
    "courses.tap": {"module": MODULE, "scenario": SCENARIO},
    "courses.taps": {"module": MODULE, "scenario": SCENARIO},
    "courses.practised": {"run": Self("run", "open_run")},
    "courses.enough": {"module": MODULE, "lesson": LESSON},
    "quizzes.start": {"module": City("m9")},
    "quizzes.ask_why": {"module": City("m9")},
    "quizzes.test_out": {"module": City("m9")},
    "quizzes.question": {**ATTEMPT, "place": PLACE},
    "quizzes.answer": {**ATTEMPT, "place": PLACE},
    "quizzes.save": ATTEMPT,
    "quizzes.review": ATTEMPT,
    "quizzes.submit": ATTEMPT,
    "quizzes.report": {"attempt": Self("ended", "open"), "place": City("2", "99")},
    "quizzes.confide": {"attempt": Self("ended", "open")},
    "quizzes.answer_report": {"report": Site("report")},
    "quizzes.clear_talk": {"person": Site("talker", ties=False), "quiz": QUIZ},
    "staff.certificate": {"code": Self("certificate")},
    "staff.result": {"attempt": Self("ended", "open")},
    "people.answer_invitation": {"invitation": Self("invitation", "declined")},
    "people.roster_import": IMPORT,
    "people.import_columns": IMPORT,
    "people.import_choices": IMPORT,
    "people.apply_import": IMPORT,
    "people.import_result": {"import_id": Site("done_import")},
    "coordinator.undo_import": {"import_id": Site("done_import")},
    "people.end_device": {"sign_in": Self("device", "dead_device")},
    "people.edit": PERSON,
    "people.change_workplace": PERSON,
    "people.change_phone": PERSON,
    "people.rename": PERSON,
    "people.add_leave": PERSON,
    "people.end_leave": {**PERSON, "leave": Site("leave")},
    "people.change_access": PERSON,
    "people.end": PERSON,
    "people.rename_unit": {"unit": Site("unit")},
    "people.point": {"point": Site("point")},
    "people.change_term": {"point": Site("point")},
    "people.change_duty": {"point": Site("point")},
    "coordinator.assigned": {"batch": Site("batch")},
    "coordinator.undo": {"batch": Site("batch")},
    "coordinator.end_rule": {"rule": Site("rule")},
    "coordinator.person": PERSON,
    "coordinator.change_due": {**PERSON, "assignment": Site("assignment")},
    "coordinator.cancel": {**PERSON, "assignment": Site("assignment")},
    "certificates.pdf": {"code": Paper()},
    "certificates.ask_pdf": {"code": Paper()},
    "certificates.detail": {"code": Site("certificate")},
    "certificates.end": {"code": Site("certificate")},
    "certificates.verify": {"code": Open()},
    "certificates.verify_json": {"code": Open()},
    "certificates.scanned": {"code": Open()},
}


@dataclass(frozen=True)
class Case:
    """One address to ask: its class of ids, and how the owner's table judges it.

    ``verdict``: fine, foreign, missing, malformed (no rule reads it), over (it was, and is no more).
    """

    rule: Rule
    method: str
    idclass: str
    verdict: str
    path: str
    letter: str


def rules(app: Flask) -> list[tuple[Rule, str]]:
    """Return every rule with each of its methods, as the app has them now."""
    found = [(rule, method) for rule in app.url_map.iter_rules() for method in rule.methods or ()]
    return sorted(
        ((rule, method) for rule, method in found if method not in {"HEAD", "OPTIONS"}),
        key=lambda each: (each[0].rule, each[1]),
    )


def owners_of(rule: Rule) -> dict[str, Owner]:
    """Return who owns the ids of a rule; raises for an endpoint that the table does not know."""
    ids = rule.arguments - {"facility"}
    owners = OWNERS.get(rule.endpoint, {})
    if ids != owners.keys():
        raise AssertionError(f"{rule.endpoint}: the table of owners does not say whose {sorted(ids)} are")
    return owners


def cases(world: World, rule: Rule, method: str, principal: Principal) -> Iterator[Case]:
    """Return every address of a rule that this principal is to try."""
    owners, home, away = owners_of(rule), principal.site, principal.other
    has_site = "facility" in rule.arguments
    own = {name: value_of(world, owner, principal, "own") for name, owner in owners.items()}

    def case(idclass: str, verdict: str, values: dict[str, Any], letter: str = home) -> Case:
        code = {"A": "BV-A", "B": "BV-B"}.get(letter, letter)
        given = {**values, **({"facility": code} if has_site else {})}
        return Case(rule, method, idclass, verdict, build(rule, given), letter)

    if None in own.values():  # nobody's own: the city's people hold no certificate
        return
    yield case("own", "fine", own)
    if method == "GET" and not rule.endpoint.startswith("static"):
        found = case("own", "fine", own)
        yield replace(found, path=f"{found.path}?{LOOKING}")
    if has_site:
        foreign = {name: value_of(world, owner, principal, "other") for name, owner in owners.items()}
        yield case("other_facility", "foreign", foreign, away)
        yield case("missing", "missing", own, "BV-KHONG")
        yield case("malformed", "missing", own, "x'--")
    same = {name: value_of(world, owner, principal, "same") for name, owner in owners.items()}
    if None not in same.values() and any(isinstance(owner, Site | Self | Paper) for owner in owners.values()):
        yield case("same_facility", _same_verdict(owners, principal), same)
    for name, owner in owners.items():
        yield from _one_changed(world, principal, rule, case, own, same, name, owner)


def _one_changed(
    world: World,
    principal: Principal,
    rule: Rule,
    case: Any,
    own: dict[str, Any],
    same: dict[str, Any],
    name: str,
    owner: Owner,
) -> Iterator[Case]:
    """The addresses in which one id is somebody else's while the others stay (AC-04)."""
    others = [each for each in own if each != name and isinstance(OWNERS[rule.endpoint][each], Site)]
    if others and isinstance(owner, Site) and owner.ties and same[name] != own[name]:
        yield case("same_facility", "foreign", {**own, name: same[name]})
    if isinstance(owner, Site | Self | Paper):
        foreign = value_of(world, owner, principal, "other")
        if foreign not in {None, own[name]}:
            yield case("other_facility", "foreign", {**own, name: foreign})
        over = value_of(world, owner, principal, "deleted")
        if over is not None:
            yield case("deleted", "over", {**own, name: over})
    missing = getattr(owner, "missing", None) or (MISSING if _is_number(rule, name) else "Z" * 18)
    yield case("missing", "missing", {**own, name: missing})
    for bad in MALFORMED["int" if _is_number(rule, name) else "string"]:
        verdict = "malformed" if _is_number(rule, name) or bad == "%00" else "missing"
        yield case("malformed", verdict, {**own, name: bad})


def _same_verdict(owners: dict[str, Owner], principal: Principal) -> str:
    if any(isinstance(owner, Self) for owner in owners.values()):
        return "foreign"
    if any(isinstance(owner, Paper) for owner in owners.values()):
        return "fine" if principal.roles and principal.belongs else "foreign"
    return "fine"


def value_of(world: World, owner: Owner, principal: Principal, which: str) -> Any:
    """Return the id of a class for this principal; None when there is none such."""
    if isinstance(owner, City):
        return owner.value(world) if callable(owner.value) else owner.value
    letter = principal.other if which == "other" else principal.site
    if isinstance(owner, Site):
        return world.site[letter][owner.kind].get("own" if which == "other" else which)
    kind = owner.kind if isinstance(owner, Self) else "certificate"
    if which == "deleted":
        return principal.own.get(owner.ended) if isinstance(owner, Self) and owner.ended else None
    return _holder(world, principal, which, is_public=isinstance(owner, Open)).own.get(kind, MISSING)


def _holder(world: World, principal: Principal, which: str, *, is_public: bool) -> Principal:
    if which == "own" and principal.own and (principal.own["certificate"] or not is_public):
        return principal
    if which == "other":
        return world.principals["staffb1" if principal.site == "A" else "staffa1"]
    if principal.site == "B":
        return world.principals["staffb1" if principal.key != "staffb1" else "coordinatorb"]
    return world.principals["staffa1" if principal.key != "staffa1" else "staffa2"]


def _is_number(rule: Rule, name: str) -> bool:
    return f"<int:{name}>" in rule.rule


def build(rule: Rule, values: dict[str, Any]) -> str:
    """Return the path of a rule with these values, whatever they are."""
    path = rule.rule
    for name, value in values.items():
        text = str(value) if str(value).startswith("%") else quote(str(value), safe="/" if name == "filename" else "")
        for converter in ("", "int:", "path:"):
            path = path.replace(f"<{converter}{name}>", text)
    return path
