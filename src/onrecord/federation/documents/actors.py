# SPDX-License-Identifier: Apache-2.0
"""An account as its own document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any

from onrecord.federation.documents.context import CONTEXT_OF_ACTORS
from onrecord.federation.documents.times import timestamp

MOST_ROWS = 50
"""Of a profile, and of domains: what Mastodon keeps is far beyond what anyone reads."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a profile that leads to a page which is theirs too; servers look for `rel=me` there."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class ProofKey:
    """An Ed25519 key that proves documents of this account: its address, and itself as Multikey."""

    method: str
    multikey: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """What an account is: whose it is, where it reads and speaks, which keys are its own."""

    id: str
    type: str
    """Organization for whoever speaks, Application for the program itself."""
    name: str
    title: str
    summary: str
    """Plain text."""
    page: str
    host: str
    inbox: str
    shared_inbox: str
    outbox: str
    followers: str
    following: str
    featured: str
    key_id: str
    public_key_pem: str
    proof_keys: Sequence[ProofKey]
    published: datetime
    icon: str = ""
    image: str = ""
    rows: Sequence[Row] = ()
    domains: Sequence[str] = ()
    also_known_as: Sequence[str] = ()
    moved_to: str = ""


def actor(who: Described) -> dict[str, Any]:
    """Return the document of an account. It can be followed by everybody, found and searched."""
    speaks = who.type != "Application"
    document: dict[str, Any] = {
        "@context": CONTEXT_OF_ACTORS,
        "id": who.id,
        "type": who.type,
        "preferredUsername": who.name,
        "webfinger": f"{who.name}@{who.host}",
        "name": who.title,
        "summary": "".join(f"<p>{escape(line)}</p>" for line in who.summary.splitlines() if line.strip()),
        "url": who.page,
        "inbox": who.inbox,
        "outbox": who.outbox,
        "followers": who.followers,
        "following": who.following,
        "featured": who.featured,
        "endpoints": {"sharedInbox": who.shared_inbox},
        "manuallyApprovesFollowers": not speaks,
        "discoverable": speaks,
        "indexable": speaks,
        "published": timestamp(who.published),
        "publicKey": {"id": who.key_id, "owner": who.id, "publicKeyPem": who.public_key_pem},
        "assertionMethod": [
            {"id": key.method, "type": "Multikey", "controller": who.id, "publicKeyMultibase": key.multikey}
            for key in who.proof_keys
        ],
        "attachment": [_property(row) for row in who.rows[:MOST_ROWS]],
        "attributionDomains": list(who.domains[:MOST_ROWS]),
    }
    for name, address in (("icon", who.icon), ("image", who.image)):
        if address:
            document[name] = {"type": "Image", "mediaType": _picture_type(address), "url": address}
    if who.also_known_as:
        document["alsoKnownAs"] = list(who.also_known_as)
    if who.moved_to:
        document["movedTo"] = who.moved_to
    return document


def _property(row: Row) -> dict[str, str]:
    address = escape(row.url)
    shown = escape(row.url.removeprefix("https://").removeprefix("http://").rstrip("/"))
    link = f'<a href="{address}" rel="me nofollow noopener" target="_blank">{shown}</a>'
    return {"type": "PropertyValue", "name": row.name, "value": link}


def _picture_type(address: str) -> str:
    ending = address.rpartition(".")[2].lower()
    return {"jpg": "image/jpeg", "svg": "image/svg+xml"}.get(ending, f"image/{ending}")
