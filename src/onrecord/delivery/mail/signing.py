# SPDX-License-Identifier: Apache-2.0
"""The DKIM keys of this newsroom: files `<home>/keys/dkim-<selector>.pem`, readable by it alone."""

from __future__ import annotations

import os
import re
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from django.conf import settings

from onrecord.delivery.errors import DeliveryError
from onrecord.delivery.mail.dkim import PrivateKey, Signer
from onrecord.record.durably import private_folder

RSA_BITS = 2048
"""What every receiver checks; a longer one does not fit into one string of DNS."""
_SELECTOR = re.compile(r"[a-z0-9]([a-z0-9-]{0,40}[a-z0-9])?")


class BadSigningKey(DeliveryError):
    """A DKIM key cannot be made or read."""


def signers(domain: str) -> tuple[Signer, ...]:
    """Return who signs mail of a domain: one for each key file. Raises BadSigningKey."""
    files = sorted(_folder().glob("dkim-*.pem"))
    return tuple(Signer(domain, path.stem.removeprefix("dkim-"), _read(path)) for path in files)


def make(domain: str, selector: str, *, edwards: bool = False) -> Signer:
    """Make a key and return who signs with it. Raises BadSigningKey when the selector is taken or no name."""
    if not _SELECTOR.fullmatch(selector):
        raise BadSigningKey(
            f"{selector!r} is no selector. Use small letters, digits and hyphens, as 2026-11."
        )
    key: PrivateKey = Ed25519PrivateKey.generate() if edwards else generate_private_key(65537, RSA_BITS)
    path = _folder() / f"dkim-{selector}.pem"
    private_folder(path.parent)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise BadSigningKey(f"There is a key {path} already. Choose another selector.") from error
    with os.fdopen(descriptor, "wb") as file:
        file.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        file.flush()
        os.fsync(file.fileno())
    return Signer(domain, selector, key)


def _folder() -> Path:
    return Path(settings.HOME) / "keys"


def _read(path: Path) -> PrivateKey:
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        raise BadSigningKey(f"The key {path} cannot be read: {error}. Restore it, or remove it.") from error
    if not isinstance(key, RSAPrivateKey | Ed25519PrivateKey):
        raise BadSigningKey(f"The key {path} is neither RSA nor Ed25519. Remove it.")
    return key
