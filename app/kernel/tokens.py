"""Random words that prove something, and the hashes under which they are kept."""

import hashlib
import hmac
import secrets

# Crockford's letters: none is mistaken for another when a slip of paper is read aloud.
_SLIP_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
TOKEN_LETTERS = 43  # how base64 writes 32 bytes


def new_token() -> str:
    """Return a token of 256 random bits for a cookie or a file name."""
    return secrets.token_urlsafe(32)


def new_slip_code() -> str:
    """Return a code of 80 random bits for an activation slip, written ``XXXX-XXXX-XXXX-XXXX`` (ruling 16)."""
    letters = [secrets.choice(_SLIP_LETTERS) for _ in range(16)]
    return "-".join("".join(letters[at : at + 4]) for at in range(0, 16, 4))


def read_slip_code(typed: str) -> str:
    """Return a typed slip code without what hands add: case, spaces, hyphens, O for 0, I and L for 1."""
    bare = "".join(letter for letter in typed.upper() if letter.isalnum())
    return bare.translate(str.maketrans("OIL", "011"))


def random_bytes(count: int) -> bytes:
    """Return ``count`` random bytes."""
    return secrets.token_bytes(count)


def hash_token(token: str) -> str:
    """Return what the database keeps of a token: it has 80 bits or more, so one SHA-256 is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def sign(secret: str, *parts: str) -> str:
    """Return a keyed fingerprint of the parts, in hex."""
    return hmac.digest(secret.encode(), "\x00".join(parts).encode(), "sha256").hex()
