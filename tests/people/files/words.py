"""Common Vietnamese syllables, and fictional people made of them."""

import random
import unicodedata

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
    dice = random.Random(seed)
    made: dict[str, None] = {}
    while len(made) < count:
        made[f"{dice.choice(FAMILY.split())} {dice.choice(MIDDLE.split(','))} {dice.choice(GIVEN.split())}"] = None
    return list(made)


# Typed by hand from what people see in Excel, not made with the tables under test.
OLD_FONTS = [
    ("tcvn3", "NguyÔn ThÞ ¸nh", "Nguyễn Thị ánh"),
    ("tcvn3", "NGUYÔN THÞ ¸NH", "Nguyễn Thị Ánh"),
    ("tcvn3", "TrÇn V¨n §øc", "Trần Văn Đức"),
    ("tcvn3", "Ph¹m ThÞ Thu Hµ", "Phạm Thị Thu Hà"),
    ("tcvn3", "D\u00ad\u00acng Quang B×nh", "Dương Quang Bình"),
    ("vni", "Nguyeãn Thò Aùnh", "Nguyễn Thị Ánh"),
    ("vni", "NGUYEÃN THÒ AÙNH", "Nguyễn Thị Ánh"),
    ("vni", "Traàn Vaên Ñöùc", "Trần Văn Đức"),
    ("vni", "Döông Quang Bình", "Dương Quang Bình"),
    ("vni", "Leâ Thò Myõ Duyeân", "Lê Thị Mỹ Duyên"),
    ("utf8_twice", "Nguyá»…n Thá»‹ Ã\u0081nh", "Nguyễn Thị Ánh"),
]

_TCVN3 = {
    "à": 0xB5, "ả": 0xB6, "ã": 0xB7, "á": 0xB8, "ạ": 0xB9, "ă": 0xA8, "ằ": 0xBB, "ẳ": 0xBC, "ẵ": 0xBD, "ắ": 0xBE,
    "ặ": 0xC6, "â": 0xA9, "ầ": 0xC7, "ẩ": 0xC8, "ẫ": 0xC9, "ấ": 0xCA, "ậ": 0xCB, "đ": 0xAE, "è": 0xCC, "ẻ": 0xCE,
    "ẽ": 0xCF, "é": 0xD0, "ẹ": 0xD1, "ê": 0xAA, "ề": 0xD2, "ể": 0xD3, "ễ": 0xD4, "ế": 0xD5, "ệ": 0xD6, "ì": 0xD7,
    "ỉ": 0xD8, "ĩ": 0xDC, "í": 0xDD, "ị": 0xDE, "ò": 0xDF, "ỏ": 0xE1, "õ": 0xE2, "ó": 0xE3, "ọ": 0xE4, "ô": 0xAB,
    "ồ": 0xE5, "ổ": 0xE6, "ỗ": 0xE7, "ố": 0xE8, "ộ": 0xE9, "ơ": 0xAC, "ờ": 0xEA, "ở": 0xEB, "ỡ": 0xEC, "ớ": 0xED,
    "ợ": 0xEE, "ù": 0xEF, "ủ": 0xF1, "ũ": 0xF2, "ú": 0xF3, "ụ": 0xF4, "ư": 0xAD, "ừ": 0xF5, "ử": 0xF6, "ữ": 0xF7,
    "ứ": 0xF8, "ự": 0xF9, "ỳ": 0xFA, "ỷ": 0xFB, "ỹ": 0xFC, "ý": 0xFD, "ỵ": 0xFE, "Ă": 0xA1, "Â": 0xA2, "Ê": 0xA3,
    "Ô": 0xA4, "Ơ": 0xA5, "Ư": 0xA6, "Đ": 0xA7,
}  # fmt: skip
_VNI_TONES = dict(zip("\u0300\u0309\u0303\u0301\u0323", "øûõùï", strict=True))
_VNI_TONES_OF_HAT = dict(zip("\u0300\u0309\u0303\u0301\u0323", "àåãáä", strict=True))
_VNI_TONES_OF_BREVE = dict(zip("\u0300\u0309\u0303\u0301\u0323", "èúüéë", strict=True))
_VNI_OF_I = {"i\u0300": "ì", "i\u0309": "æ", "i\u0303": "ó", "i\u0301": "í", "i\u0323": "ò", "y\u0323": "î"}


def encode(text: str, scheme: str) -> str:
    """Return Unicode text as the old fonts store it; TCVN3 has no capitals with tones."""
    if scheme == "tcvn3":
        return "".join(chr(_TCVN3.get(letter) or _TCVN3.get(letter.lower(), ord(letter))) for letter in text)
    if scheme == "vni":
        return "".join(map(_vni, text))
    return "".join(_windows_1252(byte) for byte in text.encode())


def _vni(letter: str) -> str:
    base, *marks = list(unicodedata.normalize("NFD", letter.lower()))
    plain = "".join([base, *marks])
    tone = next((mark for mark in marks if mark in _VNI_TONES), "")
    if plain in _VNI_OF_I:
        made = _VNI_OF_I[plain]
    elif base == "đ":
        made = "ñ"
    elif "\u0302" in marks:
        made = base + _VNI_TONES_OF_HAT.get(tone, "â")
    elif "\u0306" in marks:
        made = base + _VNI_TONES_OF_BREVE.get(tone, "ê")
    elif "\u031b" in marks:
        made = {"o": "ô", "u": "ö"}[base] + _VNI_TONES.get(tone, "")
    else:
        made = base + _VNI_TONES.get(tone, "")
    return made.upper() if letter.isupper() else made


def _windows_1252(byte: int) -> str:
    try:
        return bytes([byte]).decode("cp1252")
    except UnicodeDecodeError:
        return chr(byte)


FOREIGN_NAMES = [
    "Hélène Dupré", "René Descartes", "Loïc Le Gall", "Zoé Martin", "François Lefèvre", "Noël Benoît", "Anaïs Côté",
    "José Muñoz", "Jürgen Müller", "Søren Kierkegaard", "Åsa Öberg", "Thérèse Noé", "Gaëlle Maës", "Aimé Césaire",
    "Chloé Ménard", "Raphaël Thô", "Inès Guérin", "João Simões", "Niccolò Verdì", "Pól Ó Séaghdha", "Beyoncé Knowles",
    "Élodie Bézier", "Mélanie Dô", "Jérôme Kerviel", "Agnès Varda", "Y Blô Êban", "H'Hen Niê", "K'Brêu Kơho",
]  # fmt: skip
FOREIGN_TEXT = [
    "Où est né le garçon français ?", "Le maïs est mûr, la pâte a levé.", "Il a dû payer le thé à la fée.",
    "Là où tôt ou tard naît l'été", "déjà vu", "à côté", "tête à tête", "vis-à-vis", "crème brûlée", "né à Huê",
    "voilà où ça mène", "papier mâché", "le curé bénit la forêt", "naïve façade café résumé", "coup d'œil",
    "The café's à la carte menu", "a fiancée's résumé", "El Niño año", "Ñandú", "smörgåsbord", "Übermensch",
    "Patient’s “record” – 37°C ± 0.5", "50 µg × 2 ½ tablets", "© 2026 ® ™", "Größe 5 m²", "10 £ § 7 ¶ 3",
]  # fmt: skip
