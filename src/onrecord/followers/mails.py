# SPDX-License-Identifier: Apache-2.0
"""What followers are sent about following; how mails look: `statements/mails.py`."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.utils import translation
from django.utils.translation import gettext as _

from onrecord.delivery.mail.message import Text, without_gaps
from onrecord.followers.doors import PREFIX
from onrecord.statements.mails import Piece, text
from onrecord.statements.pages.site import Site

DOOR = f"{PREFIX}⟦door⟧/"
"""Opens the subscription of whoever gets the mail."""


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
