# SPDX-License-Identifier: Apache-2.0
"""What endpoints are sent: editions as JSON. docs/webhooks.md describes each field and holds a schema."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from onrecord.proof.edition import timestamp
from onrecord.statements.models import Edition
from onrecord.statements.pages.site import Site

FORMAT = "onrecord/webhook/1"
PUBLISHED, PING = "edition.published", "ping"


def of_edition(site: Site, edition: Edition, path: str, *, log: str) -> dict[str, Any]:
    """Return the document about a published edition whose statement stands at `path`."""
    data = edition.data
    stem = f"{path}{edition.number}"
    published = edition.published_at or edition.released_at
    return {
        "v": FORMAT,
        "id": site.url(f"{stem}/"),
        "at": timestamp(published),
        "newsroom": {"name": data["issuer"], "url": site.address},
        "statement": {"uri": data["statement"], "kind": data["kind"], "language": edition.language},
        "edition": {
            "number": edition.number,
            "op": edition.op,
            "change": edition.change or None,
            "note": data["reason"] or None,
            "title": data["title"],
            "summary": data["summary"],
            "topics": data["topics"],
            "translation_of": data["translation_of"],
            "issued": data["issued"],
            "sha256": hashlib.sha256(bytes(edition.content)).hexdigest(),
            "log": {"origin": log, "index": edition.leaf_index},
        },
        "urls": {
            "page": site.url(path),
            "edition": site.url(f"{stem}/"),
            "json": site.url(f"{stem}.json"),
            "proof": site.url(f"{stem}.tlog-proof"),
            "proof_page": site.url(f"{stem}/proof/"),
            "bundle": site.url(f"{stem}.onrecord.zip"),
        },
    }


def ping(site: Site, *, number: int, at: datetime) -> dict[str, Any]:
    """Return the document of a test delivery."""
    return {
        "v": FORMAT,
        "id": f"{site.address}/#ping-{number}",
        "at": timestamp(at),
        "newsroom": {"name": site.name, "url": site.address},
    }
