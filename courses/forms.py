"""The shape of what a browser sends from the practice phone: ids and names of what was tapped, never a written word."""

import re
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from app.kernel.errors import Invalid
from courses.operations import Tap
from courses.rules import MOST_TAPS

# Exactly what a browser makes up, so that nothing a person could have typed fits in (CT-06).
_MADE_UP = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_NAME_MOST = 64
_ID_MOST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Batch:
    """The taps of one run, in their order; ``scenario_id`` says on which version they were made."""

    run_key: str
    scenario_id: int
    taps: tuple[Tap, ...]


def batch_from_json(sent: Any) -> Batch:
    """Read ``{run, scenario, taps: [{op_id, seq, screen, choice}]}``; raises ``Invalid("taps_unreadable")``."""
    if not isinstance(sent, dict) or not isinstance(sent.get("taps"), list):
        raise Invalid("taps_unreadable")
    taps = sent["taps"]
    if not 1 <= len(taps) <= MOST_TAPS:
        raise Invalid("taps_unreadable")
    return Batch(_made_up(sent.get("run")), _number(sent.get("scenario"), _ID_MOST), tuple(_tap(each) for each in taps))


def batch_from_form(sent: MultiDict[str, str]) -> Batch:
    """Read the form of one screen, sent without script; raises ``Invalid("taps_unreadable")``."""
    numbers = {name: int(sent[name]) if _is_number(sent.get(name, "")) else None for name in ("scenario", "seq")}
    tap = {
        "op_id": sent.get("op_id"),
        "seq": numbers["seq"],
        "screen": sent.get("screen"),
        "choice": sent.get("choice"),
    }
    return batch_from_json({"run": sent.get("run"), "scenario": numbers["scenario"], "taps": [tap]})


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < len(str(_ID_MOST))


def _tap(sent: Any) -> Tap:
    if not isinstance(sent, dict):
        raise Invalid("taps_unreadable")
    return Tap(
        op_id=_made_up(sent.get("op_id")),
        seq=_number(sent.get("seq"), MOST_TAPS),
        screen=_name(sent.get("screen")),
        choice=_name(sent.get("choice")),
    )


def _made_up(value: Any) -> str:
    if not isinstance(value, str) or not _MADE_UP.fullmatch(value):
        raise Invalid("taps_unreadable")
    return value


def _name(value: Any) -> str:
    if not isinstance(value, str) or len(value) > _NAME_MOST or not _NAME.fullmatch(value):
        raise Invalid("taps_unreadable")
    return value


def _number(value: Any, most: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
        raise Invalid("taps_unreadable")
    return value
