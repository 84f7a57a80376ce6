# SPDX-License-Identifier: Apache-2.0
"""Saying something: a comment comes in, its author confirms, it is shown or waits."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from onrecord.conversation import classifier, doubts, events, folding, keys, language, links, markup
from onrecord.conversation.actions import asking
from onrecord.conversation.actions.appearance import locked, settle
from onrecord.conversation.errors import BadComment, Closed, NoRelay, SaidAlready, WrongState
from onrecord.conversation.models import (
    Comment,
    Commenter,
    CommentVersion,
    Mode,
    Source,
    State,
)
from onrecord.conversation.models.comments import DEEPEST
from onrecord.conversation.trust import Level, mode_for, trust_of
from onrecord.delivery import mail
from onrecord.delivery.mail.doors import new_door
from onrecord.journal import actions as journal
from onrecord.journal.events import Actor
from onrecord.people import addresses
from onrecord.people.errors import BadAddress
from onrecord.people.models import Contact
from onrecord.statements.models import Publication

COMMENTER = Actor(id=None, name="a commenter")
MOST_UNCONFIRMED = 3
SAME_WITHIN = timedelta(days=7)
LONGEST_NAME = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What somebody entered, checked: it can be kept."""

    name: str
    address: str
    link: str
    text: str
    html: str

    @classmethod
    def entered(cls, *, name: str, address: str, link: str, text: str) -> Said:
        """Check what a form holds. Raises BadComment for the first field that cannot be."""
        plain = markup.one_line(name, LONGEST_NAME)
        if not any(letter.isalnum() for letter in plain):
            raise BadComment("name", _("Give a name. It need not be your real one."))
        if "@" in plain:
            raise BadComment("name", _("The name is shown to everybody, so it must not be a mail address."))
        try:
            address = addresses.normalised(address)
        except BadAddress as error:
            raise BadComment("address", str(error)) from error
        link = links.checked(link)
        text = markup.cleaned(text)
        return cls(name=plain, address=address, link=link, text=text, html=markup.rendered(text))


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What is known of how a form came."""

    language: str
    crowded: bool = False
    worked: bool = True
    """Without work, a comment of somebody new is looked at in any mode; it is anyway."""
    at: datetime | None = None
    """When it was sent; None: now."""


@dataclass(frozen=True, slots=True)
class Impression:
    """What a look at a form found, before it is kept."""

    circumstances: Circumstances
    language: str
    doubts: list[list[str]]
    score: float


def submit(
    publication: Publication,
    said: Said,
    circumstances: Circumstances,
    *,
    answers: Comment | None = None,
    known: Commenter | None = None,
    wants_replies: bool = False,
) -> Comment | None:
    """Take a comment on what a statement says now. `known`: whoever sent it is this commenter.

    From anybody else a mail asks the owner of the address first. Whatever is known of an address, the answer
    to strangers is the same, so None is returned where they said the same before, or too much.
    Raises Closed, BadComment, NoRelay; SaidAlready only to who is known.
    """
    if mail.relay() is None and known is None:
        raise NoRelay(_("This newsroom sends no mail at present, so nobody can comment."))
    refuse_missing(publication, answers)
    impression = look_at(publication, said, circumstances)
    return keep(publication, said, impression, answers=answers, known=known, wants_replies=wants_replies)


def refuse_missing(publication: Publication, answers: Comment | None) -> None:
    """Refuse to answer what nobody can read there. Raises BadComment."""
    if answers is not None and (answers.statement_id != publication.statement_id or not answers.is_readable):
        raise BadComment("parent", _("What you answer is not there any more. Reload the page."))


def refuse_closed(publication: Publication, known: Commenter | None) -> None:
    """Raise Closed where no comments are taken. What holds for one commenter is told only to who is known."""
    if mode_for(publication.statement_id, known) == Mode.CLOSED:
        raise Closed(_("Comments are closed here."))


def look_at(publication: Publication, said: Said, circumstances: Circumstances) -> Impression:
    """Look for doubts and tell the language: most of the work, and none of it needs a transaction."""
    judged = classifier.judge(f"{said.name} {said.link} {said.text}")
    found = doubts.doubts_about(said.text, said.html, said.name, said.link, judged)
    if circumstances.crowded:
        found.append(("crowded", ""))
    written_in = language.detected(said.text, publication.language)
    return Impression(circumstances, written_in, [list(doubt) for doubt in found], judged.score)


@transaction.atomic
def keep(
    publication: Publication,
    said: Said,
    impression: Impression,
    *,
    answers: Comment | None = None,
    known: Commenter | None = None,
    wants_replies: bool = False,
) -> Comment | None:
    """Make a comment of what was looked at and may be said; its author is asked. Raises as `submit`."""
    circumstances = impression.circumstances
    commenter = known or _commenter(said, circumstances.language)
    refuse_closed(publication, known)
    if _said_or_waits(publication, said, commenter, known=known is not None):
        return None
    comment = _store(publication, said, commenter, answers, language=impression.language, at=circumstances.at)
    comment.wants_replies = wants_replies
    comment.doubts, comment.score = impression.doubts, impression.score
    if known is not None:
        decide(comment, commenter)
        known.name, known.link = said.name, said.link
        known.save(update_fields=["name", "link"])
    settle(comment)
    journal.write(
        events.Submitted(subject=comment.subject_name, comment_id=comment.pk, state=comment.state),
        by=COMMENTER,
    )
    if known is None:
        asking.ask(commenter, publication, comment)
    return comment


@transaction.atomic
def confirm(comment: Comment, *, by: Actor = COMMENTER) -> Comment:
    """Let a comment count: the owner of the address wrote it. One that was confirmed stays as it is.

    Raises Closed if comments were closed meanwhile, WrongState for one that is gone.
    """
    row = locked(comment.pk)
    if row.state in {State.WITHDRAWN, State.ERASED}:
        raise WrongState(_("This comment was withdrawn. Write another one."))
    if row.state != State.UNCONFIRMED:
        return row
    commenter = Commenter.objects.select_for_update().get(pk=row.commenter_id)
    if row.statement_id is None or mode_for(row.statement_id, commenter) == Mode.CLOSED:
        raise Closed(_("Comments have been closed meanwhile."))
    now = timezone.now()
    commenter.name, commenter.link, commenter.mails, commenter.mailed_at = row.name, row.link, 0, None
    commenter.confirmed_at = commenter.confirmed_at or now
    commenter.save(update_fields=["name", "link", "mails", "mailed_at", "confirmed_at"])
    Contact.objects.filter(commenter=commenter, confirmed_at=None).update(confirmed_at=now)
    decide(row, commenter)
    settle(row)
    journal.write(events.Confirmed(subject=row.subject_name, comment_id=row.pk, state=row.state), by=by)
    return row


def place(parent: Comment | None, at: datetime) -> tuple[str, int]:
    """Return path and depth of a new comment: after what was said before, below what it answers."""
    own = f"{int(at.timestamp() * 1_000_000):013x}{secrets.randbelow(4096):03x}"
    if parent is None:
        return own, 0
    above = parent.path if parent.depth < DEEPEST else parent.path[: -len(own)]
    return above + own, min(parent.depth + 1, DEEPEST)


def new_commenter(
    *, contact: Contact | None, name: str, link: str, language: str, origin: str = ""
) -> Commenter:
    """Return a commenter that is not stored yet, with key and door of their own."""
    door = new_door()
    row = Commenter(
        contact=contact,
        origin=origin,
        name=name,
        link=link,
        language=language,
        door_number=door.number,
        door_hash=door.secret_hash,
    )
    row.key = keys.new_key(row.subject)
    return row


def _commenter(said: Said, language: str) -> Commenter:
    contact, _is_new = Contact.objects.get_or_create(address=said.address)
    found = Commenter.objects.select_for_update().filter(contact=contact).first()
    if found is None:
        found = new_commenter(contact=contact, name=said.name, link=said.link, language=language)
        found.save()
    return found


def _said_or_waits(publication: Publication, said: Said, commenter: Commenter, *, known: bool) -> bool:
    mine = commenter.comments.filter(
        statement=publication.statement_id,
        digest=keys.digest_of(folding.folded(said.text)),
        created_at__gt=timezone.now() - SAME_WITHIN,
    )
    same = mine.exclude(state__in=[State.WITHDRAWN, State.ERASED]).exists()
    if known and same:
        raise SaidAlready(_("You have said exactly this here already."))
    return same or (
        not known and commenter.comments.filter(state=State.UNCONFIRMED).count() >= MOST_UNCONFIRMED
    )


def _store(
    publication: Publication,
    said: Said,
    commenter: Commenter,
    answers: Comment | None,
    *,
    language: str,
    at: datetime | None,
) -> Comment:
    now = at or timezone.now()
    path, depth = place(answers, now)
    plain = folding.folded(said.text)
    comment = Comment.objects.create(
        statement_id=publication.statement_id,
        edition=publication.edition.number,
        parent=answers,
        path=path,
        depth=depth,
        commenter=commenter,
        name=said.name,
        link=said.link,
        language=language,
        source=Source.FORM,
        created_at=now,
        digest=keys.digest_of(plain),
        shingles=doubts.signed(doubts.shingles_of(plain)),
    )
    CommentVersion.objects.create(comment=comment, number=1, text=said.text, html=said.html, at=now)
    return comment


def decide(comment: Comment, commenter: Commenter) -> None:
    """Let a confirmed comment be shown, or wait, and note why."""
    assert comment.statement_id is not None  # noqa: S101 - there is something to comment on
    mode, trust = mode_for(comment.statement_id, commenter), trust_of(commenter)
    counted = weighed(comment.doubts, trust.level)
    if mode != Mode.AFTER:
        comment.doubts = [*comment.doubts, ["before", ""]]
    elif trust.level == Level.NEW:
        comment.doubts = [*comment.doubts, ["new", ""]]
    may_appear = mode == Mode.AFTER and trust.level > Level.NEW and not counted
    comment.state = State.SHOWN if may_appear else State.HELD


def weighed(found: Sequence[Sequence[str]], level: Level) -> list[Sequence[str]]:
    """Return the doubts that count: those who are trusted may link, and come when many come."""
    return [doubt for doubt in found if level < Level.TRUSTED or doubt[0] not in {"links", "crowded"}]
