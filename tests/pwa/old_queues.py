"""Work as releases of the app have written it down to wait: an example of each form, filled in for a test's quiz."""

import json
from pathlib import Path
from typing import Any

QUEUES = sorted((Path(__file__).parent / "queues").glob("form-*.json"))


def queue(path: Path, **values: Any) -> list[dict[str, Any]]:
    """Return the operations of one form; ``$name`` stands for a value, and ``$right 2`` for an item of ``right``."""
    known = {f"${name}": value for name, value in values.items()}
    known |= {f"$right {place}": tokens for place, tokens in enumerate(values["right"], 1)}
    return [
        {name: known.get(value, value) if isinstance(value, str) else value for name, value in each.items()}
        for each in json.loads(path.read_text())
    ]
