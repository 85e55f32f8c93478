"""A QR code says what it was given, also to a scanner that is not ours."""

import io

import zxingcpp
from PIL import Image

from app.kernel import qr

TEXT = "HTTPS://HOC.EXAMPLE.VN/X/7F3K21QH9XMT4C6P2W"


def test_a_scanner_reads_the_png():
    found = zxingcpp.read_barcodes(Image.open(io.BytesIO(qr.png(TEXT))))
    assert [each.text for each in found] == [TEXT]


def test_an_address_in_capitals_stays_small_enough_for_25_mm():
    assert 'viewBox="0 0 37 37"' in qr.svg(TEXT), "29 modules and four of quiet zone on each side: version 3"


def test_the_svg_says_nothing_about_size_or_colour():
    drawn = qr.svg(TEXT)
    assert "style" not in drawn
    assert "fill" not in drawn
    assert drawn.count("<path") == 1
