"""What a process may know by heart for a minute: facts of the whole city and published material, never a person's."""

from collections.abc import Callable, Hashable
from datetime import datetime, timedelta
from typing import TypeVar

from flask import current_app

from app.kernel import clock

HOLDS = timedelta(seconds=60)
Fact = TypeVar("Fact")


def held(key: Hashable, ask: Callable[[], Fact]) -> Fact:
    """Return what ``ask`` returns, asked once a minute a process under ``key``; asked each time under test.

    What is held is shared by all requests of the process: hand it out, never change it.
    """
    if current_app.testing:
        return ask()
    facts: dict[Hashable, tuple[Fact, datetime]] = current_app.extensions.setdefault("held", {})
    now = clock.now()
    found = facts.get(key)
    if found is None or now >= found[1]:
        found = facts[key] = (ask(), now + HOLDS)
    return found[0]
