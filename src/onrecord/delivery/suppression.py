# SPDX-License-Identifier: Apache-2.0
"""Addresses that get nothing more, known by a keyed hash alone.

The key is a file in the data directory: who copies the database cannot try addresses against it.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from onrecord.delivery.models import Suppression

KEY_FILE = "suppression.key"
KEY_SIZE = 32


def hash_of(address: str) -> str:
    """Return what stands for an address: HMAC-SHA-256 of it in lower case, without spaces around it."""
    return hmac.new(
        _key(Path(settings.HOME)), address.strip().casefold().encode(), hashlib.sha256
    ).hexdigest()


def suppressed(addresses: Iterable[str]) -> set[str]:
    """Return which of these addresses get nothing more."""
    hashes = {hash_of(address): address for address in addresses}
    found = Suppression.objects.filter(address_hash__in=hashes).values_list("address_hash", flat=True)
    return {hashes[each] for each in found}


@lru_cache(maxsize=4)
def _key(home: Path) -> bytes:
    """Return the key, made at first use. Processes that make it at once use the first."""
    folder = home / "keys"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / KEY_FILE
    draft = folder / f".{KEY_FILE}.{secrets.token_hex(8)}"
    if not path.exists():
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            os.write(descriptor, secrets.token_bytes(KEY_SIZE))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        try:
            os.link(draft, path)  # never replaces a key that is already there
        except FileExistsError:
            pass  # another process was first
        finally:
            draft.unlink()
    return path.read_bytes()
