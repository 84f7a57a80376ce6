# SPDX-License-Identifier: Apache-2.0
"""Mails of the newsroom: pieces that become a text and a page of HTML which say the same.

No picture, no address that leads over anybody else, nothing that tells us whether somebody read it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from onrecord.delivery import mail
from onrecord.delivery.mail.message import Letter, Text, write
from onrecord.statements.pages import colours
from onrecord.statements.pages.site import Site
from onrecord.statements.pages.templates import render


@dataclass(frozen=True, slots=True)
class Piece:
    """One part of a mail. `kind`: title, lead, text, heading, quiet, notice, link, button, body."""

    kind: str
    text: str
    url: str = ""
    markup: Markup | None = None
    language: str = ""
    """If it is another than that of the mail."""


def letter(site: Site, texts: Mapping[str, Text], *, at: datetime) -> Letter:
    """Return a letter from the newsroom. What comes back goes to an address of each delivery's own."""
    return write(
        sender_name=site.name,
        sender=mail.sender(),
        envelope_sender=mail.envelope_sender(),
        texts=texts,
        at=at,
    )


def text(
    site: Site, language: str, subject: str, pieces: Sequence[Piece], *, headers: Mapping[str, str] = {}
) -> Text:
    """Return a mail in both forms. What stands in pieces may have gaps; content of others must not."""
    context = {
        "site": site,
        "page": _Page(subject, language),
        "pieces": pieces,
        "readable": colours.readable(site.accent, colours.PAPER),
        "readable_dark": colours.readable(site.accent, colours.DARK_PAPER),
    }
    return Text(
        subject=subject,
        text=plain(pieces),
        html=render("mail.html", context, language),
        language=language,
        headers=headers,
    )


def plain(pieces: Sequence[Piece]) -> str:
    """Return the pieces as text: a blank line between them, addresses on lines of their own."""
    return "\n\n".join(_plain(piece) for piece in pieces) + "\n"


@dataclass(frozen=True, slots=True)
class _Page:
    title: str
    language: str


def _plain(piece: Piece) -> str:
    if piece.kind == "title":
        return f"{piece.text}\n{'=' * min(len(piece.text), 72)}"
    if piece.url:
        return f"{piece.text}:\n{piece.url}"
    return piece.text
