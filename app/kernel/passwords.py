"""The door to Argon2id: how a password is kept and checked, slowly on purpose and never inside a write transaction."""

import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.kernel.db import db
from app.kernel.transaction import is_writing

# Measured at 60 ms on the 2-core reference machine (AU-11 asks for 50-150 ms).
_hasher = PasswordHasher(time_cost=3, memory_cost=32 * 1024, parallelism=1)

# The hash of a random password that nobody knows, with the same cost: what an unknown account is checked against.
_DUMMY = "$argon2id$v=19$m=32768,t=3,p=1$b7Te0VhuyTaaWrL9GCOaRA$0tsahsxqeWWmMGs+OZ258OLaxZe0W9xfp1GwSo3Mwsc"


def hash_password(password: str) -> str:
    """Return what is kept of a password (any Unicode text; NFC, so that every keyboard's typing is the same)."""
    _leave_database()
    return _hasher.hash(_typed(password))


def verify_password(kept: str | None, password: str) -> bool:
    """Say whether ``password`` is the one kept; with None it takes just as long and is never right (AU-04)."""
    _leave_database()
    try:
        is_right = _hasher.verify(kept or _DUMMY, _typed(password))
    except (VerificationError, InvalidHashError):
        return False
    return is_right and kept is not None


def is_outdated(kept: str) -> bool:
    """Say whether a kept hash was made with other costs than today's and should be made again at sign-in."""
    return _hasher.check_needs_rehash(kept)


def _typed(password: str) -> bytes:
    # A lone surrogate cannot be typed but can be sent; it must be refused as a wrong password, not as a crash.
    return unicodedata.normalize("NFC", password).encode(errors="surrogatepass")


def _leave_database() -> None:
    # With the write lock held while hashing, four sign-ins brought 336 answer saves/s down to 5 (ruling 1).
    if is_writing():
        raise RuntimeError("a password is hashed before the write transaction, not inside it")
    db.session.rollback()
