"""The guide's folder: every fault with its file and line, immutable versions, and what the shipped guide holds."""

import json
import re
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.kernel import clock
from app.kernel.db import db
from app.kernel.errors import NotFound
from courses import queries
from courses.models import GuideVersion
from courses.operations import LibraryRefused, load_library, read_library
from tests.builders import Browser
from tests.courses.builders import edit, load, write_library
from tests.courses.guide_builders import SHIPPED, shipped_guide, write_guide

# name: the file (below guide/), what is replaced, by what, words of the line, words of the sentence
FAULTS = {
    "an unknown key": ("guide.yaml", "title: {vi: Sổ tay", "colour: red\ntitle: {vi: Sổ tay", "colour", "not known"),
    "a card in one language": ("guide.yaml", ", en: I forgot my passcode.", "", "patient: {vi: Tôi", "into en"),
    "21 words to say": ("guide.yaml", "It can be set again.", "word " * 21, 'say: {vi: "Dạ, quên', "21 words"),
    "a long step": ("guide.yaml", "Open a utility.", "word " * 25, "Mở một tiện ích", "25 words"),
    "six steps": ("guide.yaml", "      - {vi: Giải thích., en: Explain.}\n",
                  "      - {vi: Giải thích., en: Explain.}\n" * 6, "steps:", "6 parts"),
    "no step": ("guide.yaml", "    steps:\n      - {vi: Giải thích., en: Explain.}\n", "    steps: []\n", "steps: []",
                "not empty"),
    "an unknown theme": ("guide.yaml", "theme: reading", "theme: flying", "theme: flying", "must be one of"),
    "an id twice": ("guide.yaml", "id: second", "id: first", "id: first", "stands twice in cards"),
    "an unknown source": ("guide.yaml", "sources: [S1, own]", "sources: [S9, own]", "[S9, own]", "the source S9"),
    "a day that is not the newest": ("guide.yaml", "valid_on: 2026-03-11", "valid_on: 2025-01-01", "2025-01-01",
                                     "newest day of its sources, 2026-03-11"),
    "a lesson that is not there": ("guide.yaml", "lesson: m9-open", "lesson: m9-fly", "m9-fly", "not one of m9"),
    "a picture that is not there": ("guide.yaml", "picture: way.svg", "picture: cat.svg", "cat.svg",
                                    "not in pictures/"),
    "a long poster": ("guide.yaml", "You are seen today.", "word " * 17, "note:", "17 words"),
    "a lesson's picture": ("pictures/way.svg", "0 0 520 220", "0 0 360 220", "<svg", "begins with"),
    "a source without title": ("sources.yaml", 'title: "Một nguồn", ', "", "S1", "title is missing"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_named_with_its_file_and_line(tmp_path: Path, fault: str):
    file, old, new, marker, words = FAULTS[fault]
    library = write_guide(write_library(tmp_path))
    edit(library / "guide" / file, old, new)
    found = read_library(library)
    lines = (library / "guide" / file).read_text().splitlines()
    places = {(f"guide/{file}", number) for number, line in enumerate(lines, 1) if marker in line}
    assert any((each.file, each.line) in places and words in each.sentence for each in found.problems), found.problems
    assert found.guide is None
    assert found.modules == (), "nothing is loaded beside a fault"


def test_a_theme_without_a_situation_is_named(tmp_path: Path):
    library = write_guide(write_library(tmp_path))
    edit(library / "guide" / "guide.yaml", "theme: reading", "theme: codes")
    assert [each.sentence for each in read_library(library).problems] == ["no card belongs to the theme reading"]


def test_a_lesson_of_a_module_that_is_not_read_with_the_guide_is_taken_on_trust(tmp_path: Path):
    library = write_guide(write_library(tmp_path))
    edit(library / "guide" / "guide.yaml", "lesson: m9-open", "lesson: m4-hands")
    assert read_library(library).problems == ()


def test_a_library_without_a_guide_is_right(context: None, tmp_path: Path):
    assert load(write_library(tmp_path)).guide is None
    with pytest.raises(NotFound):
        queries.get_guide("vi")


def test_without_a_guide_its_tab_says_so_and_leads_on(client, cast):
    page = Browser(client, cast.an).get("/guide")
    assert page.status_code == 200
    assert "Chưa có sổ tay" in page.text
    assert Browser(client, cast.an).get("/guide/errors").status_code == 404


def test_loading_makes_a_version_once_and_another_for_what_changed(context: None, tmp_path: Path, morning):
    library = write_guide(write_library(tmp_path))
    first = load(library).guide
    assert (first.number, first.has_changed, first.changed_cards) == (1, True, ("first", "second"))
    assert load(library).guide.has_changed is False
    edit(library / "guide" / "guide.yaml", "Không đoán bệnh.", "Không đoán mò.")
    second = load(library).guide
    assert (second.number, second.changed_cards) == (2, ("second",))
    assert db.session.scalar(select(func.count()).select_from(GuideVersion)) == 2
    assert queries.get_guide("vi").text["cards"][1]["avoid"] == "Không đoán mò."
    before = db.session.scalars(select(GuideVersion.id).where(GuideVersion.number == 1)).one()
    assert queries.get_guide("vi", before).text["cards"][1]["avoid"] == "Không đoán bệnh."


def test_a_source_may_say_its_time_in_words(context: None, tmp_path: Path):
    library = write_guide(write_library(tmp_path))
    edit(library / "guide" / "sources.yaml", "true_on: null", 'true_on: "cuối 20/26"')  # as long as a day, and none
    assert load(library).guide.number == 1


def test_a_fault_in_the_guide_keeps_the_modules_out_too(context: None, tmp_path: Path):
    library = write_guide(write_library(tmp_path))
    edit(library / "guide" / "guide.yaml", "theme: reading", "theme: flying")
    with pytest.raises(LibraryRefused):
        load_library(library, now=clock.now())
    assert queries.list_modules() == []


def test_the_command_loads_the_guide_alone_and_says_what_changed(app: Flask, tmp_path: Path):
    write_guide(write_library(tmp_path))
    runner = app.test_cli_runner()
    said = runner.invoke(args=["courses", "load", "guide", "--library", str(tmp_path)])
    assert said.output == "guide: version 1, changed cards: first, second\n"
    again = runner.invoke(args=["courses", "load", "--json", "guide", "--library", str(tmp_path)])
    assert json.loads(again.output)["guide"] == {"number": 1, "has_changed": False, "changed_cards": []}


def test_the_shipped_guide_has_twenty_situations_the_error_table_and_three_posters():
    content = shipped_guide().content
    assert len(content["cards"]) == 20
    assert len(content["errors"]) == 11
    assert [poster["id"] for poster in content["posters"]] == ["level-2", "open-the-book", "scam"]
    assert read_library(SHIPPED).problems == ()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_sentence_of_the_shipped_guide_is_longer_than_twenty_words(language: str):
    content, long = shipped_guide().content, []
    for card in content["cards"]:
        for text in (*card["steps"], card["say"], card["avoid"], card["patient"]):
            sentences = re.split(r"(?<=[.?!;:])\s", text[language])
            long += [(card["id"], each) for each in sentences if len(each.split()) > 20]
    assert long == []


def test_the_shipped_guide_names_the_numbers_that_are_sourced_and_no_other():
    text = json.dumps(shipped_guide().content, ensure_ascii=False)
    assert set(re.findall(r"\b(?:1900|156)[./]\d{4}\b", text)) == {"1900.0368", "156/5656"}
    assert not re.search(r"\b0\d{9}\b|https?://", re.sub(r"http://www\.w3\.org/2000/svg", "", text))


def test_what_the_sources_do_not_say_is_not_promised():
    # domain.md marks these as unsourced: a fee, a delay, a code to share the book, other people who could see it.
    text = json.dumps(shipped_guide().content, ensure_ascii=False).casefold()
    for unsourced in ("miễn phí", "lệ phí", "free of charge", "24 giờ", "24 hours", "qr", "mọi bác sĩ", "every doctor"):
        assert unsourced not in text
