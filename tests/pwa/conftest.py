"""A module with a tiny quiz, to be taken along."""

from types import SimpleNamespace

import pytest

from tests.quizzes.builders import publish_module


@pytest.fixture
def module(cast: SimpleNamespace) -> SimpleNamespace:
    made = publish_module(count=9, length=3, pass_mark=2)
    return SimpleNamespace(id=made.id, key=made.key)  # a request lets go of what the session holds
