# SPDX-License-Identifier: Apache-2.0
"""An edition as a mail, and many as one: title, summary, text, and how to check that it is genuine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext as _

from onrecord.delivery.mail.message import Text, without_gaps
from onrecord.followers import mails, reading
from onrecord.statements.mails import Piece, text
from onrecord.statements.models import Edition
from onrecord.statements.pages import wording
from onrecord.statements.pages.lines import Facts
from onrecord.statements.pages.site import Site
from onrecord.statements.pages.words import Words


@dataclass(frozen=True, slots=True)
class Said:
    """An edition with where it stands."""

    edition: Edition
    path: str

    @property
    def facts(self) -> Facts:
        """What the edition says about itself."""
        return Facts.of(self.edition.data)


def of_edition(site: Site, said: Said) -> Text:
    """Return an edition as a mail in its own language: first what changed, if anything did."""
    facts, edition = said.facts, said.edition
    language, words = facts.language, Words(facts.language, site.zone)
    title = without_gaps(facts.title)
    address = site.url(said.path)
    with translation.override(language):
        pieces = _what_changed(site, said, words)
        pieces += [Piece("kicker", _kicker(facts, words)), Piece("title", title)]
        pieces.append(Piece("lead", without_gaps(facts.summary)))
        if facts.op != "withdraw":
            markup = reading.markup(edition.body_html, site.address)
            pieces.append(Piece("body", reading.text(markup), markup=markup))
        pieces.append(Piece("link", _("Read it on the site"), address))
        pieces += _how_to_check(site, said, words)
        pieces += mails.ways_out(site)
        return text(site, language, _subject(facts, title), pieces, headers=mails.list_headers(site))


def of_many(site: Site, language: str, weekly: bool, editions: Sequence[Said]) -> Text:
    """Return several editions as one mail: titles, summaries, links."""
    with translation.override(language):
        name = without_gaps(site.name)
        subject = (
            _("%(name)s: the statements of the week") if weekly else _("%(name)s: the statements of the day")
        )
        pieces = [Piece("title", subject % {"name": name})]
        for said in editions:
            facts = said.facts
            pieces.append(Piece("heading", _subject(facts, without_gaps(facts.title)), site.url(said.path)))
            if facts.number > 1 and facts.reason:
                pieces.append(Piece("notice", without_gaps(facts.reason)))
            pieces.append(Piece("text", without_gaps(facts.summary)))
        pieces += mails.ways_out(site)
        return text(site, language, pieces[0].text, pieces, headers=mails.list_headers(site))


def _what_changed(site: Site, said: Said, words: Words) -> list[Piece]:
    facts = said.facts
    if facts.number == 1:
        return []
    told = wording.change(facts.op, facts.change, words.day_of(facts.issued))
    notice = f"{told}. {facts.reason}" if facts.reason else told
    pieces = [Piece("notice", without_gaps(notice))]
    if facts.op != "withdraw":
        changes = site.url(f"{said.path}{facts.number}/changes/")
        pieces.append(Piece("link", wording.what_changed_in(words.plain_number(facts.number)), changes))
    return pieces


def _kicker(facts: Facts, words: Words) -> str:
    parts = [wording.kind(facts.kind), without_gaps(facts.place), words.full_date(facts.dated)]
    return _(", ").join(part for part in parts if part)


def _how_to_check(site: Site, said: Said, words: Words) -> list[Piece]:
    facts, index = said.facts, said.edition.leaf_index
    assert index is not None  # noqa: S101 - nothing is announced before it is in the log
    entered = wording.entered(words, facts.number, index, without_gaps(site.name), facts.issued)
    warning = _("A mail can be forged. What counts is what stands in the log:")
    proof = site.url(f"{said.path}{facts.number}/proof/")
    return [Piece("quiet", f"{entered} {warning}"), Piece("link", _("Check this statement"), proof)]


def _subject(facts: Facts, title: str) -> str:
    if facts.number == 1:
        return title
    name = facts.op if facts.op == "withdraw" else facts.change
    mark = {
        "withdraw": _("Withdrawn"),
        "correction": _("Corrected"),
        "clarification": _("Clarified"),
    }.get(name, _("Updated"))
    return f"{mark}: {title}"
