# SPDX-License-Identifier: Apache-2.0
"""What happens to statements and between accounts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from onrecord.federation.documents.context import CONTEXT, PUBLIC
from onrecord.federation.documents.times import timestamp

Document = Mapping[str, Any]


def create(document: Document, *, identifier: str) -> dict[str, Any]:
    """Return the activity that brings a statement."""
    return {
        **_about(document, "Create", identifier),
        "published": document["published"],
        "object": dict(document),
    }


def update(document: Document, *, identifier: str) -> dict[str, Any]:
    """Return the activity that brings a later edition: an update, a correction, a withdrawal."""
    return {
        **_about(document, "Update", identifier),
        "published": document.get("updated", document["published"]),
        "object": dict(document),
    }


def tombstone(*, identifier: str, deleted: datetime) -> dict[str, Any]:
    """Return what stands in the place of a statement whose text was erased."""
    return {
        "@context": CONTEXT,
        "id": identifier,
        "type": "Tombstone",
        "deleted": timestamp(deleted),
    }


def delete(stone: Document, *, identifier: str, actor: str, followers: str) -> dict[str, Any]:
    """Return the activity that asks others to forget a statement, because the law obliges the newsroom."""
    inner = {name: value for name, value in stone.items() if name not in {"@context", "proof"}}
    return {
        "@context": CONTEXT,
        "id": identifier,
        "type": "Delete",
        "actor": actor,
        "to": [PUBLIC],
        "cc": [followers],
        "published": stone["deleted"],
        "object": inner,
    }


def announce(
    object_id: str, *, identifier: str, actor: str, followers: str, author: str, at: datetime
) -> dict[str, Any]:
    """Return the activity with which an account for a language or topic passes a statement on."""
    return {
        "@context": CONTEXT,
        "id": identifier,
        "type": "Announce",
        "actor": actor,
        "to": [PUBLIC],
        "cc": [followers, author],
        "published": timestamp(at),
        "object": object_id,
    }


def accept(activity: Document, *, identifier: str, actor: str) -> dict[str, Any]:
    """Return the answer yes to what somebody asked, as a Follow."""
    return _answer("Accept", activity, identifier, actor)


def reject(activity: Document, *, identifier: str, actor: str) -> dict[str, Any]:
    """Return the answer no to what somebody asked, or the end of what was granted."""
    return _answer("Reject", activity, identifier, actor)


def move(*, identifier: str, old: str, new: str) -> dict[str, Any]:
    """Return the activity that asks the followers of one address to follow another."""
    return {
        "@context": CONTEXT,
        "id": identifier,
        "type": "Move",
        "actor": old,
        "to": [PUBLIC],
        "object": old,
        "target": new,
    }


def _about(document: Document, kind: str, identifier: str) -> dict[str, Any]:
    return {
        "@context": CONTEXT,
        "id": identifier,
        "type": kind,
        "actor": document["attributedTo"],
        "to": list(document["to"]),
        "cc": list(document["cc"]),
    }


def _answer(kind: str, activity: Document, identifier: str, actor: str) -> dict[str, Any]:
    asked = {name: activity[name] for name in ("id", "type", "actor", "object") if name in activity}
    return {
        "@context": CONTEXT,
        "id": identifier,
        "type": kind,
        "actor": actor,
        "to": [asked["actor"]],
        "object": asked,
    }
