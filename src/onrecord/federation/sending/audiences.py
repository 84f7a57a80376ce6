# SPDX-License-Identifier: Apache-2.0
"""Who is told: inboxes, each once. Accounts on one server share an inbox where it offers one."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from onrecord.delivery.actions import Recipient


def recipient(inbox: str, *, letter: str = "", signature: str = "", suffix: str = "") -> Recipient:
    """Return an inbox as the ledger names it.

    `letter` is the one of the distribution's that it gets, `signature` the way to sign that its host wants if
    that is unusual, `suffix` tells several messages to one inbox apart.
    """
    data: dict[str, Any] = {"letter": letter} if letter else {}
    if signature:
        data["signature"] = signature
    return Recipient(key_of(inbox) + suffix, inbox, host_of(inbox), data)


def key_of(inbox: str) -> str:
    """Return the ledger's name for an inbox."""
    return f"inbox/{hashlib.sha256(inbox.encode()).hexdigest()[:40]}"


def host_of(inbox: str) -> str:
    """Return the host of an inbox, with the port if it is not the usual."""
    return urlsplit(inbox).netloc.lower()


def letter(actor: str, activity: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the transport posts, as a distribution holds it: signed by the account of this name."""
    return {"actor": actor, "activity": dict(activity)}
