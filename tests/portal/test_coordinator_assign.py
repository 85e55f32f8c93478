"""The assign wizard: four pages without a script, an order in one sentence, taken back within ten minutes."""

import re
from datetime import date, timedelta
from html import unescape

import pytest

from app.assignments import queries
from app.kernel import clock
from app.kernel.db import db
from app.kernel.transaction import statement_counter
from app.people.models import ImportState, RosterImport
from tests.assignments.builders import ask, batches, browse, make_module, make_staff, open_assignments, passes
from tests.builders import employ, make_person, make_unit, save

WIZARD = "/f/BV-HOASEN/assign"
DUE = date(2026, 11, 30)


def _text(page) -> str:
    plain = re.sub(r"<script.*?</script>|<[^>]+>", " ", page.get_data(as_text=True), flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(plain).replace("\u00a0", " "))


def _token(page) -> str:
    return re.search(r'name="token" value="([^"]+)"', page.get_data(as_text=True)).group(1)


def test_the_steps_follow_each_other_and_the_order_is_carried_out(client, cast, morning):
    browser = browse(client, cast)
    module = make_module("Mở Sổ cùng người bệnh")
    excused, *_ = make_staff(cast.here, cast.ward, 3)
    passes(excused, module, at=morning - timedelta(days=9))
    unit = f"unit={cast.ward.id}"
    assert "Bước 1/4 – Ai" in _text(browser.get(f"{WIZARD}?{unit}"))
    what = _text(browser.get(f"{WIZARD}?{unit}&step=what"))
    assert "Đã chọn 5 người." in what
    assert "4 người sẽ học · 1 người đã có chứng nhận còn hạn" in what
    assert "Bước 3/4" in _text(browser.get(f"{WIZARD}?{unit}&module={module.id}&step=when"))
    check = browser.get(f"{WIZARD}?{unit}&module={module.id}&due=30/11/2026&step=check")
    assert "Giao “Mở Sổ cùng người bệnh” cho 4 người, hạn hết ngày 30/11/2026." in _text(check)
    answer = browser.post(
        WIZARD, {"unit": cast.ward.id, "module": module.id, "due": "30/11/2026", "token": _token(check)}
    )
    assert answer.status_code == 303
    done = _text(browser.get(answer.location))
    assert "4 người có việc học mới." in done
    assert "Hoàn tác được đến 08:10" in done
    assert {a.due_on for a in open_assignments(cast.here)} == {DUE}


def test_sending_the_last_page_twice_assigns_once(client, cast, morning):
    browser = browse(client, cast)
    module = make_module()
    form = {"everyone": "1", "module": module.id, "due": "30/11/2026", "token": "the same page"}
    first, second = browser.post(WIZARD, form), browser.post(WIZARD, form)
    assert first.location == second.location
    assert len(batches()) == 1


@pytest.mark.parametrize(
    ("query", "step", "sentence"),
    [
        ("step=what", "Bước 1/4", "Chưa chọn ai."),
        ("step=what&standing=1&person={an}", "Bước 1/4", "hãy chọn cả cơ sở, khoa phòng hoặc chức danh"),
        ("step=when&everyone=1", "Bước 2/4", "Chọn lộ trình hoặc ít nhất một học phần."),
        ("step=check&everyone=1&module={module}&due=31/02/2027", "Bước 3/4", "Nhập hạn theo dạng 30/11/2026."),
        ("step=check&everyone=1&module={module}&due=22/11/2026", "Bước 3/4", "Hạn phải từ hôm nay trở đi."),
        ("step=check&everyone=1&module={module}&due=30/11/2026&standing=1&days=0", "Bước 3/4", "từ 1 đến 365"),
    ],
)
def test_what_is_missing_is_said_on_its_own_page(client, cast, morning, query, step, sentence):
    browser = browse(client, cast)
    address = f"{WIZARD}?{query.format(an=cast.an.id, module=make_module().id)}"
    text = _text(browser.get(address))
    assert step in text
    assert sentence in text


def test_a_broken_last_page_is_refused_and_nothing_is_written(client, cast, morning):
    browser = browse(client, cast)
    answer = browser.post(WIZARD, {"everyone": "1", "module": make_module().id, "due": "hôm qua"})
    assert answer.status_code == 422
    assert "Nhập hạn theo dạng" in _text(answer)
    assert batches() == []


def test_forged_ids_of_another_facility_reach_nobody(client, cast, morning):
    browser = browse(client, cast)
    module = make_module()
    form = {"person": cast.en.id, "unit": cast.other_ward.id, "module": module.id, "due": "30/11/2026"}
    assert browser.post(WIZARD, form).status_code == 422
    form["person"] = [cast.en.id, cast.an.id]
    assert browser.post(WIZARD, form).status_code == 303
    assert [a.person_id for a in open_assignments(cast.here)] == [cast.an.id]
    assert open_assignments(cast.there) == []
    text = _text(browser.get(f"{WIZARD}?find=En&person={cast.en.id}&unit={cast.other_ward.id}"))
    assert "Hoàng Én" not in text
    assert "Khoa Cấp cứu" not in text


def test_people_are_found_by_name_without_marks(client, cast, morning):
    browser = browse(client, cast)
    text = browser.get(f"{WIZARD}?find=anh+tuyet").get_data(as_text=True)
    assert f'name="person" value="{cast.an.id}"' in text


def test_after_an_import_the_new_people_are_chosen_already(client, cast, morning):
    browser = browse(client, cast)
    brought = save(
        RosterImport(facility_id=cast.here.id, file_name="ds.xlsx", file_key="k", state=ImportState.DONE,
                     made_at=clock.now())
    )  # fmt: skip
    new = make_person("Đặng Thị Mới")
    employ(new, cast.here, cast.ward, import_id=brought.id)
    assert "1 người mới từ danh sách vừa nhập" in _text(browser.get(f"{WIZARD}?import={brought.id}"))
    browser.post(WIZARD, {"import": brought.id, "module": make_module().id, "due": "30/11/2026"})
    assert [a.person_id for a in open_assignments(cast.here)] == [new.id]


def test_overlapping_orders_ask_which_day_holds(client, cast, morning):
    browser = browse(client, cast)
    module = make_module()
    ask(cast.binh, cast.here, cast.an, module=module, due_on=DUE, now=morning)
    chosen = f"everyone=1&module={module.id}&due=07/12/2026"
    assert "1 lượt đã được giao trước đó. Giữ hạn nào?" in _text(browser.get(f"{WIZARD}?step=when&{chosen}"))
    browser.post(WIZARD, {"everyone": "1", "module": module.id, "due": "07/12/2026", "overlap": "change"})
    assert {a.due_on for a in open_assignments(cast.here)} == {date(2026, 12, 7)}


def test_when_everyone_is_assigned_there_is_nothing_to_press(client, cast, morning):
    browser = browse(client, cast)
    module = make_module()
    ask(cast.binh, cast.here, cast.an, module=module, due_on=DUE, now=morning)
    page = browser.get(f"{WIZARD}?step=check&person={cast.an.id}&module={module.id}&due=30/11/2026")
    assert "Mọi người đã được giao" in _text(page)
    assert 'name="token"' not in page.get_data(as_text=True)


def test_an_order_can_be_taken_back_and_only_in_its_own_facility(client, cast, morning):
    browser = browse(client, cast)
    batch = ask(cast.binh, cast.here, cast.an, module=make_module(), due_on=DUE, now=morning)
    answer = browser.post(f"{WIZARD}/{batch.id}/undo")
    assert "Đã hoàn tác" in _text(browser.get(answer.location))
    assert open_assignments(cast.here) == []
    other = ask(cast.en, cast.there, cast.en, module=make_module(), due_on=DUE, now=morning)
    assert browser.post(f"{WIZARD}/{other.id}/undo").status_code == 404
    assert browser.get(f"{WIZARD}/{other.id}").status_code == 404


def test_after_ten_minutes_there_is_no_way_back(client, cast, morning):
    browser = browse(client, cast)
    batch = ask(cast.binh, cast.here, cast.an, module=make_module(), due_on=DUE, now=morning)
    with clock.stopped(morning + timedelta(minutes=11)):
        assert "Hoàn tác" not in _text(browser.get(f"{WIZARD}/{batch.id}"))
        assert browser.post(f"{WIZARD}/{batch.id}/undo").status_code == 409


def test_a_standing_rule_is_listed_and_ended(client, cast, morning):
    browser = browse(client, cast)
    form = {"unit": cast.ward.id, "module": make_module("Mở Sổ").id, "due": "30/11/2026", "standing": "1", "days": "21"}
    assert browser.post(WIZARD, form).status_code == 303
    (rule,) = queries.list_rules(cast.here.id)
    assert "Khoa Khám bệnh · 21 ngày để học · từ 23/11/2026" in _text(browser.get(WIZARD))
    assert browser.post(f"/f/BV-HOASEN/rules/{rule.id}/end").status_code == 303
    db.session.rollback()
    assert queries.list_rules(cast.here.id) == []


@pytest.mark.parametrize(("who", "status"), [("chi", 403), ("an", 403), ("en", 404), ("dung", 404)])
def test_only_the_coordinator_of_the_facility_assigns(client, cast, morning, who, status):
    browser = browse(client, cast, who)
    batch = ask(cast.binh, cast.here, cast.an, module=make_module(), due_on=DUE, now=morning)
    assert browser.get(WIZARD).status_code == status
    assert browser.post(WIZARD, {"everyone": "1"}).status_code == status
    assert browser.post(f"{WIZARD}/{batch.id}/undo").status_code == status
    assert browser.post("/f/BV-HOASEN/rules/1/end").status_code == status
    db.session.rollback()
    assert len(open_assignments(cast.here)) == 1


def test_the_wizard_speaks_english_too(client, cast, morning):
    browser = browse(client, cast)
    module = make_module()
    page = browser.get(f"{WIZARD}?step=check&lang=en&everyone=1&module={module.id}&due=30/11/2026")
    assert "due by the end of 30/11/2026." in _text(page)
    assert "to 3 people" in _text(page)


@pytest.mark.parametrize("step", ["who", "what", "when", "check"])
def test_each_page_takes_at_most_twelve_statements(client, cast, morning, step):
    browser = browse(client, cast)
    module = make_module()
    make_unit(cast.here, "Khoa Dược")
    form = {"unit": cast.ward.id, "module": module.id, "due": "30/11/2026", "standing": "1"}
    browser.post(WIZARD, form)
    chosen = f"unit={cast.ward.id}&person={cast.chi.id}&module={module.id}&due=30/12/2026"
    seen = statement_counter(db.engine)
    assert browser.get(f"{WIZARD}?step={step}&{chosen}").status_code == 200
    assert len(seen) <= 12, seen
