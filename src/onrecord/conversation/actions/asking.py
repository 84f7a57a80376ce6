# SPDX-License-Identifier: Apache-2.0
"""The mail that asks whether an address is somebody's own. It goes out by the ledger, never in a request."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import cache

from django.db.models import F
from django.utils import timezone

from onrecord.conversation import mails
from onrecord.conversation.models import Comment, Commenter
from onrecord.delivery import actions as delivery
from onrecord.delivery import mail
from onrecord.delivery.actions import Recipient, Single
from onrecord.delivery.mail.message import Letter
from onrecord.delivery.models import Lane
from onrecord.journal.events import Actor
from onrecord.statements.mails import letter
from onrecord.statements.models import Publication
from onrecord.statements.pages.site import Site

TRANSPORT = "smtp"
MAIL_AGAIN_AFTER = timedelta(minutes=5)
MOST_MAILS = 5
"""Until something is confirmed: the address may be somebody else's."""
BY = Actor(id=None, name="a commenter")


def ask(comments: Sequence[tuple[Comment, Publication]]) -> None:
    """Send locked commenters the link with which they confirm; nobody is mailed again so soon, or for ever.

    In the transaction in which the comments are stored. A comment's commenter comes with it.
    """
    now = timezone.now()
    letter_about = _letters(now)
    asked: dict[int, Single] = {}
    for comment, publication in comments:
        commenter = comment.commenter
        soon = commenter.mailed_at is not None and commenter.mailed_at > now - MAIL_AGAIN_AFTER
        if soon or commenter.mails >= MOST_MAILS or commenter.pk in asked:
            continue
        title = str(publication.edition.data["title"])
        subject, written = letter_about(commenter.language, title)
        asked[commenter.pk] = Single(
            comment.subject_name, subject, written.to_json(), recipient(commenter, name=comment.name)
        )
    Commenter.objects.filter(pk__in=asked).update(mails=F("mails") + 1, mailed_at=now)
    delivery.freeze_each(
        list(asked.values()),
        transport=TRANSPORT,
        purpose="confirm",
        host=mail.own_name(),
        by=BY,
        lane=Lane.TRANSACTIONAL,
        despite=("request",),  # who wants no newsletter may comment all the same
    )


def recipient(commenter: Commenter, **fields: str) -> Recipient:
    """Return a commenter as the ledger names them; `fields` fill gaps of the letter."""
    assert commenter.contact is not None  # noqa: S101 - asked for those who can be mailed
    address = commenter.contact.address
    data = {"variant": commenter.language, "door": commenter.door_number}
    return Recipient(
        key=f"commenter/{commenter.pk}",
        address=address,
        destination=address.rpartition("@")[2],
        data={**data, **({"fields": fields} if fields else {})},
    )


def _letters(now: datetime) -> Callable[[str, str], tuple[str, Letter]]:
    """Return what writes the letter about a title in a language, once for all who get the same."""
    site = Site.current()

    @cache
    def written(language: str, title: str) -> tuple[str, Letter]:
        text = mails.confirmation(site, language, title=title)
        return text.subject, letter(site, {language: text}, at=now)

    return written
