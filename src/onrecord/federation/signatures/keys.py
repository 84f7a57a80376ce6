# SPDX-License-Identifier: Apache-2.0
"""Keys: RSA as PEM, which every server reads, and Ed25519 as Multikey (FEP-521a), which the newer ones read.

Private keys are files of the data directory, made at first use, read once in a process: checking an RSA key
that was just made here would take 30 ms each time.
"""

from __future__ import annotations

import os
import secrets
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from onrecord.federation.signatures.errors import BadKey
from onrecord.federation.signatures.messages import PrivateKey, PublicKey
from onrecord.proof import base58
from onrecord.record.durably import private_folder, settle

RSA_BITS = 2048
"""Signing with 4096 bits takes six times as long, and nobody asks for it."""
SMALLEST, LARGEST = 2048, 8192
"""Bits of other people's RSA keys."""
LONGEST_PEM = 4000
_ED25519 = b"\xed\x01"
"""The multicodec of an Ed25519 public key."""


@lru_cache(maxsize=8)
def rsa_key(path: Path) -> RSAPrivateKey:
    """Return the RSA key in a file, which is made if there is none.

    Processes that make it at once use the first. Raises BadKey for a file that holds anything else.
    """
    if not path.exists():
        _write(path, rsa.generate_private_key(public_exponent=65537, key_size=RSA_BITS))
    key = _read(path)
    if not isinstance(key, RSAPrivateKey):
        raise BadKey(f"The file {path} holds no RSA key. Put the right one back from a backup.")
    return key


@lru_cache(maxsize=8)
def ed25519_key(path: Path) -> Ed25519PrivateKey:
    """Return the Ed25519 key in a file, as `rsa_key` does."""
    if not path.exists():
        _write(path, Ed25519PrivateKey.generate())
    key = _read(path)
    if not isinstance(key, Ed25519PrivateKey):
        raise BadKey(f"The file {path} holds no Ed25519 key. Put the right one back from a backup.")
    return key


def to_pem(key: RSAPublicKey) -> str:
    """Return a public key as `publicKeyPem` has it."""
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def from_pem(text: str) -> PublicKey:
    """Read a public key of somebody else: RSA of a fair size, or Ed25519. Raises BadKey."""
    if len(text) > LONGEST_PEM:
        raise BadKey("The key is too long.")
    try:
        key = load_pem_public_key(text.encode())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise BadKey("The key cannot be read as PEM.") from error
    if isinstance(key, Ed25519PublicKey):
        return key
    if not isinstance(key, RSAPublicKey):
        raise BadKey("The key is neither RSA nor Ed25519.")
    if not SMALLEST <= key.key_size <= LARGEST:
        raise BadKey(f"The RSA key has {key.key_size} bits; {SMALLEST} to {LARGEST} are accepted.")
    return key


def to_multikey(key: Ed25519PublicKey) -> str:
    """Return a public key as `publicKeyMultibase` has it."""
    return base58.encode(_ED25519 + key.public_bytes_raw())


def from_multikey(text: str) -> Ed25519PublicKey:
    """Read a public key of somebody else. Raises BadKey for anything but Ed25519."""
    try:
        data = base58.decode(text)
        if data[:2] != _ED25519 or len(data) != 34:
            raise ValueError("it is no Ed25519 key")
        return Ed25519PublicKey.from_public_bytes(data[2:])
    except ValueError as error:
        raise BadKey(f"The key cannot be read as Multikey: {error}.") from error


def _read(path: Path) -> object:
    try:
        return load_pem_private_key(path.read_bytes(), None, unsafe_skip_rsa_key_validation=True)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise BadKey(f"The file {path} is no private key in PEM form.") from error


def _write(path: Path, key: PrivateKey) -> None:
    private_folder(path.parent)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)  # never replaces a key that is already there
        settle(path.parent)  # it is published at once: another one under its name would be believed by nobody
    except FileExistsError:
        pass  # another process was first
    finally:
        draft.unlink(missing_ok=True)
