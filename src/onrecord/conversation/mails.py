# SPDX-License-Identifier: Apache-2.0
"""What commenters are sent: the link with which they confirm, and that somebody answered them."""

from __future__ import annotations

from django.utils import translation
from django.utils.translation import gettext as _

from onrecord.conversation.doors import PREFIX
from onrecord.delivery.mail.message import Text, without_gaps
from onrecord.statements.mails import Piece, text
from onrecord.statements.pages.site import Site

DOOR = f"{PREFIX}⟦door⟧/"
"""Opens what is theirs to whoever gets the mail."""
NAME = "⟦name⟧"


def confirmation(site: Site, language: str, *, title: str) -> Text:
    """Ask whether a comment is theirs. The mail does not repeat it: the address may be somebody else's.

    It has a gap for the name that was given, so that all who comment on a statement get the same letter.
    """
    with translation.override(language):
        values = {"name": NAME, "title": without_gaps(title), "site": without_gaps(site.name)}
        pieces = [
            Piece("title", _("Is this comment yours?")),
            Piece(
                "text",
                _(
                    "Somebody, probably you, commented as “%(name)s” on “%(title)s” by %(site)s, and gave "
                    "this address. Open this page, read the comment, and confirm it with the button there:"
                )
                % values,
            ),
            Piece("button", _("Read and confirm"), site.address + DOOR),
            Piece(
                "text",
                _(
                    "Keep this mail: with the same link you see everything that is kept about you, edit for "
                    "a quarter of an hour, withdraw your comments, or have all of it erased."
                ),
            ),
            Piece(
                "quiet",
                _(
                    "If it was not you, do nothing. Without confirmation nobody reads the comment, and "
                    "it is forgotten after seven days, the address with it."
                ),
            ),
        ]
        return text(site, language, pieces[0].text, pieces)


def answered(site: Site, language: str, *, title: str, name: str, address: str) -> Text:
    """Tell somebody that they were answered, and how to have no more of these mails."""
    stop = f"{site.address}{DOOR}replies"
    with translation.override(language):
        values = {"name": without_gaps(name), "title": without_gaps(title)}
        pieces = [
            Piece("title", _("%(name)s answered your comment") % values),
            Piece("text", _("It is about “%(title)s”. Here you read it:") % values),
            Piece("button", _("Read the answer"), site.address + address),
            Piece("quiet", _("You get this because you asked to be told of answers.")),
            Piece("link", _("No more mail about answers"), stop),
            Piece("link", _("What is kept about you"), site.address + DOOR),
        ]
        headers = {
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
        return text(site, language, pieces[0].text, pieces, headers=headers)
