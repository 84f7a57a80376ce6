# SPDX-License-Identifier: Apache-2.0
"""What journalists are sent about an embargo. Nothing of the text: what the officer chose, and a link."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext as _

from onrecord.delivery.mail.message import Text, without_gaps
from onrecord.press.distributions.letters import Frame, Own, closed, contacts_of, opening
from onrecord.press.embargoes.wording import usual_terms
from onrecord.statements.mails import Piece
from onrecord.statements.models import PressContact
from onrecord.statements.pages.site import Site

DOOR = "/press-list/embargo/⟦pass⟧/"
"""Opens the text to whoever gets the mail, and to nobody else."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for a text, beside its moment."""

    language: str
    own: str
    contacts: Sequence[PressContact] = ()


def invitation(frame: Frame, terms: Terms, own: Own) -> Text:
    """Return the mail that hands out a link."""
    with translation.override(terms.language):
        name = without_gaps(frame.site.name)
        pieces = [_until(), *opening(own)]
        pieces += _terms_and_link(frame.site, terms)
        pieces += contacts_of(terms.contacts)
        subject = own.subject or _("Under embargo: a statement of %(name)s") % {"name": name}
        return closed(frame, terms.language, subject, pieces)


def moved(frame: Frame, terms: Terms) -> Text:
    """Return the mail that names another moment, or other terms; it has all that the first one had."""
    with translation.override(terms.language):
        notice = _("Moment or terms of this embargo have changed. This holds now:")
        pieces = [Piece("notice", notice), _until(), Piece("text", "⟦greeting⟧")]
        pieces += _terms_and_link(frame.site, terms)
        pieces += contacts_of(terms.contacts)
        subject = _("Embargo changed: a statement of %(name)s") % {"name": without_gaps(frame.site.name)}
        return closed(frame, terms.language, subject, pieces)


def held(frame: Frame, terms: Terms) -> Text:
    """Return the mail that says that the moment was taken back."""
    with translation.override(terms.language):
        notice = _(
            "On hold: the moment of release was taken back. Do not use anything of the text until you"
            " hear from us."
        )
        pieces = [Piece("notice", notice), Piece("text", "⟦greeting⟧")]
        pieces.append(
            Piece("text", _("The terms that you acknowledged still hold. You are told when there is a date."))
        )
        pieces += contacts_of(terms.contacts)
        subject = _("Embargo on hold: a statement of %(name)s") % {"name": without_gaps(frame.site.name)}
        return closed(frame, terms.language, subject, pieces)


def over(*, early: bool) -> str:
    """Return what stands on top of the edition itself once it is public, in the language at hand."""
    if early:
        return _("The embargo is lifted for everybody: you may use this now.")
    return _("The embargo has ended: you may use this now.")


def _until() -> Piece:
    return Piece("notice", _("Under embargo until %(moment)s.") % {"moment": "⟦moment⟧"})


def _terms_and_link(site: Site, terms: Terms) -> list[Piece]:
    said = usual_terms()
    pieces = [Piece("text", said)]
    if terms.own:
        pieces.append(Piece("text", without_gaps(" ".join(terms.own.split()))))
    pieces.append(Piece("button", _("Acknowledge the terms and read it"), site.address + DOOR))
    pieces.append(
        Piece("quiet", _("This link is yours alone, and it can be withdrawn. We see when it is used."))
    )
    return pieces
