"""The shape of what a browser sends to a quiz: choices, by form or by script, and words about a question."""

import hashlib
import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from werkzeug.datastructures import MultiDict

from app.kernel.errors import Invalid
from app.kernel.i18n import _l
from quizzes.models import Confidence, PriorReason
from quizzes.operations import Ago, Choice
from quizzes.rules import read_tick

WORDS_MOST = 1000
REASONS = {
    PriorReason.TRAINED_ELSEWHERE: _l("I was trained in this elsewhere"),
    PriorReason.DAILY_WORK: _l("I do this every day"),
    PriorReason.OTHER: _l("Another reason"),
}
_OPERATION = re.compile(r"[A-Za-z0-9._-]{8,64}")
_SEQ_MOST = 2**53
_ELAPSED_MOST = 24 * 3600 * 1000


def choice_from_json(sent: Any) -> Choice:
    """Read ``{op_id, place, chosen, flagged, seq}``; raises ``Invalid("choice_unreadable")``."""
    if not isinstance(sent, dict):
        raise Invalid("choice_unreadable")
    op_id, flagged, chosen = sent.get("op_id"), sent.get("flagged", False), sent.get("chosen")
    if not isinstance(op_id, str) or not _OPERATION.fullmatch(op_id) or not isinstance(flagged, bool):
        raise Invalid("choice_unreadable")
    if not isinstance(chosen, list) or not all(isinstance(token, str) for token in chosen):
        raise Invalid("choice_unreadable")
    place, seq = _number(sent.get("place")), _number(sent.get("seq"))
    return Choice(place=place, chosen=tuple(sorted(chosen)), op_id=op_id, flagged=flagged, client_seq=seq)


def ago_from_json(sent: Any, *, secret: str) -> Ago | None:
    """Read ``{tick, elapsed}`` of a choice from a timed quiz's page; None without, or when the tick is none of ours.

    Such a choice is not refused: it was made when it arrived.
    """
    text, elapsed = sent.get("tick"), sent.get("elapsed")
    if not isinstance(text, str) or not isinstance(elapsed, int) or isinstance(elapsed, bool):
        return None
    tick = read_tick(text, secret=secret)
    return Ago(tick, timedelta(milliseconds=min(max(elapsed, 0), _ELAPSED_MOST))) if tick else None


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < _SEQ_MOST:
        raise Invalid("choice_unreadable")
    return value


def choice_from_form(sent: MultiDict[str, str], place: int, *, was_flagged: bool) -> Choice:
    """Read the question page's form, sent without script; raises ``Invalid("choice_unreadable")``.

    The operation is made of the page's token and of what was chosen: sending the form twice is one operation,
    changing it and sending again is another. The server counts the number.
    """
    chosen = tuple(sorted(set(sent.getlist("choice"))))
    flagged = was_flagged != ("mark" in sent)
    op_id = f"{sent.get('op_id', '')}.{_fingerprint(chosen, flagged)}"
    if not _OPERATION.fullmatch(op_id):
        raise Invalid("choice_unreadable")
    return Choice(place=place, chosen=chosen, op_id=op_id, flagged=flagged)


def _fingerprint(chosen: Sequence[str], flagged: bool) -> str:
    return hashlib.sha256("\x00".join((*chosen, str(flagged))).encode()).hexdigest()[:12]


def confidence_from(sent: MultiDict[str, str]) -> Confidence:
    """Read one of the three faces; raises ``Invalid("unknown_confidence")``."""
    word = sent.get("confidence", "")
    if word not in set(Confidence):
        raise Invalid("unknown_confidence")
    return Confidence(word)


def reason_from(sent: MultiDict[str, str]) -> PriorReason:
    """Read why somebody goes straight to the quiz; raises ``Invalid("unknown_reason")``."""
    word = sent.get("reason", "")
    if word not in set(PriorReason):
        raise Invalid("unknown_reason")
    return PriorReason(word)


def words_from(sent: MultiDict[str, str], name: str) -> str:
    """Read free words, at most ``WORDS_MOST`` letters; may be empty."""
    return sent.get(name, "").strip()[:WORDS_MOST]
