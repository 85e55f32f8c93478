"""What to do next in a facility: the cheapest work that moves T or fills a service point, with its exact gain."""

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import TypeVar

from app.assignments.rules import add_months, civil_day
from app.readiness.rules.facts import Case, Cert, Level, Policy, is_alive
from app.readiness.rules.scoring import Pair, PointScore, Post, Score, score_of, weighted_mean

#: What a module costs in minutes when its own length is not told: the middle of 15 to 25.
USUAL_MINUTES = 20
MOST_STEPS = 3

#: Person to the modules that the person would pass today.
Additions = Mapping[str, frozenset[str]]

_Key = TypeVar("_Key")
_Target = tuple[str | None, dict[str, frozenset[str]]]


class StepKind(StrEnum):
    """Why a step is proposed, most urgent first: fill a point, learn what is missing, renew what will expire."""

    COVER_POINT = "cover_point"
    LEARN = "learn"
    RENEW = "renew"


@dataclass(frozen=True, slots=True)
class Learner:
    """One person with the modules to learn, sorted."""

    person: str
    modules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One proposal: who learns what, how long it takes together and what it brings.

    ``target`` is a service point for COVER_POINT, else a unit (None: people without a unit). ``gain`` is T with just
    this step done minus T now, recomputed in full, and ``level`` the level that would follow; gains of several steps
    must not be added up.
    """

    kind: StepKind
    target: str | None
    learners: tuple[Learner, ...]
    minutes: int
    gain: Fraction
    level: Level


@dataclass(frozen=True, slots=True)
class _Bundle:
    """What one person lacks at one point, and how long that person has been asked for it."""

    minutes: int
    since: datetime
    person: str
    modules: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Draft:
    """A step before its full recomputation, with the price that ranks it."""

    kind: StepKind
    target: str | None
    additions: Additions
    price: Fraction


def with_certificates(case: Case, additions: Additions, *, refresh_days: int = 180) -> Case:
    """Return the case with a certificate for each person and module of ``additions``.

    Each is issued at the case's instant for the newest known version and valid 12 months from that civil day.
    """
    today = civil_day(case.as_of)
    newest: dict[str, int] = {}
    for version in case.world.versions:
        newest[version.module] = max(version.version, newest.get(version.module, 1))
    passed = tuple(
        Cert(
            person,
            module,
            issued=case.as_of,
            last_day=add_months(today, 12),
            version=newest.get(module, 1),
            refresh_due=today + timedelta(days=refresh_days),
            recorded=case.known_at,
        )
        for person, modules in sorted(additions.items())
        for module in sorted(modules)
    )
    return replace(case, world=replace(case.world, certs=case.world.certs + passed))


def gain(case: Case, additions: Additions) -> Fraction:
    """Return T with the ``additions`` minus T now, both computed in full; 0 where the facility has no T."""
    return _moved(score_of(case), score_of(with_certificates(case, additions)))


def _moved(now: Score, then: Score) -> Fraction:
    return Fraction(0) if now.T is None or then.T is None else then.T - now.T


def price(score: Score, additions: Additions, policy: Policy) -> Fraction:
    """Return the gain of ``additions`` from the score alone.

    A pair brings 100·ω/D times the weights of C, U and K that it does not count in yet, and the persons completed
    bring 100·w_pts/|Q| times the change of the b of their points (75·ω/D and 25/|Q|·Δb in the published policy).
    """
    return _price([post for post in score.posts if post.person in additions], score, additions, policy)


def _price(posts: list[Post], score: Score, additions: Additions, policy: Policy) -> Fraction:
    """Return the price, given the posts of just the people who would learn."""
    c = u = k = 0
    for pair in _counted(posts):
        if pair.module in additions[pair.person]:
            c += 0 if pair.valid else pair.weight
            u += 0 if pair.outlives else pair.weight
            k += 0 if pair.fresh else pair.weight
    moved = weighted_mean(
        (
            (policy.w_cov, Fraction(c, score.D) if score.D else None),
            (policy.w_pts, _breadth_gain(score.points, posts, additions)),
            (policy.w_cur, Fraction(u, score.D) if score.D else None),
            (policy.w_kno, Fraction(k, score.D) if score.D else None),
        )
    )
    return 100 * (moved or Fraction(0))


def _counted(posts: Iterable[Post]) -> Iterable[Pair]:
    return (pair for post in posts for pair in post.pairs if not pair.neutral)


def _breadth_gain(points: tuple[PointScore, ...], posts: list[Post], additions: Additions) -> Fraction | None:
    if not points:
        return None
    ready_now = {(post.point, post.person) for post in posts if post.is_ready}
    completed = {(post.point, post.person) for post in posts if _is_completed(post, additions)} - ready_now
    moved = Fraction(0)
    for point in points:
        more = sum(1 for point_id, _ in completed if point_id == point.id)
        moved += replace(point, ready=point.ready + more).b - point.b
    return moved / len(points)


def _is_completed(post: Post, additions: Additions) -> bool:
    learned = additions[post.person]
    return bool(post.pairs) and all(pair.valid or pair.module in learned for pair in post.pairs)


def next_steps(case: Case, *, units: Mapping[str, str], minutes: Mapping[str, int]) -> tuple[Step, ...]:
    """Return at most three proposals, best first; () where the facility has no components to move.

    First the service points that lack ready people, each with its cheapest persons; then, by unit, what is missing;
    then what would expire within the horizon. Inside each group the biggest gain comes first. No work is proposed
    twice, and nobody who is on leave. ``units`` tells the unit of a person, ``minutes`` the length of a module.
    """
    score = score_of(case)
    if score.reason is not None:
        return ()
    away = {leave.person for leave in case.world.leaves if is_alive(leave.start, leave.end, case.as_of)}
    posts = [post for post in score.posts if post.person not in away]
    covering = _covering(score, posts, minutes)
    planned = {(person, module) for _, bundles in covering for person, modules in bundles.items() for module in modules}
    pairs = [pair for pair in _counted(posts) if (pair.person, pair.module) not in planned]
    learning = _by_unit((pair for pair in pairs if not pair.valid), units)
    renewing = _by_unit((pair for pair in pairs if pair.valid and not pair.outlives), units)
    drafts = [
        draft
        for kind, group in zip(StepKind, (covering, learning, renewing), strict=True)
        for draft in _ranked(kind, group, score, case.policy)
    ]
    return tuple(_finished(draft, case, score, minutes) for draft in drafts[:MOST_STEPS])


def _covering(score: Score, posts: list[Post], minutes: Mapping[str, int]) -> list[_Target]:
    """Return for each uncovered point its cheapest (need - ready) persons, each with all modules that are missing.

    A person counts only when all modules are done, so modules are bundled by person; the longest waiting goes first
    among equals. What one point asks for already counts as done for the next. A point that nobody could fill is not
    a matter of training and gets no proposal.
    """
    found: list[_Target] = []
    planned: set[tuple[str, str]] = set()
    at_point = _grouped(posts, lambda post: post.point)
    for point in score.points:
        bundles = _bundles(at_point.get(point.id, []), planned, minutes)
        already = {bundle.person for bundle in bundles if not bundle.modules}
        others = [bundle for bundle in bundles if bundle.person not in already]
        chosen = others[: max(0, point.need - max(point.ready, len(already)))]
        if chosen:
            found.append((point.id, {bundle.person: bundle.modules for bundle in chosen}))
            planned.update((bundle.person, module) for bundle in chosen for module in bundle.modules)
    return found


def _grouped(posts: Iterable[Post], key: Callable[[Post], _Key]) -> dict[_Key, list[Post]]:
    groups: dict[_Key, list[Post]] = {}
    for post in posts:
        groups.setdefault(key(post), []).append(post)
    return groups


def _bundles(posts: Iterable[Post], planned: Container[tuple[str, str]], minutes: Mapping[str, int]) -> list[_Bundle]:
    """Return what each person rostered at one point still has to learn, cheapest first, one bundle a person."""
    bundles: dict[str, _Bundle] = {}
    for post in posts:
        if not post.pairs:
            continue
        lacking = [pair for pair in post.pairs if not (pair.valid or (pair.person, pair.module) in planned)]
        bundle = _Bundle(
            sum(minutes.get(pair.module, USUAL_MINUTES) for pair in lacking),
            min(pair.since for pair in post.pairs),
            post.person,
            frozenset(pair.module for pair in lacking),
        )
        bundles[post.person] = min(bundle, bundles.get(post.person, bundle), key=_cheapness)
    return sorted(bundles.values(), key=_cheapness)


def _cheapness(bundle: _Bundle) -> tuple[int, datetime, str]:
    return bundle.minutes, bundle.since, bundle.person


def _by_unit(pairs: Iterable[Pair], units: Mapping[str, str]) -> list[_Target]:
    found: dict[str | None, dict[str, frozenset[str]]] = {}
    for pair in pairs:
        people = found.setdefault(units.get(pair.person), {})
        people[pair.person] = people.get(pair.person, frozenset()) | {pair.module}
    return list(found.items())


def _ranked(kind: StepKind, group: Iterable[_Target], score: Score, policy: Policy) -> list[_Draft]:
    of_person = _grouped(score.posts, lambda post: post.person)
    drafts = []
    for target, additions in group:
        posts = [post for person in additions for post in of_person[person]]
        drafts.append(_Draft(kind, target, additions, _price(posts, score, additions, policy)))
    return sorted(drafts, key=lambda draft: (-draft.price, draft.target or ""))


def _finished(draft: _Draft, case: Case, now: Score, minutes: Mapping[str, int]) -> Step:
    then = score_of(with_certificates(case, draft.additions))
    learners = tuple(Learner(person, tuple(sorted(modules))) for person, modules in sorted(draft.additions.items()))
    return Step(
        draft.kind,
        draft.target,
        learners,
        minutes=sum(minutes.get(module, USUAL_MINUTES) for learner in learners for module in learner.modules),
        gain=_moved(now, then),
        level=then.level,
    )
