"""The director's board: the number worked by hand, the sentence, the way down to the people, and who may see it."""

from datetime import timedelta
from fractions import Fraction

import pytest
from flask.testing import FlaskClient

from app.kernel import clock
from app.kernel.db import db
from app.kernel.transaction import statement_counter, transaction
from app.people.models import Employment, Facility, FacilityClosure, Person, Role
from app.people.rules import search_key, sort_key
from app.readiness import jobs, operations, queries
from app.readiness.rules import Level, score_of
from tests.builders import Browser, employ, grant, make_facility, make_person, make_position, make_unit, save
from tests.readiness.facts import certify, let_go, make_module, make_point, set_policy
from tests.tempo import quickest

PATH = "/f/BV-HOASEN/readiness"
#: The world alone takes nine statements (people, duties, points, earlier posts, modules, closures with caps,
#: certificates, leaves, requirements); the sign-in two, the address one; policy, line, parent, frame the rest.
BUDGET = 18


def seen(browser: Browser, path: str = PATH) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200
    return answer.text.replace("\xa0", " ")


@pytest.fixture
def desk(cast, morning):
    """An (nurse) and Bình (admin) at a desk that needs both; a nurse holds m1 and m2, an administrator m1."""
    cast.m1, cast.m2 = make_module("m1", "Hiểu đúng về Sổ"), make_module("m2", "Kích hoạt VNeID")
    set_policy({"nurse": {"m1": 1, "m2": 1}, "admin": {"m1": 1}})
    cast.point = make_point(cast.ward, "Quầy tiếp đón", need=2)
    certify(cast.an, cast.m1, cast.here)
    let_go(cast.m1, cast.m2, cast.point)
    return cast


def total(facility: Facility) -> Fraction:
    db.session.rollback()
    policy = queries.get_policy_at(clock.now()).policy
    return score_of(queries.case_of(facility.id, policy, as_of=clock.now())).T


def test_a_pass_moves_the_number_by_exactly_what_the_formula_says(client: FlaskClient, desk):
    # D = nurse 2 + 2, admin 1 = 5; one pair of weight 2 is held, nobody at the desk is ready.
    assert total(desk.here) == 75 * Fraction(2, 5) + 25 * Fraction(0) == 30
    assert '<p class="sum-number">30,0<small>/100</small>' in seen(Browser(client, desk.chi))
    certify(desk.an, desk.m2, desk.here, days_ago=0)
    # One pair of weight 2 more, and one of the two that the only point needs.
    moved = 75 * Fraction(2, 5) + 25 * (Fraction(1, 2) - Fraction(0)) / 1
    assert moved == Fraction(85, 2)
    assert total(desk.here) == 30 + moved
    page = seen(Browser(client, desk.chi))
    assert '<p class="sum-number">72,5<small>/100</small>' in page
    assert "Mức C – Gần sẵn sàng" in page
    assert "Cần thêm 12,5 điểm và người đã học ở 1 điểm phục vụ để lên mức Sẵn sàng." in page
    assert "được 40,0/50 điểm" in page
    assert "Mục tiêu 1/1 · được 12,5/25 điểm" in page


def test_the_next_step_says_its_exact_gain_and_leads_to_the_assignment(client: FlaskClient, desk):
    page = seen(Browser(client, desk.binh))
    assert "Thêm 2 người ở Quầy tiếp đón học cho xong" in page
    assert "+70,0 điểm" in page, "both at the desk would make it complete"
    assert "lên Mức A – Sẵn sàng bền vững" in page
    assert "khoảng 20 phút mỗi người" in page
    for chosen in (f"person={desk.an.id}", f"person={desk.binh.id}", f"module={desk.m1.id}", f"module={desk.m2.id}"):
        assert chosen in page
    assert "/f/BV-HOASEN/assign?" in page


def test_a_director_who_may_not_assign_is_led_to_the_people(client: FlaskClient, desk):
    page = seen(Browser(client, desk.chi))
    assert "Xem 2 người" in page
    assert f"/f/BV-HOASEN/board?unit={desk.ward.id}" in page
    assert "/f/BV-HOASEN/assign" not in page


def test_many_people_are_chosen_by_their_unit(client: FlaskClient, desk):
    for _ in range(45):
        employ(make_person("Nguyễn Văn Người"), desk.here, make_unit(desk.here, "Khoa Nội") if not _ else None)
    page = seen(Browser(client, desk.binh))
    assert "step=who" in page, "people without a unit have no unit to choose"


def test_a_component_opens_to_units_and_to_the_names_of_one(client: FlaskClient, desk):
    browser = Browser(client, desk.chi)
    page = seen(browser, f"{PATH}?part=C")
    assert "Khoa Khám bệnh" in page
    link = f"/f/BV-HOASEN/people/{desk.an.id}"
    assert link not in page, "counts before names"
    page = seen(browser, f"{PATH}?part=C&of={desk.ward.id}")
    assert desk.an.name in page
    assert "Kích hoạt VNeID" in page
    assert link in page
    assert desk.en.name not in page


@pytest.mark.parametrize("letter", ["U", "K"])
def test_each_share_opens_to_whom_it_lacks(client: FlaskClient, desk, letter):
    certify(desk.an, desk.m2, desk.here, days_left=5, refresh_in=-3)
    page = seen(Browser(client, desk.chi), f"{PATH}?part={letter}&of={desk.ward.id}")
    assert desk.an.name in page
    assert "Kích hoạt VNeID" in page


def test_the_service_points_say_ready_and_needed(client: FlaskClient, desk):
    page = seen(Browser(client, desk.chi), f"{PATH}?part=B&of={desk.point.id}")
    assert '<td class="right">0<span class="soft">/2</span></td>' in page
    assert "Còn thiếu 2 người" in page
    assert desk.binh.name in page
    empty = make_point(make_unit(desk.here, "Khoa Nội"), "Phòng khám Nội", need=3)
    let_go(empty)
    page = seen(Browser(client, desk.chi), f"{PATH}?part=B&of={empty.id}")
    assert "Xếp chưa đủ người" in page
    assert "Chưa có ai được xếp ở đây" in page


def test_an_odd_address_opens_nothing(client: FlaskClient, desk):
    browser = Browser(client, desk.chi)
    for query in ("part=X", "part=C&of=999", "part=B&of='"):
        assert f"/people/{desk.an.id}" not in seen(browser, f"{PATH}?{query}")


def test_the_counting_is_one_tap_away(client: FlaskClient, desk):
    page = seen(Browser(client, desk.chi), f"{PATH}?how=1")
    assert '<details class="card plain screen-only" id="how" open>' in page
    assert "Cách tính Bản thử, áp dụng từ" in page
    assert "không phải xếp hạng của Sở Y tế" in page
    for weight in ("50%", "25%", "15%", "10%"):
        assert weight in page


def test_the_line_and_the_change_come_from_the_snapshots(client: FlaskClient, desk):
    now = clock.now()
    assert "Đường biểu diễn bắt đầu từ ngày mai" in seen(Browser(client, desk.chi))
    for days in range(10, 0, -1):
        with clock.stopped(now - timedelta(days=days)):
            jobs.nightly()
    certify(desk.an, desk.m2, desk.here, days_ago=0)
    page = seen(Browser(client, desk.chi))
    assert "Tăng 42,5 điểm từ 13/11." in page
    assert "16/11/2026" in page, "the table has a row a week"
    assert "+40,0 sau 7 ngày" in page
    assert "±0 sau 7 ngày" in page, "the desk is still not covered"


def test_a_loss_is_said_too(client: FlaskClient, desk):
    now = clock.now()
    certify(desk.an, desk.m2, desk.here, days_ago=20, days_left=-1)
    with clock.stopped(now - timedelta(days=7)):
        jobs.nightly()
    page = seen(Browser(client, desk.chi))
    assert "Giảm 36,5 điểm từ 16/11." in page
    assert "−40,0 sau 7 ngày" in page


def test_a_cap_is_told_beside_the_points(client: FlaskClient, desk):
    for person, module in ((desk.an, desk.m2), (desk.binh, desk.m1)):
        certify(person, module, desk.here)
    assert "Điểm phục vụ nào cũng đủ người đã học." in seen(Browser(client, desk.chi))
    with transaction():
        operations.set_cap(desk.here.id, Level.D, document="12/QĐ", until=None, now=clock.now())
    page = seen(Browser(client, desk.chi))
    assert "Mức D – Chưa sẵn sàng" in page
    assert "Điểm đạt mức A; một quyết định đã ghi nhận giữ ở mức D." in page
    assert '<p class="sum-number">100,0<small>' in page


def test_each_level_has_its_own_sentence(client: FlaskClient, cast, morning):
    module = make_module("m1")
    set_policy({"nurse": {"m1": 1}})
    nurses = [cast.an, *(make_person(f"Lê Thị Số {number}") for number in range(19))]
    for nurse in nurses[1:]:
        employ(nurse, cast.here, cast.ward)
    let_go(module, *nurses[1:])
    said = {
        7: "lên mức D.",
        12: "Cần thêm 10,0 điểm để lên mức Gần sẵn sàng.",
        16: "Cần thêm 5,0 điểm để lên mức Sẵn sàng.",
        18: "Cần thêm 5,0 điểm để lên mức Sẵn sàng bền vững.",
        20: "Điểm phục vụ nào cũng đủ người đã học.",
    }
    held = 0
    for count, words in said.items():
        for nurse in nurses[held:count]:
            certify(nurse, module, cast.here)
        held = count
        assert words in seen(Browser(client, cast.chi)), count


def test_what_outlasts_thirty_days_is_asked_for_the_highest_level(client: FlaskClient, cast, morning):
    module = make_module("m1")
    set_policy({"nurse": {"m1": 1}}, w_cov="7/10", w_pts="1/10", w_cur="1/20", w_kno="3/20")
    certify(cast.an, module, cast.here, days_left=10)
    assert "Đã sẵn sàng. Để lên mức cao nhất, 90% chứng nhận phải còn hạn sau 30 ngày." not in seen(
        Browser(client, cast.chi)
    )
    page = seen(Browser(client, cast.chi))
    assert "thêm 0,6 điểm và 90% chứng nhận còn hạn sau 30 ngày" in page
    assert "1 người ở Khoa Khám bệnh gia hạn chứng nhận" in page


def test_only_the_service_points_may_be_missing(client: FlaskClient, desk):
    others = [make_person(f"Lê Thị Số {number}") for number in range(20)]
    for each in others:
        employ(each, desk.here, make_unit(desk.here, "Khoa Nội") if each is others[0] else None)
        certify(each, desk.m1, desk.here)
        certify(each, desk.m2, desk.here)
    certify(desk.an, desk.m2, desk.here)
    page = seen(Browser(client, desk.chi))
    assert "Chỉ còn thiếu người đã học ở 1 điểm phục vụ để lên mức Sẵn sàng." in page


def test_before_there_is_a_number_the_page_names_the_first_steps(client: FlaskClient, cast):
    assert "Thành phố chưa đặt cách tính" in seen(Browser(client, cast.chi))
    set_policy({"doctor": {}})
    page = seen(Browser(client, cast.binh))
    assert "Ba bước để có số liệu đầu tiên" in page
    assert 'href="/f/BV-HOASEN/people"' in page
    assert 'href="/f/BV-HOASEN/places"' in page


def test_points_without_people_ask_for_the_list(client: FlaskClient, cast):
    set_policy({"doctor": {}})
    place = make_facility("TYT-1", "Trạm Y tế Hoa Mai")
    make_point(make_unit(place), "Quầy")
    head = make_person("Đỗ Văn Trưởng")
    grant(head, Role.DIRECTOR, place)
    page = seen(Browser(client, head), "/f/TYT-1/readiness")
    assert "Nhập danh sách nhân viên để bắt đầu." in page
    assert "Mức E – Mới bắt đầu" in page


def test_a_closed_facility_is_not_counted(client: FlaskClient, desk):
    began = clock.now() - timedelta(days=3)
    save(FacilityClosure(facility_id=desk.here.id, valid_from=began, recorded_at=began))
    assert "Cơ sở đang đóng cửa" in seen(Browser(client, desk.chi))


def test_new_people_have_their_days_of_grace(client: FlaskClient, cast, morning):
    make_module("m1")
    set_policy({"nurse": {"m1": 1}})
    place = make_facility("TYT-2", "Trạm Y tế Hoa Đào")
    unit = make_unit(place)
    make_point(unit, "Quầy")
    newcomer, head = make_person("Võ Thị Mới"), make_person("Đỗ Văn Trưởng")
    employ(newcomer, place, unit, valid_from=clock.now() - timedelta(days=2))
    grant(head, Role.DIRECTOR, place)
    let_go(head)
    page = seen(Browser(client, head), "/f/TYT-2/readiness?part=C")
    assert "Chưa ai phải có chứng nhận" in page
    assert "chưa có số liệu" in page
    assert "Chưa tính vào điểm" in page


def test_english_is_complete(client: FlaskClient, desk):
    page = seen(Browser(client, desk.chi), f"{PATH}?lang=en&part=C&how=1")
    assert "A beginning is made. 10.0 more points lead to level D." in page
    assert "What to do next" in page
    assert "Việc nên làm" not in page


@pytest.mark.parametrize(("who", "status"), [("an", 403), ("en", 404), ("dung", 404), ("chi", 200), ("binh", 200)])
def test_who_may_see_the_board(client: FlaskClient, desk, who, status):
    answer = Browser(client, getattr(desk, who)).get(PATH)
    assert answer.status_code == status
    assert (desk.here.name in answer.text) == (status == 200)


def test_a_stranger_is_asked_to_sign_in(client: FlaskClient, cast):
    assert client.get(PATH).status_code == 302


def test_the_page_keeps_to_its_statements(client: FlaskClient, desk):
    for _ in range(30):
        employ(make_person(), desk.here, desk.ward)
    browser = Browser(client, desk.chi)
    seen(browser)
    counted = statement_counter(db.engine)
    seen(browser, f"{PATH}?part=C&of={desk.ward.id}&how=1")
    assert len(counted) <= BUDGET, "\n\n".join(counted)
    assert not [each for each in counted if not each.lower().startswith(("select", "with"))]


def test_a_thousand_people_take_less_than_half_a_second(client: FlaskClient, desk):
    position_id = make_position("nurse").id
    with transaction() as session:
        name, began = "Nguyễn Thị Hoa", clock.now() - timedelta(days=300)
        people = [
            Person(name=name, search_key=search_key(name), sort_key=sort_key(name), created_at=began)
            for _ in range(1500)
        ]
        session.add_all(people)
        session.flush()
        session.add_all(
            Employment(
                person_id=person.id,
                facility_id=desk.here.id,
                unit_id=desk.ward.id,
                position_id=position_id,
                valid_from=began,
                recorded_at=began,
            )
            for person in people
        )
    browser = Browser(client, desk.chi)
    assert quickest(lambda: seen(browser)) < 0.5
