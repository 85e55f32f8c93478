"""What the units, positions and service points of a file mean: known, remembered, guessed or asked, once a word."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from app.people.rules.guesses import POSSIBLE, SURE, Guess, nearest
from app.people.rules.headings import Meaning
from app.people.rules.names import term_key
from app.people.rules.plan import LEAVE_EMPTY, Choice, Facts, Known, Learned, NewUnit, Question, Values
from app.people.rules.positions import PHRASES, position_named, positions_named

CREATE = "create"
NEW_KEY = "new:"
# Beyond this many unknown words a column was probably given the wrong meaning; guessing would only take time.
MOST_GUESSES = 200


@dataclass(frozen=True, slots=True)
class Answer:
    """What a word means: a key or None for nothing; ``is_open`` while the question waits."""

    key: str | None
    is_open: bool = False


@dataclass(slots=True)
class _Word:
    text: str
    rows: list[int] = field(default_factory=list)


class Vocabulary:
    """The words of a file, by kind, and what they mean; the questions about those that are not known."""

    def __init__(self, facts: Facts, choices: Mapping[str, str]) -> None:
        self.questions: list[Question] = []
        self.new_units: list[NewUnit] = []
        self.learned: list[Learned] = []
        self._facts = facts
        self._choices = choices
        self._position_codes = {position.key for position in facts.positions}

    def units(self, words: Iterable[tuple[str, int]]) -> dict[str, Answer]:
        """Return what each unit of the file means, by ``term_key``; ``words`` are (text, row number)."""
        named = {term_key(unit.name): unit.key for unit in self._facts.units}
        known = self._still_there(self._facts.remembered_units, self._facts.units) | named
        return {term: self._unit(term, word, known, named) for term, word in _by_term(words).items()}

    def positions(self, words: Iterable[tuple[str, int]]) -> dict[str, Answer]:
        """Return what each position of the file means, by ``term_key``; nothing is created."""
        remembered = self._still_there(self._facts.remembered_positions, self._facts.positions)
        known = {term_key(position.name): position.key for position in self._facts.positions} | remembered
        return {term: self._position(term, word, known) for term, word in _by_term(words).items()}

    def points(self, words: Iterable[tuple[str, int]]) -> dict[str, Answer]:
        """Return what each service point of the file means, by ``term_key``; nothing is created."""
        named = {term_key(point.name): point.key for point in self._facts.points}
        known = self._still_there(self._facts.remembered_points, self._facts.points) | named
        return {term: self._point(term, word, known, named) for term, word in _by_term(words).items()}

    def ask_once(
        self, code: str, column: Meaning, rows: Sequence[int], choices: Sequence[Choice], *, default: str | None = None
    ) -> str | None:
        """Ask one question for all these rows, and return the answer in force."""
        return self._ask(code, code, column, _Word("", list(rows)), choices, default=default)

    def position_choices(self) -> list[Choice]:
        """Return a choice for each position."""
        return [_choice("position", position) for position in self._facts.positions]

    def unit_choices(self) -> list[Choice]:
        """Return a choice for each unit."""
        return [_choice("unit", unit) for unit in self._facts.units]

    def _unit(self, term: str, word: _Word, known: Mapping[str, str], named: Mapping[str, str]) -> Answer:
        if term in known:
            return Answer(known[term])
        guesses = self._guesses(term, named)
        default = CREATE if not guesses else f"unit:{guesses[0].key}" if guesses[0].score >= SURE else None
        choices = [*_sorted(self.unit_choices(), "unit", guesses), Choice(CREATE, "create_unit", {"name": word.text})]
        answer = self._ask("unit_unknown", f"unit_unknown:{term}", Meaning.UNIT, word, choices, default=default)
        if answer == CREATE:
            made = NewUnit(f"{NEW_KEY}{term}", word.text)
            self.new_units.append(made)
            return Answer(made.key)
        return self._learn(Meaning.UNIT, term, answer)

    def _position(self, term: str, word: _Word, known: Mapping[str, str]) -> Answer:
        named = position_named(word.text)
        if term in known or named in self._position_codes:
            return Answer(known.get(term, named))
        several = [Guess(code, POSSIBLE) for code in positions_named(word.text)]
        guesses = [guess for guess in several or self._guesses(term, PHRASES) if guess.key in self._position_codes]
        default = f"position:{guesses[0].key}" if guesses and guesses[0].score >= SURE else None
        choices = _sorted(self.position_choices(), "position", guesses)
        key = f"position_unknown:{term}"
        return self._learn(
            Meaning.POSITION, term, self._ask("position_unknown", key, Meaning.POSITION, word, choices, default=default)
        )

    def _point(self, term: str, word: _Word, known: Mapping[str, str], named: Mapping[str, str]) -> Answer:
        if term in known:
            return Answer(known[term])
        guesses = self._guesses(term, named)
        default = f"point:{guesses[0].key}" if guesses and guesses[0].score >= SURE else LEAVE_EMPTY
        every = _sorted([_choice("point", point) for point in self._facts.points], "point", guesses)
        choices = [*every, Choice(LEAVE_EMPTY, LEAVE_EMPTY)]
        answer = self._ask("point_unknown", f"point_unknown:{term}", Meaning.POINT, word, choices, default=default)
        return Answer(None) if answer == LEAVE_EMPTY else self._learn(Meaning.POINT, term, answer)

    def _guesses(self, term: str, names: Mapping[str, str]) -> list[Guess]:
        return nearest(term, names) if len(self.questions) < MOST_GUESSES else []

    def _learn(self, kind: Meaning, term: str, answer: str | None) -> Answer:
        if answer is None:
            return Answer(None, is_open=True)
        key = answer.partition(":")[2]
        self.learned.append(Learned(kind, term, key))
        return Answer(key)

    def _ask(
        self, code: str, key: str, column: Meaning, word: _Word, choices: Sequence[Choice], *, default: str | None
    ) -> str | None:
        allowed = {choice.value for choice in choices}
        chosen = self._choices.get(key)
        chosen = chosen if chosen in allowed else None
        values: Values = {"written": word.text, "count": len(word.rows), "row": word.rows[0]}
        self.questions.append(
            Question(
                key=key,
                code=code,
                column=column,
                values=values,
                choices=tuple(choices),
                default=default,
                chosen=chosen,
                rows=tuple(word.rows),
            )
        )
        return chosen or default

    @staticmethod
    def _still_there(remembered: Mapping[str, str], known: Sequence[Known]) -> dict[str, str]:
        keys = {each.key for each in known}
        return {term: key for term, key in remembered.items() if key in keys}


def _by_term(words: Iterable[tuple[str, int]]) -> dict[str, _Word]:
    found: dict[str, _Word] = {}
    for text, number in words:
        if term := term_key(text):
            word = found.setdefault(term, _Word(text))
            word.rows.append(number)
            # "KHOA KHÁM BỆNH" is a heading's spelling; a unit is named as most rows write it.
            word.text = text if word.text.isupper() else word.text
    return found


def _choice(kind: str, known: Known) -> Choice:
    return Choice(f"{kind}:{known.key}", f"use_{kind}", {"name": known.name})


def _sorted(choices: Sequence[Choice], kind: str, guesses: Sequence[Guess]) -> list[Choice]:
    """Return the choices with the guessed ones first, best first, the others in their order."""
    rank = {f"{kind}:{guess.key}": place for place, guess in enumerate(guesses)}
    return sorted(choices, key=lambda choice: rank.get(choice.value, len(rank)))
