"""Learning paths: which fit the positions chosen, what an author's mistake looks like, and how they are loaded."""

from pathlib import Path

import pytest
from flask import Flask

from app.kernel import clock, markup
from app.kernel.settings import ROOT
from app.people.rules.positions import POSITIONS
from courses.operations import LibraryRefused, lint_library, load_library, read_library
from courses.queries.paths import list_paths
from courses.rules import Fit, fitting
from tests.courses.builders import PATHS, edit, load, write_library, write_paths, write_taught

LIBRARY = ROOT / "courses" / "library"

# what to replace, by what, the line of the expected fault, words of its sentence
FAULTS = {
    "an unknown position": ("[nurse]", "[nurse, pilot]", 11, "there is no position pilot"),
    "an unknown module": ("modules: [m8]", "modules: [m7]", 12, "there is no module m7"),
    "a module twice": ("[m9, m8]", "[m9, m9]", 7, "m9 stands twice in modules"),
    "no module": ("modules: [m8]", "modules: []", 12, "must be a list that is not empty"),
    "a path twice": ("id: ward", "id: desk", 9, "the path desk stands twice"),
    "an id in capitals": ("id: desk", "id: Desk", 4, "lower-case"),
    "a title in one language": (", en: The desk", "", 5, "no translation into en"),
    "a source that is not there": ("    source: matrix\n  - id: ward", "    source: S1\n  - id: ward", 8,
                                   "source must be one of matrix"),
    "a key that is not known": ("    positions: [nurse]", "    colour: red\n    positions: [nurse]", 11, "not known"),
    "a position missing": ("    positions: [nurse]\n", "", 9, "positions is missing"),
    "a path that is a word": ("paths:", "paths:\n  - fly", 4, "must be a mapping"),
    "no sources": ('sources:\n  matrix: {title: "Bảng đối tượng", true_on: null}', "sources: matrix", 1,
                   "sources must be a mapping of source keys"),
    "broken YAML": ("[nurse]", "[nurse", 12, "not readable as YAML"),
}  # fmt: skip


def _library(folder: Path, paths: str = PATHS, write=write_library) -> Path:
    return write_paths(write(folder, "m8", "m9"), paths)


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        pytest.param({}, [], id="nobody"),
        pytest.param({"driver": 3}, [], id="a position without a path"),
        pytest.param({"nurse": 3}, [("ward", 3, True), ("all", 3, True)], id="one position"),
        pytest.param({"reception": 2, "guide": 1}, [("desk", 3, True), ("all", 3, True)], id="both of one path"),
        pytest.param({"nurse": 1, "reception": 4}, [("all", 5, True), ("desk", 4, False), ("ward", 1, False)],
                     id="whole fits first, then most people"),
        pytest.param({"nurse": 1, "driver": 9}, [("ward", 1, False), ("all", 1, False)], id="some of the chosen"),
        pytest.param({"nurse": 0}, [("ward", 0, True), ("all", 0, True)], id="a standing rule waits for the first"),
    ],
)  # fmt: skip
def test_which_paths_fit_the_positions_chosen(chosen: dict[str, int], expected: list[tuple[str, int, bool]]):
    paths = {"desk": ["reception", "guide"], "ward": ["nurse"], "all": ["nurse", "reception", "guide"]}
    assert [(fit.key, fit.people, fit.is_for_all) for fit in fitting(paths, chosen)] == expected
    assert all(isinstance(fit, Fit) for fit in fitting(paths, chosen))


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_named_with_its_file_and_line(tmp_path: Path, fault: str):
    old, new, line, words = FAULTS[fault]
    library = _library(tmp_path)
    edit(library / "paths.yaml", old, new)
    for problems in (read_library(library).problems, lint_library(library).problems):
        named = [each for each in problems if each.file == "paths.yaml"]
        assert any(each.line == line and words in each.sentence for each in named), problems


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("paths:", '  own: {title: "Của Sẵn Sàng", true_on: null}\npaths:', 3, "the source own is never used"),
        ("Bảng đối tượng", "UNSOURCED", 2, "still to be checked"),
    ],
)
def test_lint_asks_of_each_source_that_it_is_used_and_found(tmp_path: Path, old, new, line, words):
    library = _library(tmp_path, PATHS.replace(old, new), write_taught)
    assert [(each.file, each.line) for each in lint_library(library).problems] == [("paths.yaml", line)]
    assert words in lint_library(library).problems[0].sentence
    assert read_library(library).problems == ()


def test_paths_are_loaded_changed_and_taken_away_with_the_library(context: None, tmp_path: Path):
    library = _library(tmp_path)
    assert load(library).changed_paths == ("desk", "ward")
    assert [(path.key, path.positions, path.modules) for path in list_paths()] == [
        ("desk", ["reception", "guide"], ["m9", "m8"]),
        ("ward", ["nurse"], ["m8"]),
    ]
    assert load(library).changed_paths == ()
    before, after = PATHS.split("  - id: ward")
    (library / "paths.yaml").write_text(f"{before}  - id: floor{after}")
    assert load(library).changed_paths == ("floor", "ward")
    assert [path.key for path in list_paths()] == ["desk", "floor"]


def test_a_library_without_paths_leaves_those_of_before(context: None, tmp_path: Path):
    library = _library(tmp_path)
    load(library)
    (library / "paths.yaml").unlink()
    assert load(library).changed_paths is None
    assert len(list_paths()) == 2


def test_a_path_with_a_fault_loads_nothing(context: None, tmp_path: Path):
    library = _library(tmp_path, PATHS.replace("nurse", "pilot"))
    with pytest.raises(LibraryRefused, match=r"paths.yaml:11: there is no position pilot"):
        load_library(library, now=clock.now())
    assert list_paths() == []


def test_the_commands_speak_of_paths(app: Flask, context: None, tmp_path: Path):
    library, run = _library(tmp_path), app.test_cli_runner().invoke
    load_words = ["courses", "load", "--library", str(library)]
    assert "paths: changed: desk, ward" in run(args=load_words).output
    assert "paths: nothing changed" in run(args=load_words).output
    assert "paths" not in run(args=["courses", "load", "m8", "--library", str(library)]).output
    edit(library / "paths.yaml", "[nurse]", "[pilot]")
    refused = run(args=["courses", "lint", "--library", str(library)])
    assert "paths.yaml:11: there is no position pilot" in refused.output
    assert refused.exit_code == 1


def test_the_shipped_paths_ask_what_readiness_asks():
    # Both are the matrix of the curriculum: what a path teaches and what counts must never part.
    policy = markup.load_yaml((ROOT / "app" / "readiness" / "policy.yaml").read_text(), first_line=1).data
    wanted = {each["position"]: list(each["modules"]) for each in policy["requirements"]}
    paths = read_library(LIBRARY).paths
    assert {position: list(path.modules) for path in paths for position in path.positions} == wanted
    assert wanted.keys() == {each.code for each in POSITIONS}
