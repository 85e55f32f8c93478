"""Templates: what is the same for every reader of a language is settled when the page is compiled."""

from collections.abc import Iterator

import pytest
from flask import Flask, render_template
from jinja2 import DictLoader

from app.kernel import http, i18n, pages
from app.kernel.i18n import force_locale

TEMPLATES = {
    "sentence.html": '<h1>{{ _("Sign in") }}</h1>',
    "value.html": '{{ _("Hello %(name)s", name=name) }}',
    "constant_value.html": '{{ _("Hello %(name)s", name="<b>") }}',
    "parts.html": '{% from "macros.html" import button %}{% include "sentence.html" %}{{ button() }}',
    "macros.html": '{% macro button() %}<b>{{ _("Sign out") }}</b>{% endmacro %}',
    "icon.html": '{{ icon("check") }}{{ icon(name) }}{{ shape("done", "jade") }}',
    "hidden.html": '{% macro drawn(icon) %}{{ icon }}{% endmacro %}{{ drawn("check") }}',
    "address.html": '{{ url_for("there", n=1, _anchor="x") }} {{ url_for("there", n=n) }}',
    "first.html": '{{ icon("check") }}<a href="{{ url_for("there", n=1) }}">',
    "plain.txt": '{{ _("Sign in") }} {{ name }}',
}


@pytest.fixture
def app() -> Iterator[Flask]:
    made = Flask("small")
    pages.start(made)
    i18n.start(made)
    made.add_template_global(http.asset)
    made.jinja_loader = DictLoader(TEMPLATES)  # type: ignore[misc]  # a property that remembers
    made.add_url_rule("/there/<int:n>", "there", lambda n: "")
    with made.test_request_context():
        yield made


def drawn(template: str, language: str, **values: object) -> str:
    with force_locale(language):
        return render_template(template, **values)


def test_each_reader_gets_the_page_in_their_language_again_and_again(app: Flask):
    for _time in range(2):
        assert drawn("sentence.html", "vi") == "<h1>Đăng nhập</h1>"
        assert drawn("sentence.html", "en") == "<h1>Sign in</h1>"


def test_what_a_page_includes_or_imports_is_in_its_language(app: Flask):
    assert drawn("parts.html", "en") == "<h1>Sign in</h1><b>Sign out</b>"
    assert drawn("parts.html", "vi") == "<h1>Đăng nhập</h1><b>Thoát</b>"


def test_values_are_filled_in_when_the_page_is_drawn_and_escaped(app: Flask):
    assert drawn("value.html", "en", name="<An>") == "Hello &lt;An&gt;"
    assert drawn("value.html", "en", name="Bình") == "Hello Bình"
    assert drawn("constant_value.html", "en") == "Hello &lt;b&gt;"


def test_text_without_markup_stays_text(app: Flask):
    assert drawn("plain.txt", "en", name="<An>") == "Sign in <An>"


def test_icons_look_the_same_settled_or_not(app: Flask):
    check, asked, done = drawn("icon.html", "vi", name="check").split("</svg>")[:3]
    assert check == asked
    assert "#check" in check
    assert 'class="sh c-jade"' in done
    assert "#st-done" in done


def test_a_parameter_that_hides_a_function_stays_a_parameter(app: Flask):
    assert drawn("hidden.html", "vi") == "check"


def test_addresses_are_the_apps_own(app: Flask):
    assert drawn("address.html", "vi", n=2) == "/there/1#x /there/2"
    assert drawn("address.html", "vi", n=3) == "/there/1#x /there/3"


def test_a_settled_sentence_is_called_no_more(app: Flask):
    with force_locale("vi"):
        code = app.jinja_env.get_template("sentence.html").root_render_func.__code__  # type: ignore[attr-defined]  # a function
    assert "_" not in code.co_names
    assert any("Đăng nhập" in str(each) for each in code.co_consts)


def test_the_first_page_of_a_process_may_be_the_refusal_of_a_foreign_name(app: Flask):
    http.asset.cache_clear()
    pages.icon.cache_clear()
    app.config["TRUSTED_HOSTS"] = ["localhost"]
    with app.test_request_context(base_url="http://evil.example/"):
        assert "sprite.svg" in drawn("first.html", "vi")
