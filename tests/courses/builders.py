"""A small library that is right, written into a folder, and ways to read it into the database."""

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from sqlalchemy import event

from app.kernel import clock
from app.kernel.db import db
from app.kernel.transaction import transaction
from courses import operations

MODULE = """\
id: {id}
code: {code}
title: {{vi: Mở sổ cùng người bệnh, en: Opening the book together}}
summary: {{vi: Một câu ngắn., en: One short sentence.}}
change: major
required_from: null
validity_months: 12
refresh_days: 180
objectives:
  - id: open-book
    text: {{vi: Chỉ được chỗ mở sổ., en: Show where the book opens.}}
  - id: hands-off
    text: {{vi: Không cầm máy., en: Keep hands off the phone.}}
lessons: [01-open, 02-hands]
requires: [quiz]
quiz: {{length: 2, pass_mark: 2, time_limit_minutes: null}}
"""

SOURCES = """\
S1: {title: "Một nguồn", true_on: 2026-03-11}
own: {title: "Quy tắc ứng xử của Sẵn Sàng", true_on: null}
"""

QUESTION = """\
- id: {module}-q{number:02d}
  objective: {objective}
  difficulty: 1
  kind: {kind}
  sources: [S1]
  card: {module}-open/first
  text:
    vi: "Câu số {number}?"
    en: "Question {number}?"
  options:
{options}
"""

OPTION = """\
    - right: {right}
      text: {{vi: "{vi}", en: "{en}"}}
      reason: {{vi: "Vì thế.", en: "That is why."}}
"""

PATHS = """\
sources:
  matrix: {title: "Bảng đối tượng", true_on: null}
paths:
  - id: desk
    title: {vi: Quầy tiếp đón, en: The desk}
    positions: [reception, guide]
    modules: [m9, m8]
    source: matrix
  - id: ward
    title: {vi: Khoa phòng, en: The wards}
    positions: [nurse]
    modules: [m8]
    source: matrix
"""

PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 360 220">\n<rect class="p-wall" width="360" height="220"/>\n'
    '<path class="s-jade" fill="none" stroke-width="4" d="M9 29L15 35L27 21"/>\n</svg>\n'
)

LESSON = {
    "vi": """\
---
id: {module}-{name}
title: {title}
minutes: 3
valid_on: 2026-03-11
app_version: "2.2.6"
objectives: [{objective}]
---

## Cuốn sổ trong VNeID {{#first}}
:sources S1 own
:picture book.svg | Cuốn sổ mở ra

Sổ là **một tiện ích** trong VNeID.

- Xem được đợt khám.

- + Người bệnh tự mở.
- - Nhân viên không cầm máy.

:say Dạ, bác mở VNeID giúp em ạ.

## Nghe trước {{#second}}
:sources own

Nghe người bệnh nói hết.

## Kiểm tra nhanh {{#check-1}}
:sources S1
:check Ai mở sổ?
- [ ] Nhân viên | Máy là của người bệnh.
- [x] Người bệnh | Đúng: người bệnh tự mở.

## Chỉ từng bước {{#third}}
:sources own

Chỉ từng bước, chờ người bệnh bấm.

## Kiểm tra nhanh {{#check-2}}
:sources own
:check Mình làm gì trước?
- [x] Nghe | Đúng: nghe trước.
- [ ] Cầm máy | Máy là của người bệnh.
""",
    "en": """\
---
id: {module}-{name}
title: {title}
minutes: 3
valid_on: 2026-03-11
app_version: "2.2.6"
objectives: [{objective}]
---

## The book in VNeID {{#first}}
:sources S1 own
:picture book.svg | The book opens

The book is **a service** inside VNeID.

- Visits can be seen.

- + The patient opens it.
- - Staff do not hold the phone.

:say Could you open VNeID for me?

## Listen first {{#second}}
:sources own

Let the patient finish.

## Quick check {{#check-1}}
:sources S1
:check Who opens the book?
- [ ] Staff | The phone is the patient's.
- [x] The patient | Right: patients open it themselves.

## Step by step {{#third}}
:sources own

Point at one step and wait for the tap.

## Quick check {{#check-2}}
:sources own
:check What comes first?
- [x] Listening | Right: listen first.
- [ ] Holding the phone | The phone is the patient's.
""",
}


def write_library(folder: Path, *modules: str) -> Path:
    """Write modules of two lessons and three questions each (m9 when none is named) and return the library's folder."""
    for name in modules or ("m9",):
        _write_module(folder / name, name)
    return folder


def _write_module(folder: Path, name: str) -> None:
    for below in ("lessons", "pictures"):
        (folder / below).mkdir(parents=True)
    (folder / "module.yaml").write_text(MODULE.format(id=name, code=name.upper()))
    (folder / "sources.yaml").write_text(SOURCES)
    (folder / "questions.yaml").write_text(_questions(name))
    (folder / "pictures" / "book.svg").write_text(PICTURE)
    for file, key, objective in (("01-open", "open", "open-book"), ("02-hands", "hands", "hands-off")):
        for language, title in (("vi", f"Bài {key}"), ("en", f"Lesson {key}")):
            text = LESSON[language].format(module=name, name=key, title=title, objective=objective)
            (folder / "lessons" / f"{file}.{language}.md").write_text(text)


def write_paths(folder: Path, text: str = PATHS) -> Path:
    """Write the learning paths of a library with m8 and m9 and return its folder."""
    (folder / "paths.yaml").write_text(text)
    return folder


def write_taught(folder: Path, *modules: str) -> Path:
    """Write modules of two lessons and thirty questions each in which the content check finds no fault."""
    write_library(folder, *modules)
    for name in modules or ("m9",):
        for file in (folder / name / "lessons").glob("*.md"):
            edit(file, "minutes: 3", "minutes: 1")
        (folder / name / "questions.yaml").write_text(taught_pool(name))
    return folder


def taught_pool(module: str, places: Sequence[int] = (0, 1, 2, 3)) -> str:
    """Return thirty questions: 24 with the right option at these places in turn, and six of other kinds."""
    right = ("true", "Người bệnh", "The patient")
    wrong = [
        ("false", "Nhân viên ở quầy", "Staff at the desk"),
        ("false", "Cả hai cùng mở", "Both of them open it"),
        ("false", "Không ai mở cả", "Nobody opens it at all"),
    ]
    several = [right, *wrong, ("true", "Người nhà được nhờ", "A relative who was asked")]
    truefalse = [("true", "Đúng", "True"), ("false", "Sai", "False")]
    turns = [places[number % len(places)] for number in range(24)]
    questions = [("one", [*wrong[:place], right, *wrong[place:]]) for place in turns]
    questions += [("several", several)] * 4 + [("truefalse", truefalse)] * 2
    return "\n".join(
        QUESTION.format(
            module=module,
            number=number,
            kind=kind,
            objective=("open-book", "hands-off")[number % 2],
            options="".join(OPTION.format(right=right, vi=vi, en=en) for right, vi, en in options).rstrip(),
        )
        for number, (kind, options) in enumerate(questions, 1)
    )


def _questions(module: str) -> str:
    one = [("true", "Người bệnh", "The patient"), ("false", "Nhân viên", "Staff"), ("false", "Cả hai", "Both")]
    several = [*one, ("true", "Người nhà được nhờ", "A relative who was asked")]
    truefalse = [("true", "Đúng", "True"), ("false", "Sai", "False")]
    kinds = (("one", one), ("several", several), ("truefalse", truefalse))
    return "\n".join(
        QUESTION.format(
            module=module,
            number=number,
            kind=kind,
            objective="open-book",
            options="".join(OPTION.format(right=right, vi=vi, en=en) for right, vi, en in options).rstrip(),
        )
        for number, (kind, options) in enumerate(kinds, 1)
    )


SCENARIO = """\
id: find-the-book
title: {vi: Tìm cuốn sổ, en: Find the book}
task: {vi: Chỉ bác chỗ mở sổ., en: Show where the book opens.}
objective: open-book
minutes: 2
valid_on: 2026-03-11
app_version: "2.2.6"
sources: [S1, own]
passing: {most_wrong: 2}
start: greeting

screens:
  - id: greeting
    kind: talk
    patient: {vi: Bác muốn xem sổ., en: I want to see the book.}
    hint: {vi: Để bác tự mở., en: Let the patient open it.}
    answers:
      - {id: open-it, text: {vi: Dạ bác mở máy nha., en: Please open your phone.}, right: home}
      - {id: later, text: {vi: Để bữa khác., en: Another day.}, wrong: {vi: Bác cần hôm nay., en: It is needed today.}}
      - id: code
        text: {vi: Bác đọc mã đi., en: Tell me your code.}
        forbidden: {vi: Hỏi mã của bác., en: Asking for the code.}
        to: stopped
  - id: home
    kind: phone
    title: {vi: Trang chính, en: Home}
    patient: {vi: Bấm ô nào?, en: Which tile?}
    hint: {vi: Tìm ô Sức khỏe., en: Look for Health.}
    elements:
      - {id: wallet, kind: tile, icon: wallet, text: {vi: Ví, en: Papers}, wrong: {vi: Đây là giấy tờ., en: Papers.}}
      - {id: health, kind: tile, icon: heart, text: {vi: Sức khỏe, en: Health}, right: passcode}
      - id: news
        kind: row
        text: {vi: Tin tức, en: News}
        wrong: {vi: Đây là tin., en: News.}
        to: news
    acts:
      - id: take
        text: {vi: Cầm máy bấm giùm, en: Take the phone}
        forbidden: {vi: Cầm máy thay., en: Taking the phone.}
        to: stopped
  - id: news
    kind: phone
    title: {vi: Tin tức, en: News}
    elements:
      - {id: nothing, kind: text, text: {vi: Không có sổ ở đây., en: No book here.}}
      - {id: to-home, kind: button, text: {vi: Về trang chính, en: Back home}, right: home}
  - id: passcode
    kind: phone
    title: {vi: Nhập passcode, en: Enter passcode}
    hint: {vi: Chỉ vào ô., en: Point at the box.}
    elements:
      - {id: dots, kind: field, text: {vi: Passcode, en: Passcode}, right: done}
      - {id: show, kind: row, text: {vi: Hiện mã, en: Show code}, wrong: {vi: Đừng., en: No.}}
  - id: done
    kind: end
    outcome: passed
    text: {vi: Bác tự mở được., en: The patient opened it.}
    say: {vi: Dạ sổ đây ạ., en: Here is your book.}
  - id: stopped
    kind: end
    outcome: failed
    text: {vi: Máy và mã là của bác., en: Phone and code are the patient's.}
    say: {vi: Dạ bác bấm nha., en: Please press yourself.}
"""
RIGHT_WAY = ("open-it", "health", "dots")
# On which screen of the scenario each choice stands; "back" is pressed on the news.
SCREENS = {
    "open-it": "greeting", "later": "greeting", "code": "greeting", "wallet": "home", "health": "home", "news": "home",
    "take": "home", "to-home": "news", "back": "news", "dots": "passcode", "show": "passcode",
}  # fmt: skip


def taps_of(*choices: str, first: int = 1) -> list[operations.Tap]:
    """Return taps on the scenario as a browser would send them, counted from ``first``."""
    return [
        operations.Tap(str(uuid.uuid4()), seq, SCREENS[choice], choice) for seq, choice in enumerate(choices, first)
    ]


def write_scenarios(folder: Path, module: str = "m9", *names: str) -> Path:
    """Add scenarios of three steps to a module (find-the-book when none is named); returns the library's folder."""
    wanted = names or ("find-the-book",)
    (folder / module / "scenarios").mkdir()
    for name in wanted:
        text = SCENARIO.replace("id: find-the-book", f"id: {name}")
        (folder / module / "scenarios" / f"{name}.yaml").write_text(text)
    edit(folder / module / "module.yaml", "requires:", f"scenarios: [{', '.join(wanted)}]\nrequires:")
    return folder


def load(folder: Path) -> operations.Report:
    """Publish a library as the command does."""
    library = operations.read_library(folder)
    with transaction():
        return operations.publish_library(library, now=clock.now())


def edit(file: Path, old: str, new: str) -> None:
    """Replace the first ``old`` in a file; fails when there is none, so that a test never plants nothing."""
    text = file.read_text()
    assert old in text, (file, old)
    file.write_text(text.replace(old, new, 1))


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """Give the block a list that grows by each statement, the sign-in's too, BEGIN and COMMIT left out (ruling 18)."""
    seen: list[str] = []

    def _note(_connection, _cursor, statement, *_rest):
        if not statement.startswith("BEGIN"):
            seen.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", _note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", _note)
