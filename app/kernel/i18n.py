"""Vietnamese first, English complete: the reader's language, and how days, numbers and names are written."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from babel.support import NullTranslations, Translations
from flask import Flask, has_app_context, has_request_context, request
from flask_babel import Babel
from flask_babel.speaklater import LazyString
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup, escape

from app.kernel.clock import ZONE
from app.kernel.login import find_asker

LANGUAGES = ("vi", "en")
NBSP = "\u00a0"
CATALOGUES = Path(__file__).resolve().parents[1] / "translations"

# Asked for at every sentence of a page; ``g`` is found through two proxies each time.
_spoken: ContextVar[str | None] = ContextVar("spoken_language", default=None)

__all__ = ["LANGUAGES", "_", "_l", "force_locale", "language", "ngettext", "start"]

# Compounds that read badly when a line ends between their syllables (design §1.5).
_COMPOUNDS = tuple(
    """
    người bệnh|điện tử|sức khỏe|sẵn sàng|quá hạn|chứng nhận|học phần|bài học|kiểm tra|nhân viên|điện thoại|mật khẩu
    đăng nhập|phục vụ|đang học|chưa đạt|chưa học|chưa bắt đầu|còn hạn|hết hạn|hiệu lực|thu hồi|cơ sở|khoa phòng
    """.replace("\n", "|").split("|")
)
_GLUE = tuple(
    (word, word.replace(" ", NBSP))
    for compound in _COMPOUNDS
    if compound.strip()
    for word in (compound.strip(), compound.strip().capitalize())
)


def start(app: Flask) -> None:
    """Bind the languages and the template filters to the app."""
    app.config["BABEL_DEFAULT_LOCALE"] = "vi"
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Asia/Ho_Chi_Minh"
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(CATALOGUES)
    Babel(app, locale_selector=language)
    app.teardown_appcontext(_forget_language)
    # Ours look the language up once a sentence; the library's find their way through four contexts, forty times a page.
    app.jinja_env.globals.update({"_": _shown, "gettext": _shown, "ngettext": _shown_number})
    filters: dict[str, Callable[..., str]] = {
        "day": day,
        "moment": moment,
        "clocktime": clocktime,
        "number": number,
        "percent": percent,
        "score": score,
        "glue": glue,
    }
    for name, function in filters.items():
        app.add_template_filter(function, name)


def _choose_language() -> str:
    asked = request.args.get("lang") if has_request_context() else None
    if asked in LANGUAGES:
        return asked
    asker = find_asker() if has_request_context() else None
    return asker.language if asker is not None else "vi"


def _chosen() -> str | None:
    """Return the reader's language, chosen once a request; None outside an application."""
    known = _spoken.get()
    if known is None and has_app_context():
        known = _choose_language()
        _spoken.set(known)
    return known


def _forget_language(_fault: BaseException | None) -> None:
    _spoken.set(None)


def language() -> str:
    """Return the reader's language, ``vi`` or ``en``."""
    return _chosen() or "vi"


@contextmanager
def force_locale(language: str) -> Iterator[None]:
    """Speak ``language`` inside the block, whoever reads."""
    before = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(before)


@cache
def _catalogue(language: str) -> NullTranslations:
    return Translations.load(CATALOGUES, [language])


def _words() -> NullTranslations:
    """Return the catalogue of the reader's language; outside an application, in English as written."""
    return _catalogue(_chosen() or "en")


def _(message: str, /, **values: Any) -> str:
    """Translate a sentence; with ``values``, ``%(name)s`` in it is replaced."""
    text: str = _words().ugettext(message)
    return text % values if values else text


def _l(message: str, /, **values: Any) -> LazyString:
    """Translate a sentence at the moment it is shown, for words that stand outside a request."""
    return LazyString(_, message, **values)


def ngettext(one: str, many: str, num: int, /, **values: Any) -> str:
    """Translate a sentence about ``num`` things; ``%(num)d`` in it is the number."""
    text: str = _words().ungettext(one, many, num)
    return text % {"num": num, **values}


def _filled(sentence: str, values: Mapping[str, Any]) -> Markup:
    """Return a sentence for a page: it is words alone, as its values are, unless a template drew one."""
    return escape(sentence) % values


@lru_cache(maxsize=4096)
def _sentence(language: str, message: str) -> Markup:
    """Return a template's sentence without values, ready for the page: there are as many as the templates have."""
    return _filled(_catalogue(language).ugettext(message), {})


def in_template(message: str, /, **values: Any) -> Markup:
    """Translate a sentence of a template that escapes; values are escaped into it."""
    if not values:
        return _sentence(language(), message)
    return _filled(_catalogue(language()).ugettext(message), values)


@pass_eval_context
def _shown(context: EvalContext, message: str, /, **values: Any) -> str:
    """Translate a template's sentence; values are escaped into it where the template escapes."""
    return in_template(message, **values) if context.autoescape else _(message, **values)


@pass_eval_context
def _shown_number(context: EvalContext, one: str, many: str, number: int, /, **values: Any) -> str:
    """Translate a template's sentence about a number, which is its ``num`` too."""
    if not context.autoescape:
        return ngettext(one, many, number, **values)
    if not values:
        return _sentence_about(language(), one, many, number)
    return _filled(_catalogue(language()).ungettext(one, many, number), {"num": number, **values})


@lru_cache(maxsize=4096)
def _sentence_about(language: str, one: str, many: str, number: int) -> Markup:
    """Return a sentence about so many: small numbers come again on every page."""
    return _filled(_catalogue(language).ungettext(one, many, number), {"num": number})


def in_language(texts: Mapping[str, str]) -> str:
    """Return the text of the reader's language from ``{"vi": …, "en": …}``."""
    return texts[language()]


def day(value: date | None) -> str:
    """Write a civil day: 30/11/2026; nothing for None."""
    return value.strftime("%d/%m/%Y") if value else ""


def moment(value: datetime) -> str:
    """Write an instant as people in the city read it: 14:32, 22/11/2026."""
    return value.astimezone(ZONE).strftime("%H:%M, %d/%m/%Y")


def clocktime(value: datetime) -> str:
    """Write the time of day of an instant in the city: 14:32."""
    return value.astimezone(ZONE).strftime("%H:%M")


def number(value: float) -> str:
    """Write a number with the reader's separators: 1.234.567 in Vietnamese, 1,234,567 in English."""
    return _separators(f"{value:,}")


def percent(part: int | Fraction, whole: int | Fraction = 1) -> str:
    """Write a share as a whole percent, cut and never rounded up: 94.9 % is not 95 %."""
    share = Fraction(part) / Fraction(whole) if whole else Fraction(0)
    return f"{int(share * 100)}%"


def score(value: Fraction | Decimal, places: int = 1) -> str:
    """Write a score cut to ``places`` decimals (readiness.md §2.3): 94.857 is 94,8."""
    exact = Fraction(value)
    # In whole numbers: a division in decimals could round 84.999… up before it is cut.
    cut = abs(exact.numerator) * 10**places // exact.denominator
    sign = "−" if exact < 0 and cut else ""
    return _separators(f"{sign}{Decimal(cut).scaleb(-places):,.{places}f}")


def _separators(text: str) -> str:
    return text.translate(str.maketrans(",.", ".,")) if language() == "vi" else text


def glue(text: str) -> str:
    """Put no-break spaces into Vietnamese compounds; for headings, buttons and pills."""
    return _glued(text if isinstance(text, str) else str(text))  # a lazy label would be translated for each compound


@lru_cache(maxsize=4096, typed=True)  # what is safe for a page equals the same words that are not
def _glued(text: str) -> str:
    for plain, glued in _GLUE:
        if plain in text:
            text = text.replace(plain, glued)
    return text
