"""Files the product keeps, under random names; a name given by a person is data and never a path (UP-11)."""

from pathlib import Path

from flask import current_app

from app.kernel.errors import NotFound
from app.kernel.tokens import new_token


def _folder() -> Path:
    folder: Path = current_app.extensions["settings"].instance / "files"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def put(content: bytes) -> str:
    """Keep ``content`` and return its key. The file is whole or absent, never half."""
    key = new_token()
    target = _folder() / key
    part = target.with_suffix(".part")
    part.write_bytes(content)
    part.rename(target)
    return key


def path_of(key: str) -> Path:
    """Return where the file of ``key`` lies; raises ``NotFound`` when it is gone."""
    path = _folder() / key
    if not key.replace("-", "").replace("_", "").isalnum() or not path.is_file():
        raise NotFound("file")
    return path


def remove(key: str) -> None:
    """Forget the file of ``key``; forgetting twice is fine."""
    (_folder() / key).unlink(missing_ok=True)
