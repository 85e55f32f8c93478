"""Which passwords are refused: too short, well known, or made of what anyone knows about the person."""

import re
import unicodedata
from collections.abc import Container, Iterable
from enum import StrEnum

from app.people.rules.names import search_key

#: All people of the fictional city share one password, shown on the sign-in page while it is the sample city.
SAMPLE_PASSWORD = "du-lieu-mau-2026"  # noqa: S105  shown to everybody on purpose

SHORTEST = 15
LONGEST = 256
_ORDERED = (
    "01234567890123456789",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn",
)
# What is left of a password once the known parts are gone must still be worth guessing.
_LEAST_OWN = 8
_SHORTEST_PART = 4


class PasswordProblem(StrEnum):
    """Why a password is refused."""

    TOO_SHORT = "password_too_short"
    TOO_LONG = "password_too_long"
    COMMON = "password_common"
    ABOUT_YOU = "password_about_you"


def password_problem(password: str, *, common: Container[str], about: Iterable[str]) -> PasswordProblem | None:
    """Return why ``password`` is refused, or None when it is good.

    ``common``: well-known passwords as ``plain_key`` gives them. ``about``: what is known about the person: names of
    the person and the facilities, phone, staff codes. Length is the only rule of shape (AU-01).
    """
    length = len(unicodedata.normalize("NFC", password))
    if length < SHORTEST:
        return PasswordProblem.TOO_SHORT
    if length > LONGEST:
        return PasswordProblem.TOO_LONG
    key = plain_key(password)
    if _is_common(key, common, unicodedata.normalize("NFC", password)):
        return PasswordProblem.COMMON
    return PasswordProblem.ABOUT_YOU if _is_about(key, about) else None


def plain_key(text: str) -> str:
    """Return letters and digits without marks, case or what stands between them ("Mật khẩu-1" is "matkhau1")."""
    return re.sub(r"[\W_]+", "", search_key(text))


def _is_common(key: str, common: Container[str], whole: str) -> bool:
    if len(key) < _LEAST_OWN:  # mostly signs or pictures: their variety must do
        return key in common or len(set(whole)) < _LEAST_OWN
    bare = key.strip("0123456789")
    return any(_is_weak(word, common) for word in (key, bare) if len(word) >= _SHORTEST_PART)


def _is_weak(word: str, common: Container[str]) -> bool:
    unit = _unit(word)
    is_repeated = unit != word and len(unit) < _LEAST_OWN
    return is_repeated or word in common or unit in common or _is_ordered(word)


def _unit(word: str) -> str:
    """Return the shortest piece that gives ``word`` when it is repeated, the last time perhaps in part."""
    for size in range(1, len(word) // 2 + 1):
        if (word[:size] * len(word))[: len(word)] == word:
            return word[:size]
    return word


def _is_ordered(word: str) -> bool:
    """Say whether a word runs along the digits, the alphabet or the keyboard, forwards or backwards."""
    return any(word in line * 2 or word[::-1] in line * 2 for line in _ORDERED)


def _is_about(key: str, about: Iterable[str]) -> bool:
    parts = sorted({part for text in about for part in _parts(text)}, key=len, reverse=True)
    rest = key
    for part in parts:
        rest = rest.replace(part, " ")
    if rest == key:
        return False
    return len(set(rest.replace(" ", "").strip("0123456789"))) < _LEAST_OWN


def _parts(text: str) -> Iterable[str]:
    """Give a text as one word, its long words, and a phone number with its zero."""
    whole = plain_key(text)
    local = f"0{whole[2:]}" if text.startswith("+84") else whole
    words = (plain_key(word) for word in text.split())
    return (part for part in (whole, local, *words) if len(part) >= _SHORTEST_PART)
