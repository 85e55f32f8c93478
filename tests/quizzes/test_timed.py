"""Timed quizzes (QZ-08 to QZ-10): what is made in time counts, what is not is kept and shown, never scored silently."""

import re
import uuid
from datetime import timedelta
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.kernel import clock
from app.kernel.db import db
from app.kernel.errors import Conflict, Invalid
from app.kernel.transaction import transaction
from quizzes import operations, queries, rules
from quizzes.jobs import sweep
from quizzes.models import Answer, Attempt, AttemptState, LateAnswer
from quizzes.operations import Ago
from quizzes.rules import GRACE, Lateness, Tick
from tests.builders import Browser, employ, make_person
from tests.databases import SECRET
from tests.quizzes import builders
from tests.quizzes.builders import as_actor, publish_module, right_tokens, start, submit, tokens_of
from tests.quizzes.test_start import together

MINUTES = 15
LIMIT, MICRO = timedelta(minutes=MINUTES), timedelta(microseconds=1)
ZERO = timedelta(0)


@pytest.fixture
def timed(cast, morning) -> SimpleNamespace:
    """An's open attempt of fifteen minutes, three questions, two to pass."""
    module = publish_module(key="m1", count=9, length=3, pass_mark=2, minutes=MINUTES)
    attempt = start(cast.an, module, now=morning)
    facts = {"id": attempt.id, "deadline": attempt.deadline_at, "right": right_tokens(attempt, 1)}
    return SimpleNamespace(attempt=attempt, began=morning, an=cast.an, module=module, **facts)


def take(timed, place: int, *, arrives, made=None, op_id: str = "", chosen: list[str] | None = None):
    """A right choice that arrives at an instant, with a tick of the start when it says when it was ``made``."""
    tokens = tuple(right_tokens(timed.attempt, place) if chosen is None else chosen)
    choice = operations.Choice(place, tokens, op_id or str(uuid.uuid4()), client_seq=1)
    ago = None if made is None else Ago(Tick(timed.attempt.id, timed.began), made - timed.began)
    with transaction():
        return operations.take_answer(as_actor(timed.an), timed.attempt.id, choice, ago, now=arrives)


def late_ones() -> list[tuple[int, Lateness]]:
    return [(row.place, row.why) for row in db.session.scalars(select(LateAnswer).order_by(LateAnswer.id))]


def again(attempt: Attempt) -> Attempt:
    return db.session.get_one(Attempt, attempt.id, populate_existing=True)


# Answers ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("made", "arrives", "why"),
    [
        (None, -MICRO, None),
        (None, ZERO, None),
        (None, MICRO, Lateness.TIME_UP),
        (-MICRO, MICRO, None),
        (ZERO, MICRO, None),
        (MICRO, MICRO, Lateness.TIME_UP),
        (ZERO, GRACE, None),
        (MICRO, GRACE, Lateness.TIME_UP),
        (ZERO, GRACE + MICRO, Lateness.GRACE_OVER),
        (None, GRACE + MICRO, Lateness.TIME_UP),
    ],
)
def test_the_edges_of_time(timed, made, arrives, why):
    given_at = None if made is None else timed.deadline + made
    kept = take(timed, 1, arrives=timed.deadline + arrives, made=given_at)
    assert kept.is_late is (why is not None)
    assert re.fullmatch(r"[0-9a-f]{20}", kept.receipt)
    assert late_ones() == ([(1, why)] if why else [])
    with clock.stopped(timed.deadline + GRACE + MICRO):
        sweep()
    assert again(timed.attempt).score == (0 if why else 1)


def test_an_answer_in_the_grace_keeps_when_it_was_made(timed):
    take(timed, 1, arrives=timed.deadline + GRACE, made=timed.deadline - MICRO)
    (answer,) = db.session.scalars(select(Answer))
    assert (answer.made_at, answer.recorded_at) == (timed.deadline - MICRO, timed.deadline + GRACE)


def test_a_tick_of_another_attempt_tells_nothing(timed):
    choice = operations.Choice(1, tuple(right_tokens(timed.attempt, 1)), "an-operation", client_seq=1)
    with transaction():
        kept = operations.take_answer(
            as_actor(timed.an), timed.attempt.id, choice, Ago(Tick(timed.attempt.id + 1, timed.began), ZERO),
            now=timed.deadline + MICRO,
        )  # fmt: skip
    assert kept.is_late


def test_what_came_late_once_stays_late_and_has_one_receipt(timed):
    op_id, arrives = "late-operation", timed.deadline + GRACE
    first = take(timed, 1, arrives=arrives, made=timed.deadline + MICRO, op_id=op_id)
    assert take(timed, 1, arrives=arrives, made=timed.deadline, op_id=op_id) == first
    assert (len(late_ones()), db.session.scalars(select(Answer)).all()) == (1, [])
    with pytest.raises(Conflict, match="operation_used"):
        take(timed, 2, arrives=arrives, op_id=op_id)


def test_what_comes_after_the_hand_in_is_kept_only_when_its_time_is_up(timed):
    """QZ-06: another window's choice after an early hand-in is refused; after the deadline nothing is thrown away."""
    submit(timed.an, timed.attempt, now=timed.deadline + timedelta(seconds=1))
    late = take(timed, 1, arrives=timed.deadline + timedelta(seconds=30), made=timed.deadline - timedelta(minutes=1))
    assert late.is_late
    assert late_ones() == [(1, Lateness.OVER)]
    assert again(timed.attempt).score == 0


@pytest.mark.parametrize("after", [timedelta(minutes=-1), timedelta(minutes=1), timedelta(hours=1)])
def test_an_attempt_handed_in_before_its_time_takes_nothing_more(timed, after):
    submit(timed.an, timed.attempt, now=timed.deadline - timedelta(minutes=2))
    with pytest.raises(Conflict, match="attempt_over"):
        take(timed, 1, arrives=timed.deadline + after)
    assert late_ones() == []


def test_a_late_answer_must_be_one_the_paper_offers(timed):
    with pytest.raises(Invalid, match="unknown_option"):
        take(timed, 1, arrives=timed.deadline + MICRO, chosen=["nonsense"])
    assert late_ones() == []


def test_late_choices_at_once_are_kept_each_once(app, timed):
    """The same choice from ten hands, and ten others beside it: nobody waits for ever, nothing is doubled."""
    person, attempt_id, tokens, at = as_actor(timed.an), timed.id, tuple(timed.right), timed.deadline + MICRO

    def _take(number):
        op_id = "the-same-choice" if number % 2 else f"choice-number-{number}"
        with transaction():
            return operations.take_answer(person, attempt_id, operations.Choice(1, tokens, op_id), None, now=at).receipt

    results = together(app, 20, _take)
    assert all(re.fullmatch(r"[0-9a-f]{20}", str(each)) for each in results), results
    assert len(set(results)) == len(late_ones()) == 11


@settings(
    deadline=None, max_examples=20, phases=(Phase.explicit, Phase.generate), suppress_health_check=list(HealthCheck)
)
@given(data=st.data())
def test_nothing_is_ever_scored_silently(cast, morning, data):
    """Whatever arrives when: each choice is recorded or kept as late, once, and the score is that of the recorded."""
    person = make_person("Người Thi Có Giờ")
    employ(person, cast.here, cast.ward)
    module = publish_module(count=6, length=3, pass_mark=2, minutes=MINUTES)
    attempt = start(person, module, now=morning)
    timed = SimpleNamespace(an=person, attempt=attempt, began=morning)
    edges = st.sampled_from([-MICRO, ZERO, MICRO, GRACE, GRACE + MICRO]) | st.timedeltas(-LIMIT, 3 * GRACE)
    arrivals = sorted(data.draw(st.lists(edges, min_size=1, max_size=8)))
    sent = {}
    for arrives in arrivals:
        op_id, place = str(uuid.uuid4()), data.draw(st.integers(1, 3))
        made = data.draw(st.none() | edges.map(lambda made, arrives=arrives: min(made, arrives)))
        tokens = [token for token, _right in tokens_of(attempt, place)][: data.draw(st.integers(0, 1))]
        at = None if made is None else attempt.deadline_at + made
        kept = take(timed, place, arrives=attempt.deadline_at + arrives, made=at, op_id=op_id, chosen=tokens)
        sent[op_id] = (arrives if made is None else made, arrives, kept.is_late)
    with clock.stopped(attempt.deadline_at + 4 * GRACE):
        sweep()
    recorded = {row.op_id for row in db.session.scalars(select(Answer).where(Answer.attempt_id == attempt.id))}
    late = {row.op_id for row in db.session.scalars(select(LateAnswer).where(LateAnswer.attempt_id == attempt.id))}
    assert recorded | late == sent.keys()
    assert not recorded & late
    for op_id, (made, arrives, is_late) in sent.items():
        assert (op_id in late) == is_late == (made > ZERO or arrives > GRACE)
    ended = again(attempt)
    assert ended.state is AttemptState.EXPIRED
    assert operations.is_graded_alike(ended)
    assert {each.op_id for each in queries.list_standing(attempt.id).values()} <= recorded


# The end ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("after", "is_ended"), [(ZERO, False), (GRACE, False), (GRACE + MICRO, True)])
def test_the_sweeper_waits_for_the_grace_and_ends_at_the_deadline(timed, after, is_ended):
    with clock.stopped(timed.deadline + after):
        sweep()
    ended = again(timed.attempt)
    expected = (AttemptState.EXPIRED, timed.deadline) if is_ended else (AttemptState.OPEN, None)
    assert (ended.state, ended.ended_at) == expected


def test_a_sweeper_that_was_down_for_days_makes_no_wait_longer(timed):
    submit(timed.an, timed.attempt, now=timed.began)
    second = start(timed.an, timed.module, now=timed.began)
    with clock.stopped(timed.began + timedelta(days=3)):
        sweep()
    assert again(second).ended_at == timed.began + LIMIT
    assert start(timed.an, timed.module, now=timed.began + LIMIT + rules.WAIT).state is AttemptState.OPEN


def test_handing_in_after_the_deadline_ends_at_the_deadline(timed):
    ended = submit(timed.an, timed.attempt, now=timed.deadline + timedelta(seconds=40))
    assert (ended.state, ended.ended_at) == (AttemptState.EXPIRED, timed.deadline)


def test_the_deadline_is_frozen_at_the_start_whatever_is_published_later(timed):
    content = builders.tiny_content(builders.raw_questions(9), length=3, pass_mark=2, minutes=1)
    builders.publish_version(timed.module, content)
    assert start(timed.an, timed.module, now=timed.began + timedelta(minutes=5)).deadline_at == timed.deadline


# Pages --------------------------------------------------------------------------------------------------------------


def words_of(page) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text.replace("\u00a0", " ")))


def test_the_start_page_says_how_the_time_runs(client, cast, morning):
    publish_module(key="m1", minutes=MINUTES)
    browser = Browser(client, cast.an)
    page = words_of(browser.get("/quiz/m1"))
    assert "15 phút" in page
    assert "Thời gian tính từ lúc bắt đầu, kể cả khi đóng trang." in page
    assert "Bài kiểm tra có giới hạn thời gian cần có mạng." in page
    assert "The time runs from the moment you begin" in words_of(browser.get("/quiz/m1?lang=en"))


@pytest.mark.parametrize("path", ["1", "review"])
@pytest.mark.parametrize(("language", "words"), [("vi", "Làm bài đến 08:15 ."), ("en", "Answer until 08:15 .")])
def test_the_pages_say_until_when_right_without_a_script(client, timed, path, language, words):
    browser = Browser(client, timed.an)
    with clock.stopped(timed.began + timedelta(minutes=3)):
        page = browser.get(f"/attempts/{timed.id}/{path}?lang={language}")
    assert words in words_of(page)
    assert '<time datetime="2026-11-23T01:15:00+00:00">' in page.text
    assert f'data-left="{12 * 60_000}"' in page.text
    assert "quiz-time.js" in page.text
    assert "data-bridge" not in page.text, "no paper of it is taken along"


def test_an_untimed_quiz_speaks_of_no_time(client, cast, morning):
    attempt_id = start(cast.an, publish_module(key="m1")).id
    page = Browser(client, cast.an).get(f"/attempts/{attempt_id}/1").text
    assert 'id="left"' not in page
    assert "quiz-time.js" not in page


def _tick(page) -> str:
    return re.search(r'data-tick="([^"]+)"', page.text).group(1)


@pytest.mark.parametrize(
    ("forge", "seconds", "is_late"),
    [
        (lambda tick: tick, 60, False),
        (lambda tick: tick, 121, True),
        (lambda tick: tick[:-1], 60, True),
        (lambda tick: None, 60, True),
    ],
)
def test_a_choice_on_its_way_at_the_deadline_counts_by_the_servers_tick(client, timed, forge, seconds, is_late):
    browser, minutes = Browser(client, timed.an), 14
    with clock.stopped(timed.began + timedelta(minutes=minutes)):
        tick = _tick(browser.get(f"/attempts/{timed.id}/1"))
    assert rules.read_tick(tick, secret=SECRET) == Tick(timed.id, timed.began + timedelta(minutes=minutes))
    sent = {"op_id": "on-its-way", "place": 1, "chosen": timed.right, "flagged": False, "seq": 1}
    with clock.stopped(timed.deadline + timedelta(seconds=seconds)):
        made = {"tick": forge(tick), "elapsed": 59_999}
        reply = browser.post_json(f"/attempts/{timed.id}/answers", sent | made)
    assert (reply.status_code, reply.json["late"], len(reply.json["receipt"])) == (200, is_late, 20)
    db.session.rollback()
    assert bool(late_ones()) is is_late


@pytest.mark.parametrize("elapsed", [None, "5", True, -5, 10**15])
def test_an_odd_count_of_a_device_wins_no_time(client, timed, elapsed):
    tick = rules.write_tick(Tick(timed.id, timed.began), secret=SECRET)
    sent = {"op_id": "odd-count", "place": 1, "chosen": [], "flagged": True, "seq": 1, "tick": tick, "elapsed": elapsed}
    with clock.stopped(timed.deadline + GRACE + MICRO):
        reply = Browser(client, timed.an).post_json(f"/attempts/{timed.id}/answers", sent)
    assert (reply.status_code, reply.json["late"]) == (200, True)


def test_a_form_without_script_that_comes_late_is_kept_and_leads_to_the_end(client, timed, cast):
    browser, an_id, address = Browser(client, timed.an), timed.an.id, f"/attempts/{timed.id}/1"
    form = {"op_id": "a-page-of-its-own", "choice": timed.right}
    with clock.stopped(timed.deadline + timedelta(seconds=1)):
        assert "Hết giờ lúc 08:15, 23/11/2026." in browser.post(address, form).text
        done = browser.post(f"/attempts/{timed.id}/submit")
        assert "Hết giờ. Các câu đã lưu được nộp." in browser.get(done.location).text
        second = browser.post(f"/attempts/{timed.id}/2", {"op_id": "another-page", "mark": "1"})
        assert second.location.endswith("/result")
        db.session.rollback()
        assert late_ones() == [(1, Lateness.TIME_UP), (2, Lateness.TIME_UP)]
        assert again(timed).score == 0
        page = words_of(Browser(client, cast.binh).get(f"/f/BV-HOASEN/people/{an_id}"))
    assert "2 câu không tính: đến lúc 08:15, 23/11/2026, chọn sau khi bài kiểm tra hết giờ" in page


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("vi", "chọn kịp giờ nhưng đến lúc 08:18, 23/11/2026, hơn hai phút sau khi hết giờ"),
        ("en", "chosen in time, but arrived 08:18, 23/11/2026, more than two minutes after the time of the quiz"),
    ],
)
def test_the_coordinator_reads_when_the_network_was_to_blame(client, timed, cast, language, words):
    an_id = timed.an.id
    take(timed, 1, arrives=timed.deadline + timedelta(minutes=3), made=timed.deadline)
    page = Browser(client, cast.binh).get(f"/f/BV-HOASEN/people/{an_id}?lang={language}")
    assert words in words_of(page)


@pytest.mark.parametrize(("minutes", "offered"), [(None, True), (MINUTES, False)])
def test_a_timed_quiz_is_not_offered_to_be_taken_along(client, cast, morning, minutes, offered):
    module = publish_module(key="m1", minutes=minutes)
    version = module_content(module)
    assert version["quiz"]["time_limit_minutes"] == minutes
    page = Browser(client, cast.an).get("/learn/m1").text
    assert ("data-quiz" in page) is offered
    assert ('<p class="meta section">Bài kiểm tra này có giới hạn thời gian' in page) is not offered


def module_content(module) -> dict:
    blueprint = queries.find_blueprint(module.id)
    return queries.get_module_content(blueprint.module_version_id)
