"""What the room of people knows for certain: names, phones, positions and how a roster file meets the list."""

from app.people.rules.names import (
    clean_name,
    clean_text,
    given_name,
    initials,
    match_key,
    search_key,
    sort_key,
    text_sort_key,
)

__all__ = [
    "clean_name",
    "clean_text",
    "given_name",
    "initials",
    "match_key",
    "search_key",
    "sort_key",
    "text_sort_key",
]
