"""The readiness board (S9): the sentence, the components down to the people, what to do next, the line so far."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from flask import Blueprint, current_app, g, render_template, request

from app.kernel import clock
from app.kernel.i18n import moment, score
from app.kernel.login import asker
from app.people.models import Role
from app.people.queries import find_parent, get_facility
from app.portal.director import drill, words
from app.portal.levels import SHAPES, level_words
from app.readiness import queries
from app.readiness.models import Snapshot
from app.readiness.queries import PolicyRow, Roll
from app.readiness.rules import Case, Level, Score, next_steps, score_of

WEEKS = 14
DAYS_BACK = 7
#: The line's axis begins below its lowest point, with a line each ten, or each twenty; a bar's always begins at 0.
GRID = 10
HALF = 50
MARGIN = 16
CLOSE = 12

blueprint = Blueprint("director", __name__, template_folder="../templates")


@blueprint.get("/f/<facility>/readiness")
def readiness(facility: str) -> str:
    """Show how ready the facility is, computed from the facts of this moment (ruling 32)."""
    now = clock.now()
    policy = queries.find_policy_at(now)
    roll = queries.load_roll(g.facility_id, as_of=now)
    page = {
        "facility": facility,
        "place": get_facility(g.facility_id),
        "at": now.astimezone(clock.ZONE),
        "policy": policy,
        "parent": find_parent(g.facility_id, now) or current_app.extensions["settings"].organisation,
        "can_change": asker().has(Role.COORDINATOR, g.facility_id),
    }
    if policy is None:
        return render_template("portal/readiness_empty.html", **page, level=Level.N)
    case = Case(str(g.facility_id), now, None, roll.world, policy.policy)
    reached = score_of(case)
    if reached.T is None:
        return render_template("portal/readiness_empty.html", **page, level=reached.level)
    return render_template(
        "portal/readiness.html", **page, **_board(case, reached, policy, roll, facility), **_opened(reached, roll)
    )


def _board(case: Case, reached: Score, policy: PolicyRow, roll: Roll, facility: str) -> dict[str, Any]:
    today = clock.civil_day(case.as_of)
    history = queries.list_history(g.facility_id, since=today - timedelta(weeks=WEEKS))
    before = next((each for each in history if each.taken_on == today - timedelta(days=DAYS_BACK)), None)
    # By another policy the same names mean something else.
    comparable = before.figures if before is not None and before.policy_id == policy.id else None
    can_assign = asker().has(Role.COORDINATOR, g.facility_id)
    steps = next_steps(case, units=roll.units, minutes=roll.minutes)
    return {
        "score": reached,
        "total": score(reached.T or Fraction(0)),
        "shape": SHAPES[reached.level],
        "level": level_words(reached.level),
        "sentence": words.sentence_of(reached, policy.policy),
        "rows": words.rows_of(reached, policy.policy, comparable),
        "acts": [
            words.act_of(step, roll, level=reached.level, facility=facility, can_assign=can_assign) for step in steps
        ],
        "trend": _trend(history, today, reached.T or Fraction(0), policy.policy.t_ready),
        "shows_how": request.args.get("how") == "1",
        "role_weights": words.role_weights(policy.policy),
        "taken": moment(case.as_of),
    }


@dataclass(frozen=True, slots=True)
class Trend:
    """The line of the totals: points by day, the axis, and the same in a table, newest first.

    ``is_labelled``: today's value may be written under its point, where it does not meet the line of the target.
    """

    points: Sequence[tuple[int, float]]
    days: int
    low: int
    high: int
    step: int
    marks: Sequence[tuple[int, str]]
    target: float
    is_labelled: bool
    words: str
    table: Sequence[tuple[date, Fraction]]


def _trend(history: Sequence[Snapshot], today: date, total: Fraction, target: Fraction) -> Trend | None:
    totals = [(each.taken_on, Fraction(each.total)) for each in history if each.total and each.taken_on < today]
    if not totals:
        return None
    totals.append((today, total))
    first = totals[0][0]
    days = (today - first).days
    lowest = min(*(value for _, value in totals), target - GRID)
    step = GRID if lowest >= HALF else 2 * GRID
    # Room beyond today, or its value would be cut off at the edge.
    length = days + max(1, days // MARGIN)
    return Trend(
        points=[((day - first).days, float(value)) for day, value in totals],
        days=length,
        low=step * (int(lowest) // step),
        high=100,
        step=step,
        marks=[(0, first.strftime("%d/%m")), (length, today.strftime("%d/%m"))],
        target=float(target),
        is_labelled=not 0 < total - target < CLOSE,
        words=words.trend_words(totals),
        table=words.weekly(totals),
    )


def _opened(reached: Score, roll: Roll) -> dict[str, Any]:
    """Return what the reader has opened: a component's units or points, and the people of one of them."""
    letter, key = request.args.get("part", ""), request.args.get("of", "")
    if letter not in {*drill.HOLDS, drill.POINTS}:
        return {"open_part": "", "groups": [], "open_group": "", "people": []}
    groups = drill.list_points(reached, roll) if letter == drill.POINTS else drill.list_units(letter, reached, roll)
    is_known = any(group.key == key for group in groups)
    return {
        "open_part": letter,
        "groups": groups,
        "open_group": key if is_known else "",
        "people": drill.list_people(letter, key, reached, roll) if is_known else [],
    }
