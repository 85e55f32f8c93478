"""Who the rows of a roster are: people of the facility, each other, or someone new. Never merged unasked (UP-06)."""

from collections import defaultdict
from collections.abc import Sequence

from app.people.rules.drafts import SKIP, Desk, Draft
from app.people.rules.headings import Meaning
from app.people.rules.names import match_key, may_be_same_name, spelling_key
from app.people.rules.plan import Choice, ExistingPerson, Values

TWO_PEOPLE = Choice("two_people", "two_people")
# A hundred people of one name in one unit are compared with the nearest few, so that no file takes quadratic time.
MOST_COMPARED, MOST_SHOWN = 20, 5


class Matcher:
    """Finds for each row the person it means, in linear time, and asks wherever it is not certain."""

    def __init__(self, people: Sequence[ExistingPerson], desk: Desk, unit_names: dict[str, str]) -> None:
        self.claims: dict[int, Draft] = {}
        self.seen: set[int] = set()
        self._desk = desk
        self._unit_names = unit_names
        # People who left are found by code and phone too, but never before someone who works here now.
        ordered = sorted(people, key=lambda person: person.is_active)
        self._match = {person.person_id: match_key(person.name) for person in ordered}
        self._by_code = {code_key(person.staff_code): person for person in ordered if person.staff_code}
        self._by_phone = {person.phone: person for person in ordered if person.phone}
        self._by_number: dict[str, list[ExistingPerson]] = defaultdict(list)
        self._by_name: dict[tuple[str, str | None], list[ExistingPerson]] = defaultdict(list)
        for person in ordered:
            if person.staff_code and person.staff_code.isdigit():
                self._by_number[person.staff_code.lstrip("0")].append(person)
            if person.is_active:
                self._by_name[self._match[person.person_id], person.unit].append(person)

    def holder_of(self, phone: str) -> ExistingPerson | None:
        """Return who of the facility has this phone."""
        return self._by_phone.get(phone)

    def match(self, drafts: Sequence[Draft]) -> None:
        """Settle who each row is: by staff code, then by phone and name, then by unit and name, then among the rows."""
        for find in (self._by_staff_code, self._by_own_phone, self._by_unit_and_name):
            for draft in drafts:
                if not draft.is_settled:
                    find(draft)
        self._among_themselves(drafts)

    def claim(self, draft: Draft, person: ExistingPerson) -> None:
        """Let a row mean this person; someone who left returns, if the user agrees."""
        holder = self.claims.get(person.person_id)
        if holder is not None:
            values: Values = {"row": holder.number, "name": person.name}
            self._desk.ask(draft, "person_twice", Meaning.NAME, [SKIP], values=values, default=SKIP.value)
            return
        self.claims[person.person_id] = draft
        self.seen.add(person.person_id)
        draft.person = person
        if not person.is_active:
            choices = [Choice("return", "return"), SKIP]
            values = {"name": person.name}
            answer = self._desk.ask(draft, "left_before", Meaning.NAME, choices, values=values, default="return")
            draft.returns = answer == "return"

    def _by_staff_code(self, draft: Draft) -> None:
        person = self._by_code.get(code_key(draft.code)) if draft.code else None
        person = person or self._by_code_without_zeros(draft)
        if person is None:
            return
        self.seen.add(person.person_id)
        if self._match[person.person_id] == draft.row.match:
            self.claim(draft, person)
            return
        choices = [
            Choice("keep_name", "keep_name", {"name": person.name}),
            Choice("change_name", "change_name", {"name": draft.name}),
            *([] if person.is_active else [Choice("new_person", "new_person", {"name": draft.name})]),
            SKIP,
        ]
        values = {"code": draft.code or "", "name": draft.name, "other": person.name}
        answer = self._desk.ask(draft, "code_other_name", Meaning.CODE, choices, values=values)
        if answer in ("keep_name", "change_name"):
            draft.name = person.name if answer == "keep_name" else draft.name
            self.claim(draft, person)

    def _by_code_without_zeros(self, draft: Draft) -> ExistingPerson | None:
        """Return the one whose code Excel shortened: 123 for 00123, when the name agrees."""
        if not draft.code or not draft.row.code_is_number:
            return None
        found = [each for each in self._by_number.get(draft.code, ()) if self._match[each.person_id] == draft.row.match]
        if len(found) != 1:
            return None
        draft.note("code_zeros_restored", Meaning.CODE, before=draft.code, after=found[0].staff_code or "")
        draft.code = found[0].staff_code
        return found[0]

    def _by_own_phone(self, draft: Draft) -> None:
        person = self.holder_of(draft.phone) if draft.phone else None
        if person is None or person.person_id in self.claims or self._match[person.person_id] != draft.row.match:
            return
        is_other_code = draft.code and person.staff_code and code_key(draft.code) != code_key(person.staff_code)
        if draft.name.casefold() == person.name.casefold() and not is_other_code:
            self.claim(draft, person)
        else:
            self._ask_who(draft, [person], [])

    def _by_unit_and_name(self, draft: Draft) -> None:
        free = [
            person
            for person in self._by_name.get((draft.row.match, draft.unit), ())[:MOST_COMPARED]
            if draft.unit and person.person_id not in self.claims
        ]
        if not draft.code and not draft.phone:
            # All that the row says agrees with this person; of several the one in the same position, else the first.
            equal = [person for person in free if person.name.casefold() == draft.name.casefold()]
            equal.sort(key=lambda person: person.position != draft.position)
            if equal:
                self.claim(draft, equal[0])
                return
        likely = [person for person in free if _may_be_one(draft, person.name, person.staff_code, person.phone)]
        if likely:
            self._ask_who(draft, likely[:MOST_SHOWN], [])

    def _among_themselves(self, drafts: Sequence[Draft]) -> None:
        """Ask about new rows that look like another row of the file."""
        alike: dict[tuple[str, str], list[Draft]] = defaultdict(list)
        present = [draft for draft in drafts if not draft.is_open and not draft.is_skipped]
        for draft in [*(each for each in present if each.person), *(each for each in present if not each.person)]:
            places = [(draft.row.match, place) for place in (draft.unit, draft.phone) if place]
            if draft.person is None:
                others = {each.number: each for place in places for each in alike[place][-MOST_COMPARED:]}
                likely = [each for each in others.values() if _may_be_one(draft, each.name, each.code, each.phone)]
                if likely:
                    self._ask_who(draft, [], likely[:MOST_SHOWN])
            if not draft.is_open and not draft.is_skipped:
                for place in places:
                    alike[place].append(draft)

    def _ask_who(self, draft: Draft, people: Sequence[ExistingPerson], rows: Sequence[Draft]) -> None:
        """Ask whether a row is one of these people or rows, or someone else."""
        self.seen.update(person.person_id for person in people)
        choices = [
            *map(self._same_person, people),
            *(Choice(f"row:{other.number}", "same_row", {"name": other.name, "row": other.number}) for other in rows),
            TWO_PEOPLE,
        ]
        values = {"name": draft.name, "other": people[0].name if people else rows[0].name}
        answer = self._desk.ask(draft, "likely_duplicate", Meaning.NAME, choices, values=values)
        for person in people:
            if answer == f"same:{person.person_id}":
                self.claim(draft, person)
        draft.is_skipped = draft.is_skipped or (answer or "").startswith("row:")

    def _same_person(self, person: ExistingPerson) -> Choice:
        unit = self._unit_names.get(person.unit or "")
        if unit is None:
            return Choice(f"same:{person.person_id}", "same_person", {"name": person.name})
        return Choice(f"same:{person.person_id}", "same_person_of_unit", {"name": person.name, "unit": unit})


def code_key(code: str | None) -> str:
    """Return a staff code for comparison: case does not matter."""
    return (code or "").casefold()


def _may_be_one(draft: Draft, name: str, code: str | None, phone: str | None) -> bool:
    """Tell whether a row and someone of one match key, in one unit or with one phone, may be one person.

    Two identifiers that differ say no. One that differs says no, unless the names are spoken alike; with none, marks
    may have been left out.
    """
    if draft.phone and draft.phone == phone:
        return True
    differing = bool(draft.code and code and code_key(draft.code) != code_key(code)) + bool(draft.phone and phone)
    if differing == 0:
        return may_be_same_name(draft.name, name)
    return differing == 1 and spelling_key(draft.name) == spelling_key(name)
