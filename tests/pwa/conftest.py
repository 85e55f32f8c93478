"""A module with a tiny quiz, to be taken along; and one with a practice scenario."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from app.kernel.db import db
from courses.models import Scenario
from tests.courses.builders import load, write_library, write_scenarios
from tests.quizzes.builders import publish_module


@pytest.fixture
def module(cast: SimpleNamespace) -> SimpleNamespace:
    made = publish_module(count=9, length=3, pass_mark=2)
    return SimpleNamespace(id=made.id, key=made.key)  # a request lets go of what the session holds


@pytest.fixture
def practised(cast: SimpleNamespace, tmp_path: Path) -> int:
    """The id of the one practice scenario, "find-the-book" of m0."""
    load(write_scenarios(write_library(tmp_path, "m0"), "m0"))
    return db.session.scalars(select(Scenario.id)).one()
