"""The shape of what a device sends: a batch of operations, each of which may be refused without the others."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from app.kernel.errors import Invalid
from app.pwa.operations import CardLeft, Chosen, HandedIn, Sent
from quizzes.forms import choice_from_json

BATCH_MOST = 200
#: The form in which a device writes an operation today, its ``v``; docs/decisions/0010 says how long others are read.
FORM = 2
_UPGRADES: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {
    1: lambda sent: {**sent, "v": 2},  # the first form did not say its number
}
_OP_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_KEY = re.compile(r"[a-z0-9-]{1,64}")
_NEEDS_MOST = 1000
_ELAPSED_MOST = 400 * 24 * 3600 * 1000  # milliseconds; a device that counts further is not counting


@dataclass(frozen=True, slots=True)
class Batch:
    """What a device sends at once: operations as they came, and ids it wants to hear confirmed."""

    operations: tuple[Sent, ...]
    confirm: tuple[str, ...]


def batch_from(sent: Any) -> Batch:
    """Read ``{operations: [...], confirm: [op_id, ...]}``; raises ``Invalid("batch_unreadable")``."""
    if not isinstance(sent, dict):
        raise Invalid("batch_unreadable")
    operations, confirm = sent.get("operations", []), sent.get("confirm", [])
    if not isinstance(operations, list) or not isinstance(confirm, list) or len(operations) > BATCH_MOST:
        raise Invalid("batch_unreadable")
    known = tuple(each for each in confirm if isinstance(each, str) and _OP_ID.fullmatch(each))
    return Batch(tuple(_sent(each, place) for place, each in enumerate(operations)), known[:_NEEDS_MOST])


def _sent(sent: Any, place: int) -> Sent:
    """Read one operation; what cannot be read is named, by its place when it has no id, and stops no other."""
    op_id = sent.get("op_id") if isinstance(sent, dict) else None
    if not isinstance(op_id, str) or not _OP_ID.fullmatch(op_id):
        return Sent(f"#{place}", None, "operation_unreadable")
    try:
        return Sent(op_id, _operation_from(_today(sent)))
    except Invalid as refusal:
        return Sent(op_id, None, refusal.code)


def _today(sent: dict[str, Any]) -> dict[str, Any]:
    """Return an operation of any form in today's; raises ``Invalid("operation_newer")`` for one of a later release."""
    form = _number(sent.get("v", 1))
    if form > FORM:
        raise Invalid("operation_newer")
    for older in range(form, FORM):
        sent = _UPGRADES[older](sent)
    return sent


def _operation_from(sent: dict[str, Any]) -> CardLeft | Chosen | HandedIn:
    """Read what one operation says; raises ``Invalid("operation_unreadable")`` or what its parts raise."""
    kind = sent.get("kind")
    if kind == "card":
        return CardLeft(_key(sent.get("module")), _key(sent.get("lesson")), _number(sent.get("place")))
    if kind == "answer":
        choice = choice_from_json(sent)
        return Chosen(_number(sent.get("attempt")), choice, _ticket(sent.get("ticket")), _elapsed(sent))
    if kind == "hand_in":
        needs = sent.get("needs")
        if not isinstance(needs, list) or len(needs) > _NEEDS_MOST or not all(isinstance(each, str) for each in needs):
            raise Invalid("operation_unreadable")
        return HandedIn(_number(sent.get("attempt")), tuple(needs), _ticket(sent.get("ticket")), _elapsed(sent))
    raise Invalid("operation_unreadable")


def _key(value: Any) -> str:
    if not isinstance(value, str) or not _KEY.fullmatch(value):
        raise Invalid("operation_unreadable")
    return value


def _number(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value < 2**53:
        raise Invalid("operation_unreadable")
    return value


def _ticket(value: Any) -> str | None:
    if value is not None and (not isinstance(value, str) or len(value) > BATCH_MOST * 10):
        raise Invalid("operation_unreadable")
    return value


def _elapsed(sent: dict[str, Any]) -> timedelta:
    value = sent.get("elapsed", 0)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _ELAPSED_MOST:
        raise Invalid("operation_unreadable")
    return timedelta(milliseconds=value)
