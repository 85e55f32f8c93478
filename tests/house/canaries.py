"""Words that betray a leak: every text of a facility, and of each person in it, names its owner."""

import io
import re
import zipfile
from collections.abc import Iterator

from werkzeug.test import TestResponse

# site, table, column, person ("all": anyone of the site); search keys lose marks, capitals and perhaps hyphens.
MARK = re.compile(r"CNRY[-\s]?([A-Z])[-\s]([a-z_]+)[-\s]([a-z_]+)[-\s]([a-z0-9]+)", re.IGNORECASE)
# Phones carry their owner in the digits: 0987 650 1xx is of A, 2xx of B, 3xx of the city, 4xx of who moved.
PHONE = re.compile(r"987[\s.]?650[\s.]?([1234])\d\d")
SITES = {"1": "A", "2": "B", "3": "C", "4": "T"}


def canary(site: str, table: str, column: str, who: str = "all") -> str:
    """Return the word that stands in a column of a site's row."""
    return f"CNRY-{site}-{table}-{column}-{who}"


def found_in(answer: TestResponse) -> set[tuple[str, str, str, str]]:
    """Return (site, table, column, person) of every canary in an answer: body, cells of a workbook, headers."""
    text = "\n".join((*_texts(answer), *_headers(answer)))
    marks = {
        (site.upper(), table.lower(), column.lower(), who.lower()) for site, table, column, who in MARK.findall(text)
    }
    return marks | {(SITES[digit], "person", "phone", "all") for digit in PHONE.findall(text)}


def _headers(answer: TestResponse) -> Iterator[str]:
    for name, value in answer.headers:
        yield f"{name}: {value}"


def _texts(answer: TestResponse) -> Iterator[str]:
    body = answer.get_data()
    if not body.startswith(b"PK\x03\x04"):
        yield body.decode("utf-8", "replace")
        return
    with zipfile.ZipFile(io.BytesIO(body)) as book:
        for name in book.namelist():
            yield book.read(name).decode("utf-8", "replace")
