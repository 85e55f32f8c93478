"""The colours keep the contrast that the design promises, in both themes, by the WCAG 2.2 formula."""

import re
from pathlib import Path

import pytest

CSS = (Path(__file__).resolve().parents[2] / "app" / "static" / "css" / "app.css").read_text(encoding="utf-8")

TEXT = [
    # text, ground, promised ratio light, promised ratio dark
    ("ink", "surface", 15.5, 14.5),
    ("ink", "page", 14.6, 16.2),
    ("ink-2", "surface", 7.71, 9.23),
    ("ink-2", "sunk", 6.67, 8.08),
    ("ink-3", "sunk", 4.88, 5.98),
    ("jade", "surface", 6.45, 8.76),
    ("jade", "page", 6.08, 9.79),
    ("on-jade", "jade", 6.45, 9.00),
    ("on-jade", "jade-pressed", 9.30, 11.0),
    ("jade", "jade-tint", 5.52, 7.23),
    ("on-hero", "hero", 12.5, 11.6),
    ("on-hero-2", "hero", 8.86, 8.17),
    ("mint", "hero", 7.15, 6.59),
    ("on-hero-btn", "hero-btn", 11.0, 11.0),
    ("coral", "coral-tint", 5.26, 7.50),
    ("coral", "surface", 6.12, 8.12),
    ("amber", "amber-tint", 5.96, 8.51),
    ("dusk", "dusk-tint", 6.31, 7.89),
    ("ink", "amber-tint", 4.5, 4.5),
    ("ink", "coral-tint", 4.5, 4.5),
    ("ink", "dusk-tint", 4.5, 4.5),
    ("ink", "jade-tint", 4.5, 4.5),
    ("ink-2", "page", 4.5, 4.5),
    ("ink-3", "surface", 4.5, 4.5),
]
CONTROLS = [
    ("edge", "surface", 3.96, 4.41),
    ("edge", "page", 3.74, 4.93),
    ("mint", "hero-line", 3.35, 3.61),
    ("coral-fill", "page", 3.02, 5.63),
    ("coral-fill", "hero", 3.91, 3.61),
    ("amber-fill", "surface", 3.15, 7.09),
    ("dusk-fill", "surface", 3.9, 5.2),
    ("focus", "page", 6.51, 9.80),
]
ROUNDING = 0.06


def block_after(marker: str) -> dict[str, str]:
    start = CSS.index("{", CSS.index(marker)) + 1
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9A-Fa-f]{6})\b", CSS[start : CSS.index("}", start)]))


LIGHT = block_after(":root {")
DARK = block_after(":root:not([data-theme=light]) {")


def luminance(colour: str) -> float:
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_the_formula_knows_black_on_white():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)


@pytest.mark.parametrize(("text", "ground", "light", "dark"), TEXT)
def test_text_can_be_read(text, ground, light, dark):
    for theme, promised in ((LIGHT, light), (DARK, dark)):
        ratio = contrast(theme[text], theme[ground])
        assert ratio >= 4.5
        assert ratio >= promised - ROUNDING


@pytest.mark.parametrize(("control", "ground", "light", "dark"), CONTROLS)
def test_controls_and_focus_can_be_seen(control, ground, light, dark):
    for theme, promised in ((LIGHT, light), (DARK, dark)):
        ratio = contrast(theme[control], theme[ground])
        assert ratio >= 3
        assert ratio >= promised - ROUNDING


def test_a_chosen_dark_theme_is_the_dark_theme_of_the_device():
    assert block_after(":root[data-theme=dark] {") == DARK


def test_dark_redefines_every_colour_that_light_has():
    assert DARK.keys() == LIGHT.keys()


def test_no_phone_of_2018_loses_a_whole_block_of_rules():
    for sheet in Path(__file__).resolve().parents[2].glob("app/static/css/*.css"):
        rules = re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL)
        for modern in ("@layer", ":has(", "color-mix(", "clamp(", "@container", "inset:", ":is(", ":where("):
            assert modern not in rules, f"{modern} in {sheet.name}"
