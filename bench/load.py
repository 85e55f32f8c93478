"""A small load generator: threads with kept connections, each doing one request after another."""

import http.client
import statistics
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

TICKS = 100  # of a second; Linux counts process time so


@dataclass(frozen=True, slots=True)
class Call:
    """One request: method, path, headers and body."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """What a run cost: requests a second, CPU of the server per request, and times in milliseconds."""

    count: int
    per_second: float
    cpu_ms: float
    median_ms: float
    p95_ms: float
    wrong: int


def run(
    port: int, pids: Sequence[int], make: Callable[[int, int], Call], *, threads: int, count: int, pace: float = 0.0
) -> Measured:
    """Send ``count`` requests from each thread, ``pace`` seconds apart; ``make(thread, number)`` gives each."""
    took: list[float] = []
    wrong: list[int] = []

    def _work(thread: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        begin = time.perf_counter()
        for number in range(count):
            if pace:
                time.sleep(max(0.0, begin + number * pace - time.perf_counter()))
            call = make(thread, number)
            start = time.perf_counter()
            connection.request(call.method, call.path, body=call.body, headers=call.headers)
            answer = connection.getresponse()
            answer.read()
            took.append(time.perf_counter() - start)
            if answer.status not in {200, 201, 303}:
                wrong.append(answer.status)
        connection.close()

    workers = [threading.Thread(target=_work, args=(each,)) for each in range(threads)]
    cpu, begin = cpu_seconds(pids), time.perf_counter()
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    seconds, cpu = time.perf_counter() - begin, cpu_seconds(pids) - cpu
    ordered = sorted(took)
    return Measured(
        len(took),
        len(took) / seconds,
        cpu * 1000 / len(took),
        statistics.median(ordered) * 1000,
        ordered[int(len(ordered) * 0.95)] * 1000,
        len(wrong),
    )


def cpu_seconds(pids: Sequence[int]) -> float:
    """Return the CPU time these processes have used so far."""
    ticks = 0
    for pid in pids:
        after_name = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        ticks += int(after_name[11]) + int(after_name[12])
    return ticks / TICKS


def children(pid: int) -> list[int]:
    """Return the worker processes of a gunicorn master."""
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
