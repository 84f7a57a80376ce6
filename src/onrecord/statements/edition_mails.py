# SPDX-License-Identifier: Apache-2.0
"""What mails about an edition have in common, whoever gets them: what changed, the text, how to check it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.utils.translation import gettext as _

from onrecord.delivery.mail.message import without_gaps
from onrecord.people.models import Organisation
from onrecord.statements import reading
from onrecord.statements.mails import Piece
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


def text_of(site: Site, said: Said, words: Words) -> list[Piece]:
    """Return what kind of text it is, title, summary and, unless it is withdrawn, the text itself."""
    facts = said.facts
    pieces = [Piece("kicker", _kicker(facts, words)), Piece("title", without_gaps(facts.title))]
    pieces.append(Piece("lead", without_gaps(facts.summary)))
    if facts.op != "withdraw":
        markup = reading.markup(said.edition.body_html, site.address)
        pieces.append(Piece("body", reading.text(markup), markup=markup))
    return pieces


def what_changed(site: Site, said: Said, words: Words) -> list[Piece]:
    """Return what changed, if this is a later edition; it stands first."""
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


def how_to_check(site: Site, said: Said, words: Words) -> list[Piece]:
    """Return what the log says of it, and where that is shown."""
    facts, index = said.facts, said.edition.leaf_index
    assert index is not None  # noqa: S101 - nothing is announced before it is in the log
    entered = wording.entered(words, facts.number, index, without_gaps(site.name), facts.issued)
    warning = _("A mail can be forged. What counts is what stands in the log:")
    proof = site.url(f"{said.path}{facts.number}/proof/")
    return [Piece("quiet", f"{entered} {warning}"), Piece("link", _("Check this statement"), proof)]


def identity_of(site: Site, said: Said) -> list[Piece]:
    """Return what tells this very edition from any other: its file, the hash of it, its place in the log."""
    edition = said.edition
    digest = hashlib.sha256(bytes(edition.content)).hexdigest()
    log = _("Entry %(index)s of the log %(log)s") % {
        "index": edition.leaf_index,
        "log": Organisation.current().origin,
    }
    return [
        Piece("link", _("The edition as it was signed"), site.url(f"{said.path}{said.facts.number}.json")),
        Piece("quiet", f"SHA-256: {digest}"),
        Piece("quiet", log),
    ]


def subject_of(facts: Facts, title: str) -> str:
    """Return a title with a word before it that says what happened to it."""
    if facts.number == 1:
        return title
    name = facts.op if facts.op == "withdraw" else facts.change
    mark = {
        "withdraw": _("Withdrawn"),
        "correction": _("Corrected"),
        "clarification": _("Clarified"),
    }.get(name, _("Updated"))
    return f"{mark}: {title}"
