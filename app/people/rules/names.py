"""How people's names are written, searched and put in order in Vietnamese."""

import re
import unicodedata
from functools import lru_cache
from string import ascii_lowercase, ascii_uppercase

# The Vietnamese alphabet in dictionary order, with the four letters that only foreign words use.
ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
BREVE, CIRCUMFLEX, HORN = "\u0306", "\u0302", "\u031b"
# The tone marks in dictionary order after ngang, which has none: huyền, hỏi, ngã, sắc, nặng.
TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}

_LETTERS = {"aă": BREVE, "aâ": CIRCUMFLEX, "eê": CIRCUMFLEX, "oô": CIRCUMFLEX, "oơ": HORN, "uư": HORN}
_WITH_MARK = {(pair[0], mark): pair[1] for pair, mark in _LETTERS.items()}
# One ASCII character a letter, so that byte order is alphabetical in SQLite, in PostgreSQL "C" and in Python.
_RANKS = dict(zip(ALPHABET, ascii_uppercase + ascii_lowercase, strict=False))
_NO_TONE, _OTHER_MARK = "0", "6"
# Both sort below every digit and letter, so that "An" stands before "An Bình" and both before "Anh".
_LEVEL_END, _WORD_END = "!", "$"
_FOREIGN = "~"

# The Icelandic eth and the African d pass for đ; in names six signs pass for the apostrophe of "K'Brừng" or a hyphen.
_ALIKE = {"\u00d0": "Đ", "\u0189": "Đ", "\u00f0": "đ", "\u0256": "đ"}
_FULL_WIDTH = {chr(code + 0xFEE0): chr(code) for code in range(0x21, 0x7F)}
_FOLD = str.maketrans(_ALIKE | _FULL_WIDTH)
_FOLD_SIGNS = str.maketrans(
    dict.fromkeys("\u2018\u2019\u02bc\u00b4\u0060\u2032", "'")
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-")
)

_PLAIN_WORD = "[!-~À-ÃÈ-ÊÌÍÒ-ÕÙÚÝà-ãè-êìíò-õùúýĂăĐđĨĩŨũƠơƯưẠ-ỹ]+"
_PLAIN = re.compile(f"{_PLAIN_WORD}(?: {_PLAIN_WORD})*")
_SPACES = re.compile(" {2,}")
_WORD = re.compile(r"[^\W_]+")
_APOSTROPHE = re.compile(r"(?<=\w)'(?=\w)")
# A y that is the only vowel of its syllable, or follows qu, is also written i: Lý/Lí, Mỹ/Mĩ, Quý/Quí.
_Y_FOR_I = re.compile(r"(?<![aeiouy])y(?![aeiouy])|(?<=qu)y")


def clean_text(text: str) -> str:
    """Return ``text`` in NFC on one line, without invisible, control or full-width characters or double spaces."""
    if _PLAIN.fullmatch(text):
        return text
    seen = "".join(map(_visible, unicodedata.normalize("NFC", text)))
    return unicodedata.normalize("NFC", _SPACES.sub(" ", seen.translate(_FOLD)).strip(" "))


def clean_name(name: str) -> str:
    """Return a person's name as stored: ``clean_text``, plain signs, Title Case if it was typed all in one case."""
    text = clean_text(name).translate(_FOLD_SIGNS)
    if text.isupper() or text.islower():
        return unicodedata.normalize("NFC", _in_title_case(text))
    return text


def search_key(text: str) -> str:
    """Return ``text`` as the search sees it: lower case, no marks, đ as d, single spaces."""
    return without_marks(clean_text(text).casefold()).translate(_FOLD_SIGNS)


def without_marks(lower: str) -> str:
    """Return lower-case text with every mark removed and đ turned into d."""
    if lower.isascii():
        return lower
    letters = (letter for letter in unicodedata.normalize("NFKD", lower) if not unicodedata.combining(letter))
    return clean_text("".join(letters)).casefold().replace("đ", "d")


@lru_cache(maxsize=8192)
def term_key(text: str) -> str:
    """Return the words of a term for comparison: ``search_key`` without punctuation ("Khoa Nội – TM": khoa noi tm)."""
    return " ".join(_WORD.findall(search_key(text)))


def sort_key(name: str) -> str:
    """Return an ASCII key whose byte order is the order of people: given name, then middle, then family name.

    Each part is compared by letters first and by tones second. Names that differ only in case, or in the place of
    the tone mark, share a key: order by the key, then by id.
    """
    words = clean_text(name).split(" ")
    family, middle, given = words[:-1][:1], words[1:-1], words[-1:]
    return _LEVEL_END.join(level for part in (given, middle, family) for level in _levels(" ".join(part)))


def text_sort_key(text: str) -> str:
    """Return an ASCII key that orders other names left to right, numbers by value ("Khoa Nội 2" before "10")."""
    return _LEVEL_END.join(_levels(clean_text(text)))


def match_key(name: str) -> str:
    """Return what spellings of one name have in common: no marks, no case, lone y as i, single spaces.

    "Thuý" and "Thúy", "Đức" and "Duc", "Lý" and "Lí" share a key. It finds likely duplicates, it proves nothing.
    """
    return _Y_FOR_I.sub("i", " ".join(_WORD.findall(_APOSTROPHE.sub("", search_key(name)))))


def spelling_key(name: str) -> str:
    """Return the name as it is spoken: letters, one tone a syllable wherever its mark stands, lone y as i."""
    letters, tones = _levels(clean_text(name))
    return f"{match_key(name)}{_LEVEL_END}{letters.replace(_RANKS['y'], _RANKS['i'])}{_LEVEL_END}{tones}"


def is_bare(word: str) -> bool:
    """Tell whether a word carries no mark, so that marks may have been left out."""
    return clean_text(word).casefold() == search_key(word)


def may_be_same_name(one: str, other: str) -> bool:
    """Tell whether two names with one match key differ only in spelling or in marks left out.

    Syllable by syllable: spoken alike, or one of the two without any mark. "Hoa"/"Hòa" may be one name,
    "Hóa"/"Hòa" are two.
    """
    pairs = zip(clean_text(one).split(" "), clean_text(other).split(" "), strict=False)
    return match_key(one) == match_key(other) and all(
        is_bare(mine) or is_bare(theirs) or spelling_key(mine) == spelling_key(theirs) for mine, theirs in pairs
    )


def given_name(name: str) -> str:
    """Return the word people are called by: the last one."""
    return clean_text(name).rpartition(" ")[2]


def initials(name: str) -> str:
    """Return the first letters of the first and the last word in capitals, or one letter for a single word."""
    words = _WORD.findall(clean_text(name))
    return "".join(word[0].upper() for word in (words[:1] + words[1:][-1:]))


def _visible(letter: str) -> str:
    """Return a space for whatever separates, nothing for whatever cannot be seen, else the character."""
    category = unicodedata.category(letter)
    if category[0] == "Z" or letter in "\t\n\v\f\r\x85":
        return " "
    return "" if category[0] == "C" else letter


def _in_title_case(text: str) -> str:
    """Capitalise the first letter of each run of letters; letters whose other case is several letters stay."""
    letters: list[str] = []
    inside = False
    for letter in text:
        other = letter.lower() if inside else letter.upper()
        letters.append(other if len(other) == 1 else letter)
        inside = unicodedata.category(letter)[0] in "LM"
    return "".join(letters)


def _levels(text: str) -> tuple[str, str]:
    """Return the letters of ``text`` and its tones, each as an ASCII string, words apart."""
    ranked = [_word_levels(word) for word in _WORD.findall(_APOSTROPHE.sub("", text.casefold()))]
    return _WORD_END.join(letters for letters, _ in ranked), _WORD_END.join(tones for _, tones in ranked)


@lru_cache(maxsize=8192)
def _word_levels(word: str) -> tuple[str, str]:
    """Return the ranks of a lower-case word's letters, and its tones in order, wherever their marks stand."""
    letters: list[str] = []
    tones: list[str] = []
    for cluster in re.findall(r"\d+|\D", word):
        if cluster.isdecimal():
            letters.append(_number_rank(cluster))
            continue
        base, *marks = list(unicodedata.normalize("NFKD", cluster))
        for mark in marks:
            made = _WITH_MARK.get((base, mark))
            if made is None:
                tones.append(TONES.get(mark, _OTHER_MARK))
            base = made or base
        letters.append(_RANKS.get(base) or f"{_FOREIGN}{ord(base):06x}")
    return "".join(letters), "".join(tones) or _NO_TONE


def _number_rank(digits: str) -> str:
    """Return a number so that byte order is order of value: how many digits it has, then the digits."""
    plain = "".join(str(unicodedata.decimal(digit)) for digit in digits).lstrip("0")[:99]
    return f"{len(plain):02d}{plain}"
