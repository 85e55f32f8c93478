"""The sentences that may be longer than the others, each with the reason why it cannot be shorter."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LongSentence:
    """One long sentence of a module, word for word, with one space between words."""

    module: str
    language: str
    sentence: str
    reason: str


LONG_SENTENCES: tuple[LongSentence, ...] = ()
