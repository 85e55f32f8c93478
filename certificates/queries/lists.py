"""Reads of the certificates that a facility has issued: searched, filtered, sorted, page by page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, not_, or_, select
from sqlalchemy.orm import contains_eager

from app.kernel.clock import civil_day, day_ends
from app.kernel.db import db
from app.kernel.paging import Page
from app.people.models import Person
from app.people.rules import search_key
from certificates import rules
from certificates.models import Certificate, CertificateRevocation
from certificates.queries.finding import verdict_of
from certificates.rules import Verdict

SIZE = 50
NEWEST_FIRST = "-issued"
LONGEST_NUMBER = 9  # digits that surely fit the column
SORTS: Mapping[str, tuple[Any, ...]] = {
    "name": (Person.sort_key,),
    "issued": (Certificate.issued_at,),
    "last_day": (Certificate.last_day,),
    "serial": (Certificate.serial_year, Certificate.serial_number),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a reader looks for in the list.

    ``search`` is part of a name (marks do not matter), a whole code or a serial's number; ``state`` one of ``valid``,
    ``expired``, ``revoked`` (replaced ones too) or nothing; ``sort`` a key of ``SORTS``, downwards with "-".
    """

    search: str = ""
    module_id: int | None = None
    state: str = ""
    sort: str = NEWEST_FIRST


@dataclass(frozen=True, slots=True)
class IssuedRow:
    """A certificate of the list with what holds of it now."""

    certificate: Certificate
    verdict: Verdict
    issued_on: date


def list_of_facility(facility_id: int, wanted: Wanted, *, page: int = 1, now: datetime) -> Page[IssuedRow]:
    """Return a page of the certificates that a facility has issued, in two statements."""
    where = [Certificate.facility_id == facility_id, *_matching(wanted.search)]
    if wanted.module_id is not None:
        where.append(Certificate.module_id == wanted.module_id)
    if wanted.state:
        where.append(_in_state(wanted.state, now))
    joined = (
        select(Certificate)
        .join(Person, Person.id == Certificate.person_id)
        .outerjoin(Certificate.revocation)
        .where(*where)
    )
    total = db.session.scalar(select(func.count()).select_from(joined.with_only_columns(Certificate.id).subquery()))
    found = db.session.scalars(
        joined.options(contains_eager(Certificate.revocation))
        .order_by(*_order(wanted.sort))
        .limit(SIZE)
        .offset((page - 1) * SIZE)
    )
    return Page(
        [IssuedRow(each, verdict_of(each, now), civil_day(each.issued_at)) for each in found], page, SIZE, total or 0
    )


def _matching(search: str) -> list[ColumnElement[bool]]:
    words = search.strip()
    if not words:
        return []
    hits = [Person.search_key.contains(search_key(words), autoescape=True)]
    code = rules.read_code(words)
    if code is not None:
        hits.append(Certificate.code == code)
    number = read_number(words.split("/")[0])
    if number is not None:
        hits.append(Certificate.serial_number == number)
    return [or_(*hits)]


def read_number(text: str) -> int | None:
    """Return the whole number that a person typed, None for anything else or longer than a column holds."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER else None


def _in_state(state: str, now: datetime) -> ColumnElement[bool]:
    today = civil_day(now)
    # By civil day, as the verdict: whoever is revoked today is revoked for the whole of today.
    revoked = and_(CertificateRevocation.id.is_not(None), CertificateRevocation.effective_at < day_ends(today))
    known: dict[str, ColumnElement[bool]] = {
        "valid": and_(not_(revoked), Certificate.last_day >= today),
        "expired": and_(not_(revoked), Certificate.last_day < today),
        "revoked": revoked,
    }
    return known.get(state, false())


def _order(sort: str) -> list[Any]:
    columns = SORTS.get(sort.removeprefix("-"), SORTS["issued"])
    is_down = sort.startswith("-")
    return [column.desc() if is_down else column.asc() for column in (*columns, Certificate.id)]
