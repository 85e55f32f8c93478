"""A phone that takes a quiz along and brings its work, or saves it to a file."""

import uuid
from dataclasses import asdict
from types import SimpleNamespace
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.kernel.db import db
from quizzes.models import Attempt
from tests.builders import Browser
from tests.courses.builders import taps_of
from tests.quizzes.builders import right_tokens

SYNC = "/offline/sync"


class Phone:
    """A person's own phone: takes a quiz along, answers it without network, and brings its work in batches."""

    def __init__(self, client: FlaskClient, person: Any, module: SimpleNamespace) -> None:
        self.browser, self.module = Browser(client, person), module
        self.paper = self.browser.post(f"/offline/tickets/{module.key}", headers={"Accept": "application/json"}).json

    def card(self, place: int = 1, **more: Any) -> dict[str, Any]:
        return {"kind": "card", "op_id": str(uuid.uuid4()), "module": self.module.key, "lesson": "l1", "place": place,
                **more}  # fmt: skip

    def answer(self, place: int, *, seq: int = 1, **more: Any) -> dict[str, Any]:
        attempt = db.session.get_one(Attempt, self.paper["attempt"])
        return {
            "kind": "answer", "op_id": str(uuid.uuid4()), "attempt": attempt.id, "place": place, "seq": seq,
            "chosen": sorted(right_tokens(attempt, place)), "flagged": False, "ticket": self.paper["ticket"],
            "elapsed": 60_000 * seq, **more,
        }  # fmt: skip

    def hand_in(self, needs: list[dict[str, Any]]) -> dict[str, Any]:
        return {
            "kind": "hand_in", "op_id": str(uuid.uuid4()), "attempt": self.paper["attempt"],
            "needs": [each["op_id"] for each in needs], "ticket": self.paper["ticket"], "elapsed": 600_000,
        }  # fmt: skip

    def whole_quiz(self) -> list[dict[str, Any]]:
        answers = [self.answer(place, seq=place) for place in (1, 2, 3)]
        return [self.card(1), self.card(2), self.card(3), *answers, self.hand_in(answers)]

    def send(self, operations: list[Any], **more: Any) -> list[dict[str, Any]]:
        answer = self.browser.post_json(SYNC, {"operations": operations, **more})
        assert answer.status_code == 200, answer.text
        return answer.json["outcomes"]


def tap_sent(choice: str, seq: int = 1) -> dict[str, Any]:
    """A tap on the scenario of tests.courses.builders, as a device writes it down."""
    (tap,) = taps_of(choice, first=seq)
    return asdict(tap)


def run_sent(scenario_id: int, *choices: str, **more: Any) -> list[dict[str, Any]]:
    """A run of that scenario as it waits on a device, an operation a tap; ``more`` is said in each."""
    run = {"kind": "taps", "v": 3, "module": "m0", "name": "find-the-book", "title": "Tìm cuốn sổ",
           "scenario": scenario_id, "run": str(uuid.uuid4()), **more}  # fmt: skip
    taps = [tap_sent(choice, seq) for seq, choice in enumerate(choices, 1)]
    return [{**run, "op_id": tap["op_id"], "taps": [tap]} for tap in taps]


def count(column: Any) -> int:
    return db.session.scalar(select(func.count(column)))
