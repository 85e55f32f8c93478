"""The content check: each planted fault is named with its file and line, and what is fit to be taught passes."""

import itertools
import json
from pathlib import Path

import pytest
from flask import Flask

from app.kernel.settings import ROOT
from courses.operations import lint_library
from courses.rules.lint.exceptions import LONG_SENTENCES
from tests.courses.builders import edit, taught_pool, write_scenarios, write_taught

VI, EN = "lessons/01-open.vi.md", "lessons/01-open.en.md"
POOL, FRAME, SOURCES = "questions.yaml", "module.yaml", "sources.yaml"
BODY, BODY_EN = "Nghe người bệnh nói hết.", "Let the patient finish."
SAY = ":say Dạ, bác mở VNeID giúp em ạ."
REASON = 'reason: {vi: "Vì thế.", en: "That is why."}'

# file, what to replace, by what, the file and the text on the line of the expected fault, words of its sentence
FAULTS = {
    # without a source
    "a card without source": (VI, ":sources own\n", "", VI, "{#second}", "no :sources"),
    "a quick check without source": (VI, ":sources S1\n:check", ":check", VI, "{#check-1}", "no :sources"),
    "a question without source": (POOL, "  sources: [S1]\n", "", POOL, "m9-q01", "sources is missing"),
    "a question with no key": (POOL, "sources: [S1]", "sources: []", POOL, "sources: []", "must be a list"),
    # a source that is none
    "an unknown key": (VI, ":sources S1 own", ":sources S2 own", VI, "{#first}", "the source S2 is not in"),
    "a source never used": (SOURCES, "own:", "S7: {title: Báo, true_on: null}\nown:", SOURCES, "S7", "is never used"),
    "a source to be checked": (SOURCES, "Một nguồn", "Một nguồn (check)", SOURCES, "S1", "still to be checked"),
    "a source not found": (SOURCES, "Một nguồn", "UNSOURCED", SOURCES, "S1", "still to be checked"),
    "an uncertain day": (SOURCES, "2026-03-11", '"2026, check"', SOURCES, "S1", "still to be checked"),
    # words and sentences
    "61 words": (VI, BODY, "từ " * 61, VI, "{#second}", "61 words; 60"),
    "61 words with the sentence": (VI, BODY, "từ. " * 59 + "\n:tell Chị ơi.", VI, "{#second}", "61 words; 60"),
    "a sentence of 21 words": (VI, BODY, "từ " * 20 + "cuối.", VI, "từ từ", "a sentence has 21 words; 20"),
    "a sentence over two lines": (VI, BODY, "từ " * 12 + "\n" + "từ " * 8 + "cuối.", VI, "từ từ", "21 words; 20"),
    "a long thing not to do": (VI, "- - Nhân viên", "- - " + "từ " * 20, VI, "- - từ", "a sentence has"),
    "a long sentence to say": (VI, SAY, ":say Dạ," + " từ" * 20, VI, ":say", "a sentence has 21"),
    "a long text of a picture": (VI, "Cuốn sổ mở ra", "từ " * 21, VI, ":picture", "a sentence has 21"),
    "a long heading": (EN, "Listen first", "word " * 21, EN, "{#second}", "a sentence has 21"),
    "a long question": (POOL, "Câu số 3?", "từ " * 20 + "nào?", POOL, "từ từ", "a sentence has 21"),
    "a long objective": (FRAME, "Show where the book opens.", "word " * 21, FRAME, "word word", "a sentence has 21"),
    "a long title": (VI, "Bài open", "từ " * 21, VI, "title:", "a sentence has 21"),
    # minutes
    "minutes too many": (VI, "minutes: 1", "minutes: 3", VI, "minutes:", "minutes says 3; the lesson takes 0.9"),
    # translations
    "a language missing": (FRAME, "02-hands]", "02-hands, 03-more]", FRAME, "lessons:", "03-more.en.md is missing"),
    "an empty text": (POOL, 'vi: "Câu số 1?"', 'vi: ""', POOL, "text:", "no translation into vi"),
    "an option copied": (EN, "The patient |", "Người bệnh |", VI, "- [x] Người bệnh", "the option is the same in vi"),
    "a body copied": (EN, BODY_EN, BODY, VI, BODY, "the body is the same in vi and en"),
    "a heading copied": (VI, "Nghe trước", "listen  First", VI, "{#second}", "the heading is the same"),
    "a question copied": (POOL, "Question 2?", "Câu số 2?", POOL, "Câu số 2?", "the question is the same"),
    "a summary copied": (FRAME, "vi: Một câu ngắn.", "vi: One short sentence.", FRAME, "summary", "the summary is"),
    "cards in another order": (EN, "{#second}", "{#other}", EN, "{#other}", "in m9/lessons/01-open.vi.md it is second"),
    "a card of another kind": (EN, ":check Who opens the book?\n- [ ] Staff | The phone is the patient's.\n- [x] The "
                               "patient | Right: patients open it themselves.\n", "\nPatients do.\n", EN,
                               "{#check-1}", "the kind of the card check-1 differs"),
    # reasons
    "an option without reason": (VI, " | Máy là của người bệnh.", "", VI, "- [ ] Nhân viên", "its reason"),
    "a reason that repeats": (VI, "Nhân viên | Máy là của người bệnh.", "Nhân viên | “Nhân viên”.", VI, "“Nhân viên”",
                              "repeats the option"),
    "a question without reason": (POOL, f"      {REASON}\n", "", POOL, "- right", "reason is missing"),
    "a question's reason that repeats": (POOL, f'Staff at the desk"}}\n      {REASON}',
                                         'Staff at the desk"}\n      reason: {vi: Vì thế., en: Staff at the desk!}',
                                         POOL, "Staff at the desk!", "repeats the option"),
    # the pool
    "a quiz that draws too many": (FRAME, "length: 2", "length: 11", POOL, "m9-q01", "30 questions; 33 are needed"),
    "an objective nobody asks for": (FRAME, "  - id: hands-off", "  - {id: more, text: {vi: Thêm., en: More.}}\n"
                                     "  - id: hands-off", FRAME, "id: more", "no question asks for the objective more"),
    # words not to use
    "a word not to use": (VI, BODY, "Nghe Bệnh  nhân nói.", VI, "Nghe Bệnh", "“bệnh nhân” is not used; say “người"),
    "one in a quick check": (VI, "Ai mở sổ?", "Click vào đâu?", VI, ":check", "“click” is not used; say “bấm”"),
    "one in a picture's text": (VI, "Cuốn sổ mở ra", "Một user", VI, ":picture", "“user” is not used"),
    "one in a reason": (POOL, "Vì thế.", "Thất bại.", POOL, "reason:", "“thất bại” is not used; say “chưa đạt”"),
    "one in a title": (VI, "Bài open", "Module này", VI, "title:", "“module” is not used; say “học phần”"),
    "one of English": (EN, "wait for the tap", "wait for the click", EN, "the click", "“click” is not used; say “tap”"),
    "an app of ours": (VI, BODY, "Mở app ra.", VI, "Mở app", "“app” is not used; say “ứng dụng”"),
}  # fmt: skip


def _line(file: Path, marker: str | tuple[str, int]) -> int:
    text, which = marker if isinstance(marker, tuple) else (marker, 1)
    hits = (number for number, line in enumerate(file.read_text().splitlines(), 1) if text in line)
    return next(itertools.islice(hits, which - 1, None))


def test_what_is_fit_to_be_taught_has_no_fault(tmp_path: Path):
    report = lint_library(write_taught(tmp_path, "m8", "m9"))
    assert report.problems == ()
    assert [each.module for each in report.figures] == ["m8", "m9"]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_named_with_its_file_and_line(tmp_path: Path, fault: str):
    file, old, new, at, marker, words = FAULTS[fault]
    library = write_taught(tmp_path)
    edit(library / "m9" / file, old, new)
    problems = lint_library(library).problems
    expected = (f"m9/{at}", _line(library / "m9" / at, marker))
    assert any((each.file, each.line) == expected and words in each.sentence for each in problems), problems


# what to replace in a scenario, by what, words of the expected sentence
IN_SCENARIOS = {
    "a long sentence": ("Bác muốn xem sổ.", "từ " * 20 + "cuối.", "a sentence has 21 words"),
    "a word to avoid": ("Bác muốn xem sổ.", "Bệnh nhân muốn xem sổ.", "người bệnh"),
    "a text copied": ("Bác muốn xem sổ.", "I want to see the book.", "is the same in vi and en"),
}


@pytest.mark.parametrize("fault", IN_SCENARIOS)
def test_a_scenario_is_read_as_closely_as_a_lesson(tmp_path: Path, fault: str):
    old, new, words = IN_SCENARIOS[fault]
    library = write_scenarios(write_taught(tmp_path))
    file = library / "m9/scenarios/find-the-book.yaml"
    edit(file, old, new)
    problems = lint_library(library).problems
    expected = ("m9/scenarios/find-the-book.yaml", _line(file, new[:20]))
    assert any((each.file, each.line) == expected and words in each.sentence for each in problems), problems


def test_a_source_may_serve_a_scenario_alone(tmp_path: Path):
    library = write_scenarios(write_taught(tmp_path))
    edit(library / "m9" / SOURCES, "own:", "S7: {title: Báo, true_on: null}\nown:")
    edit(library / "m9/scenarios/find-the-book.yaml", "sources: [", "sources: [S7, ")
    assert lint_library(library).problems == ()


def test_a_colleague_may_be_quoted_as_people_speak(tmp_path: Path):
    library = write_taught(tmp_path)
    edit(library / "m9" / VI, BODY, "Bác hỏi: “Tải app nào?” Chỉ bác mở App Store.")
    edit(library / "m9" / VI, SAY, ":say Dạ, bác mở app VNeID giúp em ạ.")
    edit(library / "m9" / VI, "- [ ] Nhân viên |", "- [ ] Dạ, em mở app |")
    assert lint_library(library).problems == ()


def test_names_and_numbers_are_not_translated(tmp_path: Path):
    library = write_taught(tmp_path)
    for file, words in ((VI, BODY), (EN, BODY_EN)):
        edit(library / "m9" / file, words, "VNeID, CH Play, 156.")
    assert lint_library(library).problems == ()


def test_a_summary_is_one_sentence_with_a_limit_of_its_own(tmp_path: Path):
    library = write_taught(tmp_path)
    edit(library / "m9" / FRAME, "Một câu ngắn.", "từ " * 24 + "cuối.")
    assert lint_library(library).problems == ()


def test_a_lesson_of_more_than_five_minutes_is_too_long(tmp_path: Path):
    library = write_taught(tmp_path)
    for language in ("vi", "en"):
        file = library / "m9" / f"lessons/01-open.{language}.md"
        edit(file, "minutes: 1", "minutes: 5")
        edit(file, "- [ ] ", "- [ ] " + f"{language.upper()} từ. " * 400)
    problems = [str(each) for each in lint_library(library).problems]
    assert problems == [f"m9/{VI}:4: the lesson takes 5.3 minutes to read; 5 are allowed"]


def test_the_slower_language_says_how_long_a_lesson_takes(tmp_path: Path):
    library = write_taught(tmp_path)
    edit(library / "m9" / EN, "- [ ] ", "- [ ] " + "Well. " * 180)
    (problem,) = lint_library(library).problems
    assert problem.sentence == "minutes says 1; the lesson takes 1.9 to read: write 2"
    for file in (VI, EN):
        edit(library / "m9" / file, "minutes: 1", "minutes: 2")
    assert lint_library(library).problems == ()


def test_a_pool_of_twenty_nine_questions_is_too_small(tmp_path: Path):
    library = write_taught(tmp_path)
    pool = library / "m9" / POOL
    pool.write_text(pool.read_text().split("- id: m9-q30")[0])
    assert [str(each) for each in lint_library(library).problems] == [
        "m9/questions.yaml:1: the pool has 29 questions; 30 are needed"
    ]


def test_right_options_that_give_themselves_away_are_named(tmp_path: Path):
    library = write_taught(tmp_path)
    pool = library / "m9" / POOL
    text = pool.read_text()
    pool.write_text(text.replace("The patient", "The patient, with nobody's hand on the phone", 10))
    assert [str(each) for each in lint_library(library).problems] == [
        "m9/questions.yaml:1: in en the right option is the longest one in 10 of 24 questions; 40 % are allowed"
    ]
    pool.write_text(text.replace("The patient", "The patient, with nobody's hand on the phone", 9))
    assert lint_library(library).problems == ()


def test_right_options_that_stand_at_one_place_are_named(tmp_path: Path):
    library = write_taught(tmp_path)
    (library / "m9" / POOL).write_text(taught_pool("m9", places=(0, 0, 1, 2, 3, 0)))
    assert [str(each) for each in lint_library(library).problems] == [
        "m9/questions.yaml:1: the right option is number 1 in 12 of 24 questions; 40 % are allowed"
    ]
    (library / "m9" / POOL).write_text(taught_pool("m9", places=(0, 1, 0, 1, 2, 0, 1, 0, 1, 0, 1, 0)))
    sentences = [each.sentence for each in lint_library(library).problems]
    assert "the places of the right options are uneven (12, 10, 2, 0; chance 0.0006, at least 0.01)" in sentences


def test_every_exception_has_a_module_and_a_reason():
    for each in LONG_SENTENCES:
        assert (ROOT / "courses" / "library" / each.module).is_dir()
        assert each.reason.strip()


def test_the_faults_of_the_loader_and_of_the_check_are_named_together(tmp_path: Path):
    library = write_taught(tmp_path)
    edit(library / "m9" / VI, BODY, "từ " * 61)
    edit(library / "m9" / POOL, "kind: one", "kind: open")
    found = {str(each).split(": ", 1)[0] for each in lint_library(library).problems}
    assert found == {f"m9/{VI}:23", f"m9/{VI}:26", f"m9/{VI}:4", "m9/questions.yaml:4"}


@pytest.mark.parametrize("file", ["module.yaml", "sources.yaml", "questions.yaml"])
@pytest.mark.parametrize(
    "text", ["", "[]", "just words", "7", "- a", "a: b", "- {id: a, options: [b, {}]}", "quiz: {}"]
)
def test_any_yaml_at_all_is_a_fault_and_never_a_crash(tmp_path: Path, file: str, text: str):
    library = write_taught(tmp_path)
    (library / "m9" / file).write_text(text)
    assert lint_library(library).problems


def test_a_lesson_without_its_translation_is_a_fault_and_never_a_crash(tmp_path: Path):
    library = write_taught(tmp_path)
    (library / "m9" / EN).unlink()
    assert "01-open.en.md is missing" in " ".join(map(str, lint_library(library).problems))


def test_the_figures_say_how_readable_a_module_is(tmp_path: Path):
    (figures,) = lint_library(write_taught(tmp_path)).figures
    assert (figures.lessons, figures.cards, figures.checks, figures.questions, figures.sources) == (2, 10, 4, 30, 2)
    assert figures.words == {"vi": 172, "en": 170}
    assert figures.longest_sentence == {"vi": 7, "en": 9}
    assert [(each.lesson, each.minutes, each.written) for each in figures.minutes] == [
        ("m9-open", 0.9, 1),
        ("m9-hands", 0.9, 1),
    ]
    assert (figures.ones, figures.longest_right, figures.positions) == (24, {"vi": 0, "en": 0}, (6, 6, 6, 6))


def test_the_command_prints_figures_and_ends_well(app: Flask, tmp_path: Path):
    library = str(write_taught(tmp_path, "m8", "m9"))
    run = app.test_cli_runner().invoke
    done = run(args=["courses", "lint", "m9", "--library", library])
    assert done.exit_code == 0
    assert done.output.splitlines()[0] == "m9: lessons 2, cards 10 with 4 quick checks, questions 30, sources 2"
    assert "m8" not in done.output
    assert "  minutes to read (written): m9-open 0.9 (1), m9-hands 0.9 (1)" in done.output
    assert "  right option the longest, of 24 questions: vi 0 (0%), en 0 (0%)" in done.output
    as_json = json.loads(run(args=["courses", "lint", "--json", "--library", library]).output)
    assert as_json["problems"] == []
    assert [each["module"] for each in as_json["figures"]] == ["m8", "m9"]


def test_the_command_names_every_fault_and_ends_with_status_1(app: Flask, tmp_path: Path):
    library = write_taught(tmp_path)
    edit(library / "m9" / VI, BODY, "Nghe bệnh nhân nói.")
    run = app.test_cli_runner().invoke
    plain = run(args=["courses", "lint", "--library", str(library)])
    assert plain.exit_code == 1
    fault = f"m9/{VI}:26: the word “bệnh nhân” is not used; say “người bệnh”"
    assert fault in plain.output.splitlines()
    as_json = run(args=["courses", "lint", "--json", "--library", str(library)])
    assert as_json.exit_code == 1
    (problem,) = json.loads(as_json.stdout)["problems"]
    assert (problem["file"], problem["line"]) == (f"m9/{VI}", 26)


def test_a_source_of_a_question_alone_is_used(tmp_path: Path):
    library = write_taught(tmp_path)
    edit(library / "m9" / SOURCES, "own:", "S7: {title: Báo, true_on: null}\nown:")
    edit(library / "m9" / POOL, "sources: [S1]", "sources: [S1, S7]")
    assert lint_library(library).problems == ()


def test_a_module_that_is_not_there_is_a_fault(tmp_path: Path):
    (problem,) = lint_library(write_taught(tmp_path), ["m1"]).problems
    assert "no such module" in problem.sentence


def test_the_shipped_library_is_fit_to_be_taught():
    assert [str(each) for each in lint_library(ROOT / "courses" / "library").problems] == []
