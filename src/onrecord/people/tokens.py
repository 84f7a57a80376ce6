# SPDX-License-Identifier: Apache-2.0
"""Secrets that travel in a link. The database keeps a hash, so that a stolen copy of it opens nothing."""

from __future__ import annotations

import hashlib
import hmac
import secrets

BYTES = 32


def new() -> str:
    """Return a fresh token: 256 random bits, safe in an address."""
    return secrets.token_urlsafe(BYTES)


def hash_of(token: str) -> str:
    """Return what is stored. The token is random, so a plain hash cannot be searched."""
    return hashlib.sha256(token.encode()).hexdigest()


def matches(token: str, stored_hash: str) -> bool:
    """Compare in a time that tells nothing about the stored hash."""
    return hmac.compare_digest(hash_of(token), stored_hash)
