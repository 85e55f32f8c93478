"""The city's table: shares from the snapshots, filters, order, few people without numbers, and a file of it."""

import io
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from app.kernel import clock
from app.kernel.audit import AuditEntry
from app.kernel.db import db
from app.kernel.transaction import statement_counter
from app.people.models import Facility, FacilityType
from app.readiness import jobs, queries
from app.readiness.rules import FacilityRow, rollup
from tests.builders import Browser, employ, make_facility, make_person, make_unit
from tests.readiness.facts import certify, make_module, make_point, set_policy

BUDGET = 8


def seen(browser: Browser, path: str = "/city") -> str:
    answer = browser.get(path)
    assert answer.status_code == 200
    return answer.text.replace("\xa0", " ")


def make_place(code: str, name: str, module, *, people: int, certified: int, **more) -> Facility:
    place = make_facility(code, name, **more)
    unit = make_unit(place)
    for number in range(people):
        person = make_person("Người Bí Mật")
        employ(person, place, unit)
        if number < certified:
            certify(person, module, place)
    return place


@pytest.fixture
def city(cast, morning):
    """Four places besides the two of the cast: ready, near, behind, and one of three people; one has nothing."""
    module = make_module("m1")
    set_policy({"nurse": {"m1": 1}})
    station = {"type": FacilityType.HEALTH_STATION, "area": "Xã Cần Giờ"}
    make_place("A", "Bệnh viện Ánh Dương", module, people=10, certified=10)
    make_place("B", "Bệnh viện Đồng Xanh", module, people=10, certified=8)
    make_place("C", "Trạm Y tế Ổ Lau", module, people=10, certified=2, **station)
    make_place("D", "Trạm Y tế Ít Người", module, people=3, certified=2, **station)
    make_facility("E", "Trạm Y tế Chưa Mở", **station)
    jobs.nightly()
    return cast


def test_the_share_is_that_of_the_published_roll_up(client: FlaskClient, city):
    policy = queries.get_policy_at(clock.now()).policy
    counted = queries.count_facilities(None, policy, as_of=clock.now())
    oracle = rollup(
        FacilityRow(each.score.level, each.score.num_c, each.score.D, visits=0) for each in counted.values()
    )
    summary = queries.city_summary(queries.CityFilter())
    assert (summary.ready, summary.in_scope) == (oracle.ready, oracle.in_scope) == (1, 6)
    assert summary.pooled == oracle.pooled_coverage
    page = seen(Browser(client, city.dung))
    assert "1/6 cơ sở sẵn sàng." in page
    assert "16% <small>sẵn sàng" in page
    assert f"Tính chung, {int(100 * oracle.pooled_coverage)}% số chứng nhận" in page
    assert "Số liệu lúc 08:00, 23/11/2026" in page


def test_no_person_is_named_and_few_people_have_no_numbers(client: FlaskClient, city):
    page = seen(Browser(client, city.dung))
    assert "Người Bí Mật" not in page
    row = page.split("Trạm Y tế Ít Người")[1].split("</tr>")[0]
    assert row.count("ít người") == 3
    assert "%" not in row
    assert "chưa có ai" not in row
    assert "Trạm Y tế Chưa Mở" in page


def test_the_chips_filter_and_their_counts_add_up(client: FlaskClient, city):
    browser = Browser(client, city.dung)
    page = seen(browser, "/city?state=ready")
    assert "Bệnh viện Ánh Dương" in page
    assert "Bệnh viện Đồng Xanh" not in page
    page = seen(browser, "/city?state=near")
    assert "Bệnh viện Đồng Xanh" in page
    assert "1–1 trong 1" in page
    assert "Trạm Y tế Chưa Mở" in seen(browser, "/city?state=outside")
    assert "Trạm Y tế Ổ Lau" in seen(browser, "/city?state=behind")


def test_search_ignores_marks_and_type_and_area_narrow(client: FlaskClient, city):
    browser = Browser(client, city.dung)
    page = seen(browser, "/city?q=anh+duong")
    assert "Bệnh viện Ánh Dương" in page
    assert "1–1 trong 1" in page
    assert "1/6 cơ sở sẵn sàng." in page, "the sentence stays that of the whole city"
    page = seen(browser, "/city?type=health_station&area=X%C3%A3+C%E1%BA%A7n+Gi%E1%BB%9D")
    assert "1–3 trong 3" in page
    assert "Không có cơ sở nào phù hợp" in seen(browser, "/city?q=xyz")
    assert "1–7 trong 7" in seen(browser, "/city?type=palace&state=odd&sort=odd&page=-3")


@pytest.mark.parametrize(
    ("sort", "first"),
    [("name", "A"), ("-score", "A"), ("score", "BV-SONGXANH"), ("-coverage", "A"), ("level", "A"), ("-name", None)],
)
def test_the_order_is_the_one_asked_for_and_hides_few_people(city, sort, first):
    rows = queries.city_page(queries.CityFilter(), sort=sort)
    if sort == "-name":
        assert [row.code for row in rows] == [row.code for row in queries.city_page(queries.CityFilter())][::-1]
        return
    codes = [row.code for row in rows]
    if sort in {"name", "level"}:
        assert first in codes
        return
    numbers = [row.total if "score" in sort else row.coverage for row in rows if row.people >= queries.FEW]
    numbers = [each for each in numbers if each is not None]
    assert numbers == sorted(numbers, reverse=sort.startswith("-"))
    few = [row.people < queries.FEW for row in rows]
    assert few == sorted(few), "who has few people stands last, whatever the number"


def test_the_file_says_what_the_table_says_and_the_audit_who_took_it(client: FlaskClient, city):
    browser = Browser(client, city.dung)
    answer = browser.post("/city/export", {"sort": "-score", "type": "", "state": ""})
    assert answer.status_code == 200
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0).to_python()
    assert rows[0][:3] == ["Mã", "Cơ sở", "Loại"]
    by_code = {row[0]: row for row in rows[1:]}
    assert by_code["A"][4:7] == ["Mức A – Sẵn sàng bền vững", 100, 100]
    assert by_code["D"][5:10] == ["ít người"] * 5
    assert "Người Bí Mật" not in str(rows)
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "city.export")).one()
    assert (entry.actor_id, entry.details["rows"]) == (city.dung.id, 7)


def test_before_any_snapshot_the_page_says_so(client: FlaskClient, cast):
    page = seen(Browser(client, cast.dung))
    assert "Chưa có cơ sở nào có số liệu" in page
    assert "Tải Excel" not in page


def test_a_city_of_nothing_but_closed_places_has_no_share(client: FlaskClient, cast):
    set_policy({"doctor": {}})
    jobs.nightly()
    page = seen(Browser(client, cast.dung))
    assert '<p class="sum-number">–</p>' in page


def test_english_is_complete(client: FlaskClient, city):
    page = seen(Browser(client, city.dung), "/city?lang=en")
    assert "1/6 facilities are ready." in page
    assert "few people" in page


def test_more_than_a_page_is_paged(client: FlaskClient, cast, morning):
    set_policy({"nurse": {}})
    for number in range(55):
        make_facility(f"P{number:02}", f"Phòng khám {number:02}")
    jobs.nightly()
    browser = Browser(client, cast.dung)
    assert "1–50 trong 57" in seen(browser)
    assert "51–57 trong 57" in seen(browser, "/city?page=2")
    assert "51–57 trong 57" in seen(browser, "/city?page=99")


@pytest.mark.parametrize("who", ["an", "binh", "chi", "en"])
def test_only_the_task_force_sees_the_city(client: FlaskClient, cast, who):
    browser = Browser(client, getattr(cast, who))
    assert browser.get("/city").status_code == 403
    assert browser.post("/city/export").status_code == 403


def test_yesterday_is_not_counted_beside_today(city):
    with clock.stopped(clock.now() + timedelta(days=1)):
        jobs.nightly()
    assert queries.city_summary(queries.CityFilter()).in_scope == 6


def test_the_page_keeps_to_its_statements(client: FlaskClient, city):
    browser = Browser(client, city.dung)
    seen(browser)
    counted = statement_counter(db.engine)
    seen(browser, "/city?q=benh&state=ready&sort=-score")
    assert len(counted) <= BUDGET, "\n\n".join(counted)
    assert make_point(make_unit(city.here, "Khoa Mắt"), "Quầy") is not None
