"""Compile the Vietnamese words: merge the fragments, refuse what is incomplete, write the catalogue that Babel reads.

Usage: python scripts/translations.py [--unused] [--missing]
"""

import os
import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[1]
TRANSLATIONS = ROOT / "app" / "translations"
CATALOGUE = TRANSLATIONS / "vi" / "LC_MESSAGES" / "messages.mo"
ROOMS = ("app", "courses", "quizzes", "certificates")
KEYWORDS = {"_": None, "_l": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}
METHODS = [("**/templates/**.html", "jinja2.ext:babel_extract"), ("**/templates/**.txt", "jinja2.ext:babel_extract"),
           ("**.py", "python")]  # fmt: skip
OPTIONS = {
    "**/templates/**.html": {"extensions": "jinja2.ext.i18n", "silent": "false"},
    "**/templates/**.txt": {"extensions": "jinja2.ext.i18n", "silent": "false"},
}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd%]|\{\w*\}")

Key = tuple[str, ...]


def merge(fragments: list[Path]) -> tuple[Catalog, list[str]]:
    """Return one catalogue of all fragments, and a sentence for each fault."""
    merged = Catalog(locale="vi", project="Sẵn Sàng", charset="utf-8")
    faults: list[str] = []
    origin: dict[Key, str] = {}
    for path in fragments:
        with path.open("rb") as file:
            words = read_po(file, locale="vi", abort_invalid=True)
        for message in words:
            if not message.id:
                continue
            key, where = _key(message), f"{path.name}: {_key(message)[0]!r}"
            faults += [f"{where} {fault}" for fault in _faults_of(message)]
            before = merged.get(key[0])
            if before is not None and (before.string != message.string or _key(before) != key):
                faults.append(f"{where} says something else than {origin[_key(before)]}")
            elif before is None:
                merged.add(message.id, message.string)
                origin[key] = path.name
    return merged, faults


def _key(message: Message) -> Key:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def _faults_of(message: Message) -> Iterator[str]:
    if message.fuzzy:
        yield "is fuzzy"
    texts = (message.string,) if isinstance(message.string, str) else message.string
    for text in texts:
        if not text:
            yield "is not translated"
        elif set(PLACEHOLDER.findall(text)) != set(PLACEHOLDER.findall(_key(message)[-1])):
            yield f"has other placeholders than {text!r}"


def used() -> dict[Key, list[str]]:
    """Return every message that the code and the templates ask for, with the places that do."""
    found: dict[Key, list[str]] = {}
    for room in ROOMS:
        extracted = extract_from_dir(
            ROOT / room, method_map=METHODS, options_map=OPTIONS, keywords=KEYWORDS, comment_tags=()
        )
        for file, line, message, _comments, _context in extracted:
            key = (message,) if isinstance(message, str) else tuple(message)
            found.setdefault(key, []).append(f"{room}/{file}:{line}")
    return found


def fragments() -> list[Path]:
    """Return the fragments, one a room."""
    return sorted((TRANSLATIONS / "fragments").glob("*.po"))


def translated() -> set[Key]:
    """Return every message that some fragment translates."""
    catalogue, _ = merge(fragments())
    return {_key(message) for message in catalogue if message.id}


def compile_words() -> list[str]:
    """Write the catalogue unless a fragment has a fault; returns a sentence for each fault."""
    catalogue, faults = merge(fragments())
    if not faults:
        binary = BytesIO()
        write_mo(binary, catalogue)
        CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
        # Written beside and moved: a server or a test that starts now reads the old words or the new, never half.
        beside = CATALOGUE.with_suffix(f".{os.getpid()}.tmp")
        beside.write_bytes(binary.getvalue())
        beside.replace(CATALOGUE)
    return faults


def main(words: list[str]) -> int:
    """Compile; with an option list what is unused or missing instead."""
    if words:
        asked, held = used(), translated()
        unused = sorted(held - asked.keys()) if "--unused" in words else []
        missing = sorted(asked.keys() - held) if "--missing" in words else []
        for key in [*unused, *missing]:
            print(*key, *asked.get(key, ())[:2], sep="  ")
        return 1 if unused or missing else 0
    faults = compile_words()
    print(*faults, sep="\n", end="\n" if faults else "")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
