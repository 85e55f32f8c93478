"""How long sentences are: twenty syllables are read in one breath on a small screen."""

import re
from collections.abc import Iterable, Iterator

from courses.rules.lint.exceptions import LONG_SENTENCES, LongSentence
from courses.rules.lint.texts import Text
from courses.rules.reading import Problem, count_words
from courses.rules.shapes import Kind

MOST_WORDS = 20
SHOWN_WORDS = 6

_END = re.compile(r"[.!?…][\"”’)\]*_]* (?=(?P<next>[\"“‘(\[*_]*\w?))")
_SPEECH = re.compile(r": (?=[*_]*[\"“])")


def sentences_of(text: Text) -> tuple[str, ...]:
    """Return the sentences of a text whose length counts: a summary is one sentence with a limit of its own."""
    return sentences(text.words) if text.kind is not Kind.SUMMARY else ()


def sentences(text: str) -> tuple[str, ...]:
    """Return the sentences of a text.

    What somebody says begins one of its own (Bác hỏi: “Ở đâu?”); one goes on where a small letter follows (“Ở đâu?” bác
    hỏi).
    """
    written = " ".join(text.split())
    ends = [match.end() for match in _END.finditer(written) if not match["next"][-1:].islower()]
    cuts = sorted({*ends, *(match.end() for match in _SPEECH.finditer(written))})
    return tuple(written[start:end].strip() for start, end in zip([0, *cuts], [*cuts, None], strict=True))


def faults(folder: str, texts: Iterable[Text], allowed: Iterable[LongSentence] = LONG_SENTENCES) -> Iterator[Problem]:
    """Return a fault for each sentence that is too long and not allowed, and for each that is allowed in vain."""
    unused = {(each.language, each.sentence): each for each in allowed if each.module == folder}
    excepted = set(unused)
    for text in texts:
        for sentence in sentences_of(text):
            count = count_words(sentence)
            if count <= MOST_WORDS:
                continue
            if (text.language, sentence) in excepted:
                unused.pop((text.language, sentence), None)
            else:
                yield text.problem(f"a sentence has {count} words; {MOST_WORDS} are allowed: {_beginning(sentence)}")
    for each in unused.values():
        sentence = f"the exception for a long sentence in {each.language} is not needed: {_beginning(each.sentence)}"
        yield Problem(f"{folder}/module.yaml", 1, sentence)


def _beginning(sentence: str) -> str:
    words = sentence.split()
    return f"“{' '.join(words[:SHOWN_WORDS])}…”" if len(words) > SHOWN_WORDS else f"“{sentence}”"
