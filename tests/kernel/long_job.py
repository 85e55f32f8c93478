"""A job long enough to be killed in the middle."""

import os
import time

from app.kernel import audit
from app.kernel.jobs import finish, job


@job("test.long")
def long_job(number: int) -> None:
    with open(os.environ["TEST_MARKS"], "a") as marks:
        marks.write(f"{number}\n")
    time.sleep(float(os.environ["TEST_JOB_SECONDS"]))
    with finish():
        audit.record(None, "effect", "number", number)
