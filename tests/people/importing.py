"""Short ways to import a roster as a coordinator does: send, look at the columns, decide, import."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select

from app.kernel.db import db
from app.kernel.transaction import transaction
from app.people import operations, queries
from app.people.models import ImportState, Person, RosterImport
from app.people.queries import import_files
from app.people.rules.preview import Section
from tests.builders import Browser

HEAD = ("Mã NV", "Họ và tên", "Khoa/phòng", "Chức danh", "Điện thoại")
UYEN = ("NV100", "Phan Thị Tú Uyên", "Khoa Khám bệnh", "Điều dưỡng", "0901234567")
VY = ("NV101", "Lương Tường Vy", "Khoa Khám bệnh", "Bác sĩ", "0912345678")
XUAN = ("NV102", "Đỗ Mai Xuân", "Khoa Khám bệnh", "Hành chính", "")
AN = ("00001", "Nguyễn Thị Ánh Tuyết An", "Khoa Khám bệnh", "Điều dưỡng", "")
BINH = ("00002", "Trần Mỹ Bình", "Khoa Khám bệnh", "Hành chính", "")
CHI = ("00003", "Lê Quỳnh Chi", "", "Lãnh đạo", "")
STAFF = (AN, BINH, CHI)


def as_read(answer: Any) -> str:
    """Return a page with plain spaces."""
    return str(answer.text).replace("\u00a0", " ")


def as_csv(*rows: Sequence[str], head: Sequence[str] = HEAD) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows([head, *rows])
    return text.getvalue().encode()


@dataclass
class ImportDesk:
    """A coordinator at the import pages of one facility; ``id`` is the import in hand."""

    browser: Browser
    code: str
    run_jobs: Callable[[], int]
    id: int = 0
    answers: list[Any] = field(default_factory=list)

    @property
    def base(self) -> str:
        return f"/f/{self.code}/people/import"

    @property
    def here(self) -> str:
        return f"{self.base}/{self.id}"

    def send(self, *rows: Sequence[str], head: Sequence[str] = HEAD, name: str = "nhan-su.csv", token: str = ""):
        return self.send_bytes(as_csv(*rows, head=head), name, token)

    def send_path(self, path: Path):
        return self.send_bytes(path.read_bytes(), path.name)

    def send_bytes(self, content: bytes, name: str, token: str = ""):
        answer = self.post_file(content, name, token)
        if answer.status_code == 303:
            self.id = int(answer.location.rpartition("/")[2])
            self.run_jobs()
        return answer

    def post_file(self, content: bytes, name: str, token: str = ""):
        """Send the form as a browser writes it; the test client leaves the body of a large one open."""
        parts = [
            f'--cut\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in (("csrf_token", self.browser.csrf_token), ("token", token))
        ]
        quoted = name.replace('"', "%22")
        head = f'--cut\r\nContent-Disposition: form-data; name="file"; filename="{quoted}"\r\n\r\n'.encode()
        body = b"".join((*parts, head, content, b"\r\n--cut--\r\n"))
        return self.browser.client.post(self.base, data=body, content_type="multipart/form-data; boundary=cut")

    def columns(self, **meanings: str):
        answer = self.browser.post(f"{self.here}/columns", meanings)
        self.run_jobs()
        return answer

    def check(self, *rows: Sequence[str], **more: Any):
        """Send rows and accept our guess of the columns; returns the check page."""
        assert self.send(*rows, **more).status_code == 303
        assert self.columns().status_code == 303
        return self.page()

    def choose(self, choices: Mapping[str, str], show: str = "look", page: int = 1):
        answer = self.browser.post(f"{self.here}/choices", {**fields(choices), "show": show, "page": str(page)})
        self.run_jobs()
        return answer

    def apply(self, choices: Mapping[str, str] | None = None, *, is_run: bool = True):
        answer = self.browser.post(f"{self.here}/apply", fields(choices or {}))
        if is_run:
            self.run_jobs()
        return answer

    def do(self, *rows: Sequence[str], choices: Mapping[str, str] | None = None, **more: Any) -> "ImportDesk":
        """Import rows in one go; every answer given at the last look."""
        self.check(*rows, **more)
        self.apply(choices)
        assert self.state is ImportState.DONE, self.page().text
        return self

    def undo(self):
        return self.browser.post(f"{self.here}/undo")

    def page(self, query: str = ""):
        return self.browser.get(f"{self.here}{query}")

    def read(self, query: str = "") -> str:
        """Return what the page says, with plain spaces."""
        return as_read(self.page(query))

    @property
    def made(self) -> RosterImport:
        db.session.rollback()
        return db.session.scalars(
            select(RosterImport).where(RosterImport.id == self.id).execution_options(populate_existing=True)
        ).one()

    @property
    def state(self) -> ImportState:
        return self.made.state

    def asked(self, section: Section = Section.LOOK) -> dict[str, dict[str, Any]]:
        """Return what the check page asks, by key."""
        items = import_files.load_page(self.made, section, 1).page.rows
        return {asked["key"]: dict(asked) for item in items for asked in item.get("asked", ())}

    def counts(self) -> tuple[int, int, int, int]:
        counts = self.made.counts
        return counts["new"], counts["update"], counts["same"], counts["look"]


def fields(choices: Mapping[str, str]) -> dict[str, str]:
    """Return choices as a page sends them."""
    pairs = list(choices.items())
    return {f"k{at}": key for at, (key, _) in enumerate(pairs)} | {
        f"c{at}": value for at, (_, value) in enumerate(pairs)
    }


def open_desk(client: FlaskClient, cast: Any, run_jobs: Callable[[], int]) -> ImportDesk:
    with transaction():
        operations.ensure_positions()
    return ImportDesk(Browser(client, cast.binh), cast.here.code, run_jobs)


def staff_of(facility_id: int) -> dict[str, tuple[str | None, str, str, str | None]]:
    """Return who works at a facility: name → (staff code, unit, position code, phone)."""
    db.session.rollback()
    return {
        each.name: (each.staff_code, each.unit, each.position_code, each.phone)
        for each in queries.list_colleagues(facility_id)
    }


def person_named(name: str) -> Person:
    db.session.rollback()
    return db.session.scalars(select(Person).where(Person.name == name).execution_options(populate_existing=True)).one()
