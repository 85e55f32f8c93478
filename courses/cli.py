"""Commands about teaching material: load the library, check word by word what it teaches, print the guide."""

import json
from dataclasses import asdict
from pathlib import Path

import click
from flask.cli import AppGroup

from app.kernel import clock
from app.kernel.errors import NotFound
from app.kernel.i18n import LANGUAGES
from app.kernel.settings import ROOT
from app.kernel.transaction import transaction
from courses import jobs, operations, queries, rules
from courses.operations import GuideReport, LibraryRefused, ModuleReport, Report
from courses.rules import Figures

LIBRARY = ROOT / "courses" / "library"

courses = AppGroup("courses", help="Teaching material: load the library into versions.")


@courses.command("load")
@click.argument("modules", nargs=-1)
@click.option("--check", is_flag=True, help="Say what would change and write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.option("--library", type=click.Path(path_type=Path), default=LIBRARY, help="Folder of the modules.")
def load(modules: tuple[str, ...], check: bool, as_json: bool, library: Path) -> None:
    """Check MODULES (all by default) and publish what differs, all or nothing."""
    try:
        report = _load(library, modules, check=check)
    except LibraryRefused as refusal:
        if as_json:
            click.echo(json.dumps({"problems": [asdict(each) for each in refusal.problems]}, ensure_ascii=False))
        else:
            click.echo(str(refusal))
            click.echo(f"Nothing was loaded. Problems: {len(refusal.problems)}", err=True)
        raise click.exceptions.Exit(1) from refusal
    if as_json:
        click.echo(json.dumps(asdict(report), ensure_ascii=False))
        return
    for module in report.modules:
        click.echo(_line(module))
    if report.guide is not None:
        click.echo(_guide_line(report.guide))
    if report.changed_paths is not None:
        changed = ", ".join(report.changed_paths)
        click.echo(f"paths: changed: {changed}" if changed else "paths: nothing changed")


@courses.command("print")
@click.argument("kind")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--lang", type=click.Choice(LANGUAGES), default="vi", help="Language of the paper.")
def print_guide(kind: str, file: Path, lang: str) -> None:
    """Write the paper KIND of the guide (booklet, sheet, poster-…) to FILE as PDF."""
    try:
        guide = queries.get_guide(lang)
    except NotFound as error:
        raise click.ClickException("no guide is loaded: run flask courses load") from error
    if kind not in guide.kinds:
        raise click.ClickException(f"{kind} is not one of {', '.join(guide.kinds)}")
    file.write_bytes(jobs.paper(guide, kind))
    click.echo(f"{kind}, {rules.sheet_size(kind, lang)}, version {guide.number} written to {file}")


def _load(library: Path, modules: tuple[str, ...], *, check: bool) -> Report:
    # Read and rendered before the lock: three modules take most of a second (ruling 1).
    ready = operations.read_library(library, modules)
    with transaction() as session:
        report = operations.publish_library(ready, now=clock.now())
        if check:
            session.rollback()
    return report


@courses.command("lint")
@click.argument("modules", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print faults and figures as JSON.")
@click.option("--library", type=click.Path(path_type=Path), default=LIBRARY, help="Folder of the modules.")
def lint(modules: tuple[str, ...], as_json: bool, library: Path) -> None:
    """Check what MODULES (all by default) teach, word by word, and print how readable they are."""
    report = operations.lint_library(library, modules)
    if as_json:
        click.echo(json.dumps(asdict(report), ensure_ascii=False))
    else:
        for figures in report.figures:
            click.echo("\n".join(_lines(figures)))
        for problem in report.problems:
            click.echo(str(problem))
    if report.problems:
        click.echo(f"Problems: {len(report.problems)}", err=True)
        raise click.exceptions.Exit(1)


def _lines(figures: Figures) -> list[str]:
    lessons = ", ".join(f"{each.lesson} {each.minutes} ({each.written})" for each in figures.minutes)
    words = ", ".join(f"{language} {count}" for language, count in figures.words.items())
    sentences = ", ".join(
        f"{language} {median:g} and {figures.longest_sentence[language]}"
        for language, median in figures.median_sentence.items()
    )
    longest = ", ".join(
        f"{language} {count} ({count / max(figures.ones, 1):.0%})" for language, count in figures.longest_right.items()
    )
    return [
        f"{figures.module}: lessons {figures.lessons}, cards {figures.cards} with {figures.checks} quick checks, "
        f"questions {figures.questions}, sources {figures.sources}",
        f"  words of the lessons: {words}",
        f"  words of a sentence, median and longest: {sentences}",
        f"  minutes to read (written): {lessons}",
        f"  right option the longest, of {figures.ones} questions: {longest}",
        f"  places of the right option: {' '.join(map(str, figures.positions))}",
    ]


def _guide_line(guide: GuideReport) -> str:
    change = f"changed cards: {', '.join(guide.changed_cards) or 'none'}" if guide.has_changed else "nothing changed"
    return f"guide: version {guide.number}, {change}"


def _line(module: ModuleReport) -> str:
    name = f"{module.key}: version {module.number}, edition {module.edition}"
    if not module.has_changed:
        return f"{name}, nothing changed"
    if module.is_new:
        return f"{name}, new module with {len(module.new_lessons)} lessons"
    kinds = {"new": module.new_lessons, "changed": module.changed_lessons, "removed": module.removed_lessons}
    parts = [f"{kind} lessons: {', '.join(keys)}" for kind, keys in kinds.items() if keys]
    if module.questions_changed:
        parts.append("questions changed")
    if module.scenarios_changed:
        parts.append("scenarios changed")
    return f"{name}, {'; '.join(parts) or 'other content changed'}"
