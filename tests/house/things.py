"""What the two facilities hold: places, orders, attempts, reports, proofs, files, audit; and the ids to ask by."""

import uuid
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from app.assignments import operations as assignments
from app.assignments.models import Assignment, AssignmentBatch, AssignmentRule
from app.assignments.rules import Audience, Order
from app.kernel import clock, storage
from app.kernel.db import db
from app.kernel.transaction import transaction
from app.people import operations as people
from app.people.models import (
    Duty,
    Employment,
    FacilityClosure,
    FacilityParent,
    Invitation,
    KnownDevice,
    Leave,
    Person,
    Position,
    RosterMapping,
    SignIn,
)
from app.pwa.models import Delivery
from app.readiness import jobs as readiness_jobs
from app.readiness import operations as readiness
from app.readiness.rules import Level
from certificates import operations as certificates
from certificates.models import Certificate, CertificateEndorsement
from courses import operations as courses
from courses.models import Module, ModuleVersion, Scenario, ScenarioRun
from courses.operations import leave_card, take_taps
from courses.queries import Paper, get_guide
from quizzes import operations as quizzes
from quizzes.models import Attempt, AttemptState, PriorLearning, PriorReason, QuestionReport, Quiz, TalkClearance
from tests.assignments.builders import actor_of, give, named
from tests.builders import make_position, save
from tests.courses.builders import taps_of
from tests.house import imports
from tests.house.canaries import canary
from tests.quizzes import builders as sitting


def fill(letter: str, place: dict[str, Any], since: datetime) -> None:
    """Give a site its places, papers and orders, before anybody has learned."""
    place["letter"] = letter
    if "two" not in place["people"]:
        place["people"]["two"] = place["people"]["second"]
    _papers(letter, place)
    _places(letter, place)
    _roster(letter, place)
    _orders(place)
    place["slip"] = _slips(place)
    end_work(place["people"]["gone"], place["id"], since)


def _dated(**more: Any) -> dict[str, Any]:
    began = clock.now() - timedelta(days=100)
    return {"valid_from": began, "recorded_at": began, **more}


def _papers(letter: str, place: dict[str, Any]) -> None:
    here = place["id"]
    save(FacilityParent(facility_id=here, parent=canary(letter, "facility_parent", "parent"), **_dated()))
    over = clock.now() - timedelta(days=50)
    save(FacilityClosure(facility_id=here, **_dated(valid_to=over)))
    with transaction():
        document = canary(letter, "legal_cap", "document")
        readiness.set_cap(here, Level.C, document=document, until=None, now=clock.now())


def _places(letter: str, place: dict[str, Any]) -> None:
    one, two, now = place["people"]["one"], place["people"]["two"], clock.now()
    unit, second = place["units"]
    place["unit"] = {"own": unit.id, "same": second.id}
    place["point"] = {}
    with transaction():
        for which in ("own", "same"):
            name, shift = (canary(letter, "service_point", column, which) for column in ("name", "shift"))
            point = people.add_point(None, place["id"], unit.id, name, shift, now=now)
            opens = clock.civil_day(now) - timedelta(days=30)
            people.set_term(None, point, opens, None, 1, now=now)
            place["point"][which] = point.id
    save(Duty(person_id=one.id, service_point_id=place["point"]["own"], **_dated()))
    later = now + timedelta(days=20)
    place["leave"] = {
        which: save(
            Leave(person_id=person.id, facility_id=place["id"], valid_from=later, recorded_at=now, superseded_at=gone)
        ).id
        for which, person, gone in (("own", one, None), ("same", two, None), ("deleted", one, now))
    }


def _roster(letter: str, place: dict[str, Any]) -> None:
    here = place["id"]
    imports.fill(letter, place)
    word = canary(letter, "roster_mapping", "word_key")
    save(RosterMapping(facility_id=here, kind="unit", word_key=word, unit_id=place["unit"]["own"]))
    place["invitation"] = save(
        Invitation(
            person_id=place["people"]["outsider"].id,
            facility_id=here,
            position_id=make_position("nurse").id,
            staff_code=canary(letter, "invitation", "staff_code"),
            made_at=clock.now(),
        )
    ).id


def _orders(place: dict[str, Any]) -> None:
    everyone, facility, boss = place["people"], place["facility"], place["people"]["coordinator"]
    now, due = clock.now(), clock.civil_day(clock.now()) + timedelta(days=7)
    learners = [everyone[name] for name in everyone if name not in {"gone", "outsider", "fresh"}]
    modules = {module.key: module.id for module in db.session.scalars(select(Module))}
    long_ago = now - timedelta(days=20)
    with clock.stopped(long_ago):
        first = give(boss, facility, Order(named(*learners), tuple(modules.values()), due), now=long_ago)
    last = {
        which: give(everyone[maker], facility, Order(named(everyone[name]), (modules[key],), due), now=now)
        for which, maker, name, key in (
            ("own", "coordinator", "fresh", "m8"),
            ("same", "one", "fresh", "m9"),
            ("deleted", "coordinator", "gone", "m9"),
        )
    }
    place["batch"] = {which: batch.id for which, batch in last.items()}
    place["rule"] = {which: _rule(place, modules["m9"], due) for which in ("own", "same", "deleted")}
    with transaction():
        actor = actor_of(boss, facility)
        assignments.undo(actor, db.session.get_one(AssignmentBatch, place["batch"]["deleted"]), now=now)
        assignments.end_rule(actor, db.session.get_one(AssignmentRule, place["rule"]["deleted"]), now=now)
    place["assignment"] = {
        which: _assignment(everyone[name].id, modules[key], first.id)
        for which, name, key in (("own", "one", "m8"), ("same", "two", "m8"), ("deleted", "one", "m9"))
    }
    with transaction():
        assignments.cancel(actor, db.session.get_one(Assignment, place["assignment"]["deleted"]), now=now)
    place["person"] = {"own": everyone["one"].id, "same": everyone["two"].id, "deleted": everyone["gone"].id}


def _rule(place: dict[str, Any], module_id: int, due: date) -> int:
    order = Order(Audience(unit_ids=frozenset({place["unit"]["same"]})), (module_id,), due, days_to_learn=14)
    made = give(place["people"]["coordinator"], place["facility"], order, now=clock.now())
    return int(made.rule_id or 0)


def _assignment(person_id: int, module_id: int, batch_id: int) -> int:
    same = (Assignment.person_id == person_id, Assignment.module_id == module_id, Assignment.batch_id == batch_id)
    return db.session.scalars(select(Assignment.id).where(*same)).one()


def _slips(place: dict[str, Any]) -> str:
    with transaction():
        (slip,) = people.make_slips(None, place["id"], [place["people"]["fresh"].id], now=clock.now())
    return slip.code


def learn(person: Person, key: str) -> None:
    """Pass the first module ten days ago and be in the middle of the second."""
    now = clock.now()
    modules = {module.key: module for module in db.session.scalars(select(Module))}
    with clock.stopped(now - timedelta(days=10)):
        sitting.take(person, modules["m7"], right=2)
    with transaction():
        leave_card(person.id, "m8", "m8-open", 2, now=now)
    going = sitting.start(person, modules["m8"], now=now - timedelta(hours=1))
    first = going.draw[0]["options"][0]["token"]
    sitting.save_answer(person, going, 1, [first], now=now - timedelta(minutes=50))
    _practise(person, "code", now=now - timedelta(minutes=30))
    _practise(person, "open-it", now=now - timedelta(minutes=20))
    _take_along(person, going, key)
    save(KnownDevice(person_id=person.id, device_hash=f"device-{key}", seen_at=now))


def _practise(person: Person, choice: str, *, now: datetime) -> None:
    """Tap once on the second module's scenario: "code" ends the run, "open-it" leaves it open."""
    scenario = db.session.scalars(select(Scenario.id)).one()
    with transaction():
        take_taps(sitting.as_actor(person), scenario, str(uuid.uuid4()), taps_of(choice), now=now)


def _take_along(person: Person, going: Attempt, key: str) -> None:
    """Have the paper on a device, an operation delivered from there, and a choice that came too late."""
    now = clock.now()
    actor = sitting.as_actor(person)
    with transaction():
        quizzes.issue_ticket(actor, going.quiz.module_id, f"device-{key}", now=now)
    save(Delivery(op_id=f"delivered-{key}", person_id=person.id, receipt="0" * 20, is_late=False, done_at=now))
    ended = db.session.scalars(select(Attempt).where(Attempt.person_id == person.id, Attempt.id != going.id)).first()
    token = ended.draw[0]["options"][0]["token"]
    choice = quizzes.Choice(place=1, chosen=(token,), op_id=f"late-{key}", client_seq=9)
    with transaction():
        quizzes.deliver_answer(actor, ended.id, choice, None, now=now)


def fail_four_times(person: Person) -> None:
    """Fail the third module until a talk is needed (ruling 22)."""
    module = db.session.scalars(select(Module).where(Module.key == "m9")).one()
    for days in (9, 8, 6, 4):
        with clock.stopped(clock.now() - timedelta(days=days)):
            sitting.take(person, module, right=0)


def own_of(person: Person) -> dict[str, Any]:
    """What only this person may open: attempts, certificate, browsers; a second browser and one that is over."""
    now = clock.now()
    states = {"open": AttemptState.OPEN, "ended": AttemptState.SUBMITTED}
    found: dict[str, Any] = {
        name: db.session.scalars(
            select(Attempt.id).where(Attempt.person_id == person.id, Attempt.state == state).order_by(Attempt.id)
        ).first()
        for name, state in states.items()
    }
    runs = select(ScenarioRun.id).where(ScenarioRun.person_id == person.id).order_by(ScenarioRun.id)
    found["run"], found["open_run"] = db.session.scalars(runs).all()
    found["draw"] = db.session.get_one(Attempt, found["open"]).draw
    found["certificate"] = db.session.scalar(select(Certificate.code).where(Certificate.person_id == person.id))
    for which, ended_at in (("device", None), ("dead_device", now)):
        found[which] = save(
            SignIn(
                token_hash=f"{which}-{person.id}", person_id=person.id, is_shared=False, began_at=now, seen_at=now,
                ends_at=now + timedelta(days=9), ended_at=ended_at, browser=f"CNRY-browser-{person.id}",
            )
        ).id  # fmt: skip
    return found


def after_learning(place: dict[str, Any]) -> None:
    """What follows from learning: reports, talks, papers, revocations, snapshots."""
    letter, everyone, now = place["letter"], place["people"], clock.now()
    one, two = everyone["one"], everyone["two"]
    learn(everyone["second"], f"second{letter.lower()}")
    fail_four_times(everyone["second"])
    place["report"] = {
        which: _report(f"staff{letter.lower()}{who}", place["id"], person, number)
        for which, who, person, number in (("own", 1, one, 1), ("same", 2, two, 1), ("deleted", 1, one, 2))
    }
    actor = actor_of(everyone["coordinator"], place["facility"])
    with transaction():
        words = canary(letter, "question_report", "answer", f"staff{letter.lower()}1")
        quizzes.answer_report(actor, place["id"], place["report"]["deleted"], words, now=now)
    quiz = {module.key: number for module, number in db.session.execute(select(Module, Quiz.id).join(Quiz)).all()}
    place["quiz"] = {"own": quiz["m9"], "same": quiz["m9"]}
    place["talker"] = {"own": everyone["second"].id, "same": one.id, "deleted": everyone["gone"].id}
    save(PriorLearning(person_id=one.id, quiz_id=quiz["m8"], reason=PriorReason.DAILY_WORK, said_at=now))
    save(TalkClearance(person_id=one.id, quiz_id=quiz["m9"], cleared_by=actor.person_id, cleared_at=now))
    _proofs(letter, place, actor)


def _report(who: str, facility_id: int, person: Person, number: int) -> int:
    letter = who[-2].upper()
    ended = db.session.scalars(
        select(Attempt.id).where(Attempt.person_id == person.id, Attempt.state == AttemptState.SUBMITTED)
    ).first()
    with transaction():
        made: QuestionReport = quizzes.report_question(
            sitting.as_actor(person), ended, number, canary(letter, "question_report", "words", who),
            facility_id=facility_id, now=clock.now(),
        )  # fmt: skip
    return made.id


def _proofs(letter: str, place: dict[str, Any], actor: Any) -> None:
    now = clock.now()
    held = {
        which: db.session.scalars(select(Certificate).where(Certificate.person_id == place["people"][name].id)).first()
        for which, name in (("own", "one"), ("same", "coordinator"), ("deleted", "second"))
    }
    place["certificate"] = {which: each.code for which, each in held.items() if each}
    ids = {which: each.id for which, each in held.items() if each}
    save(CertificateEndorsement(certificate_id=ids["same"], edition=2, recorded_at=now))
    with transaction():
        reason = canary(letter, "certificate_revocation", "reason", f"coordinator{letter.lower()}")
        certificates.revoke(actor, ids["deleted"], reason=reason, now=now)
        certificates.ask_print(ids["own"], now=now)
    with transaction():
        file = canary(letter, "certificate_print", "file", f"staff{letter.lower()}1")
        certificates.keep_print(ids["own"], storage.put(f"%PDF-1.7 {file}".encode()), now=now)


def end_work(person: Person, facility_id: int, at: datetime) -> None:
    """Let somebody's employment at a facility be over since ``at``."""
    with transaction() as session:
        session.execute(
            update(Employment)
            .where(Employment.person_id == person.id, Employment.facility_id == facility_id)
            .values(valid_to=at)
        )


def settle(suspended: Person, site: dict[str, Any]) -> None:
    """Keep the suspended one out, and let the worker count every facility."""
    with transaction() as session:
        session.execute(update(Person).where(Person.id == suspended.id).values(suspended_at=clock.now()))
    readiness_jobs.nightly()
    with transaction():
        readiness.mark_stale([place["id"] for place in site.values()], now=clock.now())


def print_guide() -> None:
    """Let somebody have asked for a paper of the guide, which nobody has made yet."""
    with transaction():
        courses.ask_print(Paper(get_guide("vi").version_id, "booklet", "vi"), now=clock.now())


def city_ids() -> tuple[dict[str, dict[str, int]], dict[str, int], int]:
    """The ids of what is the city's: modules by key (id, version, quiz), positions by code, the scenario."""
    of_module = select(Module.key, Module.id, ModuleVersion.id, Quiz.id).join_from(Module, ModuleVersion)
    modules = {
        key: {"id": module, "version": version, "quiz": quiz}
        for key, module, version, quiz in db.session.execute(of_module.join(Quiz, Quiz.module_id == Module.id))
    }
    positions = {position.code: position.id for position in db.session.scalars(select(Position))}
    return modules, positions, db.session.scalars(select(Scenario.id)).one()
