"""Short ways to plan the import of a few rows."""

from dataclasses import replace

from app.people.rules.columns import guess_columns
from app.people.rules.plan import ExistingPerson, Facts, Known, Outcome
from app.people.rules.positions import POSITIONS
from app.people.rules.reading import read_rows
from app.people.rules.roster import plan_import

HEAD = ("Mã NV", "Họ và tên", "Khoa/phòng", "Chức danh", "Điện thoại")
UNITS = (Known("1", "Khoa Khám bệnh"), Known("2", "Khoa Cấp cứu"))
CITY = tuple(Known(position.code, position.vi) for position in POSITIONS)
TUYET = ExistingPerson(7, "Nguyễn Thị Ánh Tuyết", "NV001", "+84901234567", "1", "nurse")
BINH = ExistingPerson(8, "Trần Văn Bình", "NV002", "+84912345678", "2", "doctor")
TUYET_ROW = ("NV001", "Nguyễn Thị Ánh Tuyết", "Khoa Khám bệnh", "Điều dưỡng", "0901234567")
BINH_ROW = ("NV002", "Trần Văn Bình", "Khoa Cấp cứu", "Bác sĩ", "0912345678")


def plan_of(*rows, people=(), choices=None, head=HEAD, valueless=frozenset(), **facts):
    """Return the plan for rows that begin in row 2 of a sheet."""
    numbered = [(1, head), *enumerate(rows, start=2)]
    columns = guess_columns(numbered)
    if not columns.columns or columns.heading_row != 1:
        raise AssertionError(columns)
    choices = choices or {}
    reading = read_rows(numbered, columns, valueless=valueless, choices=choices)
    world = Facts(**{"people": tuple(people), "units": UNITS, "positions": CITY, **facts})
    return plan_import(reading, world, choices)


def person_row(code="NV009", name="Lê Hoàng Ân", unit="Khoa Khám bệnh", position="Bác sĩ", phone="0387654321"):
    return code, name, unit, position, phone


def only(plan):
    (row,) = plan.rows
    return row


def codes_of(row):
    return [problem.code for problem in row.problems]


def applied(plan, facts):
    """Return the people as they would be stored once the plan was carried out."""
    people = {person.person_id: person for person in facts.people}
    units = {unit.key: f"u{place}" for place, unit in enumerate(plan.new_units)}
    for row in plan.rows:
        if row.action in (Outcome.SKIP, None):
            continue
        number = row.person_id or 1000 + row.number
        before = people.get(number, ExistingPerson(number, row.name))
        people[number] = replace(
            before,
            name=row.name,
            staff_code=row.code or before.staff_code or (f"M{row.number}" if row.makes_code else None),
            phone=row.phone or before.phone,
            unit=units.get(row.unit, row.unit) or before.unit,
            position=row.position or before.position,
            points=before.points | ({row.point} if row.point else set()),
            is_active=True,
        )
    made = tuple(Known(units[unit.key], unit.name) for unit in plan.new_units)
    words = {learned.word: learned.key for learned in plan.learned}
    return replace(
        facts,
        people=tuple(people.values()),
        units=facts.units + made,
        remembered_units=words,
        remembered_positions=words,
        remembered_points=words,
    )
