"""How the questions of a published module version become a pool that attempts can draw from."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.kernel.db import db
from app.kernel.errors import Invalid
from quizzes import rules
from quizzes.models import Blueprint, PoolEntry, Question, QuestionVersion, Quiz

# What of a question is frozen into its version; the id stands on the question itself.
FROZEN = ("objective", "difficulty", "kind", "sources", "card", "text", "options")


def build_quiz(
    module_id: int, module_version_id: int, content: Mapping[str, Any], *, now: datetime
) -> Blueprint | None:
    """Make the blueprint and pool of a module version from its raw ``content`` (docs/content-format.md).

    A question whose words did not change keeps its version, so that it also keeps its history. Returns None when the
    version has no questions, and the blueprint that stands when this version was heard of before. Raises ``Invalid``
    with code ``question_unfit`` or ``pool_too_small``.
    """
    questions: Sequence[Mapping[str, Any]] = content.get("questions") or ()
    if not questions:
        return None
    known = db.session.scalar(select(Blueprint).where(Blueprint.module_version_id == module_version_id))
    if known is not None:
        return known
    _check(content)
    quiz = _quiz_of(module_id)
    settings = content["quiz"]
    blueprint = Blueprint(
        quiz_id=quiz.id,
        module_version_id=module_version_id,
        length=settings["length"],
        pass_mark=settings["pass_mark"],
        time_limit_minutes=settings.get("time_limit_minutes"),
    )
    db.session.add(blueprint)
    db.session.flush()
    for version in _versions_of(quiz, questions, now=now):
        db.session.add(PoolEntry(blueprint_id=blueprint.id, question_version_id=version.id))
    db.session.flush()
    return blueprint


def _check(content: Mapping[str, Any]) -> None:
    try:
        for at, raw in enumerate(content["questions"], 1):
            rules.question_from(at, raw)
    except rules.QuizRuleError as error:
        raise Invalid("question_unfit", reason=str(error)) from error
    if len(content["questions"]) < content["quiz"]["length"]:
        raise Invalid("pool_too_small", length=content["quiz"]["length"], pool=len(content["questions"]))


def _quiz_of(module_id: int) -> Quiz:
    quiz = db.session.scalar(select(Quiz).where(Quiz.module_id == module_id))
    if quiz is None:
        quiz = Quiz(module_id=module_id)
        db.session.add(quiz)
        db.session.flush()
    return quiz


def _versions_of(quiz: Quiz, raw: Sequence[Mapping[str, Any]], *, now: datetime) -> list[QuestionVersion]:
    known = {
        question.key: question for question in db.session.scalars(select(Question).where(Question.quiz_id == quiz.id))
    }
    new = [Question(quiz_id=quiz.id, key=one["id"]) for one in raw if one["id"] not in known]
    db.session.add_all(new)
    db.session.flush()
    known |= {question.key: question for question in new}
    held = {
        (version.question_id, version.content_hash): version
        for version in db.session.scalars(
            select(QuestionVersion).where(QuestionVersion.question_id.in_([known[one["id"]].id for one in raw]))
        )
    }
    versions = []
    for one in raw:
        frozen = {name: one.get(name) for name in FROZEN}
        identity = (known[one["id"]].id, _hash_of(frozen))
        version = held.get(identity)
        if version is None:
            version = QuestionVersion(question_id=identity[0], content_hash=identity[1], content=frozen, made_at=now)
            db.session.add(version)
        versions.append(version)
    db.session.flush()
    return versions


def _hash_of(frozen: Mapping[str, Any]) -> str:
    words = json.dumps(frozen, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(words.encode()).hexdigest()
