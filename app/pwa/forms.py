"""The shape of what a device sends: a batch of operations, each of which may be refused without the others; a file."""

import base64
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from wtforms import FileField

from app.kernel import seals
from app.kernel.errors import Invalid
from app.kernel.forms import Form, check_file
from app.kernel.i18n import _, _l
from app.pwa import rules
from app.pwa.operations import CardLeft, Chosen, HandedIn, Operation, Origin, RescueFile, Sent, Tapped
from courses.forms import batch_from_json
from quizzes.forms import choice_from_json

BATCH_MOST = 200
FILE_MOST = 1000  # operations: a megabyte of answers, and two seconds of writing
#: The form in which a device writes an operation today, its ``v``; docs/decisions/0010 says how long others are read.
FORM = 3
_UPGRADES: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {
    1: lambda sent: {**sent, "v": 2},  # the first form did not say its number
    2: lambda sent: {**sent, "v": 3},  # nobody practised without network
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


def _operation_from(sent: dict[str, Any]) -> Operation:
    """Read what one operation says; raises ``Invalid("operation_unreadable")`` or what its parts raise."""
    kind = sent.get("kind")
    if kind == "card":
        return CardLeft(_key(sent.get("module")), _key(sent.get("lesson")), _number(sent.get("place")))
    if kind == "taps":
        batch = batch_from_json(sent)
        return Tapped(_key(sent.get("module")), _key(sent.get("name")), batch.scenario_id, batch.run_key, batch.taps)
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


class RescueForm(Form):
    """One file of work that a device saved."""

    file = FileField(_l("File of work (.sansang)"))

    def validate_file(self, field: FileField) -> None:
        """Refuse a form without a file, an empty file and one that is larger than a device makes."""
        too_large = _("The file is larger than 1 MB: no device makes such a file of work.")
        check_file(field.data, most=rules.RESCUE_MOST, too_large=too_large)


def rescue_from(file: bytes, secret: str) -> RescueFile:
    """Open a rescue file and make sure of its owner.

    Anybody can seal a letter for this server. Only the owner's device has the key under which each operation is sealed
    inside, and the server makes it again for the person and the device of the envelope. Raises ``Invalid``: with
    ``file_unreadable`` for what is not sealed for this server or is no file of work, with ``file_forged`` for what was
    not made on its owner's device, and with ``file_without_work``.
    """
    letter = _opened(file, secret)
    envelope, rows = letter.get("envelope"), letter.get("rows")
    if not isinstance(envelope, str) or not isinstance(rows, list) or len(rows) > FILE_MOST:
        raise Invalid("file_unreadable")
    if not rows:
        raise Invalid("file_without_work")
    try:
        person_id, device = rules.read_envelope(secret, envelope)
        sent = tuple(_rows(rows, secret, person_id, device))
    except (rules.ForeignEnvelope, seals.NotOpened) as error:
        raise Invalid("file_forged") from error
    return RescueFile(person_id, Origin(device, secret), sent)


def _opened(file: bytes, secret: str) -> dict[str, Any]:
    try:
        letter = _from_json(seals.open_letter(secret, rules.RESCUE, file))
    except seals.NotOpened as error:
        raise Invalid("file_unreadable") from error
    if not isinstance(letter, dict):
        raise Invalid("file_unreadable")
    return letter


def _rows(rows: list[Any], secret: str, person_id: int, device: str) -> Iterator[Sent]:
    """Read each operation as the device's store holds it: id, iv and data (app/static/js/offline/store.js)."""
    key = base64.b64decode(rules.store_key(secret, person_id, device))
    owner = rules.owner_tag(secret, person_id)
    for place, row in enumerate(rows):
        op_id, iv, data = (row.get(name) if isinstance(row, dict) else None for name in ("op_id", "iv", "data"))
        if not isinstance(op_id, str) or not _OP_ID.fullmatch(op_id):
            raise Invalid("file_unreadable")
        body = _from_json(seals.open_row(key, _bytes(iv), _bytes(data), f"{owner}\n{op_id}".encode()))
        yield _sent({**body, "op_id": op_id} if isinstance(body, dict) else {"op_id": op_id}, place)


def _from_json(text: bytes) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:  # the second for ten thousand brackets
        raise Invalid("file_unreadable") from error


def _bytes(text: Any) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (ValueError, TypeError) as error:
        raise Invalid("file_unreadable") from error
