# SPDX-License-Identifier: Apache-2.0
"""What whoever asks for accreditation is written. Decisions are told by the engine that judges."""

from __future__ import annotations

from django.utils import translation
from django.utils.translation import gettext as _

from onrecord.delivery.mail.message import Text, without_gaps
from onrecord.press.accreditation.doors import OWN
from onrecord.press.models import Application
from onrecord.statements.mails import Piece, text
from onrecord.statements.pages.site import Site
from onrecord.statements.pages.words import Words

DOOR = f"{OWN}⟦door⟧/"
"""Opens the application of whoever gets the mail."""


def confirm(site: Site, row: Application) -> Text:
    """Ask whether an application is really from the owner of an address."""
    with translation.override(row.language):
        said = _(
            "Somebody, probably you, asked %(name)s for accreditation with this address. Open this page and"
            " confirm it with the button there. Until then nobody looks at it."
        )
        return _mail(
            site,
            row.language,
            _("Confirm your application"),
            [
                Piece("text", said % {"name": without_gaps(site.name)}),
                Piece("button", _("Confirm"), site.address + DOOR),
                Piece("quiet", _("If it was not you, do nothing: it is forgotten after seven days.")),
            ],
        )


def received(site: Site, row: Application) -> Text:
    """Confirm that a renewal was asked for."""
    with translation.override(row.language):
        return _mail(
            site,
            row.language,
            _("You asked for a renewal"),
            [
                Piece("text", _("It is judged like a first application. You will be told, with reasons.")),
                Piece("link", _("How far it has come"), site.address + DOOR),
            ],
        )


def ends(site: Site, row: Application) -> Text:
    """Tell that an accreditation ends soon, and how to renew it."""
    with translation.override(row.language):
        day = Words(row.language, site.zone).full_date(row.ends_on)
        return _mail(
            site,
            row.language,
            _("Your accreditation ends soon"),
            [
                Piece("text", _("The last day is %(day)s. You can ask for a renewal here.") % {"day": day}),
                Piece("button", _("Renew it"), site.address + DOOR),
            ],
        )


def _mail(site: Site, language: str, subject: str, pieces: list[Piece]) -> Text:
    return text(site, language, subject, [Piece("title", subject), *pieces])
