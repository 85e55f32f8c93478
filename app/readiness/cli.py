"""Commands about readiness: load the policy, explain and recompute a number, refresh and check the snapshots."""

import json
from datetime import date, datetime
from pathlib import Path
from secrets import SystemRandom
from typing import TextIO

import click
from flask.cli import AppGroup

from app.kernel import clock
from app.kernel.errors import Invalid
from app.kernel.markup import MarkupError, load_yaml
from app.kernel.settings import ROOT
from app.kernel.transaction import transaction
from app.people import queries as people
from app.readiness import jobs, operations, queries
from app.readiness.operations import CAPS, PolicyReport
from app.readiness.rules import Case, CaseError, Level, Score, dump_case, evaluate, result_of, score_of

SHIPPED = ROOT / "app" / "readiness" / "policy.yaml"

readiness = AppGroup("readiness", help="How ready facilities are: policy, explanation, snapshots.")


@readiness.command("policy")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), default=SHIPPED)
def policy(file: Path) -> None:
    """Make FILE (YAML; without it the policy shipped with the product) the city's policy from now on."""
    try:
        document = load_yaml(file.read_text(encoding="utf-8")).data
        with transaction():
            report = operations.load_policy(document, now=clock.now())
    except (MarkupError, UnicodeDecodeError) as error:
        line = f", line {error.line}" if isinstance(error, MarkupError) else ""
        raise click.ClickException(f"{file.name}{line}: {error}") from error
    except Invalid as error:
        raise click.ClickException(_refusal(error)) from error
    for sentence in _sentences(report):
        click.echo(sentence)


def _refusal(error: Invalid) -> str:
    if error.code == "policy_unknown_position":
        return f"The city has no position called {error.values['position']}; load the positions first."
    return str(error.values["reason"])


def _sentences(report: PolicyReport) -> list[str]:
    if not report.has_changed:
        return [f"{report.label}: nothing changed"]
    said = [f"{report.label}: {'a new policy is in force' if report.is_new else 'the weights are unchanged'}"]
    for words, pairs in (("now required", report.required), ("no longer required", report.dropped)):
        said += [f"  {words}: {role} – {module}" for role, module in sorted(pairs)]
    if report.waiting:
        said.append(f"  not in the library yet: {', '.join(report.waiting)}")
    return said


@readiness.command("explain")
@click.argument("facility")
@click.option("--as-of", "as_of", help="An instant such as 2026-11-22T14:05 (Vietnam) or with its offset; now.")
@click.option("--known-at", "known_at", help="Only with what was recorded by this instant; everything.")
@click.option("--json", "as_json", is_flag=True, help="Print inputs and result in the format of the published cases.")
def explain(facility: str, as_of: str | None, known_at: str | None, as_json: bool) -> None:
    """Say how ready FACILITY (its code) is, with all the facts the number follows from; people are pseudonyms."""
    at = clock.now() if as_of is None else _instant(as_of, "--as-of")
    known = None if known_at is None else _instant(known_at, "--known-at")
    row = queries.find_policy_at(at)
    if row is None:
        raise click.ClickException("The city had no policy at that instant: flask readiness policy loads one.")
    named = queries.case_of(_facility(facility), row.policy, as_of=at, known_at=known)
    case = queries.pseudonymous(named, facility)
    score = score_of(case)
    if as_json:
        click.echo(json.dumps(dump_case(case) | result_of(score), ensure_ascii=False, indent=2))
        return
    for line in _explained(case, score, row.label):
        click.echo(line)


def _instant(text: str, option: str) -> datetime:
    try:
        read = datetime.fromisoformat(text)
    except ValueError as error:
        raise click.ClickException(f"{option} {text!r} is no instant; write 2026-11-22T14:05") from error
    return read if read.tzinfo else read.replace(tzinfo=clock.ZONE)


def _facility(code: str) -> int:
    facility_id = people.find_facility_id(code)
    if facility_id is None:
        raise click.ClickException(f"No facility has the code {code}.")
    return facility_id


def _explained(case: Case, score: Score, label: str) -> list[str]:
    result = result_of(score)
    lines = [
        f"{case.facility} as of {case.as_of.astimezone(clock.ZONE).isoformat(timespec='minutes')}, policy {label}",
        f"T {score.shown if score.T is not None else '–'} ({score.T if score.T is not None else score.reason})"
        f", level {score.level.value} {result['label']}",
    ]
    names = {"C": "coverage", "B": "breadth", "U": "durability", "K": "knowledge"}
    for letter, weight in zip("CBUK", _weights(case), strict=True):
        part = getattr(score, letter)
        lines.append(f"  {letter} {names[letter]:10} {'no figures' if part is None else part}   weight {weight}")
    lines.append(f"  {score.people} people, D = {score.D}, {len(score.missing)} missing")
    lines += [
        f"  point {point.id}: {point.ready} ready of {point.need} needed, {point.rostered} rostered"
        for point in score.points
    ]
    return lines


def _weights(case: Case) -> tuple[object, ...]:
    policy = case.policy
    return policy.w_cov, policy.w_pts, policy.w_cur, policy.w_kno


@readiness.command("evaluate")
@click.argument("file", type=click.File(encoding="utf-8"))
def evaluate_file(file: TextIO) -> None:
    """Recalculate the case or the array of cases in FILE (JSON, - for standard input) from its inputs alone."""
    try:
        results = evaluate(json.loads(file.read()))
    except CaseError as error:
        raise click.ClickException(str(error)) from error
    except (ValueError, RecursionError) as error:
        raise click.ClickException(f"This is not JSON: {error}") from error
    click.echo(json.dumps(results, ensure_ascii=False, indent=2))


@readiness.command("refresh")
@click.option("--all", "every", is_flag=True, help="Every facility, not only the marked ones.")
def refresh(every: bool) -> None:
    """Take the snapshots now that the worker would take."""
    if every:
        jobs.nightly()
    while waiting := len(queries.list_stale(jobs.BATCH)):
        jobs.refresh()
        left = len(queries.list_stale(jobs.BATCH))
        click.echo(f"{waiting} facilities")
        if left >= waiting:
            break
    click.echo("All snapshots are fresh." if not queries.list_stale(1) else "Some facilities are still marked.")


@readiness.command("check")
@click.option("--sample", default=100, show_default=True, type=click.IntRange(min=1), help="How many facilities.")
def check(sample: int) -> None:
    """Compare sampled snapshots with the published rules, recalculated from the facts; exit 1 on a difference."""
    chosen = queries.list_newest_ids()
    if len(chosen) > sample:
        chosen = sorted(SystemRandom().sample(chosen, sample))
    wrong, waiting = 0, 0
    for snapshot_id in chosen:
        difference = queries.find_difference(snapshot_id)
        if difference is None:
            continue
        if difference.is_waiting:
            waiting += 1
            continue
        wrong += 1
        click.echo(f"{difference.code}: the snapshot says {difference.held}, the rules say {difference.right}")
    click.echo(f"{len(chosen)} snapshots checked, {wrong} wrong, {waiting} waiting for the worker")
    if wrong:
        raise click.exceptions.Exit(1)


@readiness.command("cap")
@click.argument("facility")
@click.argument("level", type=click.Choice([level.value for level in CAPS]))
@click.option("--document", required=True, help="The paper that says so: number and day.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="The last day on which the cap holds.")
def cap(facility: str, level: str, document: str, until: datetime | None) -> None:
    """Hold the level of FACILITY at LEVEL or worse: a legal breach, with its document."""
    last: date | None = until.date() if until else None
    facility_id = _facility(facility)
    try:
        with transaction():
            operations.set_cap(facility_id, Level(level), document=document, until=last, now=clock.now())
    except Invalid as error:
        raise click.ClickException("A cap needs a document, and a last day that is not over.") from error
    click.echo(f"{facility}: level {level} at best{f' through {last}' if last else ' until it is ended'}")


@readiness.command("cap-end")
@click.argument("facility")
def cap_end(facility: str) -> None:
    """End every cap of FACILITY now."""
    facility_id = _facility(facility)
    with transaction():
        ended = operations.end_caps(facility_id, now=clock.now())
    click.echo(f"{facility}: {ended} caps ended")
