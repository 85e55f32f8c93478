"""The same score counted in SQL: two statements for one facility or for the whole city, exact to the last fraction.

The text is portable: instants are integers and days are dates made in Python (ruling 32), so both databases agree with
the pure rules; a test compares them on random worlds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Date, TextClause, bindparam, select, text

from app.kernel import clock
from app.kernel.db import UtcDateTime, db
from app.people.models import Facility, FacilityClosure
from app.readiness.models import LegalCap
from app.readiness.queries.worlds import alive, known
from app.readiness.rules import Level, PointScore, Policy, Score, Tally, score_of_tally


@dataclass(frozen=True, slots=True)
class Counted:
    """One facility's score from the counters, without the posts behind it."""

    facility_id: int
    score: Score


_FACTS = """
with act as (
  select e.id, e.person_id, e.facility_id, e.unit_id, e.position_id, {role_weight} as role_weight
  from employment e join position p on p.id = e.position_id
  where e.valid_from <= :t and (e.valid_to is null or e.valid_to > :t) and {known_e} {only_e}
    and not exists (
      select 1 from leave l where l.person_id = e.person_id and l.facility_id = e.facility_id and {known_l}
        and l.valid_from <= :t and (l.valid_to is null or l.valid_to > :t)
        and (l.valid_to is null or l.valid_to - l.valid_from >= :leave_min))
),
stood as (
  select distinct d.person_id, sp.facility_id, sp.unit_id, d.service_point_id as point_id
  from duty d join service_point sp on sp.id = d.service_point_id
  where d.valid_from <= :t and (d.valid_to is null or d.valid_to > :t) and {known_d} {only_sp}
),
open_point as (
  select sp.id, sp.facility_id, sp.unit_id, st.need
  from service_point sp join service_point_term st on st.service_point_id = sp.id
  where st.valid_from <= :t and (st.valid_to is null or st.valid_to > :t) and {known_st} {only_sp}
),
post as (
  select a.id, a.person_id, a.facility_id, a.position_id, a.role_weight, s.point_id
  from act a join stood s on s.person_id = a.person_id and s.facility_id = a.facility_id
  union all
  select a.id, a.person_id, a.facility_id, a.position_id, a.role_weight, o.id
  from act a left join open_point o on o.unit_id = a.unit_id
    and not exists (select 1 from stood s where s.unit_id = a.unit_id)
  where not exists (select 1 from stood s where s.person_id = a.person_id and s.facility_id = a.facility_id)
),
req as (
  select r.position_id, r.module_id, max(r.weight) as weight from requirement r
  where r.valid_from <= :t and (r.valid_to is null or r.valid_to > :t) and {known_r} group by 1, 2
),
asked as (
  select e.person_id, r.module_id,
    min(case when e.valid_from > r.valid_from then e.valid_from else r.valid_from end) as since
  from employment e join requirement r on r.position_id = e.position_id
  where {known_e} and {known_r} and e.valid_from <= :t and r.valid_from <= :t
    and (e.valid_to is null or r.valid_from < e.valid_to) and (r.valid_to is null or e.valid_from < r.valid_to)
    and (e.valid_to is null or e.valid_from < e.valid_to) and (r.valid_to is null or r.valid_from < r.valid_to)
    {only_people_e}
  group by 1, 2
),
needed as (
  select module_id, max(case when required_from <= :day then edition else 0 end) as now_edition,
    max(case when required_from <= :then_day then edition else 0 end) as then_edition
  from module_version where required_from is not null group by 1
),
endorsed as (
  select certificate_id, max(edition) as edition from certificate_endorsement
  where recorded_at <= :t and recorded_at <= :k group by 1
),
cert as (
  select c.person_id, c.module_id, c.last_day, c.refresh_due_on, r.effective_at, n.then_edition,
    case when c.edition >= coalesce(x.edition, 0) then c.edition else x.edition end as edition
  from certificate c
    left join certificate_revocation r on r.certificate_id = c.id and r.recorded_at <= :k
    left join endorsed x on x.certificate_id = c.id
    left join needed n on n.module_id = c.module_id
  where c.issued_at <= :t and c.recorded_at <= :k and c.last_day >= :day
    and (r.id is null or (r.effective_at > :t and not r.is_void))
    and (case when c.edition >= coalesce(x.edition, 0) then c.edition else x.edition end)
      >= coalesce(n.now_edition, 0)
    {only_people_c}
),
held as (
  select person_id, module_id,
    max(case when last_day >= :then_day and (effective_at is null or effective_at > :then)
      and edition >= coalesce(then_edition, 0) then 1 else 0 end) as outlives,
    max(case when refresh_due_on > :day then 1 else 0 end) as fresh
  from cert group by 1, 2
),
counted as (
  select post.id, post.person_id, post.facility_id, post.point_id, count(req.module_id) as asked,
    count(held.module_id) as held,
    sum(case when asked.since > :grace then 0 else post.role_weight * req.weight end) as d,
    sum(case when asked.since > :grace or held.module_id is null then 0
      else post.role_weight * req.weight end) as num_c,
    sum(case when asked.since > :grace or coalesce(held.outlives, 0) = 0 then 0
      else post.role_weight * req.weight end) as num_u,
    sum(case when asked.since > :grace or coalesce(held.fresh, 0) = 0 then 0
      else post.role_weight * req.weight end) as num_k
  from post
    left join req on req.position_id = post.position_id
    left join asked on asked.person_id = post.person_id and asked.module_id = req.module_id
    left join held on held.person_id = post.person_id and held.module_id = req.module_id
  group by 1, 2, 3, 4
)
"""

_SUMS = """
select facility_id, count(distinct person_id) as people, sum(coalesce(d, 0)) as d, sum(coalesce(num_c, 0)) as num_c,
  sum(coalesce(num_u, 0)) as num_u, sum(coalesce(num_k, 0)) as num_k
from counted group by facility_id
"""

_POINTS = """
select o.facility_id, o.id, o.need, count(distinct c.person_id) as rostered,
  count(distinct case when c.asked > 0 and c.asked = c.held then c.person_id end) as ready
from open_point o left join counted c on c.point_id = o.id and c.facility_id = o.facility_id
group by o.facility_id, o.id, o.need order by o.facility_id, o.id
"""


def count_facilities(
    facility_ids: Sequence[int] | None, policy: Policy, *, as_of: datetime, known_at: datetime | None = None
) -> dict[int, Counted]:
    """Return the score of each facility (None: of every one), by id, counted by the database."""
    values = _values(policy, as_of, known_at)
    sums = {
        row.facility_id: row for row in db.session.execute(_statement(_SUMS, policy, facility_ids, known_at), values)
    }
    points: dict[int, list[PointScore]] = {}
    for row in db.session.execute(_statement(_POINTS, policy, facility_ids, known_at), values):
        need = row.need or policy.need_of(row.rostered)
        points.setdefault(row.facility_id, []).append(PointScore(str(row.id), need, row.ready, row.rostered))
    closed, caps = _closed(facility_ids, as_of, known_at), _caps(facility_ids, as_of, known_at)
    every = facility_ids if facility_ids is not None else db.session.scalars(select(Facility.id)).all()
    return {
        each: Counted(
            each,
            score_of_tally(
                _tally(sums.get(each)),
                tuple(points.get(each, ())),
                policy,
                caps=caps.get(each, []),
                is_closed=each in closed,
            ),
        )
        for each in every
    }


def _tally(row: Any | None) -> Tally:
    if row is None:
        return Tally()
    return Tally(people=row.people, d=int(row.d), num_c=int(row.num_c), num_u=int(row.num_u), num_k=int(row.num_k))


def _values(policy: Policy, as_of: datetime, known_at: datetime | None) -> dict[str, object]:
    then = as_of + timedelta(days=policy.horizon_days)
    return {
        "t": as_of,
        "k": known_at or datetime.max.replace(tzinfo=as_of.tzinfo) - timedelta(days=1),
        "then": then,
        "grace": as_of - timedelta(days=policy.grace_new_days),
        "day": clock.civil_day(as_of),
        "then_day": clock.civil_day(then),
        "leave_min": policy.leave_min_days * 86_400_000_000,
        **{f"role_{place}": code for place, code in enumerate(policy.role_weight)},
        **{f"weight_{place}": weight for place, weight in enumerate(policy.role_weight.values())},
    }


def _statement(tail: str, policy: Policy, facility_ids: Sequence[int] | None, known_at: datetime | None) -> TextClause:
    places = {
        "role_weight": _role_weights(policy.role_weight),
        **{f"known_{alias}": _known(alias, known_at) for alias in ("e", "l", "d", "st", "r")},
        "only_e": "",
        "only_sp": "",
        "only_people_e": "",
        "only_people_c": "",
    }
    if facility_ids is not None:
        places |= {
            "only_e": "and e.facility_id in :facilities",
            "only_sp": "and sp.facility_id in :facilities",
            # Without these the planner reads every certificate of the city for one facility.
            "only_people_e": "and e.person_id in (select person_id from act)",
            "only_people_c": "and c.person_id in (select person_id from act)",
        }
    statement = text(_FACTS.format_map(places) + tail).bindparams(
        *(bindparam(name, type_=UtcDateTime()) for name in ("t", "k", "then", "grace")),
        *(bindparam(name, type_=Date()) for name in ("day", "then_day")),
    )
    if facility_ids is not None:
        statement = statement.bindparams(bindparam("facilities", value=list(facility_ids), expanding=True))
    return statement


def _role_weights(weights: Mapping[str, int]) -> str:
    cases = " ".join(f"when :role_{place} then cast(:weight_{place} as integer)" for place in range(len(weights)))
    return f"case p.code {cases} end"


def _known(alias: str, known_at: datetime | None) -> str:
    if known_at is None:
        return f"{alias}.superseded_at is null"
    return f"{alias}.recorded_at <= :k and ({alias}.superseded_at is null or {alias}.superseded_at > :k)"


def _closed(facility_ids: Sequence[int] | None, as_of: datetime, known_at: datetime | None) -> set[int]:
    statement = select(FacilityClosure.facility_id).where(
        known(FacilityClosure, known_at), alive(FacilityClosure, as_of)
    )
    if facility_ids is not None:
        statement = statement.where(FacilityClosure.facility_id.in_(facility_ids))
    return set(db.session.scalars(statement))


def _caps(facility_ids: Sequence[int] | None, as_of: datetime, known_at: datetime | None) -> dict[int, list[Level]]:
    statement = select(LegalCap.facility_id, LegalCap.level).where(known(LegalCap, known_at), alive(LegalCap, as_of))
    if facility_ids is not None:
        statement = statement.where(LegalCap.facility_id.in_(facility_ids))
    caps: dict[int, list[Level]] = {}
    for facility_id, level in db.session.execute(statement):
        caps.setdefault(facility_id, []).append(Level(level))
    return caps
