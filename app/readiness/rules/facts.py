"""The dated facts a score is made of, in the very shape of the published vectors, and the policy that weighs them.

Every interval is half open, [start, end): ``start`` None is "always", ``end`` None is "still". Instants are aware; days
are civil days in Vietnam and a last day is inclusive.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from math import ceil
from typing import Final


class Level(StrEnum):
    """A to E, best first; N: nothing is required; X: officially closed."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"
    N = "N"
    X = "X"


@dataclass(frozen=True, slots=True)
class Assign:
    """A person works in a facility in a role, perhaps at a service point."""

    person: str
    facility: str
    point: str | None
    role: str
    start: datetime
    end: datetime | None


@dataclass(frozen=True, slots=True)
class Cert:
    """A certificate of a person for a module.

    ``revoked`` is the instant from which it no longer speaks; ``void`` takes it back from the beginning. ``recorded``
    and ``revoke_recorded`` tell when the system learned of each; None: at the instant of the fact itself.
    """

    person: str
    module: str
    issued: datetime
    last_day: date
    version: int
    refresh_due: date
    revoked: datetime | None = None
    void: bool = False
    recorded: datetime | None = None
    revoke_recorded: datetime | None = None


@dataclass(frozen=True, slots=True)
class Leave:
    """A person is away."""

    person: str
    start: datetime
    end: datetime | None


@dataclass(frozen=True, slots=True)
class Requirement:
    """A role requires a module, with a whole-number weight."""

    role: str
    module: str
    weight: int
    start: datetime | None
    end: datetime | None


@dataclass(frozen=True, slots=True)
class Version:
    """From a civil day on, a certificate counts only with this content version or a newer one."""

    module: str
    version: int
    required_from: date


@dataclass(frozen=True, slots=True)
class Point:
    """A service point (unit and shift) of a facility; ``need`` None: half of those rostered, at least one."""

    id: str
    facility: str
    start: datetime
    end: datetime | None
    need: int | None


@dataclass(frozen=True, slots=True)
class Closure:
    """A facility is officially closed."""

    facility: str
    start: datetime
    end: datetime | None


@dataclass(frozen=True, slots=True)
class Cap:
    """A legal cap holds a facility's level down, whatever its number."""

    facility: str
    level: Level
    start: datetime
    end: datetime | None


@dataclass(frozen=True, slots=True)
class World:
    """All facts from which the scores of one or more facilities follow."""

    assigns: tuple[Assign, ...] = ()
    certs: tuple[Cert, ...] = ()
    leaves: tuple[Leave, ...] = ()
    reqs: tuple[Requirement, ...] = ()
    versions: tuple[Version, ...] = ()
    points: tuple[Point, ...] = ()
    closed: tuple[Closure, ...] = ()
    caps: tuple[Cap, ...] = ()


@dataclass(frozen=True, slots=True)
class Policy:
    """The city's weights and thresholds.

    ``w_cov``, ``w_pts``, ``w_cur``, ``w_kno`` weigh C, B, U and K and add up to 1; the ``t_`` thresholds are points of
    T; ``u_sustained`` is the share U that level A asks for. Every role that has a requirement has a role weight.
    """

    role_weight: Mapping[str, int]
    w_cov: Fraction
    w_pts: Fraction
    w_cur: Fraction
    w_kno: Fraction
    horizon_days: int
    leave_min_days: int
    grace_new_days: int
    need_share: Fraction
    t_ready: Fraction
    t_sustained: Fraction
    t_near: Fraction
    t_started: Fraction
    u_sustained: Fraction = Fraction(9, 10)

    def need_of(self, rostered: int) -> int:
        """Return the ready people a service point needs when nobody has set a number: at least one."""
        return max(1, ceil(rostered * self.need_share))


#: The policy of the published vectors: what a case without a policy of its own is evaluated with (ruling 34).
DEFAULT_POLICY: Final = Policy(
    role_weight={"reception": 3, "guide": 3, "nurse": 2, "doctor": 2, "it": 2, "admin": 1},
    w_cov=Fraction(1, 2),
    w_pts=Fraction(1, 4),
    w_cur=Fraction(3, 20),
    w_kno=Fraction(1, 10),
    horizon_days=30,
    leave_min_days=30,
    grace_new_days=30,
    need_share=Fraction(1, 2),
    t_ready=Fraction(85),
    t_sustained=Fraction(95),
    t_near=Fraction(70),
    t_started=Fraction(40),
)


@dataclass(frozen=True, slots=True)
class Case:
    """One question to the score: this facility, as of this instant, as known then, in this world, by this policy.

    ``known_at`` None: with everything that is recorded.
    """

    facility: str
    as_of: datetime
    known_at: datetime | None
    world: World
    policy: Policy = DEFAULT_POLICY
    name: str = ""
    note: str = ""


def is_alive(start: datetime | None, end: datetime | None, at: datetime) -> bool:
    """Tell whether ``at`` lies in [start, end)."""
    return (start is None or start <= at) and (end is None or at < end)
