"""What a picture of a lesson may be: small, flat, coloured by classes, and nothing that acts."""

import re
from xml.parsers import expat

MOST_BYTES = 4096
VIEW_BOX = "0 0 360 220"
POSTER_VIEW_BOX = "0 0 520 220"
NAMESPACE = "http://www.w3.org/2000/svg"
ELEMENTS = frozenset({"svg", "g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon"})
ATTRIBUTES = frozenset(
    {"class", "d", "x", "y", "width", "height", "rx", "ry", "cx", "cy", "r", "x1", "x2", "y1", "y2", "points"}
    | {"transform", "fill", "opacity", "stroke-width", "stroke-linecap", "stroke-linejoin", "stroke-dasharray"}
)
CLASSES = frozenset(
    {"p-wall", "p-hill", "p-paper", "p-ink", "p-jade", "p-mint", "p-coral", "p-amber", "p-dusk", "p-skin1", "p-skin2"}
    | {"p-hair-grey", "p-hair-dark", "p-line", "p-phone", "p-screen", "s-ink", "s-jade", "s-coral", "s-paper"}
)
_VALUE = re.compile(r"[\w\s.,()+-]*\Z")


def picture_faults(text: str, view_box: str = VIEW_BOX) -> list[tuple[int, str]]:
    """Return what is wrong with a picture: (line from 1, sentence), nothing when it may be used."""
    size = len(text.encode())
    faults = [(1, f"the picture has {size} bytes; {MOST_BYTES} are allowed")] if size > MOST_BYTES else []
    return faults + _Walk(text, view_box).faults


class _Walk:
    """Goes through the elements of one picture and notes what is not allowed."""

    def __init__(self, text: str, view_box: str) -> None:
        self.faults: list[tuple[int, str]] = []
        self.view_box = view_box
        self.is_root = True
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._element
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.ProcessingInstructionHandler = self._instruction
        try:
            self.parser.Parse(text, True)
        except expat.ExpatError as error:
            self.faults.append((error.lineno, "the picture is not well-formed XML"))
        except _StopError:
            pass

    def _fault(self, sentence: str) -> None:
        self.faults.append((self.parser.CurrentLineNumber, sentence))

    def _element(self, name: str, attributes: dict[str, str]) -> None:
        if self.is_root:
            self._root(name, attributes)
            return
        if name not in ELEMENTS or name == "svg":
            self._fault(f"the element {name} is not allowed in a picture")
            return
        for key, value in attributes.items():
            self._attribute(key, value)

    def _root(self, name: str, attributes: dict[str, str]) -> None:
        self.is_root = False
        if name != "svg" or attributes.get("viewBox") != self.view_box:
            self._fault(f'a picture begins with <svg viewBox="{self.view_box}">')
        for key, value in attributes.items():
            if key == "xmlns" and value != NAMESPACE:
                self._fault("the picture's xmlns is not that of SVG")
            elif key not in {"xmlns", "viewBox"}:
                self._fault(f"the attribute {key} is not allowed on svg")

    def _attribute(self, key: str, value: str) -> None:
        if key not in ATTRIBUTES:
            self._fault(f"the attribute {key} is not allowed in a picture")
        elif key == "class":
            for each in value.split():
                if each not in CLASSES:
                    self._fault(f"the class {each} is not allowed in a picture")
        elif key == "fill" and value != "none":
            self._fault('fill may only be "none"; colours come from classes')
        elif not _VALUE.match(value):
            self._fault(f"the value of {key} is not a number, a path or a word")

    def _text(self, text: str) -> None:
        if text.strip():
            self._fault("a picture holds no text")

    def _doctype(self, *_parts: object) -> None:
        self._fault("a picture holds no document type")
        raise _StopError

    def _instruction(self, target: str, _data: str) -> None:
        self._fault(f"the instruction {target} is not allowed in a picture")


class _StopError(Exception):
    """Ends the walk: entities of a document type are never expanded."""
