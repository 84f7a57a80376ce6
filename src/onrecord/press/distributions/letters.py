# SPDX-License-Identifier: Apache-2.0
"""A statement as the press gets it: who writes, what is new, the text, whom to call, how to check it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext as _

from onrecord.delivery.mail.message import GAP, Text, without_gaps
from onrecord.press.mails import list_headers, ways_out, why_listed
from onrecord.statements.edition_mails import (
    Said,
    how_to_check,
    identity_of,
    subject_of,
    text_of,
    what_changed,
)
from onrecord.statements.mails import Piece, text
from onrecord.statements.models import PressContact
from onrecord.statements.pages.site import Site
from onrecord.statements.pages.words import Words

LONGEST_SUBJECT = 200


@dataclass(frozen=True, slots=True)
class Own:
    """What the officer adds in one language."""

    subject: str = ""
    cover: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Frame:
    """What is the same in every mail of one sending."""

    site: Site
    reply_to: str = ""
    first_contact: bool = False
    """Whether it also tells that somebody is listed."""


def of_edition(frame: Frame, said: Said, own: Own = Own(), *, notice: str = "") -> Text:
    """Return an edition in its own language. `notice` stands on top, as that an embargo has ended."""
    site, facts = frame.site, said.facts
    language, words = facts.language, Words(facts.language, site.zone)
    with translation.override(language):
        pieces = [Piece("notice", notice)] if notice else []
        pieces += opening(own) + what_changed(site, said, words) + text_of(site, said, words)
        pieces.append(Piece("link", _("Read it on the site"), site.url(said.path)))
        pieces += contacts_of(list(said.edition.contacts.all()))
        pieces += how_to_check(site, said, words) + identity_of(site, said)
        subject = own.subject or subject_of(facts, facts.title)
        return closed(frame, language, subject, pieces)


def opening(own: Own) -> list[Piece]:
    """Return what the officer writes: the greeting, words to all, words to a list."""
    pieces = [Piece("text", "⟦greeting⟧")]
    for said in (own.cover, own.note):
        pieces += [Piece("text", " ".join(part.split())) for part in _paragraphs(said)]
    return pieces


def contacts_of(rows: Sequence[PressContact]) -> list[Piece]:
    """Return whom a journalist may call, in the language at hand."""
    pieces = [Piece("heading", _("Questions"))] if rows else []
    for row in rows:
        parts = (row.name, row.role, row.phone, row.email, row.hours)
        pieces.append(Piece("text", without_gaps(_(", ").join(part for part in parts if part))))
    return pieces


def closed(frame: Frame, language: str, subject: str, pieces: Sequence[Piece]) -> Text:
    """Return a mail with what stands below every mail to journalists, in the language at hand."""
    below = why_listed(frame.site) if frame.first_contact else []
    headers = list_headers(frame.site)
    if frame.reply_to:
        headers["Reply-To"] = f"<{frame.reply_to}>"
    subject = without_gaps(" ".join(subject.split()))[:LONGEST_SUBJECT]
    return text(frame.site, language, subject, [*pieces, *below, *ways_out(frame.site)], headers=headers)


def shown(mail: Text, fields: Mapping[str, str]) -> Text:
    """Return a mail with its gaps filled, to be looked at. What fills HTML is escaped by the caller."""

    def fill(written: str) -> str:
        return GAP.sub(lambda gap: fields.get(gap[1], ""), written)

    return Text(mail.subject, fill(mail.text), fill(mail.html), mail.language, mail.headers)


def _paragraphs(said: str) -> list[str]:
    return [part for part in without_gaps(said).replace("\r\n", "\n").split("\n\n") if part.strip()]
