# SPDX-License-Identifier: Apache-2.0
"""An edition as a mail, and many as one: title, summary, text, and how to check that it is genuine."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import translation
from django.utils.translation import gettext as _

from onrecord.delivery.mail.message import Text, without_gaps
from onrecord.followers import mails
from onrecord.statements.edition_mails import Said, how_to_check, subject_of, text_of, what_changed
from onrecord.statements.mails import Piece, text
from onrecord.statements.pages.site import Site
from onrecord.statements.pages.words import Words


def of_edition(site: Site, said: Said) -> Text:
    """Return an edition as a mail in its own language: first what changed, if anything did."""
    facts = said.facts
    language, words = facts.language, Words(facts.language, site.zone)
    title = without_gaps(facts.title)
    address = site.url(said.path)
    with translation.override(language):
        pieces = what_changed(site, said, words) + text_of(site, said, words)
        pieces.append(Piece("link", _("Read it on the site"), address))
        pieces += how_to_check(site, said, words)
        pieces += mails.ways_out(site)
        return text(site, language, subject_of(facts, title), pieces, headers=mails.list_headers(site))


def of_many(site: Site, language: str, weekly: bool, editions: Sequence[Said]) -> Text:
    """Return several editions as one mail: titles, summaries, links."""
    with translation.override(language):
        name = without_gaps(site.name)
        headline = (
            _("%(name)s: the statements of the week") if weekly else _("%(name)s: the statements of the day")
        )
        pieces = [Piece("title", headline % {"name": name})]
        for said in editions:
            facts = said.facts
            other = facts.language if facts.language != language else ""
            with translation.override(facts.language):  # the word before it is in its own language too
                subject = subject_of(facts, without_gaps(facts.title))
            pieces.append(Piece("heading", subject, site.url(said.path), language=other))
            if facts.number > 1 and facts.reason:
                pieces.append(Piece("notice", without_gaps(facts.reason), language=other))
            pieces.append(Piece("text", without_gaps(facts.summary), language=other))
        pieces += mails.ways_out(site)
        return text(site, language, pieces[0].text, pieces, headers=mails.list_headers(site))
