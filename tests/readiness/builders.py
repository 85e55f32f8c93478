"""Worlds for the readiness rules: the clinic of the published cases, and random cities for the properties."""

from datetime import UTC, date, datetime, timedelta
from random import Random

from hypothesis import strategies as st

from app.readiness import rules
from app.readiness.rules import Assign, Cap, Case, Cert, Closure, Leave, Level, Point, Requirement, Version, World
from tests.vectors import load

MODULES = ("M1", "M2", "M3")
ROLES = ("reception", "nurse", "admin")
PEOPLE = ("an", "binh", "chi", "dung")
FACILITIES = ("F", "G")
POINT_OWNERS = {"desk": "F", "clinic": "F", "gdesk": "G"}
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def published(name):
    """The published case of this name, with its inputs only read."""
    return rules.parse_case(next(case for case in load("score_cases") if case["name"] == name))


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def make_cert(person, module, **changes):
    facts = {
        "issued": at("2026-06-01T02:00"),
        "last_day": date(2027, 6, 1),
        "version": 1,
        "refresh_due": date(2026, 12, 1),
    }
    return Cert(person, module, **facts | changes)


class RandomCity:
    """Draws the facts of a small city around one instant; ``skill`` is how many of the certificates asked for exist.

    The city is drawn by a seed and not fact by fact, which is twenty times quicker; ``size`` lets a failure shrink.
    """

    def __init__(self, seed, size=6):
        self.random = Random(seed)
        self.size = size
        self.as_of = self.near(datetime(2026, 9, 1, tzinfo=UTC), 400)

    def maybe(self, chance):
        return self.random.random() < chance

    def pick(self, options):
        return self.random.choice(options)

    def many(self, make, most):
        return tuple(make() for _ in range(self.random.randint(0, most)))

    def near(self, instant, days):
        """Mostly a local midnight, where things happen, or the second before it; sometimes any hour."""
        day = instant.date() + timedelta(days=self.random.randint(-days, days))
        midnight = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=7)
        return midnight + self.pick([timedelta(0), timedelta(seconds=-1), timedelta(hours=8)])

    def span(self):
        """A [start, end) around the instant, often begun long ago, often without an end."""
        start = LONG_AGO if self.maybe(0.7) else self.near(self.as_of, 60)
        return start, None if self.maybe(0.7) else max(start, self.as_of) + timedelta(days=self.random.randint(-40, 90))

    def assign(self):
        point = self.pick([None, *POINT_OWNERS])
        facility = POINT_OWNERS[point] if point else self.pick(FACILITIES)
        return Assign(self.pick(PEOPLE), facility, point, self.pick(ROLES), *self.span())

    def requirement(self):
        span = (None, None) if self.maybe(0.6) else self.span()
        return Requirement(self.pick(ROLES), self.pick(MODULES), self.random.randint(1, 3), *span)

    def cert(self, person=None, module=None, *, revocable=True):
        issued = self.near(self.as_of - timedelta(days=150), 160)
        revoked = self.near(self.as_of, 60) if revocable and self.maybe(0.08) else None
        return Cert(
            person or self.pick(PEOPLE),
            module or self.pick(MODULES),
            issued=issued,
            last_day=issued.date() + timedelta(days=self.pick([365, 365, self.random.randint(0, 300)])),
            version=self.pick([1, 2, 2, 2, 3]),
            refresh_due=issued.date() + timedelta(days=self.pick([180, self.random.randint(0, 300)])),
            revoked=revoked,
            void=revoked is not None and self.maybe(0.3),
            recorded=None if self.maybe(0.9) else self.near(self.as_of, 60),
            revoke_recorded=self.near(self.as_of, 60) if revoked and self.maybe(0.5) else None,
        )

    def certs(self):
        skill = self.pick([0, 0.6, 1, 1, 1])
        taught = [self.cert(person, module) for person in PEOPLE for module in MODULES if self.maybe(skill)]
        return (*taught, *self.many(self.cert, self.size))

    def point(self, point_id):
        return Point(point_id, POINT_OWNERS[point_id], *self.span(), self.pick([None, None, None, 1, 2]))

    def world(self):
        return World(
            assigns=self.many(self.assign, self.size),
            certs=self.certs(),
            leaves=self.many(lambda: Leave(self.pick(PEOPLE), *self.span()), 1 if self.maybe(0.3) else 0),
            reqs=self.many(self.requirement, self.size),
            versions=self.many(
                lambda: Version(self.pick(MODULES), self.random.randint(1, 2), self.near(self.as_of, 60).date()), 2
            ),
            points=tuple(self.point(point_id) for point_id in POINT_OWNERS if self.maybe(0.6)),
            closed=(Closure("F", *self.span()),) if self.maybe(0.05) else (),
            caps=(Cap("F", self.pick([Level.C, Level.E]), *self.span()),) if self.maybe(0.1) else (),
        )

    def case(self):
        known_at = None if self.maybe(0.7) else self.near(self.as_of, 60)
        return Case("F", self.as_of, known_at, self.world())


def cities():
    return st.builds(RandomCity, st.integers(0, 2**48), st.integers(0, 8))
