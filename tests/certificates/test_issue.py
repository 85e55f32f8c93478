"""A pass brings one certificate, with everything frozen as it was that day (CE-01, CE-08)."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from app.assignments.events import ModuleCompleted
from app.kernel import clock
from app.kernel.audit import AuditEntry
from app.kernel.db import db
from app.kernel.errors import Conflict, Invalid, NotFound
from app.kernel.events import bus
from app.kernel.transaction import transaction
from app.people.models import Employment, FacilityParent, Person
from certificates import operations, queries, rules
from certificates.events import CertificateIssued, CertificateRevoked
from certificates.models import Certificate, CertificateEndorsement, CertificateRevocation, SerialCounter
from certificates.rules import State
from tests.builders import employ, make_person, make_unit, save
from tests.certificates.builders import (
    assign,
    begin_lesson,
    make_certificate,
    make_completion,
    make_version,
)

REASON = "Sai tên"


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    facts: list[object] = []
    wired = dict(bus._listeners)
    for kind in (CertificateIssued, CertificateRevoked):
        wired[kind] = (facts.append,)
    monkeypatch.setattr(bus, "_listeners", wired)
    return facts


def test_completing_a_module_issues_the_certificate_in_the_same_transaction(cast, morning, heard):
    completion = make_completion(cast.an, make_version())
    with pytest.raises(RuntimeError), transaction():
        bus.announce(ModuleCompleted(completion.id, cast.an.id, completion.module_id))
        raise RuntimeError("the pass itself fails")
    assert queries.find_by_attempt(completion.attempt_id) is None

    with transaction():
        bus.announce(ModuleCompleted(completion.id, cast.an.id, completion.module_id))
    issued = queries.find_by_attempt(completion.attempt_id)
    assert issued is not None
    assert heard[-1] == CertificateIssued(issued.id, cast.an.id, completion.module_id)
    assert (issued.facility_id, issued.serial_year, issued.serial_number) == (cast.here.id, 2026, 1)
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "certificates.issue")).one()
    assert (entry.subject_id, entry.facility_id, entry.actor_id) == (issued.id, cast.here.id, None)


def test_fifty_at_once_issue_one_certificate_and_count_one_number(app, cast):
    completion = make_completion(cast.an, make_version())
    barrier = threading.Barrier(50)
    codes: list[str] = []

    def _issue() -> None:
        with app.app_context():
            barrier.wait()
            with transaction():
                issued = operations.issue(completion, now=clock.now())
                codes.append(issued.code)
            db.session.remove()

    threads = [threading.Thread(target=_issue) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(codes) == 50, "a thread that fails is an unhandled exception, and that a failure of this test"
    assert len(set(codes)) == 1
    assert db.session.scalar(select(func.count()).select_from(Certificate)) == 1
    assert db.session.scalar(select(SerialCounter.last)) == 1


def test_what_is_printed_is_what_held_that_day(cast, morning):
    version = make_version()
    began = morning - timedelta(days=8)
    begin_lesson(cast.an, version.module_id, began)
    begin_lesson(cast.an, version.module_id, began + timedelta(days=1))
    save(FacilityParent(facility_id=cast.here.id, parent="Sở Y tế", valid_from=began, recorded_at=began))
    issued = make_certificate(cast.an, version)
    assert issued.printed == {
        "name": "Nguyễn Thị Ánh Tuyết An",
        "position_vi": "Nurse",
        "position_en": "Nurse",
        "unit": "Khoa Khám bệnh",
        "facility": "Bệnh viện Hoa Sen",
        "facility_code": "BV-HOASEN",
        "parent": "Sở Y tế",
        "module_code": version.module.code,
        "title_vi": "Hiểu đúng về Sổ sức khỏe điện tử",
        "title_en": "Understanding the electronic health book",
        "edition": 1,
        "minutes": 20,
        "learned_from": "2026-11-15",
        "learned_to": "2026-11-23",
        "score": 9,
        "max_score": 10,
        "percent": 90,
        "issued_on": "2026-11-23",
        "last_day": "2027-11-23",
        "refresh_due_on": "2027-05-22",
        "is_sample": False,
        "serial": "0001/GCN-BV-HOASEN",
    }


def test_without_a_known_parent_the_city_stands_above_the_facility(cast):
    assert make_certificate(cast.an).printed["parent"] == "Sở Y tế Thành phố Hồ Chí Minh"


def test_a_second_cycle_counts_the_days_of_its_own_learning(cast, morning):
    version = make_version()
    begin_lesson(cast.an, version.module_id, morning - timedelta(days=300))
    make_certificate(cast.an, version, completed_at=morning - timedelta(days=290))
    begin_lesson(cast.an, version.module_id, morning - timedelta(days=2))
    assert make_certificate(cast.an, version).printed["learned_from"] == "2026-11-21"


def test_names_are_printed_in_one_unicode_form(cast):
    person = make_person("Nguyễn Thị Ánh Tuye\u0302\u0301t")
    employ(person, cast.here, cast.ward)
    assert make_certificate(person).printed["name"] == "Nguyễn Thị Ánh Tuyết"


def test_the_facility_that_assigned_the_module_issues_else_the_home_workplace(cast):
    second = employ(cast.an, cast.there, cast.other_ward, valid_from=clock.now() - timedelta(days=10))
    assert second.facility_id == cast.there.id
    version = make_version()
    assert make_certificate(cast.an, version).facility_id == cast.here.id
    assign(cast.an, cast.there, version.module_id)
    issued = make_certificate(cast.an, version)
    assert issued.facility_id == cast.there.id
    assert issued.printed["unit"] == "Khoa Cấp cứu"


def test_whoever_has_left_is_printed_as_employed_last_and_a_stranger_to_all_gets_none(cast):
    person = make_person("Vũ Thị Hoa")
    employ(person, cast.there, cast.other_ward, valid_to=clock.now() - timedelta(days=1))
    assert make_certificate(person).facility_id == cast.there.id
    nobody = make_person("Đỗ Văn Không")
    completion = make_completion(nobody, make_version())
    with transaction():
        assert operations.issue(completion, now=clock.now()) is None


def test_numbers_run_by_facility_and_year_of_issue_in_vietnam(cast):
    late = datetime(2026, 12, 31, 16, 59, tzinfo=UTC)
    en = make_certificate(cast.en, completed_at=late)
    first, second = (make_certificate(cast.an, completed_at=late) for _ in range(2))
    new_year = make_certificate(cast.an, completed_at=late + timedelta(minutes=1))
    numbers = [(each.serial_year, each.serial_number) for each in (en, first, second, new_year)]
    assert numbers == [(2026, 1), (2026, 1), (2026, 2), (2027, 1)]


def test_codes_have_no_order_and_no_repeat(cast):
    codes = [make_certificate(cast.an).code for _ in range(12)]
    assert len(set(codes)) == 12
    assert codes != sorted(codes)
    assert all(rules.read_code(code) == code for code in codes)


def test_a_new_name_or_title_does_not_rewrite_what_was_issued(cast):
    version = make_version()
    issued = make_certificate(cast.an, version)
    before = dict(issued.printed)
    with transaction() as session:
        session.get(Person, cast.an.id).name = "Tên Mới"
        version.title = {"vi": "Tên khác", "en": "Other"}
        cast.here.name = "Bệnh viện đổi tên"
        session.add(version)
    db.session.expire_all()
    assert queries.get(issued.id).printed == before


def test_revoking_keeps_the_row_and_says_why_and_who(cast, morning, heard):
    issued = make_certificate(cast.an)
    with transaction():
        operations.revoke(None, issued.id, reason=f"  {REASON} ", now=morning)
    kept = db.session.scalars(select(CertificateRevocation)).one()
    assert (kept.reason, kept.is_void, kept.effective_at, kept.replaced_by_id) == (REASON, False, morning, None)
    assert heard[-1] == CertificateRevoked(issued.id, cast.an.id, issued.module_id)
    assert queries.verdict_of(queries.get(issued.id), morning).state is State.REVOKED
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "certificates.revoke")).one()
    assert REASON not in str(entry.details), "text typed by people stays out of the audit"


def test_a_certificate_ends_once_with_a_reason_and_not_before_it_began(cast, morning):
    issued = make_certificate(cast.an)
    for fault, wrong in [
        ("reason_missing", {"reason": "  "}),
        ("reason_too_long", {"reason": "x" * 501}),
        ("revocation_day", {"reason": REASON, "effective_at": morning + timedelta(seconds=1)}),
        ("revocation_day", {"reason": REASON, "effective_at": morning - timedelta(seconds=1)}),
    ]:
        with pytest.raises(Invalid) as refused, transaction():
            operations.revoke(None, issued.id, now=morning, **wrong)
        assert refused.value.code == fault
    with pytest.raises(NotFound), transaction():
        operations.revoke(None, issued.id + 999, reason=REASON, now=morning)
    with transaction():
        operations.revoke(None, issued.id, reason=REASON, is_void=True, now=morning)
    for again in (operations.revoke, operations.reissue):
        with pytest.raises(Conflict), transaction():
            again(None, issued.id, reason=REASON, now=morning)


def test_a_correction_revokes_and_reissues_linked_with_the_name_of_today(cast, morning, heard):
    old = make_certificate(cast.an)
    save(CertificateEndorsement(certificate_id=old.id, edition=2, recorded_at=morning))
    with transaction() as session:
        session.get(Person, cast.an.id).name = "Nguyễn Thị Ánh Tuyết Ân"
    later = morning + timedelta(days=3)
    with transaction():
        new = operations.reissue(None, old.id, reason=REASON, now=later)
    old = queries.get(old.id)
    assert (new.replaces_id, old.revocation.replaced_by_id) == (old.id, new.id)
    assert queries.find_neighbours(old) == (None, new.code)
    assert queries.find_neighbours(new) == (old.code, None)
    assert (new.printed["name"], old.printed["name"]) == ("Nguyễn Thị Ánh Tuyết Ân", "Nguyễn Thị Ánh Tuyết An")
    assert (new.last_day, new.edition, new.completion_id) == (old.last_day, old.edition, old.completion_id)
    assert (new.printed["issued_on"], new.serial_number) == ("2026-11-26", 2)
    assert new.code != old.code
    assert queries.verdict_of(old, later).state is State.REPLACED
    assert queries.verdict_of(new, later).state is State.VALID
    assert queries.find_by_completion(old.completion_id).id == new.id
    assert [type(fact) for fact in heard] == [CertificateIssued, CertificateIssued, CertificateRevoked]
    editions = select(CertificateEndorsement.edition).where(CertificateEndorsement.certificate_id == new.id)
    assert db.session.scalars(editions).all() == [2]


def test_the_issuing_facility_stays_the_issuer_even_when_the_person_has_moved(cast, morning):
    old = make_certificate(cast.an)
    with transaction() as session:
        for held in session.query(Employment).filter_by(person_id=cast.an.id):
            held.valid_to = morning
    employ(cast.an, cast.there, make_unit(cast.there, "Khoa Nhi"), valid_from=morning)
    with transaction():
        new = operations.reissue(None, old.id, reason=REASON, now=morning + timedelta(days=1))
    assert new.facility_id == old.facility_id


def test_without_any_employment_left_on_record_there_is_nobody_to_reissue(cast, morning):
    old = make_certificate(cast.an)
    with transaction() as session:
        for held in session.query(Employment).filter_by(person_id=cast.an.id):
            held.superseded_at = morning
    with pytest.raises(Conflict), transaction():
        operations.reissue(None, old.id, reason=REASON, now=morning)
    assert queries.get(old.id).revocation is None


def test_a_completion_that_is_not_there_is_not_found(context):
    with pytest.raises(NotFound):
        queries.get_completion(1)


def test_the_last_valid_day_is_valid_to_its_end_in_vietnam(cast, morning):
    issued = make_certificate(cast.an)
    for at, state in [
        (datetime(2027, 11, 23, 16, 59, 59, tzinfo=UTC), State.VALID),
        (datetime(2027, 11, 23, 17, 0, tzinfo=UTC), State.EXPIRED),
    ]:
        assert queries.verdict_of(issued, at).state is state


def test_a_persons_certificates_come_newest_first(cast, morning):
    older = make_certificate(cast.an, completed_at=morning - timedelta(days=1))
    newer = make_certificate(cast.an)
    make_certificate(cast.en)
    assert [each.id for each in queries.list_of_person(cast.an.id)] == [newer.id, older.id]
