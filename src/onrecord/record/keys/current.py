# SPDX-License-Identifier: Apache-2.0
"""Which keys sign now: those that the newest register names; before there is one, those in two files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from onrecord.proof.keys import LEAF_KIND, PrivateKey, PublicKey
from onrecord.proof.register import ACTIVE, ListedKey, Register, read
from onrecord.record.errors import KeyMissing
from onrecord.record.keys import files
from onrecord.record.models import Document


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of one log: `release` signs leaves, `log` signs checkpoints, older log keys beside it."""

    release: PrivateKey
    log: PrivateKey
    beside: tuple[PrivateKey, ...] = ()
    """Log keys that were replaced less than 30 days ago and still sign too."""

    @property
    def log_keys(self) -> tuple[PrivateKey, ...]:
        """Every key that signs a checkpoint, the current one first."""
        return (self.log, *self.beside)


@dataclass(frozen=True, slots=True)
class PublicKeys:
    """What a reader needs to verify."""

    release: PublicKey
    log: PublicKey


def open_keys(origin: str) -> Keys:
    """Return the keys that sign now for the log named `origin`. Raises KeyMissing or KeyUnreadable."""
    register = newest_register()
    if register is None:
        return Keys(
            release=PrivateKey(f"{origin}/release", files.load(files.RELEASE_FILE), LEAF_KIND),
            log=PrivateKey(origin, files.load(files.LOG_FILE)),
        )
    release, *_ = _held(register, "release")
    log, *beside = _held(register, "log")
    return Keys(release=release, log=log, beside=tuple(beside))


def public_keys(origin: str) -> PublicKeys:
    """Return the public halves, to be shown to readers. Raises KeyMissing or KeyUnreadable."""
    keys = open_keys(origin)
    return PublicKeys(release=keys.release.public, log=keys.log.public)


def log_keys_at(origin: str, size: int) -> list[PublicKey]:
    """Return the log keys whose signature counts on a checkpoint over `size` leaves. Raises as open_keys."""
    register = newest_register()
    return register.log_keys_at(size) if register else [open_keys(origin).log.public]


def newest_register() -> Register | None:
    """Return the newest register of keys, or None before the first one."""
    document = Document.newest_register()
    return _read(bytes(document.content)) if document else None


def active(keys: Iterable[ListedKey], role: str) -> list[ListedKey]:
    """Return the keys of a role that are in use, the newest first."""
    found = [listed for listed in keys if listed.role == role and listed.state == ACTIVE]
    return found[::-1]


@lru_cache(maxsize=4)
def _read(content: bytes) -> Register:
    return read(content)


def _held(register: Register, role: str) -> list[PrivateKey]:
    """Return the active keys of a role whose private halves are on this machine; at least one."""
    wanted = active(register.keys, role)
    held = [key for listed in wanted if (key := files.find(listed.key))]
    if not held:
        files.refuse_unreadable()
        named = ", ".join(listed.key.key_id.hex() for listed in wanted) or "none at all"
        raise KeyMissing(
            f"No file in {files.directory()} holds a {role} key that register {register.edition.number} lists"
            f" ({named}). Restore it from your backup of the keys. If it is gone for good:"
            f" onrecord keys revoke {role}."
        )
    return held
