# SPDX-License-Identifier: Apache-2.0
"""The SSH key of a destination: kept nowhere, derived from its number and a key in the data directory."""

from __future__ import annotations

import hashlib
import hmac

from onrecord.delivery.keyfile import key
from onrecord.outbound import sftp

KEY_FILE = "wire.key"


def ssh_key(number: str) -> bytes:
    """Return the private Ed25519 key that belongs to a number: 32 bytes."""
    return hmac.new(key(KEY_FILE), b"ssh\n" + bytes.fromhex(number), hashlib.sha256).digest()


def authorized_key(number: str, comment: str) -> str:
    """Return the line that the other side puts into `authorized_keys`."""
    return f"{sftp.public_key(ssh_key(number))} {comment}"
