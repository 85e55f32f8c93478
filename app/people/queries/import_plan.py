"""What an import would do to its facility's list, worked out from the kept rows and the list as it stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from app.kernel.sheets import Table
from app.people.queries.imports import Standing, read_standing
from app.people.rules.adjusting import adjusted
from app.people.rules.columns import ColumnPlan
from app.people.rules.plan import MissingChoice, Outcome, Plan
from app.people.rules.reading import Reading, read_rows
from app.people.rules.roster import phones_in, plan_import


@dataclass(frozen=True, slots=True)
class Importer:
    """For which facility, and by whom: None is a command."""

    facility_id: int
    actor_id: int | None


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan and what it was made from: it holds for as long as the facility stands so."""

    plan: Plan
    standing: Standing
    phones: frozenset[str]

    @property
    def leaving(self) -> list[int]:
        """Who is not in the file and is said to work here no more."""
        return [each.person_id for each in self.plan.missing if each.choice is not MissingChoice.KEEP]

    @property
    def counts(self) -> dict[str, int]:
        """The numbers of the check page: rows by outcome, what would be written, and what is asked."""
        plan = self.plan
        counts = {outcome.value: count for outcome, count in plan.counts.items()}
        return counts | {
            "rows": len(plan.rows),
            "will_add": sum(row.action is Outcome.NEW for row in plan.rows),
            "will_change": sum(row.action is Outcome.UPDATE for row in plan.rows),
            "will_invite": sum(row.action is Outcome.INVITE for row in plan.rows),
            "missing": len(plan.missing),
            "questions": sum(question.chosen is None for question in plan.questions),
            "undecided": plan.undecided,
            "units": len(plan.new_units),
        }


def read_people(table: Table, columns: ColumnPlan, choices: Mapping[str, str]) -> Reading:
    """Return the people of a table; the slow part that needs no database."""
    return read_rows(table.rows, columns, valueless=table.valueless, choices=choices)


def plan_for(importer: Importer, reading: Reading, choices: Mapping[str, str], now: datetime) -> Planned:
    """Return what importing would do at ``now``."""
    phones = phones_in(reading)
    standing = read_standing(importer.facility_id, phones, importer.actor_id, now)
    plan = plan_import(reading, standing.facts, choices)
    return Planned(adjusted(plan, invited=standing.invited, protected=standing.protected), standing, phones)
