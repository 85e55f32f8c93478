"""Who may open what of this room: every address, for those of the house and for strangers."""

import pytest

from app.kernel import clock
from app.kernel.db import db
from app.kernel.transaction import transaction
from app.people import operations
from app.people.models import Role
from app.people.permissions import ACCESS, Actor, Who, may_open
from tests.builders import Browser, grant

READ = ["people", "places", "places/points/{point}"]
EDIT = ["people/new", "people/{an}/edit", "people/{an}/end", "people/slips", "places/points/new"]
POST = [
    "people/new", "people/slips", "people/{an}/workplace", "people/{an}/phone", "people/{an}/name", "people/{an}/leave",
    "people/{an}/leave/1/end", "people/{an}/access", "people/{an}/end", "places/units", "places/units/{unit}",
    "places/points/new", "places/points/{point}/term", "places/points/{point}/duty",
]  # fmt: skip


@pytest.fixture
def paths(cast):
    with transaction():
        point = operations.add_point(None, cast.here.id, cast.ward.id, "Quầy", "", now=clock.now())
        names = {"an": cast.an.id, "unit": cast.ward.id, "point": point.id}
    return lambda path: f"/f/BV-HOASEN/{path.format(**names)}"


def test_a_stranger_meets_nothing_at_all(client, cast, paths):
    grant(cast.en, Role.COORDINATOR, cast.there)
    for who in (cast.en, cast.dung):
        browser = Browser(client, who)
        assert {browser.get(paths(path)).status_code for path in READ + EDIT} == {404}
        assert {browser.post(paths(path)).status_code for path in [*POST, "people/export"]} == {404}


def test_a_colleague_without_a_role_is_told_so(client, cast, paths):
    browser = Browser(client, cast.an)
    assert {browser.get(paths(path)).status_code for path in READ + EDIT} == {403}
    assert {browser.post(paths(path)).status_code for path in [*POST, "people/export"]} == {403}


def test_a_director_reads_and_a_coordinator_changes(client, cast, paths):
    director = Browser(client, cast.chi)
    assert {director.get(paths(path)).status_code for path in READ} == {200}
    assert {director.get(paths(path)).status_code for path in EDIT} == {403}
    assert {director.post(paths(path)).status_code for path in POST} == {403}
    coordinator = Browser(client, cast.binh)
    assert {coordinator.get(paths(path)).status_code for path in READ + EDIT} == {200}


def test_whoever_is_not_signed_in_is_asked_to(client, cast, paths):
    assert client.get(paths("people")).location == "/sign-in?next=/f/BV-HOASEN/people"
    browser = Browser(client)
    assert {browser.post(paths(path)).status_code for path in POST} == {401}


@pytest.mark.parametrize("path", ["people/{0}/edit", "people/{0}/end", "places/points/{0}"])
@pytest.mark.parametrize("number", ["999999", "0"])
def test_a_missing_id_and_a_foreign_one_answer_alike(client, cast, path, number):
    browser = Browser(client, cast.binh)
    foreign = browser.get(f"/f/BV-HOASEN/{path.format(cast.en.id)}")
    missing = browser.get(f"/f/BV-HOASEN/{path.format(number)}")
    assert foreign.status_code == missing.status_code == 404


def test_a_change_of_someone_elsewhere_is_refused_like_a_missing_one(client, cast):
    browser = Browser(client, cast.binh)
    for act, row in (
        ("workplace", {"position": 1}), ("phone", {"phone": ""}), ("name", {"name": "X", "reason": "legal"}),
        ("leave", {"first": "2026-01-01"}), ("access", {}), ("end", {}),
    ):  # fmt: skip
        assert browser.post(f"/f/BV-HOASEN/people/{cast.en.id}/{act}", row).status_code == 404
    db.session.rollback()


@pytest.mark.parametrize("endpoint", sorted(ACCESS))
def test_a_form_without_its_token_changes_nothing(app, client, cast, endpoint):
    for rule in app.url_map.iter_rules(endpoint):
        if "POST" not in (rule.methods or ()):
            continue
        Browser(client, cast.binh)
        values = {"facility": "BV-HOASEN", **dict.fromkeys(rule.arguments - {"facility"}, 1)}
        path = app.url_map.bind("localhost").build(endpoint, values, method="POST")
        assert client.post(path).status_code == 400


ACTOR = Actor(1, 1, "An", "vi", is_shared=False, grants=frozenset({(Role.COORDINATOR, 7), (Role.TASKFORCE, None)}),
              facility_ids=frozenset({7, 8}))  # fmt: skip


@pytest.mark.parametrize(
    ("actor", "who", "facility", "opens"),
    [
        (None, Who.PUBLIC, None, True), (None, Who.SIGNED_IN, None, False), (ACTOR, Who.SIGNED_IN, None, True),
        (ACTOR, Who.SIGNED_IN, 8, True), (ACTOR, Who.SIGNED_IN, 9, False), (ACTOR, Who.COORDINATOR, 7, True),
        (ACTOR, Who.COORDINATOR, 8, False), (ACTOR, Who.DIRECTOR, 7, False), (ACTOR, Who.MANAGER, 7, True),
        (ACTOR, Who.MANAGER, None, True), (ACTOR, Who.TASKFORCE, None, True), (ACTOR, Who.TASKFORCE, 7, False),
        (ACTOR, Who.AUTHOR, None, False), (ACTOR, Who.ADMIN, None, False),
    ],
)  # fmt: skip
def test_what_a_grant_opens(actor, who, facility, opens):
    assert may_open(actor, who, facility) is opens


def test_an_actor_knows_its_facilities():
    assert ACTOR.facilities_as(Role.COORDINATOR) == {7}
    assert ACTOR.belongs_to(7)
    assert ACTOR.belongs_to(8)
    assert not ACTOR.belongs_to(9)
