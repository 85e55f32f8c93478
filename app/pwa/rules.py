"""What a device gets of the server: a key for a person's work, the owner's word and envelope, receipts."""

import base64
import hashlib
import hmac
import re

#: What a rescue file begins with, and what its key is made for.
RESCUE = "san-sang-rescue-1"
RESCUE_MOST = 1_000_000  # bytes
_OWNER_LETTERS = 22
_ENVELOPE = re.compile(r"([0-9]{1,15})\.([0-9a-f]{64})\.([0-9a-f]{64})")


class ForeignEnvelope(ValueError):
    """An envelope that this server did not write."""


def store_key(secret: str, person_id: int, device: str) -> str:
    """Return 32 bytes in base64 that only the server can make, the same each time for a person and a device.

    ``device`` is the hash of the browser's mark. The server keeps no such key: it makes it again for whoever signs in
    as this person on this device, so what waits there opens for its owner alone (docs/decisions/0010).
    """
    return base64.b64encode(_made(secret, "store key", person_id, device)).decode()


def owner_tag(secret: str, person_id: int) -> str:
    """Return the word that stands for a person in the device's store: it names nobody."""
    return base64.urlsafe_b64encode(_made(secret, "store owner", person_id)).decode()[:_OWNER_LETTERS]


def write_envelope(secret: str, person_id: int, device: str) -> str:
    """Return what a device puts on work that others carry: whose it is and from which device, signed by the server."""
    return f"{person_id}.{device}.{_made(secret, 'envelope', person_id, device).hex()}"


def read_envelope(secret: str, text: str) -> tuple[int, str]:
    """Return the person and the device of an envelope; raises ForeignEnvelope for any that this server did not write.

    It says for whom to make the store's key again, and proves nothing alone: what it stands on must open with that key.
    """
    parts = _ENVELOPE.fullmatch(text)
    if parts is None:
        raise ForeignEnvelope
    person_id, device = int(parts[1]), parts[2]
    if not hmac.compare_digest(text, write_envelope(secret, person_id, device)):
        raise ForeignEnvelope
    return person_id, device


def receipt(kind: str, op_id: str, person_id: int) -> str:
    """Return the fingerprint of a card left or a tap made on a device, 20 hexadecimal digits like an answer's."""
    return hashlib.sha256(f"{kind}\x00{person_id}\x00{op_id}".encode()).hexdigest()[:20]


def _made(secret: str, *parts: object) -> bytes:
    return hmac.digest(secret.encode(), "\x00".join(map(str, parts)).encode(), "sha256")
