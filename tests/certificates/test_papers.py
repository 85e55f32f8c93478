"""The printed certificate: asked for once, made by the worker, right in every letter (CE-06, CE-08, CE-09)."""

import subprocess
import unicodedata
from datetime import timedelta
from pathlib import Path

import pikepdf
import pytest
import zxingcpp
from PIL import Image

from app.kernel import clock, storage
from app.kernel.db import db
from app.kernel.errors import Unavailable
from app.kernel.jobs import Outbox, run
from app.kernel.transaction import transaction
from app.people.models import Person
from certificates import jobs, operations, queries, rules
from certificates.models import Certificate, CertificatePrint
from tests.builders import Browser, employ, make_facility, make_person, make_unit
from tests.certificates.builders import make_certificate, make_version

NOT_CPD = (
    "Giấy này xác nhận hoàn thành tập huấn nội bộ về hỗ trợ người bệnh sử dụng Sổ sức khỏe điện tử; không thay thế "
    "giấy chứng nhận cập nhật kiến thức y khoa liên tục theo Thông tư 32/2023/TT-BYT."
)
LETTERS = "Ẫ Ỗ Ữ Ặ ợ ỵ ĐẶNG THỊ ÁNH TUYẾT Hoàng Phương Quỳnh Như Bảo Hà"


def written(certificate: Certificate, folder: Path) -> Path:
    file = folder / f"{certificate.code}.pdf"
    file.write_bytes(jobs.paper(certificate))
    return file


def tool(*words: object) -> str:
    return subprocess.run([str(word) for word in words], capture_output=True, text=True, check=True).stdout


def text_of(file: Path) -> str:
    return " ".join(tool("pdftotext", "-layout", file, "-").split())


def in_one_line(file: Path) -> str:
    """The words in the order of the page's own structure, however its lines break."""
    return " ".join(tool("pdftotext", file, "-").split())


def asked_jobs() -> int:
    return db.session.query(Outbox).filter_by(task="certificates.render").count()


def test_the_paper_says_all_that_the_form_asks_for(cast, morning, tmp_path):
    words = in_one_line(written(make_certificate(cast.an), tmp_path))
    for expected in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "SỞ Y TẾ THÀNH PHỐ HỒ CHÍ MINH",
        "BỆNH VIỆN HOA SEN",
        "Số: 0001/GCN-BV-HOASEN",
        "Thành phố Hồ Chí Minh, ngày 23 tháng 11 năm 2026",
        "GIẤY CHỨNG NHẬN",
        "Certificate of completion",
        "Nguyễn Thị Ánh Tuyết An",
        "Khoa/phòng: Khoa Khám bệnh",
        "Hiểu đúng về Sổ sức khỏe điện tử",
        "Understanding the electronic health book",
        "20 phút",
        "9/10 (90%) – Đạt",
        "Cần tập huấn lại trước:",
        "hết ngày 23/11/2027 hoặc khi nội dung thay đổi",
        NOT_CPD,
    ):
        assert expected in words, expected
    assert "DỮ LIỆU MẪU" not in words


def test_every_letter_comes_back_out_in_one_unicode_form(cast, tmp_path):
    person = make_person(unicodedata.normalize("NFD", LETTERS))
    employ(person, cast.here, cast.ward)
    text = in_one_line(written(make_certificate(person), tmp_path))
    assert LETTERS in text
    assert len(LETTERS) == 60
    assert unicodedata.normalize("NFC", text) == text
    assert "\ufffd" not in text


def test_fonts_are_embedded_and_the_file_is_tagged_pdf_a_3a_in_vietnamese(cast, tmp_path):
    file = written(make_certificate(cast.an), tmp_path)
    rows = tool("pdffonts", file).splitlines()[2:]
    assert len(rows) == 3
    assert all(" yes yes yes " in row for row in rows)
    with pikepdf.open(file) as made:
        assert made.open_metadata().pdfa_status == "3A"
        assert str(made.Root.Lang) == "vi"
        assert made.Root.MarkInfo.Marked
        assert "0001/GCN-BV-HOASEN" in str(made.open_metadata()["dc:title"])
    assert "DỮ LIỆU" not in tool("pdfinfo", file)


def test_the_square_leads_to_our_own_site_in_capitals(cast, tmp_path):
    issued = make_certificate(cast.an)
    file = written(issued, tmp_path)
    tool("pdftoppm", "-r", "300", "-png", file, tmp_path / "page")
    found = zxingcpp.read_barcodes(Image.open(next(tmp_path.glob("page*.png"))))
    assert [each.text for each in found] == [f"HTTP://LOCALHOST/X/{issued.code}"]
    assert queries.address_of(issued).upper() == found[0].text


LONG_PLACE = (
    "Trung tâm Chăm sóc sức khỏe cộng đồng, Phục hồi chức năng và Y học cổ truyền Phường Hoa Lư Khu vực Đông Bắc "
    "Thành phố Hồ Chí Minh"
)
LONG_UNIT = "Khoa Khám bệnh đa khoa, Cấp cứu, Hồi sức tích cực và Chống độc – Bộ phận tiếp đón"
LONG_TITLE = {
    "vi": "Hỗ trợ người bệnh cao tuổi, trẻ em, người nước ngoài và người không có điện thoại thông minh mở và sử dụng "
    "Sổ sức khỏe điện tử trên ứng dụng định danh",
    "en": "Helping elders, children, foreigners and people without a smartphone to open and use the electronic health "
    "book in the identity application",
}


@pytest.mark.only_db("sqlite")  # what is proved is the drawing; the database hands the words over
@pytest.mark.parametrize("name", ["Ý", LETTERS])
@pytest.mark.parametrize(
    "place",
    ["Bệnh viện Hoa Sen", "Phòng khám Đa khoa Bờ Ngọc", LONG_PLACE],
    ids=["short place", "place of two lines", "long place"],
)
@pytest.mark.parametrize("cut", [38, 108, 200])
def test_long_names_of_everything_stay_on_one_page_without_meeting(cast, tmp_path, name: str, place: str, cut: int):
    facility = make_facility(name=place)
    person = make_person(name, is_sample=True)
    employ(person, facility, make_unit(facility, LONG_UNIT if place is LONG_PLACE else "Khoa Khám bệnh"))
    title = {language: words[:cut].strip() for language, words in LONG_TITLE.items()}
    file = written(make_certificate(person, make_version(title)), tmp_path)
    words = in_one_line(file)
    for whole in (name, place, *title.values(), NOT_CPD):
        assert whole in words, whole
    with pikepdf.open(file) as made:
        assert len(made.pages) == 1
    boxes = tool("pdftotext", "-bbox-layout", file, "-")
    assert bottom_of(boxes, "đổi") < top_of(boxes, "NGƯỜI")
    assert bottom_of(boxes, "32/2023/TT-BYT.") < 280 / 25.4 * 72


def bottom_of(boxes: str, word: str) -> float:
    return max(float(line.split('yMax="')[1].split('"')[0]) for line in lines_of(boxes, word))


def top_of(boxes: str, word: str) -> float:
    return min(float(line.split('yMin="')[1].split('"')[0]) for line in lines_of(boxes, word))


def lines_of(boxes: str, word: str) -> list[str]:
    return [line for line in boxes.splitlines() if "<word" in line and line.split(">", 1)[1].startswith(f"{word}<")]


def test_sample_people_get_sample_paper(cast, tmp_path):
    person = make_person("Người Mẫu", is_sample=True)
    employ(person, cast.here)
    assert "DỮ LIỆU MẪU" in in_one_line(written(make_certificate(person), tmp_path))


def test_a_new_name_changes_no_letter_of_a_paper_printed_again(cast, tmp_path):
    issued = make_certificate(cast.an)
    before = jobs.paper(issued)
    with transaction() as session:
        session.get(Person, cast.an.id).name = "Tên Mới"
    assert jobs.paper(queries.get(issued.id)) == before


def test_markup_in_a_name_is_only_letters(cast, tmp_path):
    person = make_person('<img src="file:///etc/hostname"> & Tuyết')
    employ(person, cast.here)
    assert '<img src="file:///etc/hostname"> & Tuyết' in in_one_line(written(make_certificate(person), tmp_path))


def test_asking_enqueues_once_and_the_page_waits_then_gives_the_file(client, cast, run_jobs):
    issued = make_certificate(cast.an)
    path = f"/certificates/{issued.code}/pdf"
    browser = Browser(client, cast.an)
    assert "Bản in được làm khi Anh/Chị bấm nút." in browser.get(path).text
    for _ in range(3):
        answer = browser.post(path)
        assert (answer.status_code, answer.location) == (303, path)
    assert asked_jobs() == 1
    waiting = browser.get(path)
    assert '<meta http-equiv="refresh" content="3">' in waiting.text
    assert "Đang làm bản in" in waiting.text
    assert run_jobs() == 1
    given = browser.get(path)
    assert given.mimetype == "application/pdf"
    assert given.data.startswith(b"%PDF-")
    assert given.headers["Content-Disposition"] == (
        f"attachment; filename=giay-chung-nhan-{rules.show_code(issued.code)}.pdf"
    )
    assert given.headers["Cache-Control"] == "no-store"
    given.close()
    browser.post(path)
    assert asked_jobs() == 1, "what is made is not made again"


def test_nothing_is_rendered_in_a_web_request(client, cast, monkeypatch):
    def _refuse(*_arguments, **_named):
        raise AssertionError("a PDF was laid out in a request")

    monkeypatch.setattr("app.kernel.pdf.render_isolated", _refuse)
    monkeypatch.setattr("app.kernel.pdf.render", _refuse)
    issued = make_certificate(cast.an)
    browser = Browser(client, cast.an)
    assert browser.post(f"/certificates/{issued.code}/pdf").status_code == 303
    assert browser.get(f"/certificates/{issued.code}/pdf").status_code == 200


def test_a_print_that_does_not_come_may_be_asked_for_again(client, cast, morning):
    issued = make_certificate(cast.an)
    path = f"/certificates/{issued.code}/pdf"
    browser = Browser(client, cast.an)
    browser.post(path)
    with clock.stopped(morning + queries.ASK_AGAIN):
        assert "Lâu hơn thường lệ" in browser.get(path).text
        browser.post(path)
        browser.post(path)
    assert asked_jobs() == 2


def test_a_job_that_runs_twice_keeps_one_file(app, cast, run_jobs):
    issued = make_certificate(cast.an)
    with transaction():
        operations.ask_print(issued.id, now=clock.now())
    assert run_jobs() == 1
    with app.app_context():
        key = db.session.get(CertificatePrint, issued.id).file_key
        jobs.render(issued.id)
        with transaction():
            assert operations.keep_print(issued.id, "another", now=clock.now()) is False
        assert db.session.get(CertificatePrint, issued.id).file_key == key
        assert storage.path_of(key).is_file()


def test_a_worker_that_was_slower_removes_its_file(app, cast, monkeypatch):
    issued = make_certificate(cast.an)
    with transaction():
        operations.ask_print(issued.id, now=clock.now())
    folder = Path(app.extensions["settings"].instance) / "files"
    before = set(folder.glob("*")) if folder.exists() else set()
    monkeypatch.setattr(jobs, "paper", lambda _certificate: b"%PDF- another was faster")
    monkeypatch.setattr(operations, "keep_print", lambda *_a, **_n: False)
    jobs.render(issued.id)
    assert set(folder.glob("*")) == before


def test_a_failed_rendering_is_written_to_the_job_and_leaves_no_file(app, cast, monkeypatch):
    issued = make_certificate(cast.an)
    with transaction():
        operations.ask_print(issued.id, now=clock.now())

    def _fail(_certificate):
        raise Unavailable("pdf_failed")

    monkeypatch.setattr(jobs, "paper", _fail)
    promised = db.session.query(Outbox).filter_by(task="certificates.render").one()
    assert run(promised.id, lease=timedelta(seconds=60)) is False
    db.session.expire_all()
    assert "pdf_failed" in db.session.get(Outbox, promised.id).error
    assert queries.find_print(issued.id).file_key is None


def test_only_the_owner_and_managers_of_the_issuing_facility_print(client, cast):
    path = f"/certificates/{make_certificate(cast.an).code}/pdf"
    for person, status in [(cast.an, 200), (cast.binh, 200), (cast.chi, 200), (cast.dung, 404), (cast.en, 404)]:
        browser = Browser(client, person)
        assert browser.get(path).status_code == status, person.name
        assert browser.post(path).status_code == (303 if status == 200 else 404), person.name
    missing = f"/certificates/{rules.make_code(bytes(10))}/pdf"
    assert Browser(client, cast.en).get(missing).status_code == 404
    client.delete_cookie("san-sang", domain="localhost")
    assert client.get(path).status_code == 302


def test_no_paper_is_given_out_after_revocation(client, cast, run_jobs):
    issued = make_certificate(cast.an)
    path = f"/certificates/{issued.code}/pdf"
    browser = Browser(client, cast.an)
    browser.post(path)
    assert run_jobs() == 1
    with transaction():
        operations.revoke(None, issued.id, reason="Cấp nhầm", now=clock.now())
    gone = browser.get(path)
    assert gone.status_code == 409
    assert "đã bị thu hồi" in gone.text
    assert browser.post(path).status_code == 409


def test_the_command_writes_what_the_page_gives(app, client, cast, run_jobs, tmp_path):
    issued = make_certificate(cast.an)
    browser = Browser(client, cast.an)
    browser.post(f"/certificates/{issued.code}/pdf")
    run_jobs()
    file = tmp_path / "paper.pdf"
    done = app.test_cli_runner().invoke(args=["certificates", "render", rules.show_code(issued.code), str(file)])
    assert done.exit_code == 0, done.output
    given = browser.get(f"/certificates/{issued.code}/pdf")
    assert file.read_bytes() == given.data
    given.close()


def test_the_commands_say_what_is_wrong(app, cast, tmp_path):
    issued = make_certificate(cast.an)
    runner = app.test_cli_runner()
    unknown = runner.invoke(args=["certificates", "render", "7F3K21", str(tmp_path / "x.pdf")])
    assert "no certificate has the code 7F3K21" in unknown.output
    ended = runner.invoke(args=["certificates", "revoke", issued.code, "--reason", "Cấp nhầm", "--void"])
    assert ended.exit_code == 0, ended.output
    again = runner.invoke(args=["certificates", "revoke", issued.code, "--reason", "Cấp nhầm"])
    assert "revoked already" in again.output
    refused = runner.invoke(args=["certificates", "render", issued.code, str(tmp_path / "x.pdf")])
    assert refused.exit_code == 1
    assert not (tmp_path / "x.pdf").exists()
