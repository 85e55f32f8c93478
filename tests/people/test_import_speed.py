"""How long a large import takes, and that answers are saved while it is written."""

import resource
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.kernel import clock
from app.kernel.db import db
from app.kernel.transaction import transaction
from app.people.models import ImportState, KnownDevice, Person
from tests.people.files.make_files import write_roster
from tests.people.importing import ImportDesk

pytestmark = pytest.mark.slow


@contextmanager
def measured(record: Callable[[str, object], None], name: str) -> Iterator[dict[str, float]]:
    """Measure the processor seconds of this process and its children, whatever else the machine does."""
    took: dict[str, float] = {}

    def spent() -> float:
        kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
        return sum(use.ru_utime + use.ru_stime for use in map(resource.getrusage, kinds))

    began, wall = spent(), time.perf_counter()
    yield took
    took["cpu"], took["wall"] = spent() - began, time.perf_counter() - wall
    record(f"{name} seconds", f"{took['cpu']:.2f} of the processor, {took['wall']:.2f} by the clock")


def decide(desk: ImportDesk) -> None:
    """Answer everything: new units are created, the rest is left out or kept."""
    for _ in range(5):
        wanted = ("create", "position:admin", "skip_row", "leave_empty", "day_first", "make_code", "two_people")
        asked = {key: {each if isinstance(each, str) else each[0] for each in given["choices"]}
                 for key, given in desk.asked().items()}  # fmt: skip
        if not asked:
            return
        desk.choose({key: next((word for word in wanted if word in values), "") for key, values in asked.items()})


@pytest.mark.only_db("postgresql")  # the size that SQLite is not promised for
def test_twenty_thousand_rows_are_shown_in_time_and_written_in_time(
    desk: ImportDesk, tmp_path: Path, record_property, statements
):
    write_roster(tmp_path / "r.xlsx", 20_000, seed=4)
    with measured(record_property, "preview of 20,000 rows") as took:
        desk.send_path(tmp_path / "r.xlsx")
        desk.columns()
    assert desk.state is ImportState.CHECK
    assert took["cpu"] < 15
    with statements() as seen:
        assert desk.page().status_code == 200
    assert len(seen) <= 12
    decide(desk)
    with measured(record_property, "a check page of 20,000 rows") as took:
        desk.page("?show=new&page=200")
    assert took["cpu"] < 0.5
    with measured(record_property, "writing 20,000 rows") as took:
        desk.apply()
    assert desk.state is ImportState.DONE
    assert took["cpu"] < 60
    assert (db.session.scalar(select(func.count()).select_from(Person)) or 0) > 19_000


@pytest.mark.parametrize("rows", [1_500, 2_000])
def test_answers_are_saved_while_a_list_is_written(desk: ImportDesk, cast, app, tmp_path: Path, rows, record_property):
    write_roster(tmp_path / "r.xlsx", rows, seed=4)
    with measured(record_property, f"preview of {rows} rows") as took:
        desk.send_path(tmp_path / "r.xlsx")
        desk.columns()
    assert took["cpu"] < 15
    decide(desk)
    desk.apply(is_run=False)
    waits: list[float] = []
    is_done = threading.Event()

    def save_answers() -> None:
        with app.app_context():
            number = 0
            while not is_done.is_set():
                began, number = time.perf_counter(), number + 1
                with transaction() as session:
                    session.add(KnownDevice(person_id=cast.an.id, device_hash=f"h{number}", seen_at=clock.now()))
                waits.append(time.perf_counter() - began)
                time.sleep(0.002)
            db.session.remove()

    saver = threading.Thread(target=save_answers)
    saver.start()
    time.sleep(0.1)
    with measured(record_property, f"writing {rows} rows") as took:
        desk.run_jobs()
    is_done.set()
    saver.join()
    assert desk.state is ImportState.DONE
    waits.sort()
    record_property(f"saves beside {rows} rows", f"{len(waits)}, longest {waits[-1]:.3f} s")
    assert waits[int(len(waits) * 0.95)] < 0.5
    assert waits[-1] < 3, "the write lock is held for less than three seconds"
