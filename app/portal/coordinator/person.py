"""One person of the facility: where they work, how far they are with each module, and what can be settled here."""

from dataclasses import dataclass
from datetime import date, datetime

from flask import g, redirect, render_template, request, url_for
from sqlalchemy import or_, select
from werkzeug.wrappers import Response

from app.assignments import operations, queries
from app.assignments.queries import Pair
from app.assignments.rules import BoardState, Try
from app.kernel import clock
from app.kernel.db import db
from app.kernel.errors import NotFound
from app.kernel.i18n import _, in_language, language, moment, ngettext
from app.kernel.login import asker
from app.kernel.transaction import transaction
from app.people.models import Employment, Person, Position, Unit
from app.portal.coordinator.board import state_words
from app.portal.coordinator.doors import SHAPES, blueprint, may_change, when
from app.portal.coordinator.wizard import read_day
from certificates import queries as certificates
from certificates.models import Certificate
from certificates.rules import State, show_code
from quizzes.forms import REASONS
from quizzes.queries import list_quizzes_of
from quizzes.queries.inbox import LateRow, list_late
from quizzes.rules import GateKind, Lateness


@dataclass(frozen=True, slots=True)
class Workplace:
    """Where and as what a person works in this facility."""

    name: str
    unit: str
    position: str
    staff_code: str
    since: date


@dataclass(frozen=True, slots=True)
class ModuleLine:
    """One module as it stands for the person, in the reader's language; ``tries`` are told without answers."""

    assignment_id: int
    title: str
    shape: str
    state: str
    due_on: date
    facts: tuple[tuple[str, str], ...]
    quiz_id: int | None


@dataclass(frozen=True, slots=True)
class Proof:
    """A certificate of the person."""

    title: str
    code: str
    shown_code: str
    words: str
    shape: str


@blueprint.get("/f/<facility>/people/<int:person>")
def person(facility: str, person: int) -> str:
    """Show one person of the facility; another facility's answers like a missing one."""
    return _show(facility, person)


def _show(facility: str, person_id: int, *, wrong: int | None = None, typed: str = "") -> str:
    now = clock.now()
    workplaces = _workplaces(g.facility_id, person_id, now)
    held = certificates.list_of_person(person_id)
    verdicts = [(each, certificates.verdict_of(each, now).state) for each in held]
    revoked = {each.completion_id for each, state in verdicts if state is State.REVOKED}
    pairs = queries.list_pairs(g.facility_id, now, person_id=person_id, revoked=revoked)
    talks, known = _quizzes(person_id, pairs)
    last = max((at for pair in pairs if (at := pair.learning.last_activity)), default=None)
    return render_template(
        "portal/person.html",
        facility=facility,
        person_id=person_id,
        name=workplaces[0].name,
        workplaces=workplaces,
        modules=[_line(pair, talks, known.get(pair.subject.id), now) for pair in pairs],
        proofs=[_proof(each, state) for each, state in verdicts],
        activity=when(last, clock.civil_day(now)) if last else "",
        can_change=may_change(asker(), g.facility_id),
        late=[_late_line(each) for each in list_late(person_id)],
        wrong=wrong,
        typed=typed,
    )


def _late_line(row: LateRow) -> tuple[str, str]:
    """Say which answers came too late to count, and why: a title and a sentence (QZ-09)."""
    number = ngettext("%(num)d answer does not count", "%(num)d answers do not count", row.count)
    why = {
        Lateness.TIME_UP: _("arrived %(at)s, chosen after the time of the quiz was up", at=moment(row.arrived_at)),
        Lateness.GRACE_OVER: _(
            "chosen in time, but arrived %(at)s, more than two minutes after the time of the quiz",
            at=moment(row.arrived_at),
        ),
        Lateness.EXPIRED: _("made on a device after its seven days, arrived %(at)s", at=moment(row.arrived_at)),
        Lateness.OVER: _("arrived %(at)s, after the quiz had been handed in", at=moment(row.arrived_at)),
    }
    return in_language(row.title), f"{number}: {why[row.why]}"


def _workplaces(facility_id: int, person_id: int, now: datetime) -> list[Workplace]:
    rows = db.session.execute(
        select(Person.name, Unit.name, Position.name_vi, Position.name_en, Employment.staff_code, Employment.valid_from)
        .join(Person, Person.id == Employment.person_id)
        .join(Position, Position.id == Employment.position_id)
        .outerjoin(Unit, Unit.id == Employment.unit_id)
        .where(
            Employment.person_id == person_id,
            Employment.facility_id == facility_id,
            Employment.superseded_at.is_(None),
            or_(Employment.valid_to.is_(None), Employment.valid_to > now),
        )
        .order_by(Employment.valid_from, Employment.id)
    ).all()
    if not rows:
        raise NotFound("person", id=person_id)
    return [
        Workplace(name, unit or "", vi if language() == "vi" else en, code or "", clock.civil_day(since))
        for name, unit, vi, en, code, since in rows
    ]


def _line(pair: Pair, talks: dict[int, int], known: str | None, now: datetime) -> ModuleLine:
    words = state_words()
    shape, state = SHAPES[pair.row.state], words[pair.row.state.value]
    if pair.row.is_overdue:
        shape, state = "overdue", words["overdue"]
    elif pair.row.has_lapsed:
        shape, state = "void", words["lapsed"]
    needs_talk = pair.situation.gate.kind is GateKind.NEEDS_TALK and pair.row.state is BoardState.NOT_PASSED
    return ModuleLine(
        pair.assignment_id,
        in_language(pair.subject.title),
        shape,
        state,
        pair.due_on,
        (*_facts(pair, now), *([(_("Straight to the quiz"), known)] if known else [])),
        talks.get(pair.subject.id) if needs_talk else None,
    )


def _quizzes(person_id: int, pairs: list[Pair]) -> tuple[dict[int, int], dict[int, str]]:
    """Return by module the quizzes about which a talk is asked for, and why the person last went straight to one."""
    talked = {pair.subject.id for pair in pairs if pair.situation.gate.kind is GateKind.NEEDS_TALK}
    talks, known = {}, {}
    for module_id, quiz_id, said in list_quizzes_of(person_id, [pair.subject.id for pair in pairs]):
        if module_id in talked:
            talks[module_id] = quiz_id
        if said is not None:
            known[module_id] = f"{REASONS[said.reason]} · {clock.civil_day(said.said_at):%d/%m/%Y}"
    return talks, known


def _facts(pair: Pair, now: datetime) -> list[tuple[str, str]]:
    """Say when what happened: assigned, read, tried, passed, valid until."""
    today, learning = clock.civil_day(now), pair.learning
    found = [(_("Assigned"), f"{clock.civil_day(pair.assigned_at):%d/%m/%Y}")]
    if pair.row.is_overdue or pair.row.has_lapsed:
        found.append((_("State"), state_words()[pair.row.state.value]))
    if learning.lessons_finished:
        found.append((_("Lessons read"), str(learning.lessons_finished)))
    if learning.tries:
        found.append((_("Quiz"), _tries_words(learning.tries)))
    if pair.situation.gate.until is not None and pair.row.state is not BoardState.DONE:
        found.append((_("Next try"), moment(pair.situation.gate.until)))
    if learning.last_pass is not None:
        found.append((_("Passed"), f"{clock.civil_day(learning.last_pass.completed_at):%d/%m/%Y}"))
        found.append((_("Valid until"), f"{learning.last_pass.last_day:%d/%m/%Y}"))
    found.append((_("Last activity"), when(learning.last_activity, today)))
    return found


def _tries_words(tries: tuple[Try, ...]) -> str:
    ended = [each for each in tries if each.score is not None]
    if not ended:
        return str(_("one attempt, not finished"))
    best = max(ended, key=lambda each: each.score or 0)
    last = ended[-1]
    return str(
        _(
            "%(count)d attempts · best %(best)s · last %(last)s",
            count=len(ended),
            best=f"{best.score}/{best.max_score}",
            last=f"{last.score}/{last.max_score}",
        )
    )


def _proof(certificate: Certificate, state: State) -> Proof:
    words = {
        State.VALID: _("Valid until %(day)s", day=f"{certificate.last_day:%d/%m/%Y}"),
        State.EXPIRED: _("Expired on %(day)s", day=f"{certificate.last_day:%d/%m/%Y}"),
        State.REVOKED: _("Revoked"),
        State.REPLACED: _("Replaced by a newer one"),
    }
    return Proof(
        certificate.printed[f"title_{language()}"],
        certificate.code,
        show_code(certificate.code),
        words[state],
        "done" if state is State.VALID else "void",
    )


@blueprint.post("/f/<facility>/people/<int:person>/assignments/<int:assignment>/due")
def change_due(facility: str, person: int, assignment: int) -> Response | tuple[str, int]:
    """Give one assignment another due day; a day that is none, or over, is asked again."""
    typed, now = request.form.get("due", "")[:20], clock.now()
    due_on = read_day(typed)
    found = queries.get_assignment(g.facility_id, assignment, person_id=person)
    if due_on is None or due_on < clock.civil_day(now):
        return _show(facility, person, wrong=assignment, typed=typed), 422
    with transaction():
        found = queries.get_assignment(g.facility_id, assignment, person_id=person)
        operations.change_due(asker(), found, due_on, now=now)
    return redirect(url_for("coordinator.person", facility=facility, person=person), 303)


@blueprint.post("/f/<facility>/people/<int:person>/assignments/<int:assignment>/cancel")
def cancel(facility: str, person: int, assignment: int) -> Response:
    """Ask one module of the person no more."""
    with transaction():
        found = queries.get_assignment(g.facility_id, assignment, person_id=person)
        operations.cancel(asker(), found, now=clock.now())
    return redirect(url_for("coordinator.person", facility=facility, person=person), 303)
