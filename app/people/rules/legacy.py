"""How text typed with the old TCVN3 and VNI fonts, or read with the wrong encoding, is recognised and put right.

Nothing here is ever applied unasked: a file's conversion is proposed with a preview and confirmed (UP-07).
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from app.people.rules.syllables import is_syllable


class Scheme(StrEnum):
    """Old ways of writing Vietnamese: two families of fonts, and UTF-8 that was read as Windows-1252."""

    TCVN3 = "tcvn3"
    VNI = "vni"
    UTF8_TWICE = "utf8_twice"

    @property
    def label(self) -> str:
        """The name by which people know it, the same in every language."""
        return {"tcvn3": "TCVN3, .VnTime", "vni": "VNI", "utf8_twice": "UTF-8 → Windows-1252"}[self.value]


# TCVN3 has one byte a letter; capitals with a tone do not exist, the ".VnTimeH" fonts draw small letters as capitals.
_TCVN3 = dict(
    zip(
        "\u00b5\u00b6\u00b7\u00b8\u00b9\u00a8\u00bb\u00bc\u00bd\u00be\u00c6\u00a9\u00c7\u00c8\u00c9\u00ca\u00cb\u00ae"
        "\u00cc\u00ce\u00cf\u00d0\u00d1\u00aa\u00d2\u00d3\u00d4\u00d5\u00d6\u00d7\u00d8\u00dc\u00dd\u00de"
        "\u00df\u00e1\u00e2\u00e3\u00e4\u00ab\u00e5\u00e6\u00e7\u00e8\u00e9\u00ac\u00ea\u00eb\u00ec\u00ed\u00ee"
        "\u00ef\u00f1\u00f2\u00f3\u00f4\u00ad\u00f5\u00f6\u00f7\u00f8\u00f9\u00fa\u00fb\u00fc\u00fd\u00fe"
        "\u00a1\u00a2\u00a3\u00a4\u00a5\u00a6\u00a7",
        "àảãáạăằẳẵắặâầẩẫấậđèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵĂÂÊÔƠƯĐ",
        strict=True,
    )
)
# VNI writes a mark as a character of its own after the vowel; a few letters are one character.
_VNI_TONES = dict(zip("øûõùï", "\u0300\u0309\u0303\u0301\u0323", strict=True))
_VNI_MARKS = {
    **{"a" + mark: letter for mark, letter in zip("êèúüéë", "ăằẳẵắặ", strict=True)},
    **{"a" + mark: letter for mark, letter in zip("âàåãáä", "âầẩẫấậ", strict=True)},
    **{"e" + mark: letter for mark, letter in zip("âàåãáä", "êềểễếệ", strict=True)},
    **{"o" + mark: letter for mark, letter in zip("âàåãáä", "ôồổỗốộ", strict=True)},
}
_VNI_SINGLE = dict(zip("ìæóíòôöîñ", "ìỉĩíịơưỵđ", strict=True))
_VNI = (
    {
        vowel + sign: unicodedata.normalize("NFC", _VNI_SINGLE.get(vowel, vowel) + tone)
        for vowel in "aeouyôö"
        for sign, tone in _VNI_TONES.items()
    }
    | _VNI_MARKS
    | _VNI_SINGLE
)
_VNI_TOKEN = re.compile("|".join(sorted(_VNI, key=len, reverse=True)), re.IGNORECASE)

_BETWEEN_WORDS = re.compile(r"[\s.,;:()/\-]+")
_ONLY_UNICODE = re.compile("[\u0102\u0103\u0110\u0111\u0128\u0129\u0168\u0169\u01a0\u01a1\u01af\u01b0\u1ea0-\u1ef9]")


@dataclass(frozen=True, slots=True)
class Proposal:
    """That a file is written in an old scheme: how many cells show it, three of them before and after.

    ``is_whole``: no cell holds Vietnamese in Unicode, so cells that could be read either way belong to the scheme too.
    """

    scheme: Scheme
    count: int
    samples: tuple[tuple[str, str], ...]
    is_whole: bool

    def convert(self, text: str) -> str:
        """Return ``text`` in Unicode if it belongs to the scheme, else unchanged."""
        if scheme_of(text) is self.scheme:
            return decode(text, self.scheme)
        decoded = decode(text, self.scheme) if self.is_whole else text
        return decoded if all(word.isascii() or is_syllable(word) for word in _words(decoded)) else text

    def convert_name(self, name: str) -> str:
        """Return a person's name like ``convert``, with the capitals that TCVN3 cannot write."""
        converted = self.convert(name)
        if converted == name and not self.is_whole:
            return name
        return " ".join(word if word[:1].isascii() else word[0].upper() + word[1:] for word in converted.split(" "))


def decode(text: str, scheme: Scheme) -> str:
    """Return ``text``, written in ``scheme``, in Unicode NFC; what the scheme does not know stays as it is."""
    if scheme is Scheme.TCVN3:
        return _capitals_put_right("".join(_TCVN3.get(letter, letter) for letter in text))
    if scheme is Scheme.VNI:
        return _VNI_TOKEN.sub(_vni_letter, text)
    try:
        return unicodedata.normalize("NFC", b"".join(map(_byte_of, text)).decode())
    except UnicodeError:
        return text


def scheme_of(text: str) -> Scheme | None:
    """Return the old scheme that ``text`` is certainly written in, or None.

    Certain means: two words or more, which are not Vietnamese as they stand and are all Vietnamese when decoded.
    A single word never tells: "Loïc" would read "Lọc".
    """
    if text.isascii() or _ONLY_UNICODE.search(unicodedata.normalize("NFC", text)):
        return None
    if all(word.isascii() or is_syllable(word) for word in _words(text)):
        return None
    return next((scheme for scheme in Scheme if _reads_as(text, scheme)), None)


def propose(texts: Iterable[str]) -> Proposal | None:
    """Return the old scheme most of these cells are written in, or None when none is."""
    told = [(text, scheme_of(text)) for text in texts if not text.isascii()]
    counts = Counter(scheme for _, scheme in told if scheme)
    if not counts:
        return None
    scheme, count = counts.most_common(1)[0]
    before = dict.fromkeys(text for text, found in told if found is scheme)
    samples = tuple((text, decode(text, scheme)) for text in list(before)[:3])
    is_whole = not any(_ONLY_UNICODE.search(unicodedata.normalize("NFC", text)) for text, _ in told)
    return Proposal(scheme, count, samples, is_whole)


def _words(text: str) -> list[str]:
    return [word for word in _BETWEEN_WORDS.split(text) if word]


def _reads_as(text: str, scheme: Scheme) -> bool:
    words = _words(decode(text, scheme))
    return len(words) > 1 and all(is_syllable(word) for word in words)


def _capitals_put_right(text: str) -> str:
    """Return text whose plain letters are all capitals in capitals throughout: "NGUYễN THị áNH"."""
    plain = [letter for letter in text if letter.isascii() and letter.isalpha()]
    return text.upper() if len(plain) > 1 and all(letter.isupper() for letter in plain) else text


def _vni_letter(found: re.Match[str]) -> str:
    token = found[0]
    letter = _VNI[token.lower()]
    return letter.upper() if token[0].isupper() else letter


def _byte_of(letter: str) -> bytes:
    """Return the Windows-1252 byte of a character; the five undefined bytes pass through as control characters."""
    return letter.encode("cp1252" if letter > "\xff" else "latin-1")
