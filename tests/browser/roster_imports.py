"""Roster imports at each of their steps, made as the pages and the worker make them."""

import time

from app.kernel import clock, storage
from app.kernel.db import db
from app.kernel.tokens import new_token
from app.kernel.transaction import transaction
from app.people.models import ImportState, RosterImport
from app.people.operations import imports as operations
from app.people.queries.import_files import columns_of
from app.people.rules.roster import ALL_MISSING
from tests.people.importing import as_csv

HEAD = ("Mã NV", "Họ và tên", "Khoa/phòng", "Chức danh", "Điện thoại")
PLAIN = ("NV9001", "Trần Nguyễn Hoàng Uyên Thư", "Khoa Khám bệnh", "Điều dưỡng", "0987000001")
ODD = (
    ("NV9002", "Nguyễn Hoàng Phương Thảo Nguyên Ánh Tuyết", "Khoa Hồi sức tích cực và Chống độc", "Điều dưỡng", ""),
    ("NV9003", "Lê Thị Thu", "Khoa Khám bệnh", "Chuyên viên cao cấp", "987000003"),
    ("", "Phạm Văn", "", "", "không có"),
)


def make_imports(facility_id: int, person_id: int) -> dict[str, int]:
    """Return the ids of imports: at the columns, at the check, done, refused, and one the worker is busy with."""

    def _send(name: str, content: bytes) -> int:
        key = storage.put(content)
        with transaction():
            file = operations.Sent(name, key, new_token())
            return operations.start_import(person_id, facility_id, file, now=clock.now()).id

    def _match(import_id: int) -> int:
        _wait(import_id, ImportState.COLUMNS)
        found = columns_of(db.session.get_one(RosterImport, import_id))
        meanings = {column.index: column.meaning for column in found.columns}
        with transaction():
            operations.choose_columns(facility_id, import_id, meanings)
        return import_id

    made = {
        "import_done": _send("nhan-su-thang-11.csv", as_csv(PLAIN, head=HEAD)),
        "import_columns": _send("nhan-su.csv", as_csv(PLAIN, *ODD, head=HEAD)),
        "import_check": _send("nhan-su-moi.csv", as_csv(PLAIN, *ODD, head=HEAD)),
        "import_refused": _send("anh-chup.xlsx", b"this is no spreadsheet"),
    }
    _match(made["import_done"])
    _match(made["import_check"])
    _wait(made["import_done"], ImportState.CHECK)
    with transaction():
        operations.order_import(facility_id, made["import_done"], {ALL_MISSING: "keep"}, is_open=False)
    for step, state in (("done", ImportState.DONE), ("check", ImportState.CHECK), ("refused", ImportState.REFUSED)):
        _wait(made[f"import_{step}"], state)
    _wait(made["import_columns"], ImportState.COLUMNS)
    return {**made, "import_working": _busy(facility_id, person_id)}


def _busy(facility_id: int, person_id: int) -> int:
    """One that nobody works on, so that its page waits for as long as a test looks at it."""
    with transaction() as session:
        made = RosterImport(
            facility_id=facility_id,
            made_by=person_id,
            file_name="nhan-su-ca-benh-vien.xlsx",
            file_key="",
            state=ImportState.MATCHING,
            progress=40,
            made_at=clock.now(),
        )
        session.add(made)
        session.flush()
        return made.id


def _wait(import_id: int, state: ImportState, seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while db.session.get_one(RosterImport, import_id).state is not state:
        assert time.monotonic() < until, f"the import never became {state}"
        db.session.rollback()
        time.sleep(0.2)
    db.session.rollback()
