"""How the text of a .csv file is read, whichever program wrote it."""

import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from app.kernel.errors import Invalid

_SEPARATORS = (",", ";", "\t")
_HINT = re.compile(r"sep=([,;\t])\r?\n", re.IGNORECASE)
_SAMPLE_ROWS = 20
# Windows-1258 writes a tone as a character of its own after the vowel. TCVN3 and VNI bytes read that way put them
# after consonants, or pair vowels that Vietnamese never pairs.
_TONE = "\u0300\u0301\u0303\u0309\u0323"
_TONE_AFTER_VOWEL = re.compile(f"[aăâeêioôơuưy][{_TONE}]", re.IGNORECASE)
_NEVER_VIETNAMESE = re.compile(
    f"[^aăâeêioôơuưy][{_TONE}]|[aeoy]â|[aeo][êô]|[aey]ă|^[{_TONE}]|[\x80-\x9f\u20ab]", re.IGNORECASE
)


def decode_csv(content: bytes) -> tuple[str, str]:
    """Return the text of a .csv file and the encoding it was in; raises Invalid ``file_encoding``.

    UTF-8 and UTF-16 with or without a mark, and Windows-1258 where the text proves it. A guess that may be wrong
    would fill the list with garbled names, so everything else is refused.
    """
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if content.startswith(mark):
            return _decode(content[len(mark) :], encoding), encoding
    for odd, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        if content[odd::2].count(0) > len(content) // 4:
            return _decode(content, encoding), encoding
    try:
        return _decode(content, "utf-8"), "utf-8"
    except Invalid:
        text = _decode(content, "cp1258")
    if _NEVER_VIETNAMESE.search(text) or not _TONE_AFTER_VOWEL.search(text):
        raise Invalid("file_encoding")
    return unicodedata.normalize("NFC", text), "windows-1258"


def csv_rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the number Excel shows and the fields of each row; raises Invalid ``file_broken`` with the row.

    The separator is the one a ``sep=`` line names, or the one that cuts the first rows most evenly.
    """
    hint = _HINT.match(text)
    body = text[hint.end() :] if hint else text
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=hint[1] if hint else _separator(body), strict=True)
    number = 0
    try:
        for number, fields in enumerate(reader, start=1):
            yield number, fields
    except csv.Error as error:
        raise Invalid("file_broken", row=number + 1) from error


def _decode(content: bytes, encoding: str) -> str:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise Invalid("file_encoding") from error
    if "\0" in text:
        raise Invalid("file_encoding")
    return text


def _separator(text: str) -> str:
    return max(_SEPARATORS, key=lambda separator: _evenness(text, separator))


def _evenness(text: str, separator: str) -> tuple[int, int]:
    """Return how many of the first rows are cut into the same number of fields, and into how many."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        widths = Counter(len(fields) for fields in islice(reader, _SAMPLE_ROWS) if len(fields) > 1)
    except csv.Error:
        return 0, 0
    return max(((count, width) for width, count in widths.items()), default=(0, 0))
