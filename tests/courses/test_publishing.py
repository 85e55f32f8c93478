"""A library becomes immutable versions: whole or not at all, once, and with a report of what changed."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.kernel import clock
from app.kernel.db import db
from app.kernel.errors import NotFound
from app.kernel.events import bus
from app.kernel.settings import ROOT
from app.kernel.transaction import transaction
from courses import queries
from courses.events import ModuleVersionPublished
from courses.models import Change, Lesson, ModuleVersion
from courses.operations import LibraryRefused, load_library
from tests.courses.builders import edit, load, write_library

LESSON = "lessons/01-open.vi.md"


@pytest.fixture
def heard(app: Flask):
    """Every published version that is announced."""
    events: list[ModuleVersionPublished] = []
    before = dict(bus._listeners)
    bus.wire({ModuleVersionPublished: [events.append]})
    yield events
    bus._listeners = before


def _count(table) -> int:
    return db.session.scalar(select(func.count()).select_from(table))


def test_a_first_load_makes_one_version_a_module_and_announces_it(context: None, tmp_path: Path, heard, morning):
    report = load(write_library(tmp_path, "m8", "m9"))
    assert [(each.key, each.number, each.edition, each.is_new) for each in report.modules] == [
        ("m8", 1, 1, True),
        ("m9", 1, 1, True),
    ]
    assert report.modules[0].new_lessons == ("m8-open", "m8-hands")
    modules = queries.list_modules()
    assert [(each.key, each.code, each.lesson_count, each.minutes) for each in modules] == [
        ("m8", "M8", 2, 6),
        ("m9", "M9", 2, 6),
    ]
    assert [(each.module_id, each.module_version_id) for each in heard] == [(m.id, m.version_id) for m in modules]
    assert modules[0].published_at == morning


def test_a_second_load_changes_nothing(context: None, tmp_path: Path, heard):
    library = write_library(tmp_path)
    load(library)
    report = load(library)
    assert [each.has_changed for each in report.modules] == [False]
    assert (_count(ModuleVersion), _count(Lesson), len(heard)) == (1, 2, 1)


def test_the_stored_card_has_everything_the_player_shows(context: None, tmp_path: Path):
    load(write_library(tmp_path))
    version = queries.get_version(queries.get_module("m9").version_id)
    assert version.content.keys() == {"summary", "quiz", "requires", "objectives", "sources", "questions"}
    assert version.content["quiz"] == {"length": 2, "pass_mark": 2, "time_limit_minutes": None}
    assert version.content["questions"][0]["options"][0]["right"] is True
    lesson = db.session.scalars(select(Lesson).where(Lesson.key == "m9-open")).one()
    card, check = lesson.content["cards"][0], lesson.content["cards"][2]
    assert card["kind"] == "card"
    assert card["heading"] == {"vi": "Cuốn sổ trong VNeID", "en": "The book in VNeID"}
    assert card["html"]["vi"] == (
        "<p>Sổ là <strong>một tiện ích</strong> trong VNeID.</p>\n<ul>\n<li>Xem được đợt khám.</li>\n</ul>"
    )
    assert card["dos"]["vi"] == [[True, "Người bệnh tự mở."], [False, "Nhân viên không cầm máy."]]
    assert card["say"]["en"] == "Could you open VNeID for me?"
    assert card["picture"]["svg"].startswith("<svg")
    assert card["picture"]["alt"]["vi"] == "Cuốn sổ mở ra"
    assert check["kind"] == "check"
    assert [option["right"] for option in check["check"]["options"]] == [False, True]
    assert lesson.content["valid_on"] == "2026-03-11"
    assert lesson.content["sources"]["S1"] == {"title": "Một nguồn", "true_on": "2026-03-11"}


def test_a_small_edit_makes_a_new_version_and_leaves_the_old_one_as_it_was(context: None, tmp_path: Path, heard):
    library = write_library(tmp_path)
    load(library)
    old = queries.get_version(queries.get_module("m9").version_id)
    before = (old.content_hash, [each.content_hash for each in queries.list_lessons(old.id)])
    edit(library / "m9" / LESSON, "Nghe người bệnh nói hết.", "Nghe người bệnh nói cho hết.")
    edit(library / "m9" / "module.yaml", "change: major", "change: editorial")
    report = load(library).modules[0]
    assert (report.number, report.edition, report.changed_lessons, report.new_lessons) == (2, 1, ("m9-open",), ())
    assert not report.questions_changed
    db.session.expire_all()
    old = queries.get_version(old.id)
    assert (old.content_hash, [each.content_hash for each in queries.list_lessons(old.id)]) == before
    assert queries.get_module("m9").version_id != old.id
    assert queries.get_version(queries.get_module("m9").version_id).change is Change.EDITORIAL
    assert len(heard) == 2


def test_a_lesson_without_a_sentence_for_a_colleague_keeps_its_fingerprint(context: None, tmp_path: Path):
    """Lessons that were loaded before such sentences were known are not read anew by everybody."""
    load(write_library(tmp_path))
    lessons = queries.list_lessons_with_content(queries.get_module("m9").version_id, ["m9-open", "m9-hands"])
    assert all("tell" not in card for _, content in lessons for card in content["cards"])


def test_a_changed_question_is_reported(context: None, tmp_path: Path):
    library = write_library(tmp_path)
    load(library)
    edit(library / "m9" / "questions.yaml", "Câu số 1?", "Câu số một?")
    edit(library / "m9" / "module.yaml", "change: major", "change: minor")
    report = load(library).modules[0]
    assert (report.questions_changed, report.changed_lessons) == (True, ())


def test_a_removed_lesson_is_reported(context: None, tmp_path: Path):
    library = write_library(tmp_path)
    load(library)
    edit(library / "m9" / "module.yaml", "[01-open, 02-hands]", "[01-open]")
    edit(library / "m9" / "module.yaml", "change: major", "change: minor")
    for language in ("vi", "en"):
        (library / "m9" / "lessons" / f"02-hands.{language}.md").unlink()
    assert load(library).modules[0].removed_lessons == ("m9-hands",)


@pytest.mark.parametrize(
    ("change", "days", "accepted"),
    [("major", 30, True), ("major", 29, False), ("major", None, False), ("minor", 40, False), ("minor", None, True)],
)
def test_a_later_major_change_is_announced_thirty_days_ahead(
    context: None, tmp_path: Path, morning, change: str, days: int | None, accepted: bool
):
    library = write_library(tmp_path)
    load(library)
    day = "null" if days is None else (date(2026, 11, 23) + timedelta(days=days)).isoformat()
    edit(library / "m9" / LESSON, "Nghe người bệnh nói hết.", "Nghe hết.")
    edit(
        library / "m9" / "module.yaml", "change: major\nrequired_from: null", f"change: {change}\nrequired_from: {day}"
    )
    if accepted:
        report = load(library).modules[0]
        assert report.edition == (2 if change == "major" else 1)
    else:
        with pytest.raises(LibraryRefused) as refused:
            load(library)
        problem = refused.value.problems[0]
        assert (problem.file, problem.line) == ("m9/module.yaml", 5 if change == "major" and days is None else 6)
        assert _count(ModuleVersion) == 1


def test_a_released_major_version_stays_loaded_when_its_day_has_come(context: None, tmp_path: Path, morning):
    library = write_library(tmp_path)
    load(library)
    edit(library / "m9" / LESSON, "Nghe người bệnh nói hết.", "Nghe hết.")
    edit(library / "m9" / "module.yaml", "required_from: null", "required_from: 2026-12-30")
    load(library)
    with clock.stopped(morning + timedelta(days=60)):
        assert not load(library).modules[0].has_changed


def test_one_fault_keeps_the_whole_library_out(context: None, tmp_path: Path, heard):
    library = write_library(tmp_path, "m8", "m9")
    edit(library / "m9" / LESSON, "minutes: 3", "minutes: 6")
    with pytest.raises(LibraryRefused, match="from 1 to 5"), transaction():
        load_library(library, now=clock.now())
    assert (_count(ModuleVersion), heard) == (0, [])


def test_a_late_fault_of_the_database_keeps_the_whole_library_out(context: None, tmp_path: Path, app: Flask):
    """A listener that fails after the second module undoes the first one too."""
    before = dict(bus._listeners)

    def _refuse(event: ModuleVersionPublished) -> None:
        if db.session.get(ModuleVersion, event.module_version_id).title["vi"] and len(queries.list_modules()) == 2:
            raise RuntimeError("no")

    bus.wire({ModuleVersionPublished: [_refuse]})
    try:
        with pytest.raises(RuntimeError, match="no"):
            load(write_library(tmp_path, "m8", "m9"))
    finally:
        bus._listeners = before
    assert _count(ModuleVersion) == 0


def test_the_command_reports_and_a_second_run_changes_nothing(app: Flask, tmp_path: Path):
    library = str(write_library(tmp_path, "m8", "m9"))
    run = app.test_cli_runner().invoke
    checked = run(args=["courses", "load", "--check", "--library", library])
    assert "m8: version 1, edition 1, new module with 2 lessons" in checked.output
    first = run(args=["courses", "load", "m9", "--library", library])
    assert (first.exit_code, first.output) == (0, "m9: version 1, edition 1, new module with 2 lessons\n")
    second = json.loads(run(args=["courses", "load", "--json", "--library", library]).output)
    assert [(each["key"], each["has_changed"]) for each in second["modules"]] == [("m8", True), ("m9", False)]
    edit(tmp_path / "m9" / LESSON, "Nghe người bệnh nói hết.", "Nghe hết.")
    edit(tmp_path / "m9" / "module.yaml", "change: major", "change: minor")
    third = run(args=["courses", "load", "--library", library])
    assert third.output.splitlines() == [
        "m8: version 1, edition 1, nothing changed",
        "m9: version 2, edition 1, changed lessons: m9-open",
    ]


def test_the_command_says_that_questions_or_the_frame_changed(app: Flask, tmp_path: Path):
    library = write_library(tmp_path)
    run = app.test_cli_runner().invoke
    run(args=["courses", "load", "--library", str(library)])
    edit(library / "m9" / "module.yaml", "change: major", "change: minor")
    edit(library / "m9" / "questions.yaml", "Câu số 1?", "Câu số một?")
    assert "version 2, edition 1, questions changed" in run(args=["courses", "load", "--library", str(library)]).output
    edit(library / "m9" / "module.yaml", "refresh_days: 180", "refresh_days: 90")
    assert (
        "version 3, edition 1, other content changed" in run(args=["courses", "load", "--library", str(library)]).output
    )


def test_the_command_lists_every_fault_and_ends_with_status_1(app: Flask, tmp_path: Path):
    library = write_library(tmp_path)
    edit(library / "m9" / LESSON, "minutes: 3", "minutes: 6")
    edit(library / "m9" / "questions.yaml", "kind: one", "kind: open")
    run = app.test_cli_runner().invoke
    plain = run(args=["courses", "load", "--library", str(library)])
    assert plain.exit_code == 1
    assert "m9/lessons/01-open.vi.md:4: minutes must be a whole number from 1 to 5" in plain.output
    assert "m9/questions.yaml:4: kind must be one of" in plain.output
    as_json = run(args=["courses", "load", "--json", "--library", str(library)])
    assert as_json.exit_code == 1
    assert {each["line"] for each in json.loads(as_json.output)["problems"]} >= {4}
    with app.app_context():
        assert _count(ModuleVersion) == 0


def test_the_shipped_library_loads(context: None):
    report = load(ROOT / "courses" / "library")
    assert {"m1", "m2", "m3"} <= {each.key for each in report.modules}
    assert all(row.edition == 1 and row.required_from is None for row in queries.list_modules())


def test_what_is_not_published_does_not_exist(context: None, cast, tmp_path: Path):
    with pytest.raises(NotFound):
        queries.get_module("m9")
    load(write_library(tmp_path))
    with pytest.raises(NotFound):
        queries.get_lesson(cast.an.id, "m9", "m9-draft")
    with pytest.raises(NotFound):
        queries.get_version(0)
