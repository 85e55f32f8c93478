"""What comes out of a printer: the pages promised, with nothing cut in two."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from tests.browser.conftest import DESK, FLAGS, chromium
from tests.browser.every_page import PAGES, SLIPS, World

SLIPS_A_SHEET = 8
DPI = 60


@pytest.fixture(scope="module")
def desk(chrome: Browser) -> Iterator[Browser]:
    """The whole Chromium: only that prints as people's own browser does, letters that can be searched included."""
    browser = chrome.browser_type.launch(executable_path=chromium(), args=FLAGS)
    yield browser
    browser.close()


def print_page(desk: Browser, world: World, name: str, folder: Path) -> tuple[list[str], list[Image.Image]]:
    """Return the words and the picture of each sheet of a page printed on A4 by the browser itself."""
    visit = next(each for each in PAGES if each.name == name)
    context = desk.new_context(viewport=DESK, base_url=world.site.url, locale="vi-VN")
    context.add_cookies([world.cookie(visit.who)])
    page = context.new_page()
    page.goto(visit.address(world, "vi"))
    if visit.act:
        with page.expect_navigation():
            visit.act(page, world)
    pdf = folder / "paper.pdf"
    _write(page, pdf)
    context.close()
    text = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], capture_output=True, text=True, check=True).stdout
    subprocess.run(["pdftoppm", "-r", str(DPI), "-gray", "-png", str(pdf), str(folder / "sheet")], check=True)
    sheets = [Image.open(each).convert("L") for each in sorted(folder.glob("sheet*.png"))]
    return text.split("\f")[: len(sheets)], sheets


def _write(page: Page, pdf: Path) -> None:
    page.evaluate("document.fonts.ready")
    page.pdf(path=str(pdf), format="A4", prefer_css_page_size=True)


def margins_of(sheet: Image.Image) -> tuple[float, float]:
    """Return the empty millimetres above and below what is printed on a sheet."""
    box = sheet.point(lambda grey: 255 if grey < 200 else 0).getbbox()
    assert box is not None, "an empty sheet"
    return box[1] * 25.4 / DPI, (sheet.height - box[3]) * 25.4 / DPI


@pytest.mark.parametrize("name", ["readiness", "readiness opened"])
def test_the_readiness_report_is_one_official_page(desk: Browser, world: World, tmp_path: Path, name: str):
    texts, sheets = print_page(desk, world, name, tmp_path)
    if name == "readiness":
        assert len(sheets) == 1
    for said in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Mức sẵn sàng",
        "Việc nên làm tiếp",
    ):
        assert said in texts[0]
    for never in ("Trình đơn", "Thoát", "In báo cáo"):
        assert never not in "".join(texts)
    for sheet in sheets:
        above, below = margins_of(sheet)
        assert above > 12
        assert below > 12


def test_slips_come_eight_to_a_sheet_each_whole(desk: Browser, world: World, tmp_path: Path):
    texts, sheets = print_page(desk, world, "slips on paper", tmp_path)
    codes = [re.findall(r"\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}\b", text) for text in texts]
    ends = [text.count("Mã dùng một lần") for text in texts]
    assert [len(each) for each in codes] == ends, "a slip is cut between two sheets"
    assert max(ends) <= SLIPS_A_SHEET
    assert sum(ends) >= SLIPS
    assert len({code for each in codes for code in each}) == sum(ends)
    assert len(sheets) == -(-sum(ends) // SLIPS_A_SHEET)
    assert "Trình đơn" not in "".join(texts)
