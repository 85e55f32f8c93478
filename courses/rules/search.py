"""Where the words somebody types stand: without marks, word by word, the beginning of a word is enough."""

from collections.abc import Collection

from app.people.rules.names import term_key


def find_key(*texts: str) -> str:
    """Return the words of some texts as the search sees them: lower case, no marks, no punctuation."""
    return term_key(" ".join(texts))


def found_among(asked: str, keys: Collection[str]) -> set[str]:
    """Return the keys in which the words asked for follow each other; if none, those that hold each of the words.

    Without marks many words are alike ("trống", "trong"): one after the other they say what was meant. Asking nothing
    finds everything.
    """
    words = find_key(asked)
    together = {key for key in keys if f" {words}" in f" {key}"}
    return together or {key for key in keys if all(f" {word}" in f" {key}" for word in words.split())}
