"""What the worker does for teaching material: the papers of the guide, laid out when somebody asks for one."""

from datetime import date
from pathlib import Path
from typing import Any

from flask import current_app

from app.kernel import clock, i18n, pdf, storage
from app.kernel.db import db
from app.kernel.jobs import finish, job
from app.kernel.settings import ROOT
from courses import operations, queries, rules
from courses.queries import GuideView

ASSETS = Path(__file__).resolve().parent / "assets"
FONTS = ROOT / "app" / "static" / "fonts"
MARK = ROOT / "app" / "static" / "icons" / "logo.svg"
# The booklet takes about three seconds; whatever needs far more is no paper of ours (SR-03).
SECONDS = 40
MEMORY = 512 * 1024 * 1024
# Pictures carry their colours as classes, so that both themes of the screen work; paper has one theme, the light one.
COLOURS = (ASSETS / "picture.css").read_text(encoding="utf-8")


@job(operations.PRINT)
def print_guide(print_id: int) -> None:
    """Make the paper that somebody asked for and keep it; leaves quietly when it is there."""
    asked = queries.find_print_of_id(print_id)
    if asked is None or asked.file_key is not None:
        return
    kind, guide = asked.kind, queries.get_guide(asked.language, asked.guide_version_id)
    db.session.rollback()  # the read ends here: laying out takes its time
    content = paper(guide, kind)
    key = storage.put(content)
    is_kept = False
    try:
        with finish():
            is_kept = operations.keep_print(print_id, key, len(content), now=clock.now())
    finally:
        if not is_kept:
            storage.remove(key)


def paper(guide: GuideView, kind: str) -> bytes:
    """Return the PDF of a paper of the guide; raises ``Unavailable("pdf_failed")``."""
    files = (*ASSETS.glob("*.*"), *FONTS.glob("be-vietnam-pro-*.woff2"), MARK)
    pictures = {name: _coloured(svg) for name, svg in guide.text["pictures"].items()}
    assets: dict[str, Path | bytes] = {**{file.name: file for file in files}, **pictures}
    return pdf.render_isolated(_page(guide, kind), assets, seconds=SECONDS, memory=MEMORY)


def _coloured(svg: str) -> bytes:
    opening, _, rest = svg.partition(">")
    return f"{opening}><style>{COLOURS}</style>{rest}".encode()


def _page(guide: GuideView, kind: str) -> str:
    """Return the page in the paper's own language, whoever asked: the paper has no reader, menu or viewer."""
    poster = next((each for each in guide.text["posters"] if kind == f"poster-{each['id']}"), None)
    with i18n.force_locale(guide.language):
        return current_app.jinja_env.get_template(f"courses/paper/{'poster' if poster else kind}.html").render(
            guide=guide.text,
            poster=poster,
            size=rules.sheet_size(kind, guide.language),
            locale=guide.language,
            number=guide.number,
            published_on=guide.published_on,
            sources=_sources(guide.text["sources"]),
            as_day=date.fromisoformat,
        )


def _sources(sources: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Return (key, title, day as people write it) of each source."""
    return [(key, source["title"], rules.written_day(source["true_on"])) for key, source in sources.items()]
