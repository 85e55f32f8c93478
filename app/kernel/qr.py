"""The door to segno: a text becomes a QR code for paper, for a page, or as dots."""

from io import BytesIO

import segno
from markupsafe import Markup

QUIET = 4  # modules of white around; below four, scanners begin to fail


def _make(text: str) -> segno.QRCode:
    # Level M: a crease or a stamp across a seventh of the square does no harm.
    return segno.make_qr(text, error="m")


def png(text: str, *, scale: int = 8) -> bytes:
    """Return the code as a PNG with its quiet zone, ``scale`` dots a module."""
    out = BytesIO()
    _make(text).save(out, kind="png", scale=scale, border=QUIET)
    return out.getvalue()


def svg(text: str) -> Markup:
    """Return the code as SVG markup without its quiet zone's colour, size or style: the page gives those."""
    code = _make(text)
    size = code.symbol_size(border=QUIET)[0]
    return Markup('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0} {0}"><path d="{1}"/></svg>').format(
        size, _path(code)
    )


def _path(code: segno.QRCode) -> str:
    """Return every run of dark modules as a rectangle of a path, row by row."""
    runs = []
    for y, row in enumerate(code.matrix, start=QUIET):
        x = 0
        while x < len(row):
            if not row[x]:
                x += 1
                continue
            end = x
            while end < len(row) and row[end]:
                end += 1
            runs.append(f"M{x + QUIET} {y}h{end - x}v1h-{end - x}z")
            x = end
    return "".join(runs)
