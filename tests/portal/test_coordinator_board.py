"""The board, its file and the person page: what a coordinator sees, a director reads, and nobody else finds."""

import csv
import io
import re
from datetime import date, timedelta
from html import unescape

import openpyxl
import pytest
from sqlalchemy import select

from app.assignments.rules import Audience, Order
from app.kernel.audit import AuditEntry
from app.kernel.db import db
from app.kernel.events import bus
from app.kernel.transaction import statement_counter, transaction
from app.people.models import Employment
from certificates.models import Certificate, CertificateRevocation
from tests.assignments.builders import (
    ask,
    attempt,
    browse,
    change,
    fact_of,
    give,
    make_crowd,
    make_module,
    make_staff,
    open_assignments,
    passes,
    read,
)
from tests.builders import make_unit, save

BOARD = "/f/BV-HOASEN/board"
DUE = date(2026, 11, 30)


def _text(page) -> str:
    plain = re.sub(r"<script.*?</script>|<[^>]+>", " ", page.get_data(as_text=True), flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(plain).replace("\u00a0", " "))


def _sixty(cast, morning):
    """Sixty people: 42 done, 6 learning, 3 not passed, 9 not started, 5 of them late."""
    module = make_module("Mở Sổ cùng người bệnh")
    people = make_staff(cast.here, cast.ward, 60)
    ask(cast.binh, cast.here, *people, module=module, due_on=DUE, now=morning - timedelta(days=5))
    for person in people[:42]:
        passes(person, module, at=morning - timedelta(days=2))
    for person in people[42:48]:
        read(person, module, at=morning - timedelta(days=1))
    for person in people[48:51]:
        for hours in (3, 2):
            attempt(person, module, at=morning - timedelta(hours=hours), score=6, passed=False)
    late = {person.id for person in people[55:]}
    for own in open_assignments(cast.here):
        if own.person_id in late:
            change(own, due_on=date(2026, 11, 20))
    return module, people


def test_the_first_sentence_says_what_is_missing_until_when(client, cast, morning):
    browser = browse(client, cast)
    _sixty(cast, morning)
    text = _text(browser.get(BOARD))
    assert "70% đã xong" in text
    assert "42/60 người · số liệu lúc 08:00, 23/11/2026" in text
    assert "Cần thêm 15 người đến hết ngày 30/11, khoảng 2 người mỗi ngày." in text
    assert "Mục tiêu 95% · 57 người" in text
    for chip in ("Chưa bắt đầu 9", "Đang học 6", "Chưa đạt 3", "Đã xong 42", "Quá hạn 5"):
        assert chip in text
    assert "Hết hiệu lực" not in text


def test_a_chip_shows_its_people(client, cast, morning):
    browser = browse(client, cast)
    _sixty(cast, morning)
    text = _text(browser.get(f"{BOARD}?state=overdue"))
    assert "5 người" in text
    assert text.count("Quá hạn 3 ngày") == 5
    assert _text(browser.get(f"{BOARD}?state=not_passed")).count("6/10, làm lại từ 06:00, 24/11/2026") == 3


def test_a_unit_opens_with_its_people_under_it(client, cast, morning):
    browser = browse(client, cast)
    module = make_module()
    read(cast.an, module, at=morning - timedelta(minutes=20), finished=True)
    ask(cast.binh, cast.here, cast.an, cast.chi, module=module, due_on=DUE, now=morning)
    closed, opened = _text(browser.get(BOARD)), _text(browser.get(f"{BOARD}?unit={cast.ward.id}"))
    assert cast.an.name not in closed
    assert cast.an.name in opened
    assert "Hôm nay 07:40" in opened
    assert cast.chi.name not in opened
    assert cast.chi.name in _text(browser.get(f"{BOARD}?unit=0"))


def test_search_ignores_marks_and_finds_staff_codes(client, cast, morning):
    browser = browse(client, cast)
    ask(cast.binh, cast.here, cast.an, cast.chi, module=make_module(), due_on=DUE, now=morning)
    for wanted in ("anh tuyet", "ÁNH", "00001"):
        text = _text(browser.get(BOARD, query_string={"q": wanted}))
        assert cast.an.name in text
        assert cast.chi.name not in text
    assert "Không có ai phù hợp" in _text(browser.get(f"{BOARD}?q=khongco"))


def test_one_module_at_a_time_or_all_together(client, cast, morning):
    browser = browse(client, cast)
    first, second = make_module("Một"), make_module("Hai")
    for module in (first, second):
        ask(cast.binh, cast.here, cast.an, module=module, due_on=DUE, now=morning)
    passes(cast.an, first, at=morning)
    assert "100% đã xong" in _text(browser.get(f"{BOARD}?module={first.key}"))
    together = _text(browser.get(f"{BOARD}?unit={cast.ward.id}"))
    assert "0% đã xong" in together
    assert "xong 1/2 học phần" in together


def test_sorting_turns_the_units_round(client, cast, morning):
    browser = browse(client, cast)
    other = make_unit(cast.here, "Khoa Dược")
    module = make_module()
    done = make_staff(cast.here, other, 1)
    passes(done[0], module, at=morning - timedelta(days=400))
    ask(cast.binh, cast.here, cast.an, *done, module=module, due_on=DUE, now=morning)
    passes(done[0], module, at=morning)
    for sort, first in (("name", "Khoa Dược"), ("-name", "Khoa Khám bệnh"), ("-done", "Khoa Dược"),
                        ("done", "Khoa Khám bệnh"), ("-activity", "Khoa Dược"), ("nonsense", "Khoa Dược")):  # fmt: skip
        body = _text(browser.get(f"{BOARD}?sort={sort}")).split("Lần học cuối")[1]
        names = sorted(("Khoa Dược", "Khoa Khám bệnh"), key=body.index)
        assert names[0] == first, sort


def test_an_empty_board_says_what_to_do(client, cast, morning):
    assert "Chưa giao học phần nào" in _text(browse(client, cast).get(BOARD))


def test_a_revoked_certificate_does_not_count_as_done(client, cast, morning):
    browser = browse(client, cast)
    module = make_module()
    ask(cast.binh, cast.here, cast.an, module=module, due_on=DUE, now=morning)
    fact = fact_of(attempt(cast.an, module, at=morning), module, morning)
    with transaction():
        bus.announce(fact)
    certificate = db.session.scalar(select(Certificate))
    if certificate is None:
        pytest.skip("certificates are not wired yet")
    assert "Đã xong 1" in _text(browser.get(BOARD))
    save(CertificateRevocation(certificate_id=certificate.id, effective_at=morning, is_void=False, reason="thi hộ",
                               recorded_at=morning))  # fmt: skip
    text = _text(browser.get(BOARD))
    assert "Đã xong 0" in text
    assert "Hết hiệu lực 1" in text


def _export(browser, **form):
    answer = browser.post(f"{BOARD}/export", form)
    assert answer.status_code == 200
    return answer


def test_the_excel_file_holds_real_days_and_plain_text(client, cast, morning):
    browser = browse(client, cast)
    change(cast.an, name='=HYPERLINK("http://x","An") <b>Ẫ</b>')
    module = make_module("Mở Sổ < cùng người bệnh")
    ask(cast.binh, cast.here, cast.an, module=module, due_on=DUE, now=morning)
    attempt(cast.an, module, at=morning, score=7, passed=False)
    answer = _export(browser, format="xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    head, row = [[cell.value for cell in line] for line in sheet.iter_rows()]
    record = dict(zip(head, row, strict=True))
    assert record["Họ và tên"] == '=HYPERLINK("http://x","An") <b>Ẫ</b>'
    assert sheet["A2"].data_type == "s"
    assert record["Học phần"] == "Mở Sổ < cùng người bệnh"
    assert record["Mã NV"] == "00001"
    assert record["Hạn học"].date() == DUE
    assert (record["Trạng thái"], record["Điểm cao nhất"], record["Trên tổng số"]) == ("Đang học", 7, 10)
    assert record["Lần học cuối"].strftime("%H:%M %d/%m/%Y") == "08:00 23/11/2026"
    assert 'filename="tien-do-BV-HOASEN-2026-11-23.xlsx"' in answer.headers["Content-Disposition"]


def test_the_csv_file_opens_in_excel_and_runs_nothing(client, cast, morning):
    browser = browse(client, cast)
    change(cast.an, name="=1+1")
    ask(cast.binh, cast.here, cast.an, module=make_module(), due_on=DUE, now=morning)
    data = _export(browser, format="csv").data
    assert data.startswith(b"\xef\xbb\xbf")
    head, row = csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";")
    assert row[0] == "'=1+1"
    assert dict(zip(head, row, strict=True))["Hạn học"] == "2026-11-30"


def test_the_file_holds_what_the_filter_shows_and_the_audit_counts_it(client, cast, morning):
    browser = browse(client, cast)
    module, _people = _sixty(cast, morning)
    data = _export(browser, format="csv", state="overdue", module=module.key).data
    assert len(data.decode("utf-8-sig").splitlines()) == 1 + 5
    db.session.rollback()
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "board.export")).one()
    assert (entry.details["rows"], entry.details["state"], entry.facility_id) == (5, "overdue", cast.here.id)


def test_a_person_page_tells_states_days_tries_and_no_answers(client, cast, morning):
    browser = browse(client, cast)
    module = make_module("Mở Sổ")
    ask(cast.binh, cast.here, cast.an, module=module, due_on=DUE, now=morning - timedelta(days=9))
    for hours in (9, 8, 7, 6):
        attempt(cast.an, module, at=morning - timedelta(hours=hours), score=hours, passed=False)
    page = browser.get(f"/f/BV-HOASEN/people/{cast.an.id}")
    text = _text(page)
    for words in ("Khoa Khám bệnh", "Mở Sổ", "Chưa đạt", "30/11/2026", "4 lần · cao nhất 9/10 · lần cuối 6/10"):
        assert words in text
    assert "Đã trao đổi" in text
    assert f"/f/BV-HOASEN/talks/{cast.an.id}/" in page.get_data(as_text=True)


def test_somebody_who_has_not_learned_anything_is_said_so(client, cast, morning):
    browser = browse(client, cast)
    text = _text(browser.get(f"/f/BV-HOASEN/people/{cast.an.id}"))
    assert "Chưa học bài nào." in text
    assert "Người này chưa được giao học phần nào" in text


def test_a_due_day_is_changed_and_an_assignment_cancelled_with_a_trace(client, cast, morning):
    browser = browse(client, cast)
    ask(cast.binh, cast.here, cast.an, module=make_module(), due_on=DUE, now=morning)
    own = open_assignments(cast.here)[0].id
    address = f"/f/BV-HOASEN/people/{cast.an.id}/assignments/{own}"
    wrong = browser.post(f"{address}/due", {"due": "31/11/2026"})
    assert wrong.status_code == 422
    assert "Nhập ngày từ hôm nay trở đi" in _text(wrong)
    assert browser.post(f"{address}/due", {"due": "22/11/2026"}).status_code == 422
    assert browser.post(f"{address}/due", {"due": "5/12/2026"}).status_code == 303
    assert [each.due_on for each in open_assignments(cast.here)] == [date(2026, 12, 5)]
    assert browser.post(f"{address}/cancel").status_code == 303
    assert open_assignments(cast.here) == []
    assert browser.post(f"{address}/cancel").status_code == 404
    actions = set(db.session.scalars(select(AuditEntry.action)))
    assert {"assignments.change_due", "assignments.cancel"} <= actions


def test_foreign_people_and_assignments_do_not_exist(client, cast, morning):
    browser = browse(client, cast)
    ask(cast.en, cast.there, cast.en, module=make_module(), due_on=DUE, now=morning)
    foreign = open_assignments(cast.there)[0].id
    assert browser.get(f"/f/BV-HOASEN/people/{cast.en.id}").status_code == 404
    assert browser.get("/f/BV-HOASEN/people/999999").status_code == 404
    for person in (cast.en.id, cast.an.id):
        for act in ("due", "cancel"):
            answer = browser.post(f"/f/BV-HOASEN/people/{person}/assignments/{foreign}/{act}", {"due": "30/11/2026"})
            assert answer.status_code == 404
    assert len(open_assignments(cast.there)) == 1


def test_somebody_who_has_left_is_gone_from_the_person_page(client, cast, morning):
    browser = browse(client, cast)
    work = next(iter(make_staff(cast.here, cast.ward, 1)))
    change(db.session.scalars(select(Employment).where(Employment.person_id == work.id)).one(), valid_to=morning)
    assert browser.get(f"/f/BV-HOASEN/people/{work.id}").status_code == 404


def test_a_director_reads_and_changes_nothing(client, cast, morning):
    browser = browse(client, cast, "chi")
    ask(cast.binh, cast.here, cast.an, module=make_module(), due_on=DUE, now=morning)
    own = open_assignments(cast.here)[0].id
    board, person = browser.get(BOARD), browser.get(f"/f/BV-HOASEN/people/{cast.an.id}")
    assert (board.status_code, person.status_code) == (200, 200)
    assert "/f/BV-HOASEN/assign" not in board.get_data(as_text=True)
    assert "Thôi giao" not in _text(person)
    assert browser.post(f"/f/BV-HOASEN/people/{cast.an.id}/assignments/{own}/cancel").status_code == 403
    assert browser.post(f"{BOARD}/export", {"format": "csv"}).status_code == 200


@pytest.mark.parametrize(("who", "status"), [("an", 403), ("en", 404), ("dung", 404)])
def test_nobody_else_sees_the_board_or_a_person(client, cast, morning, who, status):
    browser = browse(client, cast, who)
    for path in (BOARD, f"/f/BV-HOASEN/people/{cast.an.id}"):
        assert browser.get(path).status_code == status
    assert browser.post(f"{BOARD}/export").status_code == status


def test_the_board_speaks_english_too(client, cast, morning):
    browser = browse(client, cast)
    _sixty(cast, morning)
    text = _text(browser.get(f"{BOARD}?lang=en"))
    assert "15 more people by the end of 30/11, about 2 a day." in text
    assert "Not started 9" in text


@pytest.mark.parametrize("query", ["", "?state=not_started", "?unit={unit}", "?module={module}"])
def test_the_board_of_a_large_hospital_takes_at_most_twelve_statements(client, cast, morning, query):
    browser = browse(client, cast)
    modules = [make_module() for _ in range(3)]
    make_crowd(cast.here, cast.ward, 300)
    give(cast.binh, cast.here, Order(Audience(is_everyone=True), tuple(m.id for m in modules), DUE), now=morning)
    address = BOARD + query.format(unit=cast.ward.id, module=modules[0].key)
    seen = statement_counter(db.engine)
    assert browser.get(address).status_code == 200
    assert len(seen) <= 12, len(seen)


def test_a_person_page_takes_at_most_thirteen_statements_and_what_a_process_knows_by_heart(client, cast, morning):
    browser = browse(client, cast)
    for _ in range(4):
        ask(cast.binh, cast.here, cast.an, module=make_module(), due_on=DUE, now=morning)
    address = f"/f/BV-HOASEN/people/{cast.an.id}"
    seen = statement_counter(db.engine)
    assert browser.get(address).status_code == 200
    by_heart = [each for each in seen if "is_sample" in each]  # held for a minute, but asked each time under test
    assert len(seen) - len(by_heart) <= 13, "\n".join(seen)
