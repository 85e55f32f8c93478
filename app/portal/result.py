"""The result of a quiz: the outcome in words, the certificate or what to look at again, and a way to object."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from app.assignments.queries.practice import practice_left_of
from app.kernel import clock, qr
from app.kernel.i18n import in_language
from app.kernel.login import asker
from app.portal import staff
from certificates import queries as certificates
from certificates import rules as certificate_rules
from certificates.models import Certificate
from courses import queries as courses
from quizzes import queries as quizzes
from quizzes import rules as quiz_rules
from quizzes.models import Attempt, AttemptState, Confidence
from quizzes.queries import inbox

SHOWN_TOPICS = 3


@dataclass(frozen=True, slots=True)
class TopicView:
    """A card to look at again; ``lesson`` and ``card`` are places from 1."""

    title: str
    url: str
    lesson: int
    card: int
    minutes: int


@dataclass(frozen=True, slots=True)
class OptionView:
    """One option after the end; ``verdict`` and ``reason`` are empty while they are kept back (ruling 22)."""

    text: str
    verdict: str
    is_chosen: bool
    reason: str


@dataclass(frozen=True, slots=True)
class QuestionView:
    """One question after the end; ``outcome`` is empty while it is kept back."""

    place: int
    text: str
    outcome: str
    options: tuple[OptionView, ...]
    is_reported: bool
    answer: str


@dataclass(frozen=True, slots=True)
class ResultPage:
    """Everything the page of an ended attempt says."""

    attempt: Attempt
    title: str
    module_key: str
    pass_mark: int
    topics: tuple[TopicView, ...]
    questions: tuple[QuestionView, ...]
    gate: quiz_rules.Gate
    tries_left: int
    is_latest: bool
    certificate: Certificate | None
    practice_left: int
    faces: tuple[Confidence, ...] = tuple(Confidence)

    @property
    def topic_minutes(self) -> int:
        """Return the minutes that looking at all topics again takes."""
        return sum(topic.minutes for topic in self.topics)


@staff.blueprint.get("/attempts/<int:attempt>/result")
def result(attempt: int) -> Response | str:
    """Show how an attempt ended; an open one leads back to its quiz."""
    own = quizzes.get_attempt(asker().person_id, attempt)
    if own.state is AttemptState.OPEN:
        return redirect(url_for("quizzes.start", module=own.blueprint.module_version.module.key))
    page = result_page(own, now=clock.now())
    return render_template("portal/result.html", page=page, proof=_proof(page.certificate))


def _proof(certificate: Certificate | None) -> dict[str, Any] | None:
    if certificate is None:
        return None
    address = certificates.address_of(certificate)
    return {
        "address": address,
        "state": certificates.verdict_of(certificate, clock.now()).state.value,
        "shown": certificate_rules.show_code(certificate.code),
        "square": qr.svg(address.upper()),
    }


def result_page(attempt: Attempt, *, now: datetime) -> ResultPage:
    """Return what the result page of an ended attempt shows at ``now``."""
    attempts = quizzes.list_attempts(attempt.person_id, attempt.quiz_id)
    failures = len(quizzes.failures_of(attempts))
    has_passed = any(each.passed for each in attempts if each.id >= attempt.id)
    contents = quizzes.get_contents([item["version"] for item in attempt.draw])
    version = attempt.blueprint.module_version
    certificate = certificates.find_by_attempt(attempt.id) if attempt.passed else None
    return ResultPage(
        attempt=attempt,
        title=in_language(version.title),
        module_key=version.module.key,
        pass_mark=attempt.blueprint.pass_mark,
        topics=() if attempt.passed else topics_of(attempt, contents),
        questions=questions_of(
            attempt, contents, with_reasons=quiz_rules.may_see_reasons(passed=has_passed, failures=failures)
        ),
        gate=quizzes.gate_of(attempts, now=now),
        tries_left=quiz_rules.tries_left(failures),
        is_latest=attempts[-1].id == attempt.id,
        certificate=certificate,
        practice_left=practice_left_of(attempt.person_id, version) if attempt.passed and certificate is None else 0,
    )


def questions_of(
    attempt: Attempt, contents: Mapping[int, Mapping[str, Any]], *, with_reasons: bool
) -> tuple[QuestionView, ...]:
    """Return an attempt's questions in the order and with the options as they were shown."""
    standing = quizzes.list_standing(attempt.id)
    reported = inbox.list_reported(attempt.id)
    outcomes = {mark["place"]: mark["outcome"] for mark in attempt.marks or ()}
    views = []
    for place, item in enumerate(attempt.draw, 1):
        content = contents[item["version"]]
        chosen = set(standing[place].chosen) if place in standing else set()
        report = reported.get(item["version"])
        views.append(
            QuestionView(
                place=place,
                text=in_language(content["text"]),
                outcome=outcomes.get(place, "") if with_reasons else "",
                options=tuple(
                    _option(content["options"][option["index"]], option["token"] in chosen, with_reasons=with_reasons)
                    for option in item["options"]
                ),
                is_reported=report is not None,
                answer=(report.answer or "") if report else "",
            )
        )
    return tuple(views)


def _option(option: Mapping[str, Any], is_chosen: bool, *, with_reasons: bool) -> OptionView:
    if not with_reasons:
        return OptionView(in_language(option["text"]), "", is_chosen, "")
    verdict = "right" if option["right"] else "wrong" if is_chosen else ""
    return OptionView(in_language(option["text"]), verdict, is_chosen, in_language(option["reason"]))


def topics_of(attempt: Attempt, contents: Mapping[int, Mapping[str, Any]]) -> tuple[TopicView, ...]:
    """Return the cards to look at again: one for each of the objectives with the most wrong answers."""
    wrong = [
        contents[attempt.draw[mark["place"] - 1]["version"]]
        for mark in attempt.marks or ()
        if mark["outcome"] != quiz_rules.Outcome.RIGHT
    ]
    most_wrong = Counter(content["objective"] for content in wrong).most_common(SHOWN_TOPICS)
    cards = [
        next(content["card"] for content in wrong if content["objective"] == objective) for objective, _ in most_wrong
    ]
    return _card_views(attempt.blueprint.module_version.module.key, list(dict.fromkeys(cards)))


def _card_views(module_key: str, cards: Sequence[str]) -> tuple[TopicView, ...]:
    """Return the cards ``lesson/card`` that the module's current version still has, in the order of its lessons."""
    module = courses.get_module(module_key)
    views = []
    for lesson, content in courses.list_lessons_with_content(module.version_id, [each.split("/")[0] for each in cards]):
        for place, card in enumerate(content["cards"], 1):
            if f"{lesson.key}/{card['id']}" in cards:
                views.append(
                    TopicView(
                        title=in_language(card["heading"]),
                        url=url_for("courses.lesson", module=module_key, lesson=lesson.key, card=place),
                        lesson=lesson.place,
                        card=place,
                        minutes=max(1, round(lesson.minutes / lesson.card_count)),
                    )
                )
    return tuple(views)
