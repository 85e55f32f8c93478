"""Fictional rosters of any size, with the dirt that real ones have."""

import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

from app.kernel.sheets import Column, Sheet, write_xlsx
from tests.people.files.words import make_names

HEADINGS = ("STT", "Mã NV", "Họ và tên", "Khoa/phòng", "Chức danh", "Điện thoại", "Ngày vào làm")
WIDTHS = (6, 10, 28, 28, 26, 14, 14)
UNITS = (
    "Khoa Khám bệnh",
    "Khoa Cấp cứu",
    "Khoa Nội tổng hợp",
    "Khoa Ngoại tổng hợp",
    "Khoa Nhi",
    "Khoa Phụ sản",
    "Khoa Xét nghiệm",
    "Khoa Dược",
    "Khoa Y học cổ truyền",
    "Phòng Công nghệ thông tin",
    "Phòng Công tác xã hội",
    "Phòng Tổ chức – Hành chính",
)
# Title and how many in a hundred hold it.
TITLES = (
    ("Điều dưỡng", 34),
    ("Bác sĩ", 18),
    ("Kỹ thuật viên", 9),
    ("Nữ hộ sinh", 6),
    ("Dược sĩ", 6),
    ("BS CKI", 4),
    ("Nhân viên hành chính", 6),
    ("Thu ngân", 4),
    ("Nhân viên tiếp đón", 4),
    ("Hộ lý", 3),
    ("Bảo vệ", 2),
    ("CNTT", 1),
    ("Nhân viên CTXH", 1),
    ("Trưởng khoa", 1),
    ("Điều dưỡng trưởng", 1),
)

RosterRow = list[str | float | date | None]


def make_roster(rows: int, seed: int, *, dirty_every: int = 75) -> list[RosterRow]:
    """Return ``rows`` people under HEADINGS (not included), one in ``dirty_every`` of them not quite right.

    The same seed gives the same people; codes and phones are unique but where the dirt says otherwise.
    """
    dice = random.Random(seed)
    titles = [title for title, share in TITLES for _ in range(share)]
    phones = dice.sample(range(10_000_000, 100_000_000), rows)
    made: list[RosterRow] = []
    for number, (name, phone) in enumerate(zip(make_names(rows, seed), phones, strict=True), start=1):
        began = date(2005, 1, 3) + timedelta(days=dice.randrange(7600))
        prefix = dice.choice(("09", "03", "07", "08"))
        made.append(
            [float(number), f"NV{number:05d}", name, dice.choice(UNITS), dice.choice(titles), f"{prefix}{phone}", began]
        )
    for place in range(dirty_every - 1, rows, dirty_every):
        _soil(made, place, kind=(place // dirty_every) % 8)
    return made


def write_roster(path: Path, rows: int, seed: int, *, dirty_every: int = 75) -> None:
    """Write ``make_roster`` as an .xlsx file."""
    columns = [Column(title, width) for title, width in zip(HEADINGS, WIDTHS, strict=True)]
    write_xlsx(path, [Sheet("Danh sách", columns, _stream(make_roster(rows, seed, dirty_every=dirty_every)))])


def _stream(rows: Sequence[RosterRow]) -> Iterator[RosterRow]:
    yield from rows


def _soil(rows: list[RosterRow], place: int, *, kind: int) -> None:
    """Make the row at ``place`` wrong in one of eight common ways."""
    row, before = rows[place], rows[place - 1]
    name, phone = str(row[2]), str(row[5])
    if kind == 0:
        row[2] = name.upper()
    elif kind == 1:
        row[5] = float(phone)
    elif kind == 2:
        row[5] = phone[:-2]
    elif kind == 3:
        row[2] = None
    elif kind == 4:
        rows[place] = [row[0], *before[1:]]
    elif kind == 5:
        row[3] = "Khoa Kham benh"
    elif kind == 6:
        row[4] = "Nhân viên hậu cần"
    else:
        row[5] = before[5]
