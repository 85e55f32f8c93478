"""The first journey: roster from Excel, assignment, a nurse on her phone, proof, readiness moved to the fraction."""

import json
import re
import subprocess
import time
from datetime import timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from app.kernel import clock
from app.kernel.db import db
from app.kernel.tokens import hash_token, new_token
from app.kernel.transaction import transaction
from app.people.models import (
    Duty,
    Employment,
    Person,
    Position,
    Role,
    ServicePoint,
    ServicePointTerm,
    SignIn,
)
from app.people.rules import search_key
from app.readiness import jobs as readiness_jobs
from certificates.models import Certificate
from courses.models import Module, ModuleVersion
from quizzes.models import Attempt, AttemptState, QuestionVersion
from tests.browser.conftest import DESK, PHONE, Site
from tests.builders import employ, grant, make_facility, make_person, make_unit
from tests.certificates.builders import make_certificate
from tests.people.files.rosters import write_roster

CODE = "BV-HOASEN"
PASSWORD = "bốn từ không liên quan gì"
#: Weight of a position times the modules it must hold, as the shipped policy says; worked out here by hand.
OWED = {
    "leader": 1 * 3,
    "doctor": 2 * 4,
    "nurse": 2 * 5,
    "pharmacist": 2 * 5,
    "reception": 3 * 6,
    "guide": 3 * 6,
    "it": 2 * 5,
    "admin": 1 * 2,
    "support": 1 * 2,
    "collaborator": 2 * 6,
}
#: What An, a nurse, holds already: all that is asked of her but M1.
HELD = ("m3", "m4", "m6", "m7")


def act_as(page: Page, site: Site, person_id: int) -> None:
    """Sign somebody in on this page's browser, as a sign-in on their own device would."""
    token, now = new_token(), clock.now()
    with site.app.app_context():
        with transaction() as session:
            session.add(
                SignIn(
                    token_hash=hash_token(token),
                    person_id=person_id,
                    is_shared=False,
                    began_at=now,
                    seen_at=now,
                    ends_at=now + timedelta(hours=8),
                    browser="",
                )
            )
        db.session.remove()
    page.context.add_cookies([{"name": "san-sang", "value": token, "url": site.url}])


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def total(site: Site) -> Fraction:
    """Return T as anyone can recompute it."""
    done = site.app.test_cli_runner().invoke(args=["readiness", "explain", CODE, "--json"])
    assert done.exit_code == 0, done.output
    return Fraction(json.loads(done.output)["expected"]["score"])


@pytest.fixture(scope="module")
def hospital(empty_site: Site) -> dict[str, int]:
    """A hospital with a coordinator and a director, two service points, and nobody else yet."""
    with empty_site.app.app_context():
        place = make_facility(CODE, "Bệnh viện Hoa Sen")
        office = make_unit(place, "Phòng Kế hoạch tổng hợp")
        binh, chi = make_person("Trần Mỹ Bình"), make_person("Lê Quỳnh Chi")
        employ(binh, place, office, "admin", staff_code="QL001")
        employ(chi, place, office, "leader", staff_code="QL002")
        grant(binh, Role.COORDINATOR, place)
        grant(chi, Role.DIRECTOR, place)
        ids = {"facility": place.id, "binh": binh.id, "chi": chi.id}
        db.session.remove()
    return ids


def test_a_roster_becomes_readiness(empty_site: Site, hospital: dict[str, int], open_page, tmp_path: Path):
    roster = tmp_path / "nhan-su.xlsx"
    write_roster(roster, 1500, seed=11)
    binh = open_page(empty_site, DESK)
    act_as(binh, empty_site, hospital["binh"])
    import_roster(binh, roster)
    an = choose_an(empty_site, hospital["facility"])
    assign_m1(binh)
    slip = print_slip(binh, an["name"])

    phone = open_page(empty_site, PHONE)
    before = total(empty_site)
    expected_before = Fraction(4 * 75 * 2, an["owed"])  # An's others: 75 · 2 / D each, and no service point is covered
    assert before == expected_before
    shown_before = board_total(open_page, empty_site, hospital["chi"])
    assert shown_before == cut(before)

    activate(phone, slip)
    read_module(phone, "m1")
    pass_quiz(phone, empty_site, an["id"])
    pdf = fetch_pdf(phone, empty_site, tmp_path)
    words = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], capture_output=True, text=True, check=True).stdout
    assert "GIẤY CHỨNG NHẬN" in words
    assert an["name"] in words

    stranger = open_page(empty_site, PHONE)
    stranger.goto(f"/x/{certificate_code(empty_site, an['id']).lower()}")
    expect(stranger.get_by_role("heading", level=1)).to_contain_text("có hiệu lực")
    expect(stranger.locator("main")).to_contain_text(an["name"])
    assert stranger.context.cookies() == []

    after = total(empty_site)
    # By hand: M1 of a nurse adds ω = 2 to coverage, durability and knowledge, and completes An, who alone was missing
    # at one of the two service points: ΔT = 75·ω/D + 25·Δb/|Q| = 75·2/D + 25·1/2.
    assert after - before == Fraction(75 * 2, an["owed"]) + Fraction(25, 2)
    assert board_total(open_page, empty_site, hospital["chi"]) == cut(after)


def cut(value: Fraction) -> str:
    tenths = value.numerator * 10 // value.denominator
    return f"{tenths // 10},{tenths % 10}"


def choose_an(site: Site, facility_id: int) -> dict[str, object]:
    """Give one imported nurse a service point of her own and her other certificate; return who she is and D."""
    with site.app.app_context():
        rows = db.session.execute(
            select(Position.code, func.count())
            .join(Employment, Employment.position_id == Position.id)
            .where(Employment.facility_id == facility_id, Employment.superseded_at.is_(None))
            .group_by(Position.code)
        ).all()
        owed = sum(OWED[code] * count for code, count in rows)
        person, unit_id = db.session.execute(
            select(Person, Employment.unit_id)
            .join(Employment, Employment.person_id == Person.id)
            .join(Position, Position.id == Employment.position_id)
            .where(Employment.facility_id == facility_id, Position.code == "nurse", Employment.unit_id.is_not(None))
            .order_by(func.length(Person.name).desc(), Person.id)
            .limit(1)
        ).one()
        other = db.session.scalars(
            select(Employment.person_id).where(
                Employment.facility_id == facility_id, Employment.unit_id == unit_id, Employment.person_id != person.id
            )
        ).first()
        made = {"id": person.id, "name": person.name, "owed": owed}
        add_points(facility_id, unit_id, [person.id, other])
        versions = select(ModuleVersion).join(ModuleVersion.module).where(Module.key.in_(HELD))
        for version in db.session.scalars(versions).all():
            make_certificate(person, version)
        readiness_jobs.nightly()
        db.session.remove()
    return made


def add_points(facility_id: int, unit_id: int, people: list[int]) -> None:
    since = {"valid_from": clock.now() - timedelta(days=100), "recorded_at": clock.now()}
    with transaction() as session:
        for number, person_id in enumerate(people, start=1):
            name = f"Bàn hướng dẫn {number}"
            point = ServicePoint(
                facility_id=facility_id, unit_id=unit_id, name=name, search_key=search_key(name), created_at=clock.now()
            )
            session.add(point)
            session.flush()
            session.add(ServicePointTerm(service_point_id=point.id, need=1, **since))
            session.add(Duty(service_point_id=point.id, person_id=person_id, **since))


def activate(page: Page, code: str) -> None:
    page.goto("/activate")
    page.get_by_label("Mã", exact=False).first.fill(code)
    page.locator("main button[type=submit]").last.click()
    page.locator("input[type=password]").fill(PASSWORD)
    page.locator("main button[type=submit]").last.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Chào")


def read_module(page: Page, module: str) -> None:
    """Start from the home page's one button and press "Tiếp" to the end of the last lesson."""
    page.locator(".leaf a.btn, .leaf button").first.click()
    for _ in range(60):
        if "/quiz/" in page.url:
            return
        assert f"/learn/{module}/" in page.url
        page.locator(".dock button").click()
        page.wait_for_load_state()
    raise AssertionError("the module never ended")


def pass_quiz(page: Page, site: Site, person_id: int) -> None:
    page.locator(".dock button, .dock a.btn").first.click()
    page.wait_for_url(re.compile(r"/attempts/\d+/1"))
    right = right_tokens(site, person_id)
    for place in range(1, len(right) + 1):
        page.wait_for_url(re.compile(rf"/attempts/\d+/{place}\b"))
        for token in right[place - 1]:
            page.locator(f"input[value='{token}']").check(force=True)
        expect(page.locator("main")).to_contain_text("Đã lưu")
        page.locator(".dock button").click()
    page.wait_for_url(re.compile(r"/review"))
    press(page, "Nộp bài")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Đạt – 10/10")


def right_tokens(site: Site, person_id: int) -> list[list[str]]:
    """Look the right answers up in the database: no page has them."""
    with site.app.app_context():
        attempt = db.session.scalars(
            select(Attempt).where(Attempt.person_id == person_id, Attempt.state == AttemptState.OPEN)
        ).one()
        found = []
        for item in attempt.draw:
            options = db.session.get_one(QuestionVersion, item["version"]).content["options"]
            found.append([each["token"] for each in item["options"] if options[each["index"]]["right"]])
        db.session.remove()
    return found


def fetch_pdf(page: Page, site: Site, folder: Path) -> Path:
    press(page, "Tải bản in")
    until = time.monotonic() + 40
    address = page.url
    while time.monotonic() < until:
        answer = page.context.request.get(address)
        if answer.headers.get("content-type") == "application/pdf":
            target = folder / "certificate.pdf"
            target.write_bytes(answer.body())
            return target
        time.sleep(0.5)
    raise AssertionError("the PDF was never made")


def certificate_code(site: Site, person_id: int) -> str:
    with site.app.app_context():
        code = db.session.scalars(
            select(Certificate.code).where(Certificate.person_id == person_id).order_by(Certificate.id.desc()).limit(1)
        ).one()
        db.session.remove()
    return code


def board_total(open_page, site: Site, person_id: int) -> str:
    page = open_page(site, DESK)
    act_as(page, site, person_id)
    page.goto(f"/f/{CODE}/readiness")
    return page.locator(".sum-number").inner_text().split("/")[0].strip()


def assign_m1(page: Page) -> None:
    page.goto(f"/f/{CODE}/assign")
    page.locator("input[name=everyone]").check(force=True)
    page.locator("button[name=step][value=what]").click()
    page.locator("input[name=module]").first.check(force=True)
    page.locator("button[name=step][value=when]").click()
    page.locator(".chips a").first.click()
    page.locator("button[name=step][value=check]").click()
    expect(page.locator(".leaf-title")).to_contain_text("Hiểu đúng về Sổ sức khỏe điện tử")
    page.get_by_role("button", name="Giao học").click()
    page.wait_for_url(re.compile(r"/assign/\d+"))


def print_slip(page: Page, name: object) -> str:
    """Print the slips of every unit and read the code on the one slip of this name."""
    page.goto(f"/f/{CODE}/people/slips")
    for box in page.locator("input[name=unit]").all():
        box.check(force=True)
    page.locator("button[name=kind][value=paper]").click()
    slip = page.locator("article.slip", has=page.get_by_role("heading", name=str(name), exact=True))
    return slip.locator(".slip-code").first.inner_text()


def import_roster(page: Page, roster: Path) -> None:
    """Send the file, agree to the columns, decide what has no suggestion, and import."""
    page.goto(f"/f/{CODE}/people/import")
    page.set_input_files("#file", str(roster))
    page.locator("form.drop button").click()
    wait_for_step(page, "form[action$='/columns']")
    page.locator("form[action$='/columns'] button.btn-main").click()
    for _ in range(6):
        wait_for_step(page, "button[formaction$='/apply'], ol.nexts")
        if page.locator("ol.nexts").count():
            return
        decide(page)
        page.locator("button[formaction$='/apply']").click()
    raise AssertionError("the import never came to its end")


def wait_for_step(page: Page, wanted: str) -> None:
    """Wait while the page refreshes itself and the worker works."""
    until = time.monotonic() + 60
    while not page.locator(wanted).count():
        assert time.monotonic() < until, page.inner_text("main")[:500]
        time.sleep(0.4)


def decide(page: Page) -> None:
    """Choose the first answer wherever nothing is chosen yet."""
    for group in page.locator("fieldset.seg").all():
        if not group.locator("input:checked").count():
            group.locator("label").first.click()
    for choice in page.locator("select").all():
        if not choice.input_value():
            choice.select_option(index=1)
