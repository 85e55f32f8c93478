"""The menu offers a person's own pages and no other, and marks the one that is open."""

import html
import re

import pytest
from flask import Flask

from app.people.models import Role
from tests.builders import Browser, grant, make_person

# Any page of a facility with the manager's frame will do; this one belongs to the coordinator.
PAGE = "/f/{}/reports"


def _menu(page) -> dict[str, tuple[str, bool]]:
    """Label to (address, is it marked) of the menu beside the page."""
    assert page.status_code == 200, page.status_code
    side = re.search(r'<aside class="side">.*?</aside>', page.get_data(as_text=True), re.DOTALL).group()
    links = re.findall(r'<a class="menu-link" href="([^"]+)"( aria-current="page")?>.*?<span>(.*?)</span>', side)
    return {html.unescape(label): (address, bool(marked)) for address, marked, label in links}


def test_a_coordinator_sees_the_pages_of_the_facility(app: Flask, client, cast):
    menu = _menu(Browser(client, cast.binh).get(PAGE.format("BV-HOASEN")))
    expected = {
        "coordinator.board": ("Tiến độ", "/f/BV-HOASEN/board"),
        "coordinator.assign": ("Giao học", "/f/BV-HOASEN/assign"),
        "people.roster": ("Nhân sự", "/f/BV-HOASEN/people"),
        "certificates.issued": ("Chứng nhận", "/f/BV-HOASEN/certificates"),
        "quizzes.reports": ("Câu hỏi báo sai", "/f/BV-HOASEN/reports"),
    }
    for endpoint, (label, address) in expected.items():
        if endpoint in app.view_functions:
            assert menu[label] == (address, endpoint == "quizzes.reports")
    assert "Toàn thành phố" not in menu
    assert "Mức sẵn sàng" not in menu or "director.readiness" in app.view_functions


def test_the_menu_speaks_of_the_facility_that_is_open(client, cast):
    grant(cast.binh, Role.COORDINATOR, cast.there)
    page = Browser(client, cast.binh).get(PAGE.format("BV-SONGXANH"))
    assert all("BV-HOASEN" not in address for address, _ in _menu(page).values()), (
        "links stay in the facility that is open"
    )
    text = page.get_data(as_text=True)
    assert "Điều phối đào tạo · Bệnh viện Nhi Sông Xanh" in text


@pytest.mark.parametrize(
    ("roles", "label"),
    [((), "Chưa có nơi công tác"), ((Role.TASKFORCE,), "Tổ công tác thành phố"), ((Role.ADMIN,), "Quản trị hệ thống")],
)
def test_my_page_names_the_role_of_somebody_without_a_workplace(client, context, roles: tuple[Role, ...], label: str):
    person = make_person("Đỗ Văn Không")
    for role in roles:
        grant(person, role)
    assert label in Browser(client, person).get("/me").get_data(as_text=True)


def test_a_director_without_a_workplace_is_seen_in_the_managed_facility(client, cast):
    person = make_person("Đỗ Văn Trưởng")
    grant(person, Role.DIRECTOR, cast.there)
    page = Browser(client, person).get("/").get_data(as_text=True)
    assert "Bệnh viện Nhi Sông Xanh" in page


def test_a_manager_finds_the_way_to_their_own_learning_beside_their_name(client, cast):
    page = Browser(client, cast.binh).get(PAGE.format("BV-HOASEN")).get_data(as_text=True)
    side = re.search(r'<aside class="side">.*?</aside>', page, re.DOTALL).group()
    assert re.search(r'<a [^>]*href="/"[^>]*>Hôm nay của tôi</a>', side)


def test_the_menu_has_at_most_six_entries(client, cast):
    assert len(_menu(Browser(client, cast.binh).get(PAGE.format("BV-HOASEN")))) <= 6
