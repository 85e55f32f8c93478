"""Makes the app's icons from the mark: PNG at 192 and 512 pixels, plain and with the margin that phones cut away.

usage: python scripts/icons.py      Needs Chromium; the pictures are committed, so only a new mark needs this again.
"""

import os
import re
import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

ICONS = Path(__file__).resolve().parents[1] / "app" / "static" / "icons"
SIZES = (192, 512)
#: Phones cut a maskable icon to a circle of four fifths: the mark stands inside it, on the mark's own colour.
MASKABLE_SCALE = 0.62


def main() -> None:
    """Draw every icon."""
    mark = (ICONS / "logo.svg").read_text()
    with sync_playwright() as playwright:
        path = os.environ.get("CHROMIUM") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        for size in SIZES:
            for name, markup in (("app", mark), ("app-maskable", maskable(mark))):
                page = browser.new_page(viewport={"width": size, "height": size})
                page.set_content(
                    f"<style>body{{margin:0}}svg{{display:block;width:100vw;height:100vh}}</style>{markup}"
                )
                page.screenshot(path=ICONS / f"{name}-{size}.png", omit_background=True)
                page.close()
        browser.close()


def maskable(mark: str) -> str:
    """Return the mark in the middle of a full square: paper ground, so that page and fold both show."""
    inner = re.sub(r"</?svg[^>]*>", "", mark)
    shift = 20 * (1 - MASKABLE_SCALE)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><path fill="#FBF8F2" d="M0 0h40v40H0z"/>'
        f'<g transform="translate({shift} {shift}) scale({MASKABLE_SCALE})">{inner}</g></svg>'
    )


if __name__ == "__main__":
    main()
