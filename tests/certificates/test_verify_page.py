"""Anyone checks a certificate: the outcome first, the fields of CE-04 and no other, no cookie, no script."""

import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from flask.testing import FlaskClient

from app.kernel import clock
from app.kernel.db import db
from app.kernel.transaction import statement_counter, transaction
from certificates import operations, rules
from certificates.models import Certificate
from tests.builders import Browser, employ, make_person
from tests.certificates.builders import make_certificate, make_version

UNKNOWN = rules.make_code(bytes(range(10)))


def ended(certificate: Certificate, act: str = "revoke") -> Certificate:
    with transaction():
        operations.end(None, certificate.id, act, reason="CANARY-REASON", now=clock.now())
    return certificate


@pytest.fixture
def codes(cast: SimpleNamespace) -> dict[str, str]:
    now = clock.now()
    valid = make_certificate(cast.an).code
    return {
        "valid": valid,
        "expired": make_certificate(cast.an, completed_at=now - timedelta(days=400)).code,
        "revoked": ended(make_certificate(cast.an)).code,
        "replaced": ended(make_certificate(cast.an), "reissue").code,
        "unknown": UNKNOWN,
        "mistyped": valid[:-1] + ("0" if valid[-1] != "0" else "1"),
    }


SENTENCES = {
    "vi": {
        "valid": "Chứng nhận có hiệu lực",
        "expired": "Hết hạn ngày",
        "revoked": "Đã thu hồi ngày",
        "replaced": "Đã được thay bằng giấy mới ngày",
        "unknown": "Không tìm thấy mã này",
        "mistyped": "Mã gõ chưa đúng",
    },
    "en": {
        "valid": "Certificate is valid",
        "expired": "Expired on",
        "revoked": "Revoked on",
        "replaced": "Replaced by a new one on",
        "unknown": "No certificate has this code",
        "mistyped": "The code is not typed right",
    },
}
KINDS = tuple(SENTENCES["vi"])


def text_of(response) -> str:
    """The words of a page in reading order, no-break spaces as spaces."""
    body = re.sub(r"<head>.*?</head>|<[^>]+>", " ", response.text, flags=re.DOTALL)
    return " ".join(body.replace("\u00a0", " ").split())


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_the_outcome_comes_first_in_words_and_sign(client: FlaskClient, codes, kind: str, language: str):
    response = client.get(f"/x/{codes[kind]}?lang={language}")
    assert response.status_code == (404 if kind in {"unknown", "mistyped"} else 200)
    first = re.search(r"<main.*?<section.*?</h1>", response.text, re.DOTALL)
    assert first is not None
    assert "<svg" in first[0]
    assert SENTENCES[language][kind] in re.sub(r"<[^>]+>", "", first[0]).replace("\u00a0", " ")
    assert f'lang="{language}"' in response.text
    assert {"vi": "Tra cứu lúc", "en": "Checked at"}[language] in response.text
    others = {words for name, words in SENTENCES[language].items() if name != kind}
    assert not [words for words in others if words in text_of(response)]


@pytest.mark.parametrize("kind", KINDS)
def test_a_program_gets_the_same_answer_by_address_or_by_accept(client: FlaskClient, codes, kind: str):
    by_address = client.get(f"/x/{codes[kind]}.json")
    by_accept = client.get(f"/x/{codes[kind]}", headers={"Accept": "application/json"})
    assert by_address.mimetype == by_accept.mimetype == "application/json"
    assert by_address.json["status"] == by_accept.json["status"] == kind
    assert by_address.status_code == client.get(f"/x/{codes[kind]}").status_code


def test_only_the_fields_of_ce_04_are_told(client: FlaskClient, cast, morning):
    person = make_person("Lý Thị Thảo", phone="+84901234567")
    employ(person, cast.here, cast.ward, staff_code="CANARYSTAFF")
    issued = ended(make_certificate(person, make_version(code="CANARY-M")))
    told = client.get(f"/x/{issued.code}.json").json
    assert told == {
        "status": "revoked",
        "checked_at": "2026-11-23T01:00:00+00:00",
        "code": rules.show_code(issued.code),
        "name": "Lý Thị Thảo",
        "module": {"vi": "Hiểu đúng về Sổ sức khỏe điện tử", "en": "Understanding the electronic health book"},
        "minutes": 20,
        "facility": "Bệnh viện Hoa Sen",
        "issuer": "Sở Y tế Thành phố Hồ Chí Minh",
        "issued_on": "2026-11-23",
        "last_day": "2027-11-23",
        "revoked_on": "2026-11-23",
    }
    page = client.get(f"/x/{issued.code}")
    labels = re.findall(r"<dt>(.*?)</dt>", page.text)
    assert labels == ["Cấp cho", "Nội dung", "Thời lượng", "Nơi cấp", "Ngày cấp", "Còn hạn đến", "Mã xác minh"]
    kept = {**issued.printed, "reason": "CANARY-REASON", "staff_code": "CANARYSTAFF", "phone": "901234567"}
    told_keys = {"name", "title_vi", "facility", "parent", "minutes"}
    for key, value in kept.items():
        if isinstance(value, str) and value and key not in told_keys and not value.startswith("202"):
            assert value not in page.text, key
    assert "9/10" not in page.text, "no score"
    assert "90%" not in page.text


def test_where_to_call_is_a_link_on_the_phone(client: FlaskClient, codes, monkeypatch):
    given = client.application.template_context_processors
    monkeypatch.setitem(given, None, [*given[None], lambda: {"help_phone": "028 1234 567"}])
    page = client.get(f"/x/{codes['unknown']}").text
    assert 'Gọi <a href="tel:028 1234 567">028 1234 567</a> hoặc hỏi' in page


def test_the_page_leaves_nothing_behind_and_is_not_indexed(client: FlaskClient, codes):
    for path in ("/x", f"/x/{codes['valid']}", f"/x/{codes['unknown']}", f"/x/{codes['valid']}.json"):
        response = client.get(path)
        assert "Set-Cookie" not in response.headers
        assert response.headers["X-Robots-Tag"].startswith("noindex")
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert response.headers["Cache-Control"] == "no-store"
        assert "Accept" in response.headers["Vary"]
        assert "<script" not in response.text


def test_a_code_is_read_however_it_was_typed(client: FlaskClient, codes):
    code = codes["valid"]
    confused = code.replace("0", "O").replace("1", "l")
    for path in (f"/x/{rules.show_code(code)}", f"/X/{code.lower()}", f"/x/{confused}", f"/X/{confused.lower()}"):
        assert client.get(path).status_code == 200, path


def test_the_box_leads_to_the_answer_in_the_readers_language(client: FlaskClient, codes):
    shown = rules.show_code(codes["valid"]).lower()
    for typed in (shown, f" {shown} ", f"https://hoc.example.vn/x/{shown}/"):
        response = client.get("/x", query_string={"code": typed, "lang": "en"})
        assert (response.status_code, response.location) == (303, f"/x/{codes['valid']}?lang=en")
    mistyped = client.get("/x", query_string={"code": "../?a=<b>", "lang": "vi"})
    assert mistyped.status_code == 404
    assert "Mã gõ chưa đúng" in mistyped.text
    assert "<b>" not in mistyped.text.split("Chỉ tin")[0]


def test_the_other_language_is_the_same_page(client: FlaskClient, codes):
    page = client.get(f"/x/{codes['valid']}").text
    assert f'href="/x/{codes["valid"]}?lang=en"' in page
    page = client.get("/x", query_string={"code": "12"}).text
    assert 'href="/x?code=12&amp;lang=en"' in page


def test_what_is_not_found_explains_itself_and_where_to_ask(client: FlaskClient, codes):
    words = text_of(client.get(f"/x/{codes['unknown']}"))
    for cause in ("Gõ nhầm", "Giấy quá cũ", "Giấy giả", "Hãy hỏi cơ sở y tế"):
        assert cause in words


def test_a_serial_never_resolves(client: FlaskClient, cast):
    issued = make_certificate(cast.an)
    serial = issued.printed["serial"]
    for typed in (serial.replace("/", "-"), str(issued.serial_number), str(issued.id), f"{issued.id:018d}"):
        assert client.get(f"/x/{typed}").status_code == 404, typed
    assert client.get("/x", query_string={"code": serial}).status_code == 404


def test_known_and_unknown_cost_the_same_work_and_a_typing_error_none(app, client: FlaskClient, codes):
    with app.app_context():
        seen = statement_counter(db.engine)
    counts = {}
    for kind, code in codes.items():
        client.get(f"/x/{code}")
        seen.clear()
        client.get(f"/x/{code}")
        counts[kind] = [statement for statement in seen if "certificate" in statement]
        assert len(seen) <= 4, seen
    assert {len(counts[kind]) for kind in ("valid", "expired", "revoked", "replaced", "unknown")} == {1}
    assert len({tuple(counts[kind]) for kind in ("valid", "unknown")}) == 1
    assert counts["mistyped"] == []


def test_whoever_is_signed_in_sees_the_same(client: FlaskClient, cast, codes):
    anonymous = text_of(client.get(f"/x/{codes['valid']}"))
    Browser(client, cast.en)
    assert text_of(client.get(f"/x/{codes['valid']}")) == anonymous


def test_the_page_is_small(client: FlaskClient, codes):
    for code in codes.values():
        assert len(client.get(f"/x/{code}").data) < 8_000
