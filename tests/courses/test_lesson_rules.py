"""What a lesson's reader keeps: every text once, in order, with the line on which it begins."""

from hypothesis import given
from hypothesis import strategies as st

from app.kernel.markup import load_yaml
from courses.rules import split_front_matter
from courses.rules.lessons import read_lesson
from courses.rules.reading import Problem
from courses.rules.shapes import Card, Kind

FRONT = """\
---
id: m9-open
title: Bài mở
minutes: 1
valid_on: 2026-03-11
app_version: null
objectives: [open-book]
---

"""
LESSON = (
    FRONT
    + """\
## Cuốn sổ trong VNeID {#first}
:sources S1
:picture book.svg | Cuốn sổ mở ra

Sổ là **một tiện ích**
trong VNeID.
- Xem được đợt khám.
1. Xem được đơn thuốc,
cả đơn cũ.

Đoạn sau.

- + Người bệnh tự mở.
- - Nhân viên không cầm máy.

:tell Chị ơi, để bác tự bấm.

## Kiểm tra nhanh {#check-1}
:sources S1
:check Ai mở sổ?
- [ ] Nhân viên | Máy là của người bệnh.
- [x] Người bệnh | Đúng: người bệnh tự mở.
"""
)


def _cards(text: str) -> tuple[tuple[Card, ...], list[Problem]]:
    front, body, first_line = split_front_matter(text)
    problems: list[Problem] = []
    return read_lesson("m9/lessons/01-open.vi.md", load_yaml(front), body, first_line, problems).cards, problems


def test_every_text_is_kept_with_its_line_and_what_it_is():
    first, check = _cards(LESSON)[0]
    assert [(each.line, each.kind, each.text) for each in first.passages] == [
        (10, Kind.HEADING, "Cuốn sổ trong VNeID"),
        (12, Kind.PICTURE, "Cuốn sổ mở ra"),
        (14, Kind.BODY, "Sổ là **một tiện ích**\ntrong VNeID."),
        (16, Kind.BODY, "Xem được đợt khám."),
        (17, Kind.BODY, "Xem được đơn thuốc,\ncả đơn cũ."),
        (20, Kind.BODY, "Đoạn sau."),
        (22, Kind.DO, "Người bệnh tự mở."),
        (23, Kind.DO, "Nhân viên không cầm máy."),
        (25, Kind.TELL, "Chị ơi, để bác tự bấm."),
    ]
    assert [(each.line, each.kind) for each in check.passages] == [
        (27, Kind.HEADING),
        (29, Kind.QUESTION),
        (30, Kind.OPTION),
        (30, Kind.REASON),
        (31, Kind.OPTION),
        (31, Kind.REASON),
    ]


def test_what_says_nothing_is_no_text():
    text = LESSON.replace(" | Cuốn sổ mở ra", "").replace(" | Máy là của người bệnh.", "")
    first, check = _cards(text)[0]
    assert Kind.PICTURE not in {each.kind for each in first.passages}
    assert [each.kind for each in check.passages].count(Kind.REASON) == 1


@given(st.lists(st.sampled_from(["", "Nghe.", "  Chờ bác.", "- Xem.", "* Mở sổ.", "2) Bấm.", "-Không", "**Đậm** rồi"])))
def test_a_text_stands_on_its_line_and_no_word_is_lost(lines: list[str]):
    body = FRONT + "## Thẻ {#one}\n:sources S1\n" + "\n".join(lines) + "\n"
    (card,), _ = _cards(body)
    written = body.splitlines()
    for passage in card.passages:
        for below, words in enumerate(passage.text.split("\n")):
            assert words in written[passage.line - 1 + below]
    words = " ".join(each.text for each in card.passages[1:]).split()
    assert words == [word for line in lines for word in line.split() if word not in {"-", "*", "2)"}]


@given(st.integers(0, 30), st.integers(0, 30), st.integers(0, 30))
def test_sixty_words_are_counted_over_body_list_and_sentence(body: int, do: int, tell: int):
    card = f"## Thẻ {{#one}}\n:sources S1\n{'từ ' * body}\n- + {'từ ' * do}rồi\n:tell {'từ ' * tell}thôi\n"
    faults = [each.sentence for each in _cards(FRONT + card)[1] if "words" in each.sentence]
    count = body + do + tell + 2
    assert faults == ([f"the card has {count} words; 60 are allowed"] if count > 60 else [])
