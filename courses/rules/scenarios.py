"""How a practice scenario is written: its frame, its screens, and what each tap on them does."""

import re
from collections.abc import Collection

from courses.rules.graphs import graph_faults
from courses.rules.practice import BACK, PARTS, MoveKind, Outcome, Path, ScreenKind, graph_of
from courses.rules.reading import Document, Problem, Reader

ICONS = frozenset(
    {
        "bell",
        "book",
        "calendar",
        "card",
        "check",
        "document",
        "download",
        "gear",
        "heart",
        "help",
        "home",
        "key",
        "list",
    }
    | {"lock", "message", "person", "phone", "scan", "search", "shield", "wallet"}
)
TAPPED, DRAWN = ("tile", "row", "button", "field"), ("text",)
MOST_SCREENS = 24
FEWEST_ANSWERS, MOST_ANSWERS = 2, 4
MOST_ACTS = 3
# The keys of each kind of screen: those it must have, those it may have.
KEYS: dict[ScreenKind, tuple[tuple[str, ...], tuple[str, ...]]] = {
    ScreenKind.PHONE: (("id", "kind", "title", "elements"), ("patient", "hint", "acts")),
    ScreenKind.TALK: (("id", "kind", "patient", "answers"), ("hint",)),
    ScreenKind.END: (("id", "kind", "outcome", "text", "say"), ()),
}
# The texts a screen may have, each with the kind of its length.
TEXTS = {"title": "screen", "patient": "patient", "hint": "hint", "text": "text", "say": "say"}
# How many words each text may have: a phone is read at a glance.
WORDS = {"title": 12, "task": 20, "patient": 30, "hint": 20, "text": 30, "words": 30, "say": 40, "screen": 6}

_TYPING = frozenset({"input", "inputmode", "keyboard", "maxlength", "name", "pattern", "placeholder", "type", "value"})
_MARKS = frozenset({"frame", "mark", "watermark"})
_NUMBER = re.compile(r"\d{6,}|(?:\d[ .-]?){9,}")

Known = tuple[Collection[str], Collection[str]]


def read_scenario(file: str, name: str, document: Document, known: Known, problems: list[Problem]) -> dict[str, object]:
    """Return a scenario as plain data and note every fault; ``known`` are the module's objectives and source keys."""
    return _ScenarioReader(Reader(file, document, problems), name, known).read()


class _ScenarioReader:
    """Reads one scenario file."""

    def __init__(self, reader: Reader, name: str, known: Known) -> None:
        self.reader, self.name = reader, name
        self.objectives, self.sources = known

    def read(self) -> dict[str, object]:
        reader = self.reader
        reader.keys(
            ("id", "title", "task", "objective", "minutes", "valid_on", "app_version", "sources", "passing", "start",
             "screens")
        )  # fmt: skip
        name = reader.identifier("id")
        if name and name != self.name:
            reader.fault(f"the id {name} is not the name of its file {self.name}", "id")
        if name in {"quiz", "scenarios"}:
            reader.fault(f"{name} is a word of module.yaml and cannot name a scenario", "id")
        valid_on = reader.day("valid_on")
        if valid_on is None and isinstance(reader.at(), dict):
            reader.fault("valid_on must say on which day the scenario was true", "valid_on")
        scenario: dict[str, object] = {
            "id": name,
            "title": self._words("title", "title"),
            "task": self._words("task", "task"),
            "objective": self._objective(),
            "minutes": reader.whole(1, 10, "minutes"),
            "valid_on": valid_on.isoformat() if valid_on else None,
            "app_version": self._app_version(),
            "sources": self._sources(),
            "passing": self._passing(),
            "start": reader.text("start"),
            "screens": [self._screen(place) for place, _ in enumerate(reader.items("screens"))],
        }
        self._check_screens(scenario)
        return scenario

    def _objective(self) -> str:
        objective = self.reader.text("objective")
        if objective and objective not in self.objectives:
            self.reader.fault(f"the objective {objective} is not one of the module", "objective")
        return objective

    def _app_version(self) -> str | None:
        version = self.reader.at("app_version")
        if version is None or isinstance(version, str):
            return version
        self.reader.fault("app_version must be a text in quotes, or null", "app_version")
        return None

    def _sources(self) -> list[str]:
        used = self.reader.names("sources")
        for key in used:
            if key not in self.sources:
                self.reader.fault(f"the source {key} is not in sources.yaml", "sources")
        return list(used)

    def _passing(self) -> dict[str, int]:
        if not self.reader.keys(("most_wrong",), "passing", optional=("least_right",)):
            return {"most_wrong": 0, "least_right": 0}
        asks = self.reader.at("passing", "least_right") is not None
        return {
            "most_wrong": self.reader.whole(0, 20, "passing", "most_wrong"),
            "least_right": self.reader.whole(0, 50, "passing", "least_right") if asks else 0,
        }

    def _screen(self, place: int) -> dict[str, object]:
        at: Path = ("screens", place)
        written = self.reader.choice(tuple(ScreenKind), *at, "kind")
        kind = ScreenKind(written) if written in set(ScreenKind) else ScreenKind.END
        required, optional = KEYS[kind]
        if not self._keys(required, optional, *at):
            return {"id": "", "kind": ScreenKind.END.value, "outcome": None}
        screen: dict[str, object] = {"id": self.reader.identifier(*at, "id"), "kind": kind.value}
        for key, words in TEXTS.items():
            if key in required or (key in optional and self.reader.at(*at, key) is not None):
                screen[key] = self._words(words, *at, key)
        if "outcome" in required:
            outcome = self.reader.choice((Outcome.PASSED, Outcome.FAILED), *at, "outcome")
            screen["outcome"] = outcome if outcome in {Outcome.PASSED, Outcome.FAILED} else None
        for part in PARTS:
            if part in required or (self.reader.at(*at, part) is not None and part in optional):
                found = self.reader.items(*at, part)
                screen[part] = [self._tappable(part, *at, part, each) for each, _ in enumerate(found)]
        self._check_counts(screen, at)
        return screen

    def _tappable(self, part: str, *at: str | int) -> dict[str, object]:
        """Return an element of the phone, an answer, or an act beside the phone, with what tapping it does."""
        moves = ("right", "wrong", "forbidden", "to")
        required: tuple[str, ...] = ("id", "text")
        optional: tuple[str, ...] = moves
        kind = None
        if part == "elements":
            required, optional = ("id", "kind", "text"), (*moves, "icon", "filled")
            kind = self._kind(*at)
        if not self._keys(required, optional, *at):
            return {"id": "", "kind": None, "text": {}, "move": None}
        icon, filled = self.reader.at(*at, "icon"), self.reader.at(*at, "filled")
        if icon is not None and icon not in ICONS:
            self.reader.fault(f"there is no icon {icon!r}; there are {', '.join(sorted(ICONS))}", *at, "icon")
        if filled is not None and (kind != "field" or not isinstance(filled, bool)):
            self.reader.fault("filled: true is for a field whose dots are there already", *at, "filled")
        found: dict[str, object] = {
            "id": self.reader.identifier(*at, "id"),
            "text": self._words("text", *at, "text"),
            "move": self._move(is_drawn=kind in DRAWN or bool(filled), at=at),
        }
        if found["id"] == BACK:
            self.reader.fault(f"{BACK} is the frame's own word for trying a step again", *at, "id")
        if part == "elements":
            found |= {"kind": kind, "icon": icon, "filled": bool(filled)}
        return found

    def _kind(self, *at: str | int) -> str:
        kind = self.reader.at(*at, "kind")
        if kind in {*TAPPED, *DRAWN}:
            return str(kind)
        if kind is not None:
            kinds = ", ".join((*TAPPED, *DRAWN))
            sentence = f"kind must be one of {kinds}, not {kind!r}; no element takes typing: a field fills itself"
            self.reader.fault(sentence, *at, "kind")
        return DRAWN[0]

    def _move(self, *, is_drawn: bool, at: Path) -> dict[str, object] | None:
        part = self.reader.at(*at)
        kinds = [kind for kind in MoveKind if isinstance(part, dict) and kind in part]
        if is_drawn:
            if kinds:
                self.reader.fault("this is only looked at: it cannot be tapped", *at, kinds[0])
            return None
        if len(kinds) != 1:
            self.reader.fault("a tap is exactly one of right, wrong and forbidden", *at)
            return None
        kind = kinds[0]
        to = self.reader.at(*at, "to")
        if kind is MoveKind.RIGHT:
            if to is not None:
                self.reader.fault("a right step names its screen itself: right: SCREEN, without to", *at, "to")
            return {"kind": kind.value, "to": self.reader.text(*at, kind) or None, "words": None}
        if kind is MoveKind.FORBIDDEN and not isinstance(self.reader.at(*at, kind), dict):
            self.reader.fault("a forbidden act has no words for its consequence", *at, kind)
            words = {}
        else:
            words = self._words("words", *at, kind)
        return {"kind": kind.value, "to": self.reader.text(*at, "to") if to is not None else None, "words": words}

    def _keys(self, required: Collection[str], optional: Collection[str], *at: str | int) -> bool:
        """Check the keys of a part, with words of their own for what a simulation must never have (CT-06)."""
        part = self.reader.at(*at)
        never: list[str] = []
        for key in part if isinstance(part, dict) else ():
            if key in _MARKS:
                self.reader.fault(f"{key}: the mark comes from the frame and no screen changes it", *at, key)
            elif key in _TYPING:
                self.reader.fault(f"{key}: no element takes typing; a field is drawn and fills itself", *at, key)
            else:
                continue
            never.append(key)
        return self.reader.keys(required, *at, optional=(*optional, *never))

    def _words(self, kind: str, *at: str | int) -> dict[str, str]:
        """Return a text in both languages, short enough for a phone and without anything like a person's number."""
        found = self.reader.both(*at, words=WORDS[kind])
        for text in found.values():
            if _NUMBER.search(text):
                self.reader.fault("a number as long as a person's or a code's stands here", *at)
                break
        return found

    def _check_counts(self, screen: dict[str, object], at: Path) -> None:
        answers, acts = screen.get("answers"), screen.get("acts")
        if isinstance(answers, list) and not FEWEST_ANSWERS <= len(answers) <= MOST_ANSWERS:
            sentence = f"the patient gets {FEWEST_ANSWERS} to {MOST_ANSWERS} answers to choose from, not {len(answers)}"
            self.reader.fault(sentence, *at, "answers")
        if isinstance(acts, list) and len(acts) > MOST_ACTS:
            self.reader.fault(f"at most {MOST_ACTS} acts stand beside the phone, not {len(acts)}", *at, "acts")
        seen: set[object] = set()
        for part in PARTS:
            found = screen.get(part)
            for place, each in enumerate(found if isinstance(found, list) else ()):
                if each["id"] and each["id"] in seen:
                    self.reader.fault(f"{each['id']} stands twice on this screen", *at, part, place)
                seen.add(each["id"])

    def _check_screens(self, scenario: dict[str, object]) -> None:
        screens = scenario["screens"]
        if not isinstance(screens, list) or not screens:
            return
        if len(screens) > MOST_SCREENS:
            self.reader.fault(f"the scenario has {len(screens)} screens; {MOST_SCREENS} are allowed", "screens")
        seen: set[str] = set()
        for place, screen in enumerate(screens):
            if screen["id"] and screen["id"] in seen:
                self.reader.fault(f"the screen {screen['id']} stands twice", "screens", place, "id")
            seen.add(screen["id"])
        for at, sentence in graph_faults(graph_of(scenario)):
            self.reader.fault(sentence, *at)
