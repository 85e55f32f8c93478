"""Common Vietnamese syllables, and fictional people made of them."""

import random

FAMILY = "Nguyễn Trần Lê Phạm Huỳnh Hoàng Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đinh Đoàn Lâm Mai Trương Trịnh Tạ Châu"
MIDDLE = (
    "Thị,Văn,Hữu,Đức,Ngọc,Minh,Kim,Thanh,Quốc,Ánh,Thùy,Hải,Thị Kim,Thị Ngọc,Thị Thu,Thị Bích,Hoàng,Gia,Tuấn,Xuân,"
    "Thị Mỹ,Thị Hồng,Bảo,Khánh,Trọng,Thị Phương,Công,Đình,Nhật,Thị Cẩm"
)
GIVEN = (
    "An Ân Anh Ánh Ảnh Bình Bảo Châu Chi Cường Dung Dũng Duy Duyên Dương Đạt Đăng Đức Giang Hà Hải Hạnh Hân Hằng Hiền "
    "Hiếu Hoa Hòa Hoàng Hồng Huệ Hùng Huy Hương Hường Khang Khánh Khoa Kiên Lan Lâm Linh Loan Long Lộc Ly Mai Minh My "
    "Mỹ Nam Nga Ngân Ngọc Nguyên Nhân Nhi Nhung Oanh Ôn Ơn Phát Phong Phúc Phương Phượng Quân Quang Quyên Quỳnh Sơn "
    "Tâm Tân Thanh Thảo Thắm Thắng Thịnh Thu Thủy Thúy Thư Thương Tiên Tiến Tình Toàn Trâm Trang Trí Trinh Trúc Trung "
    "Tú Tuấn Tuyền Tuyết Uyên Ước Vân Vi Việt Vinh Vũ Vy Xuân Ý Yến"
)


def make_names(count: int, seed: int) -> list[str]:
    """Return ``count`` different fictional names, the same for the same seed."""
    dice = random.Random(seed)  # noqa: S311  sample names, not secrets
    made: dict[str, None] = {}
    while len(made) < count:
        made[f"{dice.choice(FAMILY.split())} {dice.choice(MIDDLE.split(','))} {dice.choice(GIVEN.split())}"] = None
    return list(made)
