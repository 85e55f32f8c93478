"""Who hears what: every listener of the house on one page, all in the transaction of the fact itself."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from app.kernel.events import Event, bus

LISTENERS: Mapping[type[Event], Sequence[Callable[[Any], None]]] = {}


def start() -> None:
    """Wire the bus."""
    bus.wire(LISTENERS)
