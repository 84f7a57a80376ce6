# SPDX-License-Identifier: Apache-2.0
"""Secrets that travel in mails and are kept nowhere: what opens a page to whoever got the mail.

A row that has a door keeps a random number and the hash of its secret. The secret itself follows from the
number and a key in the data directory, and is worked out when a message is written. So every mail can carry
the same link, and who copies the database can open nothing.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass

from onrecord.delivery.keyfile import key

KEY_FILE = "mail-links.key"


@dataclass(frozen=True, slots=True)
class Door:
    """What a row keeps of its secret: neither opens anything."""

    number: str
    secret_hash: str


def new_door() -> Door:
    """Return a fresh door: 256 random bits."""
    number = secrets.token_hex(32)
    return Door(number, hash_of(secret_of(number)))


def secret_of(number: str) -> str:
    """Return the secret that stands in links: 43 letters, safe in an address."""
    digest = hmac.digest(key(KEY_FILE), bytes.fromhex(number), "sha256")
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def hash_of(secret: str) -> str:
    """Return what a row keeps to be found by."""
    return hashlib.sha256(secret.encode()).hexdigest()


def opens(secret: str, secret_hash: str) -> bool:
    """Compare in a time that tells nothing about the stored hash."""
    return hmac.compare_digest(hash_of(secret), secret_hash)
