# SPDX-License-Identifier: Apache-2.0
"""A statement as an object of the fediverse.

A longer one is an Article: servers for short notes show its name, its summary and a link, those for long
texts its content. A short one is a Note, which all show whole; there `summary` would hide it behind a
warning, so it has none. No pictures: each server would fetch them at once, and show no card for the link.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any

import nh3

from onrecord.federation.documents.context import CONTEXT, PUBLIC
from onrecord.federation.documents.times import timestamp

LONGEST_NOTE = 400
"""Characters: beyond them a statement is an Article."""
LONGEST_SUMMARY = 500
_TAGS = {"p", "br", "b", "strong", "i", "em", "a", "ul", "ol", "li", "h2", "h3", "blockquote", "cite"} | {
    *("table", "caption", "thead", "tbody", "tr", "th", "td"),
}
_PICTURE = re.compile(r'<figure class="image".*?</figure>', re.DOTALL)
_NOT_IN_TAGS = re.compile(r"[^\w]+")


@dataclass(frozen=True, slots=True)
class Tag:
    """A topic: its name, and the address of its page."""

    name: str
    url: str

    @property
    def hashtag(self) -> str:
        """The name as a hashtag: Town life is #TownLife; empty if nothing of it can stand in one."""
        words = [word for word in _NOT_IN_TAGS.split(self.name) if word]
        joined = "".join(word[:1].upper() + word[1:] for word in words) if len(words) > 1 else "".join(words)
        return f"#{joined}" if joined and not joined.isdigit() else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the newest edition of a statement says, and where it stands."""

    id: str
    actor: str
    followers: str
    url: str
    language: str
    """As BCP 47 writes it."""
    title: str
    summary: str
    body_html: str
    """Of the edition, as it was frozen; addresses in it may begin with `/`."""
    site: str
    """What stands before these."""
    length: int
    """Characters of the first edition: later ones stay what it was, Article or Note."""
    published: datetime
    updated: datetime | None
    likes: str
    shares: str
    replies: str
    quoters: str = PUBLIC
    """Whom a quote is allowed at once: everybody, the followers' address, or the account's own for nobody."""
    tags: Sequence[Tag] = ()
    mark: str = ""
    """“Withdrawn” in the language of the text; empty for one that stands."""
    change: str = ""
    """“Correction” or the like in that language, or “Withdrawn”; empty if there is nothing to say first."""
    reason: str = ""


def statement(said: Said) -> dict[str, Any]:
    """Return the object of a statement: Article or Note, everybody may read and answer it."""
    is_note = said.length <= LONGEST_NOTE
    content = _note(said) if is_note else _first(said) + clean(said.body_html, said.site)
    document: dict[str, Any] = {
        "@context": CONTEXT,
        "id": said.id,
        "type": "Note" if is_note else "Article",
        "attributedTo": said.actor,
        "to": [PUBLIC],
        "cc": [said.followers],
        "content": content,
        "contentMap": {said.language: content},
        "url": said.url,
        "published": timestamp(said.published),
        "attachment": [{"type": "Link", "href": said.url, "mediaType": "text/html"}],
        "tag": [
            {"type": "Hashtag", "href": tag.url, "name": tag.hashtag} for tag in said.tags if tag.hashtag
        ],
        "likes": said.likes,
        "shares": said.shares,
        "replies": said.replies,
        "interactionPolicy": {"canQuote": {"automaticApproval": said.quoters}},
    }
    if not is_note:
        document["name"] = _title(said)
        document["summary"] = _summary(said)
        document["preview"] = {
            "type": "Note",
            "attributedTo": said.actor,
            "content": f"<p><strong>{escape(_title(said))}</strong></p><p>{escape(_summary(said))}</p>",
            "published": timestamp(said.published),
        }
    if said.updated:
        document["updated"] = timestamp(said.updated)
    return document


def clean(markup: str, site: str) -> str:
    """Return the HTML of a body as other sites can show it: no pictures, no classes, whole addresses."""

    def whole(_tag: str, _name: str, value: str) -> str:
        return site + value if value.startswith("/") else value

    return nh3.clean(
        _PICTURE.sub("", markup),
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto", "tel"},
        attribute_filter=whole,
        link_rel=None,
    ).strip()


def _title(said: Said) -> str:
    return f"{said.mark}: {said.title}" if said.mark else said.title


def _summary(said: Said) -> str:
    """Return what stands alone, plain: what changed comes first."""
    told = f"{said.change}: {said.reason} – {said.summary}" if said.change else said.summary
    told = " ".join(told.split())
    if len(told) <= LONGEST_SUMMARY:
        return told
    return told[: LONGEST_SUMMARY - 1].rpartition(" ")[0] + "…"


def _first(said: Said) -> str:
    if not said.change:
        return ""
    return f"<p><strong>{escape(said.change)}:</strong> {escape(said.reason)}</p>"


def _note(said: Said) -> str:
    """Return all that a Note shows: it has no title of its own, and some servers read tags in the text."""
    summary = f"<p>{escape(said.summary)}</p>"
    body = clean(said.body_html, said.site)
    parts = [
        _first(said),
        f"<p><strong>{escape(_title(said))}</strong></p>",
        "" if escape(said.summary, quote=False) in body else summary,
        body,
        f'<p><a href="{escape(said.url)}">{escape(said.url)}</a></p>',
    ]
    tags = [tag for tag in said.tags if tag.hashtag]
    if tags:
        links = (f'<a href="{escape(tag.url)}" rel="tag">{escape(tag.hashtag)}</a>' for tag in tags)
        parts.append(f"<p>{' '.join(links)}</p>")
    return "".join(parts)
