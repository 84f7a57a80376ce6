# SPDX-License-Identifier: Apache-2.0
"""The secrets of endpoints, and the signatures made with them.

A secret is kept nowhere: it follows from a random number that its endpoint keeps and a key in the data
directory. Who copies the database can sign nothing.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from onrecord.delivery.keyfile import key

KEY_FILE = "webhooks.key"
PREFIX = "whsec_"
"""So that a secret that has ended up where it should not be is recognised."""


def new_number() -> str:
    """Return a fresh number: 256 random bits."""
    return secrets.token_hex(32)


def secret_of(number: str) -> str:
    """Return the secret that the receiver is shown once. All of it, as UTF-8, is the key of the HMAC."""
    digest = hmac.new(key(KEY_FILE), bytes.fromhex(number), hashlib.sha256).digest()
    return PREFIX + base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def signature(body: bytes, *, at: int, numbers: Iterable[str]) -> str:
    """Return the header that proves a body: `t=<seconds>,v1=<hex>`, one `v1` for each secret that counts.

    Each is HMAC-SHA-256 over `<seconds>.<body>`.
    """
    signed = str(at).encode() + b"." + body
    proofs = (hmac.new(secret_of(number).encode(), signed, hashlib.sha256).hexdigest() for number in numbers)
    return ",".join([f"t={at}", *(f"v1={proof}" for proof in proofs)])


def numbers_at(keys: Iterable[Mapping[str, Any]], now: datetime) -> list[str]:
    """Return the numbers that count now, of those that a delivery carries with the moment each ends."""
    return [
        one["number"] for one in keys if one["until"] is None or datetime.fromisoformat(one["until"]) > now
    ]
