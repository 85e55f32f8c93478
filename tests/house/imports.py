"""Roster imports of a site at every step, made as a coordinator and the worker make them."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from app.kernel import clock, jobs, storage
from app.kernel.db import db
from app.kernel.transaction import transaction
from app.people.models import ImportState, Invitation, RosterImport
from app.people.operations import imports
from tests.builders import make_position, save
from tests.house.canaries import canary

HEADINGS = "Mã nhân viên,Họ và tên,Khoa/phòng,Chức danh,Số điện thoại"


def roster_of(letter: str, who: str, *, is_sure: bool = True) -> bytes:
    """A file of one person; not sure: their position is a word that must be asked about."""
    code, name = f"{letter}-{who}", canary(letter, "person", "name", who)  # a code has 32 letters at most
    unit = f"Khoa {canary(letter, 'unit', 'name', 'all')}"
    position = "Nurse" if is_sure else canary(letter, "roster_import", "position", who)
    return f"\ufeff{HEADINGS}\n{code},Trần Thị {name},{unit},{position},\n".encode()


def fill(letter: str, place: dict[str, Any]) -> None:
    """Give a site an import that is written, one to be checked, one with columns to confirm, one that was refused."""
    small = letter.lower()
    make_position("nurse")
    done = _send(letter, place, "done", roster_of(letter, f"imported{small}"))
    _step(imports.choose_columns, done, place)
    _step(imports.order_import, done, place, is_open=False)
    checked = _send(letter, place, "checked", roster_of(letter, f"asked{small}", is_sure=False))
    _step(imports.choose_columns, checked, place)
    columns = _send(letter, place, "columns", roster_of(letter, f"columns{small}"))
    refused = _send(letter, place, "refused", b"%PDF-1.7 no roster")
    found = {
        key: db.session.get_one(RosterImport, number).state for key, number in (("done", done), ("check", checked))
    }
    assert found == {"done": ImportState.DONE, "check": ImportState.CHECK}, found
    place["import"] = {"own": checked, "same": columns}
    place["done_import"] = {"own": done, "same": refused}


def _send(letter: str, place: dict[str, Any], which: str, content: bytes) -> int:
    name = f"{canary(letter, 'roster_import', 'file_name', which)}.csv"
    with transaction():
        sent = imports.Sent(name, storage.put(content), f"{letter}-{which}")
        made = imports.start_import(place["people"]["coordinator"].id, place["id"], sent, now=clock.now())
        number = made.id
    _work()
    return number


def _step(operation: Any, number: int, place: dict[str, Any], **more: Any) -> None:
    with transaction():
        operation(place["id"], number, {}, **more)
    _work()


def _work() -> None:
    """Let the worker do what is promised."""
    db.session.rollback()
    while rows := jobs.due():
        for outbox_id, _ in rows:
            jobs.run(outbox_id, lease=timedelta(seconds=60))


def invite(person: Any, facility: SimpleNamespace) -> dict[str, int]:
    """Two wishes of a facility to employ somebody: one that waits, one that was declined."""
    now, position = clock.now(), make_position("nurse").id
    return {
        which: save(
            Invitation(
                person_id=person.id, facility_id=facility.id, position_id=position, made_at=now, declined_at=declined
            )
        ).id
        for which, declined in (("invitation", None), ("declined", now))
    }
