"""How a fact travels up the house: a lower room announces it, higher rooms hear it in the same transaction."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Event:
    """A fact in the past tense: ids, dates, numbers."""


type_of_listener = Callable[[Any], None]


class Bus:
    """Who hears what; filled once from ``app/wiring.py``."""

    def __init__(self) -> None:
        self._listeners: dict[type[Event], tuple[type_of_listener, ...]] = {}

    def wire(self, listeners: Mapping[type[Event], Sequence[type_of_listener]]) -> None:
        """Replace all listeners: event type to functions, called in the order given."""
        self._listeners = {event: tuple(heard_by) for event, heard_by in listeners.items()}

    def announce(self, event: Event) -> None:
        """Let every listener of this event type hear it, now and in this transaction."""
        for listener in self._listeners.get(type(event), ()):
            listener(event)


bus = Bus()
