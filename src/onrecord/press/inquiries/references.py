# SPDX-License-Identifier: Apache-2.0
"""References: short names of inquiries that can be said on the telephone. They open nothing."""

from __future__ import annotations

import re
import secrets

LETTERS = "ABCDEFGHJKLMNPRSTWXYZ"
"""Without those that are taken for figures or for each other."""
FIGURES = "23456789"
_FORM = re.compile(rf"([{LETTERS}]{{2}})-?([{FIGURES}]{{4}})")


def fresh() -> str:
    """Return a random reference, as KT-4827: one of 1.8 million."""
    letters = "".join(secrets.choice(LETTERS) for _ in range(2))
    return f"{letters}-{''.join(secrets.choice(FIGURES) for _ in range(4))}"


def longer() -> str:
    """Return one of 7,000 million, for when the short ones become scarce."""
    return f"{fresh()}-{''.join(secrets.choice(FIGURES) for _ in range(4))}"


def written(text: str) -> str:
    """Return the reference that somebody typed, as it is kept; empty if it is none."""
    found = _FORM.fullmatch(text.strip().upper().replace(" ", ""))
    return f"{found[1]}-{found[2]}" if found else ""
