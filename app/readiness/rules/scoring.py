"""The training readiness of one facility at one instant: T, its components, its level and the facts behind them."""

from collections.abc import Collection, Container, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction

from app.readiness.rules.facts import Assign, Case, Level, Point, Policy, World, is_alive
from app.readiness.rules.holdings import NOTHING_HELD, Holding, holdings_at


class Reason(StrEnum):
    """Why a score has no components, in the words of the published vectors."""

    CLOSED = "closed"
    NOTHING_REQUIRED = "nothing required"
    NOBODY = "open service points but nobody in scope"


@dataclass(frozen=True, slots=True)
class Pair:
    """One person and one module that the person's role requires, with the facts the components count.

    ``weight`` is role weight times requirement weight; ``since`` is the instant at which the person was first ever
    asked for the module, anywhere; a neutral pair is in no numerator and in no denominator.
    """

    person: str
    module: str
    weight: int
    valid: bool
    outlives: bool
    fresh: bool
    neutral: bool
    since: datetime


@dataclass(frozen=True, slots=True)
class Post:
    """One assignment in scope, with a pair for every module of its role."""

    person: str
    role: str
    point: str | None
    pairs: tuple[Pair, ...]

    @property
    def is_ready(self) -> bool:
        """All modules of the role are held; a role without modules makes nobody ready."""
        return bool(self.pairs) and all(pair.valid for pair in self.pairs)


@dataclass(frozen=True, slots=True)
class PointScore:
    """One open service point: how many are rostered, ready and needed."""

    id: str
    need: int
    ready: int
    rostered: int

    @property
    def b(self) -> Fraction:
        """The share of the need that is covered, at most 1."""
        return Fraction(min(self.ready, self.need), self.need)


@dataclass(frozen=True, slots=True)
class Score:
    """T in points with its components, named as in the formula; None where a component has no denominator.

    ``D`` is the sum of the weights of the counted pairs; ``people`` counts the distinct persons in scope.
    """

    level: Level
    T: Fraction | None = None
    C: Fraction | None = None
    B: Fraction | None = None
    U: Fraction | None = None
    K: Fraction | None = None
    D: int = 0
    num_c: int = 0
    num_u: int = 0
    num_k: int = 0
    people: int = 0
    points: tuple[PointScore, ...] = ()
    posts: tuple[Post, ...] = ()
    reason: Reason | None = None

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """Every pair of every post in scope, the neutral ones too."""
        return tuple(pair for post in self.posts for pair in post.pairs)

    @property
    def gate(self) -> bool:
        """Every open service point has the ready people it needs."""
        return all(point.ready >= point.need for point in self.points)

    @property
    def missing(self) -> tuple[tuple[str, str], ...]:
        """The counted (person, module) pairs without a valid certificate, sorted, each once."""
        return tuple(sorted({(pair.person, pair.module) for pair in self.pairs if not (pair.valid or pair.neutral)}))

    @property
    def shown(self) -> str | None:
        """T with one decimal, truncated: no page reads "85.0" for a facility that failed 85."""
        if self.T is None:
            return None
        tenths = self.T.numerator * 10 // self.T.denominator
        return f"{tenths // 10}.{tenths % 10}"


@dataclass(frozen=True, slots=True)
class Tally:
    """The whole numbers a score is made of, however they were counted: from posts here, or by a database."""

    people: int = 0
    d: int = 0
    num_c: int = 0
    num_u: int = 0
    num_k: int = 0


def score_of(case: Case) -> Score:
    """Return the score that a case asks for."""
    return score(case.world, case.facility, case.as_of, known_at=case.known_at, policy=case.policy)


def score(world: World, facility: str, as_of: datetime, *, known_at: datetime | None, policy: Policy) -> Score:
    """Return the readiness of ``facility`` as of one instant, with what was recorded by another.

    ``known_at`` None: with everything that is recorded. The level follows from the exact fraction, never from the
    shown number. A person with two assignments in the facility counts in both.
    """
    closed = any(each.facility == facility and is_alive(each.start, each.end, as_of) for each in world.closed)
    if closed:
        return score_of_tally(Tally(), (), policy, caps=[], is_closed=True)
    scope = _scope(world, facility, as_of, policy.leave_min_days)
    open_points = [p for p in world.points if p.facility == facility and is_alive(p.start, p.end, as_of)]
    people = {assign.person for assign in scope}
    held = holdings_at(world, people, as_of, known_at=known_at, horizon_days=policy.horizon_days)
    posts = _posts(world, scope, as_of, held=held, policy=policy)
    points = _point_scores(open_points, posts, policy)
    scored = score_of_tally(_tally(posts), points, policy, caps=_caps(world, facility, as_of), is_closed=False)
    return replace(scored, posts=posts)


def _scope(world: World, facility: str, as_of: datetime, leave_min_days: int) -> list[Assign]:
    shortest = timedelta(days=leave_min_days)
    on_long_leave = {
        leave.person
        for leave in world.leaves
        if is_alive(leave.start, leave.end, as_of) and (leave.end is None or leave.end - leave.start >= shortest)
    }
    return [
        assign
        for assign in world.assigns
        if assign.facility == facility
        and assign.person not in on_long_leave
        and is_alive(assign.start, assign.end, as_of)
    ]


def _posts(
    world: World,
    scope: Collection[Assign],
    as_of: datetime,
    *,
    held: Mapping[tuple[str, str], Holding],
    policy: Policy,
) -> tuple[Post, ...]:
    required = _required_modules(world, as_of)
    first_asked = _first_asked(world, {assign.person for assign in scope}, as_of)
    grace = timedelta(days=policy.grace_new_days)
    posts = []
    for assign in scope:
        pairs = []
        for module, weight in required.get(assign.role, {}).items():
            holding = held.get((assign.person, module), NOTHING_HELD)
            since = first_asked[assign.person, module]
            pairs.append(
                Pair(
                    assign.person,
                    module,
                    weight * policy.role_weight[assign.role],
                    valid=holding.valid,
                    outlives=holding.outlives,
                    fresh=holding.fresh,
                    neutral=as_of - since < grace,
                    since=since,
                )
            )
        posts.append(Post(assign.person, assign.role, assign.point, tuple(pairs)))
    return tuple(posts)


def _required_modules(world: World, as_of: datetime) -> dict[str, dict[str, int]]:
    required: dict[str, dict[str, int]] = {}
    for requirement in world.reqs:
        if is_alive(requirement.start, requirement.end, as_of):
            modules = required.setdefault(requirement.role, {})
            modules[requirement.module] = max(requirement.weight, modules.get(requirement.module, 0))
    return required


def _first_asked(world: World, people: Container[str], as_of: datetime) -> dict[tuple[str, str], datetime]:
    """Return when each of ``people`` was first ever subject to each module, in any facility and any role.

    The grace of 30 days runs from there and only once: changing role or place does not restart it.
    """
    by_role: dict[str, list[tuple[str, datetime | None, datetime | None]]] = {}
    for req in world.reqs:
        by_role.setdefault(req.role, []).append((req.module, req.start, req.end))
    first: dict[tuple[str, str], datetime] = {}
    for assign in world.assigns:
        if assign.person not in people:
            continue
        for module, start, end in by_role.get(assign.role, ()):
            asked = assign.start if start is None else max(assign.start, start)
            has_begun = asked <= as_of
            if has_begun and (assign.end is None or asked < assign.end) and (end is None or asked < end):
                pair = assign.person, module
                first[pair] = min(asked, first.get(pair, asked))
    return first


def _point_scores(points: Iterable[Point], posts: Iterable[Post], policy: Policy) -> tuple[PointScore, ...]:
    rostered: dict[str | None, set[str]] = {}
    ready: dict[str | None, set[str]] = {}
    for post in posts:
        rostered.setdefault(post.point, set()).add(post.person)
        if post.is_ready:
            ready.setdefault(post.point, set()).add(post.person)
    scores = []
    for point in points:
        count = len(rostered.get(point.id, ()))
        need = policy.need_of(count) if point.need is None else point.need
        scores.append(PointScore(point.id, need, len(ready.get(point.id, ())), count))
    return tuple(scores)


def _caps(world: World, facility: str, as_of: datetime) -> list[Level]:
    return [cap.level for cap in world.caps if cap.facility == facility and is_alive(cap.start, cap.end, as_of)]


def _tally(posts: tuple[Post, ...]) -> Tally:
    counted = [pair for post in posts for pair in post.pairs if not pair.neutral]
    # Whole numbers are summed first and become one fraction at the end: exact, and quick for 7,500 pairs.
    return Tally(
        people=len({post.person for post in posts}),
        d=sum(pair.weight for pair in counted),
        num_c=sum(pair.weight for pair in counted if pair.valid),
        num_u=sum(pair.weight for pair in counted if pair.outlives),
        num_k=sum(pair.weight for pair in counted if pair.fresh),
    )


def score_of_tally(
    tally: Tally, points: tuple[PointScore, ...], policy: Policy, *, caps: list[Level], is_closed: bool
) -> Score:
    """Return the score that whole numbers and service points make, without the posts behind them."""
    if is_closed:
        return Score(Level.X, reason=Reason.CLOSED)
    if not tally.people and points:
        return Score(Level.E, T=Fraction(0), points=points, reason=Reason.NOBODY)
    c, u, k = (Fraction(num, tally.d) if tally.d else None for num in (tally.num_c, tally.num_u, tally.num_k))
    b = sum((point.b for point in points), Fraction(0)) / len(points) if points else None
    t = weighted_mean(((policy.w_cov, c), (policy.w_pts, b), (policy.w_cur, u), (policy.w_kno, k)))
    if t is None:
        return Score(Level.N, people=tally.people, reason=Reason.NOTHING_REQUIRED)
    gate = all(point.ready >= point.need for point in points)
    return Score(
        max([level_of(100 * t, u, policy, gate=gate), *caps]),
        T=100 * t,
        C=c,
        B=b,
        U=u,
        K=k,
        D=tally.d,
        num_c=tally.num_c,
        num_u=tally.num_u,
        num_k=tally.num_k,
        people=tally.people,
        points=points,
    )


def weighted_mean(parts: Iterable[tuple[Fraction, Fraction | None]]) -> Fraction | None:
    """Return the mean of the parts that exist, their weights renormalised; None when none exists."""
    present = [(weight, part) for weight, part in parts if part is not None]
    if not present:
        return None
    return sum((weight * part for weight, part in present), Fraction(0)) / sum(weight for weight, _ in present)


def level_of(t: Fraction, u: Fraction | None, policy: Policy, *, gate: bool) -> Level:
    """Return the level that T in points, U and the gate of the service points reach, before any legal cap."""
    if gate and t >= policy.t_sustained and u is not None and u >= policy.u_sustained:
        return Level.A
    if gate and t >= policy.t_ready:
        return Level.B
    if t >= policy.t_near:
        return Level.C
    return Level.D if t >= policy.t_started else Level.E
