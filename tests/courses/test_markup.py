"""Authored text is data: whatever stands in it, a page shows words and nothing acts (CT-01, QZ-16)."""

import ast
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel import markup
from app.kernel.settings import ROOT

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<a href="javascript:alert(1)">x</a>',
    "[x](javascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "![x](https://evil.example/pixel.png)",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "<form><button formaction=javascript:alert(1)>x</button></form>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<p style='background:url(javascript:alert(1))' onclick=alert(1) class=x id=main>x</p>",
    '<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">',
    "<template><script>alert(1)</script></template>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<body onload=alert(1)>",
    "<input autofocus onfocus=alert(1)>",
    "<details open ontoggle=alert(1)>",
    '<xmp><p title="</xmp><img src=x onerror=alert(1)>">',
    "<base href=//evil.example>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "`<script>alert(1)</script>`",
    "<https://evil.example>",
    "{{7*7}}",
    "{% include '/etc/passwd' %}",
    "${7*7}",
    "=1+1",
    "__import__('os').system('x')",
]  # fmt: skip


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, list]] = []

    def handle_starttag(self, tag: str, attributes: list) -> None:
        self.found.append((tag, attributes))


def _tags(html: str) -> list[tuple[str, list]]:
    parser = _Tags()
    parser.feed(html)
    return parser.found


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("shape", ["{}", "- {}", "**{}**", "a\n\n{}\n\nb", "1. {}"])
def test_hostile_text_leaves_only_words(text: str, shape: str):
    for html in (markup.render(shape.format(text)), markup.render_line(text), markup.clean(text)):
        assert {tag for tag, _ in _tags(html)} <= markup.TAGS
        assert all(attributes == [] for _, attributes in _tags(html))
        assert markup.clean(html) == html, "a second pass changes nothing"
        assert str(markup.shown(html)) == html


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_picture_leaves_only_shapes(text: str):
    svg = f'<svg viewBox="0 0 360 220">{text}<g onclick="x" style="y" id="z"><use href="#a"/><path d="M0 0"/></g></svg>'
    cleaned = markup.safe_svg(svg)
    assert {tag for tag, _ in _tags(cleaned)} <= markup.SVG_TAGS
    names = {name.lower() for _, attributes in _tags(cleaned) for name, _ in attributes}
    assert names <= {each.lower() for each in markup.SVG_ATTRIBUTES}
    assert markup.safe_svg(cleaned) == cleaned


@given(st.text(alphabet="<>/=\"'&;!-[](){}*_`#\n abpsvgtrikon:", max_size=80))
def test_cleaning_is_stable_and_never_lets_a_tag_through(text: str):
    html = markup.render(text)
    assert {tag for tag, _ in _tags(html)} <= markup.TAGS
    assert markup.clean(html) == html


def test_expressions_of_templates_and_sheets_stay_words():
    assert markup.render("{{7*7}} and ${7+7} =1+1") == "<p>{{7*7}} and ${7+7} =1+1</p>"


def test_a_shipped_picture_passes_through_unchanged_twice():
    for file in sorted(ROOT.glob("courses/library/*/pictures/*.svg")):
        once = markup.safe_svg(file.read_text())
        assert markup.safe_svg(once) == once
        assert once.count("<path") == file.read_text().count("<path")


def test_yaml_makes_plain_data_only_and_knows_its_lines():
    found = markup.load_yaml("a:\n  - b: 1\n    c: x\n", first_line=10)
    assert found.data == {"a": [{"b": 1, "c": "x"}]}
    assert (found.line("a"), found.line("a", 0, "c"), found.line("a", 0, "none")) == (10, 12, 11)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: !!python/object/apply:os.system ['x']", 1),
        ("a: 1\nb: !unknown x", 2),
        ("a: &x [1]\nb: *x", 1),
        ("a: 1\n\na: 2", 3),
        ("a: [1, }", 1),
        ("a: 1\nb: 2026-99-99", 1),
        ("a: \x00", 1),
    ],
)
def test_yaml_that_is_more_than_data_is_refused_with_its_line(text: str, line: int):
    with pytest.raises(markup.MarkupError) as refused:
        markup.load_yaml(text)
    assert refused.value.line == line


def test_nothing_evaluates_text():
    """QZ-16: no eval, exec, pickle, yaml.load or template made from a string anywhere in the product."""
    forbidden = {"eval", "exec", "compile", "__import__", "render_template_string", "from_string"}
    found = []
    for room in ("app", "courses", "quizzes", "certificates"):
        for path in sorted((ROOT / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call):
                    called = ast.unparse(node.func)
                    if called in forbidden or called.split(".")[-1] in {"render_template_string", "from_string"}:
                        found.append((path.name, called))
                    if re.fullmatch(r"(yaml\.(unsafe_|full_)?load(_all)?|pickle\.\w+|marshal\.\w+)", called):
                        found.append((path.name, called))
    assert found == []
