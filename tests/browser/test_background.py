"""Work that goes home by itself after the page was closed, where the browser wakes the worker."""

import time

from playwright.sync_api import CDPSession, Page
from sqlalchemy import select

from app.kernel.db import db
from quizzes.models import Attempt
from tests.browser.conftest import Site
from tests.browser.phone import Phone, answered_rows, hand_in_away

TAGS = "async () => (await navigator.serviceWorker.ready).sync.getTags()"


def registration_of(page: Page, session: CDPSession) -> str:
    """Return the browser's own number of the worker registered for the site."""
    found: list[str] = []
    session.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: found.extend(each["registrationId"] for each in event["registrations"]),
    )
    session.send("ServiceWorker.enable")
    while not found:
        page.wait_for_timeout(50)
    return found[0]


def test_work_goes_after_the_page_was_closed(phone: Phone, empty_site: Site, learner: int):
    rights = hand_in_away(phone, empty_site, learner)
    assert phone.page.evaluate(TAGS) == ["flush"], "the browser was asked to wake the worker"
    origin = phone.network.url
    elsewhere = phone.context.new_page()
    session = phone.context.new_cdp_session(elsewhere)
    number = registration_of(elsewhere, session)
    phone.page.close()
    assert answered_rows(empty_site, learner)[0] == 0
    phone.network.set("open")
    # A phone's system says this when the network is back; a test says it itself.
    session.send(
        "ServiceWorker.dispatchSyncEvent",
        {"origin": origin, "registrationId": number, "tag": "flush", "lastChance": True},
    )
    until = time.monotonic() + 15
    while answered_rows(empty_site, learner)[0] < sum(map(len, rights)) and time.monotonic() < until:
        time.sleep(0.2)
    with empty_site.app.app_context():
        attempt = db.session.scalars(select(Attempt).where(Attempt.person_id == learner)).one()
        assert (attempt.passed, attempt.score) == (True, len(rights))
        db.session.remove()
