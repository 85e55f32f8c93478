"""Writes facilities.xlsx: a city's register of six invented facilities, and rows with every kind of fault.

Run it again after changing a row: ``python -m tests.people.files.make_facilities``.
"""

from pathlib import Path

from app.kernel.sheets import Column, Sheet, write_xlsx

HEADINGS = (
    "Mã", "Tên", "Loại", "Phường/xã", "Cấp trên", "Cấp chuyên môn",
    "Họ tên điều phối", "Điện thoại điều phối", "Họ tên lãnh đạo", "Điện thoại lãnh đạo",
)  # fmt: skip
CITY = "Sở Y tế Thành phố"
GOOD = [
    ("BV-MAYTRANG", "Bệnh viện Đa khoa Mây Trắng", "Bệnh viện", "Phường Mây Trắng", CITY, "Cơ bản",
     "Trần Mỹ Hạnh", "0901000001", "Lê Quang Thịnh", "0901000002"),
    ("BV-NHISONG", "Bệnh viện Nhi Bờ Sông", "Bệnh viện", "Phường Bờ Sông", CITY, "Chuyên sâu",
     "Phạm Thu Ngân", "0901 000 003", "Đỗ Minh Khôi", "+84901000004"),
    ("TTYT-DONGLUA", "Trung tâm Y tế Đồng Lúa", "Trung tâm y tế", "Xã Đồng Lúa", CITY, "",
     "Võ Thị Ước", 901000005, "Ngô Bá Ân", "0901000006"),
    ("TYT-DONGLUA1", "Trạm Y tế Đồng Lúa 1", "Trạm y tế", "Xã Đồng Lúa", "Trung tâm Y tế Đồng Lúa", "Ban đầu",
     "Huỳnh Kim Yến", "0901000007", "Ngô Bá Ân", "0901000006"),
    ("PK-HOANGHON", "Phòng khám Đa khoa Hoàng Hôn", "Phòng khám đa khoa", "Phường Hoàng Hôn", "", "",
     "Đặng Nhật Ý", "0901000008", "", ""),
    ("NHS-BINHMINH", "Nhà hộ sinh Bình Minh", "Nhà hộ sinh", "Phường Bình Minh", "", "", "", "", "", ""),
]  # fmt: skip
FAULTY = [
    ("", "Bệnh viện Không Mã", "Bệnh viện", "", "", "", "", "", "", ""),
    ("BV MÂY", "Bệnh viện Mã Lạ", "Bệnh viện", "", "", "", "", "", "", ""),
    ("BV-MAYTRANG", "Bệnh viện Trùng Mã", "Bệnh viện", "", "", "", "", "", "", ""),
    ("BV-LOAILA", "Cơ sở Loại Lạ", "Lâu đài", "", "", "", "", "", "", ""),
    ("BV-CAPLA", "Cơ sở Cấp Lạ", "Bệnh viện", "", "", "Siêu cấp", "", "", "", ""),
    ("BV-SOLA", "Bệnh viện Số Lạ", "Bệnh viện", "", "", "", "Lý Số Sai", "12345", "", ""),
    ("BV-TRUNGSO", "Bệnh viện Trùng Số", "Bệnh viện", "", "", "", "Người Khác Hẳn", "0901000001", "", ""),
]  # fmt: skip


def main(folder: Path = Path(__file__).parent) -> None:
    """Write the good register and the faulty one."""
    columns = [Column(title, 24) for title in HEADINGS]
    for name, rows in (("facilities.xlsx", GOOD), ("facilities_faulty.xlsx", GOOD + FAULTY)):
        write_xlsx(folder / name, [Sheet("Danh bạ", columns, rows)])


if __name__ == "__main__":
    main()
