"""Rescue files made as a browser makes them, by another hand than the one that opens them."""

import base64
import json
import os
import uuid
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from app.kernel.seals import public_key
from app.kernel.tokens import hash_token
from app.pwa.rules import RESCUE, owner_tag, store_key, write_envelope

MAGIC = b"san-sang-rescue-1"


def base64_of(data: bytes) -> str:
    return base64.b64encode(data).decode()


def sealed_row(given: dict[str, Any], operation: dict[str, Any]) -> dict[str, str]:
    """An operation as the store of a device holds it; ``given`` is what ``/offline/key`` answered there."""
    op_id = operation["op_id"]
    body = json.dumps({name: value for name, value in operation.items() if name != "op_id"}).encode()
    iv = os.urandom(12)
    place = f"{given['owner']}\n{op_id}".encode()
    return {"op_id": op_id, "iv": base64_of(iv), "data": base64_of(seal_row(given["key"], iv, body, place))}


def seal_row(key: str, iv: bytes, body: bytes, place: bytes) -> bytes:
    return AESGCM(base64.b64decode(key)).encrypt(iv, body, place)


def letter(server_key: str, content: bytes, *, magic: bytes = MAGIC) -> bytes:
    """Any content, sealed for the server: whoever knows its public key can do that much."""
    theirs = base64.b64decode(server_key)
    own = ec.generate_private_key(ec.SECP256R1())
    point = own.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    shared = own.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs))
    key = HKDF(algorithm=hashes.SHA256(), length=32, salt=point + theirs, info=magic).derive(shared)
    iv = os.urandom(12)
    return magic + point + iv + AESGCM(key).encrypt(iv, content, magic + point)


def rescue_file(given: dict[str, Any], operations: list[dict[str, Any]], **more: Any) -> bytes:
    """What "Tải bài làm về máy" saves of these operations; ``more`` puts something else into its place."""
    content = {"envelope": given["envelope"], "rows": [sealed_row(given, each) for each in operations], **more}
    return letter(given["server_key"], json.dumps(content).encode())


def rescue_of(secret: str, person_id: int, *cards: tuple[str, str]) -> bytes:
    """A file with the first cards of lessons, given by module and lesson, read on a device of the person's own."""
    device = hash_token("a device")
    given = {
        "owner": owner_tag(secret, person_id),
        "key": store_key(secret, person_id, device),
        "envelope": write_envelope(secret, person_id, device),
        "server_key": base64_of(public_key(secret, RESCUE)),
    }
    read = [
        {"kind": "card", "op_id": str(uuid.uuid4()), "module": module, "lesson": lesson, "place": 1}
        for module, lesson in cards
    ]
    return rescue_file(given, read)
