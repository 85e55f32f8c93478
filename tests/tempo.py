"""How long our own code takes, whatever else the machine and the run are doing."""

import os
import sys
from collections.abc import Callable


def seconds_of(work: Callable[[], object]) -> float:
    """Return the CPU seconds of one run of the work, those of processes that it starts and ends included.

    Under a tracer, as when coverage is measured, every line takes about four times as long.
    """
    began = _spent()
    work()
    return (_spent() - began) / (1 if sys.gettrace() is None else 4)


def quickest(work: Callable[[], object]) -> float:
    """Return the CPU seconds of the best of three runs of work that may be done again."""
    return min(seconds_of(work) for _ in range(3))


def _spent() -> float:
    return sum(os.times()[:4])
