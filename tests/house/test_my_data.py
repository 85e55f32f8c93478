"""Everything about a person is in their file, and nothing of anybody else: held against the foreign keys themselves."""

import html
import json
import re
from typing import Any

import pytest
from sqlalchemy import select

from app.kernel.db import Base, db
from app.people.models import Person
from app.portal.my_data import HIDDEN, SOMEBODY, WITHHELD
from tests.house.canaries import found_in
from tests.house.world import World

PEOPLE = ("staffa1", "staffb1", "transferred", "coordinatora", "directora", "taskforce", "admin")


def file_of(world: World, key: str) -> tuple[dict[str, Any], Any]:
    answer = world.client(key).get("/me/data.json")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == 'attachment; filename="du-lieu-cua-toi.json"'
    assert answer.headers["Cache-Control"] == "no-store"
    return json.loads(answer.text), answer


def everything(world: World) -> dict[str, list[dict[str, Any]]]:
    """Every row of the database."""
    with world.database.app.app_context():
        found = {
            table.name: [dict(row._mapping) for row in db.session.execute(table.select())]
            for table in Base.metadata.sorted_tables
        }
        db.session.remove()
    return found


def keys_of(name: str, row: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(row[column.name] for column in Base.metadata.tables[name].primary_key)


def oracle(rows: dict[str, list[dict[str, Any]]], person_id: int) -> tuple[set[Any], set[Any]]:
    """What leads to a person by foreign keys, found by walking until nothing is new: rows about them, and their acts.

    A row that names its own person belongs to that person alone, whatever else it leads to.
    """
    own, acts, before = {("person", (person_id,))}, set(), -1
    while len(own) != before:
        before = len(own)
        for name, table in Base.metadata.tables.items():
            for row in rows[name]:
                links = {
                    key.parent.name: (key.column.table.name, (row[key.parent.name],)) for key in table.foreign_keys
                }
                if "person_id" in links:
                    if row["person_id"] == person_id:
                        own.add((name, keys_of(name, row)))
                elif any(target in own for column, target in links.items() if target[0] != "person"):
                    own.add((name, keys_of(name, row)))
    for name, table in Base.metadata.tables.items():
        for key in table.foreign_keys:
            if key.column.table.name == "person" and key.parent.name != "person_id":
                made = [row for row in rows[name] if row[key.parent.name] == person_id]
                acts |= {(name, key.parent.name, keys_of(name, row)) for row in made}
    return own, acts


@pytest.mark.parametrize("key", PEOPLE)
def test_the_file_holds_every_row_that_leads_to_the_person_and_no_other(world: World, key: str):
    person_id = world.principals[key].person_id
    content, _answer = file_of(world, key)
    own, acts = oracle(everything(world), person_id)
    given = {
        (name, keys_of(name, row)) for name, rows in content["own"].items() if name != "audit_entry" for row in rows
    }
    assert given == own
    done = {(name, row["as"], keys_of(name, row)) for name, rows in content["acts"].items() for row in rows}
    assert done == acts


@pytest.mark.parametrize("key", PEOPLE)
def test_the_file_names_nobody_else_and_holds_no_secret(world: World, key: str):
    content, answer = file_of(world, key)
    text = json.dumps(content, ensure_ascii=False)
    with world.database.app.app_context():
        others = select(Person.id, Person.name, Person.phone).where(Person.id != world.principals[key].person_id)
        for person_id, name, phone in db.session.execute(others):
            assert name not in text
            assert phone is None or phone not in text
            for rows in content["own"].values():
                for row in rows:
                    told = {value for column, value in row.items() if column.endswith(("_by", "person_id"))}
                    assert person_id not in told
        db.session.remove()
    secrets = [row[column] for rows in content["own"].values() for row in rows for column in WITHHELD & row.keys()]
    assert set(secrets) <= {HIDDEN, None}
    assert HIDDEN in secrets
    assert world.principals[key].token not in text
    assert {mark[3] for mark in found_in(answer)} <= {key, "all", "own"}


def test_the_file_says_that_somebody_else_acted_and_not_who(world: World):
    content, _answer = file_of(world, "staffa1")
    (clearance,) = content["own"]["talk_clearance"]
    assert clearance["cleared_by"] == SOMEBODY


def test_the_file_has_what_a_person_expects_to_find(world: World):
    content, _answer = file_of(world, "staffa1")
    assert content["own"].keys() >= {
        "person", "employment", "assignment", "lesson_progress", "attempt", "answer", "completion", "certificate",
        "certificate_print", "sign_in", "known_device", "credential", "question_report", "prior_learning",
    }  # fmt: skip
    assert content["own"]["person"][0]["name"].endswith("CNRY-A-person-name-staffa1")
    assert all("passed" in attempt and "started_at" in attempt for attempt in content["own"]["attempt"])


def test_the_page_says_what_is_kept_and_what_for(world: World):
    page = html.unescape(re.sub(r"\s+", " ", world.client("staffa2").get("/me/data").text)).replace("\u00a0", " ")
    for words in ("Dữ liệu của tôi", "Tải tất cả về máy", "Nơi làm việc", "Việc học", "Thiết bị và lần đăng nhập"):
        assert words in page
    assert "Việc Anh/Chị đã làm cho người khác" not in page
    assert "CNRY-A-person-name-staffa2" in page
    boss = html.unescape(world.client("coordinatora").get("/me/data").text)
    assert "Việc Anh/Chị đã làm cho người khác" in boss


def test_the_page_is_complete_in_english(world: World):
    page = world.client("staffa1").get("/me/data?lang=en").text
    for words in ("What is kept, and what for", "Download everything", "to know what your facility asks of you"):
        assert words in page
