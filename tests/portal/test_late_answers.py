"""What came too late from a device is shown to the coordinator in words, and to nobody else's."""

import uuid
from datetime import timedelta
from types import SimpleNamespace

import pytest
from flask.testing import FlaskClient

from app.kernel.transaction import transaction
from quizzes import operations, rules
from tests.builders import Browser
from tests.quizzes import builders
from tests.quizzes.builders import as_actor, publish_module, right_tokens


def deliver(person, attempt, travel, now) -> None:
    for place in (1, 2):
        choice = operations.Choice(place, tuple(right_tokens(attempt, place)), str(uuid.uuid4()), client_seq=1)
        with transaction():
            operations.deliver_answer(as_actor(person), attempt.id, choice, travel, now=now)


@pytest.mark.parametrize(
    ("made_after", "is_handed_in", "words"),
    [
        (rules.TICKET_LASTS + timedelta(hours=1), False, "2 câu không tính: làm trên máy khi đã quá 7 ngày"),
        (timedelta(hours=1), True, "2 câu không tính: đến lúc"),
        (timedelta(hours=1), False, ""),
    ],
)
def test_the_coordinator_reads_what_did_not_count_and_why(
    client: FlaskClient, cast: SimpleNamespace, morning, made_after: timedelta, is_handed_in: bool, words: str
):
    module = publish_module(count=9, length=3, pass_mark=2)
    an_id = cast.an.id
    with transaction():
        attempt, ticket = operations.issue_ticket(as_actor(cast.an), module.id, "device", now=morning)
    if is_handed_in:
        builders.submit(cast.an, attempt)
    deliver(cast.an, attempt, operations.Travel(ticket, "device", made_after), morning + timedelta(days=9))
    page = Browser(client, cast.binh).get(f"/f/BV-HOASEN/people/{an_id}").text
    assert ("Đến muộn" in page) is bool(words)
    assert words in page
    assert Browser(client, cast.binh).get(f"/f/BV-SONGXANH/people/{an_id}").status_code == 404
