# SPDX-License-Identifier: Apache-2.0
"""How those who wrote from elsewhere are told of what was decided about it: by a direct answer there."""

from __future__ import annotations

from onrecord.conversation.models import Comment, Commenter
from onrecord.federation.sending import direct
from onrecord.moderation.kinds import comments
from onrecord.moderation.ways import Message


def by_direct_answer(author: str, message: Message) -> int | None:
    """Write to the account elsewhere that a commenter is; None for whoever is none."""
    kind, _slash, key = author.partition("/")
    if kind != "commenter" or not key.isdecimal():
        return None
    origin = Commenter.objects.filter(pk=int(key)).values_list("origin", flat=True).first()
    if not origin:
        return None
    said = ""
    if message.item_kind == comments.NAME and message.item_key.isdecimal():
        rows = Comment.objects.filter(pk=int(message.item_key)).values_list("source_id", flat=True)
        said = rows.first() or ""
    sent = direct.write(
        origin,
        key=message.subject,
        words=message.words,
        link=message.link,
        language=message.language,
        answers=said if said.startswith(("https://", "http://")) else "",
    )
    return sent.pk if sent is not None else None
