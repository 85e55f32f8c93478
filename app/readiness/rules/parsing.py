"""A case, its world and its policy read from plain JSON values, with the path of whatever is wrong."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TypeVar

from app.readiness.rules.facts import (
    DEFAULT_POLICY,
    Assign,
    Cap,
    Case,
    Cert,
    Closure,
    Leave,
    Level,
    Point,
    Policy,
    Requirement,
    Version,
    World,
)
from app.readiness.rules.reading import Item

_CAPS = (Level.A, Level.B, Level.C, Level.D, Level.E)
#: The horizon stays below a certificate's year, or a certificate of today would not outlive it.
_LONGEST_HORIZON = 180
_YEARS = range(1900, 3000)
_FULL_T = 100

_Fact = TypeVar("_Fact")


@dataclass(frozen=True, slots=True)
class PolicyDocument:
    """A policy file: its label, the policy, and what each role must hold from which day (None: from its loading).

    ``requirements`` maps (role, module) to the weight of the module.
    """

    label: str
    policy: Policy
    requirements: Mapping[tuple[str, str], int]
    required_from: date | None


def parse_case(case: object, path: str = "case") -> Case:
    """Return the case read from plain JSON values; CaseError names the path of what is wrong, below ``path``.

    A case without a policy means the published one, and without ``known_at`` everything that is recorded.
    """
    item = Item(case, path)
    its_policy = item.find("policy")
    policy = (
        DEFAULT_POLICY if its_policy is None or its_policy.is_null else parse_policy(its_policy.value, its_policy.path)
    )
    as_of = item.at("as_of").instant()
    if as_of.year not in _YEARS:
        raise item.at("as_of").fail(f"must lie between the years {_YEARS.start} and {_YEARS.stop - 1}")
    known_at, name, note = item.find("known_at"), item.find("name"), item.find("note")
    return Case(
        facility=item.at("facility").text(),
        as_of=as_of,
        known_at=known_at.instant_or_null() if known_at else None,
        world=_world(item.at("world"), policy),
        policy=policy,
        name=name.words() if name else "",
        note=note.words() if note else "",
    )


def _world(item: Item, policy: Policy) -> World:
    for requirement in item.at("reqs").each():
        if requirement.at("role").text() not in policy.role_weight:
            raise requirement.at("role").fail("the policy has no weight for this role")
    return World(
        assigns=_all(item, "assigns", _assign),
        certs=_all(item, "certs", _cert),
        leaves=_all(item, "leaves", _leave),
        reqs=_all(item, "reqs", _requirement),
        versions=_all(item, "versions", _version),
        points=_all(item, "points", _point),
        closed=_all(item, "closed", _closure),
        caps=_all(item, "caps", _cap),
    )


def _all(item: Item, key: str, read: Callable[[Item], _Fact]) -> tuple[_Fact, ...]:
    return tuple(read(one) for one in item.at(key).each())


def _assign(item: Item) -> Assign:
    return Assign(
        person=item.at("person").text(),
        facility=item.at("facility").text(),
        point=item.at("point").text_or_null(),
        role=item.at("role").text(),
        start=item.at("start").instant(),
        end=item.at("end").instant_or_null(),
    )


def _cert(item: Item) -> Cert:
    return Cert(
        person=item.at("person").text(),
        module=item.at("module").text(),
        issued=item.at("issued").instant(),
        last_day=item.at("last_day").day(),
        version=item.at("version").whole(least=1),
        refresh_due=item.at("refresh_due").day(),
        revoked=item.at("revoked").instant_or_null(),
        void=item.at("void").flag(),
        recorded=item.at("recorded").instant_or_null(),
        revoke_recorded=item.at("revoke_recorded").instant_or_null(),
    )


def _leave(item: Item) -> Leave:
    return Leave(item.at("person").text(), item.at("start").instant(), item.at("end").instant_or_null())


def _requirement(item: Item) -> Requirement:
    return Requirement(
        role=item.at("role").text(),
        module=item.at("module").text(),
        weight=item.at("weight").whole(least=1),
        start=item.at("start").instant_or_null(),
        end=item.at("end").instant_or_null(),
    )


def _version(item: Item) -> Version:
    return Version(item.at("module").text(), item.at("version").whole(least=1), item.at("required_from").day())


def _point(item: Item) -> Point:
    need = item.at("need")
    return Point(
        id=item.at("id").text(),
        facility=item.at("facility").text(),
        start=item.at("start").instant(),
        end=item.at("end").instant_or_null(),
        need=None if need.is_null else need.whole(least=1),
    )


def _closure(item: Item) -> Closure:
    facility, start, end = item.parts(3)
    return Closure(facility.text(), start.instant(), end.instant_or_null())


def _cap(item: Item) -> Cap:
    facility, level, start, end = item.parts(4)
    if level.value not in _CAPS:
        raise level.fail("must be one of the levels A to E")
    return Cap(facility.text(), Level(level.text()), start.instant(), end.instant_or_null())


def parse_policy(policy: object, path: str = "policy") -> Policy:
    """Return the policy read from plain JSON (or YAML) values in the vectors' form; CaseError as in parse_case."""
    item = Item(policy, path)
    weights = {key: item.at(key).fraction() for key in ("w_cov", "w_pts", "w_cur", "w_kno")}
    for key, weight in weights.items():
        if not weight:
            raise item.at(key).fail("must be above 0")
    if sum(weights.values()) != 1:
        raise item.fail("w_cov, w_pts, w_cur and w_kno must add up to 1")
    thresholds = {key: item.at(key).fraction() for key in ("t_started", "t_near", "t_ready", "t_sustained")}
    if list(thresholds.values()) != sorted(thresholds.values()) or thresholds["t_sustained"] > _FULL_T:
        raise item.fail("t_started, t_near, t_ready and t_sustained must rise and end at most at 100")
    roles, u_sustained = item.at("role_weight"), item.find("u_sustained")
    return Policy(
        role_weight={role: roles.at(role).whole(least=1) for role in roles.names()},
        **weights,
        **thresholds,
        horizon_days=item.at("horizon_days").whole(least=0, most=_LONGEST_HORIZON),
        leave_min_days=item.at("leave_min_days").whole(least=0, most=36_500),
        grace_new_days=item.at("grace_new_days").whole(least=0, most=36_500),
        need_share=_share(item.at("need_share")),
        u_sustained=_share(u_sustained) if u_sustained else DEFAULT_POLICY.u_sustained,
    )


def parse_policy_document(document: object, path: str = "policy file") -> PolicyDocument:
    """Return a policy file read from plain YAML values; CaseError as in parse_case.

    Shape: ``{label, required_from?, policy, requirements: [{position, modules: {key: weight}}]}``.
    """
    item = Item(document, path)
    its_policy, required_from = item.at("policy"), item.find("required_from")
    policy = parse_policy(its_policy.value, its_policy.path)
    requirements: dict[tuple[str, str], int] = {}
    for row in item.at("requirements").each():
        role, modules = row.at("position"), row.at("modules")
        if role.text() not in policy.role_weight:
            raise role.fail("the policy has no weight for this role")
        for module in modules.names():
            requirements[role.text(), module] = modules.at(module).whole(least=1)
    return PolicyDocument(
        label=item.at("label").text(),
        policy=policy,
        requirements=requirements,
        required_from=required_from.day() if required_from else None,
    )


def _share(item: Item) -> Fraction:
    share = item.fraction()
    if not 0 < share <= 1:
        raise item.fail("must be above 0 and at most 1")
    return share
