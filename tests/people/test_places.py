"""Units, service points and duty lists."""

from datetime import date

from app.kernel import clock
from app.kernel.db import db
from app.kernel.transaction import transaction
from app.people import operations
from app.people.events import RosterChanged
from app.people.models import Duty, ServicePoint, ServicePointTerm, Unit
from tests.builders import Browser
from tests.people.test_people_page import heard  # noqa: F401  a fixture

PLACES = "/f/BV-HOASEN/places"


def make_point(cast, name="Quầy tiếp đón", shift="Sáng"):
    with transaction():
        point = operations.add_point(None, cast.here.id, cast.ward.id, name, shift, now=clock.now())
        operations.set_term(None, point, date(2026, 11, 1), None, 2, now=clock.now())
        return point.id


def terms(point_id):
    db.session.rollback()
    found = db.session.query(ServicePointTerm).filter_by(service_point_id=point_id).order_by(ServicePointTerm.id)
    return [
        (clock.civil_day(term.valid_from), term.valid_to and clock.civil_day(term.valid_to), term.need)
        for term in found
        if term.superseded_at is None
    ]


def test_units_are_added_and_renamed_and_never_doubled(client, cast):
    browser = Browser(client, cast.binh)
    assert browser.post(f"{PLACES}/units", {"name": " Khoa  Dược "}).status_code == 303
    assert browser.post(f"{PLACES}/units", {"name": "khoa duoc"}).status_code == 409
    assert browser.post(f"{PLACES}/units", {"name": ""}).status_code == 422
    unit = db.session.query(Unit).filter_by(name="Khoa Dược").one().id
    assert browser.post(f"{PLACES}/units/{unit}", {"name": "Khoa Dược lâm sàng"}).status_code == 303
    assert "Khoa Dược lâm sàng" in browser.get(PLACES).text
    assert browser.post(f"{PLACES}/units/{cast.other_ward.id}", {"name": "Của tôi"}).status_code == 404


def test_a_service_point_has_its_shift_its_days_and_its_need(client, cast, heard):  # noqa: F811
    browser = Browser(client, cast.binh)
    row = {"unit": cast.ward.id, "name": "Quầy tiếp đón", "shift": "Sáng", "opens": "2026-11-01", "need": "2"}
    assert browser.post(f"{PLACES}/points/new", row).status_code == 303
    db.session.rollback()
    point = db.session.query(ServicePoint).one().id
    assert terms(point) == [(date(2026, 11, 1), None, 2)]
    assert heard == [RosterChanged(cast.here.id)]
    assert browser.post(f"{PLACES}/points/new", row).status_code == 422, "the same point and shift"
    assert browser.post(f"{PLACES}/points/new", {**row, "shift": "Chiều", "need": "0"}).status_code == 422
    assert browser.post(f"{PLACES}/points/new", {**row, "unit": cast.other_ward.id}).status_code == 422
    db.session.rollback()
    assert db.session.query(ServicePoint).count() == 1


def test_a_new_term_keeps_what_was_true_before(client, cast):
    point = make_point(cast)
    browser = Browser(client, cast.binh)
    answer = browser.post(f"{PLACES}/points/{point}/term", {"opens": "2026-12-01", "closes": "2026-12-31", "need": "3"})
    assert answer.status_code == 303
    assert terms(point) == [(date(2026, 11, 1), date(2026, 12, 1), 2), (date(2026, 12, 1), date(2027, 1, 1), 3)]
    browser.post(f"{PLACES}/points/{point}/term", {"opens": "2026-11-01", "closes": "", "need": ""})
    assert terms(point) == [(date(2026, 11, 1), None, None)]
    assert (
        browser.post(f"{PLACES}/points/{point}/term", {"opens": "2026-12-01", "closes": "2026-11-01"}).status_code
        == 422
    )


def test_the_duty_list_is_a_dated_fact(client, cast, morning, heard):  # noqa: F811
    point = make_point(cast)
    browser = Browser(client, cast.binh)
    heard.clear()
    assert browser.post(f"{PLACES}/points/{point}/duty", {"person": [cast.an.id, cast.binh.id]}).status_code == 303
    assert heard == [RosterChanged(cast.here.id)]
    assert "Nguyễn Thị Ánh Tuyết An" in Browser(client, cast.chi).get(f"{PLACES}/points/{point}").text
    browser = Browser(client, cast.binh)
    assert browser.post(f"{PLACES}/points/{point}/duty", {"person": [cast.en.id]}).status_code == 422, "a stranger"
    browser.post(f"{PLACES}/points/{point}/duty", {"person": [cast.binh.id]})
    db.session.rollback()
    held = db.session.query(Duty).filter_by(superseded_at=None, valid_to=None).all()
    assert [duty.person_id for duty in held] == [cast.binh.id]
    heard.clear()
    browser.post(f"{PLACES}/points/{point}/duty", {"person": [cast.binh.id]})
    assert heard == [], "saving the same list says nothing"


def test_the_director_reads_the_places(client, cast):
    point = make_point(cast)
    browser = Browser(client, cast.chi)
    assert "Quầy tiếp đón" in browser.get(PLACES).text
    assert browser.post(f"{PLACES}/points/{point}/duty", {}).status_code == 403
