"""What a device gets of the server: the key that seals a person's work, the owner's word, the receipt of a card."""

import base64
import hashlib
import hmac

_OWNER_LETTERS = 22


def store_key(secret: str, person_id: int, device: str) -> str:
    """Return 32 bytes in base64 that only the server can make, the same each time for a person and a device.

    ``device`` is the hash of the browser's mark. The server keeps no such key: it makes it again for whoever signs in
    as this person on this device, so what waits there opens for its owner alone (docs/decisions/0010).
    """
    return base64.b64encode(_made(secret, "store key", person_id, device)).decode()


def owner_tag(secret: str, person_id: int) -> str:
    """Return the word that stands for a person in the device's store: it names nobody."""
    return base64.urlsafe_b64encode(_made(secret, "store owner", person_id)).decode()[:_OWNER_LETTERS]


def card_receipt(op_id: str, person_id: int) -> str:
    """Return the fingerprint of a card left behind on a device, 20 hexadecimal digits like an answer's."""
    return hashlib.sha256(f"card\x00{person_id}\x00{op_id}".encode()).hexdigest()[:20]


def _made(secret: str, *parts: object) -> bytes:
    return hmac.digest(secret.encode(), "\x00".join(map(str, parts)).encode(), "sha256")
