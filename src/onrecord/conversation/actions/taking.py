# SPDX-License-Identifier: Apache-2.0
"""Make comments of what strangers sent, many in one transaction; their authors are asked by mail."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from onrecord.conversation import events, keys
from onrecord.conversation.actions import asking
from onrecord.conversation.actions.looking import Impression
from onrecord.conversation.models import Comment, Commenter, CommentVersion, Source, State
from onrecord.conversation.models.comments import DEEPEST
from onrecord.delivery.mail.doors import new_door
from onrecord.journal import actions as journal
from onrecord.journal.events import Actor
from onrecord.people.models import Contact

COMMENTER = Actor(id=None, name="a commenter")
MOST_UNCONFIRMED = 3
SAME_WITHIN = timedelta(days=7)


@transaction.atomic
def take(impressions: Sequence[Impression]) -> list[Comment | None]:
    """Make an unconfirmed comment of each, in their order, and ask their authors whether they are theirs.

    None stands for what its author said there before, or where too much of theirs waits already. The caller
    has looked whether comments are taken there.
    """
    commenters = _commenters(impressions)
    taken = _may_be_said(impressions, commenters)
    rows = [
        new_comment(one, commenters[one.form.said.address])
        for one, may in zip(impressions, taken, strict=True)
        if may
    ]
    kept = [one for one, may in zip(impressions, taken, strict=True) if may]
    comments = iter(Comment.objects.bulk_create(rows))
    made = [next(comments) if may else None for may in taken]
    stored = [comment for comment in made if comment is not None]
    CommentVersion.objects.bulk_create(map(first_version, stored, kept))
    journal.write_all(
        [
            events.Submitted(subject=comment.subject_name, comment_id=comment.pk, state=comment.state)
            for comment in stored
        ],
        by=COMMENTER,
    )
    asking.ask([(comment, one.form.publication) for comment, one in zip(stored, kept, strict=True)])
    return made


def new_comment(one: Impression, commenter: Commenter) -> Comment:
    """Return a comment that is not stored yet."""
    form = one.form
    now = form.circumstances.at or timezone.now()
    path, depth = place(form.answers, now)
    return Comment(
        statement_id=form.publication.statement_id,
        edition=form.publication.edition.number,
        parent=form.answers,
        path=path,
        depth=depth,
        commenter=commenter,
        name=form.said.name,
        link=form.said.link,
        language=one.language,
        source=Source.FORM,
        created_at=now,
        wants_replies=form.wants_replies,
        doubts=one.doubts,
        score=one.score,
        digest=one.likeness.digest,
        shingles=one.likeness.shingles,
    )


def first_version(comment: Comment, one: Impression) -> CommentVersion:
    """Return the text of a new comment, not stored yet."""
    return CommentVersion(
        comment=comment, number=1, text=one.form.said.text, html=one.html, at=comment.created_at
    )


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


def _commenters(impressions: Sequence[Impression]) -> dict[str, Commenter]:
    """Return who has each of the addresses, locked; who is new is stored, under the name of their first form.

    In the order of the addresses, so that nobody who does the same at that time waits in a circle.
    """
    firsts: dict[str, Impression] = {}
    for one in impressions:
        firsts.setdefault(one.form.said.address, one)
    addresses = sorted(firsts)
    contacts = _contacts(addresses)
    if len(contacts) < len(addresses):
        missing = [Contact(address=address) for address in addresses if address not in contacts]
        Contact.objects.bulk_create(missing, ignore_conflicts=True)
        contacts = _contacts(addresses)
    known = Commenter.objects.select_for_update(of=("self",)).filter(contact__in=contacts.values())
    found = {
        row.contact.address: row for row in known.select_related("contact").order_by("pk") if row.contact
    }
    new = [
        new_commenter(
            contact=contacts[address],
            name=firsts[address].form.said.name,
            link=firsts[address].form.said.link,
            language=firsts[address].form.circumstances.language,
        )
        for address in addresses
        if address not in found
    ]
    for row in Commenter.objects.bulk_create(new):
        assert row.contact is not None  # noqa: S101 - given above
        found[row.contact.address] = row
    return found


def _contacts(addresses: Collection[str]) -> dict[str, Contact]:
    return {row.address: row for row in Contact.objects.filter(address__in=addresses)}


def _may_be_said(impressions: Sequence[Impression], commenters: dict[str, Commenter]) -> list[bool]:
    """Tell of each whether its author has not said it there lately, and not too much of theirs waits."""
    mine = Comment.objects.filter(commenter__in=[row.pk for row in commenters.values()])
    said = mine.filter(
        digest__in={one.likeness.digest for one in impressions}, created_at__gt=timezone.now() - SAME_WITHIN
    ).exclude(state__in=[State.WITHDRAWN, State.ERASED])
    before = set(said.values_list("commenter_id", "statement_id", "digest"))
    unconfirmed = mine.filter(state=State.UNCONFIRMED).order_by().values_list("commenter_id")
    waiting = Counter(dict(unconfirmed.annotate(count=Count("pk"))))
    found = []
    for one in impressions:
        author = commenters[one.form.said.address].pk
        this = (author, one.form.publication.statement_id, one.likeness.digest)
        found.append(this not in before and waiting[author] < MOST_UNCONFIRMED)
        if found[-1]:
            before.add(this)
            waiting[author] += 1
    return found
