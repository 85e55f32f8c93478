"""A module that requires practice is completed when the last required thing passes, whichever that is (ruling 25)."""

import itertools
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.assignments.models import Completion
from app.assignments.rules import Order
from app.kernel import clock
from app.kernel.db import db
from app.kernel.transaction import transaction
from app.people.models import Person
from certificates.models import Certificate
from courses.models import Module, Scenario
from courses.operations import take_taps
from tests.assignments.builders import give, named
from tests.builders import Browser
from tests.courses.builders import RIGHT_WAY, edit, load, taps_of, write_library, write_scenarios
from tests.quizzes.builders import as_actor, take

NAMES = ("find-the-book", "again")
_minutes = itertools.count(1)


@pytest.fixture
def folder(context: None, tmp_path: Path, morning) -> Path:
    return write_scenarios(write_library(tmp_path), "m9", *NAMES)


def publish(folder: Path, requires: str) -> Module:
    edit(folder / "m9" / "module.yaml", "requires: [quiz]", f"requires: {requires}")
    load(folder)
    return db.session.scalars(select(Module)).one()


def practise(person: Person, key: str, *choices: str) -> None:
    which = db.session.scalars(select(Scenario.id).where(Scenario.key == key).order_by(Scenario.id.desc())).first()
    at = clock.now() + timedelta(minutes=next(_minutes))
    with transaction():
        take_taps(as_actor(person), which, str(uuid.uuid4()), taps_of(*(choices or RIGHT_WAY)), now=at)


def pass_quiz(person: Person, module: Module) -> None:
    take(person, module, right=2, now=clock.now() + timedelta(minutes=next(_minutes)))


def completions() -> list[Completion]:
    db.session.expire_all()
    return list(db.session.scalars(select(Completion).order_by(Completion.cycle)))


def test_without_required_practice_the_quiz_alone_completes(cast, folder):
    module = publish(folder, "[quiz]")
    pass_quiz(cast.an, module)
    assert len(completions()) == 1
    practise(cast.an, "find-the-book")
    assert len(completions()) == 1


@pytest.mark.parametrize("order", list(itertools.permutations(["quiz", *NAMES])))
def test_the_last_of_all_completes_in_whatever_order(cast, folder, order: tuple[str, ...]):
    module = publish(folder, "[quiz, scenarios]")
    for name in order:
        assert completions() == [], f"before {name}"
        pass_quiz(cast.an, module) if name == "quiz" else practise(cast.an, name)
    (completion,) = completions()
    assert completion.attempt_id is not None
    assert db.session.query(Certificate).filter_by(person_id=cast.an.id).count() == 1


def test_only_the_named_scenarios_are_waited_for(cast, folder):
    module = publish(folder, "[quiz, again]")
    pass_quiz(cast.an, module)
    practise(cast.an, "find-the-book")
    assert completions() == []
    practise(cast.an, "again")
    assert len(completions()) == 1


def test_a_failed_run_and_another_persons_complete_nothing(cast, folder):
    module = publish(folder, "[quiz, again]")
    pass_quiz(cast.an, module)
    practise(cast.an, "again", "code")
    practise(cast.en, "again")
    assert completions() == []


def test_passing_again_completes_nothing_more(cast, folder):
    module = publish(folder, "[quiz, again]")
    pass_quiz(cast.an, module)
    practise(cast.an, "again")
    practise(cast.an, "again")
    assert len(completions()) == 1


def test_a_new_cycle_asks_for_both_once_more(cast, folder):
    module = publish(folder, "[quiz, again]")
    pass_quiz(cast.an, module)
    practise(cast.an, "again")
    pass_quiz(cast.an, module)
    assert len(completions()) == 1
    practise(cast.an, "again")
    assert [each.cycle for each in completions()] == [1, 2]


def test_a_small_change_keeps_what_was_practised_and_does_not_wait_for_what_it_dropped(cast, folder):
    module = publish(folder, "[quiz, scenarios]")
    practise(cast.an, "find-the-book")
    for old, new in (("change: major", "change: minor"), (f"[{', '.join(NAMES)}]", "[find-the-book]")):
        edit(folder / "m9" / "module.yaml", old, new)
    (folder / "m9" / "scenarios" / "again.yaml").unlink()
    load(folder)
    pass_quiz(cast.an, module)
    assert len(completions()) == 1


def test_the_home_page_and_the_result_lead_to_practice(client: FlaskClient, cast, folder):
    module = publish(folder, "[quiz, scenarios]")
    give(cast.binh, cast.here, order_of(cast.an, module), now=clock.now())
    attempt = take(cast.an, module, right=2, now=clock.now()).id
    browser = Browser(client, cast.an)
    result = browser.get(f"/attempts/{attempt}/result").text
    assert "Đến phần thực hành" in result and "Còn 2 tình huống" in result
    read_all(browser)
    home = browser.get("/").text
    assert "Chỉ còn phần thực hành" in home and "/learn/m9#practice" in home and "Còn 2 tình huống" in home
    practise(cast.an, "find-the-book")
    assert "Còn 1 tình huống" in browser.get("/").text
    practise(cast.an, "again")
    assert "Chỉ còn phần thực hành" not in browser.get("/").text


def order_of(person: Person, module: Module):
    return Order(named(person), (module.id,), clock.civil_day(clock.now()) + timedelta(days=5))


def read_all(browser: Browser) -> None:
    for lesson in ("m9-open", "m9-hands"):
        for card in range(1, 6):
            browser.post(f"/learn/m9/{lesson}", {"card": card})
