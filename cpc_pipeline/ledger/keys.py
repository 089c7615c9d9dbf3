"""Signatures that can be checked by anyone: Ed25519 (RFC 8032) through `cryptography`. Optional for every party."""

from __future__ import annotations

import base64
import os
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)


class BadSignature(Exception):
    """The key file is not an Ed25519 private key."""


def new_key(path: Path) -> str:
    """Write a new private key for its owner only and give the public one; never over a file that is there."""
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(pem)
    return _public(key)


def sign_with(path: Path, message: bytes) -> tuple[str, str]:
    """Signature and public key, as base64. Raises BadSignature where the file is no Ed25519 private key."""
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError):
        raise BadSignature from None
    if not isinstance(key, Ed25519PrivateKey):
        raise BadSignature
    return base64.b64encode(key.sign(message)).decode(), _public(key)


def signature_holds(signature: str, public_key: str, message: bytes) -> bool:
    """True if the holder of the key signed just this message."""
    try:
        public = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key, validate=True))
        public.verify(base64.b64decode(signature, validate=True), message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _public(key: Ed25519PrivateKey) -> str:
    return base64.b64encode(key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()
