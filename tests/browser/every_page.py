"""Every page of the product by the person who sees it, and the people of the sample city in whose hands it shows."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from playwright.sync_api import Page
from sqlalchemy import select

from app.assignments import operations as assigning
from app.assignments.models import Assignment
from app.assignments.rules import Audience, Order, Overlap
from app.kernel import clock
from app.kernel.db import db
from app.kernel.tokens import hash_token, new_token
from app.kernel.transaction import transaction
from app.people import operations as employing
from app.people.models import Facility, Leave, Person, Position, Role, RoleGrant, ServicePoint, SignIn, Unit
from app.people.permissions import Actor
from app.people.rules import search_key, text_sort_key
from certificates import operations as certifying
from certificates.models import Certificate, CertificatePrint
from certificates.rules import make_code
from courses.models import GuidePrint, Module
from courses.operations import leave_card
from courses.queries import get_guide, get_module, list_lessons, list_lessons_with_content
from quizzes import operations as answering
from quizzes.models import Attempt
from tests.browser.conftest import Site
from tests.browser.practice_runs import make_runs
from tests.browser.roster_imports import make_imports
from tests.builders import employ, make_person, make_unit
from tests.certificates.builders import assign
from tests.pwa.rescue_files import rescue_of
from tests.quizzes import builders as quiz

LONG_NAME = "Nguyễn Hoàng Phương Thảo Nguyên Ánh Tuyết"
LONG_UNIT = "Khoa Phục hồi chức năng và Vật lý trị liệu ngoại trú"
LESSON = "m1-what-it-is"
SLIPS = 9
UNKNOWN, MISTYPED = make_code(bytes(range(10))), "O1O1O1"


@dataclass
class World:
    """Who and what the pages are about; ``people`` by the role or the state they stand for."""

    site: Site
    facility: str = ""
    people: dict[str, int] = field(default_factory=dict)
    ids: dict[str, int | str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    languages: dict[str, str] = field(default_factory=dict)

    def cookie(self, who: str) -> dict[str, str]:
        """Return the cookie that signs somebody in, on one device of their own for all pages."""
        if who not in self.tokens:
            self.tokens[who] = sign_in(self.site, self.people[who])
        return {"name": "san-sang", "value": self.tokens[who], "url": self.site.url}

    def speak(self, who: str, language: str) -> None:
        """Let somebody read the product in this language from now on."""
        if self.languages.get(who) != language:
            self.languages[who] = language
            with self.site.app.app_context():
                with transaction() as session:
                    session.get_one(Person, self.people[who]).language = language
                db.session.remove()


@dataclass(frozen=True)
class Visit:
    """One page: whose it is (nobody's for ""), its address in a world, and what to press to bring it about."""

    name: str
    who: str
    path: Callable[[World], str]
    status: int = 200
    act: Callable[[Page, World], None] | None = None

    @property
    def is_refused(self) -> bool:
        """Say whether the page sends something back with its mistakes."""
        return self.name.endswith(("refused", "gaps"))

    def address(self, world: World, language: str) -> str:
        """Return the address in a language; whoever is signed in reads their own, kept with the person."""
        if self.who:
            world.speak(self.who, language)
            return self.path(world)
        return f"{self.path(world)}?lang={language}"


def sign_in(site: Site, person_id: int) -> str:
    token, now = new_token(), clock.now()
    ends_at = now + timedelta(days=1)
    with site.app.app_context():
        with transaction() as session:
            session.add(
                SignIn(
                    token_hash=hash_token(token),
                    person_id=person_id,
                    is_shared=False,
                    began_at=now,
                    seen_at=now,
                    ends_at=ends_at,
                    browser="Chrome, Android",
                )
            )
        db.session.remove()
    return token


def make_world(site: Site) -> World:
    """Put into the sample city people with long names in every state a page knows."""
    world = World(site)
    with site.app.app_context():
        coordinator, facility = db.session.execute(
            select(RoleGrant.person_id, Facility).join(Facility).where(RoleGrant.role == Role.COORDINATOR)
            .order_by(Facility.code)
        ).first()  # fmt: skip
        director = select(RoleGrant.person_id).where(
            RoleGrant.role == Role.DIRECTOR, RoleGrant.facility_id == facility.id
        )
        force = select(RoleGrant.person_id).where(RoleGrant.role == Role.TASKFORCE)
        world.facility = facility.code
        world.people = {
            "coordinator": coordinator,
            "director": db.session.scalars(director).one(),
            "taskforce": db.session.scalars(force).first(),
        }
        world.ids["facility"] = facility.id
        _lengthen(facility.id)
        _learners(world, facility)
        _managing(world, facility)
        _paper_being_made()
        world.ids |= make_runs(world.people)
        db.session.remove()
    return world


def _lengthen(facility_id: int) -> None:
    """Give the facility's first unit a name as long as real ones are."""
    with transaction() as session:
        unit = session.scalars(select(Unit).where(Unit.facility_id == facility_id).order_by(Unit.id)).first()
        unit.name, unit.search_key, unit.sort_key = LONG_UNIT, search_key(LONG_UNIT), text_sort_key(LONG_UNIT)


def _learners(world: World, facility: Facility) -> None:
    unit = db.session.scalars(select(Unit).where(Unit.facility_id == facility.id).order_by(Unit.id)).first()
    modules = db.session.scalars(select(Module).order_by(Module.rank)).all()
    m1 = modules[0]

    def newcomer(state: str, due_in: int | None = 5, count: int = 1) -> Person:
        person = make_person(LONG_NAME, is_sample=True)
        employ(person, facility, unit)
        world.people[state] = person.id
        for module in modules[:count] if due_in is not None else []:
            made = assign(person, facility, module.id)
            with transaction() as session:
                session.get_one(Assignment, made.id).due_on = clock.civil_day(clock.now()) + timedelta(days=due_in)
        return person

    newcomer("idle", None)
    newcomer("keys")
    other = make_unit(facility, "Tổ Hướng dẫn người bệnh")
    for _number in range(SLIPS):
        employ(make_person(LONG_NAME, is_sample=True), facility, other)
    world.ids["paper_unit"] = other.id
    newcomer("new", count=3)
    newcomer("late", due_in=-2, count=3)
    reader = newcomer("reader", count=2)
    with transaction():
        leave_card(reader.id, "m1", LESSON, 3, now=clock.now())
    sign_in(world.site, reader.id)
    _read_everything(newcomer("fresh", None), *(module.key for module in modules))
    stranger = make_person(LONG_NAME, is_sample=True)
    world.people["stranger"] = stranger.id
    world.ids["unplaced"] = quiz.take(stranger, m1, right=9).id
    _attempts(world, newcomer, m1)
    version = get_module("m1").version_id
    cards = list_lessons_with_content(version, [LESSON])[0][1]["cards"]
    asks = next(number for number, card in enumerate(cards, 1) if card["check"])
    right = next(at for at, option in enumerate(cards[asks - 1]["check"]["options"], 1) if option["right"])
    world.ids |= {"check": asks, "right": right, "wrong": right % len(cards[asks - 1]["check"]["options"]) + 1}


def _attempts(world: World, newcomer: Callable[..., Person], m1: Module) -> None:
    now = clock.now()
    busy = newcomer("answering")
    running = quiz.start(busy, m1)
    for place in range(1, 5):
        quiz.save_answer(busy, running, place, quiz.right_tokens(running, place), flagged=place == 2)
    world.ids["timed"] = _timed(newcomer("timing"), m1)
    failed = quiz.take(newcomer("failed"), m1, right=6)
    waiting, talking = newcomer("waiting"), newcomer("talking")
    for person in (waiting, talking):
        _read_everything(person)
    for hours in (3, 1):
        quiz.take(waiting, m1, right=4, now=now - timedelta(hours=hours))
    for days in (7, 5, 3, 1):
        last = quiz.take(talking, m1, right=5, now=now - timedelta(days=days))
    holder = newcomer("holder")
    passed = quiz.take(holder, m1, right=9)
    world.ids |= {"running": running.id, "failed": failed.id, "used_up": last.id, "passed": passed.id}
    world.ids["valid"] = _certificate_of(holder).code
    _report(holder, passed, world.ids["facility"])
    _endings(world, newcomer, m1)


def _timed(person: Person, m1: Module) -> int:
    """Begin an attempt whose time runs, as if a facility's module had a limit; returns its id."""
    attempt = quiz.start(person, m1)
    quiz.save_answer(person, attempt, 1, quiz.right_tokens(attempt, 1))
    with transaction() as session:
        session.get_one(Attempt, attempt.id).deadline_at = clock.now() + timedelta(minutes=230)
    return attempt.id


def _read_everything(person: Person, *modules: str) -> None:
    for key in modules or ("m1",):
        for lesson in list_lessons(get_module(key).version_id):
            with transaction():
                leave_card(person.id, key, lesson.key, lesson.card_count, now=clock.now())


def _certificate_of(person: Person) -> Certificate:
    return db.session.scalars(select(Certificate).where(Certificate.person_id == person.id)).one()


def _report(person: Person, attempt: Attempt, facility_id: int) -> None:
    for place, words in ((1, "Tôi thấy hai đáp án đều đúng."), (2, "")):
        with transaction():
            answering.report_question(
                quiz.as_actor(person), attempt.id, place, words, facility_id=facility_id, now=clock.now()
            )


def _paper_being_made() -> None:
    """Somebody has asked for a poster of the guide, and no worker has come yet."""
    paper = {"kind": "poster-scam", "language": "vi", "asked_at": clock.now() + timedelta(hours=1)}
    with transaction() as session:
        session.add(GuidePrint(guide_version_id=get_guide("vi").version_id, **paper))


def _endings(world: World, newcomer: Callable[..., Person], m1: Module) -> None:
    """Certificates that no longer speak for their holder, and one whose paper is being made."""
    for state in ("revoked", "replaced", "printing", "unprinted"):
        person = newcomer(state)
        quiz.take(person, m1, right=10)
        now = clock.now()
        certificate = _certificate_of(person)
        world.ids[state] = certificate.code
        with transaction() as session:
            if state == "revoked":
                certifying.revoke(None, certificate.id, reason="Cấp nhầm người", now=now)
            elif state == "replaced":
                certifying.reissue(None, certificate.id, reason="Tên viết sai", now=now)
            elif state == "printing":
                session.add(CertificatePrint(certificate_id=certificate.id, asked_at=now + timedelta(hours=1)))
    expired = select(Certificate.code).where(
        Certificate.last_day < clock.civil_day(clock.now()), ~Certificate.revocation.has()
    )
    world.ids["expired"] = db.session.scalars(expired.limit(1)).one()


def _managing(world: World, facility: Facility) -> None:
    now = clock.now()
    began = {"valid_from": now - timedelta(days=3), "recorded_at": now}
    actor = Actor(
        person_id=world.people["coordinator"], sign_in_id=0, name="", language="vi", is_shared=False,
        grants=frozenset(), facility_ids=frozenset({facility.id}),
    )  # fmt: skip
    unit = db.session.scalars(select(Unit).where(Unit.facility_id == facility.id).order_by(Unit.id)).first()
    machines = db.session.scalars(select(Position.id).where(Position.code == "it")).one()
    technicians = Audience(position_ids=frozenset({machines}))
    m2 = db.session.scalars(select(Module).order_by(Module.rank)).all()[1]
    with transaction() as session:
        order = Order(technicians, (m2.id,), clock.civil_day(now) + timedelta(days=14), Overlap.EARLIER, 14)
        batch = assigning.assign(actor, facility.id, order, token=new_token(), now=now)
        session.add(Leave(person_id=world.people["new"], facility_id=facility.id, **began))
        asked = [world.people["idle"], world.people["keys"]]
        slips = {
            slip.person_id: slip.code for slip in employing.make_slips(actor.person_id, facility.id, asked, now=now)
        }
    point = db.session.scalars(select(ServicePoint).where(ServicePoint.facility_id == facility.id)).first()
    world.ids |= {"batch": batch.id, "m2": m2.id, "unit": unit.id, "slip": slips[asked[0]], "key_slip": slips[asked[1]]}
    world.ids |= {"point": point.id, "it": machines}
    world.ids |= make_imports(facility.id, world.people["coordinator"])


def _press(selector: str) -> Callable[[Page, World], None]:
    return lambda page, _world: page.locator(selector).first.click()


def _at(path: str) -> Callable[[World], str]:
    """The address with the world's own values in the places of ``{names}``."""

    def _fill(world: World) -> str:
        people = {f"p_{state}": person_id for state, person_id in world.people.items()}
        return path.format(f=f"/f/{world.facility}", **world.ids, **people)

    return _fill


def _type_slip_code(page: Page, world: World) -> None:
    page.locator("input[name=code]").fill(str(world.ids["slip"]))
    page.locator("main button[type=submit]").last.click()


def _make_slips(page: Page, world: World) -> None:
    page.locator(f"input[name=unit][value='{world.ids['paper_unit']}']").check(force=True)
    page.locator("button[name=kind][value=paper]").click()


def _hand_in_file(page: Page, world: World) -> None:
    """Bring the work of a colleague: one thing that fits, and one that does not."""
    file = rescue_of(
        world.site.app.extensions["settings"].secret_key, world.people["new"], ("m1", LESSON), ("m0", "no")
    )
    sent = {"name": "san-sang-bai-lam.sansang", "mimeType": "application/octet-stream", "buffer": file}
    page.locator("input[type=file]").set_input_files(sent)
    page.locator("main form .btn").first.click()


WIZARD = "{f}/assign?unit={unit}&module={m2}&due=30/11/2027&standing=1&days=14"
PUBLIC = [
    Visit("sign-in", "", _at("/sign-in")),
    Visit("sign-in refused", "", _at("/sign-in"), 422, _press("main form:not([action*=sample]) button[type=submit]")),
    Visit("activate", "", _at("/activate")),
    Visit("activate refused", "", _at("/activate"), 422, _press("main button[type=submit]")),
    Visit("choose password", "", _at("/activate"), 200, _type_slip_code),
    Visit("code box", "", _at("/x")),
    *(Visit(f"verify {each}", "", _at(f"/x/{{{each}}}")) for each in ("valid", "expired", "revoked", "replaced")),
    Visit("verify unknown", "", _at(f"/x/{UNKNOWN}"), 404),
    Visit("verify mistyped", "", _at(f"/x/{MISTYPED}"), 404),
    Visit("not found, nobody", "", _at("/nothing-here"), 404),
]
LEARNER = [
    *(Visit(f"home {each}", each, _at("/"))
      for each in ("new", "late", "reader", "waiting", "talking", "holder", "idle", "fresh")),
    Visit("two minutes", "reader", _at("/two-minutes")),
    Visit("two minutes, all fresh", "fresh", _at("/two-minutes")),
    Visit("enough for now", "reader", _at(f"/learn/m1/{LESSON}/enough")),
    Visit("enough, lesson read", "waiting", _at(f"/learn/m1/{LESSON}/enough")),
    Visit("last card of a sitting", "reader", _at(f"/learn/m1/{LESSON}?card=3&until=3")),
    *(Visit(f"mine {each}", each, _at("/me")) for each in ("new", "holder", "revoked")),
    Visit("my certificate", "holder", _at("/me/certificates/{valid}")),
    Visit("my certificate revoked", "revoked", _at("/me/certificates/{revoked}")),
    Visit("my data", "holder", _at("/me/data")),
    Visit("hand in a file", "new", _at("/hand-in-file")),
    Visit("hand in a file refused", "new", _at("/hand-in-file"), 422, _press("main form .btn")),
    Visit("file handed in", "coordinator", _at("/hand-in-file"), 200, _hand_in_file),
    Visit("my phone", "new", _at("/me/phone")),
    Visit("my phone refused", "new", _at("/me/phone"), 422, _press("main .btn-main")),
    Visit("devices", "holder", _at("/me/devices")),
    Visit("devices, two", "reader", _at("/me/devices")),
    Visit("devices, two refused", "reader", _at("/me/devices"), 422, _press("main .row .btn")),
    Visit("password", "new", _at("/me/password")),
    Visit("password refused", "new", _at("/me/password"), 422, _press("main .btn-main")),
    Visit("module", "reader", _at("/learn/m1")),
    Visit("module failed", "failed", _at("/learn/m1")),
    Visit("straight to the quiz", "new", _at("/quiz/m1/test-out")),
    Visit("card", "new", _at(f"/learn/m1/{LESSON}?card=1")),
    Visit("card in the middle", "reader", _at(f"/learn/m1/{LESSON}?card=2")),
    Visit("check", "new", _at(f"/learn/m1/{LESSON}?card={{check}}")),
    Visit("check right", "new", _at(f"/learn/m1/{LESSON}?card={{check}}&choice={{right}}")),
    Visit("check wrong", "new", _at(f"/learn/m1/{LESSON}?card={{check}}&choice={{wrong}}")),
    Visit("module with practice", "holder", _at("/learn/m2")),
    Visit("practice talk", "reader", _at("/practice/m2/check-the-level")),
    Visit("practice with help", "late", _at("/practice/m2/check-the-level")),
    Visit("practice off the way", "new", _at("/practice/m2/check-the-level")),
    Visit("practised", "holder", _at("/practised/{practised}")),
    Visit("practised badly", "failed", _at("/practised/{practised_badly}")),
    *(Visit(f"quiz {each}", each, _at("/quiz/m1"))
      for each in ("new", "answering", "failed", "waiting", "talking", "holder")),
    Visit("question", "answering", _at("/attempts/{running}/1")),
    Visit("question marked", "answering", _at("/attempts/{running}/2")),
    Visit("question open", "answering", _at("/attempts/{running}/10")),
    Visit("question with a time limit", "timing", _at("/attempts/{timed}/1")),
    Visit("review with a time limit", "timing", _at("/attempts/{timed}/review")),
    Visit("review", "answering", _at("/attempts/{running}/review")),
    Visit("review with gaps", "answering", _at("/attempts/{running}/review?gaps=1")),
    Visit("passed", "holder", _at("/attempts/{passed}/result")),
    Visit("passed without a workplace", "stranger", _at("/attempts/{unplaced}/result")),
    Visit("not passed", "failed", _at("/attempts/{failed}/result")),
    Visit("not passed four times", "talking", _at("/attempts/{used_up}/result")),
    Visit("certificate waiting", "printing", _at("/certificates/{printing}/pdf")),
    Visit("certificate not asked for", "unprinted", _at("/certificates/{unprinted}/pdf")),
    Visit("certificate ended", "revoked", _at("/certificates/{revoked}/pdf"), 409),
    Visit("guide", "new", _at("/guide")),
    Visit("guide searched", "new", _at("/guide?q=giay+chuyen")),
    Visit("guide none", "new", _at("/guide?q=zzzz")),
    Visit("guide card", "new", _at("/guide/cards/new-phone")),
    Visit("guide errors", "new", _at("/guide/errors")),
    Visit("guide papers", "new", _at("/guide/papers")),
    Visit("guide paper not asked for", "new", _at("/guide/papers/poster-level-2/en")),  # and no test asks
    Visit("guide paper waiting", "new", _at("/guide/papers/poster-scam/vi")),
    Visit("forbidden", "new", _at("{f}/board"), 403),
    Visit("not found", "new", _at("/nothing-here"), 404),
]  # fmt: skip
COORDINATOR = [
    Visit("home coordinator", "coordinator", _at("/")),
    Visit("people", "coordinator", _at("{f}/people")),
    Visit("people searched", "coordinator", _at("{f}/people?q=nguyen")),
    Visit("people none", "coordinator", _at("{f}/people?q=zzzz")),
    Visit("add person", "coordinator", _at("{f}/people/new")),
    Visit("add person refused", "coordinator", _at("{f}/people/new"), 422, _press("main .btn-main")),
    Visit("edit person", "coordinator", _at("{f}/people/{p_new}/edit")),
    Visit("end person", "coordinator", _at("{f}/people/{p_new}/end")),
    Visit("import", "coordinator", _at("{f}/people/import")),
    Visit("import without a file refused", "coordinator", _at("{f}/people/import"), 422, _press("main .drop .btn")),
    *(
        Visit(f"import {step}", "coordinator", _at(f"{{f}}/people/import/{{import_{step}}}"))
        for step in ("working", "columns", "check", "done")
    ),
    Visit("import people missing", "coordinator", _at("{f}/people/import/{import_check}?show=missing")),
    Visit("import file unreadable", "coordinator", _at("{f}/people/import/{import_refused}")),
    Visit("slips", "coordinator", _at("{f}/people/slips")),
    Visit("slips on paper", "coordinator", _at("{f}/people/slips"), 200, _make_slips),
    Visit("places", "coordinator", _at("{f}/places")),
    Visit("new point", "coordinator", _at("{f}/places/points/new")),
    Visit("point", "coordinator", _at("{f}/places/points/{point}")),
    Visit("assign who", "coordinator", _at("{f}/assign")),
    Visit("assign who refused", "coordinator", _at("{f}/assign?step=what")),
    Visit("assign what", "coordinator", _at(f"{WIZARD}&step=what")),
    Visit("assign what, a path", "coordinator", _at("{f}/assign?position={it}&path=it&step=what")),
    Visit("assign when", "coordinator", _at(f"{WIZARD}&step=when")),
    Visit("assign when refused", "coordinator", _at("{f}/assign?unit={unit}&module={m2}&due=1/1/2020&step=check")),
    Visit("assign check", "coordinator", _at(f"{WIZARD}&step=check")),
    Visit("assign check, a path", "coordinator",
          _at("{f}/assign?position={it}&path=it&standing=1&due=30/11/2027&step=check")),
    Visit("assigned", "coordinator", _at("{f}/assign/{batch}")),
    Visit("board", "coordinator", _at("{f}/board")),
    Visit("board unit opened", "coordinator", _at("{f}/board?unit={unit}")),
    Visit("board of one module", "coordinator", _at("{f}/board?module=m1&sort=-done")),
    Visit("board overdue", "coordinator", _at("{f}/board?state=overdue")),
    Visit("board none", "coordinator", _at("{f}/board?q=zzzz")),
    Visit("person late", "coordinator", _at("{f}/people/{p_late}")),
    Visit("person done", "coordinator", _at("{f}/people/{p_holder}")),
    Visit("reports", "coordinator", _at("{f}/reports")),
    Visit("certificates", "coordinator", _at("{f}/certificates")),
    Visit("certificates none", "coordinator", _at("{f}/certificates?q=zzzz")),
    Visit("certificate", "coordinator", _at("{f}/certificates/{valid}")),
    Visit("certificate revoked", "coordinator", _at("{f}/certificates/{revoked}")),
    Visit("revoke refused", "coordinator", _at("{f}/certificates/{valid}"), 422, _press("main .btn-danger")),
]  # fmt: skip
DIRECTOR = [
    Visit("home director", "director", _at("/")),
    Visit("readiness", "director", _at("{f}/readiness")),
    Visit("readiness opened", "director", _at("{f}/readiness?part=C&how=1")),
    Visit("board director", "director", _at("{f}/board")),
    Visit("people director", "director", _at("{f}/people")),
]
TASKFORCE = [
    Visit("home taskforce", "taskforce", _at("/")),
    Visit("city", "taskforce", _at("/city")),
    Visit("city none", "taskforce", _at("/city?q=zzzz")),
]
PAGES = [*PUBLIC, *LEARNER, *COORDINATOR, *DIRECTOR, *TASKFORCE]
