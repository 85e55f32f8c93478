"""A small guide that is right, written into a library's folder, and the shipped guide as its papers see it."""

from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from app.kernel.settings import ROOT
from courses import jobs, rules
from courses.operations import LoadedGuide, read_library
from courses.queries import GuideView

SHIPPED = ROOT / "courses" / "library"
PUBLISHED = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)

GUIDE = """\
title: {vi: Sổ tay, en: Guide}
themes:
  - id: codes
    title: {vi: Mã và máy, en: Codes and phones}
  - id: reading
    title: {vi: Xem sổ, en: Reading}
cards:
  - id: first
    theme: codes
    title: {vi: Quên passcode, en: Passcode forgotten}
    patient: {vi: Tôi quên passcode., en: I forgot my passcode.}
    steps:
      - {vi: Mở một tiện ích., en: Open a utility.}
      - {vi: Đặt mã mới., en: Set a new code.}
    avoid: {vi: Không hỏi mã., en: Ask for no code.}
    say: {vi: "Dạ, quên thì đặt lại được ạ.", en: It can be set again.}
    sources: [S1, own]
    valid_on: 2026-03-11
    lesson: m9-open
  - id: second
    theme: reading
    title: {vi: Sổ trống, en: An empty book}
    patient: {vi: Sổ tôi trống trơn., en: My book is empty.}
    steps:
      - {vi: Giải thích., en: Explain.}
    avoid: {vi: Không đoán bệnh., en: Guess nothing.}
    say: {vi: "Dạ, hồ sơ không mất đâu bác.", en: Your record is not lost.}
    sources: [own]
    valid_on: null
    lesson: null
errors:
  - id: slow
    error: {vi: Hệ thống bảo trì, en: Under maintenance}
    cause: {vi: Quá tải., en: Overload.}
    answer: {vi: Dùng căn cước., en: Use the ID card.}
    sources: [S1]
    valid_on: 2026-03-11
posters:
  - id: way
    picture: way.svg
    alt: {vi: Nhân viên chỉ đường, en: A staff member points the way}
    title: {vi: Chưa có mức 2?, en: No level 2 yet?}
    lead: {vi: Mời đến Công an., en: Go to the police.}
    steps:
      - head: {vi: Mang căn cước, en: Bring the ID card}
        text: {vi: Còn hạn., en: A valid one.}
    figures: []
    note: {vi: Vẫn được khám., en: You are seen today.}
    sources: [own]
    valid_on: null
"""

SOURCES = """\
S1: {title: "Một nguồn", true_on: 2026-03-11}
own: {title: "Quy tắc ứng xử của Sẵn Sàng", true_on: null}
"""

PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 520 220">\n<rect class="p-wall" width="520" height="220"/>\n'
    "</svg>\n"
)


def write_guide(library: Path) -> Path:
    """Write a guide of two situations, one error and one poster into a library's folder and return the library."""
    (library / "guide" / "pictures").mkdir(parents=True)
    (library / "guide" / "guide.yaml").write_text(GUIDE)
    (library / "guide" / "sources.yaml").write_text(SOURCES)
    (library / "guide" / "pictures" / "way.svg").write_text(PICTURE)
    return library


@lru_cache
def shipped_guide() -> LoadedGuide:
    """The guide that is shipped with the product, as it is read from its folder."""
    found = read_library(SHIPPED, ["guide"])
    assert found.guide is not None, found.problems
    return found.guide


def shipped_view(language: str) -> GuideView:
    """The shipped guide as a first version in one language."""
    return GuideView(1, 1, PUBLISHED, language, rules.in_one_language(shipped_guide().content, language))


@lru_cache
def paper_of(kind: str, language: str) -> bytes:
    """A paper of the shipped guide; laid out once a session, in an app's context."""
    return jobs.paper(shipped_view(language), kind)
