"""What is mine: a certificate to show, to send and to print, and a result that waits for a workplace."""

import html
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.kernel import clock
from app.kernel.db import db
from certificates.models import Certificate, CertificateRevocation
from certificates.rules import show_code
from tests.assignments.builders import make_module, passes
from tests.builders import Browser, make_person, save
from tests.quizzes.builders import publish_module, take


def read(page) -> str:
    assert page.status_code == 200, page.status_code
    return re.sub(r"\s+", " ", html.unescape(page.text)).replace("\u00a0", " ")


@pytest.fixture
def certificate(cast, morning) -> Certificate:
    completion = passes(cast.an, make_module("Mở sổ cùng người bệnh"), at=morning - timedelta(days=30))
    found = db.session.scalars(select(Certificate).where(Certificate.completion_id == completion.id)).one()
    db.session.refresh(found)
    db.session.expunge(found)
    return found


def test_my_page_lists_each_certificate_with_its_code_and_opens_it(client, cast, certificate):
    page = read(Browser(client, cast.an).get("/me"))
    shown = show_code(certificate.code)
    assert f"Còn hạn đến 24/10/2027 · {shown}" in page
    assert f'href="/me/certificates/{shown}"' in page


def test_it_is_shown_sent_and_printed_from_its_own_page(client, cast, certificate):
    page = read(Browser(client, cast.an).get(f"/me/certificates/{certificate.code}"))
    address = f"http://localhost/x/{certificate.code}"
    assert show_code(certificate.code) in page
    assert f'hidden data-share="{address}"' in page
    assert "Gửi liên kết" in page
    assert f'<span class="address">{address}</span>' in page, "without script the address can be copied by hand"
    assert f'action="/certificates/{certificate.code}/pdf"' in page


def test_anothers_certificate_answers_like_a_missing_one(client, cast, certificate):
    assert Browser(client, cast.en).get(f"/me/certificates/{certificate.code}").status_code == 404
    assert Browser(client, cast.binh).get(f"/me/certificates/{certificate.code}").status_code == 404


@pytest.mark.parametrize(("state", "words"), [("revoked", "Đã thu hồi ngày 22/11/2026"), ("expired", "Hết hạn ngày")])
def test_one_that_no_longer_holds_says_so_and_is_not_printed(client, cast, certificate, morning, state, words):
    at = morning
    if state == "revoked":
        yesterday = morning - timedelta(days=1)
        save(CertificateRevocation(certificate_id=certificate.id, effective_at=yesterday, is_void=False, reason="x",
                                   recorded_at=yesterday))  # fmt: skip
    else:
        at = morning + timedelta(days=365)
    with clock.stopped(at):
        page = read(Browser(client, cast.an).get(f"/me/certificates/{certificate.code}"))
    assert words in page
    assert "/pdf" not in page
    assert show_code(certificate.code) in page


def test_without_a_certificate_my_page_says_what_the_first_one_takes(client, cast):
    page = read(Browser(client, cast.an).get("/me"))
    assert "Chưa có chứng nhận nào" in page
    assert "Học phần đầu tiên khoảng 20 phút" in page


def test_my_page_leads_to_phone_devices_password_and_data(client, cast):
    page = read(Browser(client, cast.an).get("/me"))
    for address in ("/me/phone", "/me/devices", "/me/password", "/me/data"):
        assert f'href="{address}"' in page, address


def test_a_pass_without_a_workplace_is_kept_and_says_how_a_certificate_comes(client, context, morning):
    stranger = make_person("Đỗ Văn Không")
    attempt = take(stranger, publish_module(key="m1"), right=10)
    attempt_id = attempt.id
    page = read(Browser(client, stranger).get(f"/attempts/{attempt_id}/result"))
    assert "Đạt – 10/10" in page
    assert "Kết quả đã được lưu. Chứng nhận do cơ sở cấp" in page


def test_the_link_can_be_sent_right_after_passing(client, cast, morning):
    attempt_id = take(cast.an, publish_module(key="m1"), right=10).id
    page = read(Browser(client, cast.an).get(f"/attempts/{attempt_id}/result"))
    assert re.search(r'data-share="http://localhost/x/\w{18}"', page)
