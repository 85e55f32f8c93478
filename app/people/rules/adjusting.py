"""What the importer may not decide: invitations that wait or were declined, and people who hold a role."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from app.people.rules.headings import Meaning
from app.people.rules.plan import Note, Outcome, Plan, PlannedRow


def adjusted(plan: Plan, *, invited: Mapping[str, bool], protected: Collection[int]) -> Plan:
    """Return the plan without a second invitation for anyone, and without asking about protected people.

    ``invited``: the phones of the facility's unaccepted invitations, and whether each was declined. ``protected``: ids
    of the importer and of everybody with a role; no file ends their work, their own page does.
    """
    return replace(
        plan,
        rows=tuple(_once(row, invited) for row in plan.rows),
        missing=tuple(person for person in plan.missing if person.person_id not in protected),
    )


def _once(row: PlannedRow, invited: Mapping[str, bool]) -> PlannedRow:
    if row.action is not Outcome.INVITE or row.phone is None or row.phone not in invited:
        return row
    code = "invitation_declined" if invited[row.phone] else "invitation_waits"
    outcome = Outcome.SAME if row.outcome is Outcome.INVITE else row.outcome
    return replace(row, action=Outcome.SAME, outcome=outcome, notes=(*row.notes, Note(code, Meaning.PHONE, {})))
