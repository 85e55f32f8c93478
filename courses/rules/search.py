"""Whether what somebody types is in a text: without marks, word by word, the beginning of a word is enough."""

from app.people.rules.names import term_key


def find_key(*texts: str) -> str:
    """Return the words of some texts as the search sees them: lower case, no marks, no punctuation."""
    return term_key(" ".join(texts))


def is_found(asked: str, key: str) -> bool:
    """Say whether each word asked for begins a word of ``key``; asking nothing finds everything."""
    words = f" {key}"
    return all(f" {word}" in words for word in find_key(asked).split())
