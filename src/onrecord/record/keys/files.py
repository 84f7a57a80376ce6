# SPDX-License-Identifier: Apache-2.0
"""The key files in `<home>/keys`: made, found by their public half, and removed once they are closed."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from onrecord.proof import keyfiles
from onrecord.proof.errors import BadKeyFile, WrongPassphrase
from onrecord.proof.keys import PrivateKey, PublicKey
from onrecord.record.durably import private_folder
from onrecord.record.errors import KeyMissing, KeyUnreadable

RELEASE_FILE = "release.key"
LOG_FILE = "log.key"
WITNESS_STEM = "witness"
"""How the file of the key begins with which this newsroom is a witness for others."""
RETIRED = "retired"
"""Folder of log keys that only sign beside their successor any more."""
RAW_SIZE = 32
"""Bytes of a secret of another part, in a file without any form."""
DIRECTORY_MODE = 0o700
FILE_MODE = keyfiles.FILE_MODE


def directory() -> Path:
    """Return where the key files are."""
    return Path(settings.HOME) / "keys"


def make_keys() -> None:
    """Make the two first keys where they are missing. Only for a log without leaves.

    Safe in several processes at once: each file appears whole, and whoever comes second uses the first.
    """
    for name in (RELEASE_FILE, LOG_FILE):
        if not (directory() / name).exists():
            try:
                create(name)
            except FileExistsError:
                continue


def create(name: str) -> Ed25519PrivateKey:
    """Make a key in a file of this name, locked if ONRECORD_KEY_PASSPHRASE is set. Raises FileExistsError."""
    private_folder(directory())
    secret = Ed25519PrivateKey.generate()
    keyfiles.write(directory() / name, secret, settings.KEY_PASSPHRASE)
    return secret


def open_or_make(name: str) -> Ed25519PrivateKey:
    """Return the key in a file of this name, made at first use. Raises KeyUnreadable.

    Only for keys that can be replaced without harm. Safe in several processes at once.
    """
    if not (directory() / name).exists():
        try:
            return create(name)
        except FileExistsError:
            pass  # another process was quicker
    return load(name)


def create_for(name: str, kind: bytes, stem: str) -> PrivateKey:
    """Make a key called `name` in a file of its own, as `log-1a2b3c4d.key`, and return it."""
    private_folder(directory())
    key = PrivateKey(name, Ed25519PrivateKey.generate(), kind)
    path = directory() / f"{stem}-{key.public.key_id.hex()}.key"
    keyfiles.write(path, key.secret, settings.KEY_PASSPHRASE)
    return key


def load(name: str) -> Ed25519PrivateKey:
    """Read a key file by its name. Raises KeyMissing or KeyUnreadable."""
    return _load(directory() / name)


def find(public: PublicKey) -> PrivateKey | None:
    """Return the private half of a key if one of the files holds it. Unreadable files are passed over."""
    found = where(public)
    return PrivateKey(public.name, _load(found), public.kind) if found else None


def where(public: PublicKey) -> Path | None:
    """Return the file that holds the private half of a key."""
    for path in key_files():
        try:
            raw = _load(path).public_key().public_bytes_raw()
        except (KeyMissing, KeyUnreadable):
            continue
        if raw == public.raw:
            return path
    return None


def held(name: str) -> list[PublicKey]:
    """Return the public half of every key that lies here and can be read, as a key for notes of this name."""
    found = []
    for path in key_files():
        try:
            found.append(PublicKey(name, _load(path).public_key().public_bytes_raw()))
        except (KeyMissing, KeyUnreadable):
            continue
    return found


def key_files() -> Iterator[Path]:
    """Name every file with a key that signs: those in use first, then those beside a successor.

    Other parts keep secrets here that sign nothing, as that of the links in mails: they are passed over.
    """
    return (path for path in secret_files() if not _is_secret_of_others(path))


def secret_files() -> Iterator[Path]:
    """Name every file here that holds a key of any kind."""
    for folder in (directory(), directory() / RETIRED):
        if folder.is_dir():
            yield from sorted(path for path in folder.glob("*.key") if not path.name.startswith("."))


def _is_secret_of_others(path: Path) -> bool:
    """Tell whether a file holds 32 bytes as they were drawn; ours are in PEM form, even when damaged."""
    try:
        return path.stat().st_size == RAW_SIZE and not path.read_bytes().startswith(b"-----")
    except OSError:
        return False  # it cannot be read: whoever wants it says so


def refuse_unreadable() -> None:
    """Raise KeyUnreadable if a key file cannot be read or opened: the key that is missed may be in it."""
    for path in key_files():
        _load(path)


def retire(public: PublicKey) -> None:
    """Move the file of a key out of the way of its successor; it may still sign beside it."""
    path, folder = where(public), directory() / RETIRED
    if path is None or path.parent == folder:
        return
    folder.mkdir(mode=DIRECTORY_MODE, exist_ok=True)
    path.rename(folder / f"{path.stem.partition('-')[0]}-{public.key_id.hex()}.key")


def lock(*, before: str) -> list[Path]:
    """Lock every key file with ONRECORD_KEY_PASSPHRASE, or unlock it if that is empty; return those changed.

    `before` is what opens them now. Safe to run twice: files that open with the new passphrase stay.
    """
    changed = []
    for path in key_files():
        if keyfiles.is_locked(path) == bool(settings.KEY_PASSPHRASE):
            try:
                keyfiles.read(path, settings.KEY_PASSPHRASE)
            except WrongPassphrase:
                pass  # locked with the one before
            else:
                continue
        keyfiles.rewrite(path, keyfiles.read(path, before), settings.KEY_PASSPHRASE)
        changed.append(path)
    return changed


def destroy(public: PublicKey) -> bool:
    """Delete the private half of a key that is closed, wherever it lies here; tell whether there was one."""
    path = where(public)
    if path is None:
        return False
    path.unlink()
    return True


def _load(path: Path) -> Ed25519PrivateKey:
    """Read a key file, again only if it was exchanged."""
    try:
        found = path.stat()
    except FileNotFoundError as error:
        raise KeyMissing(
            f"The key {path} is missing. Restore it from your backup of the keys; without it nothing can be"
            " added to this log."
        ) from error
    except OSError as error:
        raise KeyUnreadable(f"The key {path} cannot be read: {error.strerror}.") from error
    return _read(path, (found.st_ino, found.st_mtime_ns, found.st_size), settings.KEY_PASSPHRASE)


@lru_cache(maxsize=32)
def _read(path: Path, _version: tuple[int, int, int], passphrase: str) -> Ed25519PrivateKey:
    try:
        return keyfiles.read(path, passphrase)
    except OSError as error:
        raise KeyUnreadable(f"The key {path} cannot be read: {error.strerror}.") from error
    except WrongPassphrase as error:
        raise KeyUnreadable(f"{error} Set ONRECORD_KEY_PASSPHRASE_FILE to the file that holds it.") from error
    except BadKeyFile as error:
        raise KeyUnreadable(f"{error} Restore it from your backup.") from error
