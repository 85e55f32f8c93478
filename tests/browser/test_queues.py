"""Work that waited on a phone while the app was renewed: new code reads what the old wrote, and brings it (SY-06)."""

import uuid
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.kernel.db import db
from app.pwa.models import Delivery
from courses.queries.practice import get_scenario
from quizzes.models import Attempt
from tests.browser.conftest import Site
from tests.browser.every_page import LESSON
from tests.browser.phone import Phone, kept_on, paper_of
from tests.pwa.old_queues import QUEUES, queue

#: Puts operations into the store as the first release did: sealed for their place, with nothing but their state open.
WRITTEN_BEFORE = """async (operations) => {
  const heard = (request) => new Promise((done, fail) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error);
  });
  const database = await heard(indexedDB.open("san-sang"));
  const { owner, key } = await heard(database.transaction("keys").objectStore("keys").get("mine"));
  for (const [order, { op_id, ...body }] of operations.entries()) {
    const iv = crypto.getRandomValues(new Uint8Array(12)), encoder = new TextEncoder();
    const additionalData = encoder.encode(`${owner}\\n${op_id}`);
    const plain = encoder.encode(JSON.stringify(body));
    const data = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData }, key, plain);
    const rows = database.transaction("operations", "readwrite").objectStore("operations");
    await heard(rows.put({ op_id, owner, order, state: "waiting", iv, data }));
  }
  database.close();
}"""


def practice_of(site: Site) -> dict[str, Any]:
    """Return what names a practice scenario, and a first tap on it."""
    with site.app.app_context():
        found = get_scenario("m2", "check-the-level")
        db.session.remove()
    tap = {"op_id": str(uuid.uuid4()), "seq": 1, "screen": found.content["start"], "choice": "look-together"}
    return {"practice": found.module_key, "scenario": found.key, "version": found.id, "taps": [tap]}


@pytest.mark.parametrize("path", QUEUES, ids=lambda path: path.stem)
def test_the_app_brings_home_what_an_earlier_release_wrote_down(
    phone: Phone, empty_site: Site, learner: int, path: Path
):
    phone.sign_in(learner)
    with phone.page.expect_response("**/offline/tickets/m1") as asked:
        phone.take_along()
    paper, right = asked.value.json(), paper_of(empty_site, learner)
    ids = {"attempt": paper["attempt"], "ticket": paper["ticket"], **practice_of(empty_site)}
    work = queue(path, module="m1", lesson=LESSON, right=map(sorted, right), **ids)
    phone.page.evaluate(WRITTEN_BEFORE, work)
    phone.network.set("away")
    phone.page.goto("/quiz/m1")
    phone.page.get_by_text("Bài kiểm tra chưa có trên máy").wait_for()  # handed in, so there is no quiz to go on with
    phone.network.set("open")
    phone.page.goto("/me")
    phone.page.locator("#work .st", has_text="Đã xác nhận").nth(len(work) - 1).wait_for()
    assert {state for _op, state, _receipt in kept_on(phone)} == {"confirmed"}
    with empty_site.app.app_context():
        brought = db.session.scalars(select(Delivery.op_id).where(Delivery.person_id == learner)).all()
        assert set(brought) == {each["op_id"] for each in work}
        assert db.session.get_one(Attempt, paper["attempt"]).score == 2
        db.session.remove()
