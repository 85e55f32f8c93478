"""Writes app/people/common_passwords.txt: well-known passwords and the patterns people here make them of.

Run it again after changing a list: ``python scripts/common_passwords.py``. Each line is the plain key of a password
(letters and digits, no marks, no case); the rule itself strips digits at both ends and repetitions.
"""

import itertools
from pathlib import Path

from app.people.rules.passwords import plain_key

TARGET = Path(__file__).resolve().parents[1] / "app" / "people" / "common_passwords.txt"

WORLD = """
password passw0rd p4ssword pa55word qwerty qwertyuiop asdfgh asdfghjkl zxcvbn zxcvbnm qazwsx qazwsxedc iloveyou
letmein welcome monkey dragon master sunshine princess football baseball shadow superman batman trustno1 whatever
freedom starwars computer internet michael jordan hunter killer ginger summer winter spring autumn flower hello
charlie donald loveme secret login admin administrator root guest user test demo default changeme temp system
manager office hospital doctor nurse medical health patient pharmacy clinic training elearning certificate security
google facebook zalo viber samsung iphone android windows microsoft corona covid pikachu naruto doraemon liverpool
arsenal chelsea manchester barcelona ronaldo messi lovely forever family angel baby cookie chocolate cheese coffee
banana orange purple silver golden diamond phoenix eagle tiger lion panda turtle butterfly rainbow thunder lightning
correcthorsebatterystaple thisismypassword mypasswordissecret iloveyouforever neverforgetme letmeinplease
passwordpassword adminadmin qwertyqwerty welcomewelcome administratorpassword
"""
HERE = """
mật khẩu|bệnh viện|trung tâm y tế|trạm y tế|phòng khám|sở y tế|bộ y tế|y tế|bác sĩ|điều dưỡng|dược sĩ|hộ sinh|nhân viên
khoa khám bệnh|khoa cấp cứu|khoa nội|khoa ngoại|khoa sản|khoa nhi|khoa dược|phòng hành chính|công nghệ thông tin
sổ sức khỏe|sổ sức khỏe điện tử|sức khỏe|hồ sơ sức khỏe|vneid|định danh|căn cước|bảo hiểm y tế|người bệnh|tiếp đón
sẵn sàng|tập huấn|học tập|kiểm tra|chứng nhận|đăng nhập|tài khoản|quản trị|giám đốc|điều phối|tổ công tác
việt nam|sài gòn|hà nội|đà nẵng|huế|cần thơ|hồ chí minh|thành phố hồ chí minh|tphcm|bình dương|vũng tàu|chợ rẫy
tôi yêu việt nam|tôi yêu em|anh yêu em|em yêu anh|yêu em|yêu anh|yêu mẹ|yêu con|con yêu|mẹ yêu|bố mẹ|gia đình
tình yêu|hạnh phúc|may mắn|thành công|cố lên|xin chào|chào bạn|không biết|không nhớ|không có|quên rồi|nhớ mãi
con mèo|con chó|con gà|con heo|cà phê|trà sữa|bánh mì|phở bò|bún chả|hoa hồng|hoa sen|hoa mai|mùa xuân|mùa hè
mùa thu|mùa đông|mặt trời|mặt trăng|ngôi sao|bầu trời|biển xanh|sông xanh|núi cao|quê hương|tổ quốc|hòa bình
một hai ba|một hai ba bốn|một hai ba bốn năm|abc xyz|ngày tháng năm|chúc mừng năm mới|tết nguyên đán|trung thu
"""
NAMES = """
an anh bảo bình châu chi cường dung dũng duy dương đạt đức giang hà hải hạnh hiền hiếu hoa hòa hoàng hùng hương huy
khang khánh khoa lan linh loan long ly mai minh my nam nga ngân ngọc nguyên nhi nhung phong phúc phương quân quang
quỳnh sơn tâm thanh thảo thành thắng thiện thịnh thu thủy thúy tiên tiến trang trinh trung tú tuấn tùng tuyết uyên
vân việt vinh vy xuân yến
"""
FAMILIES = "nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý".split()
MIDDLES = "thị văn".split()
STARTS = "mật khẩu của|yêu|tôi là|tôi yêu|bác sĩ|điều dưỡng|con gái|con trai|anh yêu|em yêu|mẹ|bé".split("|")
ENDS = ("123", "1234", "12345", "123456", "abc", "vn", "hcm", "2024", "2025", "2026", "vip", "pro")


def main() -> None:
    """Write the file and say how many lines it has."""
    words = WORLD.split() + [word.strip() for word in HERE.replace("\n", "|").split("|") if word.strip()]
    names = NAMES.split()
    made = [
        *words,
        *(word + end for word in words for end in ENDS),
        *(end + word for word in words for end in ("123", "abc", "1")),
        *(f"{start} {name}" for start, name in itertools.product(STARTS, names)),
        *(" ".join(parts) for parts in itertools.product(FAMILIES, MIDDLES, names)),
        *(f"{one} {other}" for one, other in itertools.product(words[-60:], repeat=2)),
        *(str(digit) * count for digit in range(10) for count in (8, 10, 12, 15, 16)),
    ]
    keys = sorted({plain_key(each) for each in made} - {""})
    TARGET.write_text("\n".join(keys) + "\n", encoding="ascii")
    print(f"{len(keys)} passwords, {TARGET.stat().st_size // 1024} KB")


if __name__ == "__main__":
    main()
