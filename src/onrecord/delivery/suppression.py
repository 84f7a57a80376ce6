# SPDX-License-Identifier: Apache-2.0
"""Addresses that get nothing more, known by a keyed hash alone.

The key is a file in the data directory: who copies the database cannot try addresses against it.
"""

from __future__ import annotations

import hmac
from collections.abc import Collection, Iterable

from onrecord.delivery.keyfile import key
from onrecord.delivery.models import Suppression

KEY_FILE = "suppression.key"


def hash_of(address: str) -> str:
    """Return what stands for an address: HMAC-SHA-256 of it in lower case, without spaces around it."""
    return _hashed(key(KEY_FILE), address)


def of(address: str) -> Suppression | None:
    """Return why an address gets nothing more, if that is so."""
    return Suppression.objects.filter(address_hash=hash_of(address)).first()


def suppressed(addresses: Iterable[str], *, despite: Collection[str] = ()) -> set[str]:
    """Return which of these addresses get nothing more; a reason in `despite` does not count."""
    secret = key(KEY_FILE)
    hashes = {_hashed(secret, address): address for address in addresses}
    rows = Suppression.objects.filter(address_hash__in=hashes).exclude(reason__in=despite)
    return {hashes[each] for each in rows.values_list("address_hash", flat=True)}


def _hashed(secret: bytes, address: str) -> str:
    return hmac.digest(secret, address.strip().casefold().encode(), "sha256").hex()
