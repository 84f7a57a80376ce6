# SPDX-License-Identifier: Apache-2.0
"""Lists: what an account said, whom it follows, what it shows first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

AS2 = "https://www.w3.org/ns/activitystreams"


def ordered(identifier: str, items: Sequence[str | dict[str, Any]]) -> dict[str, Any]:
    """Return a list that is short enough to stand whole."""
    return {
        "@context": AS2,
        "id": identifier,
        "type": "OrderedCollection",
        "totalItems": len(items),
        "orderedItems": list(items),
    }


def paged(identifier: str, *, total: int, first: str, last: str) -> dict[str, Any]:
    """Return a list that stands on pages: `first` is the newest, `last` the oldest."""
    return {
        "@context": AS2,
        "id": identifier,
        "type": "OrderedCollection",
        "totalItems": total,
        "first": first,
        "last": last,
    }


def page(
    identifier: str, *, of: str, items: Sequence[str], newer: str = "", older: str = ""
) -> dict[str, Any]:
    """Return one page of a list, its newest item first."""
    found: dict[str, Any] = {
        "@context": AS2,
        "id": identifier,
        "type": "OrderedCollectionPage",
        "partOf": of,
        "orderedItems": list(items),
    }
    if newer:
        found["prev"] = newer
    if older:
        found["next"] = older
    return found
