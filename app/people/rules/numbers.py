"""Which phone number each person of a roster ends up with, so that no two ever hold the same one."""

from collections.abc import Collection, Sequence

from app.people.rules.drafts import EMPTY, SKIP, Desk, Draft
from app.people.rules.headings import Meaning
from app.people.rules.matching import Matcher
from app.people.rules.phones import PhoneState, mask_phone
from app.people.rules.plan import LEAVE_EMPTY, Choice, ExistingPerson, Values

_FAULTS = {
    PhoneState.ZERO_LOST: ("phone_zero_lost", Choice("repair", "repair")),
    PhoneState.SEVERAL: ("phone_several", Choice("use_first", "use_first")),
}


class Numbers:
    """Gives each number to one row at most, asking where a number was repaired or belongs to somebody else."""

    def __init__(self, desk: Desk, matcher: Matcher, elsewhere: Collection[str]) -> None:
        self._desk = desk
        self._matcher = matcher
        self._elsewhere = elsewhere
        self._owners: dict[str, Draft] = {}

    def settle(self, drafts: Sequence[Draft]) -> None:
        """Decide the number of each row whose person is known or new.

        Those who keep their number come first. A number is taken from its holder only if the holder's own row brings
        another one; should that one fall through in turn, whoever counted on the freed number is asked again.
        """
        free = [draft for draft in drafts if not draft.is_open and not draft.is_skipped]
        for draft in free:
            if draft.person and draft.phone and draft.phone == draft.person.phone:
                self._owners[draft.phone] = draft
        changing = [draft for draft in free if not draft.person or draft.phone != draft.person.phone]
        for draft in changing:
            self._settle_reading(draft)
            self._settle_between_rows(draft)
        waiting = [draft for draft in reversed(changing) if draft.phone and self._owners.get(draft.phone) is draft]
        while waiting:
            waiting += self._settle_with_list(waiting.pop())

    def _settle_reading(self, draft: Draft) -> None:
        """Confirm a number that was repaired or chosen; a wrong one never takes away a number that is stored."""
        state, written = draft.row.phone.state, draft.row.phone.written
        if draft.person and draft.phone in self._elsewhere:
            # The number belongs to an account of another facility; whose, and that, stays unsaid (ruling 17).
            draft.note("phone_unconfirmed", Meaning.PHONE)
            draft.phone = None
        elif state is PhoneState.WRONG and draft.person:
            draft.note("phone_wrong_kept", Meaning.PHONE, written=written)
        elif state is PhoneState.WRONG:
            values: Values = {"written": written}
            self._desk.ask(draft, "phone_wrong", Meaning.PHONE, [EMPTY, SKIP], values=values, default=LEAVE_EMPTY)
        elif state in _FAULTS and draft.phone:
            code, accept = _FAULTS[state]
            values = {"written": written, "phone": mask_phone(draft.phone)}
            choices = [accept, EMPTY]
            answer = self._desk.ask(draft, code, Meaning.PHONE, choices, values=values, default=accept.value)
            draft.phone = None if answer == LEAVE_EMPTY else draft.phone

    def _settle_between_rows(self, draft: Draft) -> None:
        """Ask about a number that an earlier row has."""
        if not draft.phone or draft.is_skipped:
            return
        owner = self._owners.setdefault(draft.phone, draft)
        if owner is draft:
            return
        use_this = Choice("use_this", "use_this_phone", {"row": owner.number})
        choices = [EMPTY, *([] if owner.person else [use_this]), SKIP]
        values: Values = {
            "phone": mask_phone(draft.phone),
            "row": owner.number,
            "other": owner.name,
            "name": draft.name,
        }
        answer = self._desk.ask(draft, "phone_twice", Meaning.PHONE, choices, values=values)
        if answer == use_this.value:
            self._owners[draft.phone] = draft
            owner.phone = None
        elif answer == LEAVE_EMPTY:
            draft.phone = None

    def _settle_with_list(self, draft: Draft) -> list[Draft]:
        """Ask about a number that someone of the facility keeps; return the rows to be looked at again."""
        number = draft.phone or ""
        holder = self._matcher.holder_of(number)
        if holder is None or holder is draft.person or not self._keeps(holder):
            return []
        self._matcher.seen.add(holder.person_id)
        same = Choice(f"same:{holder.person_id}", "same_person_renamed", {"name": draft.name, "other": holder.name})
        is_free = draft.person is None and holder.person_id not in self._matcher.claims
        values = {"phone": mask_phone(number), "other": holder.name, "name": draft.name}
        choices = [EMPTY, *([same] if is_free else []), SKIP]
        answer = self._desk.ask(draft, "phone_of_other", Meaning.PHONE, choices, values=values)
        if answer == same.value:
            self._matcher.claim(draft, holder)
            return []
        draft.phone = None
        del self._owners[number]
        # This person now keeps the stored number, which another row may have counted on.
        kept = draft.person.phone if draft.person else None
        counted_on = self._owners.get(kept or "")
        return [counted_on] if counted_on else []

    def _keeps(self, holder: ExistingPerson) -> bool:
        """Tell whether someone still has their stored number when the import is done."""
        row = self._matcher.claims.get(holder.person_id)
        return row is None or row.is_skipped or row.is_open or row.phone in (None, holder.phone)
