# SPDX-License-Identifier: Apache-2.0
"""What journalists are sent about being on the press list; how mails look: `statements/mails.py`."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.utils import translation
from django.utils.translation import gettext as _

from onrecord.delivery.mail.message import Text, without_gaps
from onrecord.press.doors import PREFIX
from onrecord.statements.mails import Piece, text
from onrecord.statements.pages.site import Site

DOOR = f"{PREFIX}⟦door⟧/"
"""Opens the page of whoever gets the mail."""


def notice(site: Site, language: str) -> Text:
    """Tell somebody that they are listed, from which source, on which basis, and how to change it."""
    name = without_gaps(site.name)
    with translation.override(language):
        pieces = [Piece("title", _("You are on the press list of %(name)s") % {"name": name})]
        pieces += why_listed(site)
        pieces.append(Piece("button", _("What is kept about you"), site.address + DOOR))
        return text(site, language, pieces[0].text, pieces, headers=list_headers(site))


def why_listed(site: Site) -> list[Piece]:
    """Return what the first mail says (GDPR Art. 14), in the language at hand."""
    name = without_gaps(site.name)
    return [
        Piece(
            "quiet",
            _(
                "%(name)s keeps your name, address, outlets and beats to send you statements that concern"
                " your work. Source: ⟦source⟧. Legal basis: ⟦basis⟧. You can see, change and erase all of it,"
                " and object at any time, with the link in this mail."
            )
            % {"name": name},
        )
    ]


def list_headers(site: Site) -> dict[str, str]:
    """Return what mail programs need to offer a way out (RFC 2919, RFC 2369, RFC 8058)."""
    host = urlsplit(site.address).hostname or "localhost"
    return {
        "List-Id": f"<press.{host}>",
        "List-Unsubscribe": f"<{site.address}{DOOR}unsubscribe>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def ways_out(site: Site) -> list[Piece]:
    """Return what stands below every mail to journalists, in the language at hand."""
    name = without_gaps(site.name)
    return [
        Piece(
            "quiet",
            _(
                "You get this because you are on the press list of %(name)s."
                " Nobody measures whether you read it."
            )
            % {"name": name},
        ),
        Piece("link", _("Beats and languages"), site.address + DOOR),
        Piece("link", _("Get nothing more"), f"{site.address}{DOOR}unsubscribe"),
    ]
