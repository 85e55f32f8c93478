"""What the readiness page says in sentences: the level, what is missing, the components and the next steps."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import ceil

from flask import url_for

from app.kernel.i18n import _, in_language, language, ngettext, percent, score
from app.people.rules.positions import POSITIONS
from app.portal.levels import level_name, level_words
from app.readiness.queries import Roll
from app.readiness.rules import (
    Gap,
    Level,
    Part,
    Policy,
    Reason,
    Score,
    Step,
    StepKind,
    gap_of,
    parts_of,
    uncapped_level,
)

#: Above this many names an address gets too long and a line unreadable.
MOST_NAMED = 3
MOST_LINKED = 40
_SMALLEST_SHOWN = Fraction(1, 10)


def sentence_of(reached: Score, policy: Policy) -> str:
    """Say the one sentence under the number: what is missing to the next level, or why there is no number."""
    if reached.reason is Reason.NOBODY:
        return str(_("Service points are open, but nobody is on the list yet. Import the staff list to begin."))
    computed = uncapped_level(reached, policy)
    if reached.level is not computed:
        return str(
            _(
                "The points reach level %(computed)s; a recorded legal decision holds it at level %(level)s.",
                computed=computed.value,
                level=reached.level.value,
            )
        )
    gap = gap_of(reached, policy)
    if gap is None:
        return str(_("Every service point has its trained people. Renew in time to keep it so."))
    return _missing(gap)


def _missing(gap: Gap) -> str:
    words = {"points": score(gap.points), "level": level_name(gap.level)}
    if gap.level in {Level.D, Level.C}:
        return _to_climb(gap)
    if gap.level is Level.A:
        return _to_last(gap)
    if not gap.uncovered:
        return str(_("%(points)s more points to reach the level %(level)s.", **words))
    if not gap.points:
        just_points: str = ngettext(
            "Only trained people at %(num)d service point are missing to reach the level %(level)s.",
            "Only trained people at %(num)d service points are missing to reach the level %(level)s.",
            gap.uncovered,
            level=words["level"],
        )
        return just_points
    both: str = ngettext(
        "%(points)s more points, and trained people at %(num)d service point, to reach the level %(level)s.",
        "%(points)s more points, and trained people at %(num)d service points, to reach the level %(level)s.",
        gap.uncovered,
        **words,
    )
    return both


def _to_climb(gap: Gap) -> str:
    if gap.level is Level.D:
        return str(_("A beginning is made. %(points)s more points lead to level D.", points=score(gap.points)))
    name = level_name(gap.level)
    return str(_("%(points)s more points to reach the level %(level)s.", points=score(gap.points), level=name))


def _to_last(gap: Gap) -> str:
    if gap.durability is None:
        name = level_name(gap.level)
        return str(_("%(points)s more points to reach the level %(level)s.", points=score(gap.points), level=name))
    share = percent(gap.durability)
    if not gap.points:
        return str(_("Ready. For the highest level, %(share)s of certificates must outlast 30 days.", share=share))
    return str(
        _(
            "Ready. For the highest level: %(points)s more points, and %(share)s of certificates that outlast 30 days.",
            points=score(gap.points),
            share=share,
        )
    )


@dataclass(frozen=True, slots=True)
class Row:
    """One component as a row: ``bar`` and ``target`` in percent, ``change`` after seven days with its sign or None."""

    letter: str
    name: str
    meta: str
    bar: float | None
    shown: str
    target: float | None
    change: tuple[int, str] | None
    is_low: bool


def rows_of(reached: Score, policy: Policy, before: Mapping[str, object] | None) -> list[Row]:
    """Return the components as rows; ``before`` holds the figures of the snapshot seven days ago, if there is one."""
    parts = parts_of(reached, policy)
    names = part_names(policy.horizon_days)
    weakest = min((part for part in parts if part.value is not None), key=_share, default=None)
    return [
        Row(
            letter=part.letter,
            name=names[part.letter],
            meta=_meta(part, reached, policy),
            bar=None if part.value is None else float(100 * part.value),
            shown=_shown(part, reached),
            target={"B": 100.0, "U": float(100 * policy.u_sustained)}.get(part.letter),
            change=_change(part, reached, before),
            is_low=part is weakest and part.value is not None and part.value < 1,
        )
        for part in parts
    ]


def part_names(horizon_days: int) -> dict[str, str]:
    """Return the names of the components by their letter."""
    return {
        "C": _("Certificates held"),
        "B": _("Service points covered"),
        "U": _("Still valid in %(days)d days", days=horizon_days),
        "K": _("Knowledge still fresh"),
    }


def _share(part: Part) -> Fraction:
    return part.value or Fraction(0)


def _meta(part: Part, reached: Score, policy: Policy) -> str:
    if part.value is None:
        return str(_("Not counted in the points"))
    earned = _("%(earned)s/%(most)s points", earned=score(part.earned), most=_whole(part.most))
    if part.letter == "B":
        target = _("Target %(count)s", count=f"{len(reached.points)}/{len(reached.points)}")
        return f"{target} · {earned}"
    if part.letter == "U":
        target = _("Level A from %(share)s", share=percent(policy.u_sustained))
        return f"{target} · {earned}"
    return str(earned)


def _whole(points: Fraction) -> str:
    return str(points.numerator) if points.denominator == 1 else score(points)


def _shown(part: Part, reached: Score) -> str:
    if part.value is None:
        return ""
    if part.letter == "B":
        return f"{sum(point.ready >= point.need for point in reached.points)}/{len(reached.points)}"
    return percent(part.value)


def _change(part: Part, reached: Score, before: Mapping[str, object] | None) -> tuple[int, str] | None:
    if before is None or part.value is None or before.get(part.letter) is None:
        return None
    if part.letter == "B":
        now = sum(point.ready >= point.need for point in reached.points)
        moved = Fraction(now - int(str(before["points_ready"])))
        shown = str(abs(int(moved)))
    else:
        # Cut as it is shown: "+0,0" would look like progress.
        moved = Fraction(int(1000 * (part.value - Fraction(str(before[part.letter])))), 10)
        shown = score(abs(moved))
    if not moved:
        return 0, _("±0 in 7 days")
    sign = 1 if moved > 0 else -1
    return sign, _("%(change)s in 7 days", change=f"{'+' if sign > 0 else '−'}{shown}")


@dataclass(frozen=True, slots=True)
class Act:
    """One thing to do next, in words, with where to do it."""

    act: str
    gain: str
    facts: str
    url: str
    label: str


def act_of(step: Step, roll: Roll, *, level: Level, facility: str, can_assign: bool) -> Act:
    """Return a proposed step in words; who may not assign is led to the people concerned."""
    count = len(step.learners)
    facts = [each for each in (_time(step), _who(step, roll)) if each]
    if step.level < level:  # letters: A is the best
        facts.insert(0, _("reaches %(level)s", level=level_words(step.level)))
    unit = _unit_id(step, roll)
    if can_assign:
        url, label = _assign_url(step, roll, facility), _("Assign learning")
    else:
        url = url_for("coordinator.board", facility=facility, unit=unit)
        label = ngettext("See %(num)d person", "See %(num)d people", count)
    return Act(_what(step, roll), gain_words(step.gain), " · ".join(facts), url, label)


def gain_words(gain: Fraction) -> str:
    """Return a gain in points, cut like every number of readiness; a very small one in words."""
    if gain < _SMALLEST_SHOWN:
        return str(_("less than 0.1 points"))
    return str(_("+%(points)s points", points=score(gain)))


def _what(step: Step, roll: Roll) -> str:
    count = len(step.learners)
    said: str
    if step.kind is StepKind.COVER_POINT:
        said = ngettext(
            "Let %(num)d more person at %(point)s finish learning",
            "Let %(num)d more people at %(point)s finish learning",
            count,
            point=roll.point_names.get(step.target or "", ""),
        )
        return said
    place = unit_name(step.target, roll)
    if step.kind is StepKind.LEARN:
        said = ngettext(
            "Let %(num)d person of %(unit)s finish learning",
            "Let %(num)d people of %(unit)s finish learning",
            count,
            unit=place,
        )
        return said
    said = ngettext(
        "Let %(num)d person of %(unit)s renew in time",
        "Let %(num)d people of %(unit)s renew in time",
        count,
        unit=place,
    )
    return said


def _time(step: Step) -> str:
    # The sum of a whole department frightens; what one person must give does not.
    each = ceil(step.minutes / len(step.learners))
    said: str = ngettext("about %(num)d minute each", "about %(num)d minutes each", each)
    if len(step.learners) == 1:
        said = ngettext("%(num)d minute", "%(num)d minutes", each)
    return said


def unit_name(unit_id: str | None, roll: Roll) -> str:
    """Return a unit's name; words for people without one."""
    return roll.unit_names.get(unit_id or "") or _("No unit")


def _who(step: Step, roll: Roll) -> str:
    """Return the names of a few people; of more, their unit where the act has named a service point."""
    if len(step.learners) <= MOST_NAMED:
        return ", ".join(roll.names[each.person] for each in step.learners)
    units = {unit_name(roll.units.get(each.person), roll) for each in step.learners}
    return units.pop() if len(units) == 1 and step.kind is StepKind.COVER_POINT else ""


def _unit_id(step: Step, roll: Roll) -> str | None:
    units = {roll.units.get(each.person) for each in step.learners}
    return units.pop() if len(units) == 1 else None


def _assign_url(step: Step, roll: Roll, facility: str) -> str:
    """Return the assign wizard's address with people and modules chosen; of very many people, with their unit."""
    modules = sorted({roll.module_ids[module] for each in step.learners for module in each.modules})
    unit = _unit_id(step, roll)
    chosen: dict[str, list[str]] = {"module": [str(each) for each in modules], "step": ["when"]}
    if len(step.learners) <= MOST_LINKED:
        chosen["person"] = [each.person for each in step.learners]
    elif unit:
        chosen["unit"] = [unit]
    else:
        chosen["step"] = ["who"]
    return url_for("coordinator.assign", facility=facility, **chosen)  # type: ignore[arg-type]  # lists repeat a name


def module_title(key: str, roll: Roll) -> str:
    """Return a module's title in the reader's language."""
    return in_language(dict(roll.titles[key])) if key in roll.titles else key


def role_weights(policy: Policy) -> list[tuple[int, str]]:
    """Return the weights of the positions, the heaviest first, each with its positions' names."""
    lang = language()
    by_weight: dict[int, list[str]] = {}
    for position in POSITIONS:
        weight = policy.role_weight.get(position.code)
        if weight is not None:
            by_weight.setdefault(weight, []).append(position.vi if lang == "vi" else position.en)
    return [(weight, ", ".join(by_weight[weight])) for weight in sorted(by_weight, reverse=True)]


def trend_words(points: list[tuple[date, Fraction]]) -> str:
    """Say what the line shows: how far the points moved since its first day."""
    (first_day, first), (_last_day, last) = points[0], points[-1]
    day, moved = first_day.strftime("%d/%m"), last - first
    if abs(moved) < _SMALLEST_SHOWN:
        return str(_("About the same as on %(day)s.", day=day))
    if moved > 0:
        return str(_("Up %(points)s points since %(day)s.", points=score(moved), day=day))
    return str(_("Down %(points)s points since %(day)s.", points=score(-moved), day=day))


def weekly(points: list[tuple[date, Fraction]]) -> list[tuple[date, Fraction]]:
    """Return the newest point and one for each week before it, newest first: what the table beside the line shows."""
    by_day = dict(points)
    last = points[-1][0]
    days = (last - timedelta(days=7 * week) for week in range(len(points)))
    return [(day, by_day[day]) for day in days if day in by_day]
