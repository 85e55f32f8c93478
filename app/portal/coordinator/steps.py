"""What each page of the assign wizard shows, and what is still missing on it."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask import g

from app.assignments import queries
from app.assignments.models import AssignmentRule
from app.assignments.queries import Subject
from app.assignments.rules import Member, Order, Plan
from app.kernel import clock
from app.kernel.i18n import _, in_language, language, ngettext
from app.kernel.tokens import new_token
from app.people.models import Position
from app.people.queries import list_positions, list_units
from app.portal.coordinator.doors import revoked_at
from app.portal.coordinator.wizard import STEPS, Draft, quick_days

Problems = dict[str, list[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class Choice:
    """A tick box of the first page: a unit, a position or a person."""

    id: int
    words: str
    count: int | None
    is_chosen: bool


def list_members() -> list[Member]:
    """Return those who work at the facility of the page."""
    return queries.list_members(g.facility_id, clock.now())


def find_problems(draft: Draft, members: list[Member], today: date) -> Problems:
    """Return what is missing or wrong, by step: pairs (id of the control, sentence)."""
    found: Problems = {}
    has_group = draft.audience.has_lasting_group
    if not any(draft.audience.includes(member) for member in members) and not (draft.is_standing and has_group):
        found.setdefault("who", []).append(("who", _("Nobody is chosen yet. Choose a unit, a position or people.")))
    if draft.is_standing and not has_group:
        sentence = _("For people who come later, choose the whole facility, a unit or a position.")
        found.setdefault("who", []).append(("standing", sentence))
    if not draft.module_ids:
        found["what"] = [("what", _("Choose at least one module."))]
    if draft.due_on is None:
        found["when"] = [("f-due", _("Write the due day like 30/11/2026."))]
    elif draft.due_on < today:
        found["when"] = [("f-due", _("The due day must be today or later."))]
    if draft.is_standing and draft.days_to_learn is None:
        found.setdefault("when", []).append(("f-days", _("Write a number of days from 1 to 365.")))
    return found


def first_step(draft: Draft, problems: Problems) -> str:
    """Return the step asked for, or the first before it in which something is missing."""
    until = STEPS[: STEPS.index(draft.step)]
    return next((step for step in until if step in problems), draft.step)


def _who(draft: Draft, members: list[Member], _today: date) -> dict[str, Any]:
    per_unit = Counter(member.unit_id for member in members)
    per_position = Counter(member.position_id for member in members)
    units = list_units(g.facility_id)
    positions = [each for each in list_positions() if per_position[each.id] or each.id in draft.position_ids]
    return {
        "units": [Choice(each.id, each.name, per_unit[each.id], each.id in draft.unit_ids) for each in units],
        "positions": [
            Choice(
                each.id,
                _name_of(each),
                per_position[each.id],
                each.id in draft.position_ids,
            )
            for each in positions
        ],
        "people": _people(draft),
        "everyone": len(members),
        "came": _import_words(draft, members),
        "rules": [_rule_words(rule) for rule in queries.list_rules(g.facility_id)],
    }


def _people(draft: Draft) -> list[Choice]:
    """Return the people chosen so far and those who were looked for, by name."""
    named = queries.list_named(g.facility_id, clock.now(), person_ids=draft.person_ids, search=draft.find)
    return [
        Choice(person_id, f"{name} · {unit}" if unit else name, None, person_id in draft.person_ids)
        for person_id, name, unit in named
    ]


def _import_words(draft: Draft, members: list[Member]) -> str:
    """Say who came with the roster import the wizard was opened from; nothing without one of this facility."""
    count = sum(member.import_id == draft.import_id for member in members) if draft.import_id else 0
    words: str = ngettext(
        "%(num)d person who came with the last file",
        "%(num)d people who came with the last file",
        count,
    )
    return words if count else ""


def _name_of(position: Position) -> str:
    return position.name_vi if language() == "vi" else position.name_en


@dataclass(frozen=True, slots=True)
class RuleWords:
    """A standing rule in words."""

    id: int
    modules: str
    audience: str
    days: int
    since: date


def _rule_words(rule: AssignmentRule) -> RuleWords:
    subjects = queries.list_subjects()
    units = {each.id: each.name for each in list_units(g.facility_id)}
    positions = {each.id: _name_of(each) for each in list_positions()}
    chosen = [
        ", ".join(names[each] for each in rule.audience[kind] if each in names)
        for kind, names in (("unit_ids", units), ("position_ids", positions))
    ]
    return RuleWords(
        rule.id,
        ", ".join(in_language(subjects[each].title) for each in rule.module_ids if each in subjects),
        " · ".join(words for words in chosen if words) or _("The whole facility"),
        rule.days_to_learn,
        clock.civil_day(rule.made_at),
    )


@dataclass(frozen=True, slots=True)
class ModuleChoice:
    """A module of the second page, with what the order would do for it."""

    subject: Subject
    title: str
    new: int
    done: int
    overlapping: int
    is_chosen: bool


def _what(draft: Draft, _members: list[Member], today: date) -> dict[str, Any]:
    subjects = queries.list_subjects()
    planned = _plan(replace(draft, module_ids=tuple(subjects)).order(today))
    return {
        "modules": [
            ModuleChoice(
                subjects[line.module_id],
                in_language(subjects[line.module_id].title),
                line.new,
                line.done,
                line.overlapping,
                line.module_id in draft.module_ids,
            )
            for line in planned.lines
        ]
    }


def _plan(wanted: Order) -> Plan:
    now = clock.now()
    return queries.preview(g.facility_id, wanted, now, revoked=revoked_at(g.facility_id, now))


def _when(draft: Draft, _members: list[Member], today: date) -> dict[str, Any]:
    words = {
        "week": _("One week"),
        "two_weeks": _("Two weeks"),
        "month_end": _("End of the month"),
        "month": _("30 days"),
    }
    return {
        "planned": _plan(draft.order(today)),
        "quick": [(words[word], day, f"{day:%d/%m/%Y}") for word, day in quick_days(today)],
    }


def _check(draft: Draft, _members: list[Member], today: date) -> dict[str, Any]:
    planned = _plan(draft.order(today))
    subjects = queries.list_subjects()
    titles = {each: in_language(subjects[each].title) for each in draft.module_ids if each in subjects}
    return {
        "planned": planned,
        "sentence": _sentence(planned.learners, list(titles.values()), draft.due),
        "titles": titles,
        "who": _who_words(draft),
        "changes_nothing": not planned.new and not planned.moves and not draft.is_standing,
        "token": new_token(),
    }


def _who_words(draft: Draft) -> str:
    units = [each.name for each in list_units(g.facility_id) if each.id in draft.unit_ids]
    positions = [_name_of(each) for each in list_positions() if each.id in draft.position_ids]
    named = len(draft.person_ids)
    parts = [
        _("The whole facility") if draft.is_everyone and not units and not positions else "",
        ", ".join(units),
        ", ".join(positions),
        ngettext("%(num)d person chosen by name", "%(num)d people chosen by name", named) if named else "",
    ]
    return " · ".join(part for part in parts if part)


def _sentence(learners: int, titles: list[str], due: str) -> str:
    """Say the whole order in one sentence."""
    words: str
    if len(titles) == 1:
        words = ngettext(
            "Assign “%(module)s” to %(num)d person, due by the end of %(due)s.",
            "Assign “%(module)s” to %(num)d people, due by the end of %(due)s.",
            learners,
            module=titles[0],
            due=due,
        )
        return words
    words = ngettext(
        "Assign %(modules)d modules to %(num)d person, due by the end of %(due)s.",
        "Assign %(modules)d modules to %(num)d people, due by the end of %(due)s.",
        learners,
        modules=len(titles),
        due=due,
    )
    return words


PAGES: Mapping[str, Callable[[Draft, list[Member], date], dict[str, Any]]] = {
    "who": _who,
    "what": _what,
    "when": _when,
    "check": _check,
}
