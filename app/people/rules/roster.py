"""How a roster file meets the facility's list: what each row would change, and what must be asked first."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from app.people.rules import checking
from app.people.rules.dates import DateOrder, DateState
from app.people.rules.drafts import EMPTY, SKIP, Desk, Draft, bulk_key
from app.people.rules.headings import Meaning
from app.people.rules.matching import Matcher, code_key
from app.people.rules.names import is_bare, match_key, spelling_key, term_key
from app.people.rules.numbers import Numbers
from app.people.rules.plan import (
    GROUP_FROM,
    LEAVE_EMPTY,
    SKIP_ROW,
    Change,
    Choice,
    ExistingPerson,
    Facts,
    MissingChoice,
    MissingPerson,
    Outcome,
    Plan,
    PlannedRow,
    Problem,
    Question,
    Values,
)
from app.people.rules.reading import Reading
from app.people.rules.vocabulary import Vocabulary

# Small faults whose answers are the same for every row; from GROUP_FROM rows on they are asked once.
_GROUPED = ("phone_zero_lost", "phone_several", "phone_wrong", "value_missing", "date_wrong")
ALL_MISSING = "missing:all"


def plan_import(reading: Reading, facts: Facts, choices: Mapping[str, str]) -> Plan:
    """Return what importing these rows would do, given the choices made so far (problem key -> answer).

    Pure and repeatable: the page calls it again after every answer, the import itself a last time. The same file
    against a list it was applied to gives SAME for each of its people.
    """
    desk, vocabulary = Desk(choices), Vocabulary(facts, choices)
    drafts = checking.begin(reading.rows, desk)
    _understand_words(drafts, vocabulary)
    checking.settle_codes(drafts, desk)
    matcher = Matcher(facts.people, desk, {unit.key: unit.name for unit in facts.units})
    matcher.match(drafts)
    Numbers(desk, matcher, facts.elsewhere).settle(drafts)
    _complete_new_people(drafts, vocabulary, desk)
    rows = [_planned(draft, facts) for draft in drafts]
    rows, grouped = _grouped(_without_repetitions(rows, drafts), desk)
    used = {row.unit for row in rows if row.action is not Outcome.SKIP}
    return Plan(
        rows=tuple(rows),
        questions=(*reading.questions, *vocabulary.questions, *grouped),
        missing=tuple(_missing(facts.people, matcher, choices)),
        ignored=reading.ignored,
        new_units=tuple(unit for unit in vocabulary.new_units if unit.key in used),
        learned=tuple(vocabulary.learned),
    )


def phones_in(reading: Reading) -> frozenset[str]:
    """Return every number of the file, to ask which of them someone elsewhere has."""
    return frozenset(row.phone.number for row in reading.rows if row.phone.number)


def _understand_words(drafts: Sequence[Draft], vocabulary: Vocabulary) -> None:
    """Give each row its unit, position and point; a row waits for a word that waits."""
    free = [draft for draft in drafts if not draft.is_open and not draft.is_skipped]
    kinds = (
        (Meaning.UNIT, vocabulary.units),
        (Meaning.POSITION, vocabulary.positions),
        (Meaning.POINT, vocabulary.points),
    )
    for meaning, understand in kinds:
        answers = understand((draft.words[meaning], draft.number) for draft in free)
        for draft in free:
            answer = answers.get(term_key(draft.words[meaning]))
            if answer is not None:
                setattr(draft, meaning.value, answer.key)
                draft.waits = draft.waits or answer.is_open


def _complete_new_people(drafts: Sequence[Draft], vocabulary: Vocabulary, desk: Desk) -> None:
    """Ask once for what new people lack: a unit, a position, a way to sign in, the order of their dates."""

    def ask(code: str, column: Meaning, lacking: list[Draft], choices: list[Choice], default: str | None = None) -> str:
        rows = [draft.number for draft in lacking]
        answer = vocabulary.ask_once(code, column, rows, choices, default=default) if rows else default
        for draft in lacking:
            draft.waits = draft.waits or answer is None
        return answer or ""

    new = [draft for draft in drafts if draft.is_new]
    without_unit = [draft for draft in new if not draft.unit and not term_key(draft.words[Meaning.UNIT])]
    unit = ask("unit_missing", Meaning.UNIT, without_unit, [*vocabulary.unit_choices(), EMPTY], LEAVE_EMPTY)
    for draft in without_unit:
        draft.unit = None if unit == LEAVE_EMPTY else unit.removeprefix("unit:")
    without_position = [each for each in new if not each.position and not term_key(each.words[Meaning.POSITION])]
    position = ask("position_missing", Meaning.POSITION, without_position, vocabulary.position_choices())
    for draft in without_position:
        draft.position = position.removeprefix("position:") or None
    nameless = [draft for draft in new if not draft.code and not draft.phone]
    made = ask("no_identifier", Meaning.CODE, nameless, [Choice("make_code", "make_code"), SKIP])
    for draft in nameless:
        draft.makes_code, draft.is_skipped = made == "make_code", made == SKIP_ROW
    _settle_dates(drafts, [draft for draft in new if not draft.is_skipped], ask, desk)


def _settle_dates(drafts: Sequence[Draft], new: Sequence[Draft], ask: Callable[..., str], desk: Desk) -> None:
    """Read the first days of new people; which number is the day is asked, whatever the other rows suggest (UP-09)."""
    proofs = {draft.row.start.proves for draft in drafts} - {None}
    suggested = proofs.pop() if len(proofs) == 1 else None
    unsure = [draft for draft in new if draft.row.start.state is DateState.EITHER]
    choices = [Choice(order.value, order.value, _example(unsure, order)) for order in DateOrder]
    chosen = ask("date_order", Meaning.START, unsure, choices, suggested and suggested.value)
    for draft in new:
        if draft.row.start.state is DateState.WRONG:
            values: Values = {"written": draft.row.start.written}
            desk.ask(draft, "date_wrong", Meaning.START, [EMPTY, SKIP], values=values, default=LEAVE_EMPTY)
        draft.start = draft.row.start.day(DateOrder(chosen) if chosen else None)


def _example(unsure: Sequence[Draft], order: DateOrder) -> Values:
    day = unsure[0].row.start.day(order) if unsure else None
    return {"written": unsure[0].row.start.written, "day": day.day, "month": day.month} if day else {}


def _planned(draft: Draft, facts: Facts) -> PlannedRow:
    person = draft.person
    name = draft.name if person is None else _name_to_keep(draft, person)
    changes = tuple(_changes(draft, person, name)) if person else ()
    action = _action(draft, is_changed=bool(changes), is_known_elsewhere=draft.phone in facts.elsewhere)
    return PlannedRow(
        number=draft.number,
        outcome=_outcome(action, draft.problems),
        action=action,
        person_id=person.person_id if person else None,
        returns=draft.returns,
        name=name,
        code=draft.code,
        makes_code=draft.makes_code,
        phone=draft.phone,
        unit=draft.unit,
        position=draft.position,
        point=draft.point,
        start=draft.start,
        changes=changes,
        problems=tuple(draft.problems),
        notes=tuple(draft.notes),
    )


def _action(draft: Draft, *, is_changed: bool, is_known_elsewhere: bool) -> Outcome | None:
    if draft.is_skipped:
        return Outcome.SKIP
    if draft.is_open or draft.waits:
        return None
    if draft.person:
        return Outcome.UPDATE if is_changed or draft.returns else Outcome.SAME
    return Outcome.INVITE if is_known_elsewhere else Outcome.NEW


def _outcome(action: Outcome | None, problems: Sequence[Problem]) -> Outcome:
    """Return how a row is shown: whoever has an unanswered problem should be looked at, even if a default holds."""
    if action is None or any(problem.chosen is None for problem in problems):
        return Outcome.LOOK
    return action


def _name_to_keep(draft: Draft, person: ExistingPerson) -> str:
    """Return the stored name if the file's is the same name spelled otherwise or without marks, else the file's."""
    if draft.name == person.name:
        return person.name
    words = list(zip(draft.name.split(" "), person.name.split(" "), strict=False))
    if spelling_key(draft.name) == spelling_key(person.name):
        code = "name_spelling_kept"
    elif match_key(draft.name) == match_key(person.name) and all(
        is_bare(mine) or spelling_key(mine) == spelling_key(held) for mine, held in words
    ):
        code = "name_marks_kept"
    else:
        return draft.name
    draft.note(code, Meaning.NAME, written=draft.name, name=person.name)
    return person.name


def _changes(draft: Draft, person: ExistingPerson, name: str) -> Iterator[Change]:
    """Yield what the file would change; an empty cell changes nothing, and a first day is a fact of its own."""
    pairs = (
        (Meaning.NAME, person.name, name),
        (Meaning.PHONE, person.phone, draft.phone),
        (Meaning.UNIT, person.unit, draft.unit),
        (Meaning.POSITION, person.position, draft.position),
    )
    for meaning, before, after in pairs:
        if after and after != before:
            yield Change(meaning, before, after)
    if draft.code and code_key(draft.code) != code_key(person.staff_code):
        yield Change(Meaning.CODE, person.staff_code, draft.code)
    if draft.point and draft.point not in person.points:
        yield Change(Meaning.POINT, None, draft.point)


def _without_repetitions(rows: Sequence[PlannedRow], drafts: Sequence[Draft]) -> list[PlannedRow]:
    """Let a row that repeats one which changes nothing be as quiet as that one."""
    by_number = {row.number: row for row in rows}
    quiet = {
        draft.number
        for draft in drafts
        if draft.twin and len(draft.problems) == 1 and by_number[draft.twin.number].outcome is Outcome.SAME
    }
    return [replace(row, outcome=Outcome.SAME, problems=()) if row.number in quiet else row for row in rows]


def _grouped(rows: Sequence[PlannedRow], desk: Desk) -> tuple[list[PlannedRow], list[Question]]:
    """Ask once what would be asked in very many rows, and let those rows be counted as what they will become."""
    numbers: dict[tuple[str, Meaning], list[int]] = defaultdict(list)
    for row in rows:
        for problem in row.problems:
            if problem.code in _GROUPED and problem.default:
                numbers[problem.code, problem.column].append(row.number)
    asked_once = {key for key, found in numbers.items() if len(found) >= GROUP_FROM}
    questions: dict[tuple[str, Meaning], Question] = {}
    quieter: list[PlannedRow] = []
    for row in rows:
        kept: list[Problem] = []
        for problem in row.problems:
            key = (problem.code, problem.column)
            if key not in asked_once:
                kept.append(problem)
            elif key not in questions:
                questions[key] = _as_question(problem, numbers[key], desk)
        is_quieter = len(kept) < len(row.problems)
        quieter.append(replace(row, problems=tuple(kept), outcome=_outcome(row.action, kept)) if is_quieter else row)
    return quieter, list(questions.values())


def _as_question(problem: Problem, rows: Sequence[int], desk: Desk) -> Question:
    return Question(
        key=bulk_key(problem.code, problem.column),
        code=f"{problem.code}_all",
        column=problem.column,
        values={**problem.values, "count": len(rows), "row": rows[0]},
        choices=problem.choices,
        default=problem.default,
        chosen=desk.answer_for_all(problem),
        rows=tuple(rows),
    )


def _missing(people: Sequence[ExistingPerson], matcher: Matcher, choices: Mapping[str, str]) -> Iterator[MissingPerson]:
    """Yield who works here and is not in the file; unless the user says otherwise they are kept."""
    allowed = {choice.value for choice in MissingChoice}
    for person in people:
        if person.is_active and person.person_id not in matcher.seen:
            key = f"missing:{person.person_id}"
            answers = (choices.get(key), choices.get(ALL_MISSING), MissingChoice.KEEP.value)
            choice = next(answer for answer in answers if answer in allowed)
            yield MissingPerson(key, person.person_id, MissingChoice(choice))
