"""What a roster import says where there is no page: the counts, every problem in words, whether it could be applied."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.kernel.errors import Invalid
from app.people.queries.import_plan import Planned
from app.people.rules.columns import ColumnPlan
from app.people.rules.headings import Meaning
from app.people.rules.plan import Outcome
from app.people.rules.preview import Asked, Item, Preview, Section, preview_of
from app.people.views import import_words
from app.people.views.import_words import Words

FOUR = (Outcome.NEW, Outcome.UPDATE, Outcome.SAME, Outcome.LOOK)
Report = dict[str, Any]


def refused(refusal: Invalid) -> Report:
    """Report a file that cannot be read."""
    sentence = import_words.refusal(refusal.code, _values(refusal.values))
    return _report({}, [{"row": None, "column": "", "code": refusal.code, "sentence": sentence}], can_apply=False)


def faulty_columns(columns: ColumnPlan) -> Report:
    """Report columns that must be mended first."""
    problems = [
        {"row": columns.heading_row, "column": "", "code": code, "sentence": import_words.column_fault(code)}
        for code in columns.faults()
    ]
    return _report({}, problems, can_apply=False)


def planned(made: Planned, columns: ColumnPlan) -> Report:
    """Report what an import would do and what is asked."""
    preview = preview_of(made.plan, made.standing.facts)
    problems = list(_problems(preview, columns))
    return _report(made.counts, problems, can_apply=made.plan.can_be_applied)


def lines(report: Report) -> Iterator[str]:
    """Yield a report as lines for people."""
    words = [f"{import_words.outcome(code)} {count}" for code, count in report["counts"].items()]
    words += [f"{import_words.outcome(code)} {report['more'][code]}" for code in ("skip", "invite")]
    yield " · ".join(words)
    for problem in report["problems"]:
        place = " · ".join(str(part) for part in (problem["row"], problem["column"], problem.get("name")) if part)
        yield f"{place}: {problem['sentence']}" if place else problem["sentence"]
        for choice in problem.get("choices", ()):
            mark = "*" if choice["value"] == (problem["chosen"] or problem["default"]) else " "
            yield f"  {mark} {choice['words']}  [{problem['key']} = {choice['value']}]"


def _report(counts: Mapping[str, int], problems: list[Report], *, can_apply: bool) -> Report:
    return {
        "counts": {outcome.value: counts.get(outcome.value, 0) for outcome in FOUR},
        "more": {key: counts.get(key, 0) for key in ("skip", "invite", "missing", "units", "undecided")},
        "problems": problems,
        "can_apply": can_apply,
    }


def _problems(preview: Preview, columns: ColumnPlan) -> Iterator[Report]:
    words = Words(preview.names)
    headings = {column.meaning.value: column.heading for column in columns.columns}
    for section in (Section.LOOK, Section.DECIDED):
        for item in preview.sections[section]:
            for asked in item["asked"]:
                heading = headings.get(asked["column"]) or import_words.meaning(Meaning(asked["column"]))
                yield _problem(item, asked, heading, words)


def _problem(item: Item, asked: Asked, heading: str, words: Words) -> Report:
    return {
        "row": item["row"] if "row" in item else item["rows"][0],
        "rows": item.get("count", 1),
        "column": heading,
        "name": item.get("name", ""),
        "code": asked["code"],
        "sentence": words.question(asked),
        "key": asked["key"],
        "choices": [{"value": each.value, "words": each.words} for each in words.answers(asked)],
        "default": asked["default"],
        "chosen": asked["chosen"],
    }


def _values(values: Mapping[str, object]) -> dict[str, str | int]:
    return {key: value for key, value in values.items() if isinstance(value, str | int)}
