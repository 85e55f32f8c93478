"""The pages: nothing of the key before the end, every state in words, both languages, with and without script."""

import ast
import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.kernel import clock
from app.kernel.db import db
from app.kernel.settings import ROOT
from app.kernel.transaction import statement_counter
from app.people.models import Role
from quizzes.models import Answer, Attempt, Blueprint, QuestionReport, QuestionVersion
from tests.builders import Browser, grant
from tests.quizzes.builders import (
    publish_module,
    publish_version,
    raw_question,
    right_tokens,
    take,
    tiny_content,
    wrong_tokens,
)


@pytest.fixture
def module(cast, morning):
    return publish_module(key="m1")


def only_attempt() -> int:
    db.session.rollback()
    return db.session.scalars(select(func.max(Attempt.id))).one()


def begin(client, person) -> tuple[Browser, int]:
    browser = Browser(client, person)
    reply = browser.post("/quiz/m1")
    assert reply.status_code == 303, reply.text
    return browser, only_attempt()


# Before and during --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "phrases"),
    [
        ("vi", ["10 câu, khoảng 6 phút", "8/10", "Lần 1", "Không giới hạn", "Bắt đầu"]),
        ("en", ["10 questions, about 6 minutes", "8/10 right", "Try 1", "No time limit", "Begin"]),
    ],
)
def test_the_start_page_says_what_is_asked(client, cast, module, language, phrases):
    page = Browser(client, cast.an).get(f"/quiz/m1?lang={language}")
    assert page.status_code == 200
    for phrase in phrases:
        assert phrase in page.text.replace("\u00a0", " ")
    assert 'type="submit"' in page.text


def test_the_start_page_tells_when_to_come_back_and_whom_to_talk_to(client, cast, module, morning):
    for day in (-3, 0):
        take(cast.an, module, right=0, now=morning + timedelta(days=day))
    for day in (-20, -15, -10, -5):
        take(cast.en, module, right=0, now=morning + timedelta(days=day))
    browser = Browser(client, cast.an)
    assert "Làm lại được từ 08:00, 24/11/2026" in browser.get("/quiz/m1").text.replace("\u00a0", " ")
    refused = browser.post("/quiz/m1")
    assert refused.status_code == 409
    assert "Làm lại được từ 08:00, 24/11/2026" in refused.text.replace("\u00a0", " ")
    page = Browser(client, cast.en).get("/quiz/m1").text.replace("\u00a0", " ")
    assert "trao đổi với điều phối trước" in page
    assert "Bắt đầu" not in page


def test_a_module_without_questions_says_so(client, cast, morning):
    publish_module(key="m9", questions=[])
    page = Browser(client, cast.an).get("/quiz/m9")
    assert page.status_code == 200
    assert "chưa có bài kiểm tra" in page.text.replace("\u00a0", " ")
    assert Browser(client, cast.an).get("/quiz/unknown").status_code == 404


def test_a_question_page_has_native_controls_in_a_fieldset_and_the_heading_takes_the_focus(client, cast, module):
    browser, attempt = begin(client, cast.an)
    page = browser.get(f"/attempts/{attempt}/1").text
    assert len(re.findall(r"<fieldset|<legend|<h1", page)) == 3
    assert re.search(r'<h1 class="question" id="question" tabindex="-1">', page)
    assert re.search(r'<input type="(radio|checkbox)"', page)
    assert "Đã lưu" not in re.sub(r'data-\w+="[^"]*"', "", page)


def test_without_script_the_form_saves_and_moves_on(client, cast, module):
    browser, attempt = begin(client, cast.an)
    page = browser.get(f"/attempts/{attempt}/1").text
    token = re.search(r'name="choice" value="(\w+)"', page)[1]
    op_id = re.search(r'name="op_id" value="([\w-]+)"', page)[1]
    for _ in range(2):  # pressed twice
        reply = browser.post(f"/attempts/{attempt}/1", {"choice": token, "op_id": op_id, "go": "next"})
        assert (reply.status_code, reply.location) == (303, f"/attempts/{attempt}/2#question")
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Answer)) == 1
    again = browser.get(f"/attempts/{attempt}/1").text
    assert f'value="{token}" checked' in again
    assert "Đã lưu 08:00" in again


def test_moving_on_without_a_new_choice_writes_nothing(client, cast, module):
    browser, attempt = begin(client, cast.an)
    browser.post(f"/attempts/{attempt}/1", {"op_id": "page-one", "go": "next"})
    last = browser.post(f"/attempts/{attempt}/10", {"op_id": "page-ten", "go": "next"})
    assert last.location == f"/attempts/{attempt}/review"
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Answer)) == 0


def test_the_mark_is_kept_with_the_choice_and_shown_in_the_review(client, cast, module):
    browser, attempt = begin(client, cast.an)
    browser.post(f"/attempts/{attempt}/1", {"op_id": "page-one", "mark": "1"})
    assert "Bỏ đánh dấu</span>" in browser.get(f"/attempts/{attempt}/1").text
    review = browser.get(f"/attempts/{attempt}/review").text
    assert review.count("Chưa chọn") == 10
    assert '<span class="st">Đánh dấu</span>' in review


def body(attempt: Attempt, place: int, **more):
    sent = {"op_id": f"operation-{attempt.id}-{place}", "place": place, "chosen": right_tokens(attempt, place)}
    return {**sent, "flagged": False, "seq": place, **more}


def test_a_choice_sent_by_script_is_answered_with_its_receipt(client, cast, module):
    browser, attempt_id = begin(client, cast.an)
    sent = body(db.session.get_one(Attempt, attempt_id), 1)
    reply = browser.post_json(f"/attempts/{attempt_id}/answers", sent)
    assert reply.status_code == 200
    assert reply.json | {"receipt": ""} == {
        "op_id": sent["op_id"], "receipt": "", "place": 1, "chosen": sorted(sent["chosen"]), "flagged": False, "seq": 1,
        "newest_seq": 1, "saved_at": "08:00", "late": False,
    }  # fmt: skip
    assert browser.post_json(f"/attempts/{attempt_id}/answers", sent).json == reply.json


def test_a_choice_from_an_older_window_learns_that_a_newer_one_stands(client, cast, module):
    browser, attempt_id = begin(client, cast.an)
    attempt = db.session.get_one(Attempt, attempt_id)
    browser.post_json(f"/attempts/{attempt_id}/answers", body(attempt, 1, seq=7))
    late = browser.post_json(f"/attempts/{attempt_id}/answers", body(attempt, 1, seq=3, op_id="older-window"))
    assert (late.json["seq"], late.json["newest_seq"]) == (3, 7)


@pytest.mark.parametrize(
    "change",
    [{"op_id": "x"}, {"op_id": 7}, {"place": "1"}, {"place": 99}, {"chosen": "abc"}, {"chosen": ["nonsense"]},
     {"flagged": "yes"}, {"seq": -1}, {"seq": True}, {"seq": 2**60}],
)  # fmt: skip
def test_a_choice_that_cannot_be_meant_is_refused(client, cast, module, change):
    browser, attempt_id = begin(client, cast.an)
    sent = body(db.session.get_one(Attempt, attempt_id), 1) | change
    assert browser.post_json(f"/attempts/{attempt_id}/answers", sent).status_code == 422
    assert browser.post_json(f"/attempts/{attempt_id}/answers", ["nothing"]).status_code == 422


def test_after_the_end_a_choice_is_answered_409_with_the_final_state(client, cast, module):
    browser, attempt_id = begin(client, cast.an)
    sent = body(db.session.get_one(Attempt, attempt_id), 1)
    browser.post(f"/attempts/{attempt_id}/submit", {"sure": "1"})
    reply = browser.post_json(f"/attempts/{attempt_id}/answers", sent)
    db.session.rollback()
    receipt = db.session.get_one(Attempt, attempt_id).receipt
    assert (reply.status_code, reply.json) == (409, {"error": "attempt_over", "state": "submitted", "receipt": receipt})


def test_a_choice_without_a_sign_in_is_answered_401(client, cast, module):
    _, attempt_id = begin(client, cast.an)
    sent = body(db.session.get_one(Attempt, attempt_id), 1)
    stranger = Browser(client)
    assert stranger.post_json(f"/attempts/{attempt_id}/answers", sent).status_code == 401


def test_someone_elses_attempt_is_not_there(client, cast, module):
    _, attempt = begin(client, cast.an)
    other = Browser(client, cast.en)
    base = f"/attempts/{attempt}"
    for path in (f"{base}/1", f"{base}/review", f"{base}/result", "/attempts/999999/1"):
        assert other.get(path).status_code == 404
    for path in (f"{base}/1", f"{base}/submit", f"{base}/1/report", f"{base}/confidence"):
        assert other.post(path, {"op_id": "page-one", "confidence": "very"}).status_code == 404


def test_handing_in_with_gaps_asks_first_with_a_link_to_each(client, cast, module):
    browser, attempt = begin(client, cast.an)
    asked = browser.post(f"/attempts/{attempt}/submit")
    assert asked.location == f"/attempts/{attempt}/review?gaps=1"
    page = browser.get(asked.location).text
    assert "Câu 4 chưa chọn." in page
    assert f'href="/attempts/{attempt}/4#question"' in page
    assert "Vẫn nộp bài" in page
    done = browser.post(f"/attempts/{attempt}/submit", {"sure": "1"})
    assert done.location == f"/attempts/{attempt}/result"


def test_when_time_is_up_the_page_says_so_and_hands_in_what_was_saved(client, cast, morning):
    publish_module(key="m1", minutes=15)
    browser, attempt = begin(client, cast.an)
    with clock.stopped(morning + timedelta(minutes=16)):
        page = browser.get(f"/attempts/{attempt}/2").text
        assert "Hết giờ lúc 08:15, 23/11/2026. Các câu đã lưu được nộp." in page
        done = browser.post(f"/attempts/{attempt}/submit", {"started_at": "2030-01-01", "deadline_at": "2030-01-01"})
        assert "Hết giờ" in browser.get(done.location).text


def test_nothing_of_the_key_is_in_any_byte_before_the_end(client, cast, morning):
    """QZ-01: words of the key, reasons and right tokens in every response of a whole attempt."""
    questions = []
    for at in range(10):
        raw = raw_question(f"q{at}", objective=f"OBJ-{at}", sources=["SRC-1"], card="CARD-1/CARD-2")
        for place, option in enumerate(raw["options"]):
            option["reason"] = {"vi": f"ANS-{'ok' if option['right'] else 'no'}-{at}-{place}", "en": "ANS-en"}
        questions.append(raw)
    publish_module(key="m1", questions=questions)
    browser, attempt_id = begin(client, cast.an)
    attempt = db.session.get_one(Attempt, attempt_id)
    replies = [browser.get("/quiz/m1")]
    for place in range(1, 11):
        sent = body(attempt, place) if place < 10 else body(attempt, place, chosen=wrong_tokens(attempt, place))
        replies += [browser.get(f"/attempts/{attempt_id}/{place}?lang={language}") for language in ("vi", "en")]
        replies.append(browser.post_json(f"/attempts/{attempt_id}/answers", sent))
        replies.append(browser.post(f"/attempts/{attempt_id}/{place}", {"op_id": "a-page", "choice": sent["chosen"]}))
        replies.append(browser.get(f"/attempts/{attempt_id}/{place}"))
        replies.append(
            browser.post_json(f"/attempts/{attempt_id}/answers", {**sent, "place": 99, "op_id": "operation-wrong"})
        )
    replies += [browser.get(f"/attempts/{attempt_id}/review{query}") for query in ("", "?gaps=1")]
    replies.append(browser.get(f"/attempts/{attempt_id}/result", follow_redirects=True))
    for reply in replies:
        assert reply.status_code in {200, 303, 422}
        whole = f"{reply.headers}\n{reply.text}"
        for canary in ("ANS-", "OBJ-", "SRC-", "CARD-", "difficulty", '"right"', "reason", attempt.seed):
            assert canary not in whole, (canary, reply.request.path)
    # And after the pass the same page shows the reasons, so the canary can be seen.
    browser.post(f"/attempts/{attempt_id}/submit")
    assert "ANS-ok" in browser.get(f"/attempts/{attempt_id}/result").text


def test_the_right_option_stands_nowhere_in_particular(cast, morning):
    """The frozen order does not follow the author's: over 60 attempts the first option is right in about a quarter."""
    module = publish_module(questions=[raw_question(f"q{at}", right=(0,)) for at in range(10)])
    first = total = 0
    for at in range(12):
        attempt = take(cast.an, module, right=10, now=morning + timedelta(days=at))
        first += sum(item["options"][0]["index"] == 0 for item in attempt.draw)
        total += 10
    assert 0.1 < first / total < 0.42


# Afterwards ---------------------------------------------------------------------------------------------------------


def test_a_failed_result_says_what_to_look_at_and_keeps_the_reasons_back(client, cast, module):
    take(cast.an, module, right=6)
    page = Browser(client, cast.an).get(f"/attempts/{only_attempt()}/result").text.replace("\u00a0", " ")
    assert "Chưa đạt – 6/10" in page
    assert "Cần 8/10." in page
    assert re.search(r'href="/learn/m1/l1\?card=2"', page)
    assert "Bài 1, thẻ 2" in page
    assert "Làm lại (còn 3 lần)" in page
    assert "REASON" not in page
    assert "Đúng</b>" not in page


def test_a_passed_result_shows_the_reasons_and_the_receipt(client, cast, module):
    ended = take(cast.an, module, right=9)
    receipt = ended.receipt
    page = Browser(client, cast.an).get(f"/attempts/{only_attempt()}/result").text.replace("\u00a0", " ")
    assert "Đạt – 9/10" in page
    assert f'Mã nhận bài <span class="code">{receipt}</span> · 08:00, 23/11/2026' in page
    assert "REASON" in page
    assert "Làm lại" not in page


def test_after_the_last_try_the_reasons_are_shown(client, cast, module, morning):
    for day in range(4):
        take(cast.an, module, right=0, now=morning + timedelta(days=2 * day - 10))
    page = Browser(client, cast.an).get(f"/attempts/{only_attempt()}/result").text
    assert "REASON" in page
    assert "trao đổi với điều phối" in page.replace("\u00a0", " ")


def test_the_result_is_complete_in_english(client, cast, module):
    take(cast.an, module, right=6)
    page = Browser(client, cast.an).get(f"/attempts/{only_attempt()}/result?lang=en").text
    assert "Not passed yet – 6/10" in page
    assert "Objective" not in page
    assert "(vi)" not in page


def test_how_sure_one_feels_is_said_once(client, cast, module):
    take(cast.an, module, right=9)
    browser, attempt = Browser(client, cast.an), only_attempt()
    for word in ("fairly", "very"):
        assert browser.post(f"/attempts/{attempt}/confidence", {"confidence": word}).status_code == 303
    assert browser.post(f"/attempts/{attempt}/confidence", {"confidence": "odd"}).status_code == 422
    db.session.rollback()
    assert db.session.get_one(Attempt, attempt).confidence == "fairly"
    assert "Khá tự tin. Cảm ơn" in browser.get(f"/attempts/{attempt}/result").text


def test_a_reported_question_reaches_the_coordinator_with_its_frozen_words(client, cast, module):
    take(cast.an, module, right=0)
    attempt = only_attempt()
    browser = Browser(client, cast.an)
    for _ in range(2):
        assert browser.post(f"/attempts/{attempt}/1/report", {"words": "Hai câu đều đúng <b>"}).status_code == 303
    assert "Anh/Chị đã báo câu này" in browser.get(f"/attempts/{attempt}/result").text
    db.session.rollback()
    report = db.session.scalars(select(QuestionReport)).one()
    text = db.session.get_one(QuestionVersion, report.question_version_id).content["text"]["vi"]
    report_id = report.id
    changed = [raw_question(f"q{at:02d}", text={"vi": "Khác hẳn", "en": "Other"}) for at in range(30)]
    publish_version(db.session.get_one(Attempt, attempt).blueprint.module_version.module,
                    tiny_content(changed, length=10, pass_mark=8))  # fmt: skip
    grant(cast.en, Role.COORDINATOR, cast.there)
    coordinator = Browser(client, cast.binh)
    inbox = coordinator.get("/f/BV-HOASEN/reports").text
    assert text in inbox
    assert "Hai câu đều đúng &lt;b&gt;" in inbox
    assert coordinator.post(f"/f/BV-HOASEN/reports/{report_id}", {"answer": "Đã sửa"}).status_code == 303
    assert coordinator.post(f"/f/BV-HOASEN/reports/{report_id}", {"answer": "Lần hai"}).status_code == 409
    assert "Đã sửa" in coordinator.get("/f/BV-HOASEN/reports?lang=en").text
    assert "Trả lời: Đã sửa" in Browser(client, cast.an).get(f"/attempts/{attempt}/result").text
    stranger = Browser(client, cast.en)
    assert "Hai câu" not in stranger.get("/f/BV-SONGXANH/reports").text
    assert stranger.post(f"/f/BV-SONGXANH/reports/{report_id}", {"answer": "x"}).status_code == 404
    assert stranger.get("/f/BV-HOASEN/reports").status_code == 404
    assert Browser(client, cast.an).get("/f/BV-HOASEN/reports").status_code == 403


def test_the_coordinator_opens_the_quiz_again_after_a_talk(client, cast, module, morning):
    for day in range(4):
        take(cast.an, module, right=0, now=morning + timedelta(days=2 * day - 10))
    quiz_id = db.session.scalars(select(Blueprint.quiz_id)).first()
    name, person_id = cast.an.name, cast.an.id
    coordinator = Browser(client, cast.binh)
    assert name in coordinator.get("/f/BV-HOASEN/reports").text
    assert coordinator.post(f"/f/BV-HOASEN/talks/{person_id}/{quiz_id}").status_code == 303
    assert name not in coordinator.get("/f/BV-HOASEN/reports").text
    assert Browser(client, cast.an).post("/quiz/m1").status_code == 303


# Promises of the whole ---------------------------------------------------------------------------------------------


def test_a_save_takes_at_most_six_statements_and_a_page_at_most_twelve(client, cast, module):
    browser, attempt_id = begin(client, cast.an)
    attempt = db.session.get_one(Attempt, attempt_id)
    sent = [body(attempt, place, chosen=wrong_tokens(attempt, place)) for place in range(1, 11)]
    db.session.remove()
    seen = statement_counter(db.engine)

    def _count(act):
        seen.clear()
        reply = act()
        assert reply.status_code in {200, 303}
        db.session.remove()
        return len(seen)

    for each in sent:
        assert _count(lambda each=each: browser.post_json(f"/attempts/{attempt_id}/answers", each)) <= 6
    pages = {path: _count(lambda path=path: browser.get(path))
             for path in ("/quiz/m1", f"/attempts/{attempt_id}/1", f"/attempts/{attempt_id}/review")}  # fmt: skip
    pages["form"] = _count(
        lambda: browser.post(f"/attempts/{attempt_id}/1", {"op_id": "page-one", "choice": sent[1]["chosen"][:0]})
    )
    pages["submit"] = _count(lambda: browser.post(f"/attempts/{attempt_id}/submit", {"sure": "1"}))
    pages["result"] = _count(lambda: browser.get(f"/attempts/{attempt_id}/result"))
    assert max(pages.values()) <= 12, pages


FORBIDDEN_CALLS = {"eval", "exec", "render_template_string", "compile"}


def test_no_code_evaluates_text_or_unpickles():
    """QZ-16: no eval, exec, render_template_string, pickle or unsafe YAML anywhere in the product."""
    faults = []
    for room in ("app", "courses", "quizzes", "certificates"):
        for path in sorted((ROOT / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                faults += [f"{path.name}:{node.lineno} {fault}" for fault in _faults_of(node)]
    assert not faults


def _faults_of(node: ast.AST):
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        names = [each.name for each in node.names] + [getattr(node, "module", None) or ""]
        yield from (name for name in names if name.split(".")[0] in {"pickle", "marshal", "shelve", "dill"})
    if isinstance(node, ast.Call):
        if isinstance(node.func, ast.Name) and node.func.id in FORBIDDEN_CALLS:
            yield node.func.id
        if isinstance(node.func, ast.Attribute) and node.func.attr == "render_template_string":
            yield node.func.attr
        is_yaml = isinstance(node.func, ast.Attribute) and getattr(node.func.value, "id", "") == "yaml"
        if is_yaml and node.func.attr in {"load", "unsafe_load", "full_load", "load_all"}:
            loader = [ast.unparse(each) for each in [*node.args[1:], *(key.value for key in node.keywords)]]
            if not any("Safe" in each for each in loader):
                yield f"yaml.{node.func.attr}"
