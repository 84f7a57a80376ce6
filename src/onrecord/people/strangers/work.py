# SPDX-License-Identifier: Apache-2.0
"""Proof of work, as ALTCHA describes it: a second of a machine for a form. It prices sending in bulk.

Self-hosted: challenges are made here, and the solver is `statements/site_assets/form_work.mjs`. A challenge
holds for one ticket, so it is spent with it.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

import altcha
from django.conf import settings

from onrecord.people.strangers import tickets

ALGORITHM = "PBKDF2/SHA-256"
ITERATIONS = 600
PREFIX = "000"
"""One key in 4,096 begins with it: about half a second for a browser, an eighth of a millisecond to check."""
LONGEST = 4000


def challenge(ticket: str) -> dict[str, Any]:
    """Return what a browser has to solve for a form with this ticket."""
    made = altcha.create_challenge(
        ALGORITHM,
        ITERATIONS,
        key_prefix=PREFIX,
        data={"ticket": tickets.fingerprint(ticket)},
        hmac_secret=_secret(),
    )
    parameters: dict[str, Any] = made.to_dict()
    return parameters


def is_done(solved: str, ticket: str) -> bool:
    """Tell whether this is the solution (ALTCHA's payload) of a challenge given out with this ticket."""
    if not solved or len(solved) > LONGEST or not solved.isascii():
        return False
    try:
        payload = altcha.Payload.from_base64(solved)
        parameters = payload.challenge.parameters
        data = parameters.data if isinstance(parameters.data, dict) else {}
        bound = hmac.compare_digest(str(data.get("ticket")), tickets.fingerprint(ticket))
        return bound and bool(altcha.verify_solution(payload, _secret()).verified)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return False


def _secret() -> bytes:
    return hmac.new(settings.SECRET_KEY.encode(), b"onrecord.people.strangers.work", hashlib.sha256).digest()
