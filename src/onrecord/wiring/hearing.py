# SPDX-License-Identifier: Apache-2.0
"""What follows what servers elsewhere send."""

from __future__ import annotations

from onrecord.conversation.models import Comment
from onrecord.federation import actors, objects
from onrecord.federation.models import Flag
from onrecord.federation.receiving import handling
from onrecord.federation.receiving.tasks import handle
from onrecord.journal.models import Entry
from onrecord.moderation import actions as moderation
from onrecord.moderation import items
from onrecord.moderation.errors import ModerationError
from onrecord.moderation.items import Item
from onrecord.moderation.kinds import comments


def handle_received() -> None:
    """Kick the task that handles what was taken, if anything was."""
    if handling.anything_due():
        handle.enqueue()


def report_flagged(entry: Entry) -> None:
    """Let moderation look at whatever a server elsewhere reports of what stands here."""
    flag = Flag.objects.select_related("by__host").filter(pk=entry.data["flag_id"]).first()
    for address in flag.objects_named if flag is not None else ():
        item = _item_at(address)
        if item is not None and flag is not None:
            moderation.report_from_elsewhere(
                item, url=address, explanation=flag.text, server=flag.by.host.name
            )


def _item_at(address: str) -> Item | None:
    comment = Comment.objects.filter(source_id=address).first()
    publication = objects.publication_at(address)
    try:
        if comment is not None:
            return items.find(comments.NAME, str(comment.pk))
        return items.at(actors.base() + publication.path) if publication is not None else None
    except ModerationError:
        return None  # withdrawn or erased meanwhile
