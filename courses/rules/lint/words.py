"""The words that teaching material does not use, and the word to use instead."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from courses.rules.lint.texts import Text
from courses.rules.reading import Problem
from courses.rules.shapes import Kind


@dataclass(frozen=True, slots=True)
class Avoided:
    """A word not to use in a language. People who are quoted may say it where ``may_be_said``; ``names`` hold it."""

    language: str
    word: str
    instead: str
    may_be_said: bool = False
    names: tuple[str, ...] = ()


# The product's vocabulary and its tone: one word for one thing, and no word of a machine or of blame.
AVOIDED = (
    Avoided("vi", "bệnh nhân", "người bệnh"),
    Avoided("vi", "khách hàng", "người bệnh"),
    Avoided("vi", "user", "người bệnh, nhân viên"),
    Avoided("vi", "module", "học phần"),
    Avoided("vi", "quiz", "bài kiểm tra"),
    Avoided("vi", "bài thi", "bài kiểm tra"),
    Avoided("vi", "attempt", "lần làm bài"),
    Avoided("vi", "submit", "nộp bài"),
    Avoided("vi", "click", "bấm"),
    Avoided("vi", "login", "đăng nhập"),
    Avoided("vi", "password", "mật khẩu"),
    Avoided("vi", "thất bại", "chưa đạt"),
    Avoided("vi", "sai rồi", "chưa đúng"),
    Avoided("vi", "app", "ứng dụng", may_be_said=True, names=("App Store",)),
    Avoided("en", "click", "tap"),
    Avoided("en", "submit", "hand in, send"),
    Avoided("en", "customer", "patient"),
    Avoided("en", "CCCD card", "ID card"),
)
# An option of a question is what a colleague would say or do.
SPOKEN = {Kind.SAY, Kind.TELL, Kind.OPTION}

_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"")
_MARKS = re.compile(r"[*_]")


def faults(texts: Iterable[Text], avoided: Iterable[Avoided] = AVOIDED) -> Iterator[Problem]:
    """Return a fault for each word of the list in each text."""
    table = tuple(avoided)
    for text in texts:
        for each in table:
            if each.language == text.language and is_used(each, text.words, is_spoken=text.kind in SPOKEN):
                yield text.problem(f"the word “{each.word}” is not used; say “{each.instead}”")


def is_used(avoided: Avoided, words: str, *, is_spoken: bool = False) -> bool:
    """Tell whether a text uses a word as a whole word, in any case and any composition of its letters."""
    if avoided.may_be_said and is_spoken:
        return False
    said = unicodedata.normalize("NFC", _MARKS.sub("", words))
    if avoided.may_be_said:
        said = _QUOTED.sub("“”", said)
    for name in avoided.names:
        said = _whole(name).sub("…", said)
    return _whole(avoided.word).search(said) is not None


@lru_cache(maxsize=256)
def _whole(word: str) -> re.Pattern[str]:
    phrase = r"\s+".join(re.escape(each) for each in unicodedata.normalize("NFC", word).split())
    return re.compile(rf"(?<!\w){phrase}(?!\w)", re.IGNORECASE)
