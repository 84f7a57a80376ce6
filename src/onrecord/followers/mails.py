# SPDX-License-Identifier: Apache-2.0
"""What followers are sent: pieces that become a text and a page of HTML which say the same.

No picture, no address that leads over anybody else, nothing that tells us whether somebody read it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django.utils import translation
from django.utils.translation import gettext as _
from markupsafe import Markup

from onrecord.delivery import mail
from onrecord.delivery.mail.message import Letter, Text, without_gaps, write
from onrecord.followers.doors import PREFIX
from onrecord.statements.pages import colours
from onrecord.statements.pages.site import Site
from onrecord.statements.pages.templates import render

DOOR = f"{PREFIX}⟦door⟧/"
"""Opens the subscription of whoever gets the mail."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One part of a mail. `kind`: title, lead, text, quiet, notice, link, button, body."""

    kind: str
    text: str
    url: str = ""
    markup: Markup | None = None


def letter(site: Site, texts: Mapping[str, Text], *, at: datetime) -> Letter:
    """Return a letter from the newsroom. What comes back goes to `name+<delivery>@domain`."""
    name, _at, domain = mail.sender().rpartition("@")
    return write(
        sender_name=site.name,
        sender=mail.sender(),
        envelope_sender=f"{name}+⟦token⟧@{domain}",
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


def confirmation(site: Site, language: str) -> Text:
    """Ask whether an address wants to follow."""
    name = without_gaps(site.name)
    with translation.override(language):
        pieces = [
            Piece("title", _("Do you want to follow %(name)s?") % {"name": name}),
            Piece(
                "text",
                _(
                    "Somebody, probably you, asked that statements of %(name)s be sent to this address. "
                    "Open this page and confirm it with the button there:"
                )
                % {"name": name},
            ),
            Piece("button", _("Confirm"), site.address + DOOR),
            Piece(
                "quiet",
                _(
                    "If it was not you, do nothing. Without confirmation nothing is sent, and the address "
                    "is forgotten after seven days."
                ),
            ),
        ]
        return text(site, language, pieces[0].text, pieces)


def known_already(site: Site, language: str) -> Text:
    """Tell somebody who follows already that the form was sent with their address."""
    name = without_gaps(site.name)
    with translation.override(language):
        pieces = [
            Piece("title", _("You already follow %(name)s") % {"name": name}),
            Piece(
                "text",
                _(
                    "Somebody, probably you, asked again that statements of %(name)s be sent to this "
                    "address. Nothing has changed. Here you see and change what you get:"
                )
                % {"name": name},
            ),
            Piece("button", _("What you get"), site.address + DOOR),
        ]
        return text(site, language, pieces[0].text, pieces)


def list_headers(site: Site) -> dict[str, str]:
    """Return what mail programs need to offer a way out (RFC 2919, RFC 2369, RFC 8058)."""
    host = urlsplit(site.address).hostname or "localhost"
    return {
        "List-Id": f"<statements.{host}>",
        "List-Unsubscribe": f"<{site.address}{DOOR}unsubscribe>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def ways_out(site: Site) -> list[Piece]:
    """Return what stands below every mail to followers, in the language at hand."""
    name = without_gaps(site.name)
    return [
        Piece(
            "quiet",
            _("You get this because you follow %(name)s. It tells us nothing about whether you read it.")
            % {"name": name},
        ),
        Piece("link", _("Change what you get"), site.address + DOOR),
        Piece("link", _("Unsubscribe"), f"{site.address}{DOOR}unsubscribe"),
    ]


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
