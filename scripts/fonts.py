"""Makes the product's own web and paper fonts: small, complete for Vietnamese, the same bytes each time."""

import hashlib
import shutil
import unicodedata
from pathlib import Path

from fontTools import subset
from fontTools.misc.timeTools import timestampFromString
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.roundingPen import RoundingPen
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ROOT / "node_modules" / "@expo-google-fonts"
WEB = ROOT / "app" / "static" / "fonts"
PAPER = ROOT / "certificates" / "assets" / "fonts"

WEB_WEIGHTS = {400: "400Regular", 600: "600SemiBold", 800: "800ExtraBold"}
DIGIT_WEIGHTS = (600, 800)
LEAST_BEARING = 36
PAPER_FACES = {"Regular": "400Regular", "Bold": "700Bold", "Italic": "400Regular_Italic"}
WEB_BYTES, ALL_WEB_BYTES, PAPER_BYTES = 15_500, 45_000, 120_000

TONES = "\u0300\u0301\u0303\u0309\u0323"
VOWELS = "aăâeêioôơuưy"
ASCII = "".join(map(chr, range(0x20, 0x7F)))
PUNCTUATION = "\u00a0“”‘’–—…·•→←↑↓✓✕₫×±−≥≤°§©«»"


def vietnamese() -> str:
    """Return every Vietnamese letter in both cases, precomposed."""
    toned = {unicodedata.normalize("NFC", vowel + tone) for vowel in VOWELS for tone in ("", *TONES)}
    lower = toned | set("đ") | set("bcdghklmnpqrstvx")
    return "".join(sorted(lower | {letter.upper() for letter in lower}))


def cut(font: TTFont, text: str, features: list[str]) -> TTFont:
    """Keep only the glyphs of ``text`` and the layout features named; drop hinting and glyph names."""
    options = subset.Options()
    options.layout_features = features
    options.hinting = False
    options.glyph_names = False
    options.notdef_outline = True
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.name_languages = [0x409]
    options.drop_tables += ["DSIG", "STAT", "meta", "gasp"]
    worker = subset.Subsetter(options)
    worker.populate(text=text)
    worker.subset(font)
    font["head"].modified = font["head"].created = timestampFromString("Thu Jan  1 00:00:00 2026")
    font.recalcTimestamp = False
    return font


def even_digits(font: TTFont) -> TTFont:
    """Give the ten digits one width, each glyph centred: columns of numbers then stand in line.

    The width is a little below the widest digit's, whose outline is narrowed to fit: else "1" floats in a gap.
    """
    names = [font.getBestCmap()[ord(digit)] for digit in "0123456789"]
    glyphs, metrics, drawn = font["glyf"], font["hmtx"], font.getGlyphSet()
    width = round(0.93 * max(metrics[name][0] for name in names))
    for name in names:
        left, right = glyphs[name].xMin, glyphs[name].xMax
        scale = min(1.0, (width - 2 * LEAST_BEARING) / (right - left))
        shift = (width - scale * (right - left)) / 2 - scale * left
        outline, pen = DecomposingRecordingPen(drawn), TTGlyphPen(None)
        drawn[name].draw(outline)
        outline.replay(TransformPen(RoundingPen(pen), (scale, 0, 0, 1, shift, 0)))
        glyphs[name] = pen.glyph()
        glyphs[name].recalcBounds(glyphs)
        metrics[name] = (width, glyphs[name].xMin)
    return font


def rename(font: TTFont, family: str) -> None:
    """Call the font by its own family name: the licence asks that a changed font does not use the old one alone."""
    for record in font["name"].names:
        if record.nameID in {1, 4, 6}:
            record.string = family.replace(" ", "") if record.nameID == 6 else family  # noqa: PLR2004 - OpenType's id


def save(font: TTFont, target: Path, *, flavor: str | None, limit: int) -> int:
    """Write the font and return its size in bytes; refuse one that is too heavy."""
    font.flavor = flavor
    font.save(target, reorderTables=True)
    size = target.stat().st_size
    print(f"{target.relative_to(ROOT)}  {size:>7,} bytes  {hashlib.sha256(target.read_bytes()).hexdigest()[:16]}")
    if size > limit:
        raise SystemExit(f"{target.name} weighs {size} bytes, more than {limit}.")
    return size


def source(package: str, folder: str) -> TTFont:
    """Open the one TTF in a folder of a font package."""
    return TTFont(next((PACKAGES / package / folder).glob("*.ttf")), recalcTimestamp=False)


def make_web() -> None:
    """Write the three weights and the two digit fonts of the web pages."""
    total = 0
    for weight, folder in WEB_WEIGHTS.items():
        font = cut(source("be-vietnam-pro", folder), ASCII + vietnamese() + PUNCTUATION, ["kern", "mark", "locl"])
        total += save(font, WEB / f"be-vietnam-pro-{weight}.woff2", flavor="woff2", limit=WEB_BYTES)
    for weight in DIGIT_WEIGHTS:
        font = even_digits(cut(source("be-vietnam-pro", WEB_WEIGHTS[weight]), "0123456789", []))
        rename(font, "SS Digits")
        save(font, WEB / f"ss-digits-{weight}.woff2", flavor="woff2", limit=2_000)
    shutil.copyfile(PACKAGES / "be-vietnam-pro" / "LICENSE_FONT", WEB / "LICENSE-be-vietnam-pro.txt")
    print(f"three weights together {total:,} bytes")
    if total > ALL_WEB_BYTES:
        raise SystemExit("The three weights together are too heavy.")


def make_paper() -> None:
    """Write the three faces of the certificate."""
    latin = "".join(map(chr, [*range(0xA0, 0x180), 0x2010, 0x2011, 0x2012, 0x2022, 0x2044, 0x20AC]))
    text = ASCII + latin + vietnamese() + PUNCTUATION + TONES + "\u0302\u0306\u031b"
    for face, folder in PAPER_FACES.items():
        font = cut(source("tinos", folder), text, ["kern", "mark", "mkmk", "ccmp", "liga"])
        save(font, PAPER / f"Tinos-{face}.ttf", flavor=None, limit=PAPER_BYTES)
    shutil.copyfile(PACKAGES / "tinos" / "LICENSE_FONT", PAPER / "LICENSE-tinos.txt")


if __name__ == "__main__":
    for folder in (WEB, PAPER):
        folder.mkdir(parents=True, exist_ok=True)
    make_web()
    make_paper()
