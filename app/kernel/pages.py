"""How templates are drawn: as Flask does it, with everything that is the same for every reader settled beforehand."""

from collections.abc import Callable, Mapping, MutableMapping
from functools import cache, lru_cache
from typing import Any, Self

from flask import Flask, current_app, render_template, url_for
from flask.templating import Environment
from jinja2 import Template, nodes
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

from app.kernel.http import asset, release_asset
from app.kernel.i18n import force_locale, in_template, language

Calls = Mapping[str, Callable[..., Any]]


class Templates(Environment):
    """Flask's environment, with a copy of every template for each language and its globals in one plain dict.

    A copy is compiled with its words, icons and addresses already in place: two thirds of the calls of a learner's
    page say the same to everybody (docs/decisions/0011). Jinja keeps globals as a chain of two maps, so that one added
    later is seen by a template loaded before, and pays for it at each render and each import of a macro; here every
    global is set while the app is built, before the first template is loaded.
    """

    language = ""
    loaded: dict[str, Template]

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return the globals of one template: the app's, with the template's own over them."""
        return {**self.globals, **(d or {})}

    def get_template(self, name: Any, *rest: Any, **more: Any) -> Template:
        """Return the reader's copy; what a copy includes or imports is of its own language.

        Found once: Jinja asks its cache behind a lock, eleven times for a learner's page.
        """
        copy = self._of_reader()
        found: Template | None = copy.loaded.get(name)
        if found is None:
            found = super(Templates, copy).get_template(name, *rest, **more)
            if not self.auto_reload:
                copy.loaded[name] = found
        return found

    def compile(self, source: Any, name: Any = None, filename: Any = None, *rest: Any, **more: Any) -> Any:
        """Compile a copy with its constant calls settled; text that is not escaped is left as it is written."""
        if self.language and isinstance(source, str) and self._is_escaped(name):
            # In a request of its own: one that came under a foreign name has no addresses, and may be the very first.
            with current_app.test_request_context(), force_locale(self.language):
                source = _Settled(CONSTANT).visit(self.parse(source, name, filename))
        return super().compile(source, name, filename, *rest, **more)

    def _of_reader(self) -> Self:
        if self.language:
            return self
        copies: dict[str, Self] = self.__dict__.setdefault("copies", {})
        spoken = language()
        if spoken not in copies:
            copy = self.overlay()
            copy.language, copy.loaded = spoken, {}
            copies[spoken] = copy
        return copies[spoken]

    def _is_escaped(self, name: str | None) -> bool:
        return self.autoescape(name) if callable(self.autoescape) else self.autoescape


class _Settled(NodeTransformer):
    """Puts its answer in the place of each call of a constant function whose arguments are all constants."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802  Jinja's visitor finds it by this name
        self.generic_visit(node)
        name = node.node.name if isinstance(node.node, nodes.Name) else ""
        if name not in self.calls or node.dyn_args or node.dyn_kwargs:
            return node
        try:
            values = [each.as_const() for each in node.args]
            named = {each.key: each.value.as_const() for each in node.kwargs}
        except nodes.Impossible:
            return node
        answer = self.calls[name](*values, **named)
        return nodes.Const.from_untrusted(answer, lineno=node.lineno, environment=node.environment)


def piece(template: str, **values: Any) -> Markup:
    """Return a drawn template as a piece of another page: it has escaped its own values already."""
    return Markup(render_template(template, **values))  # noqa: S704  drawn, and escaped, by our own template


#: The address of published material: there is little of it, and it is the same for everybody.
content_url = lru_cache(maxsize=4096)(url_for)


@cache
def icon(name: str, look: str = "i") -> Markup:
    """Return an icon of the sprite; always beside a word."""
    return _used(name, look)


@cache
def shape(state: str, colour: str = "") -> Markup:
    """Return the shape of a state: done, learning, none, overdue, failed, void."""
    return _used(f"st-{state}", f"sh c-{colour}" if colour else "sh")


def _used(symbol: str, look: str) -> Markup:
    return Markup('<svg class="{}" aria-hidden="true"><use href="{}#{}"></use></svg>').format(
        look, asset("icons/sprite.svg"), symbol
    )


# What answers the same to every reader of a language for as long as the process lives.
CONSTANT: Calls = {
    "_": in_template,
    "asset": asset,
    "release_asset": release_asset,
    "icon": icon,
    "shape": shape,
    "url_for": url_for,
}


def start(app: Flask) -> None:
    """Give the app our templates; before anything asks for ``app.jinja_env``."""
    app.jinja_environment = Templates
    app.jinja_env.globals.update({"icon": icon, "shape": shape, "content_url": content_url})
