"""Every fault of an author's file is named with its file and line, and nothing is loaded."""

import itertools
from pathlib import Path

import pytest

from app.kernel.settings import ROOT
from courses.operations import read_library
from tests.courses.builders import edit, write_library

VI, EN = "lessons/01-open.vi.md", "lessons/01-open.en.md"
BODY = "Nghe người bệnh nói hết."

# file, what to replace, by what, the file and the text on the line of the expected fault, words of its sentence
FAULTS = {
    "a missing title": ("module.yaml", "title: {vi: Mở sổ cùng người bệnh, en: Opening the book together}\n", "",
                        "module.yaml", "id: m9", "title is missing"),
    "a title in one language": ("module.yaml", ", en: Opening the book together", "", "module.yaml", "title:",
                                "no translation into en"),
    "an unknown key": ("module.yaml", "requires:", "colour: red\nrequires:", "module.yaml", "colour", "not known"),
    "a wrong change": ("module.yaml", "change: major", "change: huge", "module.yaml", "change: huge", "must be one of"),
    "a foreign id": ("module.yaml", "id: m9", "id: m8", "module.yaml", "id: m8", "not the name of its folder"),
    "a long summary": ("module.yaml", "Một câu ngắn.", "từ " * 26, "module.yaml", "summary", "26 words"),
    "a key that stands twice": ("module.yaml", "code: M9", "code: M9\ncode: M8", "module.yaml", "code: M8", "twice"),
    "an alias": ("module.yaml", "requires: [quiz]", "requires: &a [quiz]\ncopy: *a", "module.yaml", "requires",
                 "aliases"),
    "broken YAML": ("module.yaml", "lessons: [01-open, 02-hands]", "lessons: [01-open", "module.yaml", "requires",
                    "not readable"),
    "too short a pool": ("module.yaml", "length: 2", "length: 12", "module.yaml", "quiz:", "the pool has 3"),
    "a mark above the length": ("module.yaml", "pass_mark: 2", "pass_mark: 3", "module.yaml", "quiz:", "from 1 to 2"),
    "an unknown requirement": ("module.yaml", "[quiz]", "[exam]", "module.yaml", "requires", "cannot be required"),
    "a lesson not written": ("module.yaml", "02-hands]", "02-hands, 03-more]", "module.yaml", "lessons:",
                             "03-more.en.md is missing"),
    "a lesson not named": ("module.yaml", "[01-open, 02-hands]", "[02-hands]", VI, "---", "not named"),
    "a source without title": ("sources.yaml", 'title: "Một nguồn", ', "", "sources.yaml", "S1", "title is missing"),
    "a day that is none": ("sources.yaml", "2026-03-11", "[1]", "sources.yaml", "S1", "true_on must be"),
    "no front matter": (VI, "---\nid", "id", VI, "id: m9-open", "front matter"),
    "six minutes": (VI, "minutes: 3", "minutes: 6", VI, "minutes", "from 1 to 5"),
    "no day": (VI, "valid_on: 2026-03-11", "valid_on: null", VI, "valid_on", "on which day"),
    "an unquoted version": (VI, '"2.2.6"', "2.2", VI, "app_version", "in quotes"),
    "an unknown objective": (VI, "[open-book]", "[fly]", VI, "id: m9-open", "the objective fly"),
    "a foreign lesson id": (VI, "id: m9-open", "id: m8-open", VI, "id: m8-open", "must begin with m9-"),
    "a lesson id twice": ("lessons/02-hands.vi.md", "id: m9-hands", "id: m9-open", "lessons/02-hands.vi.md",
                          "id: m9-open", "stands twice"),
    "an unknown source": (VI, ":sources S1 own", ":sources S2 own", VI, "{#first}", "the source S2"),
    "a card without source": (VI, ":sources own\n", "", VI, "{#second}", "no :sources"),
    "an unknown line": (VI, ":say ", ":sing ", VI, ":sing", "not known"),
    "a second sentence to say": (VI, ":say ", ":say Dạ.\n:say ", VI, ":say Dạ, bác", "at most one sentence"),
    "a sentence to a colleague beside it": (VI, ":say ", ":tell Chị ơi.\n:say ", VI, ":say Dạ, bác",
                                            "at most one sentence"),
    "a second sentence to a colleague": (VI, ":say ", ":tell Chị ơi.\n:tell ", VI, ":tell Dạ, bác",
                                         "at most one sentence"),
    "a second line of sources": (VI, ":sources own", ":sources S1\n:sources own", VI, ":sources own",
                                 "at most one :sources"),
    "a second picture": (VI, ":picture", ":picture book.svg | Sổ\n:picture", VI, ":picture book.svg | Cuốn",
                         "at most one :picture"),
    "a second question": (VI, ":check Ai", ":check Gì vậy?\n:check Ai", VI, ":check Ai", "at most one :check"),
    "a sentence to another": (VI, ":say ", ":tell ", EN, "{#first}", "the sentence for a colleague"),
    "a picture that is not there": (VI, "book.svg", "cat.svg", VI, "{#first}", "not in pictures/"),
    "a picture without text": (VI, " | Cuốn sổ mở ra", "", VI, ":picture", "no text"),
    "61 words": (VI, BODY, "từ " * 61, VI, "{#second}", "61 words"),
    "an empty card": (VI, BODY, "", VI, "{#second}", "is empty"),
    "a card id twice": (VI, "{#second}", "{#first}", VI, "Nghe trước", "stands twice"),
    "a card id that differs": (VI, "{#second}", "{#other}", EN, "{#second}", "the card is second"),
    "a card that is missing": (VI, f"## Nghe trước {{#second}}\n:sources own\n\n{BODY}\n", "", VI, "---", "4 cards"),
    "a heading without id": (VI, " {#second}", "", VI, "## Nghe trước", "begins with ##"),
    "text before the cards": (VI, "## Cuốn", "Lời mở đầu.\n\n## Cuốn", VI, "Lời mở đầu", "before the first card"),
    "a deeper heading": (VI, BODY, "# To\n" + BODY, VI, "# To", "only paragraphs"),
    "HTML": (VI, BODY, "<b>" + BODY, VI, "<b>", "HTML is not allowed"),
    "a link": (VI, BODY, "[Nghe](http://example.vn)", VI, "[Nghe]", "links"),
    "text after the list": (VI, ":say ", "Thêm một câu.\n\n:say ", VI, "Thêm một câu", "shown before it"),
    "an untranslated bullet": (VI, "- - Nhân viên không cầm máy.\n", "", EN, "{#first}", "do and don't list"),
    "an untranslated sentence to say": (VI, ":say Dạ, bác mở VNeID giúp em ạ.\n", "", EN, "{#first}",
                                        "sentence to say"),
    "an option without reason": (VI, " | Máy là của người bệnh.", "", VI, "- [ ] Nhân viên", "its reason"),
    "two right options": (VI, "- [ ] Nhân viên", "- [x] Nhân viên", VI, "{#check-1}", "exactly one right"),
    "one option": (VI, "- [ ] Nhân viên | Máy là của người bệnh.\n", "", VI, "{#check-1}", "2 to 4 options"),
    "an option without question": (VI, ":check Ai mở sổ?\n", "", VI, "- [ ] Nhân viên", "without a :check"),
    "another right option": (EN, "- [x] Listening", "- [ ] Listening", EN, "{#check-2}", "exactly one right"),
    "no check at the end": (VI, ":check Mình làm gì trước?\n- [x] Nghe | Đúng: nghe trước.\n- [ ] Cầm máy | Máy là của "
                                "người bệnh.\n", "\nNghe trước.\n", VI, "{#check-2}", "ends with a quick check"),
    "minutes that differ": (EN, "minutes: 3", "minutes: 4", EN, "id: m9-open", "minutes differs"),
    "a question id twice": ("questions.yaml", "m9-q02", "m9-q01", "questions.yaml", ("m9-q01", 2), "stands twice"),
    "an unknown objective of a question": ("questions.yaml", "objective: open-book", "objective: fly", "questions.yaml",
                                           "objective: fly", "the objective fly"),
    "an unknown card": ("questions.yaml", "m9-open/first", "m9-open/last", "questions.yaml", "m9-open/last",
                        "no card m9-open/last"),
    "an unknown kind": ("questions.yaml", "kind: one", "kind: open", "questions.yaml", "kind: open", "must be one of"),
    "no right option": ("questions.yaml", "right: true", "right: false", "questions.yaml", "options:",
                        "exactly one right"),
    "right in words": ("questions.yaml", "right: true", "right: yes please", "questions.yaml", "right: yes",
                       "true or false"),
    "a question without reason": ("questions.yaml", '      reason: {vi: "Vì thế.", en: "That is why."}\n', "",
                                  "questions.yaml", "- right: true", "reason is missing"),
    "a reason in one language": ("questions.yaml", 'vi: "Vì thế.", ', "", "questions.yaml", "reason:",
                                 "no translation into vi"),
    "a true or false in other words": ("questions.yaml", 'en: "True"', 'en: "Yes"', "questions.yaml", ("options:", 3),
                                       '"Đúng"/"True"'),
    "one right of several": ("questions.yaml", 'true\n      text: {vi: "Người n', 'false\n      text: {vi: "Người n',
                             "questions.yaml", ("options:", 2), "at least two right"),
    "two options alike": ("questions.yaml", 'vi: "Cả hai"', 'vi: "Nhân viên"', "questions.yaml", "options:",
                          "say the same"),
    "too hard": ("questions.yaml", "difficulty: 1", "difficulty: 4", "questions.yaml", "difficulty: 4", "from 1 to 3"),
    "a script in a picture": ("pictures/book.svg", "<path", "<script/><path", "pictures/book.svg", "<script",
                              "the element script"),
    "an act in a picture": ("pictures/book.svg", "<path", '<path onclick="x"', "pictures/book.svg", "onclick",
                            "the attribute onclick"),
    "a style in a picture": ("pictures/book.svg", "<path", '<path style="fill:red"', "pictures/book.svg", "style",
                             "the attribute style"),
    "an unknown class": ("pictures/book.svg", "s-jade", "s-red", "pictures/book.svg", "s-red", "the class s-red"),
    "a colour": ("pictures/book.svg", 'fill="none"', 'fill="#f00"', "pictures/book.svg", "#f00", "fill may only"),
    "an address": ("pictures/book.svg", 'd="M9 29L15 35L27 21"', 'd="url(http://x)"', "pictures/book.svg", "url(",
                   "the value of d"),
    "text in a picture": ("pictures/book.svg", "</svg>", "Sổ\n</svg>", "pictures/book.svg", "Sổ", "holds no text"),
    "a document type": ("pictures/book.svg", "<svg", '<!DOCTYPE svg [<!ENTITY a "aa">]>\n<svg', "pictures/book.svg",
                        "<!DOCTYPE", "document type"),
    "a broken picture": ("pictures/book.svg", "</svg>", "</g>", "pictures/book.svg", "</g>", "well-formed"),
    "another view box": ("pictures/book.svg", "0 0 360 220", "0 0 10 10", "pictures/book.svg", "<svg", "begins with"),
    "front matter without end": (VI, "objectives: [open-book]\n---", "objectives: [open-book]", VI, "---",
                                 "front matter"),
    "an empty line of sources": (VI, ":sources own", ":sources", VI, (":sources", 2), "says nothing"),
    "a sentence for a colleague in a quick check": (VI, ":check Ai mở sổ?", ":check Ai mở sổ?\n:tell Chị ơi.", VI,
                                                    "{#check-1}", "its question and its options only"),
    "61 words with the sentence": (VI, BODY, "từ " * 59 + "\n:tell Chị ơi.", VI, "{#second}", "61 words"),
    "text in a quick check": (VI, ":check Ai mở sổ?", ":check Ai mở sổ?\nNghĩ kỹ nha.", VI, "Nghĩ kỹ",
                              "its question and its options only"),
    "a list in a quick check": (VI, ":check Ai mở sổ?", ":check Ai mở sổ?\n- + Người bệnh.", VI, "{#check-1}",
                                "its question and its options only"),
    "an objective that is a word": ("module.yaml", "objectives:", "objectives:\n  - fly", "module.yaml", "- fly",
                                    "must be a mapping"),
    "an objective twice": ("module.yaml", "id: hands-off", "id: open-book", "module.yaml", ("id: open-book", 2),
                           "stands twice"),
    "a limit of no time": ("module.yaml", "time_limit_minutes: null", "time_limit_minutes: 0", "module.yaml", "quiz:",
                           "from 1 to 240"),
    "a third language": ("module.yaml", "title: {", "title: {fr: Ouvrir, ", "module.yaml", "title:",
                         "not a language of the library"),
    "a title that is a list": ("module.yaml", "title: {vi: Mở sổ cùng người bệnh", "title: {vi: [Mở]", "module.yaml",
                               "title:", "must be a text"),
    "a day with an hour": ("module.yaml", "required_from: null", "required_from: 2026-11-30 10:00:00", "module.yaml",
                           "required_from", "must be a day"),
    "a name that is a number": ("module.yaml", "[01-open, 02-hands]", "[01-open, 02-hands, 7]", "module.yaml",
                                "lessons:", "names only"),
    "a lesson named twice": ("module.yaml", "[01-open, 02-hands]", "[01-open, 02-hands, 01-open]", "module.yaml",
                             "lessons:", "stands twice"),
    "an id in capitals": (VI, "id: m9-open", "id: M9-Open", VI, "id: M9", "lower-case"),
    "an option that is a word": ("questions.yaml", "  options:", "  options:\n    - fly", "questions.yaml", "- fly",
                                 "must be a mapping"),
    "two options of one": ("questions.yaml", '    - right: false\n      text: {vi: "Nhân viên", en: "Staff"}\n'
                           '      reason: {vi: "Vì thế.", en: "That is why."}\n', "", "questions.yaml", "options:",
                           "3 or 4 options, not 2"),
    "a foreign question id": ("questions.yaml", "id: m9-q01", "id: m8-q01", "questions.yaml", "id: m8-q01",
                              "must begin with m9-"),
    "an unknown source of a question": ("questions.yaml", "sources: [S1]", "sources: [S7]", "questions.yaml",
                                        "sources: [S7]", "the source S7"),
    "a foreign namespace": ("pictures/book.svg", "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xhtml",
                            "pictures/book.svg", "<svg", "xmlns"),
    "a width of the whole picture": ("pictures/book.svg", "<svg", '<svg width="9"', "pictures/book.svg", "<svg",
                                     "the attribute width is not allowed on svg"),
    "an instruction in a picture": ("pictures/book.svg", "<path", "<?go on?><path", "pictures/book.svg", "<?go",
                                    "the instruction go"),
    "four cards without a check": (VI, ":check Ai mở sổ?\n- [ ] Nhân viên | Máy là của người bệnh.\n- [x] Người bệnh | "
                                   "Đúng: người bệnh tự mở.\n", "\nNghe tiếp.\n", VI, "{#third}",
                                   "a quick check is due"),
    "4 KB and more": ("pictures/book.svg", "L27 21", "L27 21" * 700, "pictures/book.svg", "<svg", "bytes"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_named_with_its_file_and_line(tmp_path: Path, fault: str):
    file, old, new, at, marker, words = FAULTS[fault]
    library = write_library(tmp_path)
    edit(library / "m9" / file, old, new)
    found = read_library(library)
    expected = (f"m9/{at}", _line(library / "m9" / at, marker))
    assert any((each.file, each.line) == expected and words in each.sentence for each in found.problems), found.problems
    assert found.modules == ()


def _line(file: Path, marker: str | tuple[str, int]) -> int:
    text, which = marker if isinstance(marker, tuple) else (marker, 1)
    hits = (number for number, line in enumerate(file.read_text().splitlines(), 1) if text in line)
    return next(itertools.islice(hits, which - 1, None))


def test_a_right_library_has_no_fault(tmp_path: Path):
    found = read_library(write_library(tmp_path, "m8", "m9"))
    assert found.problems == ()
    assert [module.text.id for module in found.modules] == ["m8", "m9"]


def test_the_shipped_library_has_no_fault():
    found = read_library(ROOT / "courses" / "library")
    assert found.problems == ()
    pools = {module.text.id: len(module.text.questions) for module in found.modules}
    assert pools["m1"] >= 30
    assert min(pools.values()) >= 12
    assert all(len(module.lessons) == 5 for module in found.modules)


def test_every_fault_is_named_at_once(tmp_path: Path):
    library = write_library(tmp_path)
    for fault in ("six minutes", "an unknown kind", "a script in a picture"):
        file, old, new, *_ = FAULTS[fault]
        edit(library / "m9" / file, old, new)
    found = {each.file for each in read_library(library).problems}
    assert found >= {f"m9/{VI}", "m9/questions.yaml", "m9/pictures/book.svg"}


def test_a_missing_file_and_one_that_is_not_text_are_named(tmp_path: Path):
    library = write_library(tmp_path)
    (library / "m9" / "sources.yaml").unlink()
    (library / "m9" / VI).write_bytes(b"---\nid: m9-open\ntitle: \xff\n")
    problems = {(each.file, each.line, each.sentence) for each in read_library(library).problems}
    assert ("m9/sources.yaml", 1, "the file is missing") in problems
    assert (f"m9/{VI}", 3, "the file is not UTF-8") in problems


def test_two_modules_with_one_code_are_refused(tmp_path: Path):
    library = write_library(tmp_path, "m8", "m9")
    edit(library / "m9" / "module.yaml", "code: M9", "code: M8")
    assert "also that of m8" in read_library(library).problems[0].sentence


@pytest.mark.parametrize("file", ["module.yaml", "sources.yaml", "questions.yaml"])
@pytest.mark.parametrize("text", ["", "[]", "just words", "7", "- a", "a: b", "? [x]\n: y", "!!python/object:os.x {}"])
def test_any_yaml_at_all_is_a_fault_and_never_a_crash(tmp_path: Path, file: str, text: str):
    library = write_library(tmp_path)
    (library / "m9" / file).write_text(text)
    assert read_library(library).problems


def test_an_unknown_module_and_an_empty_folder_are_named(tmp_path: Path):
    assert "no modules" in read_library(tmp_path).problems[0].sentence
    assert "no such module" in read_library(write_library(tmp_path), ["m1"]).problems[0].sentence
