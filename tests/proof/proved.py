# SPDX-License-Identifier: Apache-2.0
"""An object of the fediverse with its proof, and the register that lists its key."""

from __future__ import annotations

import json
from collections.abc import Mapping

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from onrecord.proof import base58, objects
from onrecord.proof.keys import FEDERATION_KIND, PrivateKey
from tests.proof.cast import ORIGIN
from tests.proof.small_log import KEYS, SITE, SmallLog, listed

ACCOUNT = f"{SITE}/ap/actors/press"
METHOD = f"{ACCOUNT}#ed25519-1"
CREATED = "2026-11-24T08:00:00Z"
ACCOUNT_KEY = PrivateKey(
    f"{ORIGIN}/federation/press", Ed25519PrivateKey.from_private_bytes(b"\x41" * 32), FEDERATION_KIND
)


def entry(state: str = "active", **more: object) -> dict[str, object]:
    """Return the entry of the account's key in a register."""
    last = None if state == "active" else 9
    made = listed(
        ACCOUNT_KEY, "federation", 0, last, method=METHOD, since="2026-11-01T00:00:00Z", state=state
    )
    return {**made, **more}


def log_with(*entries: dict[str, object], roots: int = 0) -> SmallLog:
    """Return a log whose register lists these keys too."""
    log = SmallLog()
    log.register(threshold=min(roots, 2), roots=roots, keys=[*KEYS, *entries])
    return log


def proved(
    members: Mapping[str, object] | None = None, *, key: PrivateKey = ACCOUNT_KEY, created: str = CREATED
) -> bytes:
    """Return an object as the site serves it."""
    document: dict[str, object] = {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": f"{SITE}/ap/statements/2026/bridge/original",
        "type": "Article",
        "name": "The bridge opens on Monday",
        "attributedTo": ACCOUNT,
        **(members or {}),
    }
    options = {
        "type": objects.TYPE,
        "cryptosuite": objects.SUITE,
        "created": created,
        "verificationMethod": METHOD,
        "proofPurpose": objects.PURPOSE,
        "@context": document["@context"],
    }
    value = base58.encode(key.sign(objects.message(document, options)))
    return json.dumps({**document, "proof": {**options, "proofValue": value}}).encode()
