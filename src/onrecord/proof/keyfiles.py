# SPDX-License-Identifier: Apache-2.0
"""Private keys as files: PKCS#8 PEM, Ed25519, mode 0600, with or without a passphrase (docs/keys.md)."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from onrecord.proof.errors import BadKeyFile, WrongPassphrase

FILE_MODE = 0o600
LOCKED = b"-----BEGIN ENCRYPTED PRIVATE KEY-----"
"""How the file of a key with a passphrase begins."""


def write(path: Path, secret: Ed25519PrivateKey, passphrase: str = "") -> None:
    """Write a key to a file that must not exist yet. Raises FileExistsError; durable when it returns.

    The file appears whole or not at all, and never replaces another one.
    """
    _write(path, secret, passphrase, _put_in_place)


def rewrite(path: Path, secret: Ed25519PrivateKey, passphrase: str = "") -> None:
    """Write a key over its own file in one step, as to lock it with another passphrase."""
    _write(path, secret, passphrase, os.replace)


def read(path: Path, passphrase: str = "") -> Ed25519PrivateKey:
    """Read a key. One without a passphrase is read too, whatever `passphrase` is.

    Raises WrongPassphrase, BadKeyFile, or OSError when the file cannot be read.
    """
    pem = path.read_bytes()
    encrypted = pem.startswith(LOCKED)
    if encrypted and not passphrase:
        raise WrongPassphrase(f"The key {path} is locked with a passphrase, and none was given.")
    try:
        key = load_pem_private_key(pem, password=passphrase.encode() if encrypted else None)
    except ValueError as error:
        if encrypted:
            raise WrongPassphrase(f"The passphrase does not open the key {path}.") from error
        raise BadKeyFile(f"The file {path} is no private key in PEM form.") from error
    except TypeError as error:
        raise BadKeyFile(f"The file {path} is no private key in PEM form.") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise BadKeyFile(f"The key {path} is a {type(key).__name__}, not Ed25519.")
    return key


def to_pem(secret: Ed25519PrivateKey, passphrase: str = "") -> bytes:
    """Return the key in PEM form, locked if there is a passphrase."""
    lock: KeySerializationEncryption = NoEncryption()
    if passphrase:
        lock = BestAvailableEncryption(passphrase.encode())
    return secret.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock)


def is_locked(path: Path) -> bool:
    """Tell whether a key file has a passphrase."""
    with path.open("rb") as file:
        return file.read(len(LOCKED)) == LOCKED


def _write(
    path: Path, secret: Ed25519PrivateKey, passphrase: str, put_in_place: Callable[[Path, Path], None]
) -> None:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(to_pem(secret, passphrase))
            file.flush()
            os.fsync(file.fileno())
        put_in_place(draft, path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    finally:
        draft.unlink(missing_ok=True)


def _put_in_place(draft: Path, path: Path) -> None:
    try:
        os.link(draft, path)  # unlike a rename, this never replaces a key that is already there
    except FileExistsError:
        raise
    except OSError:
        # A stick with a FAT file system knows no links. Nobody else writes to it at the same time.
        if path.exists():
            raise FileExistsError(path) from None
        draft.rename(path)
