"""The guide on paper: asked for by POST, fetched by GET, made by the worker (ruling 10)."""

from dataclasses import dataclass
from datetime import datetime

from flask import make_response, redirect, render_template, send_file, url_for
from werkzeug.wrappers import Response

from app.kernel import clock, i18n, storage
from app.kernel.errors import NotFound
from app.kernel.transaction import transaction
from courses import operations, queries, rules
from courses.models import GuidePrint
from courses.queries import GuideView, Paper, PaperState
from courses.views.doors import blueprint


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the list: kind of paper, size of its sheet, where its file stands and how large it is, 0 before."""

    kind: str
    sheet: str
    state: PaperState
    kilobytes: int


@blueprint.get("/guide/papers")
def guide_papers() -> str:
    """List what the guide is printed as, in both languages, the reader's first."""
    shown = queries.get_guide(i18n.language())
    prints, now = queries.list_prints(shown.version_id), clock.now()
    languages = sorted(i18n.LANGUAGES, key=lambda each: each != shown.language)
    papers = [(lang, [_row(kind, lang, prints.get((kind, lang)), now) for kind in shown.kinds]) for lang in languages]
    return render_template("courses/guide_papers.html", guide=shown, papers=papers)


def _row(kind: str, lang: str, made: GuidePrint | None, now: datetime) -> Row:
    size = made.size if made and made.size else 0
    return Row(kind, rules.sheet_size(kind, lang), queries.paper_state(made, now), -(-size // 1024))


@blueprint.get("/guide/papers/<kind>/<lang>")
def guide_paper(kind: str, lang: str) -> Response:
    """Send the PDF, or show a page that waits for it and loads itself again."""
    shown, paper = _wanted(kind, lang)
    asked = queries.find_print(paper)
    if asked is None or asked.file_key is None:
        state = queries.paper_state(asked, clock.now())
        page = render_template(
            "courses/guide_paper.html", guide=shown, kind=kind, lang=lang, state=state.value,
            size=rules.sheet_size(kind, lang),
        )  # fmt: skip
        return make_response(page)
    name = f"so-tay-{kind}-{shown.number}-{lang}.pdf"
    return send_file(
        storage.path_of(asked.file_key), mimetype="application/pdf", as_attachment=True, download_name=name
    )


@blueprint.post("/guide/papers/<kind>/<lang>")
def ask_guide_paper(kind: str, lang: str) -> Response:
    """Have the paper made, once, and go where it will be."""
    _shown, paper = _wanted(kind, lang)
    with transaction():
        operations.ask_print(paper, now=clock.now())
    return redirect(url_for("courses.guide_paper", kind=kind, lang=lang), 303)


def _wanted(kind: str, lang: str) -> tuple[GuideView, Paper]:
    shown = queries.get_guide(i18n.language())
    if kind not in shown.kinds or lang not in i18n.LANGUAGES:
        raise NotFound("guide_paper", kind=kind)
    return shown, Paper(shown.version_id, kind, lang)
