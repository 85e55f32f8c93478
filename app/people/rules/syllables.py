"""What a written Vietnamese syllable looks like."""

import re
import unicodedata
from functools import lru_cache

from app.people.rules.names import TONES

# Every rime of the language without its tone. An initial decides which of them may follow: c or k, g or gh.
_RIMES = (
    "a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây "
    "e ec em en eng eo ep et ê êch êm ên ênh êp êt êu i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu "
    "o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi om on ong op ot "
    "ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt u ua uân uâng uât uây uc uê uêch uênh ui um un ung uôc uôi uôm uôn "
    "uông uôt uơ up ut uy uya uych uyên uyêt uynh uyt uyu ư ưa ưc ưi ưm ưn ưng ươc ươi ươm ươn ương ươp ươt ươu ưt ưu "
    "y yêm yên yêng yêt yêu"
)
_AFTER_QU = (
    "a ac ach ai an ang anh ao at ay ăc ăm ăn ăng ăp ăt ân âng ât âu ây e en eo et ê ên ênh êt i it inh ich "
    "y ynh yên yêt yt ych ôc ơ ơi ơn ơt"
)
_INITIALS = (
    "b|ch|d|đ|gi|h|kh|l|m|n|nh|ph|r|s|t|th|tr|v|x|"
    "c(?=[aăâoôơuư])|k(?=[eêiy])|g(?=[aăâoôơuưi])|gh(?=[eêi])|ng(?=[aăâoôơuư])|ngh(?=[eêi])"
)
_SYLLABLE = re.compile(rf"(?:{_INITIALS})?(?:{'|'.join(_RIMES.split())})|qu(?:{'|'.join(_AFTER_QU.split())})")
# A syllable that is stopped short is spoken with a rising or a heavy tone only.
_STOPPED = ("c", "ch", "p", "t")
_TONES_OF_STOPPED = {TONES["\u0301"], TONES["\u0323"]}


@lru_cache(maxsize=8192)
def is_syllable(word: str) -> bool:
    """Tell whether ``word`` (any case, any composition) can be a Vietnamese syllable: its letters and its one tone."""
    letters = unicodedata.normalize("NFD", word.lower())
    tones = [TONES[letter] for letter in letters if letter in TONES]
    toneless = unicodedata.normalize("NFC", "".join(letter for letter in letters if letter not in TONES))
    if len(tones) > 1 or not _SYLLABLE.fullmatch(toneless):
        return False
    return not (toneless.endswith(_STOPPED) and not _TONES_OF_STOPPED.intersection(tones))
