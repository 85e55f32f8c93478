"""What each endpoint takes so that an allowed request really does something, and what it answers then."""

import uuid
from collections.abc import Callable
from io import BytesIO
from typing import Any

from tests.databases import SECRET
from tests.house.imports import roster_of
from tests.house.world import Principal, World
from tests.people.builders import GOOD
from tests.pwa.rescue_files import rescue_of

NEW_PASSWORD = "năm chiếc thuyền chở lúa vàng"


class Reread(BytesIO):
    """A file that a form may send more than once."""

    def close(self) -> None:
        """Go back to the beginning."""
        self.seek(0)


Body = Callable[[World, Principal, str], dict[str, Any]]

# "data" or "json"; an endpoint that takes a body and is not named here fails the matrix. {}: nothing but the token.
BODIES: dict[str, Body] = {
    "people.sign_in": lambda world, _who, letter: {
        "facility": world.site[letter]["code"], "who": f"CNRY-{letter}-employment-staff_code-staff{letter.lower()}1",
        "password": GOOD, "device": "own",
    },
    "people.sign_out": lambda *_: {},
    "people.sample_sign_in": lambda world, *_: {"account": str(world.principals["staffa1"].person_id)},
    "people.activate": lambda world, _who, letter: {
        "code": world.site[letter]["slip"], "password": NEW_PASSWORD, "device": "own",
    },
    "people.end_device": lambda *_: {"present": GOOD},
    "people.end_other_devices": lambda *_: {"present": GOOD},
    "people.phone": lambda *_: {"phone": "0912 345 678", "present": GOOD},
    "people.password": lambda *_: {"present": GOOD, "password": NEW_PASSWORD},
    "people.language": lambda *_: {"language": "en"},
    "people.text_size": lambda *_: {"size": "largest"},
    "people.start_import": lambda _world, _who, letter: {
        "file": (Reread(roster_of(letter, "sent")), "danh-sach.csv"), "token": uuid.uuid4().hex,
    },
    "people.import_columns": lambda *_: {"c3": "ignored"},
    "people.import_choices": lambda *_: {"k0": "missing:all", "c0": "left"},
    "people.apply_import": lambda *_: {"k0": "missing:all", "c0": "left"},
    "people.export": lambda *_: {"kind": "xlsx"},
    "people.add": lambda world, _who, letter: {
        "name": "Trần Văn Mới", "phone": "", "staff_code": "MOI-1", "position": str(world.positions["nurse"]),
        "unit": str(world.site[letter]["unit"]["same"]),
    },
    "people.change_workplace": lambda world, _who, letter: {
        "unit": str(world.site[letter]["unit"]["same"]), "position": str(world.positions["nurse"]), "staff_code": "K-9",
    },
    "people.change_phone": lambda *_: {"phone": "0912 345 678"},
    "people.rename": lambda *_: {"name": "Trần Văn Đổi", "reason": "spelling"},
    "people.add_leave": lambda *_: {"first": "2026-11-24", "last": "2026-11-30"},
    "people.end_leave": lambda *_: {},
    "people.change_access": lambda *_: {"act": "suspend"},
    "people.end": lambda *_: {},
    "people.slips": lambda world, _who, letter: {"person": str(world.site[letter]["people"]["fresh"].id)},
    "coordinator.undo_import": lambda *_: {},
    "people.answer_invitation": lambda *_: {"answer": "accept"},
    "people.add_unit": lambda *_: {"name": "Khoa Mới"},
    "people.rename_unit": lambda *_: {"name": "Khoa Đổi Tên"},
    "people.add_point": lambda world, _who, letter: {
        "unit": str(world.site[letter]["unit"]["own"]), "name": "Quầy Mới", "shift": "Sáng", "opens": "2026-11-24",
        "need": "2",
    },
    "people.change_term": lambda *_: {"opens": "2026-11-25", "need": "3"},
    "people.change_duty": lambda world, _who, letter: {"person": str(world.site[letter]["people"]["two"].id)},
    "pwa.key": lambda *_: {},
    "pwa.ticket": lambda *_: {},
    "pwa.sync": lambda _world, who, _letter: {
        "json": {"operations": [
            {"kind": "card", "op_id": str(uuid.uuid4()), "module": "m8", "lesson": "m8-open", "place": 1},
            {"kind": "answer", "op_id": str(uuid.uuid4()), "attempt": who.own.get("open", 1), "place": 2,
             "chosen": [option(who, 2)], "flagged": False, "seq": 7},
        ]}
    },
    "pwa.hand_in_file": lambda _world, who, _letter: {
        "file": (Reread(rescue_of(SECRET, who.person_id, ("m8", "m8-open"))), "san-sang-bai-lam.sansang"),
    },
    "courses.move": lambda *_: {"card": "1"},
    "courses.check": lambda *_: {"card": "3", "choice": "1"},
    "courses.ask_guide_paper": lambda *_: {},
    "courses.tap": lambda world, *_: {
        "run": str(uuid.uuid4()), "scenario": str(world.scenario), "op_id": str(uuid.uuid4()), "seq": "1",
        "screen": "greeting", "choice": "open-it",
    },
    "courses.taps": lambda world, *_: {
        "json": {
            "run": str(uuid.uuid4()), "scenario": world.scenario,
            "taps": [{"op_id": str(uuid.uuid4()), "seq": 1, "screen": "greeting", "choice": "later"}],
        }
    },
    "quizzes.start": lambda *_: {},
    "quizzes.test_out": lambda *_: {"reason": "daily_work"},
    "quizzes.answer": lambda _world, who, _letter: {
        "choice": option(who, 1), "op_id": str(uuid.uuid4()), "go": "review",
    },
    "quizzes.save": lambda _world, who, _letter: {
        "json": {"op_id": str(uuid.uuid4()), "place": 2, "chosen": [option(who, 2)], "flagged": True, "seq": 7}
    },
    "quizzes.submit": lambda *_: {"sure": "1"},
    "quizzes.report": lambda *_: {"words": "Câu này sai rồi"},
    "quizzes.confide": lambda *_: {"confidence": "very"},
    "quizzes.answer_report": lambda *_: {"answer": "Đã xem, cảm ơn."},
    "quizzes.clear_talk": lambda *_: {},
    "coordinator.order": lambda world, _who, letter: {
        "person": str(world.site[letter]["people"]["fresh"].id), "module": str(world.modules["m7"]["id"]),
        "due": "30/11/2026", "days": "14", "overlap": "earlier", "token": uuid.uuid4().hex,
    },
    "coordinator.undo": lambda *_: {},
    "coordinator.end_rule": lambda *_: {},
    "coordinator.export": lambda *_: {"format": "xlsx"},
    "coordinator.change_due": lambda *_: {"due": "01/12/2026"},
    "coordinator.cancel": lambda *_: {},
    "certificates.ask_pdf": lambda *_: {},
    "certificates.end": lambda *_: {"act": "revoke", "reason": "Cấp nhầm người"},
    "taskforce.export": lambda *_: {},
}  # fmt: skip


def option(who: Principal, place: int) -> str:
    """A token of an option at a place of a principal's open attempt that was not chosen yet."""
    return str(who.own["draw"][place - 1]["options"][-1]["token"]) if who.own else "0" * 30


def valid_body(endpoint: str, world: World, who: Principal, letter: str) -> dict[str, Any]:
    """Return what to send, as keywords of the test client; the fields of a form under ``data``."""
    given = BODIES[endpoint](world, who, letter if letter in {"A", "B"} else who.site)
    return given if "json" in given or "files" in given else {"data": given}


# What an allowed request answers, where it is not 200 for GET and 303 for the rest.
ANSWERS: dict[tuple[str, str], set[int]] = {
    ("staff.two_minutes", "GET"): {302},
    ("people.sample_sign_in", "POST"): {404},
    ("people.export", "POST"): {200},
    ("people.slips", "POST"): {200},
    ("coordinator.export", "POST"): {200},
    ("taskforce.export", "POST"): {200},
    ("quizzes.save", "POST"): {200},
    ("courses.taps", "POST"): {200},
    ("people.sign_out", "POST"): {303},
    ("pwa.key", "POST"): {200},
    ("pwa.ticket", "POST"): {200},
    ("pwa.sync", "POST"): {200},
    ("pwa.hand_in_file", "POST"): {200},
}
# What is over answers 404, as if it had never been, but for these.
OVER: dict[tuple[str, str], set[int]] = {
    ("courses.practised", "GET"): {302},
    ("quizzes.question", "GET"): {303},
    ("quizzes.answer", "POST"): {303},
    ("quizzes.save", "POST"): {409},
    ("quizzes.review", "GET"): {303},
    ("quizzes.submit", "POST"): {303},
    ("quizzes.report", "POST"): {409},
    ("quizzes.confide", "POST"): {409},
    ("staff.result", "GET"): {302},
    ("quizzes.answer_report", "POST"): {409},
    ("coordinator.assigned", "GET"): {200},
    ("coordinator.undo", "POST"): {303, 409},
    ("coordinator.end_rule", "POST"): {303},
    ("coordinator.cancel", "POST"): {303, 404},
    ("certificates.detail", "GET"): {200},
    ("certificates.end", "POST"): {409},
    ("people.end_device", "POST"): {303, 404},
    ("people.answer_invitation", "POST"): {303},
}
# Another object of the same facility answers like the first, but for these: an order is taken back by who gave it.
SAME: dict[tuple[str, str], set[int]] = {
    ("coordinator.undo", "POST"): {403},
    ("people.import_result", "GET"): {404},
    ("people.import_columns", "POST"): {303, 422},
    ("certificates.pdf", "GET"): {200},
}
# Asked where nothing is, what is everybody's answers 404, but for these; none of them reads or writes anything.
MISSING: dict[tuple[str, str], set[int]] = {
    ("courses.check", "POST"): {303, 404},
    ("quizzes.report", "POST"): {404, 422},
    ("quizzes.clear_talk", "POST"): {303, 404},
}
