"""The published JSON format of a readiness case: evaluated from its own inputs alone, and written."""

from datetime import datetime
from fractions import Fraction

from app.assignments.rules import VIETNAM
from app.readiness.rules.facts import DEFAULT_POLICY, Assign, Case, Cert, Level, Point, Policy, Requirement, World
from app.readiness.rules.parsing import parse_case
from app.readiness.rules.reading import Item
from app.readiness.rules.scoring import Reason, Score, score_of

#: The words of the published vectors for each level. Pages have their own, translated.
LABELS = {
    Level.A: "Sẵn sàng bền vững",
    Level.B: "Sẵn sàng",
    Level.C: "Gần sẵn sàng",
    Level.D: "Chưa sẵn sàng",
    Level.E: "Mới bắt đầu",
    Level.N: "Không áp dụng",
    Level.X: "Đang đóng cửa",
}

Json = dict[str, object]


def evaluate(document: object) -> Json | list[Json]:
    """Return what evaluate_case returns: of one case, or of every case of an array, in the same order."""
    if isinstance(document, list):
        return [evaluate_case(item.value, item.path) for item in Item(document, "case").each()]
    return evaluate_case(document)


def evaluate_case(case: object, path: str = "case") -> Json:
    """Return the keys ``expected``, ``shown`` and ``label`` of one case; an ``expected`` it brings is ignored.

    Raises CaseError, which names the path of what cannot be read, below ``path``.
    """
    return result_of(score_of(parse_case(case, path)))


def result_of(score: Score) -> Json:
    """Return a score as the keys ``expected``, ``shown`` and ``label`` of the published format."""
    return {"expected": _expected(score), "shown": score.shown, "label": LABELS[score.level]}


def _expected(score: Score) -> Json:
    without_parts: Json = {"level": score.level.value, "score": _ratio(score.T)}
    if score.reason is not None:
        without_parts["reason"] = score.reason.value
    if score.reason is Reason.CLOSED:
        return without_parts
    if score.reason is Reason.NOTHING_REQUIRED:
        return without_parts | {"people": score.people}
    points = [[point.id, point.need, point.ready, _ratio(point.b)] for point in score.points]
    missing = [list(pair) for pair in score.missing]
    if score.reason is Reason.NOBODY:
        return without_parts | {"people": score.people, "den": score.D, "points": points, "missing": missing}
    return without_parts | {
        "C": _ratio(score.C),
        "B": _ratio(score.B),
        "U": _ratio(score.U),
        "K": _ratio(score.K),
        "den": score.D,
        "num_c": score.num_c,
        "num_u": score.num_u,
        "num_k": score.num_k,
        "people": score.people,
        "points": points,
        "gate": score.gate,
        "missing": missing,
    }


def dump_case(case: Case) -> Json:
    """Return the inputs of a case with its policy in the published format, instants in Vietnam's wall time."""
    return {
        "name": case.name,
        "note": case.note,
        "as_of": _instant(case.as_of),
        "known_at": _instant(case.known_at),
        "facility": case.facility,
        "policy": dump_policy(case.policy),
        "world": _world(case.world),
    }


def dump_policy(policy: Policy) -> Json:
    """Return a policy in the vectors' form; ``u_sustained`` only where it is not the published 9/10."""
    dumped: Json = {
        "role_weight": dict(policy.role_weight),
        "w_cov": _ratio(policy.w_cov),
        "w_pts": _ratio(policy.w_pts),
        "w_cur": _ratio(policy.w_cur),
        "w_kno": _ratio(policy.w_kno),
        "horizon_days": policy.horizon_days,
        "leave_min_days": policy.leave_min_days,
        "grace_new_days": policy.grace_new_days,
        "need_share": _ratio(policy.need_share),
        "t_ready": _ratio(policy.t_ready),
        "t_sustained": _ratio(policy.t_sustained),
        "t_near": _ratio(policy.t_near),
        "t_started": _ratio(policy.t_started),
    }
    if policy.u_sustained != DEFAULT_POLICY.u_sustained:
        dumped["u_sustained"] = _ratio(policy.u_sustained)
    return dumped


def _world(world: World) -> Json:
    return {
        "assigns": [_assign(assign) for assign in world.assigns],
        "certs": [_cert(cert) for cert in world.certs],
        "leaves": [
            {"person": leave.person, "start": _instant(leave.start), "end": _instant(leave.end)}
            for leave in world.leaves
        ],
        "reqs": [_requirement(requirement) for requirement in world.reqs],
        "versions": [
            {"module": v.module, "version": v.version, "required_from": v.required_from.isoformat()}
            for v in world.versions
        ],
        "points": [_point(point) for point in world.points],
        "closed": [[closure.facility, _instant(closure.start), _instant(closure.end)] for closure in world.closed],
        "caps": [[cap.facility, cap.level.value, _instant(cap.start), _instant(cap.end)] for cap in world.caps],
    }


def _assign(assign: Assign) -> Json:
    return {
        "person": assign.person,
        "facility": assign.facility,
        "point": assign.point,
        "role": assign.role,
        "start": _instant(assign.start),
        "end": _instant(assign.end),
    }


def _cert(cert: Cert) -> Json:
    return {
        "person": cert.person,
        "module": cert.module,
        "issued": _instant(cert.issued),
        "last_day": cert.last_day.isoformat(),
        "version": cert.version,
        "refresh_due": cert.refresh_due.isoformat(),
        "revoked": _instant(cert.revoked),
        "void": cert.void,
        "recorded": _instant(cert.recorded),
        "revoke_recorded": _instant(cert.revoke_recorded),
    }


def _requirement(requirement: Requirement) -> Json:
    return {
        "role": requirement.role,
        "module": requirement.module,
        "weight": requirement.weight,
        "start": _instant(requirement.start),
        "end": _instant(requirement.end),
    }


def _point(point: Point) -> Json:
    return {
        "id": point.id,
        "facility": point.facility,
        "start": _instant(point.start),
        "end": _instant(point.end),
        "need": point.need,
    }


def _instant(instant: datetime | None) -> str | None:
    return None if instant is None else instant.astimezone(VIETNAM).isoformat()


def _ratio(fraction: Fraction | None) -> str | None:
    return None if fraction is None else f"{fraction.numerator}/{fraction.denominator}"
