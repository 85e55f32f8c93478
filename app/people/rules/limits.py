"""How long a sign-in holds, and how guessing passwords is slowed."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Limits:
    """Until when a sign-in holds: overall, and without a request (None: for as long as overall)."""

    overall: timedelta
    idle: timedelta | None
    ends_with_browser: bool


_SHARED = Limits(timedelta(hours=4), timedelta(minutes=10), ends_with_browser=True)
_LEARNER = Limits(timedelta(days=30), None, ends_with_browser=False)
_MANAGER = Limits(timedelta(hours=12), timedelta(minutes=30), ends_with_browser=False)
_CITY = Limits(timedelta(hours=12), timedelta(minutes=15), ends_with_browser=False)
_MANAGERS = frozenset({"coordinator", "director"})


def limits_for(roles: Collection[str], *, is_shared: bool) -> Limits | None:
    """Return the limits of trust A2 for someone with these roles; None: this kind of device is not for them."""
    if is_shared:
        return None if "admin" in roles else _SHARED
    if not roles:
        return _LEARNER
    return _MANAGER if _MANAGERS.issuperset(roles) else _CITY


WINDOW = timedelta(hours=1)
_FREE = 5
_FREE_ON_KNOWN_DEVICE = 30
_LONGEST = timedelta(minutes=5)
_FREE_NETWORK = 60
_LONGEST_NETWORK = timedelta(seconds=30)


def wait_for_account(failures: int, *, is_known_device: bool) -> timedelta:
    """Return how long after the last of ``failures`` wrong passwords for one account, at one place, the next may come.

    Five are free, then 5, 10, 20 … seconds up to five minutes. A device the person has signed in with before counts
    for itself, with thirty free, so that whoever guesses from elsewhere never locks its owner out (AU-05).
    """
    over = failures - (_FREE_ON_KNOWN_DEVICE if is_known_device else _FREE)
    if over < 0:
        return timedelta(0)
    return min(timedelta(seconds=5 * 2 ** min(over, 10)), _LONGEST)


def wait_for_network(failures: int) -> timedelta:
    """Return how long after the last wrong password from one network the next try may come, for whatever account.

    A hospital's thousands stand behind one address: sixty people who gave up within the hour are free, then a
    second more for every ten, up to half a minute. Right passwords are not counted and take their own failures back.
    """
    over = failures - _FREE_NETWORK
    return timedelta(0) if over < 0 else min(timedelta(seconds=1 + over // 10), _LONGEST_NETWORK)
