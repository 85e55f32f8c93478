"""The guide on paper: asked for once, made by the worker; right size, own fonts, every word whole and readable."""

import html
import re
import subprocess
import unicodedata
from io import BytesIO
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import pikepdf
import pytest

from app.kernel import clock, storage
from app.kernel.db import db
from app.kernel.transaction import transaction
from courses import jobs, operations, queries, rules
from courses.queries import Paper
from tests.courses.builders import load, write_library
from tests.courses.guide_builders import paper_of, shipped_guide, shipped_view, write_guide

pytestmark = pytest.mark.only_db("sqlite")  # what is proved is the drawing; the database hands the words over
KINDS = rules.paper_kinds(shipped_guide().content)
PAPERS = [(kind, language) for language in ("vi", "en") for kind in KINDS]
POSTERS = [each for each in PAPERS if each[0].startswith("poster")]
POINT = 72 / 25.4
#: The smallest letter that sight of 6/6 tells apart at two metres, in mm, and a small letter's height in our face.
AT_TWO_METRES, SMALL_LETTER = 2.9, 0.52


class Word(NamedTuple):
    """A word on a page: its box in points from the page's top left corner."""

    left: float
    top: float
    right: float
    bottom: float
    text: str

    def meets(self, other: "Word") -> bool:
        """Say whether the middle thirds of two boxes cover each other: lines stand close, words never on words."""
        high, low = (max(self.middle[0], other.middle[0]), min(self.middle[1], other.middle[1]))
        return min(self.right, other.right) - max(self.left, other.left) > 1 and low > high

    @property
    def middle(self) -> tuple[float, float]:
        third = (self.bottom - self.top) / 3
        return self.top + third, self.bottom - third


def pages_of(pdf: bytes) -> list[tuple[float, float, list[Word]]]:
    """Return (width, height, words) of each page, lengths in points."""
    said = subprocess.run(["pdftotext", "-bbox", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    found = []
    for width, height, body in re.findall(r'<page width="([\d.]+)" height="([\d.]+)">(.*?)</page>', said, re.DOTALL):
        boxes = re.findall(r'<word xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)">(.*?)</word>', body)
        words = [Word(*map(float, box[:4]), html.unescape(box[4])) for box in boxes]
        found.append((float(width), float(height), words))
    return found


def text_of(pdf: bytes) -> str:
    said = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    return " ".join(said.split())


def letters(text: str) -> str:
    """A text without spaces and hyphens, which a line's end may take away."""
    return re.sub(r"[\s\u00a0-]", "", text)


@pytest.mark.parametrize(("kind", "language"), PAPERS)
def test_a_paper_has_its_size_its_pages_and_its_own_fonts_inside(context: None, kind: str, language: str):
    pdf = paper_of(kind, language)
    width, height = (each * POINT for each in rules.SHEETS_MM[rules.sheet_size(kind, language)])
    pages = pages_of(pdf)
    assert all(abs(page[0] - width) < 1 and abs(page[1] - height) < 1 for page in pages)
    assert len(pages) >= 23 if kind == "booklet" else len(pages) == 1
    with pikepdf.open(BytesIO(pdf)) as made:
        assert str(made.Root.Lang) == language
        assert made.open_metadata().pdfa_status == "3A"
        fonts = [font for page in made.pages for font in page.Resources.get("/Font", {}).values()]
        inner = [font.DescendantFonts[0] for font in fonts]
        assert inner
        assert all("Vietnam" in str(font.BaseFont) for font in inner), {str(font.BaseFont) for font in inner}
        assert all({"/FontFile2", "/FontFile3"} & set(font.FontDescriptor.keys()) for font in inner)
    assert len(pdf) < 400_000


@pytest.mark.parametrize(("kind", "language"), PAPERS)
def test_nothing_on_a_paper_is_cut_or_stands_on_something_else(context: None, kind: str, language: str):
    edge = 4 * POINT
    for number, (width, height, words) in enumerate(pages_of(paper_of(kind, language)), 1):
        outside = [
            word.text for word in words
            if word.left < edge or word.right > width - edge or word.top < edge or word.bottom > height - edge / 2
        ]  # fmt: skip
        assert outside == [], f"page {number}"
        assert [(a.text, b.text) for a, b in combinations(words, 2) if a.meets(b)] == [], f"page {number}"


@pytest.mark.parametrize(("kind", "language"), POSTERS)
def test_what_one_must_act_on_is_read_from_two_metres(context: None, kind: str, language: str):
    ((_width, height, words),) = pages_of(paper_of(kind, language))
    ems = [(word.bottom - word.top) / 1.3 / POINT for word in words if word.bottom < height * 0.95]
    assert min(ems) * SMALL_LETTER >= AT_TWO_METRES


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_booklet_says_every_situation_every_error_and_every_source(context: None, language: str):
    words, text = text_of(paper_of("booklet", language)), shipped_view(language).text
    for card in text["cards"]:
        for part in (card["title"], card["patient"], card["say"], card["avoid"], *card["steps"]):
            assert letters(part) in letters(words), part
    assert all(key in words for key in text["sources"])
    assert unicodedata.normalize("NFC", words) == words
    assert "\ufffd" not in words
    total = len(pages_of(paper_of("booklet", language)))
    assert all(f"{page}/{total}" in words for page in range(2, total + 1))
    assert {"vi": "Sổ tay, bản 1 · 23/11/2026", "en": "Guide, version 1 · 23/11/2026"}[language] in words


def test_the_desk_sheet_has_the_sentence_of_every_situation(context: None):
    words = text_of(paper_of("sheet", "vi")).replace("\u00a0", " ")
    for card in shipped_view("vi").text["cards"]:
        assert card["say"] in words, card["id"]
    assert "1900.0368" in words


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("poster-level-2", ("Công an xã, phường, đặc khu", "Căn cước còn hạn", "3 ngày", "7 ngày", "ngày làm việc")),
        ("poster-open-the-book", ("Mở VNeID", "Nhập passcode 6 số", "bấm Đồng ý", "không hỏi mã")),
        ("poster-scam", ("Không bấm link", "App Store, CH Play", "1900.0368", "156/5656")),
    ],
)
def test_a_poster_says_what_it_is_for(context: None, kind: str, words: tuple[str, ...]):
    said = text_of(paper_of(kind, "vi")).replace("\u00a0", " ")
    assert [each for each in words if each not in said] == []
    assert "Sổ tay, bản 1" in said


@pytest.fixture
def guide(context: None, tmp_path: Path) -> Path:
    library = write_guide(write_library(tmp_path))
    load(library)
    db.session.remove()
    return library


@pytest.fixture
def quick(monkeypatch) -> None:
    """Nothing is laid out: what a paper looks like is not what these tests ask."""
    monkeypatch.setattr(jobs.pdf, "render_isolated", lambda *_a, **_n: b"%PDF-1.7 " + b" " * 2000)


def test_a_job_that_runs_twice_keeps_one_file(cast, guide, quick, run_jobs):
    paper = Paper(queries.get_guide("vi").version_id, "sheet", "vi")
    with transaction():
        operations.ask_print(paper, now=clock.now())
    assert run_jobs() == 1
    asked = queries.find_print(paper)
    key = asked.file_key
    db.session.remove()
    jobs.print_guide(asked.id)
    with transaction():
        assert operations.keep_print(asked.id, "another", 9, now=clock.now()) is False
    assert storage.path_of(key).is_file()


def test_a_worker_that_was_slower_removes_its_file(app, cast, guide, quick, monkeypatch):
    paper = Paper(queries.get_guide("vi").version_id, "sheet", "vi")
    with transaction():
        operations.ask_print(paper, now=clock.now())
    folder = Path(app.extensions["settings"].instance) / "files"
    before = set(folder.glob("*")) if folder.exists() else set()
    monkeypatch.setattr(operations, "keep_print", lambda *_a, **_n: False)
    jobs.print_guide(queries.find_print(paper).id)
    assert set(folder.glob("*")) == before


def test_the_command_writes_a_paper_without_the_web(app, guide, tmp_path: Path):
    runner = app.test_cli_runner()
    file = tmp_path / "poster.pdf"
    said = runner.invoke(args=["courses", "print", "poster-way", str(file), "--lang", "en"])
    assert said.exit_code == 0, said.output
    assert "poster-way, A4, version 1" in said.output
    assert "No level 2 yet?" in text_of(file.read_bytes())
    wrong = runner.invoke(args=["courses", "print", "kite", str(file)])
    assert "kite is not one of booklet, sheet, poster-way" in wrong.output


def test_the_command_says_that_no_guide_is_loaded(app, context: None, tmp_path: Path):
    said = app.test_cli_runner().invoke(args=["courses", "print", "sheet", str(tmp_path / "x.pdf")])
    assert "no guide is loaded" in said.output
