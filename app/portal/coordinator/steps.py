"""What each page of the assign wizard shows, and what is still missing on it."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from app.assignments import queries
from app.assignments.models import AssignmentRule
from app.assignments.queries import Subject
from app.assignments.rules import Member, Order, Plan, plan
from app.kernel import clock
from app.kernel.i18n import _, in_language, ngettext
from app.kernel.tokens import new_token
from app.people.models import Position
from app.people.queries import list_positions, list_units
from app.portal.coordinator.doors import revoked_at
from app.portal.coordinator.wizard import STEPS, Draft, quick_days
from courses.models import LearningPath
from courses.queries.paths import list_paths
from courses.rules import Fit, fitting

Problems = dict[str, list[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class Choice:
    """A tick box of the first page: a unit, a position or a person."""

    id: int
    words: str
    count: int | None
    is_chosen: bool


class Desk:
    """What one page of the wizard reads of its facility, each thing once."""

    def __init__(self, facility_id: int, now: datetime) -> None:
        self.facility_id, self.now, self.today = facility_id, now, clock.civil_day(now)

    @cached_property
    def members(self) -> list[Member]:
        """Return those who work here now."""
        return queries.list_members(self.facility_id, self.now)

    @cached_property
    def subjects(self) -> dict[int, Subject]:
        """Return the modules by id."""
        return queries.list_subjects()

    @cached_property
    def positions(self) -> list[Position]:
        """Return the city's positions."""
        return list_positions()

    @cached_property
    def paths(self) -> dict[str, LearningPath]:
        """Return the learning paths of which a module is published, by key."""
        return {path.key: path for path in list_paths() if self.modules_of(path)}

    def modules_of(self, path: LearningPath) -> list[Subject]:
        """Return the published modules of a path, in its order."""
        by_key = {subject.key: subject for subject in self.subjects.values()}
        return [by_key[key] for key in path.modules if key in by_key]

    def chosen_paths(self, draft: Draft) -> list[LearningPath]:
        """Return the paths chosen, without a look at any when there is none."""
        return [self.paths[key] for key in draft.path_keys if key in self.paths] if draft.path_keys else []

    def order(self, draft: Draft) -> Order:
        """Return the order of a draft: the modules of its paths in their order, then the single ones, each once."""
        from_paths = (subject.id for path in self.chosen_paths(draft) for subject in self.modules_of(path))
        return draft.order(tuple(dict.fromkeys((*from_paths, *draft.module_ids))), self.today)

    def plan(self, order: Order) -> Plan:
        """Return what an order would do."""
        people = [member.person_id for member in self.members if order.audience.includes(member)]
        revoked = revoked_at(self.facility_id, self.now)
        held = queries.held_by(self.facility_id, order.module_ids, self.now, revoked=revoked, subjects=self.subjects)
        return plan(people, order, held)


def find_problems(draft: Draft, desk: Desk) -> Problems:
    """Return what is missing or wrong, by step: pairs (id of the control, sentence)."""
    found: Problems = {}
    has_group = draft.audience.has_lasting_group
    if not any(draft.audience.includes(member) for member in desk.members) and not (draft.is_standing and has_group):
        found.setdefault("who", []).append(("who", _("Nobody is chosen yet. Choose a unit, a position or people.")))
    if draft.is_standing and not has_group:
        sentence = _("For people who come later, choose the whole facility, a unit or a position.")
        found.setdefault("who", []).append(("standing", sentence))
    if not desk.order(draft).module_ids:
        found["what"] = [("what", _("Choose a path or at least one module."))]
    if draft.due_on is None:
        found["when"] = [("f-due", _("Write the due day like 30/11/2026."))]
    elif draft.due_on < desk.today:
        found["when"] = [("f-due", _("The due day must be today or later."))]
    if draft.is_standing and draft.days_to_learn is None:
        found.setdefault("when", []).append(("f-days", _("Write a number of days from 1 to 365.")))
    return found


def first_step(draft: Draft, problems: Problems) -> str:
    """Return the step asked for, or the first before it in which something is missing."""
    until = STEPS[: STEPS.index(draft.step)]
    return next((step for step in until if step in problems), draft.step)


def _who(draft: Draft, desk: Desk) -> dict[str, Any]:
    per_unit = Counter(member.unit_id for member in desk.members)
    per_position = Counter(member.position_id for member in desk.members)
    units = {each.id: each.name for each in list_units(desk.facility_id)}
    positions = {each.id: in_language({"vi": each.name_vi, "en": each.name_en}) for each in desk.positions}
    return {
        "units": [Choice(key, name, per_unit[key], key in draft.unit_ids) for key, name in units.items()],
        "positions": [
            Choice(key, name, per_position[key], key in draft.position_ids)
            for key, name in positions.items()
            if per_position[key] or key in draft.position_ids
        ],
        "people": _people(draft, desk),
        "everyone": len(desk.members),
        "came": _import_words(draft, desk.members),
        "rules": [_rule_words(rule, desk, units, positions) for rule in queries.list_rules(desk.facility_id)],
    }


def _people(draft: Draft, desk: Desk) -> list[Choice]:
    """Return the people chosen so far and those who were looked for, by name."""
    named = queries.list_named(desk.facility_id, desk.now, person_ids=draft.person_ids, search=draft.find)
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


@dataclass(frozen=True, slots=True)
class RuleWords:
    """A standing rule in words."""

    id: int
    modules: str
    audience: str
    days: int
    since: date


def _rule_words(rule: AssignmentRule, desk: Desk, units: Mapping[int, str], positions: Mapping[int, str]) -> RuleWords:
    chosen = [
        ", ".join(names[each] for each in rule.audience[kind] if each in names)
        for kind, names in (("unit_ids", units), ("position_ids", positions))
    ]
    return RuleWords(
        rule.id,
        ", ".join(in_language(desk.subjects[each].title) for each in rule.module_ids if each in desk.subjects),
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


@dataclass(frozen=True, slots=True)
class PathChoice:
    """A learning path of the second page; ``people`` of those chosen hold one of its positions."""

    key: str
    title: str
    modules: list[Subject]
    minutes: int
    people: int
    is_for_all: bool
    is_chosen: bool


def _what(draft: Draft, desk: Desk) -> dict[str, Any]:
    subjects = desk.subjects
    planned = desk.plan(draft.order(tuple(subjects), desk.today))
    return {
        "paths": [_path_choice(desk.paths[fit.key], fit, draft, desk) for fit in _fits(draft, desk)],
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
        ],
    }


def _fits(draft: Draft, desk: Desk) -> list[Fit]:
    """Return the paths to offer: those that fit, and any chosen before the people were changed."""
    codes = {each.id: each.code for each in desk.positions}
    # A standing rule may wait for the first who holds a position.
    chosen = Counter({codes[each]: 0 for each in draft.position_ids if each in codes})
    chosen.update(codes[member.position_id] for member in desk.members if draft.audience.includes(member))
    fits = fitting({key: path.positions for key, path in desk.paths.items()}, chosen)
    rest = {path.key for path in desk.chosen_paths(draft)} - {fit.key for fit in fits}
    return [*fits, *(Fit(key, 0, is_for_all=False) for key in desk.paths if key in rest)]


def _path_choice(path: LearningPath, fit: Fit, draft: Draft, desk: Desk) -> PathChoice:
    modules = desk.modules_of(path)
    return PathChoice(
        path.key,
        in_language(path.title),
        modules,
        sum(each.minutes for each in modules),
        fit.people,
        fit.is_for_all,
        path.key in draft.path_keys,
    )


def _when(draft: Draft, desk: Desk) -> dict[str, Any]:
    words = {
        "week": _("One week"),
        "two_weeks": _("Two weeks"),
        "month_end": _("End of the month"),
        "month": _("30 days"),
    }
    return {
        "planned": desk.plan(desk.order(draft)),
        "quick": [(words[word], day, f"{day:%d/%m/%Y}") for word, day in quick_days(desk.today)],
    }


def _check(draft: Draft, desk: Desk) -> dict[str, Any]:
    order = desk.order(draft)
    planned = desk.plan(order)
    titles = {each: in_language(desk.subjects[each].title) for each in order.module_ids if each in desk.subjects}
    return {
        "planned": planned,
        "sentence": _sentence(planned.learners, list(titles.values()), draft.due),
        "titles": titles,
        "meant": _who_words(draft, desk),
        "paths": [in_language(path.title) for path in desk.chosen_paths(draft)],
        "changes_nothing": not planned.new and not planned.moves and not draft.is_standing,
        "token": new_token(),
    }


def _who_words(draft: Draft, desk: Desk) -> str:
    units, positions = queries.names_of(desk.facility_id, draft.audience)
    named = len(draft.person_ids)
    parts = [
        _("The whole facility") if draft.is_everyone and not units and not positions else "",
        ", ".join(units),
        ", ".join(in_language(name) for name in positions),
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


PAGES: Mapping[str, Callable[[Draft, Desk], dict[str, Any]]] = {
    "who": _who,
    "what": _what,
    "when": _when,
    "check": _check,
}
