# SPDX-License-Identifier: Apache-2.0
"""The two keys on this machine: one signs leaves, one signs checkpoints (docs/record.md A6).

They are files in `<home>/keys`, never in the database: who copies a database backup gets no key, and a
restored database cannot bring back an old one. Each is made at first use and read once per process.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from django.conf import settings

from onrecord.proof.keys import LEAF_KIND, PrivateKey, PublicKey
from onrecord.record.errors import KeyMissing, KeyUnreadable

RELEASE_FILE = "release.key"
LOG_FILE = "log.key"
DIRECTORY_MODE = 0o700
FILE_MODE = 0o600


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of one log: `release` signs leaves, `log` signs checkpoints."""

    release: PrivateKey
    log: PrivateKey


@dataclass(frozen=True, slots=True)
class PublicKeys:
    """What a reader needs to verify."""

    release: PublicKey
    log: PublicKey


def directory() -> Path:
    """Return where the key files are."""
    return Path(settings.HOME) / "keys"


def open_keys(origin: str) -> Keys:
    """Return the keys of the log named `origin`. Raises KeyMissing or KeyUnreadable."""
    return Keys(
        release=PrivateKey(f"{origin}/release", _load(directory() / RELEASE_FILE), LEAF_KIND),
        log=PrivateKey(origin, _load(directory() / LOG_FILE)),
    )


def make_keys() -> None:
    """Make the key files that are missing. Only for a log without leaves: a new key would make another log.

    Safe in several processes at once: each file appears whole, and whoever comes second uses the first.
    """
    folder = directory()
    folder.mkdir(mode=DIRECTORY_MODE, parents=True, exist_ok=True)
    for name in (RELEASE_FILE, LOG_FILE):
        if not (folder / name).exists():
            _create(folder / name)


def public_keys(origin: str) -> PublicKeys:
    """Return the public halves, to be shown to readers. Raises KeyMissing or KeyUnreadable."""
    keys = open_keys(origin)
    return PublicKeys(release=keys.release.public, log=keys.log.public)


def _create(path: Path) -> None:
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)  # unlike a rename, this never replaces a key that is already there
        except FileExistsError:
            return
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    finally:
        draft.unlink()


@lru_cache(maxsize=8)
def _load(path: Path) -> Ed25519PrivateKey:
    try:
        pem = path.read_bytes()
    except FileNotFoundError as error:
        raise KeyMissing(
            f"The key {path} is missing. Restore it from your backup of the keys; without it nothing can be"
            " added to this log."
        ) from error
    except OSError as error:
        raise KeyUnreadable(f"The key {path} cannot be read: {error.strerror}.") from error
    try:
        key = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError) as error:
        raise KeyUnreadable(
            f"The file {path} is no private key in PEM form without a password. Restore it from your backup."
        ) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyUnreadable(f"The key {path} is a {type(key).__name__}, not Ed25519. Restore it.")
    return key
