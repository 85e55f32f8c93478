"""The one door for authored text: Markdown and pictures become a small set of safe tags, YAML becomes plain data."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import nh3
import yaml
from markdown_it import MarkdownIt
from markupsafe import Markup

Path = tuple[str | int, ...]

TAGS = frozenset({"p", "strong", "em", "ul", "ol", "li", "br"})
SVG_TAGS = frozenset({"svg", "g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon"})
SVG_ATTRIBUTES = frozenset(
    {"xmlns", "viewBox", "class", "d", "x", "y", "width", "height", "rx", "ry", "cx", "cy", "r", "x1", "x2", "y1", "y2"}
    | {"points", "transform", "fill", "opacity"}
    | {"stroke-width", "stroke-linecap", "stroke-linejoin", "stroke-dasharray"}
)

# The quick one where the library was built with it; both make plain data only.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_markdown = MarkdownIt("commonmark", {"html": False})
_text_cleaner = nh3.Cleaner(tags=set(TAGS), attributes={}, link_rel=None)
_svg_cleaner = nh3.Cleaner(tags=set(SVG_TAGS), attributes={"*": set(SVG_ATTRIBUTES)}, link_rel=None)


class MarkupError(ValueError):
    """A file that cannot be read at all: at which line (from 1), and why."""

    def __init__(self, line: int, sentence: str) -> None:
        super().__init__(sentence)
        self.line = line


def render(markdown: str) -> str:
    """Return Markdown as HTML of paragraphs, bold, emphasis, lists and line breaks; anything else loses its tags."""
    return clean(_markdown.render(markdown)).strip()


def render_line(markdown: str) -> str:
    """Return one line of Markdown as HTML without a paragraph around it."""
    return clean(_markdown.renderInline(markdown)).strip()


def clean(html: str) -> str:
    """Return HTML with nothing but the allowed tags and no attribute; a second pass changes nothing (CT-01)."""
    return _text_cleaner.clean(html)


def safe_svg(text: str) -> str:
    """Return a picture with nothing but flat shapes and presentation attributes; a second pass changes nothing."""
    return _svg_cleaner.clean(text).strip()


@lru_cache(maxsize=1024)
def shown(html: str) -> Markup:
    """Mark stored HTML as safe for a page, through the allow-list once more: the database is not trusted (CT-01).

    Kept by its own text, which decides the result: the same card is shown to thousands.
    """
    return Markup(clean(html))  # noqa: S704  cleaned by the allow-list in this very line


@lru_cache(maxsize=256)
def shown_picture(svg: str) -> Markup:
    """Mark a stored picture as safe for a page, through the allow-list once more."""
    return Markup(safe_svg(svg))  # noqa: S704  cleaned by the allow-list in this very line


@dataclass(frozen=True, slots=True)
class YamlText:
    """The plain data of a YAML file, and the line (from 1) at which each part of it stands."""

    data: Any
    lines: Mapping[Path, int]

    def line(self, *path: str | int) -> int:
        """Return the line of the part at ``path``, or of the nearest part around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def load_yaml(text: str, *, first_line: int = 1) -> YamlText:
    """Return YAML as plain data with its lines; ``first_line`` is where ``text`` begins in its file.

    Only the safe types. Raises ``MarkupError`` when it cannot be read, when a key stands twice, or for an alias, with
    which a small file could become a huge one.
    """
    lines: dict[Path, int] = {}
    try:
        loader = _LOADER(text)
        root = loader.get_single_node()
        if root is None:
            return YamlText(None, {(): first_line})
        _note_lines(root, (), lines, first_line, set())
        return YamlText(loader.construct_document(root), lines)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise MarkupError((mark.line if mark else 0) + first_line, error.problem or "cannot be read") from error
    except MarkupError:
        raise
    except (yaml.YAMLError, ValueError) as error:
        raise MarkupError(first_line, str(error)) from error


def _note_lines(node: yaml.Node, path: Path, lines: dict[Path, int], first: int, seen: set[int]) -> None:
    line = node.start_mark.line + first
    if id(node) in seen:
        raise MarkupError(line, "aliases are not allowed")
    seen.add(id(node))
    lines.setdefault(path, line)
    if isinstance(node, yaml.SequenceNode):
        for place, child in enumerate(node.value):
            _note_lines(child, (*path, place), lines, first, seen)
    elif isinstance(node, yaml.MappingNode):
        for key, child in node.value:
            below = (*path, str(key.value))
            if below in lines:
                raise MarkupError(key.start_mark.line + first, f"the key {key.value!r} stands twice")
            lines[below] = key.start_mark.line + first
            _note_lines(child, below, lines, first, seen)
