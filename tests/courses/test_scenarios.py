"""A practice scenario can be walked to its end: every fault is named with its file and line, and none is loaded."""

from pathlib import Path

import pytest

from app.kernel.db import db
from app.kernel.settings import ROOT
from courses.models import Scenario
from courses.operations import read_library
from courses.rules import Outcome, ScreenKind, graph_of, play, score
from courses.rules.scenarios import ICONS
from tests.courses.builders import RIGHT_WAY, edit, load, write_library, write_scenarios

FILE = "scenarios/find-the-book.yaml"
HEALTH = "text: {vi: Sức khỏe, en: Health}, right: passcode"
DOTS = "{id: dots, kind: field, text: {vi: Passcode, en: Passcode}, right: done}"
NEWS_HOME = "{id: to-home, kind: button, text: {vi: Về trang chính, en: Back home}, right: home}"
FORBIDDEN = "forbidden: {vi: Cầm máy thay., en: Taking the phone.}"
LONELY = "  - {id: lonely, kind: end, outcome: failed, text: {vi: Hết., en: End.}, say: {vi: Dạ., en: Yes.}}\n"
LONELY_PHONE = (
    "  - {id: lonely, kind: phone, title: {vi: Lạc, en: Lost}, elements: "
    "[{id: on, kind: button, text: {vi: Đi, en: On}, right: done}]}\n"
)

# what to replace, by what, the text on the line of the expected fault, words of its sentence
TEN = {
    "a dead end": (DOTS, DOTS.replace("right: done", "right: home"), "- id: passcode", "is a dead end"),
    "an unreachable ending": ("  - id: stopped\n", f"{LONELY}  - id: stopped\n", "id: lonely",
                              "the ending lonely cannot be reached"),
    "a screen without exit": (NEWS_HOME, NEWS_HOME.replace("right: home", "wrong: {vi: Đây., en: Here.}"),
                              ("- id: news", 2),
                              "the screen news has no exit"),
    "missing English": (", en: Which tile?", "", "patient: {vi: Bấm", "no translation into en"),
    "a field that takes typing": (DOTS, DOTS.replace("kind: field", "kind: input"), "id: dots",
                                  "no element takes typing"),
    "a missing mark": ("title: {vi: Trang chính, en: Home}", "title: {vi: Trang chính, en: Home}\n    mark: none",
                       "mark: none", "the mark comes from the frame"),
    "a score that cannot be reached": ("{most_wrong: 2}", "{most_wrong: 2, least_right: 4}", "passing:",
                                       "the score cannot be reached: 4 right steps are asked, 3 can be made"),
    "a forbidden act without consequence": (FORBIDDEN, "forbidden:", ("forbidden:", 2), "no words for its consequence"),
    "a loop without a hint": ("    hint: {vi: Tìm ô Sức khỏe., en: Look for Health.}\n", "", "id: wallet",
                              "a loop without a hint"),
    "an unknown target": (HEALTH, HEALTH.replace("passcode", "nowhere"), "id: health", "leads to 'nowhere'"),
}  # fmt: skip
MORE = {
    "a screen that cannot be reached": ("  - id: stopped\n", f"{LONELY_PHONE}  - id: stopped\n", "id: lonely",
                                        "the screen lonely cannot be reached"),
    "a circle of right steps": (HEALTH, HEALTH.replace("passcode", "greeting"), "id: health", "round in a circle"),
    "a right step to failing": (HEALTH, HEALTH.replace("passcode", "stopped"), "id: health",
                                "leads to the failed ending"),
    "a wrong tap to passing": ("        to: news", "        to: done", "id: news", "leads to the passed ending"),
    "a forbidden act that goes on": (f"{FORBIDDEN}\n        to: stopped", f"{FORBIDDEN}\n        to: home", "id: take",
                                     "must lead to a failed ending"),
    "a forbidden act that leads nowhere": (f"{FORBIDDEN}\n        to: stopped", FORBIDDEN, "id: take",
                                           "must say where it leads"),
    "no ending that is passed": ("outcome: passed", "outcome: failed", "screens:", "no ending with outcome: passed"),
    "an unknown beginning": ("start: greeting", "start: nowhere", "start:", "not one of its screens"),
    "an ending as beginning": ("start: greeting", "start: done", "start:", "begins with an ending"),
    "a key for typing": (DOTS, DOTS.replace("kind: field", "kind: field, placeholder: x"), "id: dots", "takes typing"),
    "a person's number": ("vi: Bác muốn xem sổ.", "vi: Số của bác là 079090123456.", "patient:", "a number as long as"),
    "a number in groups": ("vi: Bác muốn xem sổ.", "vi: Số là 079 090 123 456.", "patient:", "a number as long"),
    "an unknown source": ("sources: [S1, own]", "sources: [S7]", "sources:", "the source S7"),
    "an unknown objective": ("objective: open-book", "objective: fly", "objective:", "the objective fly"),
    "no day": ("valid_on: 2026-03-11", "valid_on: null", "valid_on:", "on which day"),
    "a version without quotes": ('"2.2.6"', "2.2", "app_version:", "in quotes"),
    "another name": ("id: find-the-book", "id: lose-the-book", "id: lose", "not the name of its file"),
    "a passing rule that is a word": ("{most_wrong: 2}", "easy", "passing:", "must be a mapping"),
    "an unknown kind of screen": ("    kind: talk", "    kind: film", "kind: film", "must be one of"),
    "a screen that is a word": ("  - id: stopped\n", "  - word\n  - id: stopped\n", "- word", "must be a mapping"),
    "a tile that is a word": (f"      - {DOTS}", f"      - word\n      - {DOTS}", "- word", "must be a mapping"),
    "a screen twice": ("  - id: passcode\n", "  - id: home\n", ("- id: home", 2), "stands twice"),
    "an answer twice": ("{id: later,", "{id: open-it,", ("id: open-it", 2), "stands twice on this screen"),
    "the frame's word": ("{id: later,", "{id: back,", "id: back", "the frame's own word"),
    "an unknown icon": ("icon: heart", "icon: cat", "icon: cat", "no icon 'cat'"),
    "a tap of two kinds": (HEALTH, f"{HEALTH}, wrong: {{vi: A, en: A}}", "id: health", "exactly one of"),
    "a tile that does nothing": (HEALTH, HEALTH.replace(", right: passcode", ""), "id: health", "exactly one of"),
    "a text that acts": ("text: {vi: Không có sổ ở đây., en: No book here.}",
                         "text: {vi: Không., en: No.}, right: home", "id: nothing", "only looked at"),
    "a right step with a second target": (HEALTH, f"{HEALTH}, to: home", "id: health", "without to"),
    "dots on a tile": ("icon: heart", "filled: true", "filled: true", "for a field"),
    "one answer": ("      - {id: later, text: {vi: Để bữa khác., en: Another day.}, wrong: {vi: Bác cần hôm nay., "
                   "en: It is needed today.}}\n      - id: code\n        text: {vi: Bác đọc mã đi., en: Tell me your "
                   "code.}\n        forbidden: {vi: Hỏi mã của bác., en: Asking for the code.}\n        to: stopped\n",
                   "", "answers:", "2 to 4 answers"),
    "four acts": ("    acts:\n", "    acts:\n" + "".join(
        f"      - {{id: act-{each}, text: {{vi: Làm, en: Do}}, wrong: {{vi: Đừng., en: No.}}}}\n" for each in range(3)),
        "acts:", "at most 3 acts"),
    "31 words": ("vi: Bác muốn xem sổ.", f"vi: {'từ ' * 31}", "patient:", "31 words"),
    "25 screens": ("screens:\n", "screens:\n" + "".join(LONELY.replace("lonely", f"more-{each}") for each in range(19)),
                   "screens:", "25 screens"),
    "a word of module.yaml as a name": ("id: find-the-book", "id: quiz", "id: quiz", "cannot name a scenario"),
}  # fmt: skip


def planted(tmp_path: Path, old: str, new: str) -> tuple[Path, tuple]:
    library = write_scenarios(write_library(tmp_path))
    edit(library / "m9" / FILE, old, new)
    return library, read_library(library).problems


def line_of(file: Path, marker: str | tuple[str, int]) -> int:
    text, which = marker if isinstance(marker, tuple) else (marker, 1)
    return [number for number, line in enumerate(file.read_text().splitlines(), 1) if text in line][which - 1]


@pytest.mark.parametrize("fault", TEN | MORE)
def test_a_planted_fault_is_named_with_its_file_and_line(tmp_path: Path, fault: str):
    old, new, marker, words = (TEN | MORE)[fault]
    library, found = planted(tmp_path, old, new)
    expected = (f"m9/{FILE}", line_of(library / "m9" / FILE, marker))
    assert any((each.file, each.line) == expected and words in each.sentence for each in found), found


def test_a_scenario_without_screens_is_named(tmp_path: Path):
    library = write_scenarios(write_library(tmp_path))
    (library / "m9" / FILE).write_text("id: find-the-book\n")
    assert {each.sentence for each in read_library(library).problems} >= {"screens is missing", "start is missing"}


def test_ten_kinds_of_fault_are_promised():
    assert len(TEN) == 10


def test_a_right_scenario_has_no_fault_and_is_stored_with_its_version(context: None, tmp_path: Path):
    library = write_scenarios(write_library(tmp_path), "m9", "find-the-book", "again")
    assert read_library(library).problems == ()
    report = load(library).modules[0]
    rows = db.session.query(Scenario).order_by(Scenario.place).all()
    assert [(row.key, row.place, row.minutes) for row in rows] == [("find-the-book", 1, 2), ("again", 2, 2)]
    graph = graph_of(rows[0].content)
    assert score(graph, play(graph, RIGHT_WAY)).outcome is Outcome.PASSED
    assert rows[0].content["sources"]["S1"]["title"] == "Một nguồn"
    assert not report.scenarios_changed


def test_a_changed_scenario_makes_a_new_version_and_an_unchanged_one_does_not(context: None, tmp_path: Path):
    library = write_scenarios(write_library(tmp_path))
    load(library)
    assert not load(library).modules[0].has_changed
    edit(library / "m9" / FILE, "vi: Bấm ô nào?", "vi: Bấm ô nào đây?")
    edit(library / "m9" / "module.yaml", "change: major", "change: minor")
    report = load(library).modules[0]
    assert (report.number, report.scenarios_changed, report.changed_lessons) == (2, True, ())


def test_a_module_without_scenarios_keeps_its_fingerprint(tmp_path: Path):
    plain = read_library(write_library(tmp_path / "plain"))
    assert plain.modules[0].scenarios == ()
    assert "scenarios" not in plain.modules[0].content


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("scenarios: [find-the-book]", "scenarios: [find-the-book, more]", "scenarios/more.yaml is missing"),
        ("scenarios: [find-the-book]\n", "", "the scenario is not named in module.yaml"),
        ("requires: [quiz]", "requires: [quiz, more]", "more cannot be required"),
        ("requires: [quiz]", "requires: [scenarios]", "a module requires its quiz"),
    ],
)
def test_scenarios_are_named_in_the_module(tmp_path: Path, old: str, new: str, words: str):
    library = write_scenarios(write_library(tmp_path))
    edit(library / "m9" / "module.yaml", old, new)
    assert any(words in each.sentence for each in read_library(library).problems)


def test_a_module_without_scenarios_cannot_require_them(tmp_path: Path):
    library = write_library(tmp_path)
    edit(library / "m9" / "module.yaml", "requires: [quiz]", "requires: [quiz, scenarios]")
    assert any("has no scenarios to require" in each.sentence for each in read_library(library).problems)


def test_a_module_may_require_all_of_its_scenarios_or_some(tmp_path: Path):
    library = write_scenarios(write_library(tmp_path))
    for words in ("[quiz, scenarios]", "[quiz, find-the-book]"):
        (library / "m9" / "module.yaml").write_text(
            (library / "m9" / "module.yaml").read_text().replace("requires: [quiz]", f"requires: {words}")
        )
        assert read_library(library).problems == ()


SHIPPED = sorted((ROOT / "courses" / "library").glob("*/scenarios/*.yaml"))


def test_shipped_scenarios_are_right_and_end_well_along_the_right_way():
    found = [scenario for module in read_library(ROOT / "courses" / "library").modules for scenario in module.scenarios]
    assert len(found) == len(SHIPPED) >= 3
    for scenario in found:
        graph = graph_of(scenario["content"])
        choices = [
            next(name for name, move in graph.screens[screen].moves.items() if move.kind == "right")
            for screen in graph.way(graph.start)
        ]
        end = play(graph, choices)
        assert score(graph, end).outcome is Outcome.PASSED
        assert score(graph, end).steps == len(choices) >= 5
        assert any(move.kind == "forbidden" for each in graph.screens.values() for move in each.moves.values())
        assert any(each.kind is ScreenKind.TALK for each in graph.screens.values())


def test_every_icon_that_a_scenario_may_name_is_drawn():
    drawn = (ROOT / "app" / "static" / "icons" / "practice.svg").read_text()
    assert [name for name in sorted(ICONS) if f'id="{name}"' not in drawn] == []
