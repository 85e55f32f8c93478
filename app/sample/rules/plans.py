"""The plan of a fictional city: facilities, people, posts and a past, drawn from a seed, told in days before today."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from random import Random

from app.sample.rules import words

#: Type, share of all facilities, relative size, what its names begin with, code.
_KINDS = (
    ("hospital", 0.16, 60, ("Bệnh viện Đa khoa", "Bệnh viện Nhi", "Bệnh viện Mắt", "Bệnh viện"), "BV"),
    ("health_centre", 0.10, 25, ("Trung tâm Y tế khu vực",), "TTYT"),
    ("health_station", 0.50, 4, ("Trạm Y tế phường",), "TYT"),
    ("polyclinic", 0.14, 8, ("Phòng khám Đa khoa",), "PKDK"),
    ("specialist_clinic", 0.10, 3, ("Phòng khám Chuyên khoa",), "PKCK"),
)

#: Unit, relative size, positions drawn for it. Small places use the first three only.
_UNITS = (
    ("Khoa Khám bệnh", 22, "reception reception nurse nurse doctor doctor guide"),
    ("Phòng Công tác xã hội", 4, "guide guide admin collaborator"),
    ("Khoa Dược", 7, "pharmacist"),
    ("Khoa Cấp cứu", 10, "doctor nurse nurse support"),
    ("Khoa Nội tổng hợp", 12, "doctor nurse nurse support"),
    ("Khoa Ngoại tổng hợp", 10, "doctor nurse nurse support"),
    ("Khoa Nhi", 8, "doctor nurse nurse"),
    ("Khoa Phụ sản", 8, "doctor nurse nurse"),
    ("Khoa Xét nghiệm", 6, "nurse nurse doctor"),
    ("Khoa Chẩn đoán hình ảnh", 5, "doctor nurse"),
    ("Phòng Công nghệ thông tin", 2, "it"),
    ("Phòng Hành chính quản trị", 6, "admin admin support"),
)
_SMALL = 40

#: Unit, point, shift, positions that stand there, need.
_POINTS = (
    ("Khoa Khám bệnh", "Quầy tiếp đón", "ca sáng", "reception", 1),
    ("Khoa Khám bệnh", "Quầy tiếp đón", "ca chiều", "reception", 1),
    ("Khoa Khám bệnh", "Phòng khám", "ca sáng", "doctor nurse", None),
    ("Phòng Công tác xã hội", "Góc truyền thông", "ca sáng", "guide", 1),
    ("Khoa Cấp cứu", "Tiếp nhận cấp cứu", "cả ngày", "", None),
)


@dataclass(frozen=True, slots=True)
class CertificatePlan:
    """A pass ``days_ago``; ``score`` of 10."""

    module: str
    days_ago: int
    score: int


@dataclass(frozen=True, slots=True)
class PersonPlan:
    """A member of staff: since when employed (days ago), where, what was passed, what is being read."""

    name: str
    staff_code: str
    phone: str | None
    unit: str
    position: str
    days_employed: int
    points: tuple[int, ...]
    certificates: tuple[CertificatePlan, ...]
    reading: str | None
    is_on_leave: bool


@dataclass(frozen=True, slots=True)
class PointPlan:
    """A service point of a unit."""

    unit: str
    name: str
    shift: str
    need: int | None


@dataclass(frozen=True, slots=True)
class FacilityPlan:
    """One facility with everything in it; the first two people are its coordinator and its director."""

    code: str
    name: str
    type: str
    area: str
    units: tuple[str, ...]
    points: tuple[PointPlan, ...]
    people: tuple[PersonPlan, ...]
    due_in_days: int


def plan_city(
    *, facilities: int, staff: int, seed: int, required: Mapping[str, Sequence[str]]
) -> Iterator[FacilityPlan]:
    """Yield the plan of each facility; ``required`` maps a position to the keys of its modules.

    The sum of people is exactly ``staff``; every facility has at least two. Raises ``ValueError`` when that cannot be.
    """
    if facilities < 1 or staff < 2 * facilities:
        raise ValueError("a city needs one facility or more, and two people in each")
    kinds = _kinds(facilities)
    sizes = _sizes([_KINDS[kind][2] for kind in kinds], staff, Random(f"{seed}:sizes"))
    for place, (kind, size) in enumerate(zip(kinds, sizes, strict=True)):
        yield _plan_facility(place, _KINDS[kind], size, Random(f"{seed}:{place}"), required)


def content_hash(plans: Iterator[FacilityPlan]) -> str:
    """Return the fingerprint of a city: the same seed gives the same one, on any day and any database."""
    digest = hashlib.sha256()
    for plan in plans:
        digest.update(repr(sorted(asdict(plan).items())).encode())
    return digest.hexdigest()[:16]


def _kinds(facilities: int) -> list[int]:
    kinds: list[int] = []
    for kind, (_type, share, *_rest) in enumerate(_KINDS):
        kinds += [kind] * max(1, round(share * facilities))
    return (kinds + [2] * facilities)[:facilities]


def _sizes(weights: Sequence[int], staff: int, dice: Random) -> list[int]:
    drawn = [weight * dice.uniform(0.5, 1.6) for weight in weights]
    scale = (staff - 2 * len(drawn)) / sum(drawn)
    sizes = [2 + int(each * scale) for each in drawn]
    sizes[0] += staff - sum(sizes)
    return sizes


def _plan_facility(
    place: int,
    kind: tuple[str, float, int, tuple[str, ...], str],
    size: int,
    dice: Random,
    required: Mapping[str, Sequence[str]],
) -> FacilityPlan:
    facility_type, _share, _size, begins, code = kind
    area = f"Phường {words.FIRST[place % 30]} {words.SECOND[(place // 30 + place) % 30]}"
    own = f"{words.FIRST[(place * 7) % 30]} {words.SECOND[(place * 11 + place // 30) % 30]}"
    number = "" if place < len(words.FIRST) else f" {place // 30 + 1}"
    units = tuple(unit for unit, *_ in _UNITS) if size > _SMALL else tuple(unit for unit, *_ in _UNITS[:3])
    points = tuple(PointPlan(unit, name, shift, need) for unit, name, shift, _, need in _POINTS if unit in units)
    diligence = dice.choice((0.35, 0.6, 0.75, 0.85, 0.93, 0.97, 1.0))
    people = [_plan_person(index, place, units, dice, diligence, required) for index in range(size)]
    people[0] = _as_manager(people[0], "admin", units)
    people[1] = _as_manager(people[1], "leader", units)
    return FacilityPlan(
        code=f"{code}-{place + 1:04d}",
        name=f"{dice.choice(begins)} {own}{number}",
        type=facility_type,
        area=area,
        units=units,
        points=points,
        people=tuple(people),
        due_in_days=dice.choice((-4, 7, 12, 21)),
    )


def _as_manager(person: PersonPlan, position: str, units: tuple[str, ...]) -> PersonPlan:
    return PersonPlan(
        **{name: getattr(person, name) for name in PersonPlan.__dataclass_fields__}
        | {"position": position, "unit": units[-1], "points": (), "certificates": (), "is_on_leave": False}
    )


def _plan_person(
    index: int,
    place: int,
    units: tuple[str, ...],
    dice: Random,
    diligence: float,
    required: Mapping[str, Sequence[str]],
) -> PersonPlan:
    chosen = [row for row in _UNITS if row[0] in units]
    unit, _weight, positions = dice.choices(chosen, weights=[row[1] for row in chosen])[0]
    # The first people of a facility stand where patients come first.
    if index in (2, 3):
        unit, positions = "Khoa Khám bệnh", "reception"
    position = dice.choice(positions.split())
    days = dice.randint(3, 25) if dice.random() < 0.03 else dice.randint(120, 4000)
    certificates = _plan_certificates(required.get(position, ()), days, dice, diligence)
    missing = [module for module in required.get(position, ()) if module not in {each.module for each in certificates}]
    return PersonPlan(
        name=_name(dice),
        staff_code=f"{index + 1:05d}",
        phone=f"+849{place % 100:02d}{index:06d}" if dice.random() < 0.7 and place < 100 else None,
        unit=unit,
        position=position,
        days_employed=days,
        points=_stands_at(unit, position, units, dice),
        certificates=certificates,
        reading=missing[0] if missing and dice.random() < 0.4 else None,
        is_on_leave=dice.random() < 0.02,
    )


def _stands_at(unit: str, position: str, units: tuple[str, ...], dice: Random) -> tuple[int, ...]:
    places = [
        place
        for place, (point_unit, _name, _shift, positions, _need) in enumerate(row for row in _POINTS if row[0] in units)
        if point_unit == unit and position in positions.split()
    ]
    return (dice.choice(places),) if places else ()


def _plan_certificates(
    modules: Sequence[str], days_employed: int, dice: Random, diligence: float
) -> tuple[CertificatePlan, ...]:
    passed = []
    for module in modules:
        if days_employed < 30 or dice.random() > diligence:
            continue
        age = dice.random()
        ago = dice.randint(1, 170) if age < 0.68 else dice.randint(171, 330) if age < 0.9 else dice.randint(331, 440)
        passed.append(CertificatePlan(module, min(ago, days_employed - 1), dice.choice((8, 8, 9, 9, 10))))
    return tuple(passed)


def _name(dice: Random) -> str:
    if dice.random() < 0.62:
        middle, given = dice.choice(words.MIDDLE_F), dice.choice(words.GIVEN_F)
    else:
        middle, given = dice.choice(words.MIDDLE_M), dice.choice(words.GIVEN_M)
    return f"{dice.choice(words.FAMILY)} {middle} {given}"
