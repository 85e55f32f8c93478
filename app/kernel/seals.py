"""The door to the cryptography library: letters that anybody can seal for this server, and rows under a known key."""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

_CURVE = ec.SECP256R1()
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_POINT, _IV, _KEY = 65, 12, 32


class NotOpened(Exception):
    """What was sealed was not sealed so: for another key, for another place, or it has changed since."""


def public_key(secret: str, purpose: str) -> bytes:
    """Return the point for which letters of a purpose are sealed; the same as long as the secret is."""
    return _point(_private_key(secret, purpose).public_key())


def open_letter(secret: str, purpose: str, letter: bytes) -> bytes:
    """Return what is in a letter sealed for ``public_key``; raises NotOpened.

    A letter is the purpose, the sender's point made for this letter alone, twelve random bytes, and what AES-256-GCM
    makes of the content with the first two beside it. Its key is HKDF-SHA-256 of the points' shared secret, salted with
    both points. Whoever can read one can write one: a letter alone proves nothing of its sender.
    """
    head = len(purpose.encode()) + _POINT
    if letter[: head - _POINT] != purpose.encode():
        raise NotOpened
    own, point = _private_key(secret, purpose), letter[head - _POINT : head]
    try:
        shared = own.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, point))
    except ValueError as error:
        raise NotOpened from error
    key = _derived(shared, salt=point + _point(own.public_key()), purpose=purpose, length=_KEY)
    return open_row(key, letter[head : head + _IV], letter[head + _IV :], letter[:head])


def open_row(key: bytes, iv: bytes, data: bytes, place: bytes) -> bytes:
    """Return what AES-GCM sealed under a key for a place; raises NotOpened."""
    try:
        return AESGCM(key).decrypt(iv, data, place)
    except (InvalidTag, ValueError) as error:  # a ValueError when ``iv`` is too short to be one
        raise NotOpened from error


def _private_key(secret: str, purpose: str) -> ec.EllipticCurvePrivateKey:
    """Return the key of a purpose, made of the secret anew each time: there is none to keep or to lose."""
    # Sixteen bytes more than the order has, so that the remainder is as good as even.
    made = _derived(secret.encode(), salt=b"", purpose=f"private key of {purpose}", length=_KEY + 16)
    return ec.derive_private_key(int.from_bytes(made) % (_ORDER - 1) + 1, _CURVE)


def _derived(material: bytes, *, salt: bytes, purpose: str, length: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=purpose.encode()).derive(material)


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
