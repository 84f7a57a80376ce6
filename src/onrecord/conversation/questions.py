# SPDX-License-Identifier: Apache-2.0
"""What others ask of a comment: its words, sealed or not, and all that readers get of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from onrecord.conversation import keys
from onrecord.conversation.models import Comment, CommentVersion
from onrecord.prepared import Prepared
from onrecord.statements.models import Publication

_FIELDS = ("id", "statement_id", "edition_id", "language", "path")
_published = Prepared(
    lambda pk: Publication.objects.filter(pk=pk, edition__leaf_index__isnull=False).values_list(*_FIELDS)
)


@dataclass(frozen=True, slots=True)
class Content:
    """One version of a comment, as it was written and as it was rendered then."""

    number: int
    text: str
    html: str
    at: datetime


def publication_with(pk: int) -> Publication | None:
    """Return what was published under this number: what forms need of it, the rest is read when used."""
    for row in _published(pk):
        return Publication.from_db(connection.alias, _FIELDS, row)
    return None


def content_of(comment: Comment, number: int | None = None) -> Content:
    """Return the newest version, or the one of that number, also while it is sealed.

    Empty once it is withdrawn or erased. Raises CommentVersion.DoesNotExist, and WrongState if it cannot be
    opened any more.
    """
    versions = comment.versions.order_by("-number")
    version = versions.get(number=number) if number is not None else versions.first()
    if version is None:
        return Content(0, "", "", comment.created_at)
    text, html = opened(comment, version)
    return Content(version.number, text, html, version.at)


def opened(comment: Comment, version: CommentVersion) -> tuple[str, str]:
    """Return text and HTML of a version, also while it is sealed."""
    if version.sealed is None:
        return version.text, version.html
    return keys.unseal(comment.commenter, version)


def image_of(comment: Comment) -> bytes:
    """Return all of a comment that an effect could change, to the byte, whether it is hidden now or not.

    What a decision keeps before it acts, to be compared after it is reversed.
    """
    content = content_of(comment)
    return json.dumps(
        [
            comment.pk,
            comment.statement_id,
            comment.edition,
            comment.parent_id,
            comment.path,
            comment.name,
            comment.link,
            comment.created_at.isoformat(),
            comment.shown_at.isoformat() if comment.shown_at else None,
            comment.edited_at.isoformat() if comment.edited_at else None,
            comment.commenter.avatar_seed,
            [content.number, content.text, content.html],
        ],
        ensure_ascii=False,
    ).encode()
