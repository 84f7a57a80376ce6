# SPDX-License-Identifier: Apache-2.0
"""Secrets that subscribers chose themselves: kept encrypted, under a key in the data directory."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from onrecord.delivery.keyfile import key

KEY_FILE = "websub.key"
_NONCE = 12
_WHAT = b"hub.secret"


def seal(secret: str) -> str:
    """Return a secret as it is kept: AES-256-GCM, as letters. An empty one stays empty."""
    if not secret:
        return ""
    nonce = secrets.token_bytes(_NONCE)
    sealed = AESGCM(key(KEY_FILE)).encrypt(nonce, secret.encode(), _WHAT)
    return base64.urlsafe_b64encode(nonce + sealed).decode()


def unseal(sealed: str) -> bytes:
    """Return the secret itself. Raises ValueError if it was sealed with another key, or changed."""
    raw = base64.urlsafe_b64decode(sealed)
    try:
        return AESGCM(key(KEY_FILE)).decrypt(raw[:_NONCE], raw[_NONCE:], _WHAT)
    except InvalidTag as error:
        raise ValueError(f"It was sealed with another key than {KEY_FILE}.") from error


def signature(sealed: str, body: bytes) -> str:
    """Return the header X-Hub-Signature for a body. Raises ValueError as `unseal` does."""
    return f"sha256={hmac.new(unseal(sealed), body, hashlib.sha256).hexdigest()}"
